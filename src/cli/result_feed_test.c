/* SPDX-License-Identifier: MIT
 *
 * result_feed_test.c - a signal ends a command that waits for results, whenever it comes
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/result_feed.h"
#include "util/common.h"

enum { WAIT_S = 30 };

struct silence {
	int signal, pipe[2];
};

/* The signal comes before the read that waits, and after the question whether one has come. */
static bool next(void *from, const struct result **out, const char **line, size_t *length, struct buf *problem)
{
	const struct silence *s = from;
	char c;

	(void)out, (void)line, (void)length, (void)problem;
	raise(s->signal);
	return read(s->pipe[0], &c, 1) > 0;
}

static void a_signal_before_the_read_ends_it(void **state)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		struct silence silence = { .signal = numbers[i] };
		int status;
		assert_int_equal(pipe(silence.pipe), 0);
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			const struct result_run run = { 0 };
			const struct result_end end = { 0 };
			const struct result_feed feed = { &run, &end, next, &silence };
			struct reports reports = { 0 };
			struct buf problem = BUF_INIT;
			signal(numbers[i], SIG_DFL);
			_exit(result_feed_reports(&feed, &reports, &problem));
		}
		alarm(WAIT_S);
		assert_int_equal(waitpid(child, &status, 0), child);
		alarm(0);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), numbers[i]);
		close(silence.pipe[0]);
		close(silence.pipe[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_signal_before_the_read_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
