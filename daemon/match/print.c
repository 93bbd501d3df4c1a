/* The tree as rule text. */
#include "match/rule.h"

/* How tightly a node binds: a looser one inside a tighter one takes parentheses. */
static int tightness(const struct node *n)
{
    switch (n->kind) {
    case NODE_OR: case NODE_AND: return 0;
    case NODE_NOT: return 1;
    case NODE_NEAR: case NODE_EXCEPT: return 2;
    default: return 3;
    }
}

static void print_quoted(struct sv text, char quote, struct buf *out)
{
    buf_byte(out, quote);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == TERM_STAR || c == TERM_ANY) {
            buf_byte(out, c == TERM_STAR ? '*' : '?');
            continue;
        }
        if (quote == '/' ? c == '/' : c == quote || c == '\\' || (quote == '"' && (c == '*' || c == '?')))
            buf_byte(out, '\\');
        buf_byte(out, c);
    }
    buf_byte(out, quote);
}

static void print_term(const struct node *n, struct buf *out)
{
    switch (n->term) {
    case TERM_WORDS: print_quoted(n->text, '"', out); break;
    case TERM_EXACT: print_quoted(n->text, '\'', out); break;
    case TERM_REGEX: print_quoted(n->text, '/', out); break;
    case TERM_STEM: buf_byte(out, '~'); buf_sv(out, n->written); break;
    }
}

static void print_near(const struct node *n, struct buf *out)
{
    static const char *const names[] = {" NEAR/", " ONEAR/", " NEAR/s ", " NEAR/p "};
    buf_str(out, names[n->near]);
    if (n->near == NEAR_WORDS || n->near == NEAR_ORDERED)
        buf_printf(out, "%u ", n->n);
}

static void print_field(const struct node *n, struct buf *out)
{
    static const char *const names[] = {"title:", "summary:", "content:", "author:", "category:", "url:"};
    if (n->fields == FIELDS_TEXT) {
        buf_str(out, "text:");
        return;
    }
    for (unsigned i = 0; i < ITEM_FIELDS; i++)
        if (n->fields & FIELD_BIT(i))
            buf_str(out, names[i]);
}

static void print_child(const struct node *n, int least, struct buf *out)
{
    bool enclose = tightness(n) < least;
    buf_str(out, enclose ? "(" : "");
    rule_print(n, out);
    buf_str(out, enclose ? ")" : "");
}

static void print_chain(const struct node *n, struct buf *out)
{
    for (size_t i = 0; i < n->child_count; i++) {
        if (i && n->kind == NODE_NEAR)
            print_near(n, out);
        else if (i)
            buf_str(out, n->kind == NODE_OR ? " | " : n->kind == NODE_AND ? " AND " : " EXCEPT ");
        print_child(n->children[i], tightness(n) + 1, out);
    }
}

void rule_print(const struct node *n, struct buf *out)
{
    static const char *const metas[] = {"lang:", "outlet:", "feed:", "country:"};
    switch (n->kind) {
    case NODE_OR: case NODE_AND: case NODE_NEAR: case NODE_EXCEPT:
        print_chain(n, out);
        break;
    case NODE_NOT:
        buf_str(out, "NOT ");
        print_child(n->children[0], 2, out);
        break;
    case NODE_ATLEAST: case NODE_FIRST:
        buf_printf(out, "%s/%u(", n->kind == NODE_ATLEAST ? "ATLEAST" : "FIRST", n->n);
        rule_print(n->children[0], out);
        buf_byte(out, ')');
        break;
    case NODE_FIELD:
        print_field(n, out);
        print_child(n->children[0], 3, out);
        break;
    case NODE_TERM:
        print_term(n, out);
        break;
    case NODE_LIST:
        buf_byte(out, '$');
        buf_sv(out, n->text);
        break;
    case NODE_META:
        buf_str(out, metas[n->meta]);
        buf_sv(out, n->text);
        break;
    }
}
