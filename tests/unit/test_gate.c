/* test_gate.c -- bytes that claim to be a FastCGI request: gate.c.  What passes
 * is shown to libfcgi; that it survives is test_fcgi.c's and the fuzzer's. */
#include "unit.h"

#include "responder/gate.h"

enum { BEGIN = 1, ABORT = 2, END = 3, PARAMS = 4, STDIN = 5, GET_VALUES = 9 };

struct bytes {
	uint8_t at[2 * GATE_BYTES_MAX];
	size_t len;
};

static void
add_record(struct bytes *b, uint8_t type, uint16_t id, const void *content, size_t len, uint8_t padding)
{
	const uint8_t head[] = { 1, type, (uint8_t)(id >> 8), (uint8_t)id, (uint8_t)(len >> 8), (uint8_t)len, padding, 0 };

	memcpy(b->at + b->len, head, sizeof head);
	if (len > 0)
		memcpy(b->at + b->len + sizeof head, content, len);
	memset(b->at + b->len + sizeof head + len, 0xee, padding);
	b->len += sizeof head + len + padding;
}

static void
add_begin(struct bytes *b, uint16_t id, uint8_t role, uint8_t flags)
{
	const uint8_t body[8] = { 0, role, flags };

	add_record(b, BEGIN, id, body, sizeof body, 0);
}

/* BEGIN, these PARAMS in one record, and the end of PARAMS. */
static void
make_request(struct bytes *b, const void *params, size_t len)
{
	b->len = 0;
	add_begin(b, 1, 1, 0);
	if (len > 0)
		add_record(b, PARAMS, 1, params, len, 0);
	add_record(b, PARAMS, 1, NULL, 0, 0);
}

static enum gate_verdict
check(const struct bytes *b, struct gate *g)
{
	memset(g, 0, sizeof *g);
	return gate_check(g, b->at, b->len);
}

/* The same bytes as they come: `step` at a time, each time in memory of just
 * that size, so that a sanitizer sees a byte read too far. */
static enum gate_verdict
check_in_steps(const struct bytes *b, struct gate *g, size_t step)
{
	enum gate_verdict v = GATE_MORE;

	memset(g, 0, sizeof *g);
	for (size_t n = step; v == GATE_MORE; n += step) {
		size_t len = n < b->len ? n : b->len;
		uint8_t *exact = malloc(len > 0 ? len : 1);

		memcpy(exact, b->at, len);
		v = gate_check(g, exact, len);
		free(exact);
		if (len == b->len)
			break;
	}
	return v;
}

static struct bytes b, c;
static struct gate g;
static const char two_pairs[] = "\x04\x03METHGET" "\x01\x02" "A12";

static void
assert_bad(void)
{
	assert_int_equal(check(&b, &g), GATE_BAD);
	assert_int_equal(check_in_steps(&b, &g, 1), GATE_BAD);
}

static void
a_whole_request_is_ready(void **state)
{
	(void)state;
	make_request(&b, two_pairs, sizeof two_pairs - 1);
	assert_int_equal(check(&b, &g), GATE_READY);
	assert_int_equal(g.size, b.len);
	assert_int_equal(g.id, 1);
	make_request(&b, NULL, 0);
	assert_int_equal(check(&b, &g), GATE_READY);
}

static void
what_follows_the_params_is_left_out(void **state)
{
	size_t size;

	(void)state;
	make_request(&b, two_pairs, sizeof two_pairs - 1);
	size = b.len;
	add_record(&b, STDIN, 1, NULL, 0, 0);
	memset(b.at + b.len, 0xff, 100);
	b.len += 100;
	assert_int_equal(check(&b, &g), GATE_READY);
	assert_int_equal(g.size, size);
}

static void
a_request_split_at_any_byte_is_the_same_request(void **state)
{
	(void)state;
	make_request(&b, two_pairs, sizeof two_pairs - 1);
	for (size_t cut = 0; cut < b.len; cut++) {
		memset(&g, 0, sizeof g);
		assert_int_equal(gate_check(&g, b.at, cut), GATE_MORE);
		assert_int_equal(gate_check(&g, b.at, b.len), GATE_READY);
		assert_int_equal(g.size, b.len);
	}
	for (size_t step = 1; step <= b.len; step++) {
		assert_int_equal(check_in_steps(&b, &g, step), GATE_READY);
		assert_int_equal(g.size, b.len);
	}
}

static void
pairs_may_cross_from_record_to_record(void **state)
{
	(void)state;
	for (size_t cut = 1; cut < sizeof two_pairs - 1; cut++) {
		b.len = 0;
		add_begin(&b, 0x1234, 1, 1);
		add_record(&b, PARAMS, 0x1234, two_pairs, cut, 3);
		add_record(&b, PARAMS, 0x1234, two_pairs + cut, sizeof two_pairs - 1 - cut, 255);
		add_record(&b, PARAMS, 0x1234, NULL, 0, 8);
		assert_int_equal(check(&b, &g), GATE_READY);
		assert_int_equal(g.size, b.len);
		assert_int_equal(g.id, 0x1234);
		assert_int_equal(check_in_steps(&b, &g, 1), GATE_READY);
	}
}

static void
long_lengths_are_four_bytes(void **state)
{
	uint8_t params[8 + 300] = { 0x80, 0, 0, 100, 0x80, 0, 0, 200 };

	(void)state;
	make_request(&b, params, sizeof params);
	assert_int_equal(check(&b, &g), GATE_READY);
	params[7]++;
	make_request(&b, params, sizeof params);
	assert_bad();
	params[7] -= 2;
	make_request(&b, params, sizeof params); /* a byte too many: a pair without its value's length */
	assert_bad();
}

static void
lengths_that_lie_are_refused(void **state)
{
	static const struct {
		const char *params;
		size_t len;
	} lies[] = {
		{ "\x01", 1 }, { "\x80", 1 }, { "\x80\0\0", 3 }, { "\x80\0\0\0", 4 }, { "\x01\x01" "A", 3 },
		{ "\x02\x00" "A", 3 }, { "\x00\x80\0\0", 4 }, { "\x7f\x7f", 2 },
		/* the ten bytes that abort libfcgi 2.4.2, and their like */
		{ "\xff\xff\xff\xff\xff\xff\xff\xff" "AB", 10 }, { "\xff\xff\xff\xfe\xff\xff\xff\xfe" "AB", 10 },
		{ "\x80\0\0\x01\xff\xff\xff\xff" "AB", 10 }, { "\xff\xff\xff\xff\x01" "ABCDE", 10 },
		{ "\x01\x01" "AB" "\x01\x02" "AB", 8 }, { "\xc0\0\0\0\xc0\0\0\0", 8 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(lies); i++) {
		make_request(&b, lies[i].params, lies[i].len);
		if (check(&b, &g) != GATE_BAD)
			fail_msg("lie %zu passed", i);
		assert_bad();
	}
	make_request(&b, "\0\0", 2); /* an empty name with an empty value is silly and true */
	assert_int_equal(check(&b, &g), GATE_READY);
}

static void
management_records_are_refused(void **state)
{
	(void)state;
	b.len = 0;
	add_record(&b, GET_VALUES, 0, "\x0e\0FCGI_MAX_CONNS", 16, 0);
	assert_bad();
	b.len = 0;
	add_begin(&b, 0, 1, 0);
	assert_bad();
	b.len = 0;
	add_begin(&b, 1, 1, 0);
	add_record(&b, GET_VALUES, 0, NULL, 0, 0);
	assert_bad();
	b.len = 0;
	add_begin(&b, 1, 1, 0);
	add_record(&b, PARAMS, 0, NULL, 0, 0);
	assert_bad();
}

static void
anything_but_params_of_this_request_is_refused(void **state)
{
	static const uint8_t types[] = { 0, BEGIN, ABORT, END, STDIN, 6, 7, 8, GET_VALUES, 10, 11, 255 };

	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		b.len = 0;
		add_begin(&b, 1, 1, 0);
		add_record(&b, types[i], 1, "\0\1\0\0\0\0\0", 8, 0);
		assert_bad();
		b.len = 0;
		add_record(&b, types[i], 1, "\0\1\0\0\0\0\0", types[i] == BEGIN ? 7 : 8, 0);
		assert_bad();
	}
	b.len = 0;
	add_begin(&b, 1, 1, 0);
	add_record(&b, PARAMS, 2, NULL, 0, 0);
	assert_bad();
	b.len = 0;
	add_record(&b, PARAMS, 1, NULL, 0, 0);
	assert_bad();
}

/* libfcgi 2.4.2 does not skip the padding of a BEGIN_REQUEST, but takes it for
 * the next record; what it then reads never passed here. */
static void
padding_of_the_beginning_is_refused(void **state)
{
	(void)state;
	for (unsigned padding = 0; padding < 256; padding++) {
		b.len = 0;
		add_record(&b, BEGIN, 1, "\0\1\0\0\0\0\0", 8, (uint8_t)padding);
		add_record(&b, PARAMS, 1, NULL, 0, 0);
		assert_int_equal(check(&b, &g), padding == 0 ? GATE_READY : GATE_BAD);
	}
}

static void
roles_other_than_responder_are_refused(void **state)
{
	(void)state;
	for (unsigned role = 0; role < 256; role++) {
		b.len = 0;
		add_begin(&b, 1, (uint8_t)role, 0);
		assert_int_equal(check(&b, &g), role == 1 ? GATE_MORE : GATE_BAD);
	}
	b.at[8] = 1; /* 0x01ff */
	assert_bad();
}

static void
a_wrong_version_is_refused_at_its_first_byte(void **state)
{
	(void)state;
	for (unsigned version = 0; version < 256; version++) {
		uint8_t first = (uint8_t)version;

		memset(&g, 0, sizeof g);
		assert_int_equal(gate_check(&g, &first, 1), version == 1 ? GATE_MORE : GATE_BAD);
	}
	memset(&g, 0, sizeof g);
	assert_int_equal(gate_check(&g, (const uint8_t *)"", 0), GATE_MORE);
	make_request(&b, two_pairs, sizeof two_pairs - 1);
	b.at[16] = 2; /* the second record */
	assert_bad();
}

static void
keeping_the_connection_may_be_asked_for(void **state)
{
	(void)state;
	for (unsigned flags = 0; flags < 256; flags++) {
		b.len = 0;
		add_begin(&b, 65535, 1, (uint8_t)flags);
		add_record(&b, PARAMS, 65535, NULL, 0, 0);
		assert_int_equal(check(&b, &g), GATE_READY);
		assert_int_equal(g.id, 65535);
	}
}

static void
a_request_may_be_as_large_as_the_limit_and_no_larger(void **state)
{
	static uint8_t params[GATE_BYTES_MAX];
	size_t len = GATE_BYTES_MAX - 16 - 8 - 8;
	uint32_t value = (uint32_t)(len - 8);
	const uint8_t head[] = { 0x80, 0, 0, 0, (uint8_t)(0x80 | value >> 24), (uint8_t)(value >> 16),
		(uint8_t)(value >> 8), (uint8_t)value };

	(void)state;
	memcpy(params, head, sizeof head);
	make_request(&b, params, len);
	assert_int_equal(b.len, GATE_BYTES_MAX);
	assert_int_equal(check(&b, &g), GATE_READY);
	b.at[b.len - 2] = 1; /* one byte of padding more */
	b.len++;
	assert_int_equal(check(&b, &g), GATE_BAD);
	b.len = 0;
	add_begin(&b, 1, 1, 0);
	add_record(&b, PARAMS, 1, params, GATE_BYTES_MAX - 23, 0);
	b.len = 24; /* it need not come for us to know that it is too much */
	assert_int_equal(check(&b, &g), GATE_BAD);
}

/* Random requests with one byte of them changed: never a verdict that depends
 * on how the bytes came. */
static void
the_verdict_never_depends_on_how_bytes_come(void **state)
{
	uint64_t seed = seed_of(__func__, 9);

	(void)state;
	for (int i = 0; i < 4000; i++) {
		enum gate_verdict whole;
		size_t size;

		make_request(&c, two_pairs, sizeof two_pairs - 1);
		add_record(&c, STDIN, 1, NULL, 0, 0);
		b = c;
		b.at[below(&seed, (unsigned)b.len)] = (uint8_t)next_random(&seed);
		b.len -= below(&seed, 3) == 0 ? below(&seed, (unsigned)b.len) : 0;
		whole = check(&b, &g);
		size = g.size;
		assert_int_equal(check_in_steps(&b, &g, 1 + below(&seed, 20)), whole);
		if (whole == GATE_READY)
			assert_int_equal(g.size, size);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_request_is_ready),
		cmocka_unit_test(what_follows_the_params_is_left_out),
		cmocka_unit_test(a_request_split_at_any_byte_is_the_same_request),
		cmocka_unit_test(pairs_may_cross_from_record_to_record),
		cmocka_unit_test(long_lengths_are_four_bytes),
		cmocka_unit_test(lengths_that_lie_are_refused),
		cmocka_unit_test(management_records_are_refused),
		cmocka_unit_test(anything_but_params_of_this_request_is_refused),
		cmocka_unit_test(padding_of_the_beginning_is_refused),
		cmocka_unit_test(roles_other_than_responder_are_refused),
		cmocka_unit_test(a_wrong_version_is_refused_at_its_first_byte),
		cmocka_unit_test(keeping_the_connection_may_be_asked_for),
		cmocka_unit_test(a_request_may_be_as_large_as_the_limit_and_no_larger),
		cmocka_unit_test(the_verdict_never_depends_on_how_bytes_come),
	};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
