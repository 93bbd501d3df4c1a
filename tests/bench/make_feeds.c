/* make_feeds FOLDER: writes the feeds that bench_parse reads where no real ones are given: CDATA, escaped HTML and plain text, RSS
 * and Atom, mostly in a Latin script, each named after what it is. */
#include <stdio.h>
#include <stdlib.h>

#include "feeds.h"

#define ITEMS 30
#define BYTES 51200

static void write_feed(const char *folder, struct shape shape, unsigned feed)
{
    static const char *const scripts[] = {"latin", "cyrillic", "han"}, *const wrappings[] = {"cdata", "escaped", "plain"};
    char path[4096];
    struct buf out = {0};
    make_feed_as(&out, shape, feed, ITEMS, BYTES, 0);
    snprintf(path, sizeof path, "%s/%s-%s-%s-%u.xml", folder, shape.atom ? "atom" : "rss", wrappings[shape.wrapping], scripts[shape.script], feed);
    FILE *f = fopen(path, "w");
    if (!f || fwrite(out.p, 1, out.n, f) != out.n || fclose(f) != 0) {
        perror(path);
        exit(1);
    }
    buf_free(&out);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_feeds FOLDER\n", stderr);
        return 2;
    }
    static const unsigned scripts[] = {0, 0, 0, 1, 2};
    unsigned feed = 0;
    for (unsigned wrapping = CDATA; wrapping <= PLAIN; wrapping++)
        for (unsigned i = 0; i < sizeof scripts / sizeof *scripts; i++)
            for (unsigned atom = 0; atom <= 1; atom++)
                write_feed(argv[1], (struct shape){scripts[i], (enum wrapping)wrapping, atom}, feed++);
    return 0;
}
