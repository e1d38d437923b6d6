/* SPDX-License-Identifier: MIT
 *
 * strays.c - the end of processes that nobody waits for
 */
#include "util/strays.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 2, MOST_ROUNDS = 500, QUIET_ROUNDS = 3 };
enum { PIECE_BYTES = 1024 };

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

static void pause_shortly(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000L }, NULL);
}

/* A file of process @number, which is a name in @folder, /proc. Negative if the process has ended. */
static int open_of(int folder, const char *number, const char *file)
{
	char path[40];

	snprintf(path, sizeof(path), "%.20s/%s", number, file);
	return openat(folder, path, O_RDONLY | O_CLOEXEC);
}

/* Of what the kernel tells about a process. */
struct standing {
	char state;                                          /* 'Z': it has ended; 0: it is gone */
	pid_t parent;
	unsigned long long began;                            /* in ticks since the machine was started */
};

static struct standing standing_of(int folder, const char *number)
{
	struct standing s = { 0 };
	char text[512];

	const int fd = open_of(folder, number, "stat");
	const ssize_t got = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd >= 0)
		close(fd);
	text[got > 0 ? got : 0] = '\0';
	const char *rest = strrchr(text, ')');           /* "PID (NAME) STATE PARENT ...", and NAME may hold anything */
	if (rest)                                        /* proc(5): the fields 3, 4 and 22 */
		sscanf(rest, ") %c %d %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
		       &s.state, &s.parent, &s.began);
	return s;
}

/* Kill the processes for which that is true. False if there is none. */
static bool kill_those(bool (*are_so)(int folder, const char *number, void *what), void *what)
{
	DIR *folder = opendir("/proc");
	bool found = false;

	for (const struct dirent *entry; folder && (entry = readdir(folder));)
		if (isdigit((unsigned char)entry->d_name[0]) && are_so(dirfd(folder), entry->d_name, what))
			found |= kill((pid_t)strtol(entry->d_name, NULL, 10), SIGKILL) == 0;
	if (folder)
		closedir(folder);
	return found;
}

struct family {
	pid_t parent, spared;
};

static bool is_unwanted(int folder, const char *number, void *what)
{
	const struct family *f = what;

	return standing_of(folder, number).parent == f->parent && (pid_t)strtol(number, NULL, 10) != f->spared;
}

/* Whoever ends leaves its children to us before it is reaped. So none is left when a look at all finds none. */
void strays_end(pid_t spared)
{
	struct family family = { getpid(), spared };

	for (int rounds = 0; rounds < MOST_ROUNDS;) {
		pid_t ended = waitpid(-1, NULL, WNOHANG | __WALL);

		if (ended < 0 && errno != EINTR)
			return;                              /* there is no child */
		if (ended != 0)
			continue;
		if (!kill_those(is_unwanted, &family) && spared)
			return;
		rounds++;
		pause_shortly();
	}
}

/* ---- the watcher ---- */

struct mark {
	char entry[64];                                      /* "NAME=NUMBER" of an environment */
	struct stat pid_namespace;                           /* elsewhere the number is another process */
	unsigned long long began;                            /* the process watched over; its strays are younger */
	bool cannot_tell;                                    /* a younger one has no environment as yet */
};

/* Is @entry, with its final zero, in the environment that @fd reads? In small pieces: an environment can have
 * megabytes. @matched is how much of it the last bytes were, or FAR in another entry. @empty: there is none. */
static bool has_entry(int fd, const char *entry, bool *empty)
{
	enum { FAR = -1 };
	char piece[PIECE_BYTES];
	ssize_t got;
	int matched = 0;

	*empty = true;
	while ((got = read(fd, piece, sizeof(piece))) > 0) {
		*empty = false;
		for (ssize_t i = 0; i < got; i++) {
			const bool fits = matched != FAR && piece[i] == entry[matched];
			if (fits && !piece[i])
				return true;
			matched = !piece[i] ? 0 : fits ? matched + 1 : FAR;
		}
	}
	return matched != FAR && !entry[matched];            /* the last one may lack its zero */
}

/* A process in the middle of exec has no environment, and on a busy machine it can stay there for long. So have kernel
 * threads and processes that have ended, but these have no memory either, or will never get one. */
static bool may_be_marked_yet(int folder, const char *number, const struct mark *mark)
{
	enum { KERNEL_THREADS = 2 };                         /* the parent of all of them */
	const struct standing s = standing_of(folder, number);

	return s.state && s.state != 'Z' && s.parent != KERNEL_THREADS && s.began >= mark->began;
}

static bool is_marked(int folder, const char *number, void *what)
{
	struct mark *mark = what;
	char path[40];
	struct stat pid_namespace;
	bool empty = false;

	const int fd = open_of(folder, number, "environ");
	const bool found = fd >= 0 && has_entry(fd, mark->entry, &empty);
	if (fd >= 0)
		close(fd);
	snprintf(path, sizeof(path), "%.20s/ns/pid", number);
	if ((!found && !empty) || fstatat(folder, path, &pid_namespace, 0) != 0 ||
	    pid_namespace.st_ino != mark->pid_namespace.st_ino || pid_namespace.st_dev != mark->pid_namespace.st_dev)
		return false;
	mark->cannot_tell |= empty && may_be_marked_yet(folder, number, mark);
	return found;
}

/* Of a process that has just begun nothing can be seen for a moment, so look more than once. */
static void end_marked(struct mark *mark)
{
	for (int rounds = 0, quiet = 0; rounds < MOST_ROUNDS && quiet < QUIET_ROUNDS; rounds++) {
		mark->cannot_tell = false;
		quiet = kill_those(is_marked, mark) || mark->cannot_tell ? 0 : quiet + 1;
		pause_shortly();
	}
}

/* Of the process that forked us we keep only the leash: neither its device nor the pipe through which it answers. Nor
 * do signals to its group or from its terminal reach us. */
static noreturn void watch(int leash, struct mark *mark)
{
	char byte;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	if (dup2(leash, 0) == 0 && close_range(1, UINT_MAX, 0) == 0) {
		while (read(0, &byte, 1) < 0 && errno == EINTR)
			;
		end_marked(mark);
	}
	_exit(0);
}

void strays_watch_open(struct strays_watch *w, const char *name)
{
	struct mark mark = { 0 };
	int ends[2];

	if (w->leash >= 0 || stat("/proc/self/ns/pid", &mark.pid_namespace) < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return;
	snprintf(mark.entry, sizeof(mark.entry), "%s=%d", name, (int)getpid());
	mark.began = standing_of(AT_FDCWD, "/proc/self").began;
	w->watcher = fork();
	if (w->watcher == 0) {
		close(ends[1]);
		watch(ends[0], &mark);
	}
	close(ends[0]);
	w->leash = ends[1];
	if (w->watcher < 0)
		strays_watch_close(w);
}

/* Before the leash, since the end of that is what the watcher waits for. */
void strays_watch_close(struct strays_watch *w)
{
	if (w->leash < 0)
		return;
	if (w->watcher > 0 && kill(w->watcher, SIGKILL) == 0)
		while (waitpid(w->watcher, NULL, 0) < 0 && errno == EINTR)
			;
	close(w->leash);
	*w = (struct strays_watch){ .leash = -1 };
}
