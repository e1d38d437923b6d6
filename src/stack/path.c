/* SPDX-License-Identifier: MIT
 *
 * path.c - routes, source addresses, and what was learnt about the path MTU
 *
 * A route here does not lead anywhere: there is one link, by which everything leaves, and a route can only say that a
 * destination has a smaller or locked MTU, other windows, and so on, or that it cannot be reached. The route with the
 * longest matching prefix decides; without one, the values of the interface count.
 *
 * Path MTU discovery (RFC 1191, RFC 8201): whether an ICMP "too big" is genuine can only be judged with the state of
 * the transport (RFC 5927, 4.1). So the transport judges, and then calls ip_lower_path_mtu(), which applies the rules
 * that are IP's own: never below the protocol's minimum, never upward, and not at all on a route whose MTU is locked.
 * An entry expires, after which the path is tried with large packets again (RFC 1191, 6.3; RFC 8201, 5.3).
 *
 * The cache is a list with the most recently used entry first. When it is full the last one is dropped, so an attacker
 * who makes up destinations can push entries out but cannot make the list grow.
 */
#include "stack/path.h"

#include <errno.h>

#include "stack/host.h"
#include "stack/ip_address.h"
#include "util/common.h"

struct path_mtu {
	struct path_mtu *next;
	struct ip_address destination;
	uint32_t mtu;
	vtime_t expires;
};

/* Sizes that real links have: RFC 1191, 7.1, table 7-1. */
static const uint16_t plateaus[] = { 65535, 32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68 };

enum { MTU_MIN6 = 1280 };

static size_t find_route(const struct stack *st, const struct stack_route *route)
{
	size_t i = 0;

	while (i < st->route_count && (st->routes[i].prefix_length != route->prefix_length ||
	                               st->routes[i].metric != route->metric ||
	                               !ip_prefix_equal(&st->routes[i].prefix, &route->prefix, route->prefix_length)))
		i++;
	return i;
}

bool stack_has_route(const struct stack *st, const struct stack_route *route)
{
	return find_route(st, route) < st->route_count;
}

int stack_remove_route(struct stack *st, const struct stack_route *route)
{
	size_t i = find_route(st, route);

	if (i == st->route_count)
		return -ENOENT;
	st->routes[i] = st->routes[--st->route_count];
	return 0;
}

int stack_set_route(struct stack *st, const struct stack_route *route)
{
	int version = route->prefix.version;
	size_t i;

	if ((version != 4 && version != 6) || route->prefix_length < 0 ||
	    route->prefix_length > (version == 4 ? 32 : 128))
		return -EINVAL;
	i = find_route(st, route);
	if (i == STACK_ROUTES)
		return -ENOMEM;
	st->routes[i] = *route;
	st->route_count += i == st->route_count;
	return 0;
}

const struct stack_route *ip_route(const struct stack *st, const struct ip_address *destination)
{
	const struct stack_route *best = NULL;

	for (size_t i = 0; i < st->route_count; i++) {
		const struct stack_route *r = &st->routes[i];
		bool better = !best || r->prefix_length > best->prefix_length ||
		              (r->prefix_length == best->prefix_length && r->metric < best->metric);
		if (better && ip_prefix_equal(&r->prefix, destination, r->prefix_length))
			best = r;
	}
	return best;
}

const struct stack_route *stack_route_to(const struct stack *st, const struct ip_address *destination)
{
	return ip_route(st, destination);
}

uint32_t ip_link_mtu(const struct stack *st, const struct ip_address *destination)
{
	const struct stack_route *r = ip_route(st, destination);
	uint32_t mtu = (uint32_t)st->config.mtu;

	if (r && r->mtu && r->mtu < mtu)
		mtu = r->mtu;
	/* RFC 8200, 5: every link has an MTU of 1280 octets or more. */
	if (destination->version == 6 && mtu < MTU_MIN6)
		mtu = MTU_MIN6;
	return mtu;
}

uint32_t stack_path_mtu(const struct stack *st, const struct ip_address *destination)
{
	uint32_t mtu = ip_link_mtu(st, destination);

	/* The learnt MTU counts until it expires, unless the MTU of the link has become even smaller. */
	for (const struct path_mtu *p = st->paths; p; p = p->next)
		if (ip_address_equal(&p->destination, destination) && vtime_before(st->now, p->expires) && p->mtu < mtu)
			mtu = p->mtu;
	return mtu;
}

void path_forget(struct stack *st)
{
	for (struct path_mtu *p = st->paths, *next; p; p = next) {
		next = p->next;
		memory_release(st, p);
	}
	st->paths = NULL;
}

void stack_forget_paths(struct stack *st)
{
	path_forget(st);
}

/* The entry of @destination, moved to the front; made if there is none. NULL: no memory. */
static struct path_mtu *enter(struct stack *st, const struct ip_address *destination)
{
	struct path_mtu **at = &st->paths, *p;
	int64_t left = st->config.ip_pmtu_entries;

	while (*at && !ip_address_equal(&(*at)->destination, destination) && ((*at)->next || left > 1)) {
		at = &(*at)->next;
		left--;
	}
	p = *at;                                             /* the one looked for, or the last of a full list */
	if (p)
		*at = p->next;
	else
		p = memory_allocate(st, sizeof(*p));
	if (!p)
		return NULL;
	p->destination = *destination;
	p->next = st->paths;
	st->paths = p;
	return p;
}

static uint32_t plateau_under(size_t packet_length)
{
	for (size_t i = 0; i < ARRAY_LEN(plateaus); i++)
		if (plateaus[i] < packet_length)
			return plateaus[i];
	return plateaus[ARRAY_LEN(plateaus) - 1];
}

bool ip_lower_path_mtu(struct stack *st, const struct ip_address *destination, uint32_t mtu, size_t packet_length)
{
	uint32_t current = stack_path_mtu(st, destination);
	const struct stack_route *r = ip_route(st, destination);

	if (defect(st, DEFECT_PMTU_IGNORED) || (r && r->mtu_locked))
		return false;
	if (destination->version == 6) {
		/* RFC 8201, 4 (RFC8201-4-MIN1280): a message that says less than 1280 is discarded. */
		if (mtu < MTU_MIN6 && !defect(st, DEFECT_PMTU6_TINY))
			return false;
	} else {
		/* RFC 1191, 5 (RFC1191-3-ZEROMTU): old routers do not give the MTU; take the next smaller usual
		 * size. */
		if (mtu == 0 && defect(st, DEFECT_PMTU_ZERO_IGNORED))
			return false;
		if (mtu == 0)
			mtu = plateau_under(packet_length);
		/* RFC1191-3-MIN68. */
		if (mtu < (uint32_t)st->config.ip_pmtu_minimum && !defect(st, DEFECT_PMTU_TINY))
			mtu = (uint32_t)st->config.ip_pmtu_minimum;
	}
	/* RFC1191-3-NOINCREASE, RFC8201-4-NOINCREASE: such a message never raises the estimate. */
	if (mtu >= current && !defect(st, DEFECT_PMTU_RAISED))
		return false;
	struct path_mtu *p = enter(st, destination);
	if (!p)
		return false;
	p->mtu = mtu;
	/* RFC1191-6.3-AGE, RFC8201-5.3-AGE: about ten minutes, and never under five. */
	p->expires = vtime_add(st->now, vtime_s(st->config.ip_pmtu_expires_s));
	if (defect(st, DEFECT_PMTU_KEPT))
		p->expires = VTIME_NEVER;
	return true;
}

bool ip_source_for(const struct stack *st, const struct ip_address *destination, struct ip_address *source)
{
	const struct host_address *best = NULL;

	if (stack_has_address(st, destination)) {
		*source = *destination;
		return true;
	}
	for (size_t i = 0; i < st->address_count; i++) {
		const struct host_address *a = &st->addresses[i];
		if (a->ip.version != destination->version || ip_is_loopback(&a->ip))
			continue;
		/* RFC 1122, 3.3.4.3: an address of the destination's own subnet is preferred. */
		bool near = ip_prefix_equal(&a->ip, destination, a->prefix_length);
		if (!best || (near && !ip_prefix_equal(&best->ip, destination, best->prefix_length)))
			best = a;
	}
	if (best)
		*source = best->ip;
	return best != NULL;
}
