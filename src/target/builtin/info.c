/* SPDX-License-Identifier: MIT
 *
 * info.c - the variables of a connection, for code blocks
 */
#include <string.h>

#include "target/builtin/internal.h"

const char *builtin_info(struct builtin *b, int fd, struct tcp_state_info *out)
{
	struct stack_tcp_info info = { 0 };
	socklen_t length = sizeof(out->meminfo);

	memset(out, 0, sizeof(*out));
	if (stack_tcp_info(b->stack, fd, &info) != 0)
		return "can't find getsockopt to get TCP info";
#define X(name, offset, bits, shift) out->tcpi[TCPI_##name] = info.name;
	TCP_INFO_FIELDS(X)
#undef X
	stack_getsockopt(b->stack, fd, SOL_SOCKET, SO_MEMINFO, out->meminfo, &length);
	return NULL;
}
