#include "ctl/tree.h"

#include <stdlib.h>

#define DEPTH_MOST 32

struct growing {
    struct arena *arena;
    struct sv key;                /* of what comes next */
    struct tree root;             /* a list of one */
    struct tree *open[DEPTH_MOST + 1];
    size_t depth;
};

static struct tree *add(struct growing *g, int kind, struct sv text)
{
    struct tree *t = arena_zalloc(g->arena, sizeof *t), *parent = g->open[g->depth];
    t->kind = kind;
    t->key = g->key;
    t->text = sv_dup(g->arena, text);
    g->key = SV_NONE;
    if (parent->last)
        parent->last->next = t;
    else
        parent->first = t;
    parent->last = t;
    return t;
}

static bool begin(struct growing *g, int kind)
{
    struct tree *t = add(g, kind, SV_NONE);
    if (g->depth == DEPTH_MOST)
        return false;
    g->open[++g->depth] = t;
    return true;
}

static bool on_object(void *g) { return begin(g, TREE_OBJECT); }
static bool on_array(void *g) { return begin(g, TREE_LIST); }

static bool on_end(void *growing)
{
    struct growing *g = growing;
    g->depth--;
    return true;
}

static bool on_key(void *growing, struct sv key)
{
    struct growing *g = growing;
    g->key = sv_dup(g->arena, key);
    return true;
}

static bool on_string(void *g, struct sv text) { return add(g, TREE_TEXT, text); }
static bool on_number(void *g, struct sv text) { return add(g, TREE_NUMBER, text); }
static bool on_boolean(void *g, bool truth) { return add(g, truth ? TREE_TRUE : TREE_FALSE, SV_NONE); }
static bool on_null(void *g) { return add(g, TREE_NULL, SV_NONE); }

const struct tree *tree_read(struct sv json, struct arena *a)
{
    static const struct json_handlers handlers = {.object = on_object, .object_end = on_end, .array = on_array, .array_end = on_end,
                                                  .key = on_key, .string = on_string, .number = on_number, .boolean = on_boolean, .null = on_null};
    struct growing g = {.arena = a};
    g.open[0] = &g.root;
    struct json_reader *reader = json_reader_new(&handlers, &g, NULL);
    bool good = json_reader_feed(reader, json) && json_reader_end(reader);
    json_reader_free(&reader);
    return good ? g.root.first : NULL;
}

const struct tree *tree_at(const struct tree *t, const char *path)
{
    struct sv rest = sv_of(path), name;
    while (t && sv_split(&rest, '.', &name)) {
        t = t->kind == TREE_OBJECT ? t->first : NULL;
        while (t && !sv_eq(t->key, name))
            t = t->next;
    }
    return t;
}

struct sv tree_text(const struct tree *t, const char *path)
{
    t = tree_at(t, path);
    return t && (t->kind == TREE_TEXT || t->kind == TREE_NUMBER) ? t->text : SV_NONE;
}

int64_t tree_number(const struct tree *t, const char *path, int64_t otherwise)
{
    t = tree_at(t, path);
    return t && t->kind == TREE_NUMBER ? strtoll(t->text.p, NULL, 10) : otherwise; /* the arena's copies end with a NUL */
}

bool tree_true(const struct tree *t, const char *path)
{
    t = tree_at(t, path);
    return t && t->kind == TREE_TRUE;
}

void tree_write(const struct tree *t, struct json_writer *w)
{
    switch (t->kind) {
    case TREE_NULL: json_null(w); break;
    case TREE_FALSE: json_bool(w, false); break;
    case TREE_TRUE: json_bool(w, true); break;
    case TREE_NUMBER: json_raw(w, t->text); break;
    case TREE_TEXT: json_string(w, t->text); break;
    case TREE_LIST:
        json_array(w);
        for (const struct tree *at = t->first; at; at = at->next)
            tree_write(at, w);
        json_array_end(w);
        break;
    case TREE_OBJECT:
        json_object(w);
        for (const struct tree *at = t->first; at; at = at->next) {
            json_key(w, at->key.p);
            tree_write(at, w);
        }
        json_object_end(w);
        break;
    }
}
