/* Lists: from names to what they name. */
#include "match/rule.h"

#define NESTING_MOST 50

static void resolve(struct node *n, const struct table *lists, struct diags *diags, unsigned depth);

/* Depth first; a list that is met again while it is open closes a cycle. */
static void visit(struct list *list, const struct node *from, const struct table *lists, struct diags *diags, unsigned depth)
{
    if (list->mark == LIST_CLOSED)
        return;
    if (list->mark == LIST_OPEN) {
        diag_add(diags, DIAG_ERROR, from->where, "the list '%.*s' would contain itself", SV_ARG(list->name));
        diag_add(diags, DIAG_NOTE, list->where, "it is defined here");
        return;
    }
    if (depth > NESTING_MOST) {
        diag_add(diags, DIAG_ERROR, list->where, "lists within lists, deeper than %d levels", NESTING_MOST);
        return;
    }
    list->mark = LIST_OPEN;
    if (list->body)
        resolve(list->body, lists, diags, depth + 1);
    list->mark = LIST_CLOSED;
}

static void tell_unknown(const struct node *n, const struct table *lists, struct diags *diags)
{
    struct arena arena = {0};
    struct sv *names = arena_array(&arena, lists->count, sizeof *names);
    size_t count = 0;
    struct table_slot *slot;
    for (size_t i = 0; !diag_full(diags, DIAG_ERROR) && table_next(lists, &i, &slot);)
        names[count++] = slot->key;
    struct sv near = sv_nearest(n->text, names, count);
    if (near.p)
        diag_add(diags, DIAG_ERROR, n->where, "there is no list '%.*s'; did you mean $%.*s?", SV_ARG(n->text), SV_ARG(near));
    else
        diag_add(diags, DIAG_ERROR, n->where, "there is no list '%.*s': define it by  list %.*s = … ;", SV_ARG(n->text), SV_ARG(n->text));
    arena_free(&arena);
}

static void resolve(struct node *n, const struct table *lists, struct diags *diags, unsigned depth)
{
    if (n->kind == NODE_LIST && !n->list) {
        struct list *list = table_get(lists, n->text);
        if (!list)
            tell_unknown(n, lists, diags);
        else
            visit(list, n, lists, diags, depth);
        n->list = list;
    }
    for (size_t i = 0; i < n->child_count; i++)
        resolve(n->children[i], lists, diags, depth);
}

void rule_resolve(struct node *n, const struct table *lists, struct diags *diags)
{
    resolve(n, lists, diags, 0);
}

void rule_resolve_list(struct list *list, const struct table *lists, struct diags *diags)
{
    visit(list, list->body, lists, diags, 0);
}
