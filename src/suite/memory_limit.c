/* SPDX-License-Identifier: MIT
 *
 * memory_limit.c - how much memory a process that plays may have
 */
#include "suite/memory_limit.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

enum { MEBIBYTE = 1 << 20 };

#if defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER 1
#endif
#endif
#ifndef ADDRESS_SANITIZER
#define ADDRESS_SANITIZER 0
#endif

bool memory_limit_works(void)
{
	return !ADDRESS_SANITIZER;
}

/* Returning from here lets abort() go on to end the process by SIGABRT. */
static void on_abort(int number)
{
	(void)number;
	if (errno == ENOMEM)
		_exit(MEMORY_EXHAUSTED_STATUS);
}

int memory_limit_effective(int mebibytes)
{
	struct rlimit own;

	if (!memory_limit_works() || getrlimit(RLIMIT_DATA, &own) < 0)
		return 0;
	if (own.rlim_cur == RLIM_INFINITY || own.rlim_cur / MEBIBYTE > INT_MAX)
		return mebibytes;
	int limit = (int)(own.rlim_cur / MEBIBYTE);
	return mebibytes && mebibytes < limit ? mebibytes : limit;
}

void memory_limit_set(int mebibytes, bool firm)
{
	const struct sigaction handler = { .sa_handler = on_abort };
	int limit = mebibytes ? memory_limit_effective(mebibytes) : 0;
	struct rlimit data;

	sigaction(SIGABRT, &handler, NULL);
	if (!limit || getrlimit(RLIMIT_DATA, &data) < 0)
		return;
	data.rlim_cur = (rlim_t)limit * MEBIBYTE;
	if (firm)
		data.rlim_max = data.rlim_cur;
	setrlimit(RLIMIT_DATA, &data);
}
