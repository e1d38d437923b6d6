/* SPDX-License-Identifier: MIT
 *
 * command.c - shell commands, in the manner of system(3), that cannot outlive us
 *
 * Each command is a process group. Its members hold the read end of a pipe, the leash, whose only write
 * end is ours. The read end is set up to send SIGKILL to the group as soon as something happens to it, and
 * the only thing that ever happens is that the last write end is closed: by kernel_commands_close(), or by
 * the kernel when we die, however that comes about. The kernel keeps the group by reference, not by
 * number, so a group number that is used again cannot be hit. We keep the read end too, at a number above
 * the write end's (a dying process closes from the lowest number up), for members that close all they
 * inherited. The shell itself dies with us by PR_SET_PDEATHSIG already.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/kernel/internal.h"
#include "util/interrupt.h"
#include "util/strays.h"

enum { LEASH_READ, LEASH_WRITE };
enum { MOST_REQUESTS = 10 };                             /* to a command to end, before it is killed */

static bool leash_open(int leash[2])
{
	int low;

	if (pipe2(leash, O_CLOEXEC) != 0)
		return false;
	low = leash[LEASH_READ];
	leash[LEASH_READ] = fcntl(low, F_DUPFD_CLOEXEC, leash[LEASH_WRITE] + 1);
	close(low);
	if (leash[LEASH_READ] >= 0)
		return true;
	close(leash[LEASH_WRITE]);
	return false;
}

/* The write end first: that is what kills the group. */
static void leash_close(const int leash[2])
{
	close(leash[LEASH_WRITE]);
	close(leash[LEASH_READ]);
}

/* Between vfork() and exec, on the memory of the parent: system calls only, no parent data changed. */
static void become_shell(const char *text, int leash, const struct process_state *before)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_TIMERSLACK, (unsigned long)before->slack);
	fcntl(leash, F_SETOWN, -getpid());
	fcntl(leash, F_SETSIG, SIGKILL);
	fcntl(leash, F_SETFL, O_ASYNC);
	fcntl(leash, F_SETFD, 0);
	execl("/bin/sh", "sh", "-c", text, (char *)NULL);
	_exit(127);
}

/* The descriptor flags of a vforked child are its own, its signal dispositions too. */
static pid_t start_shell(const char *text, int leash, const struct process_state *before)
{
	const pid_t child = vfork();

	if (child == 0) {
		if (before->changed)
			sigaction(SIGPIPE, &before->on_pipe, NULL);
		become_shell(text, leash, before);
	}
	return child;
}

/* When the run is interrupted, its signal is passed on: the terminal reaches only our group. As SIGTERM, because what a
 * shell starts in the background ignores SIGINT; and as SIGKILL when it has been asked often enough (kernel.h says how often
 * we come by here). A command that begins only then is the clean-up, and has what time is left. */
static bool await(pid_t child, int *status)
{
	const bool interrupted_before = interrupt_asked();
	int asked = 0;

	while (waitpid(child, status, 0) < 0) {
		if (errno != EINTR)
			return false;
		if (!interrupted_before && interrupt_asked())
			kill(-child, asked++ < MOST_REQUESTS ? SIGTERM : SIGKILL);
	}
	return true;
}

static enum command_end judge(int status, struct buf *why)
{
	if (WIFSIGNALED(status)) {
		buf_printf(why, "got signal %d (%s)", WTERMSIG(status), strsignal(WTERMSIG(status)));
		return COMMAND_FAILED;
	}
	if (WEXITSTATUS(status) != 0) {
		buf_printf(why, "non-zero status %d", WEXITSTATUS(status));
		return COMMAND_FAILED;
	}
	return COMMAND_DONE;
}

static void keep_leash(struct command_groups *g, const int leash[2])
{
	int *more = realloc(g->leashes, (g->count + 1) * 2 * sizeof(*more));

	if (!more) {
		leash_close(leash);
		return;
	}
	g->leashes = more;
	memcpy(&more[g->count * 2], leash, 2 * sizeof(*more));
	g->count++;
}

enum command_end kernel_command_run(struct command_groups *g, const struct process_state *before, const char *text,
                                    struct buf *why, int *error)
{
	int leash[2], status = 0;
	pid_t child = -1;

	if (leash_open(leash)) {
		child = start_shell(text, leash[LEASH_READ], before);
		*error = errno;
		if (child < 0)
			leash_close(leash);
	} else {
		*error = errno;
	}
	if (child < 0) {
		buf_puts(why, strerror(*error));
		return COMMAND_NOT_STARTED;
	}
	if (!await(child, &status)) {
		buf_puts(why, strerror(errno));
		leash_close(leash);
		return COMMAND_FAILED;
	}
	if (kill(-child, 0) == 0 || errno != ESRCH)
		keep_leash(g, leash);                        /* somebody stayed in the background */
	else
		leash_close(leash);
	return judge(status, why);
}

void kernel_commands_close(struct command_groups *g)
{
	for (size_t i = 0; i < g->count; i++)
		leash_close(&g->leashes[i * 2]);
	free(g->leashes);
	strays_end();
	*g = (struct command_groups){ 0 };
}
