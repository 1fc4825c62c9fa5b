/* test_health.c -- what /healthz says: request.c's reading of who asks through
 * which web server, and health.c's words for it. */
#include "unit.h"

#include "responder/health.h"

static char said[1024];

static const char *
health(const char *user, const char *software, const char *protocol)
{
	const struct cgi cgi = { .method = "GET", .script_name = "/healthz", .remote_user = user,
		.server_software = software, .server_protocol = protocol };
	const struct request_config config = { NULL, NULL };
	const struct health h = { true, 3, 4 };
	struct request r;
	size_t len;
	char *json;

	request_read(&r, &config, &cgi);
	assert_int_equal(r.status, 0);
	json = health_json(&h, &r, &len);
	assert_int_equal(strlen(json), len);
	snprintf(said, sizeof said, "%s", json);
	free(json);
	return said;
}

#define SO_FAR "{\"status\":\"ok\",\"broker\":true,\"streams\":3,\"max_streams\":4"

static void
what_nobody_said_is_left_out(void **state)
{
	(void)state;
	assert_string_equal(health(NULL, NULL, NULL), SO_FAR "}");
	assert_string_equal(health("", "", ""), SO_FAR "}");
}

static void
a_broker_that_is_away_is_unavailable(void **state)
{
	const struct health h = { false, 0, 16384 };
	struct request r;
	size_t len;
	char *json;

	(void)state;
	memset(&r, 0, sizeof r);
	json = health_json(&h, &r, &len);
	assert_string_equal(json, "{\"status\":\"unavailable\",\"broker\":false,\"streams\":0,\"max_streams\":16384}");
	free(json);
}

static void
a_server_is_named_without_its_version(void **state)
{
	(void)state;
	assert_string_equal(health(NULL, "lighttpd/1.4.69", NULL), SO_FAR ",\"server\":\"lighttpd\"}");
	assert_string_equal(health(NULL, "Apache/2.4.62 (Debian) mod_fcgid/2.3.9", NULL), SO_FAR ",\"server\":\"Apache\"}");
	assert_string_equal(health(NULL, "Apache (Debian)", NULL), SO_FAR ",\"server\":\"Apache\"}");
	assert_string_equal(health(NULL, "nginx", NULL), SO_FAR ",\"server\":\"nginx\"}");
}

static void
a_server_that_is_no_token_is_not_named(void **state)
{
	char longest[REQUEST_PRODUCT_MAX + 1];

	(void)state;
	assert_string_equal(health(NULL, "\"x\"/1", NULL), SO_FAR "}");
	assert_string_equal(health(NULL, "a\nb", NULL), SO_FAR "}");
	assert_string_equal(health(NULL, "/1.0", NULL), SO_FAR "}");
	memset(longest, 'o', sizeof longest);
	longest[REQUEST_PRODUCT_MAX] = '\0';
	assert_string_equal(health(NULL, longest, NULL), SO_FAR "}");
	longest[REQUEST_PRODUCT_MAX - 1] = '\0';
	assert_non_null(strstr(health(NULL, longest, NULL), longest));
}

static void
a_protocol_is_a_name_and_a_version(void **state)
{
	static const char *const nothing_of_the_kind[] = { "HTTP", "HTTP/", "/1.1", "HTTP/1.1 ", "HT TP/1.1", "HTTP/x",
		"HTTP/1.1111111111222222222233333333334444444444555555555566666666667" };

	(void)state;
	assert_string_equal(health(NULL, NULL, "HTTP/1.1"), SO_FAR ",\"protocol\":\"HTTP/1.1\"}");
	assert_string_equal(health(NULL, NULL, "HTTP/2.0"), SO_FAR ",\"protocol\":\"HTTP/2.0\"}");
	for (size_t i = 0; i < COUNT(nothing_of_the_kind); i++)
		assert_string_equal(health(NULL, NULL, nothing_of_the_kind[i]), SO_FAR "}");
}

static void
a_user_cannot_break_out_of_its_string(void **state)
{
	(void)state;
	assert_string_equal(health("jo", NULL, NULL), SO_FAR ",\"user\":\"jo\"}");
	assert_string_equal(health("a\"}\\\n\x01", NULL, NULL), SO_FAR ",\"user\":\"a\\\"}\\\\\\n\\u0001\"}");
	assert_string_equal(health("J\xc3\xb6rg@EXAMPLE.ORG", NULL, NULL), SO_FAR ",\"user\":\"J\xc3\xb6rg@EXAMPLE.ORG\"}");
	assert_string_equal(health("J\xf6rg", NULL, NULL), SO_FAR "}"); /* not UTF-8: JSON could not hold it */
}

static void
a_user_is_shown_whole_or_not_at_all(void **state)
{
	char longest[REQUEST_USER_MAX + 1];

	(void)state;
	memset(longest, 'u', sizeof longest);
	longest[REQUEST_USER_MAX] = '\0';
	assert_string_equal(health(longest, NULL, NULL), SO_FAR "}");
	longest[REQUEST_USER_MAX - 1] = '\0';
	assert_non_null(strstr(health(longest, NULL, NULL), longest));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_nobody_said_is_left_out),
		cmocka_unit_test(a_broker_that_is_away_is_unavailable),
		cmocka_unit_test(a_server_is_named_without_its_version),
		cmocka_unit_test(a_server_that_is_no_token_is_not_named),
		cmocka_unit_test(a_protocol_is_a_name_and_a_version),
		cmocka_unit_test(a_user_cannot_break_out_of_its_string),
		cmocka_unit_test(a_user_is_shown_whole_or_not_at_all),
	};

	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}
