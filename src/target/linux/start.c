/* SPDX-License-Identifier: MIT
 *
 * start.c - a kernel as a child process, and what it is given
 *
 * What the child has, by descriptor: nothing to read at 0, the console's pipe at 1 and 2, and from PLACES on files that
 * its command line names as /proc/self/fd/N, so that the names are the same for everybody and none is left behind
 * (preload/places.h). Its memory is a file without a name, which what is loaded in front of its C library makes for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "target/linux/archive.h"
#include "target/linux/preload.h"
#include "target/linux/start.h"
#include "util/child_begin.h"

/* ---- its files ---- */

static int memory_file(const char *name, const void *bytes, size_t length)
{
	const int fd = memfd_create(name, MFD_CLOEXEC);

	for (size_t at = 0; fd >= 0 && at < length;) {
		ssize_t n = write(fd, (const char *)bytes + at, length - at);
		if (n < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	return fd;
}

/* Where the kernel's memory is kept if there is no memfd from which programs can be mapped. */
static const char *memory_folder(void)
{
	const char *wanted = getenv("TMPDIR");
	struct statvfs fs;

	if (wanted && *wanted)
		return wanted;
	if (statvfs("/dev/shm", &fs) == 0 && !(fs.f_flag & ST_NOEXEC) && access("/dev/shm", W_OK | X_OK) == 0)
		return "/dev/shm";
	return "/tmp";
}

int linux_start_task(const struct buf *task)
{
	return memory_file("task", task->data, task->length);
}

/* Open all files but those that the caller of linux_start() provides. */
static bool open_files(int files[START_FILES], struct buf *problem)
{
	struct buf archive = BUF_INIT;
	bool good;

	archive_make(&archive);
	files[AT_ARCHIVE - PLACES] = memory_file("archive", archive.data, archive.length);
	buf_free(&archive);
	files[AT_PRELOAD - PLACES] = memory_file("preload", embedded_preload, embedded_preload_length);
	files[AT_PROGRAM - PLACES] = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	good = files[AT_ARCHIVE - PLACES] >= 0 && files[AT_PRELOAD - PLACES] >= 0 && files[AT_PROGRAM - PLACES] >= 0;
	if (!good)
		buf_printf(problem, "cannot prepare what a kernel needs: %s", strerror(errno));
	return good;
}

static void close_files(const int files[START_FILES])
{
	for (int at = AT_ARCHIVE; at <= AT_PRELOAD; at++)
		if (files[at - PLACES] >= 0)
			close(files[at - PLACES]);
}

/* ---- the child ---- */

static void exec_kernel(const struct linux_boot *boot, char moment)
{
	char memory[32], archive[48], seed[48], preload[64], folder[PATH_MAX], init[48], serial[32];
	char orders[] = { LINUX_ORDERS_VARIABLE "=?" };

	snprintf(memory, sizeof(memory), "mem=%dM", boot->memory_mb ? boot->memory_mb : LINUX_MEMORY_MB);
	snprintf(archive, sizeof(archive), "initrd=/proc/self/fd/%d", AT_ARCHIVE);
	snprintf(init, sizeof(init), "init=/proc/self/fd/%d", AT_PROGRAM);
	snprintf(serial, sizeof(serial), "ssl0=null,fd:%d", AT_ANSWER);
	snprintf(seed, sizeof(seed), "PROTODRILL_SEED=%lld", (long long)boot->seed);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=/proc/self/fd/%d", AT_PRELOAD);
	snprintf(folder, sizeof(folder), "TMPDIR=%s", memory_folder());
	char *const argv[] = {
		"linux", memory, archive, "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro",
		"time-travel=inf-cpu", "time-travel-start=1700000000000000000", "con=null", "con0=null,fd:2",
		"ssl=null", serial, "uml_dir=/proc/self/fdinfo/", "console=tty0", "quiet", "panic=-1", init, "--",
		LINUX_INSIDE_COMMAND, NULL,
	};
	/* Nothing in the caller's environment may have an effect inside. */
	char *const envp[] = {
		seed, preload, folder, "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		moment ? orders : NULL, NULL,
	};

	orders[sizeof(orders) - 2] = moment;
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	execve(boot->kernel, argv, envp);
	dprintf(STDERR_FILENO, "%s: %s\n", boot->kernel, strerror(errno));
}

/* Move all our files to their places; what is there already is moved out of the way first. */
static bool place_files(const struct linux_start *start, const int files[START_FILES])
{
	const int nothing = open("/dev/null", O_RDONLY), console = fcntl(start->console, F_DUPFD, PLACES_END);
	int moved[START_FILES];

	for (int i = 0; i < START_FILES; i++)
		moved[i] = fcntl(files[i], F_DUPFD, PLACES_END);
	for (int i = 0; i < START_FILES; i++)
		if (files[i] >= 0 && (moved[i] < 0 || dup2(moved[i], PLACES + i) < 0))
			return false;
	if (nothing < 0 || console < 0 || dup2(nothing, 0) < 0 || dup2(console, 1) < 0 || dup2(console, 2) < 0)
		return false;
	for (int i = 0; i < START_FILES; i++)
		if (moved[i] >= 0)
			close(moved[i]);
	close(console);
	return true;
}

static noreturn void become_kernel(const struct linux_start *start, const int files[START_FILES], pid_t parent)
{
	child_begin(parent);
	if (place_files(start, files))
		exec_kernel(start->boot, start->moment);
	else
		dprintf(start->console, "protodrill: no descriptors for a kernel, which needs %d (ulimit -n)\n",
		        PLACES_END + START_FILES + 1);
	_exit(1);
}

pid_t linux_start(const struct linux_start *start, struct buf *problem)
{
	int files[START_FILES] = {
		[AT_ARCHIVE - PLACES] = -1, [AT_PROGRAM - PLACES] = -1, [AT_PRELOAD - PLACES] = -1,
		[AT_ANSWER - PLACES] = start->answer, [AT_TASK - PLACES] = start->task,
		[AT_ORDERS - PLACES] = start->orders,
	};
	const pid_t parent = getpid();
	pid_t child = -1;

	if (open_files(files, problem)) {
		child = fork();
		if (child == 0)
			become_kernel(start, files, parent);
		if (child < 0)
			buf_printf(problem, "cannot start %s: %s", start->boot->kernel, strerror(errno));
		else
			setpgid(child, child);
	}
	close_files(files);
	return child;
}
