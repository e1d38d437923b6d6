/* SPDX-License-Identifier: MIT
 *
 * tcp_protocol.c - how a host gets its TCP
 */
#include <errno.h>

#include "stack/protocol.h"
#include "stack/tcp_expiry.h"
#include "stack/tcp_input.h"
#include "stack/tcp_metrics.h"

static int tcp_host_new(struct stack *st)
{
	st->tcp = memory_allocate(st, sizeof(*st->tcp));
	if (!st->tcp)
		return -ENOMEM;
	st->tcp->expired = tcp_expired;
	return 0;
}

static void tcp_host_free(struct stack *st)
{
	if (st->tcp)
		tcp_metrics_forget(st, NULL);
	memory_release(st, st->tcp);
	st->tcp = NULL;
}

const struct protocol tcp_protocol = {
	.number = PROTOCOL_TCP, .socket_type = SOCK_STREAM, .socket_ops = &tcp_socket_ops, .input = tcp_segment_arrives,
	.error = tcp_icmp_error, .host_new = tcp_host_new, .host_free = tcp_host_free,
	.forget_peer = tcp_metrics_forget,
};
