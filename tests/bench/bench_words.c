/* bench_words: how fast texts become folded words, script by script, beside two bare passes over the same bytes in the same run: one
 * that only sums them, and one that splits at blanks. With the name of a script, that alone. Prints MB a second of CPU, and how many times longer than each it takes. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "match/words.h"

#define ROUNDS 15
#define TEXTS 256
#define TEXT_BYTES 4096
#define BYTES (8u << 20) /* passed in each round */

static const struct kind {
    const char *name, *language;
    const char *words;                /* by blanks; the first are the commonest */
    const char *between, *comma, *stop;
} kinds[] = {
    {"English", "en",
     "the of to and in a is that for on said with was by at from as it be has are have an will not this but its he were which their been would who more they "
     "had after about than also one new government President officials could other minister talks country between over Iran first people two when there "
     "international out security if into nuclear up Washington agreement last against so some state can percent Monday year sanctions United years States "
     "economic trade only before infrastructure negotiations most foreign Beijing military during administration spokesman U.S. world's 2015 reported Dr. "
     "statement Anchorage meeting Alaska Kremlin summit development announced investment representatives responsibility",
     " ", ", ", ". "},
    {"German", "de",
     "die der und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er hat daß nach wird bei einer um am sind noch wie "
     "über einen so Regierung Präsident Gespräche zwischen Länder Atomabkommen Außenminister Verhandlungen könnten müssen Wirtschaft Straße bzw. größten "
     "Sicherheitsrat Vereinigten Staaten Österreich während zurück",
     " ", ", ", ". "},
    {"Russian", "ru",
     "в и на не что с по он как это из к за его о был для от при со же года у до президент России США переговоры которые также Путин Кремль сделка ядерной "
     "заявил между стран области министр иностранных дел саммит санкции правительство экономики отношений встреча Аляске Вашингтон объём ещё всё международный",
     " ", ", ", ". "},
    {"Arabic", "ar",
     "في من على أن إلى عن التي مع هذا كان قال الذي بين هذه بعد ما لا أو قد إيران الرئيس محادثات النووي الاتفاق الولايات المتحدة وزارة الخارجية الحكومة العقوبات "
     "الدولية أعلن اليوم المفاوضات القمة الأمن الاقتصاد مسؤول شؤون",
     " ", "، ", ". "},
    {"Han", "zh",
     "的 一 是 不 在 有 国 中 人 了 上 为 大 和 年 会 經 发 出 家 对 要 地 以 时 於 到 行 作 他 用 个 业 我 政 美 进 议 伊 朗 核 协 谈 带 路 峰 会 华 盛 顿 俄 罗 斯 總 統 國 會 談 "
     "關 係 經 濟 發 展 議 題 書 記 長",
     "", "，", "。"},
    {"Japanese", "ja", "の に は を た が で て と し れ さ る い も 会 談 政 府 大 統 領 アメリカ ロシア 日 本 核 合 意 首 相 一 帯 一 路 サミット 経 済 です ます から まで", "", "、", "。"},
    {"Korean", "ko", "이 는 을 의 에 가 도 한 다 고 정 부 대통령 회담 미국 중국 일대일로 러시아 핵 합의 장관 정상 협상 경제 제재 발표 했다", " ", ", ", ". "},
    {"Thai", "th", "ที่ การ และ ของ ใน เป็น มี ได้ ว่า จะ ไม่ ประเทศ รัฐบาล ประชุม สหรัฐ อิหร่าน นิวเคลียร์ เจรจา ผู้ นำ เศรษฐกิจ ความ มั่นคง", "", " ", " "},
    {"Hindi", "hi", "के में की है और से का को ने पर कि यह हैं कहा भारत सरकार राष्ट्रपति वार्ता ईरान परमाणु समझौता मंत्री विदेश शिखर सम्मेलन प्रतिबंध अमेरिका", " ", ", ", "। "},
};

struct texts {
    struct buf bytes;
    size_t ends[TEXTS];
    struct sv language;
};

static unsigned next(unsigned *seed)
{
    return (*seed = *seed * 1103515245u + 12345u) >> 8;
}

static void generate(const struct kind *kind, struct texts *t)
{
    struct sv words[256], rest = sv_of(kind->words);
    unsigned count = 0, seed = 7;
    while (count < 256 && sv_split(&rest, ' ', &words[count]))
        count++;
    *t = (struct texts){.language = sv_of(kind->language)};
    for (size_t i = 0; i < TEXTS; i++) {
        for (size_t until = i * TEXT_BYTES + TEXT_BYTES; t->bytes.n < until;) {
            unsigned a = next(&seed) % count, b = next(&seed) % count; /* the smaller of two: the first ones are common */
            buf_sv(&t->bytes, words[a < b ? a : b]);
            unsigned sign = next(&seed) % 32;
            buf_str(&t->bytes, sign == 0 ? kind->stop : sign < 3 ? kind->comma : kind->between);
        }
        t->ends[i] = t->bytes.n;
    }
}

/* ---- The passes. Each returns something of all that it read, so that no compiler leaves it out. ---- */

static size_t sum(struct sv text, struct sv language)
{
    uint64_t total = language.n, word;
    for (size_t i = 0; i + 8 <= text.n; i += 8) {
        memcpy(&word, text.p + i, 8);
        total += word;
    }
    return total;
}

static size_t split_at_blanks(struct sv text, struct sv language)
{
    size_t words = language.n;
    bool within = false;
    for (size_t i = 0; i < text.n; i++) {
        bool blank = text.p[i] == ' ';
        words += within && blank;
        within = !blank;
    }
    return words;
}

static size_t split(struct sv text, struct sv language)
{
    static struct words words; /* its memory is used again, as the engine does */
    words_split(text, language, &words);
    return words.count + words.folded.n;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

volatile size_t kept;

static double one_round(const struct texts *t, size_t pass(struct sv, struct sv))
{
    double began = now();
    for (size_t done = 0; done < BYTES; done += t->bytes.n)
        for (size_t i = 0, from = 0; i < TEXTS; from = t->ends[i++])
            kept += pass((struct sv){t->bytes.p + from, t->ends[i] - from}, t->language);
    return now() - began;
}

static double least(double a, double b)
{
    return a < b ? a : b;
}

int main(int count, char **names)
{
    printf("%-12s%10s%10s%10s%12s\n", "words of", "MB/s", "sums", "splits", "bytes each");
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (count > 1 && strcmp(names[1], kinds[i].name) != 0)
            continue;
        struct texts t;
        generate(&kinds[i], &t);
        double words = 1e9, bare = 1e9, naive = 1e9;
        for (int round = 0; round < ROUNDS; round++) { /* in turn; what disturbs only ever adds */
            bare = least(bare, one_round(&t, sum));
            naive = least(naive, one_round(&t, split_at_blanks));
            words = least(words, one_round(&t, split));
        }
        struct words w = {0};
        words_split(buf_view(&t.bytes), t.language, &w);
        double bytes = (double)((BYTES + t.bytes.n - 1) / t.bytes.n * t.bytes.n);
        printf("%-12s%10.0f%10.1f%10.1f%12.1f\n", kinds[i].name, bytes / words / 1e6, words / bare, words / naive, (double)t.bytes.n / (double)w.count);
        words_free(&w);
        buf_free(&t.bytes);
    }
    return 0;
}
