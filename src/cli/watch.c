/* SPDX-License-Identifier: MIT
 *
 * watch.c - protodrill watch: play what changed, whenever it does
 *
 * An author saves a script and wants to know at once. So the folders of the paths are watched (inotify), and each
 * time somebody has written to one of them, `protodrill run` plays what that concerns, with the options that were
 * given: a script that changed, or all scripts of a folder in which something else did, since they may include it,
 * read it or be set up by it. What is written at one go is played at one go: after a change a tenth of a second must
 * pass without another one.
 *
 * run is a process of its own. So whatever a script does to it, watching goes on, and the next run is played by the
 * program as it is then: a developer of a stack may build it again meanwhile.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "util/arena.h"
#include "util/checked.h"
#include "util/interrupt.h"
#include "util/text_set.h"

enum { SETTLE_MS = 100, EVENT_BYTES = 4096 };
enum { CHANGES = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF };

/* One folder that is watched. */
struct watched {
	struct watched *next;
	int number;                                          /* the number that inotify gave it */
	const char *path;
	const char *only;                                    /* only this script in it; NULL: all, and the folders
	                                                        below */
};

struct watch {
	struct arena *arena;
	int notify;
	struct watched *folders;
	char **command;                                      /* run and its options; ends with NULL */
	size_t command_length;
	sigset_t free;                                       /* signals as they were before */
	struct text_set changed;                             /* paths to be played */
	const char **list;
	size_t count, room;
};

static void usage(void)
{
	puts("Usage: protodrill watch [OPTION]... FILE|DIR...\n"
	     "Play scripts, and play again what changes: a script that is saved, or all scripts of a folder in which\n"
	     "another file is. Ends with Ctrl-C.\n\n"
	     "Options are those of 'protodrill run', which see.\n\n"
	     "Examples:\n"
	     "  protodrill watch --profile linux my.pkt\n"
	     "  protodrill watch -t kernel testcases/recovery");
}

static bool ends_in(const char *name, const char *end)
{
	size_t length = strlen(name), tail = strlen(end);

	return length > tail && !strcmp(name + length - tail, end);
}

/* ---- playing ---- */

/* Returns when the run is over. An interrupt, which the run gets as well, ends it and then the watching. */
static void play(struct watch *w, const char *const *paths, size_t count)
{
	char **argv = arena_new_array(w->arena, char *, w->command_length + count + 1);
	size_t n = 0;
	int status;

	for (size_t i = 0; i < w->command_length; i++)
		argv[n++] = w->command[i];
	for (size_t i = 0; i < count; i++)
		argv[n++] = (char *)paths[i];
	argv[n] = NULL;
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &w->free, NULL);
		execv("/proc/self/exe", argv);
		_exit(EXIT_STATUS_ERROR);
	}
	if (child < 0)
		console_error("cannot start a run: %s", strerror(errno));
	else
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
}

/* ---- watching ---- */

static bool watch_folder(struct watch *w, const char *path, const char *only)
{
	struct watched *folder = arena_new_object(w->arena, struct watched);

	*folder = (struct watched){
		.next = w->folders, .number = inotify_add_watch(w->notify, path, CHANGES),
		.path = arena_strdup(w->arena, path), .only = only ? arena_strdup(w->arena, only) : NULL,
	};
	if (folder->number < 0)
		return console_error("cannot watch %s: %s%s", path, strerror(errno),
		                     errno == ENOSPC ? " (fs.inotify.max_user_watches)" : "");
	w->folders = folder;
	return true;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The folder and all below it, except hidden ones. */
static bool watch_tree(struct watch *w, const char *path)
{
	bool good = watch_folder(w, path, NULL);
	DIR *folder = good ? opendir(path) : NULL;

	for (struct dirent *e; folder && good && (e = readdir(folder));) {
		const char *below = arena_printf(w->arena, "%s/%s", path, e->d_name);
		if (e->d_name[0] != '.' && is_folder(below))
			good = watch_tree(w, below);
	}
	if (folder)
		closedir(folder);
	return good;
}

static bool watch_path(struct watch *w, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (access(path, F_OK) != 0)
		return console_error("cannot watch %s: %s", path, strerror(errno));
	if (is_folder(path))
		return watch_tree(w, path);
	return watch_folder(w, slash ? arena_strndup(w->arena, path, (size_t)(slash - path)) : ".",
	                    slash ? slash + 1 : path);
}

/* ---- what changed ---- */

static void add_changed(struct watch *w, const char *path)
{
	if (!text_set_add(&w->changed, path))
		return;
	if (w->count == w->room) {
		w->room = w->room ? 2 * w->room : 16;
		w->list = checked_memory(realloc(w->list, w->room * sizeof(*w->list)));
	}
	w->list[w->count++] = arena_strdup(w->arena, path);
}

static const char *below(struct watch *w, const struct watched *folder, const char *name)
{
	return strcmp(folder->path, ".") ? arena_printf(w->arena, "%s/%s", folder->path, name) : name;
}

static void add_event(struct watch *w, const struct watched *folder, const struct inotify_event *e)
{
	const char *name = e->len ? e->name : "";
	bool script = ends_in(name, ".pkt");

	if (!*name || *name == '.' || ends_in(name, "~"))    /* files that editors make for themselves */
		return;
	const char *path = below(w, folder, name);
	if (e->mask & IN_ISDIR && !folder->only)
		watch_tree(w, path);
	if (e->mask & (IN_ISDIR | IN_CREATE))                /* it will be played when it has been written */
		return;
	if (folder->only)
		add_changed(w, below(w, folder, folder->only));
	else if (script)
		add_changed(w, path);
	else
		add_changed(w, folder->path);
}

/* Read what has come. False: interrupted. */
static bool read_events(struct watch *w)
{
	_Alignas(struct inotify_event) char bytes[EVENT_BYTES];
	ssize_t length = read(w->notify, bytes, sizeof(bytes));

	for (ssize_t at = 0; at < length;) {
		const struct inotify_event *e = (const struct inotify_event *)(bytes + at);
		for (const struct watched *f = w->folders; f; f = f->next)
			if (f->number == e->wd)
				add_event(w, f, e);
		at += (ssize_t)(sizeof(*e) + e->len);
	}
	return length >= 0;
}

/* Wait until something changes, and then until nothing changes any more. False: interrupted. */
static bool await_change(struct watch *w)
{
	static const struct timespec settle = { .tv_nsec = SETTLE_MS * 1000000 };
	struct pollfd notify = { .fd = w->notify, .events = POLLIN };
	int ready;

	while (!interrupt_asked() && (ready = ppoll(&notify, 1, w->count ? &settle : NULL, &w->free)) >= 0) {
		if (!ready)
			return true;
		if (!read_events(w))
			return false;
	}
	return false;
}

static void forget_changes(struct watch *w)
{
	text_set_free(&w->changed);
	w->changed = (struct text_set){ 0 };
	w->count = 0;
}

/* Returns the exit status; an interrupt is the normal end. */
static int watch(struct watch *w, char **paths, size_t count)
{
	bool good = true;

	for (size_t i = 0; good && i < count; i++)
		good = watch_path(w, paths[i]);
	if (!good)
		return EXIT_STATUS_ERROR;
	play(w, (const char *const *)paths, count);
	while (await_change(w)) {
		printf("\n%s%s changed\n", w->list[0], w->count > 1 ? " and others" : "");
		play(w, w->list, w->count);
		forget_changes(w);
	}
	return EXIT_STATUS_OK;
}

static void on_interrupt(int signal)
{
	(void)signal;
	interrupt_ask();
}

/* Signals that end the watching are let in only while it waits, so that none is missed before. */
static void hold_signals(struct watch *w)
{
	struct sigaction action = { .sa_handler = on_interrupt };
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, &w->free);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

int watch_main(int argc, char **argv)
{
	struct watch w = { .arena = arena_new(), .notify = inotify_init1(IN_CLOEXEC) };
	int first = run_sort_options(argc, argv);
	bool help = first > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"));
	int status = EXIT_STATUS_ERROR;

	if (help) {
		usage();
		status = EXIT_STATUS_OK;
	} else if (first == argc) {
		console_error("nothing to watch: name scripts or directories");
	} else if (first > 0 && w.notify < 0) {
		console_error("cannot watch files: %s", strerror(errno));
	} else if (first > 0) {
		argv[0] = (char[]){ "run" };
		w.command_length = (size_t)first + 1;
		w.command = arena_new_array(w.arena, char *, w.command_length);
		w.command[0] = (char[]){ "protodrill" };
		memcpy(w.command + 1, argv, (size_t)first * sizeof(*argv));
		hold_signals(&w);
		status = watch(&w, argv + first, (size_t)(argc - first));
	}
	forget_changes(&w);
	free(w.list);
	if (w.notify >= 0)
		close(w.notify);
	arena_free(w.arena);
	return status;
}
