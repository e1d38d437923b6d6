/* SPDX-License-Identifier: MIT
 *
 * boot.c - a kernel as a child process: what it is given, and waiting for its end
 *
 * What the child has, by descriptor: nothing to read at 0, the console's pipe at 1 and 2, and from FIRST on files that
 * its command line names as /proc/self/fd/N, so that the names are the same for everybody and none is left behind: the
 * archive with the task, the program that becomes pid 1, the object that stands before the C library. Its memory is a
 * file without a name below TMPDIR, which the kernel makes itself.
 *
 * We wait for three things: bytes of the answer, bytes of the console, and the end of the child. The console is kept
 * as far as somebody would want to read it.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/linux/archive.h"
#include "target/linux/linux.h"
#include "target/linux/preload.h"
#include "util/monotonic.h"

enum { CONSOLE_BYTES = 8192, CONSOLE_LINES = 12, READ_BYTES = 65536, PIPE_BYTES = 1 << 20 };

/* Descriptors of the child, in this order from FIRST on. */
enum { FIRST = 40, AT_ARCHIVE = FIRST, AT_PROGRAM, AT_PRELOAD, AT_ANSWER, FILES = AT_ANSWER - FIRST + 1 };

struct running {
	pid_t child;
	int pidfd;
	int answer, console;                                 /* our ends */
};

/* ---- what it is given ---- */

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

/* For the memory of the kernel, which is mapped with the right to execute. */
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

static bool open_files(const struct linux_boot *boot, int files[FILES], struct buf *problem)
{
	struct buf archive = BUF_INIT;

	archive_make(&archive, boot->task);
	files[AT_ARCHIVE - FIRST] = memory_file("task", archive.data, archive.length);
	buf_free(&archive);
	files[AT_PRELOAD - FIRST] = memory_file("preload", embedded_preload, embedded_preload_length);
	files[AT_PROGRAM - FIRST] = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	for (int i = 0; i < FILES; i++)
		if (files[i] < 0 && i != AT_ANSWER - FIRST)
			buf_printf(problem, "%scannot prepare what a kernel needs: %s", problem->length ? "; " : "",
			           strerror(errno));
	return !problem->length;
}

/* ---- the child ---- */

static void exec_kernel(const struct linux_boot *boot)
{
	char memory[32], archive[48], seed[48], preload[64], folder[PATH_MAX], init[48], serial[32];

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
	/* Nothing of the environment of the caller may count inside. */
	char *const envp[] = { seed, preload, folder, "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 });
	execve(boot->kernel, argv, envp);
	dprintf(STDERR_FILENO, "%s: %s\n", boot->kernel, strerror(errno));
}

/* All our files to their places; what is there already moves out of the way first. */
static bool place_files(const int files[FILES], int console)
{
	int nothing = open("/dev/null", O_RDONLY), moved[FILES];

	console = fcntl(console, F_DUPFD, FIRST + FILES);
	for (int i = 0; i < FILES; i++)
		moved[i] = fcntl(files[i], F_DUPFD, FIRST + FILES);
	for (int i = 0; i < FILES; i++)
		if (moved[i] < 0 || dup2(moved[i], FIRST + i) < 0)
			return false;
	if (nothing < 0 || console < 0 || dup2(nothing, 0) < 0 || dup2(console, 1) < 0 || dup2(console, 2) < 0)
		return false;
	for (int i = 0; i < FILES; i++)
		close(moved[i]);
	close(console);
	return true;
}

static noreturn void become_kernel(const struct linux_boot *boot, const int files[FILES], int console, pid_t parent)
{
	static const int handled[] = { SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGALRM, SIGCHLD };
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	setpgid(0, 0);
	for (size_t i = 0; i < ARRAY_LEN(handled); i++)
		signal(handled[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (place_files(files, console))
		exec_kernel(boot);
	_exit(1);
}

/* ---- waiting for it ---- */

/* Only the end of it would be read. */
static void keep_end(struct buf *console)
{
	if (console->length <= 2 * CONSOLE_BYTES)
		return;
	memmove(console->data, console->data + console->length - CONSOLE_BYTES, CONSOLE_BYTES + 1);
	console->length = CONSOLE_BYTES;
}

/* What is there to read. False: the end. */
static bool receive(int fd, struct buf *to)
{
	char bytes[READ_BYTES];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	if (n > 0)
		buf_add(to, bytes, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

/* The kernel has ended. Its processes may still hold the pipes for a moment, so nobody waits for their end. */
static void receive_rest(int fd, struct buf *to)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (receive(fd, to))
		;
}

static void watch(const struct running *r, vtime_t deadline, struct linux_end *out)
{
	struct pollfd fds[] = {
		{ .fd = r->answer, .events = POLLIN }, { .fd = r->console, .events = POLLIN },
		{ .fd = r->pidfd, .events = POLLIN },
	};
	struct buf *const to[] = { &out->answer, &out->console };

	while (!(fds[2].revents & POLLIN)) {
		vtime_t left = vtime_max(VTIME_ZERO, vtime_sub(deadline, monotonic_now()));
		struct timespec timeout = { left.ns / 1000000000, left.ns % 1000000000 };
		int ready = ppoll(fds, ARRAY_LEN(fds), vtime_is_never(deadline) ? NULL : &timeout, NULL);
		for (size_t i = 0; ready > 0 && i < ARRAY_LEN(to); i++)
			if (fds[i].revents && !receive(fds[i].fd, to[i]))
				fds[i].fd = -1;
		keep_end(&out->console);
		if (!out->timed_out && !vtime_before(monotonic_now(), deadline)) {
			out->timed_out = true;
			deadline = VTIME_NEVER;
			kill(-r->child, SIGKILL);
		}
	}
}

static void collect(const struct linux_boot *boot, const struct running *r, struct linux_end *out)
{
	watch(r, boot->timeout_s > 0 ? vtime_add(monotonic_now(), vtime_s(boot->timeout_s)) : VTIME_NEVER, out);
	kill(-r->child, SIGKILL);                            /* while its number is still taken */
	while (waitpid(r->child, &out->status, 0) < 0 && errno == EINTR)
		;
	receive_rest(r->answer, &out->answer);
	receive_rest(r->console, &out->console);
	out->switched_off = !out->timed_out && WIFEXITED(out->status) && WEXITSTATUS(out->status) == 0;
}

static bool start(const struct linux_boot *boot, int files[FILES], struct running *r, struct buf *problem)
{
	int answer[2] = { -1, -1 }, console[2] = { -1, -1 };
	const pid_t parent = getpid();

	r->child = -1;
	if (pipe2(answer, O_CLOEXEC) == 0 && pipe2(console, O_CLOEXEC) == 0) {
		fcntl(answer[1], F_SETPIPE_SZ, PIPE_BYTES);
		files[AT_ANSWER - FIRST] = answer[1];
		r->child = fork();
	}
	if (r->child == 0)
		become_kernel(boot, files, console[1], parent);
	if (r->child < 0)
		buf_printf(problem, "cannot start %s: %s", boot->kernel, strerror(errno));
	close(answer[1]);
	close(console[1]);
	r->answer = answer[0];
	r->console = console[0];
	if (r->child > 0)
		r->pidfd = (int)syscall(SYS_pidfd_open, r->child, 0);
	return r->child > 0;
}

bool linux_boot(const struct linux_boot *boot, struct linux_end *out, struct buf *problem)
{
	struct running r = { .pidfd = -1 };
	int files[FILES] = { -1, -1, -1, -1 };
	bool started = open_files(boot, files, problem) && start(boot, files, &r, problem);

	if (started) {
		setpgid(r.child, r.child);
		collect(boot, &r, out);
		close(r.pidfd);
		close(r.answer);
		close(r.console);
	}
	for (int i = 0; i < AT_ANSWER - FIRST; i++)
		if (files[i] >= 0)
			close(files[i]);
	return started;
}

void linux_end_free(struct linux_end *end)
{
	buf_free(&end->answer);
	buf_free(&end->console);
}

/* ---- what is said of it ---- */

/* The last lines, in one: a reason is one line. */
static void add_console(struct buf *out, const struct buf *console)
{
	const char *start = console->data + console->length;
	int lines = 0;

	while (start > console->data && (lines += start[-1] == '\n') <= CONSOLE_LINES)
		start--;
	buf_puts(out, console->length ? "; the end of its console:" : "; its console is empty");
	for (bool blank = true; *start; start++) {
		bool is_blank = *start == '\n' || *start == '\r' || *start == ' ';
		if (is_blank && !blank)
			buf_puts(out, *start == ' ' ? " " : " |");
		if (!is_blank && blank && out->data[out->length - 1] != ' ')
			buf_puts(out, " ");
		if (!is_blank)
			buf_add_byte(out, *start);
		blank = is_blank;
	}
}

void linux_describe_end(const struct linux_boot *boot, const struct linux_end *end, struct buf *out)
{
	if (end->timed_out)
		buf_printf(out, "the kernel gave no verdict within %d s of this machine's time", boot->timeout_s);
	else if (WIFSIGNALED(end->status))
		buf_printf(out, "the kernel was ended by SIG%s", sigabbrev_np(WTERMSIG(end->status)));
	else if (WEXITSTATUS(end->status))
		buf_printf(out, "the kernel ended with status %d", WEXITSTATUS(end->status));
	else
		buf_puts(out, "the kernel switched off without a verdict");
	add_console(out, &end->console);
}
