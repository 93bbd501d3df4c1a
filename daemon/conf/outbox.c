/* What is kept, and how long: the outbox block, and how long items are remembered. */
#include "conf/parser.h"
#include "conf/value.h"

#define MAX_SIZE_LEAST (1u << 20)
#define WINDOW_LEAST (64u << 10)
#define WINDOW_MOST (1u << 30)
#define REMEMBER_LEAST (7 * MS_DAY)

/* A size between two bounds, told otherwise. */
static void read_bounded(struct conf_parser *p, uint64_t least, uint64_t most, const char *bounds, uint64_t *bytes)
{
    struct span where;
    uint64_t size;
    if (!read_size(p, &size, &where))
        return;
    if (size < least || size > most)
        parser_error(p, where, "%s", bounds);
    *bytes = size;
}

static void read_max_size(struct conf_parser *p, void *outbox)
{
    read_bounded(p, MAX_SIZE_LEAST, UINT64_MAX, "the outbox needs room for some alerts: at least 1m", &((struct conf_outbox *)outbox)->max_size);
}

static void read_window(struct conf_parser *p, void *outbox)
{
    read_bounded(p, WINDOW_LEAST, WINDOW_MOST, "the window is what is in memory at a time: from 64k to 1g", &((struct conf_outbox *)outbox)->window);
}

static void read_when_full(struct conf_parser *p, void *outbox)
{
    static const struct sv choices[] = {[CONF_FULL_STOP] = SV("stop"), [CONF_FULL_DROP_OLDEST] = SV("drop_oldest")};
    int choice = read_choice(p, choices, COUNT(choices), "stop or drop_oldest");
    if (choice >= 0)
        ((struct conf_outbox *)outbox)->when_full = (enum conf_when_full)choice;
}

static const struct directive directives[] = {
    {SV("max_size"), read_max_size, false}, {SV("when_full"), read_when_full, false}, {SV("window"), read_window, false},
};
const struct block outbox_block = {"in outbox", directives, COUNT(directives)};

void read_outbox(struct conf_parser *p, void *target)
{
    (void)target;
    parser_next(p);
    read_block(p, &outbox_block, &p->conf->outbox);
}

/* Outlets keep items for days, and bring them back: what is forgotten too soon would alert anew. */
void read_remember(struct conf_parser *p, void *target)
{
    (void)target;
    struct span where;
    if (read_duration(p, &p->conf->remember, &where) && p->conf->remember < REMEMBER_LEAST)
        parser_error(p, where, "an item that is forgotten so soon can come back as new: at least 7d");
}
