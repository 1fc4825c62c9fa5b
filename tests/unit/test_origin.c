/* test_origin.c -- what an admin may write for an origin: origin.c. */
#include "unit.h"

#include "responder/origin.h"

static void
becomes(const char *text, const char *expected)
{
	char out[ORIGIN_BYTES_MAX + 1];
	const char *wrong = origin_read(out, text);

	if (wrong != NULL)
		fail_msg("%s %s", text, wrong);
	assert_string_equal(out, expected);
}

static void
is_wrong(const char *text, const char *why)
{
	char out[ORIGIN_BYTES_MAX + 1];
	const char *wrong = origin_read(out, text);

	if (wrong == NULL || strstr(wrong, why) == NULL)
		fail_msg("\"%s\" %s", text, wrong != NULL ? wrong : "was taken");
}

static void
what_a_browser_sends_is_kept_as_it_is(void **state)
{
	static const char *const same[] = { "https://a.example", "http://localhost:3000", "http://127.0.0.1:8080",
		"http://[::1]:3000", "https://xn--mller-kva.example", "chrome-extension://abcdef", "capacitor://localhost",
		"http://under_score.example", "*" };

	(void)state;
	for (size_t i = 0; i < COUNT(same); i++)
		becomes(same[i], same[i]);
}

static void
case_and_the_port_that_goes_without_saying_do_not_matter(void **state)
{
	(void)state;
	becomes("HTTPS://Other.Example", "https://other.example");
	becomes("https://a.example:443", "https://a.example");
	becomes("HTTP://A.example:80", "http://a.example");
	becomes("http://[2001:DB8::1]:80", "http://[2001:db8::1]");
	becomes("http://a.example:443", "http://a.example:443");
	becomes("https://a.example:80", "https://a.example:80");
	becomes("https://a.example:4430", "https://a.example:4430");
}

static void
what_no_browser_sends_is_refused_with_a_reason(void **state)
{
	(void)state;
	is_wrong("", "does not begin with a scheme");
	is_wrong("a.example", "does not begin with a scheme");
	is_wrong("//a.example", "does not begin with a scheme");
	is_wrong("1http://a", "does not begin with a scheme");
	is_wrong("http:/a", "does not begin with a scheme");
	is_wrong("localhost:3000", "does not begin with a scheme");
	is_wrong("https://", "has no host");
	is_wrong("https:///", "has no host");
	is_wrong("file:///home/me/page.html", "has no host");
	is_wrong("http://[::1", "has no host");
	is_wrong("http://[]", "has no host");
	is_wrong("https://a.example/", "ends with a slash");
	is_wrong("https://a.example/app", "more than an origin");
	is_wrong("https://a.example?x", "more than an origin");
	is_wrong("https://me@a.example", "a user's name");
	is_wrong("https://m\xc3\xbcller.example", "a host that no browser sends");
	is_wrong("https://a.example ", "a host that no browser sends");
	is_wrong("https://a.example\r\nX: y", "a host that no browser sends");
	is_wrong("https://a.example,https://b.example", "a host that no browser sends");
	is_wrong("https://a.example:", "no port");
	is_wrong("https://a.example:0", "no port");
	is_wrong("https://a.example:080", "no port");
	is_wrong("https://a.example:65536", "no port");
	is_wrong("https://a.example:80/", "no port");
	is_wrong("https://*.example", "a *");
	is_wrong("https://a.example:*", "a *");
	is_wrong("**", "does not begin with a scheme");
	is_wrong("null", "sandboxed");
}

static void
the_longest_origin_fits_and_one_byte_more_does_not(void **state)
{
	char text[ORIGIN_BYTES_MAX + 2];

	(void)state;
	memset(text, 'o', sizeof text);
	memcpy(text, "http://", 7);
	text[ORIGIN_BYTES_MAX + 1] = '\0';
	is_wrong(text, "longer than 255");
	text[ORIGIN_BYTES_MAX] = '\0';
	becomes(text, text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_browser_sends_is_kept_as_it_is),
		cmocka_unit_test(case_and_the_port_that_goes_without_saying_do_not_matter),
		cmocka_unit_test(what_no_browser_sends_is_refused_with_a_reason),
		cmocka_unit_test(the_longest_origin_fits_and_one_byte_more_does_not),
	};

	return cmocka_run_group_tests_name("origin", tests, NULL, NULL);
}
