/* A read-back alone, for the tests that hold it against a real Kafka. What is asked stands on stdin, a line each; what it tells
 * goes to stdout as JSON, a line each:
 *
 *     option NAME VALUE     topic NAME     cluster ID     mark PARTITION OFFSET [EVENT]     row NUMBER EVENT
 *     since MS     settle MS     closed (no row can be in flight) */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "publish/readback.h"

#define MOST 64

static struct arena arena;
static struct publish_option options[MOST];
static struct readback_mark marks[MOST];
static struct readback_request request = {.open = true, .marks = marks};
static size_t option_count;
static int64_t settle = -1;
static bool done;
static volatile sig_atomic_t stopped;

static void on_signal(int number)
{
    (void)number;
    stopped = 1;
}

static struct digest digest_of(const char *hex)
{
    struct digest d = {{0}};
    for (size_t i = 0; i < sizeof d.bytes; i++)
        sscanf(hex + 2 * i, "%2hhx", &d.bytes[i]);
    return d;
}

static void add_row(long long row, const char *event)
{
    static size_t capacity;
    request.rows = xgrow(request.rows, request.row_count, &capacity, sizeof *request.rows);
    request.rows[request.row_count++] = (struct readback_row){digest_of(event), row};
}

static bool take_line(const char *line)
{
    char name[256], value[1024], event[64] = "";
    long long number, offset;
    if (sscanf(line, "option %255s %1023[^\n]", name, value) == 2 && option_count < MOST) {
        options[option_count++] = (struct publish_option){sv_dup(&arena, sv_of(name)), sv_dup(&arena, sv_of(value))};
    } else if (sscanf(line, "topic %255s", name) == 1) {
        request.topic = sv_dup(&arena, sv_of(name));
    } else if (sscanf(line, "cluster %255s", name) == 1) {
        request.cluster = sv_dup(&arena, sv_of(name));
    } else if (sscanf(line, "mark %lld %lld %63s", &number, &offset, event) >= 2 && request.mark_count < MOST) {
        marks[request.mark_count++] = (struct readback_mark){(int32_t)number, offset, digest_of(event), event[0] != '\0'};
    } else if (sscanf(line, "row %lld %63s", &number, event) == 2) {
        add_row(number, event);
    } else if (sscanf(line, "since %lld", &number) == 1) {
        request.since = number;
    } else if (sscanf(line, "settle %lld", &number) == 1) {
        settle = number;
    } else if (strcmp(line, "closed\n") == 0) {
        request.open = false;
    } else {
        return false;
    }
    return true;
}

static void print(struct buf *out)
{
    buf_byte(out, '\n');
    fwrite(out->p, 1, out->n, stdout);
    fflush(stdout);
    buf_free(out);
}

static void write_marks(struct json_writer *w, const struct readback_result *r)
{
    char event[33];
    json_key(w, "marks");
    json_array(w);
    for (size_t i = 0; i < r->mark_count; i++) {
        json_array(w);
        json_integer(w, r->marks[i].offset);
        if (r->marks[i].has_event)
            json_string(w, sv_of(digest_hex(r->marks[i].event, event)));
        else
            json_null(w);
        json_array_end(w);
    }
    json_array_end(w);
}

static void on_done(void *context, const struct readback_result *r)
{
    (void)context;
    struct buf out = {0};
    struct json_writer w = {.out = &out};
    json_object(&w);
    json_member(&w, "end", r->end == READBACK_SETTLED ? SV("settled") : SV("takes none"));
    json_member(&w, "reason", sv_of(r->reason));
    json_member(&w, "cluster", r->cluster);
    json_member(&w, "doubt", sv_of(r->doubt));
    json_key(&w, "records");
    json_integer(&w, (int64_t)r->records);
    write_marks(&w, r);
    json_key(&w, "found");
    json_array(&w);
    for (size_t i = 0; i < r->found_count; i++)
        json_integer(&w, r->found[i]);
    json_array_end(&w);
    json_object_end(&w);
    print(&out);
    done = true;
}

static void on_progress(void *context, struct sv topic, uint64_t read, uint64_t of, const char *what)
{
    (void)context, (void)topic;
    struct buf out = {0};
    struct json_writer w = {.out = &out};
    json_object(&w);
    json_member(&w, "what", sv_of(what));
    json_key(&w, "read");
    json_integer(&w, (int64_t)read);
    json_key(&w, "of");
    json_integer(&w, (int64_t)of);
    json_object_end(&w);
    print(&out);
}

int main(int argc, char **argv)
{
    char line[2048], error[PUBLISH_ERROR];
    if (argc != 2) {
        fprintf(stderr, "usage: readback_probe BROKERS\n");
        return 2;
    }
    while (fgets(line, sizeof line, stdin))
        if (!take_line(line)) {
            fprintf(stderr, "what is this? %s", line);
            return 2;
        }
    sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
    const struct publish_options o = {.sink = PUBLISH_BROKERS, .target = sv_of(argv[1]), .options = options, .option_count = option_count};
    const struct readback_handlers handlers = {on_done, on_progress, NULL};
    struct readback *readback = readback_new(&o, &handlers, error);
    if (!readback) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }
    if (settle >= 0)
        readback_set_settle(readback, settle);
    readback_add(readback, &request);
    while (!done && !stopped)
        if (poll(&(struct pollfd){readback_fd(readback), POLLIN, 0}, 1, -1) > 0)
            readback_serve(readback);
    readback_free(&readback);
    arena_free(&arena);
    return 0;
}
