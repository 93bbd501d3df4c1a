#include "publish/options.h"

#include <fnmatch.h>
#include <stddef.h>

const char *option_denied(const char *name)
{
    static const struct {
        const char *pattern, *why;
    } denied[] = {
        {"bootstrap.servers", "write  brokers \"HOST:PORT,…\";"},
        {"metadata.broker.list", "write  brokers \"HOST:PORT,…\";"},
        {"enable.idempotence", "it is always on, so that a retry writes nothing twice"},
        {"acks", "it is always 'all', so that an acknowledged alert is on every replica in sync"},
        {"request.required.acks", "it is always 'all', so that an acknowledged alert is on every replica in sync"},
        {"message.timeout.ms", "an alert never times out: it waits in the store"},
        {"delivery.timeout.ms", "an alert never times out: it waits in the store"},
        {"transactional.id", "alerts are not sent in transactions"},
        {"transaction.timeout.ms", "alerts are not sent in transactions"},
        {"enable.gapless.guarantee", "it is always on, so that nothing overtakes an alert that was not taken"},
        {"retries", "an alert is tried until it is delivered"},
        {"message.send.max.retries", "an alert is tried until it is delivered"},
        {"queue.buffering.max.messages", "write  outbox { window SIZE; }  for what is in memory at most"},
        {"queue.buffering.max.kbytes", "write  outbox { window SIZE; }  for what is in memory at most"},
        {"plugin.library.paths", "no code is loaded from the configuration"},
        {"test.mock.*", "write  embedded;  for a broker to try out"},
        {"delivery.report.only.error", "every delivery report is needed"},
        {"log.queue", "librdkafka's log goes to this program's"},
        {"enabled_events", "events are this program's own matter"},
        {"opaque", "it is this program's own matter"},
        {"*_cb", "it is this program's own matter"},
    };
    for (size_t i = 0; i < sizeof denied / sizeof *denied; i++)
        if (fnmatch(denied[i].pattern, name, 0) == 0)
            return denied[i].why;
    return NULL;
}
