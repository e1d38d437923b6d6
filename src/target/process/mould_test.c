/* SPDX-License-Identifier: MIT
 *
 * Tests of mould.c: what a copy finds, that nothing is shared, objects that have no mould, and that nothing is left.
 */
#include "target/process/mould.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/common.h"

enum { COPIES = 5, LATE_MS = 3000, STEP_MS = 5, STATUS = 3 };

static int loads, served;

static void *sleep_for_ever(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

/* What an "object" of the name @how does while it is loaded. */
static bool load(const char *how)
{
	pthread_t thread;

	loads++;
	if (!strcmp(how, "thread"))
		return pthread_create(&thread, NULL, sleep_for_ever, NULL) == 0;
	if (!strcmp(how, "file"))
		return open("/dev/null", O_RDONLY) >= 0;
	if (!strcmp(how, "memory"))
		return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
	if (!strcmp(how, "words"))
		return fputs("loaded\n", stderr) > 0;
	if (!strcmp(how, "silence"))
		pause();
	if (!strcmp(how, "end"))
		exit(0);
	return strcmp(how, "nothing") != 0;
}

/* What a copy tells: how often it was loaded and served here, and whether the C library knows its number. */
static int serve(const char *how)
{
	served++;
	dprintf(1, "%d %d %d %d\n", loads, served, (int)getpid(), getpgrp() == getpid() && getppid() != 1);
	if (!strcmp(how, "abort"))
		abort();
	if (!strcmp(how, "hang"))
		pause();
	return STATUS;
}

/* -1: there is no copy. */
static pid_t cast(struct mould *m, char *how, int *socket)
{
	char *words[] = { "/proc/self/exe", "--mould", how, NULL };
	const struct mould_order order = { .command = how, .words = words };
	int sockets[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), 0);
	const pid_t pid = mould_cast(m, &order, sockets[1], 2, sched_getcpu());
	close(sockets[1]);
	*socket = sockets[0];
	return pid;
}

static void read_line(int from, char *line, size_t room)
{
	size_t filled = 0;

	while (filled + 1 < room && read(from, line + filled, 1) == 1 && line[filled] != '\n')
		filled++;
	line[filled] = '\0';
}

static void copies_are_alike(void **state)
{
	struct mould m = { 0 };
	char line[80], wanted[80];
	int socket, status;

	(void)state;
	assert_int_equal(cast(&m, "fine", &socket), 0);          /* the first one is loaded for itself */
	close(socket);
	for (int i = 0; i < COPIES; i++) {
		const pid_t pid = cast(&m, "fine", &socket);

		assert_true(pid > 0 && pid != m.pid);
		snprintf(wanted, sizeof(wanted), "1 1 %d 1", (int)pid);
		read_line(socket, line, sizeof(line));
		assert_string_equal(line, wanted);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == STATUS);
		close(socket);
	}
	const pid_t first = m.pid;
	assert_int_equal(cast(&m, "abort", &socket), 0);         /* another object has another mould */
	close(socket);
	const pid_t dies = cast(&m, "abort", &socket);
	assert_true(m.pid != first);
	assert_int_equal(waitpid(dies, &status, 0), dies);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	close(socket);
	mould_free(&m);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
	assert_int_equal(errno, ECHILD);
}

static void objects_without_a_mould(void **state)
{
	static char *const hows[] = { "thread", "file", "memory", "words", "silence", "end", "nothing" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hows); i++) {
		struct mould m = { 0 };
		int socket;

		for (int asked = 0; asked < 3; asked++) {
			if (cast(&m, hows[i], &socket) != 0)
				fail_msg("'%s' has a copy", hows[i]);
			close(socket);
		}
		assert_int_equal(m.pid, 0);
		mould_free(&m);
		assert_int_equal(waitpid(-1, NULL, 0), -1);
	}
}

/* One that was killed is not there for the next case, which is then played without. */
static void a_mould_that_was_killed(void **state)
{
	struct mould m = { 0 };
	int socket;

	(void)state;
	cast(&m, "fine", &socket);
	close(socket);
	const pid_t pid = cast(&m, "fine", &socket);
	close(socket);
	waitpid(pid, NULL, 0);
	kill(m.pid, SIGKILL);
	assert_int_equal(cast(&m, "fine", &socket), 0);
	close(socket);
	mould_free(&m);
	assert_int_equal(waitpid(-1, NULL, 0), -1);
}

static bool is_gone(pid_t pid)
{
	for (int ms = 0; ms < LATE_MS; ms += STEP_MS) {
		char path[40], line[200] = "";
		snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
		FILE *file = fopen(path, "re");

		if (!file)
			return true;
		const bool ended = !fgets(line, sizeof(line), file) || strstr(line, ") Z ");
		fclose(file);
		if (ended)
			return true;
		nanosleep(&(struct timespec){ .tv_nsec = STEP_MS * 1000000L }, NULL);
	}
	return false;
}

/* Who plays is killed: neither the mould nor a copy that hangs is left. */
static void nothing_outlives_the_player(void **state)
{
	pid_t both[2];
	int told[2];

	(void)state;
	assert_int_equal(pipe(told), 0);
	const pid_t player = fork();
	if (player == 0) {
		struct mould m = { 0 };
		int socket;

		cast(&m, "hang", &socket);
		both[0] = cast(&m, "hang", &socket);
		both[1] = m.pid;
		if (write(told[1], both, sizeof(both)) == sizeof(both))
			pause();
		_exit(1);
	}
	assert_int_equal(read(told[0], both, sizeof(both)), sizeof(both));
	assert_true(both[0] > 0 && both[1] > 0);
	kill(player, SIGKILL);
	waitpid(player, NULL, 0);
	assert_true(is_gone(both[0]));
	assert_true(is_gone(both[1]));
	close(told[0]);
	close(told[1]);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_alike), cmocka_unit_test(objects_without_a_mould),
		cmocka_unit_test(a_mould_that_was_killed), cmocka_unit_test(nothing_outlives_the_player),
	};

	if (argc == 3 && !strcmp(argv[1], "--mould"))
		return mould_be(load, serve, argv[2]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
