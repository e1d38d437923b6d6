/* SPDX-License-Identifier: MIT
 *
 * strays_test.c - daemons of a process that was killed, and of one that ended well
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/common.h"
#include "util/strays.h"

enum { WAIT_S = 60 };

struct scene {
	const char *name;                                    /* under which the watcher is started */
	bool good_end;                                       /* the player ends its watch before it dies */
	bool late;                                           /* the daemon is long between two programs */
	bool half_end;                                       /* an earlier daemon has been ended with care */
	bool found;                                          /* the daemon is killed */
};

/* Write our number to @out and start the daemon as a program of its own, since the environment of a process is that of
 * its last exec. */
static void become_daemon(int out, const char *seconds)
{
	const pid_t self = getpid();

	setsid();
	if (write(out, &self, sizeof(self)) == sizeof(self) && dup2(STDERR_FILENO, out) == out)
		execl("/bin/sleep", "sleep", seconds, (char *)NULL);
	_exit(127);
}

/* The same, but for a while it is a program without environment. Nothing may run between that one and the daemon: by
 * then the shell has set PWD, and whoever has an environment without our mark is not ours. */
static void become_late_daemon(int out)
{
	const pid_t self = getpid();
	char text[100], *none[] = { NULL };

	snprintf(text, sizeof(text), "sleep 0.1; export STRAYS_TEST=%s; exec sleep 50", getenv("STRAYS_TEST"));
	setsid();
	if (write(out, &self, sizeof(self)) == sizeof(self) && dup2(STDERR_FILENO, out) == out)
		execle("/bin/sh", "sh", "-c", text, (char *)NULL, none);
	_exit(127);
}

static void await_program(pid_t daemon, const char *program)
{
	char path[40], name[16] = "";

	snprintf(path, sizeof(path), "/proc/%d/comm", (int)daemon);
	while (strcmp(name, program) != 0) {
		FILE *file = fopen(path, "r");
		assert_non_null(file);
		assert_non_null(fgets(name, sizeof(name), file));
		fclose(file);
		usleep(2000);
	}
}

static void play(const struct scene *s, int out)
{
	struct strays_watch watch = { .leash = -1 };
	char number[24];

	snprintf(number, sizeof(number), "%d", (int)getpid());
	setenv("STRAYS_TEST", number, 1);
	strays_watch_open(&watch, s->name);
	if (s->half_end) {
		if (fork() == 0)
			pause();
		strays_end(watch.watcher);
	}
	if (fork() == 0) {
		if (s->late)
			become_late_daemon(out);
		become_daemon(out, s->found ? "50" : "0.3");
	}
	if (s->good_end)
		strays_watch_close(&watch);
	pause();
	_exit(1);
}

static void test_watch(void **state)
{
	static const struct scene scenes[] = {
		{ .name = "STRAYS_TEST", .found = true },
		{ .name = "STRAYS_TEST", .found = true, .late = true },
		{ .name = "STRAYS_TEST", .found = true, .half_end = true },
		{ .name = "STRAYS_TEST", .good_end = true },
		{ .name = "STRAYS" },
	};

	(void)state;
	alarm(WAIT_S);
	assert_true(strays_adopt());
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		pid_t daemon;
		int ends[2], status = 0;

		assert_int_equal(pipe(ends), 0);
		const pid_t player = fork();
		if (player == 0)
			play(&scenes[i], ends[1]);
		assert_int_equal(read(ends[0], &daemon, sizeof(daemon)), sizeof(daemon));
		await_program(daemon, scenes[i].late ? "sh\n" : "sleep\n");
		kill(player, SIGKILL);
		assert_int_equal(waitpid(player, &status, 0), player);
		assert_int_equal(waitpid(daemon, &status, 0), daemon);
		assert_int_equal(WIFSIGNALED(status), scenes[i].found);
		close(ends[0]);
		close(ends[1]);
		while (waitpid(-1, &status, 0) > 0 || errno == EINTR)
			;                                    /* the watcher has become our child */
	}
	strays_adopt_no_more();
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_watch) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
