/* SPDX-License-Identifier: MIT
 *
 * inside.c - the program as pid 1 of a kernel that was booted for a case
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "cli/packetdrill.h"
#include "cli/task.h"
#include "suite/player.h"
#include "target/linux/linux.h"
#include "util/checked.h"

static void show_folders(const struct task *task)
{
	const char *slash = strrchr(task->what.path, '/');

	linux_inside_show(task->directory);
	linux_inside_show(task->program_folder);
	if (*task->what.path != '/' || !slash)
		return;
	char *folder = checked_memory(strndup(task->what.path, (size_t)(slash - task->what.path)));
	linux_inside_show(folder);
	free(folder);
}

/* ---- scripts played as by the original tool ---- */

/* From now on, collect what is written to @descriptor. Returns where it is collected, or -1. */
static int keep_writing(int descriptor)
{
	const int kept = memfd_create("kept", MFD_CLOEXEC);

	if (kept >= 0)
		dup2(kept, descriptor);
	return kept;
}

/* Put what was collected in front of @text. */
static void put_in_front(struct buf *text, int kept)
{
	struct buf whole = BUF_INIT;

	if (kept < 0 || lseek(kept, 0, SEEK_SET) < 0)
		return;
	buf_read_fd(&whole, kept);
	buf_add(&whole, text->data, text->length);
	buf_free(text);
	*text = whole;
	close(kept);
}

/* While it plays, its trace and its commands write to the standard descriptors. */
static void play_old_face(const struct task *task, struct attempt *attempt)
{
	const int out = keep_writing(STDOUT_FILENO), err = keep_writing(STDERR_FILENO);

	packetdrill_play_inside(task, attempt);
	put_in_front(&attempt->output.out, out);
	put_in_front(&attempt->output.err, err);
}

/* ---- a case ---- */

static bool carry_out(const struct task *task)
{
	const struct run_case c = {
		.request = &task->request,
		.what = &task->what,
		.target = target_kind_find(task->target),
		.traits = task->traits,
		.builtin = (struct builtin_setup *)&task->setup,
	};
	struct attempt attempt = ATTEMPT_INIT;
	struct buf answer = BUF_INIT;

	show_folders(task);
	if (!c.target || chdir(task->directory) < 0) {
		dprintf(STDERR_FILENO, "protodrill: %s: %s\n", task->directory, strerror(errno));
		return false;
	}
	struct linux_counts *counts = task->request.lines ? linux_counts_begin() : NULL;
	if (task->old_face)
		play_old_face(task, &attempt);
	else
		run_case_play(&c, &attempt);
	if (counts)
		linux_counts_end(counts, &attempt.output.lines);
	attempt_pack(&answer, &attempt);
	linux_inside_answer(&answer);
	buf_free(&answer);
	attempt_free(&attempt);
	return true;
}

static bool carry_out_bytes(struct buf *bytes)
{
	struct arena *arena = arena_new();
	struct task task;
	bool done = task_read(bytes, arena, &task);

	task.request.inside = true;
	done = done && carry_out(&task);
	arena_free(arena);
	return done;
}

/* ---- all tasks ---- */

/* Several tasks, each in a process of its own. */
static void carry_out_all(const struct buf *tasks, size_t at, struct buf *task)
{
	struct linux_shared_settings *settings = linux_settings_note();
	bool good = true;

	do {
		const pid_t child = fork();
		if (child == 0)
			_exit(!(linux_shared_enter() && carry_out_bytes(task)));
		good = child > 0 && linux_shared_leave(child, settings);
	} while (good && linux_frame_next(tasks, &at, task));
	linux_settings_free(settings);
}

int inside_main(int argc, char **argv)
{
	struct buf tasks = BUF_INIT, task = BUF_INIT;
	size_t at = 0;

	(void)argv;
	if (getpid() != 1 || argc != 1) {
		console_error("'" LINUX_INSIDE_COMMAND "' is what a kernel that was booted by -t linux runs");
		return EXIT_STATUS_ERROR;
	}
	if (linux_inside_begin(&tasks) && linux_frame_next(&tasks, &at, &task)) {
		if (at == tasks.length)
			carry_out_bytes(&task);
		else
			carry_out_all(&tasks, at, &task);
	}
	buf_free(&tasks);
	buf_free(&task);
	linux_inside_end();
	return EXIT_STATUS_ERROR;
}
