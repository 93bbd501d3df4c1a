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

/* Russian: o e a i n t s r v l. Greek: a o i e t s n h r p, with their accents. Arabic: alif l y m n w r t b d. Hebrew: y w h l alef r m t
 * sh b. Thai, where they are spread more evenly: sixteen. */
static const struct alphabet alphabets[] = {
    {"windows-1251", "\xEE\xE5\xE0\xE8\xED\xF2\xF1\xF0\xE2\xEB"},
    {"koi8-r", "\xCF\xC5\xC1\xC9\xCE\xD4\xD3\xD2\xD7\xCC"},
    {"ibm866", "\xAE\xA5\xA0\xA8\xAD\xE2\xE1\xE0\xA2\xAB"},
    {"iso-8859-5", "\xDE\xD5\xD0\xD8\xDD\xE2\xE1\xE0\xD2\xDB"},
    {"windows-1253", "\xE1\xEF\xE9\xE5\xF4\xF3\xED\xE7\xF1\xF0\xDF\xFC\xDC\xDD\xF2"},
    {"windows-1256", "\xC7\xE1\xED\xE3\xE4\xE6\xD1\xCA\xC8\xCF"},
    {"windows-1255", "\xE9\xE5\xE4\xEC\xE0\xF8\xEE\xFA\xF9\xE1"},
    {"windows-874", "\xD2\xB9\xC3\xCD\xA1\xE0\xA7\xC2\xE8\xD1\xD5\xC7\xC1\xB7\xE9\xD4"},
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

struct counts {
    size_t of[256], all; /* of each byte; of those above 127 */
};

static struct counts count_bytes(struct sv text)
{
    struct counts c = {0};
    for (size_t i = 0; i < text.n; i++) {
        c.of[(byte)text.p[i]]++;
        c.all += (byte)text.p[i] >= 0x80;
    }
    return c;
}

static size_t count_of(const struct counts *c, const char *letters)
{
    size_t n = 0;
    for (; *letters; letters++)
        n += c->of[(byte)*letters];
    return n;
}

static const char *guess_alphabet(struct sv text)
{
    const char *best = NULL;
    unsigned best_share = 45; /* the ten are 55 to 70 % of a text, and less than a third where they are other letters */
    const struct counts counts = count_bytes(text);
    if (share_in_words(text) < 60)
        return NULL;
    for (size_t i = 0; i < sizeof alphabets / sizeof *alphabets; i++) {
        unsigned share = (unsigned)(count_of(&counts, alphabets[i].letters) * 100 / counts.all);
        if (share > best_share)
            best_share = share, best = alphabets[i].name;
    }
    bool ukrainian = best && strcmp(best, "koi8-r") == 0 && count_of(&counts, "\xA4\xA6\xA7"); /* no letters in Russia's */
    return ukrainian ? "koi8-u" : best;
}

/* ---- Latin letters with marks ---- */

/* All that a language has beyond ASCII, and those of them that mean nothing likely in windows-1252. */
struct marks {
    const char *name, *letters, *typical;
    unsigned typical_least; /* per cent */
};

#define POLISH "\xEA\xE6\xF1\xF3\xCA\xC6\xD1\xD3\xB3\xBF\xA3\xAF"
#define CZECH "\xEC\xE8\xF8\xFD\xE1\xED\xE9\xF9\xFA\xF3\xEF\xF2\xE4\xF4\xE5\xE0\xCC\xC8\xD8\xDD\xC1\xCD\xC9\xDA"
static const struct marks marks[] = {
    {"windows-1250", POLISH "\xB9\x9C\x9F\xA5\x8C\x8F", "\xB3\xBF\xB9\x9C\x9F\xA3", 25},
    {"iso-8859-2", POLISH "\xB1\xB6\xBC\xA1\xA6\xAC", "\xB3\xBF\xB1\xB6\xBC\xA3", 25},
    {"windows-1250", CZECH "\x9A\x9E\x9D\xBE\x8A\x8E\x8D\xBC", "\x9A\x9E\x9D\xBE\xF8\xFD", 12}, /* and Slovak */
    {"iso-8859-2", CZECH "\xB9\xBE\xB5\xA9\xAE\xA5", "\xB9\xBE\xB5\xF8\xFD", 12},
    /* Croatian and Slovene; Hungarian; Romanian */
    {"windows-1250", "\xE8\xE6\x9A\x9E\xF0\xC8\xC6\x8A\x8E\xD0", "\x9A\x9E", 25},
    {"windows-1250", "\xE1\xE9\xED\xF3\xF6\xF5\xFA\xFC\xFB\xC1\xC9\xCD\xD3\xD6\xD5\xDA\xDC\xDB", "\xF5\xFB", 6},
    {"windows-1250", "\xE3\xE2\xEE\xBA\xFE\xC3\xC2\xCE\xAA\xDE", "\xBA\xFE\xAA\xDE", 20},
    /* Turkish; Lithuanian; Latvian */
    {"windows-1254", "\xFD\xFE\xF0\xE7\xFC\xF6\xE2\xEE\xFB\xDD\xDE\xD0\xC7\xDC\xD6", "\xFD\xFE\xF0\xDD\xDE", 30},
    {"windows-1257", "\xE0\xE8\xE6\xEB\xE1\xF0\xF8\xFB\xFE\xC0\xC8\xC6\xCB\xC1\xD0\xD8\xDB\xDE", "\xF0\xF8\xFE\xD0\xDE", 30},
    {"windows-1257", "\xE2\xE8\xE7\xEC\xEE\xED\xEF\xF2\xF0\xFB\xFE\xC2\xC8\xC7\xCC\xCE\xCD\xCF\xD2\xD0\xDB\xDE", "\xF0\xFE\xD0\xDE", 10},
};

/* Nearly the same in all of these. */
#define PUNCTUATION "\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\xA0\xA7\xA9\xAB\xAD\xAE\xB0\xBB"
#define MARKS_LEAST 6
#define MARKS_SHARE 94 /* per cent: names from abroad have other letters */

static const char *guess_marks(struct sv text)
{
    const char *best = NULL;
    const struct counts counts = count_bytes(text);
    size_t all = counts.all - count_of(&counts, PUNCTUATION), most = 0;
    for (size_t i = 0; all >= MARKS_LEAST && i < sizeof marks / sizeof *marks; i++) {
        size_t letters = count_of(&counts, marks[i].letters), typical = count_of(&counts, marks[i].typical);
        if (letters > most && letters * 100 >= all * MARKS_SHARE && typical * 100 >= all * marks[i].typical_least)
            best = marks[i].name, most = letters;
    }
    return best;
}

const char *guess_charset(struct sv text)
{
    const char *name = guess_pairs(text);
    if (!name)
        name = guess_alphabet(text);
    if (!name)
        name = guess_marks(text);
    return name ? name : "windows-1252";
}
