/* SPDX-License-Identifier: MIT
 *
 * boot.c - a kernel from its start to its end, as who waits for it sees it
 *
 * It is started anew (start.c), or is a copy of one that has booted (stock.c): nothing else knows which.
 *
 * We wait for three things: bytes of answers, bytes of the console, and the end of the child. The console is kept
 * as far as somebody would want to read it. Nobody waits for a kernel to switch off: with its last answer all is said.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/linux/start.h"
#include "target/linux/stock.h"
#include "util/child_end.h"
#include "util/monotonic.h"
#include "util/strays.h"

enum { CONSOLE_BYTES = 8192, CONSOLE_LINES = 12, READ_BYTES = 65536, PIPE_BYTES = 1 << 20 };

/* ---- waiting for it ---- */

/* Keep only the end: nobody would read more. */
static void keep_end(struct buf *console)
{
	if (console->length <= 2 * CONSOLE_BYTES)
		return;
	memmove(console->data, console->data + console->length - CONSOLE_BYTES, CONSOLE_BYTES + 1);
	console->length = CONSOLE_BYTES;
}

/* Receive what is there. False: the end. */
static bool receive(int fd, struct buf *to)
{
	ssize_t n = read(fd, buf_room(to, READ_BYTES), READ_BYTES);

	if (n > 0)
		buf_filled(to, (size_t)n);
	return n > 0 || (n < 0 && errno == EINTR);
}

/* The kernel has ended. Its processes may hold the pipes a moment longer, so nobody waits for end-of-file. */
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

/* Watch until there is an answer; false: the kernel has ended, or took too long. */
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

/* Forget what it said during the cases before this one. */
static void forget_console(struct linux_guest *g)
{
	struct pollfd fd = { .fd = g->console, .events = POLLIN };

	while (poll(&fd, 1, 0) > 0 && (fd.revents & POLLIN) && receive(g->console, &g->end.console))
		;
	buf_clear(&g->end.console);
}

/* Whatever it is doing, it ends here, and its processes with it. These become our children when it is gone, and nobody
 * else would reap them before we end; in a run there are thousands. */
static void reap(struct linux_guest *g)
{
	kill(-g->child, SIGKILL);                            /* while its number is still taken */
	while (waitpid(g->child, &g->end.status, 0) < 0 && errno == EINTR)
		;
	while (waitpid(-g->child, NULL, __WALL) > 0 || errno == EINTR)
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

	if (g->asked)
		forget_console(g);
	g->asked = true;
	if (watch(g, limit > 0 ? vtime_add(monotonic_now(), vtime_s(limit)) : VTIME_NEVER, answer))
		return true;
	reap(g);
	return !g->end.timed_out && take_answer(g, answer);
}

/* ---- from its start to its end ---- */

static pid_t start(const struct linux_start *start, struct buf *problem)
{
	const pid_t copy = linux_stock_copy(start);

	return copy > 0 ? copy : linux_start(start, problem);
}

bool linux_guest_boot(struct linux_guest *g, const struct linux_boot *boot, struct buf *problem)
{
	int answer[2] = { -1, -1 }, console[2] = { -1, -1 };
	const int task = linux_start_task(boot->task);
	pid_t child = -1;

	g->boot = *boot;
	strays_adopt();
	if (task < 0 || pipe2(answer, O_CLOEXEC) < 0 || pipe2(console, O_CLOEXEC) < 0) {
		buf_printf(problem, "cannot prepare what a kernel needs: %s", strerror(errno));
	} else {
		fcntl(answer[1], F_SETPIPE_SZ, PIPE_BYTES);
		child = start(&(struct linux_start){
			.boot = boot, .answer = answer[1], .console = console[1], .task = task, .orders = -1,
		}, problem);
	}
	const int done[] = { task, answer[1], console[1], child < 0 ? answer[0] : -1, child < 0 ? console[0] : -1 };
	for (size_t i = 0; i < ARRAY_LEN(done); i++)
		if (done[i] >= 0)
			close(done[i]);
	g->answer = answer[0];
	g->console = console[0];
	g->child = child < 0 ? 0 : child;
	g->pidfd = child < 0 ? -1 : child_end_open(child);
	return child > 0;
}

void linux_guest_end(struct linux_guest *g)
{
	if (g->child)
		reap(g);
	buf_free(&g->received);
	buf_free(&g->end.console);
	*g = (struct linux_guest)LINUX_GUEST_INIT;
}

/* ---- how its end is told ---- */

/* At each boot the first lines complain that there is no folder for its control socket, and name it. */
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

/* The last lines, joined: a reason is one line. */
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
