/* SPDX-License-Identifier: MIT
 *
 * socket_multicast.c - groups that a socket has joined, and where its multicast goes out
 *
 * Membership is counted twice, because two questions are asked. IP asks whether anybody on this host wants a packet
 * for a group (ip_group.c), and UDP whether this very socket does (RFC 1112, 7.2). There is one interface, so naming
 * one in a call can only be right or wrong.
 */
#include "stack/socket_multicast.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/ip_group.h"
#include "stack/option_value.h"
#include "stack/sock.h"

struct ip_membership {
	struct ip_membership *next;
	struct ip_address group;
};

bool multicast_joined(const struct socket *s, const struct ip_address *group)
{
	for (const struct ip_membership *m = s->memberships; m; m = m->next)
		if (ip_address_equal(&m->group, group))
			return true;
	return false;
}

static int join(struct socket *s, const struct ip_address *group)
{
	if (multicast_joined(s, group))
		return -EADDRINUSE;
	struct ip_membership *m = memory_allocate(s->stack, sizeof(*m));
	if (!m || ip_group_join(s->stack, group) != 0) {
		memory_release(s->stack, m);
		return -ENOBUFS;
	}
	m->group = *group;
	m->next = s->memberships;
	s->memberships = m;
	return 0;
}

static int leave(struct socket *s, const struct ip_address *group)
{
	struct ip_membership **at = &s->memberships, *m;

	while (*at && !ip_address_equal(&(*at)->group, group))
		at = &(*at)->next;
	m = *at;
	if (!m)
		return -EADDRNOTAVAIL;
	*at = m->next;
	ip_group_leave(s->stack, group);
	memory_release(s->stack, m);
	return 0;
}

/* RFC 1112, 7.1; RFC 3493, 5.2. There is one interface, so which one is meant does not matter. */
int set_membership(struct socket *s, int name, const void *value, socklen_t length)
{
	bool v6 = name == IPV6_JOIN_GROUP || name == IPV6_LEAVE_GROUP;
	bool joins = name == IPV6_JOIN_GROUP || name == IP_ADD_MEMBERSHIP;
	struct ip_address group = { .version = v6 ? 6 : 4 };
	size_t size = v6 ? 16 : 4;

	if (s->type == SOCK_STREAM)
		return -EPROTO;
	if (length < (v6 ? sizeof(struct ipv6_mreq) : sizeof(struct ip_mreq)))
		return -EINVAL;
	memcpy(group.bytes, value, size);                    /* both structures start with the group */
	if (!ip_is_multicast(&group))
		return -EINVAL;
	return joins ? join(s, &group) : leave(s, &group);
}

/* RFC 1112, 6.1: the interface is named by an address of it, or by its number. There is one, so only the address
 * matters: multicast comes from it. Of three structures that are
 * allowed, the smallest is the address alone. */
int set_multicast_address(struct socket *s, int name, const void *value, socklen_t length)
{
	struct ip_address address = { .version = 4 };
	struct ip_mreqn request = { 0 };

	(void)name;
	if (s->type == SOCK_STREAM || length < sizeof(request.imr_address))
		return -EINVAL;
	if (length >= sizeof(struct ip_mreq))
		memcpy(&request, value, length < sizeof(request) ? length : sizeof(request));
	else
		memcpy(&request.imr_address, value, sizeof(request.imr_address));
	memcpy(address.bytes, &request.imr_address, sizeof(request.imr_address));
	if (request.imr_ifindex && request.imr_ifindex != STACK_INTERFACE)
		return -EADDRNOTAVAIL;
	if (ip_is_unspecified(&address))
		address.version = 0;
	else if (!stack_has_address(s->stack, &address))
		return -EADDRNOTAVAIL;
	s->options.multicast_source = address;
	return 0;
}

int get_multicast_address(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_bytes(s->options.multicast_source.bytes, 4, value, length);
}

/* RFC 3493, 5.2: by its number; 0 leaves the choice to the host. */
int set_multicast_interface(struct socket *s, int name, const void *value, socklen_t length)
{
	int number;

	(void)name;
	if (s->type == SOCK_STREAM)
		return -ENOPROTOOPT;
	if (!option_int(value, length, &number))
		return -EINVAL;
	if (number && number != STACK_INTERFACE)
		return -ENODEV;
	s->options.multicast_interface = number;
	return 0;
}

int get_multicast_interface(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_int(s->options.multicast_interface, value, length);
}

void multicast_leave_all(struct socket *s)
{
	for (struct ip_membership *m; (m = s->memberships); ) {
		s->memberships = m->next;
		ip_group_leave(s->stack, &m->group);
		memory_release(s->stack, m);
	}
}
