/* SPDX-License-Identifier: MIT
 *
 * host.c - what a kernel that runs as a program sees of its host: a shared object, loaded in front of its C library
 *
 * User Mode Linux asks its host for two things that depend on the machine, and this answers in its place:
 *
 *  - Random numbers. With those of a fixed seed (PROTODRILL_SEED) a boot is the same every time.
 *  - The registers of its processes. Kernels up to 6.12 save the vector registers in a place of fixed size, and hosts
 *    that have more of them (AMX) take nothing back that is not whole. What is missing is of no use to a process that
 *    never asked for it: zeros say that it is as it was in the beginning.
 *
 * Besides, processes of a kernel that is killed must not go on: without their tracer their next system call would be
 * one of the host. So all of them end with it.
 *
 * It stands alone, nothing of protodrill is linked to it; the program has its bytes inside (embedded_preload.c).
 */
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "target/linux/preload/copy.h"

enum { MOST_REGISTERS = 1 << 16 };

/* SplitMix64: any seed gives a long and even sequence. */
static uint64_t next_random(void)
{
	static uint64_t state;
	static int seeded;

	if (!seeded) {
		const char *text = getenv("PROTODRILL_SEED");
		state = text ? strtoull(text, NULL, 0) : 1;
		seeded = 1;
	}
	uint64_t z = state += 0x9e3779b97f4a7c15;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

ssize_t getrandom(void *buffer, size_t length, unsigned int flags)
{
	(void)flags;
	for (size_t at = 0; at < length; at += sizeof(uint64_t)) {
		const uint64_t value = next_random();
		const size_t left = length - at;
		memcpy((char *)buffer + at, &value, left < sizeof(value) ? left : sizeof(value));
	}
	return (ssize_t)length;
}

static long set_registers(pid_t pid, void *type, struct iovec *given)
{
	static char whole[MOST_REGISTERS];
	static size_t size;

	if (!size) {
		struct iovec all = { whole, sizeof(whole) };
		size = syscall(SYS_ptrace, PTRACE_GETREGSET, pid, type, &all) ? 1 : all.iov_len;
		memset(whole, 0, sizeof(whole));
	}
	if (given->iov_len >= size)
		return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, type, given);
	memcpy(whole, given->iov_base, given->iov_len);
	return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, type, &(struct iovec){ whole, size });
}

/* Like the C library's: the word read is the result, and is not stored at @data. */
static long peek(long request, pid_t pid, void *address)
{
	long value;

	if (syscall(SYS_ptrace, request, pid, address, &value) < 0)
		return -1;
	errno = 0;
	return value;
}

static pid_t kernel;

__attribute__((constructor)) void note_kernel(void)
{
	kernel = getpid();
}

/* A new process asks to be traced by its parent. If the kernel is gone already, another process is its parent by now,
 * and would never let it go on. */
static void end_with_kernel(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != kernel)
		_exit(1);
}

long ptrace(enum __ptrace_request request, ...)
{
	va_list arguments;

	va_start(arguments, request);
	const pid_t pid = process_now(va_arg(arguments, pid_t));
	void *address = va_arg(arguments, void *);
	void *data = va_arg(arguments, void *);
	va_end(arguments);
	switch ((int)request) {
	case PTRACE_PEEKTEXT:
	case PTRACE_PEEKDATA:
	case PTRACE_PEEKUSER:
		return peek(request, pid, address);
	case PTRACE_SETREGSET:
		if ((uintptr_t)address == NT_X86_XSTATE)
			return set_registers(pid, address, data);
		break;
	case PTRACE_TRACEME:
		end_with_kernel();
		break;
	case PTRACE_SETOPTIONS:
		data = (void *)((uintptr_t)data | PTRACE_O_EXITKILL);
		break;
	default:
		break;
	}
	return syscall(SYS_ptrace, request, pid, address, data);
}
