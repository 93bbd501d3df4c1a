/* Marks against what a topic holds, and records against the rows that are looked for; no broker is needed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

#include "publish/readback_evidence.h"
#include "publish/readback_record.h"

static const struct digest ours = {"0123456789abcdef"}, other = {"fedcba9876543210"};

#define MARK(partition, offset) {partition, offset, {{0}}, false}
#define PROVED(partition, offset) {partition, offset, {"0123456789abcdef"}, true}

static struct evidence_partition room[4];

/* `lows` and `ends` of as many partitions. */
static struct evidence begin(size_t count, const int64_t *lows, const int64_t *ends, const struct readback_mark *marks, size_t mark_count)
{
    struct evidence e = {.partitions = room, .count = count};
    for (size_t i = 0; i < count; i++)
        room[i] = (struct evidence_partition){.low = lows[i], .end = ends[i]};
    const struct readback_request q = {.open = true, .marks = marks, .mark_count = mark_count, .cluster = SV("here")};
    evidence_begin(&e, &q, SV("here"));
    return e;
}

#define BEGIN(low, end, mark) begin(1, (const int64_t[]){low}, (const int64_t[]){end}, (const struct readback_mark[]){mark}, 1)

#define assert_doubts(e, part)                                        \
    do {                                                              \
        if (!strstr((e).doubt, part))                                 \
            fail_msg("\"%s\" does not say \"%s\"", (e).doubt, part);  \
    } while (0)

/* ---- Where to begin ---- */

static void begins_one_before_a_mark_whose_event_is_known(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, PROVED(0, 5));
    assert_true(e.trusted && room[0].from == 4 && room[0].next == 4);
    e = BEGIN(0, 9, MARK(0, 5));
    assert_true(e.trusted && room[0].from == 5);
    assert_string_equal(e.doubt, "");
}

static void trusts_a_mark_before_which_all_was_deleted_but_nothing_more(void **state)
{
    (void)state;
    struct evidence e = BEGIN(5, 9, PROVED(0, 5));
    assert_true(e.trusted && room[0].from == 5 && !room[0].unproved);
    assert_string_equal(e.doubt, "");
    e = BEGIN(6, 9, PROVED(0, 5));
    assert_true(e.trusted && room[0].from == 6);
    assert_doubts(e, "from offset 5 to 6");
    e = BEGIN(6, 9, MARK(0, 5));
    assert_doubts(e, "were deleted");
}

static void trusts_a_topic_without_a_record_left(void **state)
{
    (void)state;
    struct evidence e = BEGIN(5, 5, PROVED(0, 5));
    assert_true(e.trusted && room[0].next == 5 && room[0].has_event);
    assert_string_equal(e.doubt, "");
}

static void does_not_trust_marks_beyond_the_end(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 4, MARK(0, 5));
    assert_false(e.trusted);
    assert_doubts(e, "made again");
}

static void does_not_trust_marks_of_partitions_that_are_no_more(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, MARK(1, 5));
    assert_false(e.trusted);
    e = BEGIN(0, 9, MARK(-1, 5));
    assert_false(e.trusted);
    assert_doubts(e, "is there no more");
}

static void begins_a_partition_without_a_mark_at_its_beginning(void **state)
{
    (void)state;
    const struct readback_mark mark = MARK(1, 5);
    struct evidence e = begin(2, (const int64_t[]){0, 0}, (const int64_t[]){9, 9}, &mark, 1);
    assert_true(e.trusted && room[0].from == 0 && room[1].from == 5);
    assert_string_equal(e.doubt, "");
    e = begin(2, (const int64_t[]){3, 0}, (const int64_t[]){9, 9}, &mark, 1);
    assert_true(room[0].from == 3);
    assert_doubts(e, "were deleted");
}

static void compares_clusters_only_where_both_are_known(void **state)
{
    (void)state;
    static const struct readback_mark mark = MARK(0, 0);
    struct readback_request q = {.open = true, .marks = &mark, .mark_count = 1, .cluster = SV("there")};
    struct evidence e = {.partitions = room, .count = 1};
    room[0] = (struct evidence_partition){0};
    evidence_begin(&e, &q, SV_NONE);
    assert_true(e.trusted);
    evidence_begin(&e, &q, SV("here"));
    assert_false(e.trusted);
    assert_doubts(e, "another cluster (here) than before (there)");
    q.cluster = SV("");
    e.doubt[0] = '\0';
    evidence_begin(&e, &q, SV("here"));
    assert_true(e.trusted);
}

static void by_time_it_begins_within_what_there_is(void **state)
{
    (void)state;
    const int64_t offsets[] = {-2, 4, 99};
    struct evidence e = begin(3, (const int64_t[]){0, 2, 0}, (const int64_t[]){9, 9, 9}, NULL, 0);
    assert_false(e.trusted);
    evidence_begin_by_time(&e, offsets);
    assert_true(room[0].from == 0 && room[1].from == 4 && room[2].from == 9);
    assert_string_equal(e.doubt, "");
}

static void by_time_it_doubts_where_no_older_record_is_left(void **state)
{
    (void)state;
    struct evidence e = begin(1, (const int64_t[]){2}, (const int64_t[]){9}, NULL, 0);
    evidence_begin_by_time(&e, (const int64_t[]){2});
    assert_doubts(e, "were deleted, up to offset 2");
}

/* ---- What is read ---- */

static void knows_its_topic_by_the_record_before_the_mark(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, PROVED(0, 5));
    assert_int_equal(evidence_record(&e, 0, 4, &ours), EVIDENCE_GOOD);
    assert_true(e.trusted && room[0].next == 5 && room[0].has_event);
    e = BEGIN(0, 9, PROVED(0, 5));
    assert_int_equal(evidence_record(&e, 0, 4, &other), EVIDENCE_MADE_AGAIN);
    assert_false(e.trusted);
    assert_doubts(e, "has another record before the mark");
    e = BEGIN(0, 9, PROVED(0, 5));
    assert_int_equal(evidence_record(&e, 0, 4, NULL), EVIDENCE_MADE_AGAIN);
}

static void remembers_the_event_of_the_last_record(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, MARK(0, 0));
    evidence_record(&e, 0, 0, &ours);
    assert_true(room[0].has_event && memcmp(&room[0].event, &ours, sizeof ours) == 0);
    evidence_record(&e, 0, 1, NULL);
    assert_false(room[0].has_event);
    evidence_record(&e, 0, 2, &other);
    evidence_reached(&e, 0, 3);
    assert_true(room[0].has_event);
    evidence_reached(&e, 0, 5); /* a transaction's marks stand before the end now */
    assert_true(!room[0].has_event && room[0].next == 5);
    assert_int_equal(e.records, 3);
}

static void takes_no_record_twice(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, MARK(0, 5));
    evidence_record(&e, 0, 3, &other); /* of a batch in whose middle the mark stands */
    assert_true(e.records == 0 && room[0].next == 5);
    evidence_record(&e, 0, 5, &ours);
    evidence_record(&e, 0, 5, &ours);
    assert_true(e.records == 1 && room[0].next == 6);
}

static void gaps_are_a_doubt_where_the_topic_is_compacted(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, MARK(0, 0));
    evidence_record(&e, 0, 0, &ours);
    assert_false(evidence_has_gaps(&e));
    evidence_record(&e, 0, 2, &ours);
    assert_true(evidence_has_gaps(&e));
    struct evidence compacted = e, unknown = e;
    assert_int_equal(evidence_gaps(&e, false, NULL), EVIDENCE_GOOD);
    assert_string_equal(e.doubt, "");
    room[0].missing = true;
    assert_int_equal(evidence_gaps(&compacted, true, NULL), EVIDENCE_GOOD);
    assert_doubts(compacted, "is compacted");
    room[0].missing = true;
    assert_int_equal(evidence_gaps(&unknown, false, "no right"), EVIDENCE_GOOD);
    assert_doubts(unknown, "cannot be asked: no right");
}

static void the_mark_s_record_cannot_be_a_gap_but_where_the_topic_is_compacted(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, PROVED(0, 5));
    assert_int_equal(evidence_record(&e, 0, 5, &other), EVIDENCE_GOOD);
    assert_int_equal(evidence_gaps(&e, false, NULL), EVIDENCE_MADE_AGAIN);
    assert_doubts(e, "has no record before the mark");
    e = BEGIN(0, 9, PROVED(0, 5));
    evidence_reached(&e, 0, 9);
    assert_int_equal(evidence_gaps(&e, true, NULL), EVIDENCE_GOOD);
    assert_doubts(e, "is compacted");
}

static void what_was_deleted_while_it_was_read_is_passed_over_with_a_doubt(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, MARK(0, 2));
    evidence_record(&e, 0, 2, &ours);
    assert_int_equal(evidence_lost(&e, 0, 3, 9), EVIDENCE_GOOD);
    assert_string_equal(e.doubt, "");
    assert_int_equal(evidence_lost(&e, 0, 7, 9), EVIDENCE_GOOD);
    assert_true(room[0].next == 7);
    assert_doubts(e, "from offset 3 to 7, before they could be read");
}

static void an_end_that_went_back_shows_another_topic(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 9, MARK(0, 2));
    evidence_record(&e, 0, 2, &ours);
    assert_int_equal(evidence_end(&e, 0, 3), EVIDENCE_GOOD);
    assert_int_equal(evidence_end(&e, 0, 2), EVIDENCE_MADE_AGAIN);
    assert_false(e.trusted);
    e = BEGIN(0, 9, MARK(0, 2));
    evidence_record(&e, 0, 2, &ours);
    assert_int_equal(evidence_lost(&e, 0, 0, 1), EVIDENCE_MADE_AGAIN);
}

static void unread_records_are_a_doubt_and_none_written_is_not(void **state)
{
    (void)state;
    struct evidence e = BEGIN(0, 5, PROVED(0, 5));
    evidence_unreadable(&e, "no right");
    assert_string_equal(e.doubt, "");
    assert_true(room[0].next == 5 && room[0].has_event && !evidence_has_gaps(&e));
    e = BEGIN(0, 6, PROVED(0, 5));
    evidence_unreadable(&e, "no right");
    assert_doubts(e, "partition 0 may not be read: no right");
    assert_true(room[0].next == 6 && !room[0].has_event);
    e = begin(1, (const int64_t[]){0}, (const int64_t[]){0}, NULL, 0); /* nothing is known of it */
    evidence_begin_by_time(&e, (const int64_t[]){0});
    evidence_unreadable(&e, "no right");
    assert_doubts(e, "no right");
}

static void tells_the_first_doubt(void **state)
{
    (void)state;
    struct evidence e = {0};
    evidence_doubt(&e, "%d", 1);
    evidence_doubt(&e, "%d", 2);
    assert_string_equal(e.doubt, "1");
    char *longer = xcalloc(1, 5000);
    memset(longer, 'x', 4999);
    e.doubt[0] = '\0';
    evidence_doubt(&e, "%s", longer);
    assert_int_equal(strlen(e.doubt), EVIDENCE_TEXT - 1);
    free(longer);
}

/* ---- Records ---- */

#define ID "00112233445566778899aabbccddeeff"
#define STRUCTURED SV("application/cloudevents+json")

static bool is_event(struct sv id, struct sv type, struct sv value)
{
    static const struct digest wanted = {{0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff}};
    struct digest event;
    return record_event(id, type, value, &event) && memcmp(&event, &wanted, sizeof event) == 0;
}

static void reads_the_event_of_a_header(void **state)
{
    (void)state;
    assert_true(is_event(SV(ID), SV("application/json"), SV("{}")));
    assert_true(is_event(SV(ID), SV_NONE, SV_NONE));
    assert_false(is_event(SV(ID "0"), SV_NONE, SV_NONE));
    assert_false(is_event(SV("00112233445566778899AABBCCDDEEFF"), SV_NONE, SV_NONE));
    assert_false(is_event(SV("00112233-4455-6677-8899-aabbccdd"), SV_NONE, SV_NONE));
    assert_false(is_event(SV(""), STRUCTURED, SV("{\"id\":\"" ID "\"}")));
}

static void reads_the_event_of_a_value_in_structured_mode(void **state)
{
    (void)state;
    assert_true(is_event(SV_NONE, STRUCTURED, SV("{\"id\":\"" ID "\"}")));
    assert_true(is_event(SV_NONE, SV(" Application/CloudEvents+JSON ; charset=UTF-8"), SV("{\"data\":{\"id\":\"x\",\"a\":[{}]},\"id\":\"" ID "\"}")));
    assert_true(is_event(SV_NONE, STRUCTURED, SV("{\"i\\u0064\":\"" ID "\",")));
    assert_false(is_event(SV_NONE, SV("application/json"), SV("{\"id\":\"" ID "\"}")));
    assert_false(is_event(SV_NONE, SV("application/cloudevents+json-seq"), SV("{\"id\":\"" ID "\"}")));
    assert_false(is_event(SV_NONE, SV_NONE, SV("{\"id\":\"" ID "\"}")));
    assert_false(is_event(SV_NONE, STRUCTURED, SV("{\"data\":{\"id\":\"" ID "\"}}")));
    assert_false(is_event(SV_NONE, STRUCTURED, SV("[{\"id\":\"" ID "\"}]")));
    assert_false(is_event(SV_NONE, STRUCTURED, SV("{\"id\":{\"x\":\"" ID "\"}}")));
    assert_false(is_event(SV_NONE, STRUCTURED, SV("{\"id\":7,\"x\":\"" ID "\"}")));
    assert_false(is_event(SV_NONE, STRUCTURED, SV("{\"id\"")));
    assert_false(is_event(SV_NONE, STRUCTURED, SV_NONE));
}

/* ---- Rows ---- */

static struct digest numbered(uint32_t n)
{
    struct digest d = {{0}};
    uint64_t mixed = n * 0x9E3779B97F4A7C15u;
    memcpy(d.bytes, &mixed, sizeof mixed);
    return d;
}

static void finds_each_row_of_many(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    struct wanted w = {xmalloc(ROWS * sizeof *w.rows), ROWS, 0};
    for (uint32_t n = 0; n < ROWS; n++)
        w.rows[n] = (struct readback_row){numbered(n), n + 1};
    wanted_sort(&w);
    for (uint32_t n = 0; n < 2 * ROWS; n += 2) {
        struct digest d = numbered(n);
        assert_int_equal(wanted_find(&w, &d), n < ROWS);
        assert_int_equal(wanted_find(&w, &d), n < ROWS);
    }
    assert_int_equal(w.found, ROWS / 2);
    int64_t *found = wanted_found(&w), sum = 0;
    for (size_t i = 0; i < w.found; i++) {
        assert_true(found[i] % 2 == 1);
        sum += found[i];
    }
    assert_int_equal(sum, (int64_t)ROWS / 2 * (ROWS / 2));
    free(found);
    wanted_clear(&w);
    assert_int_equal(w.found, 0);
    struct digest d = numbered(2);
    assert_true(wanted_find(&w, &d) && w.found == 1);
    free(w.rows);
}

static void rows_of_the_same_event_need_a_record_each(void **state)
{
    (void)state;
    struct readback_row rows[] = {{ours, 1}, {other, 2}, {ours, 3}};
    struct wanted w = {rows, 3, 0};
    wanted_sort(&w);
    assert_true(wanted_find(&w, &ours) && w.found == 1);
    assert_true(wanted_find(&w, &ours) && w.found == 2);
    assert_true(wanted_find(&w, &ours) && w.found == 2);
}

static void finds_nothing_among_no_rows(void **state)
{
    (void)state;
    struct wanted w = {0};
    wanted_sort(&w);
    assert_false(wanted_find(&w, &ours));
    free(wanted_found(&w));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(begins_one_before_a_mark_whose_event_is_known),
        cmocka_unit_test(trusts_a_mark_before_which_all_was_deleted_but_nothing_more),
        cmocka_unit_test(trusts_a_topic_without_a_record_left),
        cmocka_unit_test(does_not_trust_marks_beyond_the_end),
        cmocka_unit_test(does_not_trust_marks_of_partitions_that_are_no_more),
        cmocka_unit_test(begins_a_partition_without_a_mark_at_its_beginning),
        cmocka_unit_test(compares_clusters_only_where_both_are_known),
        cmocka_unit_test(by_time_it_begins_within_what_there_is),
        cmocka_unit_test(by_time_it_doubts_where_no_older_record_is_left),
        cmocka_unit_test(knows_its_topic_by_the_record_before_the_mark),
        cmocka_unit_test(remembers_the_event_of_the_last_record),
        cmocka_unit_test(takes_no_record_twice),
        cmocka_unit_test(gaps_are_a_doubt_where_the_topic_is_compacted),
        cmocka_unit_test(the_mark_s_record_cannot_be_a_gap_but_where_the_topic_is_compacted),
        cmocka_unit_test(what_was_deleted_while_it_was_read_is_passed_over_with_a_doubt),
        cmocka_unit_test(an_end_that_went_back_shows_another_topic),
        cmocka_unit_test(unread_records_are_a_doubt_and_none_written_is_not),
        cmocka_unit_test(tells_the_first_doubt),
        cmocka_unit_test(reads_the_event_of_a_header),
        cmocka_unit_test(reads_the_event_of_a_value_in_structured_mode),
        cmocka_unit_test(finds_each_row_of_many),
        cmocka_unit_test(rows_of_the_same_event_need_a_record_each),
        cmocka_unit_test(finds_nothing_among_no_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
