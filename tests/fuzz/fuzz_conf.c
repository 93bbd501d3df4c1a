/* Any bytes as files of a configuration: no crash, what is told is text, and what is right prints as what means the same. The
 * files are parted by lines of %%; the first is the main one. */
#include "../unit/conf/memory.h"
#include "base/utf8.h"
#include "match/match.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILES_MOST 5

static void compile(void *context, const struct rule *rules, size_t count, struct diags *diags)
{
    (void)context;
    struct match *match = match_compile(rules, count, diags);
    match_free(&match);
}

static struct conf *parse(const struct memory_file *files, size_t count, struct buf *told)
{
    const struct memory memory = {files, count};
    const struct conf_reader reader = memory_reader(&memory);
    const struct conf_checks checks = {.rules = compile};
    struct diags diags = {0};
    struct conf *conf = conf_parse(files[0].path, &reader, &checks, SV("host"), &diags);
    diag_write(&diags, told, true);
    if ((conf == NULL) != (diags.errors > 0) || utf8_valid_until(buf_view(told)) != told->n)
        abort();
    diag_free(&diags);
    return conf;
}

/* What is printed must be right, and print as itself. */
static void check_print(const struct conf *conf, const struct memory_file *files, size_t count)
{
    struct buf once = {0}, twice = {0}, told = {0};
    conf_print(conf, &once);
    struct memory_file all[FILES_MOST + 1] = {{"printed", buf_view(&once), NULL}};
    memcpy(all + 1, files, count * sizeof *files); /* options may take their values from them */
    struct conf *again = parse(all, count + 1, &told);
    if (again)
        conf_print(again, &twice);
    if (!again || !sv_eq(buf_view(&once), buf_view(&twice))) {
        fprintf(stderr, "--- once:\n%s--- twice:\n%s--- told:\n%s", buf_cstr(&once), buf_cstr(&twice), buf_cstr(&told));
        abort();
    }
    conf_free(&again);
    buf_free(&once);
    buf_free(&twice);
    buf_free(&told);
}

static size_t split(struct sv bytes, struct memory_file *files)
{
    static const char *const paths[FILES_MOST] = {"main", "a.conf", "d/b.conf", "d/c.conf", "d/unreadable.conf"};
    size_t count = 0;
    while (count < FILES_MOST) {
        ptrdiff_t cut = count + 1 < FILES_MOST ? sv_find(bytes, SV("\n%%\n")) : -1;
        files[count] = (struct memory_file){paths[count], cut < 0 ? bytes : sv_head(bytes, (size_t)cut + 1), count == 4 ? "not readable" : NULL};
        count++;
        if (cut < 0)
            break;
        bytes = sv_from(bytes, (size_t)cut + 4);
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct memory_file files[FILES_MOST];
    struct buf told = {0};
    size_t count = split((struct sv){(const char *)data, size}, files);
    struct conf *conf = parse(files, count, &told);
    if (conf)
        check_print(conf, files, count);
    conf_free(&conf);
    buf_free(&told);
    return 0;
}
