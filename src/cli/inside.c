/* SPDX-License-Identifier: MIT
 *
 * inside.c - the program as pid 1 of a kernel that was booted for a case
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/console.h"
#include "cli/packetdrill.h"
#include "cli/task.h"
#include "suite/player.h"
#include "target/linux/linux.h"

static void show_folders(const struct task *task)
{
	const char *slash = strrchr(task->what.path, '/');
	char folder[PATH_MAX];

	linux_inside_show(task->directory);
	linux_inside_show(task->program_folder);
	if (*task->what.path != '/' || !slash)
		return;
	snprintf(folder, sizeof(folder), "%.*s", (int)(slash - task->what.path), task->what.path);
	linux_inside_show(folder);
}

/* ---- the old face ---- */

/* What is written to @descriptor from now on, or -1. */
static int keep_writing(int descriptor)
{
	const int kept = memfd_create("kept", MFD_CLOEXEC);

	if (kept >= 0)
		dup2(kept, descriptor);
	return kept;
}

/* In front of @text. */
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

/* Its trace and its commands write to the standard descriptors while it plays. */
static void play_old_face(const struct task *task, struct attempt *attempt)
{
	const int out = keep_writing(STDOUT_FILENO), err = keep_writing(STDERR_FILENO);

	packetdrill_play_inside(task, attempt);
	put_in_front(&attempt->output.out, out);
	put_in_front(&attempt->output.err, err);
}

/* ---- all ---- */

static bool carry_out(const struct task *task, struct buf *answer)
{
	const struct run_case c = {
		.request = &task->request,
		.what = &task->what,
		.target = target_kind_find(task->target),
		.builtin = (struct builtin_setup *)&task->setup,
	};
	struct attempt attempt = ATTEMPT_INIT;

	show_folders(task);
	if (!c.target || chdir(task->directory) < 0) {
		dprintf(STDERR_FILENO, "protodrill: %s: %s\n", task->directory, strerror(errno));
		return false;
	}
	if (task->old_face)
		play_old_face(task, &attempt);
	else
		run_case_play(&c, &attempt);
	attempt_pack(answer, &attempt);
	attempt_free(&attempt);
	return true;
}

int inside_main(int argc, char **argv)
{
	struct buf bytes = BUF_INIT, answer = BUF_INIT;
	struct task task;

	(void)argv;
	if (getpid() != 1 || argc != 1) {
		console_error("'" LINUX_INSIDE_COMMAND "' is what a kernel that was booted by -t linux runs");
		return EXIT_STATUS_ERROR;
	}
	struct arena *arena = arena_new();
	if (linux_inside_begin(&bytes) && task_read(&bytes, arena, &task)) {
		task.request.inside = true;
		if (carry_out(&task, &answer))
			linux_inside_answer(&answer);
	}
	buf_free(&bytes);
	buf_free(&answer);
	arena_free(arena);
	linux_inside_end();
	return EXIT_STATUS_ERROR;
}
