/* Secrets: taken from files, never shown. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/told.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define FILE(path, text) {path, {"" text, sizeof(text) - 1}, NULL}
#define REST "\n" OUTLET RULE

static void a_password_file_gives_the_password_without_its_line_end(void **state)
{
    (void)state;
    static const struct memory_file ends[][2] = {
        {FILE("/etc/n/c", "kafka { embedded; password_file \"pw\"; }" REST), FILE("/etc/n/pw", "s3cret\n")},
        {FILE("/etc/n/c", "kafka { embedded; password_file \"/etc/n/pw\"; }" REST), FILE("/etc/n/pw", "s3cret")},
        {FILE("/etc/n/c", "kafka { embedded; option sasl.password file \"./pw\"; }" REST), FILE("/etc/n/pw", "s3cret\r\n")},
        {FILE("/etc/n/c", "kafka { embedded; password_file \"pw\"; }" REST), FILE("/etc/n/pw", " s3cret \n")},
    };
    for (size_t i = 0; i < COUNT(ends); i++) {
        struct parsing p;
        struct buf out = {0};
        parse_files(&p, ends[i], 2);
        assert_string_equal(p.told.p, "");
        assert_sv(p.conf->kafka.options[0].name, "sasl.password");
        assert_sv(p.conf->kafka.options[0].value, i < 3 ? "s3cret" : " s3cret ");
        assert_sv(p.conf->kafka.options[0].file, "/etc/n/pw");
        conf_print(p.conf, &out);
        assert_non_null(strstr(buf_cstr(&out), "    password_file \"/etc/n/pw\";\n"));
        assert_null(strstr(out.p, "s3cret"));
        parsing_free(&p);
        buf_free(&out);
    }
}

static void any_option_takes_its_value_from_a_file_and_file_is_a_value_too(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("c", "kafka { embedded; option ssl.key.pem file \"k\"; option client.id file; option a \"file\"; option b file\n topic t; }" REST),
        FILE("k", "-----BEGIN\nkey\n"),
    };
    struct parsing p;
    parse_files(&p, files, 2);
    assert_told(&p, "a ; is missing here");
    assert_int_equal(p.diags.count, 1);
    parsing_free(&p);
    static const struct memory_file good[] = {
        FILE("c", "kafka { embedded; option ssl.key.pem file \"k\"; option client.id file; option a \"file\"; }" REST),
        FILE("k", "-----BEGIN\nkey\n"),
    };
    parse_files(&p, good, 2);
    assert_string_equal(p.told.p, "");
    const struct conf_option *o = p.conf->kafka.options;
    assert_sv(o[0].value, "-----BEGIN\nkey");
    assert_true(sv_eq(o[1].value, SV("file")) && !o[1].file.p && sv_eq(o[2].value, SV("file")) && !o[2].file.p);
    parsing_free(&p);
}

static void a_relative_path_is_a_credential_first(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("/etc/n/c", "kafka { embedded; password_file \"pw\"; option ssl.key.password file \"other\"; option x file \"none\"; }" REST),
        FILE("/etc/n/pw", "folder"), FILE("/run/cred/pw", "credential"), FILE("/etc/n/other", "folder"), FILE("/run/cred/none", "x"),
    };
    for (size_t count = 4; count <= 5; count++) {
        const struct memory m = {files, count};
        struct conf_reader reader = memory_reader(&m);
        struct diags diags = {0};
        struct buf told = {0};
        reader.credentials = "/run/cred";
        struct conf *conf = conf_parse("/etc/n/c", &reader, NULL, SV("host"), &diags);
        diag_write(&diags, &told, false);
        if (count == 4) {
            assert_null(conf);
            assert_non_null(strstr(buf_cstr(&told), "/etc/n/none: no such file, and none in /run/cred ($CREDENTIALS_DIRECTORY)"));
        } else {
            assert_sv(conf->kafka.options[0].value, "credential");
            assert_sv(conf->kafka.options[0].file, "/run/cred/pw");
            assert_sv(conf->kafka.options[1].file, "/etc/n/other");
        }
        conf_free(&conf);
        diag_free(&diags);
        buf_free(&told);
    }
}

static void what_is_wrong_with_a_file_is_told_where_it_is_named(void **state)
{
    (void)state;
    static char large[(64 << 10) + 1];
    memset(large, 'x', sizeof large);
    const struct memory_file files[] = {
        FILE("c", "kafka { embedded; password_file \"none\"; option a file \"/none\"; option b file \"locked\"; option c file \"empty\"; option d file \"end\";\n"
                  "option e file \"nul\"; option f file \"\"; option g file word; option h file \"large\"; option i.password file \"lines\"; }" REST),
        {"locked", {"", 0}, "Permission denied"}, FILE("empty", ""), FILE("end", "\n"), FILE("nul", "a\0b"),
        {"large", {large, sizeof large}, NULL}, FILE("lines", "a\nb\n"),
    };
    static const char *const told[] = {
        "c:1:33: error: none: no such file ($CREDENTIALS_DIRECTORY is not set)\n", "c:1:55: error: /none: no such file\n",
        "c:1:78: error: locked: Permission denied\n", "c:1:102: error: empty is empty: it holds the value of c\n",
        "error: end is empty: it holds the value of d\n", "c:2:15: error: nul holds a NUL byte: it is a text, the value of e\n",
        "error: the path is empty\n", "error: a path needs quotes: write \"word\"\n", "error: large: larger than 65536 bytes\n",
        "warning: lines has several lines: all of them are the value of i.password\n",
    };
    struct parsing p;
    parse_files(&p, files, COUNT(files));
    for (size_t i = 0; i < COUNT(told); i++)
        assert_told(&p, told[i]);
    assert_int_equal(p.diags.count, COUNT(told));
    parsing_free(&p);
}

static void a_second_password_is_told_with_the_first(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("c", "kafka { embedded; option sasl.password x;\npassword_file \"pw\"; }" REST), FILE("pw", "s3cret"),
    };
    struct parsing p;
    parse_files(&p, files, 2);
    assert_told(&p, "c:2:1: error: 'sasl.password' is given a second time");
    assert_told(&p, "c:1:26: note: it was given here");
    parsing_free(&p);
}

static void a_quoted_line_holds_no_secret(void **state)
{
    (void)state;
    /* Each has a mistake on the secret's line. */
    static const char *const lines[] = {
        "option sasl.password \"s3cret\" x;", "option sasl.password s3cret x;", "option sasl.pasword nonsense; option ssl.key.pem \"s3cret\";",
        "option sasl.password \"s3cret;", "option sasl.password \"s3cret\" option x y;", "option sasl.password = \"s3cret\";",
        "option sasl.password=s3cret;", "option sasl.password=\"s3cret\" x;", "sasl.password=s3cret;", "sasl.password: s3cret;", "sasl.password \"s3cret\";",
        "password \"s3cret\";", "opton sasl.password \"s3cret\";", "option \"sasl.password\" \"s3cret\";", "option 'sasl.password' 's3cret';",
        "option Sasl.Password \"s3cret\" x;", "option sasl.pasword \"s3cret\" x;", "option ssl.keystore.pasword s3cret x;",
        "option sasl.oauthbearer.config \"principal=a s3cret\" x;", "option sasl.oauthbearer.client.secret \"s3cret\" x;",
        "option sasl.password \"a \\\" s3cret\" x;", "option sasl.password \"a \\q s3cret\";", "option sasl.password \"a\" \"s3cret\";",
        "option sasl.password # now\n  \"s3cret\" x;", "option sasl.jaas.config \"x required password=s3cret;\" x;", "option password s3cret x;",
        "key outlt; option sasl.password \"s3cret\";", "option sasl.password nonsense; option sasl.password \"s3cret\"; key x;",
        "option acks 1; option sasl.password \"s3cret\";", "option sasl.password fiel \"s3cret\";", "option sasl.password file s3cret",
        "} outlet a { fed \"https://me:s3cret@x.example/\"; ", "} outlet a { feed https://me:s3cret@x.example/; ",
        "} outlet a { feed \"ftp://me:s3cret@x.example/\"; ", "} outlet a { feed \"https://x.example/?a=1&token=s3cret\" y; ",
        "} outlet a { feed \"https://x.example/?a=1&token=s3cret; ",
    };
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct parsing p;
        struct buf text = {0};
        buf_printf(&text, "kafka { embedded;\n%s\n}\n" REST, lines[i]);
        parse_bytes(&p, buf_view(&text));
        if (p.diags.errors == 0)
            fail_msg("taken: %s", lines[i]);
        if (strstr(p.told.p, "s3cret"))
            fail_msg("%s\n%s", lines[i], p.told.p);
        parsing_free(&p);
        buf_free(&text);
    }
}

static const struct expectation shown[] = {
    {"kafka { embedded; option sasl.username me x; option sasl.password \"ä\" y; topic a b; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }",
     "c:1:43: error: a ; is expected here\n"
     "     1 | kafka { embedded; option sasl.username me x; option sasl.password **** *; topic a b; }\n"
     "       |                                           ^\n"
     "c:1:71: error: a ; is expected here\n"
     "     1 | kafka { embedded; option sasl.username me x; option sasl.password **** *; topic a b; }\n"
     "       |                                                                        ^\n"
     "c:1:82: error: a ; is expected here\n"
     "     1 | kafka { embedded; option sasl.username me x; option sasl.password **** *; topic a b; }\n"
     "       |                                                                                   ^\n", true},
    {"rule x { title y; match password secret.token; }",
     "c:1:16: error: a title needs quotes: write \"y\"\n"
     "     1 | rule x { title y; match password secret.token; }\n"
     "       |                ^\n", false},
    {"kafka { embedded; option ssl.ca.pem x y; option ssl.key.location \"/k\" z; option sasl.password file \"p\" q; }\n"
     "outlet bbc { feed \"https://bbc.example/rss\"; }\n"
     "rule ak { match Alaska; }",
     NULL, true},
};

static void what_is_no_secret_is_quoted_and_carets_stay_right(void **state)
{
    (void)state;
    check_told(shown, 1);
    struct parsing p;
    parse_conf(&p, shown[2].text);
    assert_told(&p, "option ssl.ca.pem x y; option ssl.key.location \"/k\" z; option sasl.password file \"p\" *; }\n");
    parsing_free(&p);
    parse_conf(&p, "rule x { title y; match password NEAR/3 \"secret token\"; }\nlist l = pasword;" KAFKA OUTLET);
    assert_told(&p, "| rule x { title y; match password NEAR/3 \"secret token\"; }\n");
    parsing_free(&p);
}

static bool repeat_value(void *context, const char *name, const char *value, char *error, size_t error_size)
{
    (void)context;
    snprintf(error, error_size, "Invalid value \"%s\" for configuration property \"%s\"", value, name);
    return false;
}

static void what_librdkafka_says_of_a_secret_does_not_repeat_it(void **state)
{
    (void)state;
    static const struct memory_file files[] = {
        FILE("c", "kafka { embedded; option sasl.password s3cret; option linger.ms file \"ms\"; option retries many; }" REST), FILE("ms", "s3cret"),
    };
    const struct memory m = {files, 2};
    const struct conf_reader reader = memory_reader(&m);
    const struct conf_checks checks = {.kafka_option = repeat_value};
    struct parsing p = {0};
    assert_null(conf_parse("c", &reader, &checks, SV("host"), &p.diags));
    diag_write(&p.diags, &p.told, false);
    buf_cstr(&p.told);
    assert_null(strstr(p.told.p, "s3cret"));
    assert_told(&p, "c:1:40: error: librdkafka takes no such value for 'sasl.password'\n");
    assert_told(&p, "error: librdkafka takes no such value for 'linger.ms'\n");
    assert_told(&p, "error: Invalid value \"many\" for configuration property \"retries\"\n");
    parsing_free(&p);
}

/* ---- Files on the disk ---- */

static void write_file(const char *path, const char *text, mode_t mode)
{
    char other[300];
    snprintf(other, sizeof other, "%s.new", path);
    int fd = open(other, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0 && close(fd) == 0);
    assert_int_equal(rename(other, path), 0);
}

static struct conf *load(const char *folder, struct buf *told)
{
    char path[200];
    struct diags diags = {0};
    snprintf(path, sizeof path, "%s/c", folder);
    struct conf *conf = conf_parse(path, &conf_files, NULL, SV("host"), &diags);
    buf_clear(told);
    diag_write(&diags, told, false);
    buf_cstr(told);
    diag_free(&diags);
    return conf;
}

static void a_file_that_was_renewed_makes_a_difference(void **state)
{
    (void)state;
    char folder[] = "/tmp/newswatchd-secrets-XXXXXX", conf_path[100], password[100], key[100];
    struct buf text = {0}, told = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(conf_path, sizeof conf_path, "%s/c", folder);
    snprintf(password, sizeof password, "%s/pw", folder);
    snprintf(key, sizeof key, "%s/key", folder);
    buf_printf(&text, "kafka { embedded; password_file \"pw\"; option ssl.key.location \"%s\"; }" REST, key);
    write_file(conf_path, buf_cstr(&text), 0600);
    write_file(password, "one", 0600);
    write_file(key, "key", 0600);
    struct conf *first = load(folder, &told), *again = load(folder, &told);
    assert_string_equal(told.p, "");
    assert_true(conf_kafka_same(&first->kafka, &again->kafka) && !conf_kafka_is_stale(&first->kafka, &conf_files));
    conf_free(&again);
    write_file(key, "key", 0600); /* another file in its place */
    assert_true(conf_kafka_is_stale(&first->kafka, &conf_files));
    again = load(folder, &told);
    assert_false(conf_kafka_same(&first->kafka, &again->kafka));
    conf_free(&first);
    write_file(password, "one\n", 0600); /* written, but the same */
    assert_true(conf_kafka_is_stale(&again->kafka, &conf_files));
    first = load(folder, &told);
    assert_true(conf_kafka_same(&first->kafka, &again->kafka) && !conf_kafka_is_stale(&first->kafka, &conf_files));
    conf_free(&again);
    write_file(password, "two", 0600);
    again = load(folder, &told);
    assert_false(conf_kafka_same(&first->kafka, &again->kafka));
    conf_free(&again);
    conf_free(&first);
    unlink(key), unlink(password), unlink(conf_path), rmdir(folder);
    buf_free(&text), buf_free(&told);
}

static void a_secret_that_everybody_may_read_is_told(void **state)
{
    (void)state;
    char folder[] = "/tmp/newswatchd-secrets-XXXXXX", conf_path[100], password[100];
    struct buf told = {0};
    assert_non_null(mkdtemp(folder));
    snprintf(conf_path, sizeof conf_path, "%s/c", folder);
    snprintf(password, sizeof password, "%s/pw", folder);
    write_file(conf_path, "kafka { embedded; password_file \"pw\"; option ssl.ca.pem file \"pw\"; }" REST, 0600);
    for (unsigned i = 0; i < 4; i++) {
        bool open = i == 3;
        write_file(password, "one", i & 1 ? 0644 : 0640);
        assert_int_equal(chmod(folder, i & 2 ? 0711 : 0750), 0); /* nobody comes through a closed folder */
        struct conf *conf = load(folder, &told);
        assert_non_null(conf);
        const char *warned = strstr(told.p, "warning: every user of this machine may read ");
        assert_true((warned != NULL) == open);
        assert_true(!open || !strstr(warned + 1, "warning:")); /* a certificate is no secret */
        conf_free(&conf);
    }
    unlink(password);
    assert_int_equal(mkdir(password, 0700), 0);
    assert_null(load(folder, &told));
    assert_non_null(strstr(told.p, "/pw: it is a directory\n"));
    rmdir(password), unlink(conf_path), rmdir(folder);
    buf_free(&told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_password_file_gives_the_password_without_its_line_end),
        cmocka_unit_test(any_option_takes_its_value_from_a_file_and_file_is_a_value_too),
        cmocka_unit_test(a_relative_path_is_a_credential_first),
        cmocka_unit_test(what_is_wrong_with_a_file_is_told_where_it_is_named),
        cmocka_unit_test(a_second_password_is_told_with_the_first),
        cmocka_unit_test(a_quoted_line_holds_no_secret),
        cmocka_unit_test(what_is_no_secret_is_quoted_and_carets_stay_right),
        cmocka_unit_test(what_librdkafka_says_of_a_secret_does_not_repeat_it),
        cmocka_unit_test(a_file_that_was_renewed_makes_a_difference),
        cmocka_unit_test(a_secret_that_everybody_may_read_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
