/* SPDX-License-Identifier: MIT
 *
 * ip_group.c - multicast groups that the host is a member of
 *
 * RFC 1112, 6.1 and 7.1: the host keeps one entry a group, with the number of those who asked for it, and IP looks
 * here only: which sockets get a packet is the business of UDP. No membership reports are sent (no IGMP, no MLD), as
 * there is one link and nobody on it who would keep a group from us.
 */
#include "stack/ip_group.h"

#include <errno.h>

#include "stack/host.h"

struct ip_group {
	struct ip_group *next;
	struct ip_address address;
	size_t members;
};

static struct ip_group **find(struct stack *st, const struct ip_address *group)
{
	struct ip_group **at = &st->groups;

	while (*at && !ip_address_equal(&(*at)->address, group))
		at = &(*at)->next;
	return at;
}

int ip_group_join(struct stack *st, const struct ip_address *group)
{
	struct ip_group **at = find(st, group);

	if (!*at) {
		*at = memory_allocate(st, sizeof(**at));
		if (!*at)
			return -ENOBUFS;
		(*at)->address = *group;
	}
	(*at)->members++;
	return 0;
}

void ip_group_leave(struct stack *st, const struct ip_address *group)
{
	struct ip_group **at = find(st, group), *g = *at;

	if (!g || --g->members)
		return;
	*at = g->next;
	memory_release(st, g);
}

bool ip_group_joined(const struct stack *st, const struct ip_address *group)
{
	for (const struct ip_group *g = st->groups; g; g = g->next)
		if (ip_address_equal(&g->address, group))
			return true;
	return false;
}
