/* Any bytes as a rule: no crash, each mistake has a place in the text, and what parses prints as the same rule. */
#include <stdio.h>
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

/* Do they say the same, part by part? Parentheses that group nothing are no part. */
static bool same_tree(const struct node *a, const struct node *b)
{
    if (a->kind != b->kind || a->child_count != b->child_count || a->n != b->n || a->near != b->near || a->fields != b->fields ||
        a->open != b->open || a->term != b->term || a->meta != b->meta || !sv_eq(a->text, b->text))
        return false;
    for (size_t i = 0; i < a->child_count; i++)
        if (!same_tree(a->children[i], b->children[i]))
            return false;
    return true;
}

/* NULL when it was in error. The lists that it names stay names: they are resolved elsewhere. */
static struct node *parse(const struct source *source, bool list, struct arena *arena)
{
    struct diags diags = {0};
    struct lexer lexer;
    struct node *tree = NULL;
    if (source_check(source, &diags)) {
        lex_start(&lexer, source, arena, &diags);
        tree = list ? rule_parse_list(&lexer, arena, &diags) : rule_parse(&lexer, arena, &diags);
    }
    if (!tree && diags.errors == 0)
        abort();
    check_places(&diags);
    tree = diags.errors == 0 ? tree : NULL;
    diag_free(&diags);
    return tree;
}

static void check(struct sv text, bool list)
{
    struct arena arena = {0};
    struct buf first = {0}, second = {0};
    const struct source source = {SV("fuzz"), text};
    struct node *tree = parse(&source, list, &arena);
    if (tree) {
        rule_print(tree, &first);
        const struct source printed = {SV("printed"), buf_view(&first)};
        struct node *again = parse(&printed, list, &arena);
        if (again)
            rule_print(again, &second);
        if (!again || !same_tree(tree, again) || !sv_eq(buf_view(&first), buf_view(&second))) {
            fprintf(stderr, "printed: %.*s\nagain:   %.*s\n", SV_ARG(buf_view(&first)), SV_ARG(buf_view(&second)));
            abort();
        }
    }
    arena_free(&arena);
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
