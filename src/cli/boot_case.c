/* SPDX-License-Identifier: MIT
 *
 * boot_case.c - a case goes into a kernel, and its answer comes out
 */
#include "cli/boot_case.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "suite/player.h"
#include "target/linux/linux.h"

/* The folder of this program. */
static bool own_folder(char *path, size_t room)
{
	ssize_t length = readlink("/proc/self/exe", path, room - 1);

	if (length < 0)
		return false;
	path[length] = '\0';
	char *slash = strrchr(path, '/');
	if (slash)
		*slash = '\0';
	return slash;
}

static bool write_task(const struct task *task, struct buf *bytes, struct buf *reason)
{
	char directory[PATH_MAX], program[PATH_MAX];
	struct task whole = *task;

	whole.directory = directory;
	whole.program_folder = program;
	if (getcwd(directory, sizeof(directory)) && own_folder(program, sizeof(program)))
		return task_write(&whole, bytes);
	buf_puts(reason, "the current directory, or that of this program, cannot be found");
	return false;
}

bool boot_case(const char *kernel, const struct task *task, int timeout_s, struct attempt *out, struct buf *reason)
{
	struct linux_end end = LINUX_END_INIT;
	struct buf bytes = BUF_INIT;
	const struct linux_boot boot = {
		.kernel = kernel,
		.task = &bytes,
		.seed = task->setup.seed_set ? task->setup.seed : 1,
		.timeout_s = timeout_s,
	};
	bool answered = write_task(task, &bytes, reason) && linux_boot(&boot, &end, reason);

	if (answered && !(end.switched_off && attempt_unpack(&end.answer, out))) {
		linux_describe_end(&boot, &end, reason);
		answered = false;
	}
	linux_end_free(&end);
	buf_free(&bytes);
	return answered;
}
