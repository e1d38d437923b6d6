/* SPDX-License-Identifier: MIT
 *
 * strays.c - the end of processes that nobody waits for
 */
#include "util/strays.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 2, MOST_ROUNDS = 500 };

bool strays_adopt(void)
{
	int before = 0;

	prctl(PR_GET_CHILD_SUBREAPER, &before);
	return !before && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

void strays_adopt_no_more(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* Of process @name, a number in @folder, which is /proc; 0 if it has ended. */
static pid_t parent_of(int folder, const char *name)
{
	char path[32], text[512];
	const char *state;

	snprintf(path, sizeof(path), "%.20s/stat", name);
	const int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	const ssize_t got = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[got > 0 ? got : 0] = '\0';
	state = strrchr(text, ')');                      /* "PID (NAME) STATE PARENT ...", and NAME may hold anything */
	return state && strlen(state) > 4 ? (pid_t)strtol(state + 4, NULL, 10) : 0;
}

static void kill_children(void)
{
	const pid_t self = getpid();
	DIR *folder = opendir("/proc");

	if (!folder)
		return;
	for (const struct dirent *entry; (entry = readdir(folder));)
		if (isdigit((unsigned char)entry->d_name[0]) && parent_of(dirfd(folder), entry->d_name) == self)
			kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL);
	closedir(folder);
}

void strays_end(void)
{
	for (int rounds = 0; rounds < MOST_ROUNDS;) {
		pid_t ended = waitpid(-1, NULL, WNOHANG | __WALL);

		if (ended < 0 && errno != EINTR)
			return;                              /* there is no child */
		if (ended != 0)
			continue;
		kill_children();
		rounds++;
		nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000L }, NULL);
	}
}
