/* SPDX-License-Identifier: MIT
 *
 * cleanup.c - the clean-up command of a script whose process was killed
 */
#include "suite/cleanup.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite/environment.h"
#include "util/buf.h"
#include "util/printable.h"

static void run_here(const struct script *script, pid_t player, bool own_namespace)
{
	struct buf text = BUF_INIT;

	if (own_namespace && unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return;
	environment_set(player);
	/* Some shells keep PPID read-only and end at an assignment: try it in a subshell first. */
	buf_printf(&text, "(PPID=%d) 2>/dev/null && PPID=%d\n%s", (int)player, (int)player, script->cleanup->text);
	int status = system(text.data);
	if (status)
		fprintf(stderr, "%s: error executing cleanup command: status %d\n",
		        printable(script->arena, script->source.name),
		        WIFEXITED(status) ? WEXITSTATUS(status) : status);
	buf_free(&text);
}

void cleanup_after(const struct script *script, pid_t player, const char *directory, bool own_namespace)
{
	if (!script->init || !script->cleanup)
		return;
	pid_t child = fork();
	if (child == 0) {
		if (!directory || chdir(directory) == 0)
			run_here(script, player, own_namespace);
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
		;
}

void cleanup_remove_restorer(pid_t player)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/sysctl_restore_%d.sh", (int)player);
	unlink(path);
}
