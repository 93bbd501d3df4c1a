/* Any bytes as a rule: no crash, each mistake has a place in the text, and what parses prints as the same rule. */
#include <stdlib.h>

#include "base/buf.h"
#include "match/lex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_places(const struct diags *diags)
{
    struct buf out = {0};
    for (size_t i = 0; i < diags->count; i++) {
        const struct span *where = &diags->list[i].where;
        if (!where->source || where->start > where->end || where->end > where->source->text.n || diags->list[i].message.n == 0)
            abort();
    }
    diag_write(diags, &out, false);
    buf_free(&out);
}

/* The lists that it names stay names: they are resolved elsewhere. */
static bool parse_and_print(const struct source *source, bool list, struct buf *out)
{
    struct arena arena = {0};
    struct diags diags = {0};
    struct lexer lexer;
    struct node *tree = NULL;
    if (source_check(source, &diags)) {
        lex_start(&lexer, source, &arena, &diags);
        tree = list ? rule_parse_list(&lexer, &arena, &diags) : rule_parse(&lexer, &arena, &diags);
    }
    if (!tree && diags.errors == 0)
        abort();
    check_places(&diags);
    bool good = tree && diags.errors == 0;
    if (good)
        rule_print(tree, out);
    diag_free(&diags);
    arena_free(&arena);
    return good;
}

static void check(struct sv text, bool list)
{
    struct buf first = {0}, second = {0};
    const struct source source = {SV("fuzz"), text};
    if (parse_and_print(&source, list, &first)) {
        const struct source printed = {SV("printed"), buf_view(&first)};
        if (!parse_and_print(&printed, list, &second) || !sv_eq(buf_view(&first), buf_view(&second)))
            abort();
    }
    buf_free(&first);
    buf_free(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv text = {(const char *)data, size};
    check(text, false);
    check(text, true);
    return 0;
}
