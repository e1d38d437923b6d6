/* SPDX-License-Identifier: MIT
 *
 * socket_multicast.c - groups that a socket has joined, and where its multicast goes out
 *
 * Membership is kept in two places, because there are two questions: IP asks whether anybody on this host wants a
 * packet for a group (ip_group.c), and UDP whether this very socket does (RFC 1112, 7.2). There is only one interface,
 * so a call can only name the right one or a wrong one.
 */
#include "stack/socket_multicast.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "stack/group_report.h"
#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/ip_group.h"
#include "stack/option_value.h"
#include "stack/sock.h"

enum { MOST_SOURCES4 = 10 };                             /* sources of one membership: the default limit of Linux */

struct ip_membership {
	struct ip_membership *next;
	struct ip_address group;
	bool named;                                          /* a source was named: its mode stays */
	struct ip_member member;                             /* the part that IP sees */
};

/* The link to a membership, so that it can be taken out; NULL stands in it if there is none. */
static struct ip_membership **find(struct socket *s, const struct ip_address *group)
{
	struct ip_membership **at = &s->memberships;

	while (*at && !ip_address_equal(&(*at)->group, group))
		at = &(*at)->next;
	return at;
}

/* On some hosts a socket that has not joined the group gets what another one has joined (udp_any_group), unless it
 * asked for its own groups only (IP_MULTICAST_ALL). */
bool multicast_takes(const struct socket *s, const struct ip_address *group, const struct ip_address *source)
{
	const struct ip_membership *m = s->memberships;

	while (m && !ip_address_equal(&m->group, group))
		m = m->next;
	if (!m)
		return (group->version == 4 ? s->options.group_all : s->options.group_all6) ||
		       defect(s->stack, DEFECT_UDP_GROUP_OF_OTHERS);
	return ip_filter_takes(&m->member.filter, source) || defect(s->stack, DEFECT_GROUP_SOURCE_UNFILTERED);
}

/* ---- what a socket wants of a group changes ---- */

/* Each of these compares what IP wants of the group before and after: routers are told only of a difference, so a
 * second socket that joins the same group is silent on the wire. */
static int join(struct socket *s, const struct ip_address *group, const struct ip_filter *filter)
{
	struct ip_membership *m = memory_allocate(s->stack, sizeof(*m));
	struct ip_group *g = m ? ip_group_make(s->stack, group) : NULL;

	if (!g) {
		memory_release(s->stack, m);
		return -ENOBUFS;
	}
	const struct ip_filter before = g->filter;
	m->group = *group;
	m->named = filter->count;
	m->member.filter = *filter;
	m->next = s->memberships;
	s->memberships = m;
	ip_group_join(g, &m->member);
	group_report_change(s->stack, g, &before);
	return 0;
}

static int leave(struct socket *s, struct ip_membership **at)
{
	struct ip_membership *m = *at;
	struct ip_group *g = ip_group_find(s->stack, &m->group);
	const struct ip_filter before = g->filter;

	*at = m->next;
	ip_group_leave(g, &m->member);
	group_report_change(s->stack, g, &before);
	memory_release(s->stack, m);
	return 0;
}

static int change(struct socket *s, struct ip_membership *m, const struct ip_filter *filter)
{
	struct ip_group *g = ip_group_find(s->stack, &m->group);
	const struct ip_filter before = g->filter;

	m->named = true;
	m->member.filter = *filter;
	ip_group_merge(g);
	group_report_change(s->stack, g, &before);
	return 0;
}

/* ---- calls ---- */

enum request_form { GROUP_V4, GROUP_V6, SOURCE_V4, GROUP_ANY, SOURCE_ANY };
enum { JOINS = 1, OF_SOURCE = 2, EXCLUDES = 4 };

/* RFC 3376, 2 and RFC 3678: what each option does, and the form of its value. JOINS: it admits more than before. */
static const struct request {
	bool ipv6_level;
	int name;
	enum request_form form;
	unsigned what;
} requests[] = {
	{ false, IP_ADD_MEMBERSHIP, GROUP_V4, JOINS }, { false, IP_DROP_MEMBERSHIP, GROUP_V4, 0 },
	{ true, IPV6_JOIN_GROUP, GROUP_V6, JOINS }, { true, IPV6_LEAVE_GROUP, GROUP_V6, 0 },
	{ false, IP_ADD_SOURCE_MEMBERSHIP, SOURCE_V4, JOINS | OF_SOURCE },
	{ false, IP_DROP_SOURCE_MEMBERSHIP, SOURCE_V4, OF_SOURCE },
	{ false, IP_BLOCK_SOURCE, SOURCE_V4, OF_SOURCE | EXCLUDES },
	{ false, IP_UNBLOCK_SOURCE, SOURCE_V4, JOINS | OF_SOURCE | EXCLUDES },
	{ false, MCAST_JOIN_GROUP, GROUP_ANY, JOINS }, { false, MCAST_LEAVE_GROUP, GROUP_ANY, 0 },
	{ false, MCAST_JOIN_SOURCE_GROUP, SOURCE_ANY, JOINS | OF_SOURCE },
	{ false, MCAST_LEAVE_SOURCE_GROUP, SOURCE_ANY, OF_SOURCE },
	{ false, MCAST_BLOCK_SOURCE, SOURCE_ANY, OF_SOURCE | EXCLUDES },
	{ false, MCAST_UNBLOCK_SOURCE, SOURCE_ANY, JOINS | OF_SOURCE | EXCLUDES },
};

static bool read_sockaddr(const struct sockaddr_storage *from, struct ip_address *out)
{
	const struct sockaddr_in *in = (const void *)from;
	const struct sockaddr_in6 *in6 = (const void *)from;

	out->version = from->ss_family == AF_INET ? 4 : from->ss_family == AF_INET6 ? 6 : 0;
	memcpy(out->bytes, out->version == 4 ? (const void *)&in->sin_addr : (const void *)&in6->sin6_addr,
	       out->version == 4 ? 4 : 16);
	return out->version != 0;
}

/* Reads the group, and the source if the option has one, from a value. @ip_version: that of the level. 0 or minus an
 * errno. */
static int read_request(enum request_form form, uint8_t ip_version, const void *value, socklen_t length,
                        struct ip_address group_and_source[2])
{
	static const size_t sizes[] = {
		[GROUP_V4] = sizeof(struct ip_mreq), [GROUP_V6] = sizeof(struct ipv6_mreq),
		[SOURCE_V4] = sizeof(struct ip_mreq_source), [GROUP_ANY] = sizeof(struct group_req),
		[SOURCE_ANY] = sizeof(struct group_source_req),
	};
	struct ip_address *group = &group_and_source[0], *source = &group_and_source[1];
	struct group_source_req any;
	struct ip_mreq_source four;

	if (length < sizes[form])
		return -EINVAL;
	group->version = source->version = form == GROUP_V6 ? 6 : 4;
	if (form == GROUP_V4 || form == GROUP_V6)            /* both structures start with the group */
		memcpy(group->bytes, value, form == GROUP_V6 ? 16 : 4);
	if (form == SOURCE_V4) {
		memcpy(&four, value, sizeof(four));
		memcpy(group->bytes, &four.imr_multiaddr, 4);
		memcpy(source->bytes, &four.imr_sourceaddr, 4);
	}
	if (form == GROUP_ANY || form == SOURCE_ANY) {
		memcpy(&any, value, sizes[form]);            /* group_req is the beginning of group_source_req */
		if (!read_sockaddr(&any.gsr_group, group) || group->version != ip_version ||
		    (form == SOURCE_ANY && !read_sockaddr(&any.gsr_source, source)))
			return -EINVAL;
	}
	return 0;
}

/* An interface is named by its number, or where only that is possible by an address of it; all zeros: the host chooses.
 * There is only one besides the loopback, so which one is named does not matter, as long as it is there. Some hosts
 * choose by their routes, and have none to the groups of IPv4 unless somebody has set one. */
static bool knows_interface(const struct socket *s, const struct ip_address *to, enum request_form form,
                            const void *value, socklen_t length)
{
	struct ip_address address = { .version = 4 };
	struct ip_mreq_source source;
	struct ip_mreqn group = { 0 };
	struct ipv6_mreq six;
	uint32_t number = 0;

	if (form == SOURCE_V4) {
		memcpy(&source, value, sizeof(source));
		memcpy(address.bytes, &source.imr_interface, 4);
	} else if (form == GROUP_V4) {
		memcpy(&group, value, length < sizeof(group) ? length : sizeof(group));
		memcpy(address.bytes, &group.imr_address, 4);
		number = (uint32_t)group.imr_ifindex;
	} else if (form == GROUP_V6) {
		memcpy(&six, value, sizeof(six));
		number = six.ipv6mr_interface;
	} else {
		memcpy(&number, value, sizeof(number));      /* both structures start with it */
	}
	bool named = number ? number == STACK_INTERFACE || number == STACK_LOOPBACK : ip_is_own(s->stack, &address);
	if (number || !ip_is_unspecified(&address))
		return named;
	const struct stack_route *route = stack_route_to(s->stack, to);
	bool chosen = to->version == 6 || (route && !route->error);
	return chosen || !s->stack->config.ip_groups_routed || defect(s->stack, DEFECT_GROUP_ANYWHERE);
}

/* Who leaves a group need not name an interface that is there: there is no such membership then. */
static bool names_interface(enum request_form form, const void *value)
{
	const struct ip_mreq *four = value;

	return form != GROUP_V4 || four->imr_interface.s_addr;
}

/* RFC 3678, 4.1.2 and 5.1.2: a socket includes or excludes; it changes from one to the other only while it has named no
 * source. */
static int source_request(struct socket *s, unsigned what, const struct ip_address *group,
                          const struct ip_address *source)
{
	struct ip_membership **at = find(s, group);
	struct ip_filter filter = { .exclude = what & EXCLUDES };
	bool adds = !(what & JOINS) == !!(what & EXCLUDES);

	/* To include a source joins the group, if need be; to exclude one needs a membership that would let it in. */
	if (!*at && (what & EXCLUDES || !adds))
		return -EINVAL;
	if (*at && (*at)->named && (*at)->member.filter.exclude != filter.exclude)
		return -EINVAL;
	if (*at && (*at)->member.filter.exclude == filter.exclude)
		filter = (*at)->member.filter;
	if (adds && filter.count >= (group->version == 4 ? MOST_SOURCES4 : FILTER_SOURCES))
		return -ENOBUFS;
	if (adds && ip_filter_has(&filter, source))
		return -EADDRNOTAVAIL;
	if (adds ? !ip_filter_add(&filter, source) : !ip_filter_remove(&filter, source))
		return -EADDRNOTAVAIL;
	if (!*at)
		return join(s, group, &filter);
	/* Who includes no source any more has left the group (RFC 3376, 3.2). */
	return !filter.exclude && !filter.count ? leave(s, at) : change(s, *at, &filter);
}

/* RFC 1112, 7.1; RFC 3493, 5.2; RFC 3678. Linux refuses only the older two forms to a stream. */
int set_membership(struct socket *s, int name, const void *value, socklen_t length)
{
	const struct ip_filter everybody = { .exclude = true };
	struct ip_address named[2] = { 0 };                  /* the group, the source */
	const struct ip_address *group = &named[0];
	const struct request *r = requests;

	while (r->name != name || (r->ipv6_level && s->domain != AF_INET6))
		r++;
	if (s->type == SOCK_STREAM && (r->form == GROUP_V4 || r->form == GROUP_V6))
		return -EPROTO;
	int error = read_request(r->form, s->domain == AF_INET ? 4 : 6, value, length, named);
	if (error)
		return error;
	bool leaves = !(r->what & (JOINS | OF_SOURCE));
	if (!ip_is_multicast(group))
		return leaves && r->form == GROUP_V4 ? -EADDRNOTAVAIL : -EINVAL;
	if (!knows_interface(s, group, r->form, value, length) && !(leaves && names_interface(r->form, value)))
		return -ENODEV;
	if (r->what & OF_SOURCE)
		return source_request(s, r->what, group, &named[1]);
	struct ip_membership **at = find(s, group);
	if (r->what & JOINS)
		return *at ? -EADDRINUSE : join(s, group, &everybody);
	return *at ? leave(s, at) : -EADDRNOTAVAIL;
}

/* RFC 1112, 6.1: the interface is named by an address of it, or by its number. There is only one, so only the address
 * matters: it becomes the source of multicast. The smallest of the three structures allowed is the address alone. */
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
	else if (!ip_is_own(s->stack, &address))
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
	if (number && number != STACK_INTERFACE && number != STACK_LOOPBACK)
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
	while (s->memberships)
		leave(s, &s->memberships);
}
