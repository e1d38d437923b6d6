/* SPDX-License-Identifier: MIT
 *
 * command.c - shell commands, in the manner of system(3), that cannot outlive us
 *
 * Each command is a process group. Its members hold the read end of a pipe, the leash, whose only write end is ours.
 * The read end is set up to send SIGKILL to the group as soon as something happens to it, and the only thing that ever
 * happens is that the last write end is closed: by kernel_commands_close(), or by the kernel when we die, however that
 * comes about. The kernel keeps the group by reference, not by number, so a group number that is used again cannot be
 * hit. We keep the read end as well, for members that close everything they inherited; its number is above the write
 * end's, since a dying process closes from the lowest number up. The shell itself dies with us by PR_SET_PDEATHSIG
 * already.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/kernel/internal.h"
#include "util/interrupt.h"

enum { LEASH_READ, LEASH_WRITE };
enum { MOST_REQUESTS = 10 };                             /* for a command to end, before it is killed */

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
static void become_shell(const char *text, int leash, int output, const struct process_state *before)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_TIMERSLACK, (unsigned long)before->punctual.slack);
	fcntl(leash, F_SETOWN, -getpid());
	fcntl(leash, F_SETSIG, SIGKILL);
	fcntl(leash, F_SETFL, O_ASYNC);
	fcntl(leash, F_SETFD, 0);
	if (output >= 0 && (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0))
		_exit(127);
	execl("/bin/sh", "sh", "-c", text, (char *)NULL);
	_exit(127);
}

/* vfork() copies no memory while a script is being timed, and shares the parent's until the shell begins: so the child
 * calls the system only. The child has its own descriptor flags and signal dispositions. */
static pid_t start_shell(const char *text, int leash, int output, const struct process_state *before)
{
	/* NOLINTBEGIN(clang-analyzer-security.insecureAPI.vfork, clang-analyzer-unix.Vfork): see above */
	const pid_t child = vfork();

	if (child == 0) {
		if (before->changed)
			sigaction(SIGPIPE, &before->on_pipe, NULL);
		become_shell(text, leash, output, before);
	}
	/* NOLINTEND(clang-analyzer-security.insecureAPI.vfork, clang-analyzer-unix.Vfork) */
	return child;
}

/* When the run is interrupted, the signal is passed on to the command, since the terminal reaches only our group: as
 * SIGTERM, because background processes of a shell ignore SIGINT, and as SIGKILL after some tries (kernel.h says how
 * often this is called). A command that begins only then is the clean-up, and has the time that is left. */
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
		child = start_shell(text, leash[LEASH_READ], g->output, before);
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

/* A memory file of fixed size: all its room is there at once, and the position that all writers share tells how much is
 * used. */
bool kernel_commands_keep_output(struct command_groups *g)
{
	g->output = memfd_create("commands", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return g->output >= 0 && ftruncate(g->output, COMMAND_OUTPUT_BYTES) == 0 &&
	       fcntl(g->output, F_ADD_SEALS, F_SEAL_GROW | F_SEAL_SHRINK) == 0;
}

void kernel_commands_output(const struct command_groups *g, struct buf *out)
{
	off_t used = g->output >= 0 ? lseek(g->output, 0, SEEK_CUR) : 0;
	char bytes[4096];

	for (off_t at = 0; at < used;) {
		size_t wanted = used - at < (off_t)sizeof(bytes) ? (size_t)(used - at) : sizeof(bytes);
		ssize_t n = pread(g->output, bytes, wanted, at);

		if (n <= 0)
			return;
		buf_add(out, bytes, (size_t)n);
		at += n;
	}
}

void kernel_commands_close(struct command_groups *g)
{
	for (size_t i = 0; i < g->count; i++)
		leash_close(&g->leashes[i * 2]);
	if (g->output >= 0)
		close(g->output);
	free(g->leashes);
	*g = (struct command_groups){ .output = -1 };
}
