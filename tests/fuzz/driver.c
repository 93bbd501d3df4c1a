/* Drives a fuzz target without libFuzzer, so that any compiler will do: every seed as it is, then mutations of seeds.
 *     fuzz_x [-n RUNS] [-s SEED] [-o FILE] FOLDER|FILE…
 * The input under way is in FILE when the target dies. */
#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUT_MOST 65536
#define SEEDS_MOST 1000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
    uint8_t *bytes;
    size_t size;
};

static struct input seeds[SEEDS_MOST];
static size_t seed_count;
static uint64_t chance = 1;

static uint64_t draw(uint64_t below)
{
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return chance % below;
}

static void die(const char *what, const char *path)
{
    fprintf(stderr, "%s: ", what);
    perror(path);
    exit(2);
}

static void add_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        die("seed", path);
    struct input *seed = &seeds[seed_count++];
    seed->bytes = malloc(INPUT_MOST);
    seed->size = fread(seed->bytes, 1, INPUT_MOST, file);
    fclose(file);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In sorted order: the same seed of chance gives the same run everywhere. */
static void add_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        die("seeds", path);
    char *paths[SEEDS_MOST];
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder)) && count < SEEDS_MOST;)
        if (entry->d_name[0] != '.' && asprintf(&paths[count], "%s/%s", path, entry->d_name) > 0)
            count++;
    closedir(folder);
    qsort(paths, count, sizeof *paths, by_name);
    for (size_t i = 0; i < count; i++) {
        if (seed_count < SEEDS_MOST)
            add_file(paths[i]);
        free(paths[i]);
    }
}

static void add(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        die("seed", path);
    if (S_ISDIR(status.st_mode))
        add_folder(path);
    else if (seed_count < SEEDS_MOST)
        add_file(path);
}

/* ---- Mutations ---- */

static void flip(struct input *in)
{
    if (in->size)
        in->bytes[draw(in->size)] ^= (uint8_t)(1u << draw(8));
}

static void overwrite(struct input *in)
{
    static const uint8_t bytes[] = {0, 0xFF, 0x80, 0xC0, 0xE2, '<', '>', '&', '"', '\'', '(', ')', '{', '}', ';', '*', '/', '\\', '\n', ']', '$'};
    if (in->size)
        in->bytes[draw(in->size)] = bytes[draw(sizeof bytes)];
}

static void cut(struct input *in)
{
    if (in->size < 2)
        return;
    size_t from = draw(in->size), n = 1 + draw(in->size - from);
    memmove(in->bytes + from, in->bytes + from + n, in->size - from - n);
    in->size -= n;
}

static void insert(struct input *in, const uint8_t *bytes, size_t n)
{
    if (n > INPUT_MOST - in->size)
        n = INPUT_MOST - in->size;
    size_t at = draw(in->size + 1);
    memmove(in->bytes + at + n, in->bytes + at, in->size - at);
    memcpy(in->bytes + at, bytes, n);
    in->size += n;
}

static void transplant(struct input *in)
{
    static uint8_t piece[INPUT_MOST];
    const struct input *other = &seeds[draw(seed_count)];
    if (!other->size)
        return;
    size_t from = draw(other->size), n = 1 + draw(other->size - from);
    memcpy(piece, other->bytes + from, n);
    for (uint64_t times = draw(8) ? 1 : 1 + draw(50); times > 0; times--)
        insert(in, piece, n);
}

static void put_word(struct input *in)
{
    static const char *const words[] = {" AND ", " OR ", " NOT ", " NEAR/3 ", "((", "))", "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "&#",
                                        "</item>", "<item>", "\xEF\xBB\xBF", "\xE4\xB8\x80", "\xD0\x90", "include \"x\";", "\\u", "/*", "\"", "''",
                                        " EXCEPT ", "ONEAR/0 ", " NEAR/s ", "title:", "url:", "lang:ru", "$iran", "~", "* ", "?", " | ", "'s ",
                                        "U.S.", "\n\n", ". A", "\xE2\x80\x8C", "\xCC\x81", "%E4", "xn--", "ATLEAST/2(", "FIRST/3("};
    const char *word = words[draw(sizeof words / sizeof *words)];
    insert(in, (const uint8_t *)word, strlen(word));
}

static void mutate(struct input *in)
{
    static void (*const ways[])(struct input *) = {flip, overwrite, cut, transplant, put_word};
    for (uint64_t times = 1 + draw(6); times > 0; times--)
        ways[draw(sizeof ways / sizeof *ways)](in);
}

/* ---- Runs ---- */

/* The input is in the file before it is tried: it is there however the target dies. */
static void try(const struct input *in, int fd)
{
    if (ftruncate(fd, 0) != 0 || pwrite(fd, in->bytes, in->size, 0) != (ssize_t)in->size)
        die("cannot write", "the input");
    uint8_t *copy = malloc(in->size ? in->size : 1); /* of its exact size, so that ASan sees the first byte beyond */
    memcpy(copy, in->bytes, in->size);
    LLVMFuzzerTestOneInput(copy, in->size);
    free(copy);
}

int main(int argc, char **argv)
{
    uint64_t runs = 10000;
    const char *path = "build/fuzz.input";
    for (int c; (c = getopt(argc, argv, "n:s:o:")) != -1;)
        switch (c) {
        case 'n': runs = strtoull(optarg, NULL, 10); break;
        case 's': chance = strtoull(optarg, NULL, 10) | 1; break;
        case 'o': path = optarg; break;
        default: return 2;
        }
    for (int i = optind; i < argc; i++)
        add(argv[i]);
    if (seed_count == 0) {
        fprintf(stderr, "%s: no seeds\n", argv[0]);
        return 2;
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd < 0)
        die("cannot write", path);
    for (size_t i = 0; i < seed_count; i++)
        try(&seeds[i], fd);
    struct input in = {malloc(INPUT_MOST), 0};
    for (uint64_t i = 0; i < runs; i++) {
        const struct input *seed = &seeds[draw(seed_count)];
        memcpy(in.bytes, seed->bytes, in.size = seed->size);
        mutate(&in);
        try(&in, fd);
    }
    free(in.bytes);
    for (size_t i = 0; i < seed_count; i++)
        free(seeds[i].bytes);
    unlink(path);
    printf("%zu seeds, %llu mutations\n", seed_count, (unsigned long long)runs);
    return 0;
}
