/* SPDX-License-Identifier: MIT
 *
 * cleanup.c - the clean-up command of a script whose process was killed
 */
#include "suite/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite/environment.h"
#include "util/buf.h"
#include "util/printable.h"

enum { CLEANUP_S = 10, LOOK_MS = 5 };

/* Turn into the command. */
static noreturn void run_here(const struct script *script, pid_t player, const char *directory, bool own_namespace)
{
	struct buf text = BUF_INIT;

	setpgid(0, 0);
	alarm(CLEANUP_S);                                    /* this survives exec, in case we are gone */
	if ((directory && chdir(directory) < 0) ||
	    (own_namespace && unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0))
		_exit(0);
	environment_set(player);
	/* Nobody is left to keep its output for a report, and among reports it would look like one. */
	int nowhere = own_namespace ? open("/dev/null", O_WRONLY | O_CLOEXEC) : -1;
	if (nowhere >= 0 && (dup2(nowhere, STDOUT_FILENO) < 0 || dup2(nowhere, STDERR_FILENO) < 0))
		_exit(EXIT_FAILURE);
	/* In some shells PPID is read-only and an assignment ends the shell, so try it in a subshell first. */
	buf_printf(&text, "(PPID=%d) 2>/dev/null && PPID=%d\n%s", (int)player, (int)player, script->cleanup->text);
	execl("/bin/sh", "sh", "-c", text.data, (char *)NULL);
	_exit(EXIT_FAILURE);
}

/* Returns its wait status. After CLEANUP_S it is killed, with everything that it started. */
static int await(pid_t child)
{
	int status = 0;
	pid_t ended = 0;

	for (int looks = 0; ended == 0 && looks < CLEANUP_S * 1000 / LOOK_MS; looks++) {
		ended = waitpid(child, &status, WNOHANG);
		if (ended == 0)
			nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
	}
	kill(-child, SIGKILL);
	while (ended == 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void cleanup_after(const struct script *script, pid_t player, const char *directory, bool own_namespace)
{
	if (!script->init || !script->cleanup)
		return;
	pid_t child = fork();
	if (child == 0)
		run_here(script, player, directory, own_namespace);
	int status = child > 0 ? await(child) : 0;
	if (status)
		fprintf(stderr, "%s: error executing cleanup command: status %d\n",
		        printable(script->arena, script->source.name),
		        WIFEXITED(status) ? WEXITSTATUS(status) : status);
}

void cleanup_remove_restorer(pid_t player)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/sysctl_restore_%d.sh", (int)player);
	unlink(path);
}
