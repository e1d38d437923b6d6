/* SPDX-License-Identifier: MIT
 *
 * shared.c - one kernel for several cases, one after the other
 *
 * A boot costs more than most cases, so a kernel may play many. Each case is to find what it would find in a kernel of
 * its own. Most of that comes with what it has anyway: its network namespace, with its own addresses, routes, sysctls
 * and sockets, and a process that plays it and ends with it. What is left, and what is done about it:
 *
 *  - Files in /tmp and /dev/shm are those of the process: it has file systems of its own there.
 *  - Whatever it started and left behind is killed: pid 1 has no other children.
 *  - Parameters of modules (congestion controls) hold for all networks: those that were changed are set back.
 *  - What the kernel does later, as when it takes a network apart, and what it counts for a while, as the ICMP messages
 *    that it sends in a second: SETTLE_S pass in between, which cost nothing in virtual time.
 *
 * What differs: the clock goes on, and random numbers are others than in a kernel of its own.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "target/linux/linux.h"
#include "util/checked.h"

enum { SETTLE_S = 2, SETTING_ROOM = 128 };

struct linux_shared_settings {
	glob_t files;
	char (*values)[SETTING_ROOM];                        /* one for each setting; "": it cannot be set */
};

static const char *const patterns[] = { "/sys/module/tcp_*/parameters/*" };

static bool read_setting(const char *path, char value[SETTING_ROOM])
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, value, SETTING_ROOM - 1);

	if (fd >= 0)
		close(fd);
	value[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static void write_setting(const char *path, const char *value)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		dprintf(STDERR_FILENO, "protodrill: %s cannot be set back: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

struct linux_shared_settings *linux_settings_note(void)
{
	struct linux_shared_settings *s = checked_memory(calloc(1, sizeof(*s)));

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		glob(patterns[i], i ? GLOB_APPEND : 0, NULL, &s->files);
	s->values = checked_memory(calloc(s->files.gl_pathc + 1, sizeof(*s->values)));
	for (size_t i = 0; i < s->files.gl_pathc; i++)
		if (access(s->files.gl_pathv[i], W_OK) == 0)
			read_setting(s->files.gl_pathv[i], s->values[i]);
	return s;
}

static void set_back(const struct linux_shared_settings *s)
{
	char now[SETTING_ROOM];

	for (size_t i = 0; i < s->files.gl_pathc; i++)
		if (*s->values[i] && read_setting(s->files.gl_pathv[i], now) && strcmp(now, s->values[i]) != 0)
			write_setting(s->files.gl_pathv[i], s->values[i]);
}

void linux_settings_free(struct linux_shared_settings *s)
{
	globfree(&s->files);
	free(s->values);
	free(s);
}

bool linux_shared_enter(void)
{
	if (unshare(CLONE_NEWNS) == 0 && mount("tmpfs", "/tmp", "tmpfs", 0, "mode=1777") == 0 &&
	    mount("tmpfs", "/dev/shm", "tmpfs", 0, "mode=1777") == 0)
		return true;
	dprintf(STDERR_FILENO, "protodrill: no files of its own for a case: %s\n", strerror(errno));
	return false;
}

static int wait_for(pid_t child)
{
	int status = -1;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

bool linux_shared_leave(pid_t child, const struct linux_shared_settings *settings)
{
	const struct timespec settle = { .tv_sec = SETTLE_S };
	const int status = wait_for(child);

	kill(-1, SIGKILL);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		;
	set_back(settings);
	nanosleep(&settle, NULL);
	if (WIFSIGNALED(status))
		dprintf(STDERR_FILENO, "protodrill: the process that played was ended by SIG%s\n",
		        sigabbrev_np(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		dprintf(STDERR_FILENO, "protodrill: the process that played ended with status %d\n",
		        WEXITSTATUS(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
