/* SPDX-License-Identifier: MIT
 *
 * info.c - the variables of a connection, for code blocks
 */
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>

#include "target/builtin/internal.h"

static uint32_t int_option(struct stack *st, int fd, int name)
{
	int value = 0;
	socklen_t length = sizeof(value);

	return stack_getsockopt(st, fd, SOL_SOCKET, name, &value, &length) == 0 ? (uint32_t)value : 0;
}

static uint32_t int_ioctl(struct stack *st, int fd, unsigned long request)
{
	int value = 0;

	return stack_ioctl(st, fd, request, &value) == 0 ? (uint32_t)value : 0;
}

const char *builtin_info(struct builtin *b, int fd, struct tcp_state_info *out)
{
	struct stack_tcp_info info = { 0 };

	memset(out, 0, sizeof(*out));
	if (stack_tcp_info(b->stack, fd, &info) != 0)
		return "can't find getsockopt to get TCP info";
#define X(name, offset, bits, shift) out->tcpi[TCPI_##name] = info.name;
	TCP_INFO_FIELDS(X)
#undef X
	/* The stack books user data alone: what Linux counts as overhead is 0. */
	out->meminfo[SK_MEMINFO_RMEM_ALLOC] = int_ioctl(b->stack, fd, SIOCINQ);
	out->meminfo[SK_MEMINFO_RCVBUF] = int_option(b->stack, fd, SO_RCVBUF);
	out->meminfo[SK_MEMINFO_SNDBUF] = int_option(b->stack, fd, SO_SNDBUF);
	out->meminfo[SK_MEMINFO_WMEM_QUEUED] = int_ioctl(b->stack, fd, SIOCOUTQ);
	return NULL;
}
