/* bench_html: HTML to text beside a bare copy of the same bytes, in one run: the contents of the feeds in the folder BENCH_FEEDS,
 * and generated ones of several kinds. Prints MB of HTML a second of CPU, and how many times longer it takes than the copy. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "feed/feed.h"
#include "feed/html.h"

#define ROUNDS 15
#define BYTES (16u << 20) /* passed in each round */

/* Texts, one behind the other. */
struct texts {
    struct buf bytes;
    size_t *ends, count, capacity;
};

static void add(struct texts *t, struct sv html)
{
    buf_sv(&t->bytes, html);
    t->ends = xgrow(t->ends, t->count, &t->capacity, sizeof *t->ends);
    t->ends[t->count++] = t->bytes.n;
}

static struct sv copy(struct arena *a, struct sv html)
{
    return sv_dup(a, html);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double one_pass(const struct texts *t, struct sv make(struct arena *, struct sv))
{
    struct arena a = {0};
    double began = now();
    for (size_t done = 0; done < BYTES; done += t->bytes.n)
        for (size_t i = 0, from = 0; i < t->count; from = t->ends[i++]) {
            make(&a, (struct sv){t->bytes.p + from, t->ends[i] - from});
            arena_reset(&a); /* as the feed stage does after each item */
        }
    double took = now() - began;
    arena_free(&a);
    return took;
}

static void measure(const char *name, struct texts *t)
{
    double text = 1e9, bare = 1e9;
    if (t->count == 0)
        return;
    for (int i = 0; i < ROUNDS; i++) { /* in turn; what disturbs only ever adds */
        double b = one_pass(t, copy), x = one_pass(t, html_text);
        bare = b < bare ? b : bare;
        text = x < text ? x : text;
    }
    double bytes = (double)((BYTES + t->bytes.n - 1) / t->bytes.n * t->bytes.n);
    printf("%-28s%9.0f%9.1f%9zu\n", name, bytes / text / 1e6, text / bare, t->bytes.n / t->count);
    buf_free(&t->bytes);
    free(t->ends);
}

/* ---- The contents of feeds ---- */

static bool keep_texts(void *context, struct item *item)
{
    if (item->raw_content.html)
        add(context, item->raw_content.text);
    if (item->raw_summary.html)
        add(context, item->raw_summary.text);
    return true;
}

static void read_feed(const char *path, struct texts *t)
{
    const struct feed_options options = {.now = TIME_NONE, .item = keep_texts, .context = t};
    struct feed *feed = feed_open(&options);
    FILE *file = fopen(path, "rb");
    char bytes[65536];
    for (size_t n; file && (n = fread(bytes, 1, sizeof bytes, file)) > 0 && feed_write(feed, bytes, n);)
        ;
    if (file)
        fclose(file);
    feed_finish(feed);
    feed_free(&feed);
}

static void read_folder(const char *path, struct texts *t)
{
    DIR *folder = opendir(path);
    if (!folder) {
        perror(path);
        exit(1);
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        char *file;
        if (entry->d_name[0] != '.' && asprintf(&file, "%s/%s", path, entry->d_name) > 0) {
            read_feed(file, t);
            free(file);
        }
    }
    closedir(folder);
}

/* ---- Generated ones ---- */

static const struct kind {
    const char *name, *pieces[5]; /* in turn; a "~" stands for words */
} kinds[] = {
    {"paragraphs", {"<p>~ ~ ~ ~</p>\n", "<p>~ ~ <em>~</em> ~</p>\n"}},
    {"links", {"<p>~ <a href=\"https://news.example/2025/11/05/story-12345?utm_source=rss\" target=\"_blank\" rel=\"noopener\">~</a> ~</p>\n"}},
    {"references", {"<p>&laquo;&nbsp;~&nbsp;&raquo; ~ l&rsquo;&eacute;t&eacute; d&#8217;~ &amp; ~ &#8220;~&#8221;</p>\n"}},
    {"pictures and frames", {"<figure class=\"wp-block-image size-large\"><img width=\"1024\" height=\"683\" src=\"https://news.example/a-b-c-1024x683.jpg\" "
                             "alt=\"~\" loading=\"lazy\"/><figcaption>~</figcaption></figure>\n<p>~ ~</p><!-- ~ -->"}},
    {"tables", {"<table class=\"t\"><tr><th>~</th><th>~</th></tr>\n<tr><td>1</td><td>~</td></tr>\n", "<tr><td>2</td><td>~</td></tr></table>\n"}},
};

static void put_words(struct buf *out, unsigned *seed, bool han)
{
    for (unsigned words = 6 + (*seed = *seed * 1103515245u + 12345u) / 65536u % 12; words; words--) {
        unsigned letters = 2 + (*seed = *seed * 1103515245u + 12345u) / 65536u % 8;
        for (; letters; letters--) {
            *seed = *seed * 1103515245u + 12345u;
            if (han)
                buf_codepoint(out, *seed % 8 ? 0x4E00 + *seed / 65536u % 5000 : 0x3041 + *seed / 65536u % 80);
            else
                buf_byte(out, (char)('a' + *seed / 65536u % 26));
        }
        buf_str(out, han ? "\xE3\x80\x81" : words > 1 ? " " : "");
    }
}

static void generate(const struct kind *kind, bool han, struct texts *t)
{
    unsigned seed = 1;
    for (int text = 0; text < 200; text++) {
        struct buf html = {0};
        for (size_t i = 0; html.n < 3000; i++) {
            const char *piece = kind->pieces[i % 5] ? kind->pieces[i % 5] : kind->pieces[0];
            for (; *piece; piece++)
                if (*piece == '~')
                    put_words(&html, &seed, han);
                else
                    buf_byte(&html, *piece);
        }
        add(t, buf_view(&html));
        buf_free(&html);
    }
}

int main(void)
{
    const char *folder = getenv("BENCH_FEEDS");
    printf("%-28s%9s%9s%9s\n", "HTML to text", "MB/s", "copies", "bytes each");
    if (folder) {
        struct texts t = {0};
        read_folder(folder, &t);
        measure("contents of feeds", &t);
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct texts t = {0};
        generate(&kinds[i], false, &t);
        measure(kinds[i].name, &t);
    }
    struct texts t = {0};
    generate(&kinds[0], true, &t);
    measure("paragraphs in Han and Kana", &t);
    return 0;
}
