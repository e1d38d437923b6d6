/* SPDX-License-Identifier: MIT
 *
 * tcp.c - a whole adapter for a TCP: the stack of tcp_stack.h behind the protocol
 *
 * In addition to udp.c it has what TCP needs: timers, calls that would wait, connect(), and settings that a script may
 * switch off. A function that is not in the table, or returns PROTODRILL_UNKNOWN, makes the cases that need it SKIP.
 */
#include <poll.h>
#include <sys/socket.h>

#define PROTODRILL_ADAPTER_IMPLEMENTATION
#include "../protodrill-adapter.h"
#include "tcp_stack.h"

static void device_send(const void *bytes, size_t length)
{
	protodrill_output(bytes, length);
}

static int64_t device_now(void)
{
	return protodrill_now();
}

static int start(const struct protodrill_start *how)
{
	memcpy(own_address, how->local.bytes, sizeof(own_address));
	first_number = (uint32_t)how->seed;
	return how->local.family == 4 ? 0 : PROTODRILL_UNKNOWN;
}

static int64_t deadline(void)
{
	int64_t first = PROTODRILL_NEVER;

	for (const struct connection *c = connections; c; c = c->next)
		first = c->timer < first ? c->timer : first;
	return first;
}

static void run(int64_t now)
{
	for (struct connection *c = connections; c; c = c->next)
		if (c->timer <= now)
			time_is_up(c);
}

static int do_socket(int domain, int type, int protocol)
{
	if (domain != AF_INET || type != SOCK_STREAM || (protocol && protocol != IPPROTO_TCP))
		return PROTODRILL_UNKNOWN;
	return protodrill_open(new_connection());
}

static int do_bind(int fd, const struct protodrill_address *address)
{
	struct connection *c = protodrill_object(fd);

	c->port = address->port;
	return 0;
}

static int do_listen(int fd, int backlog)
{
	struct connection *c = protodrill_object(fd);

	(void)backlog;
	c->state = LISTENING;
	return 0;
}

static int do_accept(int fd, struct protodrill_address *peer)
{
	struct connection *c = tcp_accept(protodrill_object(fd));

	if (!c)
		return -EAGAIN;
	*peer = (struct protodrill_address){ .family = 4, .port = (uint16_t)c->remote_port };
	memcpy(peer->bytes, c->remote, sizeof(c->remote));
	return protodrill_open(c);
}

static int do_connect(int fd, const struct protodrill_address *address, int waits)
{
	struct connection *c = protodrill_object(fd);

	(void)waits;
	if (c->state != CLOSED)
		return c->state == SYN_SENT ? -EALREADY : -EISCONN;
	tcp_connect(c, address->bytes, address->port);
	return -EINPROGRESS;
}

static int64_t do_send(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length)
{
	return to || flags & ~MSG_DONTWAIT ? PROTODRILL_UNKNOWN : tcp_write(protodrill_object(fd), bytes, length);
}

static int64_t do_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	(void)from;
	return flags & ~MSG_DONTWAIT ? PROTODRILL_UNKNOWN : tcp_read(protodrill_object(fd), bytes, room);
}

static int do_close(int fd)
{
	tcp_close(protodrill_object(fd));
	return 0;
}

static int do_poll(int fd, int events, uint64_t *generation)
{
	const struct connection *c = protodrill_object(fd);
	const int in = c->in_length || c->read_closed || tcp_waiting(c), out = c->state == OPEN;

	(void)generation;
	return c->state == DEAD ? POLLERR | POLLHUP : events & ((in ? POLLIN : 0) | (out ? POLLOUT : 0));
}

static int do_getsockopt(int fd, int level, int name, void *value, uint32_t *length)
{
	struct connection *c = protodrill_object(fd);

	if (level != SOL_SOCKET || name != SO_ERROR)
		return PROTODRILL_UNKNOWN;
	memcpy(value, &c->error, *length = sizeof(c->error));
	c->error = 0;
	return 0;
}

static const char *const without[] = {
	"tcp_timestamps", "tcp_sack", "tcp_window_scaling", "tcp_ecn", "tcp_fastopen", "tcp_syncookies", NULL
};

static const char *const meets[] = { "tcp", NULL };

const struct protodrill_stack_v1 protodrill_stack_v1 = {
	.size = sizeof(protodrill_stack_v1), .version = PROTODRILL_PROTOCOL, .name = "tcp", .objects = 1,
	.start = start, .packet = tcp_input, .deadline = deadline, .run = run, .socket = do_socket, .bind = do_bind,
	.listen = do_listen, .accept = do_accept, .connect = do_connect, .send = do_send, .receive = do_receive,
	.close = do_close, .poll = do_poll, .getsockopt = do_getsockopt,
	.without = without, .meets = meets,
};

int main(void)
{
	return protodrill_adapter_main(&protodrill_stack_v1);
}
