/* SPDX-License-Identifier: MIT
 *
 * socket_list.c - the list of all sockets of a host, for readers without their descriptors
 */
#include "stack/host.h"
#include "stack/socket.h"
#include "stack/tcp_snd.h"
#include "stack/tcp_state.h"

enum { LINUX_CLOSE = 7 };

bool stack_socket_at(const struct stack *st, size_t n, struct stack_socket *out)
{
	const struct socket *s = st->sockets;

	while (s && n--)
		s = s->next;
	if (!s)
		return false;
	*out = (struct stack_socket){
		.type = s->type, .version = s->domain == AF_INET6 ? 6 : 4,
		.state = s->tcp ? tcp_state_linux[s->tcp->state] : LINUX_CLOSE,
		.local = s->local.ip, .remote = s->remote.ip, .local_port = s->local.port,
		.remote_port = s->remote.port,
		.to_read = (uint32_t)s->receive_queue.bytes,
	};
	if (s->tcp) {
		out->to_send = (uint32_t)s->tcp->snd.queue.length;
		out->to_read = (uint32_t)s->tcp->rcv.buffer.length;
	}
	return true;
}
