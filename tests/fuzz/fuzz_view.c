/* fuzz_view.c -- view.c and bars.c: whatever a record says, what goes to a
 * terminal is one line that fits, without a control character. */
#include "fuzz.h"

#include <locale.h>
#include <wchar.h>

#include "client/bars.h"
#include "client/figures.h"
#include "client/status.h"
#include "task/view.h"

#define WIDE_MAX 65536

static void
check_line(const struct view *v, int columns, bool utf8)
{
	struct bars_style style = { columns, utf8, false, 1000, 3 };
	static wchar_t wide[WIDE_MAX];
	char *line = bars_draw(v, 1, &style);
	size_t len = strlen(line), n;

	CLAIM(len > 0 && strchr(line, '\n') == line + len - 1);
	line[len - 1] = '\0';
	CLAIM(utf8 || printable(line));
	n = mbstowcs(wide, line, WIDE_MAX);
	CLAIM(n < WIDE_MAX);
	CLAIM(wcswidth(wide, n) >= 0); /* -1: something is not printable */
	CLAIM(columns == 0 || wcswidth(wide, n) <= columns);
	free(line);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int widths[] = { 0, 1, 20, 80, 200 };
	char *json = exactly(data, size), text[FIGURE_MAX];
	struct view v;
	int status;

	CLAIM(setlocale(LC_CTYPE, "C.UTF-8") != NULL);
	view_read(&v, json, size);
	CLAIM(v.percent >= VIEW_UNKNOWN && v.percent <= 10000 && v.exit >= VIEW_UNKNOWN && v.exit <= 255 && v.lap >= 1);
	for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
		check_line(&v, widths[i], true);
		check_line(&v, widths[i], false);
	}
	figure_ending(text, &v);
	CLAIM(strlen(text) < FIGURE_MAX);
	status = status_of(&v);
	CLAIM(status >= 0 && status <= 255 && (status != 0 || v.state == STATE_DONE));
	view_free(&v);
	free(json);
	return 0;
}
