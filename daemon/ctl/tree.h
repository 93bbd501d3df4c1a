/* A JSON document as a tree, in an arena. */
#ifndef CTL_TREE_H
#define CTL_TREE_H

#include "base/json.h"

struct tree {
    enum { TREE_NULL, TREE_FALSE, TREE_TRUE, TREE_NUMBER, TREE_TEXT, TREE_LIST, TREE_OBJECT } kind;
    struct sv key;             /* of a member of an object */
    struct sv text;            /* of a text, or a number as written */
    struct tree *first, *last; /* of an object or a list */
    struct tree *next;
};

/* NULL when it is none. */
const struct tree *tree_read(struct sv json, struct arena *);
/* The member at a path with dots between ("outbox.waiting"); NULL when it is not there. The tree may be NULL. */
const struct tree *tree_at(const struct tree *, const char *path);
struct sv tree_text(const struct tree *, const char *path);       /* of a text or a number; SV_NONE */
int64_t tree_number(const struct tree *, const char *path, int64_t otherwise);
bool tree_true(const struct tree *, const char *path);
void tree_write(const struct tree *, struct json_writer *);

#endif
