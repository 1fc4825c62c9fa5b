/* test_sse.c -- Server-Sent Events byte for byte: sse.c. */
#include "unit.h"

#include "task/change.h"
#include "responder/fcgi.h"
#include "responder/sse.h"
#include "task/record.h"

static void
a_stream_opens_with_a_retry_and_a_comment(void **state)
{
	char out[SSE_EVENT_MAX];
	size_t len;

	(void)state;
	len = sse_open(out, 1500);
	assert_int_equal(len, strlen(out));
	assert_string_equal(out, "retry: 1500\n: headway\n\n");
}

static void
an_event_has_its_id_first(void **state)
{
	struct id id = { 77, 5 };
	char out[SSE_EVENT_MAX];
	size_t len;

	(void)state;
	len = sse_event(out, "heartbeat", &id, "{\"now\":1}");
	assert_int_equal(len, strlen(out));
	assert_string_equal(out, "id: 77-5\nevent: heartbeat\ndata: {\"now\":1}\n\n");
}

static void
an_event_without_an_id_leaves_the_cursor_alone(void **state)
{
	char out[SSE_EVENT_MAX];
	size_t len;

	(void)state;
	len = sse_event(out, "broker", NULL, "{\"up\":false}");
	assert_int_equal(len, strlen(out));
	assert_string_equal(out, "event: broker\ndata: {\"up\":false}\n\n");
}

static void
a_frame_is_id_and_data_and_an_empty_line(void **state)
{
	static const char json[] = "{\"moved\":45,\"total\":100,\"percent\":\"45.00\"}";
	struct text frame = sse_frame((struct id){ 4863501732, 1042 }, json, strlen(json));

	(void)state;
	assert_string_equal(frame.bytes, "id: 4863501732-1042\n"
	    "data: {\"moved\":45,\"total\":100,\"percent\":\"45.00\"}\n\n");
	assert_int_equal(frame.len, strlen(frame.bytes));
	assert_int_equal(frame.json_len, strlen(json));
	assert_memory_equal(frame.bytes + frame.json_at, json, strlen(json));
	assert_int_equal(sse_frame_id(&frame), strlen("id: 4863501732-1042\n"));
	free(frame.bytes);
}

static void
a_log_frame_is_closed_before_what_another_reader_missed(void **state)
{
	static const char json[] = "{\"first\":1,\"lines\":[\"x\"],\"skipped\":9}";
	struct text frame = sse_log_frame((struct id){ 77, 5 }, json, (size_t)(strstr(json, ",\"skipped") - json));

	(void)state;
	assert_string_equal(frame.bytes, "id: 77-5\nevent: log\ndata: {\"first\":1,\"lines\":[\"x\"]}\n\n");
	assert_int_equal(frame.len, strlen(frame.bytes));
	assert_memory_equal(frame.bytes + frame.json_at, "{\"first\"", 8);
	assert_string_equal(frame.bytes + frame.json_at + frame.json_len, "\n\n");
	free(frame.bytes);
}

/* The JSON is part of a line in a buffer: more follows it there. */
static void
a_frame_ends_where_its_json_ends(void **state)
{
	struct text frame = sse_frame((struct id){ 1, 2 }, "{}\n3 3 a run {}", 2);

	(void)state;
	assert_string_equal(frame.bytes, "id: 1-2\ndata: {}\n\n");
	free(frame.bytes);
}

static void
another_event_is_three_pieces_of_the_same_frame(void **state)
{
	struct text frame = sse_frame((struct id){ 1, 2 }, "{}", 2);
	size_t id = sse_frame_id(&frame);
	char whole[128];

	(void)state;
	snprintf(whole, sizeof whole, "%.*s%s%s", (int)id, frame.bytes, SSE_TASK, frame.bytes + id);
	assert_string_equal(whole, "id: 1-2\nevent: task\ndata: {}\n\n");
	snprintf(whole, sizeof whole, "%.*s%s%s", (int)id, frame.bytes, SSE_REMOVED, frame.bytes + id);
	assert_string_equal(whole, "id: 1-2\nevent: removed\ndata: {}\n\n");
	free(frame.bytes);
}

static void
the_largest_frame_fits_one_fastcgi_record(void **state)
{
	char *json = malloc(CHANGE_JSON_MAX);
	struct text frame;

	(void)state;
	memset(json, 'j', CHANGE_JSON_MAX);
	frame = sse_frame((struct id){ ID_PART_MAX, ID_PART_MAX }, json, CHANGE_JSON_MAX);
	assert_true(frame.len + strlen(SSE_REMOVED) <= SSE_FRAME_MAX);
	assert_true(SSE_FRAME_MAX < FCGI_RECORD_MAX);
	assert_true(RECORD_JSON_MAX <= CHANGE_JSON_MAX);
	free(frame.bytes);
	frame = sse_log_frame((struct id){ ID_PART_MAX, ID_PART_MAX }, json, CHANGE_JSON_MAX - 1);
	assert_true(frame.len <= SSE_FRAME_MAX);
	free(frame.bytes);
	free(json);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_opens_with_a_retry_and_a_comment),
		cmocka_unit_test(an_event_has_its_id_first),
		cmocka_unit_test(an_event_without_an_id_leaves_the_cursor_alone),
		cmocka_unit_test(a_frame_is_id_and_data_and_an_empty_line),
		cmocka_unit_test(a_log_frame_is_closed_before_what_another_reader_missed),
		cmocka_unit_test(a_frame_ends_where_its_json_ends),
		cmocka_unit_test(another_event_is_three_pieces_of_the_same_frame),
		cmocka_unit_test(the_largest_frame_fits_one_fastcgi_record),
	};

	return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
