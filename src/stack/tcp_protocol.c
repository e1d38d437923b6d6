/* SPDX-License-Identifier: MIT
 *
 * tcp_protocol.c - how a host gets its TCP
 */
#include <errno.h>

#include "stack/tcp.h"

int tcp_host_new(struct stack *st)
{
	st->tcp = memory_allocate(st, sizeof(*st->tcp));
	if (!st->tcp)
		return -ENOMEM;
	st->tcp->expired = tcp_expired;
	return 0;
}

void tcp_host_free(struct stack *st)
{
	memory_release(st, st->tcp);
	st->tcp = NULL;
}
