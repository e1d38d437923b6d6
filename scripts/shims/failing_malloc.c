/* SPDX-License-Identifier: MIT
 *
 * failing_malloc.c - an allocation that fails, to be preloaded
 *
 * FAIL_AT=N: the Nth allocation of a process returns NULL, once. A forked child counts on from where its parent was, so
 * that one number reaches each of them. FAIL_COUNT=1: none fails, and a process that ends by exit() says how many there
 * were.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

static unsigned long fail_at, allocations;

__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_AT");

	allocations = 0;
	fail_at = at ? strtoul(at, NULL, 10) : 0;
}

__attribute__((destructor)) static void end(void)
{
	if (getenv("FAIL_COUNT"))
		dprintf(STDERR_FILENO, "allocations: %lu\n", allocations);
}

static int fails(void)
{
	if (++allocations != fail_at)
		return 0;
	errno = ENOMEM;
	return 1;
}

void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails() ? NULL : __libc_realloc(old, size);
}
