#include "place.h"

#include <stdlib.h>

#define CONTROL_NAME "control"

char *place_state(const struct conf *conf)
{
    if (conf->state.p)
        return sv_cstr(conf->state);
    const char *given = getenv("STATE_DIRECTORY");
    return given && *given ? xstrdup(given) : NULL;
}

static char *control_in(struct sv directory)
{
    struct buf path = {0};
    buf_sv(&path, directory);
    buf_str(&path, "/" CONTROL_NAME);
    buf_byte(&path, '\0');
    return path.p;
}

char *place_runtime_control(void)
{
    struct sv all = sv_of(getenv("RUNTIME_DIRECTORY")), first;
    return all.n && sv_split(&all, ':', &first) && first.n ? control_in(first) : NULL;
}

char *place_control(const struct conf *conf, const char *state)
{
    if (conf->control.p)
        return conf->control.n ? sv_cstr(conf->control) : NULL;
    char *path = place_runtime_control();
    return path ? path : control_in(sv_of(state));
}
