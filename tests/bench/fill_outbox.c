/* fill_outbox STATE TOPIC COUNT BYTES: a store with that many alerts waiting in its outbox, as a long outage leaves them. */
#include "alerts.h"
#include "store/store.h"

#define AT_ONCE 1000 /* in a transaction */

int main(int argc, char **argv)
{
    static struct alerts alerts;
    char error[STORE_ERROR];
    if (argc != 5) {
        fputs("usage: fill_outbox STATE TOPIC COUNT BYTES\n", stderr);
        return 2;
    }
    unsigned count = (unsigned)atoi(argv[3]);
    struct store *store = store_open(argv[1], error);
    if (!store) {
        fprintf(stderr, "fill_outbox: %s\n", error);
        return 1;
    }
    alerts_init(&alerts, argv[2], (size_t)atol(argv[4]));
    bool good = true;
    for (unsigned i = 0; good && i < count;) {
        good = store_begin(store);
        for (unsigned n = 0; good && n < AT_ONCE && i < count; n++, i++) {
            struct message m = alerts_make(&alerts, i);
            good = store_outbox_add(store, &m, clock_wall(&clock_system));
        }
        good = good && store_end(store, true) && store_commit(store);
    }
    if (!good)
        fprintf(stderr, "fill_outbox: %s\n", store_error(store));
    store_close(&store);
    free(alerts.value);
    return !good;
}
