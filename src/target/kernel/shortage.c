/* SPDX-License-Identifier: MIT
 *
 * shortage.c - what the machine could not give the tester
 *
 * The tester shares its process with the calls of the script, and its machine with the stack under test. When
 * descriptors, memory or processes run out, or the proc file system is missing or read-only, calls and commands fail in
 * a way that looks like an answer of the stack. But such a failure makes the case an ERROR, never a FAIL. Two things
 * are done about it. Before a script is played, as many descriptors as the tester needs beside it must be free. And
 * each operation leaves behind what it lacked, which the drill asks for when the operation was not what the script
 * wanted; a script that wants to see EMFILE gets it.
 *
 * ENOBUFS and ENOMEM of a call of the script are left to the stack, which has limits of its own (sysctl tcp_mem,
 * optmem_max) and says so in these words.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "target/kernel/internal.h"

/* For a shell with its leash, a port of the remote side, two files of the proc file system, the program, output and
 * errors of python3, and some for the script. */
enum { NEEDED_DESCRIPTORS = 12 };

static unsigned long long descriptor_limit(void)
{
	struct rlimit limit = { 0 };

	getrlimit(RLIMIT_NOFILE, &limit);
	return limit.rlim_cur;
}

bool kernel_descriptors_suffice(struct buf *problem)
{
	const unsigned long long limit = descriptor_limit();
	int unused = 0;

	for (unsigned long long fd = 0; fd < limit && unused < NEEDED_DESCRIPTORS; fd++)
		unused += fcntl((int)fd, F_GETFD) < 0;
	if (unused >= NEEDED_DESCRIPTORS)
		return true;
	buf_printf(problem, "only %d file descriptors are left, of %llu (ulimit -n), and a script may need %d", unused,
	           limit, NEEDED_DESCRIPTORS);
	return false;
}

void kernel_shortage_clear(struct shortage *s)
{
	*s = (struct shortage){ 0 };
}

void kernel_shortage_of_call(struct shortage *s, const struct call_result *result)
{
	if (!result->pending && result->value == -1 && (result->error == EMFILE || result->error == ENFILE))
		kernel_shortage_of_tester(s, result->error);
}

void kernel_shortage_of_option(struct shortage *s, const struct call *call, const struct call_result *result)
{
	const union call_argument *a = call->arguments;

	if (call->id == CALL_SETSOCKOPT && result->value == -1 && a[1].number == IPPROTO_TCP &&
	    a[2].number == TCP_CONGESTION && a[4].number > 0 && (result->error == ENOENT || result->error == EPERM))
		kernel_congestion_refused(s, a[3].pointer, strnlen(a[3].pointer, (size_t)a[4].number),
		                          result->error == EPERM);
}

void kernel_shortage_of_tester(struct shortage *s, int error)
{
	if (error == EMFILE)
		snprintf(s->text, sizeof(s->text), "no file descriptor is left, of %llu (ulimit -n)",
		         descriptor_limit());
	else if (error == ENFILE)
		snprintf(s->text, sizeof(s->text), "no open file is left for this machine (sysctl fs.file-max)");
	else if (error == ENOMEM || error == ENOBUFS)
		snprintf(s->text, sizeof(s->text), "this machine or its limits leave no memory for it");
	else if (error == EAGAIN)
		snprintf(s->text, sizeof(s->text), "no process is left for it (ulimit -u)");
}

void kernel_shortage_of_command(struct shortage *s, const char *text)
{
	struct statvfs settings;

	if (s->text[0])                                      /* known since the command tried */
		return;

	if (access("/bin/sh", X_OK) != 0)
		snprintf(s->text, sizeof(s->text), "there is no /bin/sh here to run commands");
	else if (access("/proc/sys/net", F_OK) != 0)
		snprintf(s->text, sizeof(s->text),
		         "there is no /proc/sys/net here, where commands change the settings of the stack");
	else if (statvfs("/proc/sys/net", &settings) == 0 && settings.f_flag & ST_RDONLY)
		snprintf(s->text, sizeof(s->text),
		         "/proc/sys is read-only here, so commands cannot change settings (a container needs "
		         "--security-opt systempaths=unconfined)");
	else
		kernel_congestion_of_command(s, text);
}
