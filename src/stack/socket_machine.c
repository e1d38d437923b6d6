/* SPDX-License-Identifier: MIT
 *
 * socket_machine.c - socket options about the machine below and around a socket
 *
 * Linux lets a program say which card a socket is bound to, which processor polls for it, which filter its packets
 * pass, and asks back who the peer is. The host of this stack has one interface, no processor to choose and no filter,
 * so most such options have one true answer. An option whose answer would have to be invented is not implemented, and
 * gives ENOPROTOOPT. Values are kept in struct machine_options and read back, with bounds and errors as seen on Linux.
 */
#include "stack/socket_machine.h"

#include <errno.h>
#include <limits.h>
#include <linux/net_tstamp.h>
#include <string.h>
#include <time.h>

#include "stack/endpoint.h"
#include "stack/host.h"
#include "stack/option_value.h"
#include "stack/sock.h"
#include "util/newer_names.h"

enum { SEND_LOCK = 1, RECEIVE_LOCK = 2 };

int set_buffer_lock(struct socket *s, int name, const void *value, socklen_t length)
{
	int locks;

	(void)name;
	if (!option_int(value, length, &locks) || locks & ~(SEND_LOCK | RECEIVE_LOCK))
		return -EINVAL;
	s->options.send_buffer_locked = locks & SEND_LOCK;
	s->options.receive_buffer_locked = locks & RECEIVE_LOCK;
	return 0;
}

int get_buffer_lock(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_int((s->options.send_buffer_locked ? SEND_LOCK : 0) |
	                         (s->options.receive_buffer_locked ? RECEIVE_LOCK : 0), value, length);
}

/* A lock that could be opened again would protect nothing from the program it was set against. */
int set_filter_lock(struct socket *s, int name, const void *value, socklen_t length)
{
	int on = 0;

	(void)name;
	(void)option_int(value, length, &on);
	if (s->options.machine.filter_locked && !on)
		return -EPERM;
	s->options.machine.filter_locked = on != 0;
	return 0;
}

int get_filter_lock(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_int(s->options.machine.filter_locked, value, length);
}

int detach_filter(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)name;
	(void)value;
	return length < sizeof(int) ? -EINVAL : s->options.machine.filter_locked ? -EPERM : -ENOENT;
}

/* Of sockets that share a port. There is no such filter to be set, so none can be taken away. */
int detach_group_filter(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)name;
	(void)value;
	(void)length;
	return s->options.reuse_port ? -ENOENT : -EINVAL;
}

int get_filter(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)s;
	(void)name;
	return option_return_bytes("", 0, value, length);
}

int set_transmit_time(struct socket *s, int name, const void *value, socklen_t length)
{
	struct sock_txtime t;

	(void)name;
	if (length != sizeof(t))
		return -EINVAL;
	memcpy(&t, value, sizeof(t));
	bool known = t.clockid == CLOCK_REALTIME || t.clockid == CLOCK_MONOTONIC || t.clockid == CLOCK_TAI;
	if (!known || t.flags & ~(uint32_t)(SOF_TXTIME_DEADLINE_MODE | SOF_TXTIME_REPORT_ERRORS))
		return -EINVAL;
	s->options.machine.transmit_clock = t.clockid;
	s->options.machine.transmit_flags = t.flags;
	return 0;
}

int get_transmit_time(struct socket *s, int name, void *value, socklen_t *length)
{
	const struct sock_txtime t = {
		.clockid = s->options.machine.transmit_clock, .flags = s->options.machine.transmit_flags,
	};

	(void)name;
	return option_return_bytes(&t, sizeof(t), value, length);
}

/* Only a connection has a flow that could take another path. */
int set_rehash(struct socket *s, int name, const void *value, socklen_t length)
{
	int number = 0;

	(void)name;
	(void)option_int(value, length, &number);
	if (s->type != SOCK_STREAM)
		return -EOPNOTSUPP;
	if (number < -1 || number > 1)
		return -EINVAL;
	s->options.machine.keeps_way = number == 0;
	return 0;
}

int get_rehash(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return s->type == SOCK_STREAM ? option_return_int(!s->options.machine.keeps_way, value, length) : -EOPNOTSUPP;
}

/* Bad values are refused before the option itself is: a program can tell its own mistake from what the host lacks. */
int set_reserve(struct socket *s, int name, const void *value, socklen_t length)
{
	int number;

	(void)s;
	(void)name;
	return !option_int(value, length, &number) || number < 0 ? -EINVAL : -EOPNOTSUPP;
}

/* The number of packets in a poll concerns only a network card. */
int set_poll_budget(struct socket *s, int name, const void *value, socklen_t length)
{
	int number;

	(void)s;
	(void)name;
	return option_int(value, length, &number) && number >= 0 && number <= UINT16_MAX ? 0 : -EINVAL;
}

int set_unsupported(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)s;
	(void)name;
	(void)value;
	return length < sizeof(int) ? -EINVAL : -EOPNOTSUPP;
}

int get_unsupported(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)s;
	(void)name;
	(void)value;
	(void)length;
	return -EOPNOTSUPP;
}

int set_nothing(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)s;
	(void)name;
	(void)value;
	return length < sizeof(int) ? -EINVAL : 0;
}

/* A socket gets its number when somebody first asks for it; the number of the host is always the same. */
int get_cookie(struct socket *s, int name, void *value, socklen_t *length)
{
	uint64_t cookie = 1;

	if (*length < sizeof(cookie))
		return -EINVAL;
	if (name == SO_COOKIE) {
		if (!s->cookie)
			s->cookie = ++s->stack->last_cookie;
		cookie = s->cookie;
	}
	return option_return_bytes(&cookie, sizeof(cookie), value, length);
}

/* The peer of an internet socket is on another machine, so nothing is known of its process: the ids say nobody, as on
 * Linux. */
int get_credentials(struct socket *s, int name, void *value, socklen_t *length)
{
	const struct { int32_t process; uint32_t user, group; } nobody = { 0, UINT32_MAX, UINT32_MAX };

	(void)s;
	return name == SO_PEERCRED ? option_return_bytes(&nobody, sizeof(nobody), value, length) : -ENODATA;
}

int get_peer_name(struct socket *s, int name, void *value, socklen_t *length)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof(address);

	(void)name;
	if (!s->remote.port)
		return -ENOTCONN;
	endpoint_to_sockaddr(s, &s->remote, (struct sockaddr *)&address, &size);
	return *length > size ? -EINVAL : option_return_bytes(&address, size, value, length);
}
