/* SPDX-License-Identifier: MIT
 *
 * checked.c - the end of a process that has no memory left
 */
#include "util/checked.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

noreturn void checked_exhausted(void)
{
	static const char message[] = "out of memory\n";
	struct sigaction action;

	/* Not through stdio, which might want memory. */
	if (sigaction(SIGABRT, NULL, &action) == 0 && action.sa_handler == SIG_DFL) {
		ssize_t written = write(STDERR_FILENO, message, sizeof(message) - 1);
		(void)written;
	}
	errno = ENOMEM;
	abort();
}
