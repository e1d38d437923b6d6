/* SPDX-License-Identifier: MIT
 *
 * outfit.c - what a process finds that becomes an adapter
 */
#include "target/process/outfit.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/child_begin.h"

static void take_streams(int socket, int errors)
{
	if (dup2(socket, 0) < 0 || dup2(socket, 1) < 0 || dup2(errors, 2) < 0)
		_exit(1);
	syscall(SYS_close_range, 3U, ~0U, 0);
}

void outfit_program(pid_t parent, int socket, int errors)
{
	struct rlimit data;

	child_begin(parent);
	if (getrlimit(RLIMIT_DATA, &data) == 0) {
		data.rlim_cur = data.rlim_max;
		setrlimit(RLIMIT_DATA, &data);
	}
	take_streams(socket, errors);
}

void outfit_copy(pid_t parent, int socket, int errors)
{
	child_tie(parent);
	take_streams(socket, errors);
}

static void leave(int status, void *nothing)
{
	(void)nothing;
	fflush(stdout);
	_exit(status);
}

void outfit_end_early(void)
{
	on_exit(leave, NULL);
}
