/* Files: one from within another, and those that are not what they should be. */
#include "conf/parsing.h"

#define FILE(path, text) {path, SV(text), NULL}
#define COUNT(array) (sizeof(array) / sizeof *(array))

static void files_are_included_in_sorted_order(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("/etc/n/main.conf", KAFKA OUTLET "include \"rules.d/*.conf\"; rule last { match Zeta; }"),
        FILE("/etc/n/rules.d/20.conf", "rule c { match Gamma; }"),
        FILE("/etc/n/rules.d/10.conf", "rule a { match Alpha; } include \"../more/b.conf\";"),
        FILE("/etc/n/more/b.conf", "rule b { match Beta; }"),
        FILE("/etc/n/rules.d/9.conf", "rule d { match Delta; }"),
        FILE("/etc/n/rules.d/10.conf~", "not read"),
        FILE("/etc/n/rules.d/.10.conf", "not read"),
    };
    /* The reader in memory knows no "..": the path is what it is asked for. */
    struct memory_file known[COUNT(files)];
    memcpy(known, files, sizeof files);
    known[3].path = "/etc/n/rules.d/../more/b.conf";
    struct parsing p;
    parse_files(&p, known, COUNT(known));
    assert_string_equal(p.told.p, "");
    assert_int_equal(p.conf->files, 5);
    static const char *const order[] = {"a", "b", "c", "d", "last"};
    for (size_t i = 0; i < 5; i++)
        assert_sv(p.conf->rules[i].id, order[i]);
    parsing_free(&p);
}

static void a_block_reads_on_where_the_include_stood(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("main", "include \"a\"; " KAFKA OUTLET "include \"b\"; rule r { match $l; }"),
        FILE("a", "list l = x | $m;"),
        FILE("b", "list m = y"),
    };
    struct parsing p;
    parse_files(&p, files, COUNT(files));
    assert_string_equal(p.told.p, "b:1:11: error: a ; is missing here\n     1 | list m = y\n       |           ^\n");
    parsing_free(&p);
}

static void a_loop_is_refused(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("d/main", KAFKA OUTLET RULE "include \"a\";"),
        FILE("d/a", "include \"./b\";"),
        FILE("d/b", "include \".//main\";"),
    };
    struct parsing p;
    parse_files(&p, files, COUNT(files));
    assert_null(p.conf);
    assert_string_equal(p.told.p, "d/b:1:9: error: d/main would include itself\n     1 | include \".//main\";\n       |         ^~~~~~~~~\n");
    parsing_free(&p);
}

static void a_glob_that_meets_its_own_file_is_a_loop(void **state)
{
    (void)state;
    static const struct memory_file files[] = {FILE("a.conf", KAFKA OUTLET RULE "include \"*.conf\";"), FILE("b.conf", "")};
    struct parsing p;
    parse_files(&p, files, COUNT(files));
    assert_int_equal(p.diags.errors, 1);
    assert_told(&p, "a.conf would include itself");
    parsing_free(&p);
}

static void a_file_is_included_once(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("main", KAFKA OUTLET "include \"r*\";\ninclude \"r1\";"),
        FILE("r1", RULE),
    };
    struct parsing p;
    parse_files(&p, files, COUNT(files));
    assert_string_equal(p.told.p, "main:4:9: error: r1 is included a second time\n     4 | include \"r1\";\n       |         ^~~~\n"
                                  "main:3:9: note: it was included here\n     3 | include \"r*\";\n       |         ^~~~\n");
    parsing_free(&p);
}

/* Whatever the path: a file that includes three more, each by another name. */
static bool read_endless(void *context, const char *path, struct buf *text, char *error, size_t error_size)
{
    (void)path, (void)error, (void)error_size;
    ++*(unsigned *)context;
    buf_str(text, "include \"a/../x\"; include \"b/../x\"; include \"c/../x\";");
    return true;
}

static bool glob_itself(void *context, const char *pattern, struct arena *a, struct sv **paths, size_t *count, char *error, size_t error_size)
{
    (void)context, (void)error, (void)error_size;
    *paths = arena_array(a, 1, sizeof **paths);
    (*paths)[0] = sv_dup(a, sv_of(pattern));
    *count = 1;
    return true;
}

static void includes_do_not_grow_without_end(void **state)
{
    (void)state;
    unsigned reads = 0;
    const struct conf_reader reader = {.read = read_endless, .glob = glob_itself, .context = &reads};
    struct diags diags = {0};
    assert_null(conf_parse("x", &reader, NULL, SV("host"), &diags));
    assert_int_equal(diags.errors, 1);
    assert_string_equal(diags.list[0].message.p, "includes within includes, deeper than 16 levels");
    assert_int_equal(reads, 17);
    diag_free(&diags);
}

static void a_file_that_cannot_be_read_is_told_where_it_is_named(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("main", KAFKA OUTLET "include \"none\";\ninclude \"secret\"; rule r { match $elsewhere; }"),
        {"secret", {"", 0}, "Permission denied"},
    };
    struct parsing p;
    parse_files(&p, files, COUNT(files));
    assert_string_equal(p.told.p, "main:3:9: error: none: no such file\n     3 | include \"none\";\n       |         ^~~~~~\n"
                                  "main:4:9: error: secret: Permission denied\n     4 | include \"secret\"; rule r { match $elsewhere; }\n"
                                  "       |         ^~~~~~~~\n");
    parsing_free(&p);
}

static void the_main_file_must_be_there(void **state)
{
    (void)state;
    static const struct memory_file file = {"main", {"", 0}, "No such file or directory"};
    struct parsing p;
    parse_files(&p, &file, 1);
    assert_null(p.conf);
    assert_string_equal(p.told.p, "error: main: No such file or directory\n");
    parsing_free(&p);
}

static void a_pattern_that_finds_nothing_is_warned_of(void **state)
{
    (void)state;
    struct parsing p;
    parse_conf(&p, KAFKA OUTLET RULE "include \"rules.d/*.cnf\";");
    assert_non_null(p.conf);
    assert_told(&p, "c:4:9: warning: no file is like rules.d/*.cnf\n");
    parsing_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_included_in_sorted_order),
        cmocka_unit_test(a_block_reads_on_where_the_include_stood),
        cmocka_unit_test(a_loop_is_refused),
        cmocka_unit_test(a_glob_that_meets_its_own_file_is_a_loop),
        cmocka_unit_test(a_file_is_included_once),
        cmocka_unit_test(includes_do_not_grow_without_end),
        cmocka_unit_test(a_file_that_cannot_be_read_is_told_where_it_is_named),
        cmocka_unit_test(the_main_file_must_be_there),
        cmocka_unit_test(a_pattern_that_finds_nothing_is_warned_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
