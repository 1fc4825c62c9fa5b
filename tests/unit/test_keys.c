/* Which keys a terminal makes signals of, and its modes from both ends. */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "client/terminal.h"

static struct termios
usual(void)
{
	struct termios t;

	memset(&t, 0, sizeof t);
	t.c_lflag = ISIG | ICANON | IEXTEN | ECHO;
	t.c_oflag = OPOST | ONLCR;
	t.c_cc[VINTR] = 3;
	t.c_cc[VQUIT] = 28;
	t.c_cc[VSUSP] = 26;
	t.c_cc[VLNEXT] = 22;
	return t;
}

static void
interrupt_quit_and_suspend_are_signals_other_keys_are_not(void **state)
{
	struct termios t = usual();
	bool literal = false;

	(void)state;
	for (int byte = 0; byte < 256; byte++) {
		int sig = byte == 3 ? SIGINT : byte == 28 ? SIGQUIT : byte == 26 ? SIGTSTP : 0;

		if (byte != 22)
			assert_int_equal(terminal_key(&t, (unsigned char)byte, &literal), sig);
	}
	t.c_cc[VINTR] = 'x';
	assert_int_equal(terminal_key(&t, 'x', &literal), SIGINT);
	assert_int_equal(terminal_key(&t, 3, &literal), 0);
}

static void
a_program_that_takes_the_keys_itself_makes_no_signal(void **state)
{
	struct termios t = usual();
	bool literal = false;

	(void)state;
	t.c_lflag &= ~(tcflag_t)ISIG;
	assert_int_equal(terminal_key(&t, 3, &literal), 0);
	assert_int_equal(terminal_key(&t, 28, &literal), 0);
	t = usual();
	t.c_cc[VINTR] = _POSIX_VDISABLE;
	assert_int_equal(terminal_key(&t, _POSIX_VDISABLE, &literal), 0);
}

static void
control_v_takes_the_meaning_of_the_next_key_and_of_no_other(void **state)
{
	struct termios t = usual();
	bool literal = false;

	(void)state;
	assert_int_equal(terminal_key(&t, 22, &literal), 0);
	assert_int_equal(terminal_key(&t, 3, &literal), 0);
	assert_int_equal(terminal_key(&t, 3, &literal), SIGINT);
	terminal_key(&t, 22, &literal);
	terminal_key(&t, 22, &literal);
	assert_int_equal(terminal_key(&t, 3, &literal), SIGINT);
	t.c_lflag &= ~(tcflag_t)ICANON; /* a shell's line editor: Control-V is its own affair */
	terminal_key(&t, 22, &literal);
	assert_int_equal(terminal_key(&t, 3, &literal), SIGINT);
}

static void
the_modes_are_as_before_and_a_setting_of_somebody_elses_stays(void **state)
{
	struct termios modes, now;
	struct terminal t;
	int like, master, slave;

	(void)state;
	assert_int_not_equal(like = posix_openpt(O_RDWR | O_NOCTTY), -1);
	assert_true(terminal_pair(like, false, &master, &slave));
	assert_true(terminal_take(&t, slave, true));
	terminal_raw(&t);
	assert_int_equal(tcgetattr(slave, &now), 0);
	assert_false(now.c_lflag & (ICANON | ECHO | ISIG));
	terminal_repair(&t);
	assert_int_equal(tcgetattr(slave, &now), 0);
	assert_true(now.c_lflag == t.before.c_lflag && now.c_iflag == t.before.c_iflag && now.c_oflag == t.before.c_oflag);
	assert_true(now.c_lflag & ICANON);
	/* set anew by a shell, say */
	modes = now;
	modes.c_lflag &= ~(tcflag_t)ECHO;
	terminal_raw(&t);
	assert_int_equal(tcsetattr(slave, TCSANOW, &modes), 0);
	terminal_repair(&t);
	assert_int_equal(tcgetattr(slave, &now), 0);
	assert_int_equal(now.c_lflag, modes.c_lflag);
	/* and what is found next time is what is restored next time */
	terminal_raw(&t);
	terminal_restore(&t);
	assert_int_equal(tcgetattr(slave, &now), 0);
	assert_int_equal(now.c_lflag, modes.c_lflag);
	close(slave);
	close(master);
	close(like);
}

static void
a_terminal_is_known_again_and_no_other_taken_for_it(void **state)
{
	unsigned number;
	int like, master, slave, far;

	(void)state;
	assert_int_not_equal(like = posix_openpt(O_RDWR | O_NOCTTY), -1);
	if (ioctl(like, TIOCGDEV, &number) < 0 && (errno == ENOTTY || errno == ENOSYS))
		skip(); /* an emulator of a processor may not know this ioctl */
	assert_true(terminal_pair(like, false, &master, &slave));
	far = dup(slave);
	assert_true(terminal_same(slave, far));
	assert_false(terminal_same(slave, like));
	close(far);
	close(slave);
	close(master);
	close(like);
}

static void
an_exact_pair_gives_the_bytes_that_were_written(void **state)
{
	static const char text[] = "a\nb\tc\r\n";
	struct winsize size = { .ws_row = 33, .ws_col = 99 }, got;
	char bytes[sizeof text];
	int like, master, slave;

	(void)state;
	assert_int_not_equal(like = posix_openpt(O_RDWR | O_NOCTTY), -1);
	assert_int_equal(ioctl(like, TIOCSWINSZ, &size), 0);
	assert_true(terminal_pair(like, true, &master, &slave));
	assert_int_equal(ioctl(slave, TIOCGWINSZ, &got), 0);
	assert_memory_equal(&got, &size, sizeof got);
	assert_int_equal(write(slave, text, sizeof text - 1), sizeof text - 1);
	assert_int_equal(read(master, bytes, sizeof bytes), sizeof text - 1);
	assert_memory_equal(bytes, text, sizeof text - 1);
	close(slave);
	close(master);
	close(like);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interrupt_quit_and_suspend_are_signals_other_keys_are_not),
		cmocka_unit_test(a_program_that_takes_the_keys_itself_makes_no_signal),
		cmocka_unit_test(control_v_takes_the_meaning_of_the_next_key_and_of_no_other),
		cmocka_unit_test(the_modes_are_as_before_and_a_setting_of_somebody_elses_stays),
		cmocka_unit_test(a_terminal_is_known_again_and_no_other_taken_for_it),
		cmocka_unit_test(an_exact_pair_gives_the_bytes_that_were_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
