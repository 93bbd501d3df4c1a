#include "feed/guess.h"

/* ---- Double-byte charsets ---- */

struct pairs {
    size_t common, rare, wrong, typical; /* typical: only this charset has so many of them, such as kana */
};

typedef unsigned char byte;

static bool within(byte b, byte from, byte to)
{
    return b >= from && b <= to;
}

/* Each takes what begins at p, a byte above 127 and its follower, counts it, and returns its length. */
static size_t take_gb18030(byte lead, byte trail, struct pairs *n)
{
    if (!within(lead, 0x81, 0xFE) || !within(trail, 0x30, 0xFE) || within(trail, 0x3A, 0x3F) || trail == 0x7F)
        return n->wrong++, 1;
    bool common = trail >= 0xA1 && (within(lead, 0xB0, 0xD7) || lead == 0xA1 || lead == 0xA3); /* GB 2312's level 1, by pronunciation */
    common ? n->common++ : n->rare++;
    return 2;
}

static size_t take_big5(byte lead, byte trail, struct pairs *n)
{
    if (!within(lead, 0x81, 0xFE) || !(within(trail, 0x40, 0x7E) || within(trail, 0xA1, 0xFE)))
        return n->wrong++, 1;
    within(lead, 0xA4, 0xC6) || lead == 0xA1 ? n->common++ : n->rare++; /* the 5401 of level 1, by strokes */
    n->typical += trail < 0x7F;
    return 2;
}

static size_t take_shift_jis(byte lead, byte trail, struct pairs *n)
{
    if (within(lead, 0xA1, 0xDF)) /* narrow katakana: rare, while Cyrillic and Latin letters are common here */
        return n->rare++, 1;
    if (!(within(lead, 0x81, 0x9F) || within(lead, 0xE0, 0xFC)) || !within(trail, 0x40, 0xFC) || trail == 0x7F)
        return n->wrong++, 1;
    bool kana = (lead == 0x82 && within(trail, 0x9F, 0xF1)) || (lead == 0x83 && within(trail, 0x40, 0x96));
    kana || within(lead, 0x88, 0x97) || lead == 0x81 ? n->common++ : n->rare++;
    n->typical += kana;
    return 2;
}

static size_t take_euc_jp(byte lead, byte trail, struct pairs *n)
{
    if (!(within(lead, 0xA1, 0xFE) || lead == 0x8E) || !within(trail, 0xA1, 0xFE))
        return n->wrong++, 1;
    bool kana = lead == 0xA4 || lead == 0xA5;
    kana || within(lead, 0xB0, 0xCF) || lead == 0xA1 ? n->common++ : n->rare++;
    n->typical += kana;
    return 2;
}

static size_t take_euc_kr(byte lead, byte trail, struct pairs *n)
{
    if (!within(lead, 0x81, 0xFE) || !(within(trail, 0x41, 0x5A) || within(trail, 0x61, 0x7A) || within(trail, 0x81, 0xFE)))
        return n->wrong++, 1;
    bool hangul = within(lead, 0xB0, 0xC8) && trail >= 0xA1;
    hangul || lead == 0xA1 ? n->common++ : n->rare++;
    n->typical += hangul;
    return 2;
}

static struct pairs count_pairs(struct sv text, size_t (*take)(byte, byte, struct pairs *))
{
    struct pairs n = {0};
    for (size_t i = 0; i < text.n;) {
        byte lead = (byte)text.p[i];
        if (lead < 0x80)
            i++;
        else if (i + 1 < text.n) /* what is cut off says nothing */
            i += take(lead, (byte)text.p[i + 1], &n);
        else
            break;
    }
    return n;
}

static const char *guess_pairs(struct sv text)
{
    static const struct {
        const char *name;
        size_t (*take)(byte, byte, struct pairs *);
        unsigned common, typical; /* per cent at least */
    } charsets[] = {
        {"euc-jp", take_euc_jp, 80, 20}, {"shift_jis", take_shift_jis, 80, 20}, {"euc-kr", take_euc_kr, 90, 80},
        {"gb18030", take_gb18030, 70, 0}, {"big5", take_big5, 80, 15},
    };
    for (size_t i = 0; i < sizeof charsets / sizeof *charsets; i++) {
        struct pairs n = count_pairs(text, charsets[i].take);
        size_t all = n.common + n.rare;
        if (all >= 6 && n.wrong * 50 <= all && n.common * 100 >= all * charsets[i].common && n.typical * 100 >= all * charsets[i].typical)
            return charsets[i].name;
    }
    return NULL;
}

/* ---- Alphabets of their own ---- */

struct alphabet {
    const char *name, *letters; /* the ten commonest, small */
};

/* Russian: o e a i n t s r v l. Greek: a o i e t s n h r p, with their accents. Arabic: alif l y m n w r t b d. */
static const struct alphabet alphabets[] = {
    {"windows-1251", "\xEE\xE5\xE0\xE8\xED\xF2\xF1\xF0\xE2\xEB"},
    {"koi8-r", "\xCF\xC5\xC1\xC9\xCE\xD4\xD3\xD2\xD7\xCC"},
    {"ibm866", "\xAE\xA5\xA0\xA8\xAD\xE2\xE1\xE0\xA2\xAB"},
    {"iso-8859-5", "\xDE\xD5\xD0\xD8\xDD\xE2\xE1\xE0\xD2\xDB"},
    {"windows-1253", "\xE1\xEF\xE9\xE5\xF4\xF3\xED\xE7\xF1\xF0\xDF\xFC\xDC\xDD\xF2"},
    {"windows-1256", "\xC7\xE1\xED\xE3\xE4\xE6\xD1\xCA\xC8\xCF"},
};

/* Bytes above 127 that stand three and more together, in hundredths of all of them. */
static unsigned share_in_words(struct sv text)
{
    size_t all = 0, in_words = 0, run = 0;
    for (size_t i = 0; i <= text.n; i++) {
        if (i < text.n && (byte)text.p[i] >= 0x80) {
            run++;
            continue;
        }
        all += run;
        in_words += run >= 3 ? run : 0;
        run = 0;
    }
    return all ? (unsigned)(in_words * 100 / all) : 0;
}

static unsigned share_of(const size_t counts[256], const char *letters)
{
    size_t all = 0, hits = 0;
    for (unsigned b = 0x80; b < 0x100; b++)
        all += counts[b];
    for (; *letters; letters++)
        hits += counts[(byte)*letters];
    return all ? (unsigned)(hits * 100 / all) : 0;
}

static const char *guess_alphabet(struct sv text)
{
    const char *best = NULL;
    unsigned best_share = 45; /* the ten are 55 to 70 % of a text, and less than a third where they are other letters */
    size_t counts[256] = {0};
    if (share_in_words(text) < 60)
        return NULL;
    for (size_t i = 0; i < text.n; i++)
        counts[(byte)text.p[i]]++;
    for (size_t i = 0; i < sizeof alphabets / sizeof *alphabets; i++) {
        unsigned share = share_of(counts, alphabets[i].letters);
        if (share > best_share)
            best_share = share, best = alphabets[i].name;
    }
    return best;
}

const char *guess_charset(struct sv text)
{
    const char *name = guess_pairs(text);
    if (!name)
        name = guess_alphabet(text);
    return name ? name : "windows-1252";
}
