/* SPDX-License-Identifier: MIT
 *
 * boot.c - a kernel as a child process: what it is given, and waiting for its end
 *
 * What the child has, by descriptor: nothing to read at 0, the console's pipe at 1 and 2, and from FIRST on files that
 * its command line names as /proc/self/fd/N, so that the names are the same for everybody and none is left behind: the
 * archive with the task, the program that becomes pid 1, the object that stands before the C library. Its memory is a
 * file without a name below TMPDIR, which the kernel makes itself.
 *
 * We wait for three things: bytes of answers, bytes of the console, and the end of the child. The console is kept
 * as far as somebody would want to read it. Nobody waits for a kernel to switch off: with its last answer all is said.
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
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/linux/archive.h"
#include "target/linux/linux.h"
#include "target/linux/preload.h"
#include "util/child_end.h"
#include "util/monotonic.h"

enum { CONSOLE_BYTES = 8192, CONSOLE_LINES = 12, READ_BYTES = 65536, PIPE_BYTES = 1 << 20 };

/* Descriptors of the child, in this order from FIRST on. */
enum { FIRST = 40, AT_ARCHIVE = FIRST, AT_PROGRAM, AT_PRELOAD, AT_ANSWER, FILES = AT_ANSWER - FIRST + 1 };

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
	ssize_t n = read(fd, buf_room(to, READ_BYTES), READ_BYTES);

	if (n > 0)
		buf_filled(to, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

/* The kernel has ended. Its processes may still hold the pipes for a moment, so nobody waits for their end. */
static void receive_rest(int fd, struct buf *to)
{
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (receive(fd, to))
		;
}

/* The next answer, if the whole of it is there. */
static bool take_answer(struct linux_guest *g, struct buf *answer)
{
	size_t at = 0;
	bool whole = linux_frame_next(&g->received, &at, answer);

	if (whole) {
		g->received.length -= at;
		memmove(g->received.data, g->received.data + at, g->received.length + 1);
	}
	return whole;
}

/* Until there is an answer; false: the kernel has ended, or took too long. */
static bool watch(struct linux_guest *g, vtime_t deadline, struct buf *answer)
{
	struct pollfd fds[] = {
		{ .fd = g->answer, .events = POLLIN }, { .fd = g->console, .events = POLLIN },
		{ .fd = g->pidfd, .events = POLLIN },
	};
	struct buf *const to[] = { &g->received, &g->end.console };

	while (!take_answer(g, answer)) {
		vtime_t left = vtime_is_never(deadline) ? VTIME_NEVER :
		               vtime_max(VTIME_ZERO, vtime_sub(deadline, monotonic_now()));
		left = child_end_wait(g->pidfd, left);
		struct timespec timeout = { left.ns / 1000000000, left.ns % 1000000000 };
		int ready = ppoll(fds, ARRAY_LEN(fds), vtime_is_never(left) ? NULL : &timeout, NULL);
		for (size_t i = 0; ready > 0 && i < ARRAY_LEN(to); i++)
			if (fds[i].revents && !receive(fds[i].fd, to[i]))
				fds[i].fd = -1;
		keep_end(&g->end.console);
		g->end.timed_out = !vtime_before(monotonic_now(), deadline);
		bool ended = g->pidfd < 0 ? ready == 0 && child_has_ended(g->child) : ready > 0 && fds[2].revents;
		if (g->end.timed_out || ended)
			return false;
	}
	return true;
}

/* What it said before the present case. */
static void forget_console(struct linux_guest *g)
{
	struct pollfd fd = { .fd = g->console, .events = POLLIN };

	while (poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) && receive(g->console, &g->end.console))
		;
	buf_clear(&g->end.console);
}

/* Whatever it does now, it ends here. */
static void reap(struct linux_guest *g)
{
	kill(-g->child, SIGKILL);                            /* while its number is still taken */
	while (waitpid(g->child, &g->end.status, 0) < 0 && errno == EINTR)
		;
	g->child = 0;
	receive_rest(g->answer, &g->received);
	receive_rest(g->console, &g->end.console);
	if (g->pidfd >= 0)
		close(g->pidfd);
	close(g->answer);
	close(g->console);
}

bool linux_guest_answer(struct linux_guest *g, struct buf *answer)
{
	const int limit = g->boot.timeout_s;

	forget_console(g);
	if (watch(g, limit > 0 ? vtime_add(monotonic_now(), vtime_s(limit)) : VTIME_NEVER, answer))
		return true;
	reap(g);
	return !g->end.timed_out && take_answer(g, answer);
}

/* ---- from its start to its end ---- */

static bool start(struct linux_guest *g, int files[FILES], struct buf *problem)
{
	int answer[2] = { -1, -1 }, console[2] = { -1, -1 };
	const pid_t parent = getpid();

	g->child = -1;
	if (pipe2(answer, O_CLOEXEC) == 0 && pipe2(console, O_CLOEXEC) == 0) {
		fcntl(answer[1], F_SETPIPE_SZ, PIPE_BYTES);
		files[AT_ANSWER - FIRST] = answer[1];
		g->child = fork();
	}
	if (g->child == 0)
		become_kernel(&g->boot, files, console[1], parent);
	if (g->child < 0)
		buf_printf(problem, "cannot start %s: %s", g->boot.kernel, strerror(errno));
	close(answer[1]);
	close(console[1]);
	g->answer = answer[0];
	g->console = console[0];
	if (g->child < 0) {
		close(g->answer);
		close(g->console);
		g->child = 0;
		return false;
	}
	setpgid(g->child, g->child);
	g->pidfd = child_end_open(g->child);
	return true;
}

bool linux_guest_boot(struct linux_guest *g, const struct linux_boot *boot, struct buf *problem)
{
	int files[FILES] = { -1, -1, -1, -1 };

	g->boot = *boot;
	bool started = open_files(boot, files, problem) && start(g, files, problem);
	for (int i = 0; i < AT_ANSWER - FIRST; i++)
		if (files[i] >= 0)
			close(files[i]);
	return started;
}

void linux_guest_end(struct linux_guest *g)
{
	if (g->child)
		reap(g);
	buf_free(&g->received);
	buf_free(&g->end.console);
	*g = (struct linux_guest)LINUX_GUEST_INIT;
}

/* ---- what is said of it ---- */

/* Each boot says on its first lines that there is no folder for its control socket, and makes up a name for it. */
static void drop_usual_lines(struct buf *console)
{
	struct buf kept = BUF_INIT;

	for (const char *line = console->data; *line;) {
		size_t length = strcspn(line, "\n");
		length += line[length] == '\n';
		const char *usual = strstr(line, "umid");
		if (!usual || usual >= line + length)
			buf_add(&kept, line, length);
		line += length;
	}
	buf_free(console);
	*console = kept;
}

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

void linux_describe_end(struct linux_guest *g, struct buf *out)
{
	struct linux_end *end = &g->end;

	if (end->timed_out)
		buf_printf(out, "the kernel gave no verdict within %d s of this machine's time", g->boot.timeout_s);
	else if (WIFSIGNALED(end->status))
		buf_printf(out, "the kernel was ended by SIG%s", sigabbrev_np(WTERMSIG(end->status)));
	else if (WEXITSTATUS(end->status))
		buf_printf(out, "the kernel ended with status %d", WEXITSTATUS(end->status));
	else
		buf_puts(out, "the kernel switched off without a verdict");
	drop_usual_lines(&end->console);
	add_console(out, &end->console);
}
