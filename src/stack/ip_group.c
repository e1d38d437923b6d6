/* SPDX-License-Identifier: MIT
 *
 * ip_group.c - multicast groups that the host is a member of
 *
 * RFC 1112, 6.1 and 7.1; RFC 3376, 3: the host keeps one entry for each group, with its members and a filter for each
 * of them. IP looks only here; UDP decides which sockets get a packet. What the members want together follows from
 * their filters. If at least one of them excludes sources, everything is wanted but the sources that all of those
 * exclude and nobody includes; otherwise whatever somebody includes. A list that has no more room becomes "all": more
 * may come than was asked for, but never less.
 *
 * group_report.c tells routers of changes, and keeps in the entry what it has still to tell; so the entry may outlive
 * the last member.
 */
#include "stack/ip_group.h"

#include <string.h>

#include "stack/host.h"

/* ---- filters ---- */

static int place_of(const struct ip_filter *f, const struct ip_address *source)
{
	for (int i = 0; i < f->count; i++)
		if (ip_address_equal(&f->sources[i], source))
			return i;
	return -1;
}

bool ip_filter_has(const struct ip_filter *f, const struct ip_address *source)
{
	return place_of(f, source) >= 0;
}

bool ip_filter_takes(const struct ip_filter *f, const struct ip_address *source)
{
	return ip_filter_has(f, source) != f->exclude;
}

bool ip_filter_add(struct ip_filter *f, const struct ip_address *source)
{
	if (ip_filter_has(f, source))
		return true;
	if (f->count == FILTER_SOURCES)
		return false;
	f->sources[f->count++] = *source;
	return true;
}

bool ip_filter_remove(struct ip_filter *f, const struct ip_address *source)
{
	int place = place_of(f, source);

	if (place < 0)
		return false;
	f->count--;
	memmove(f->sources + place, f->sources + place + 1, (size_t)(f->count - place) * sizeof(*f->sources));
	return true;
}

/* ---- what all members want ---- */

static bool all_exclude(const struct ip_group *g, const struct ip_address *source)
{
	for (const struct ip_member *m = g->members; m; m = m->next)
		if (ip_filter_takes(&m->filter, source))
			return false;
	return true;
}

void ip_group_merge(struct ip_group *g)
{
	bool room = true;

	/* RFC 3376, 3.2: if any member excludes, the group excludes what all who exclude agree on, less what somebody
	 * includes; else it includes all that any member does. A list that is too long becomes "everybody", and each
	 * socket's own filter still decides what it gets. */
	g->filter = (struct ip_filter){ 0 };
	for (const struct ip_member *m = g->members; m; m = m->next)
		g->filter.exclude |= m->filter.exclude;
	for (const struct ip_member *m = g->members; m; m = m->next)
		for (size_t i = 0; i < m->filter.count && m->filter.exclude == g->filter.exclude; i++)
			if (!g->filter.exclude || all_exclude(g, &m->filter.sources[i]))
				room &= ip_filter_add(&g->filter, &m->filter.sources[i]);
	if (!room)
		g->filter = (struct ip_filter){ .exclude = true };
}

void ip_group_join(struct ip_group *g, struct ip_member *member)
{
	member->next = g->members;
	g->members = member;
	ip_group_merge(g);
}

void ip_group_leave(struct ip_group *g, struct ip_member *member)
{
	struct ip_member **at = &g->members;

	while (*at != member)
		at = &(*at)->next;
	*at = member->next;
	ip_group_merge(g);
}

/* ---- groups ---- */

struct ip_group *ip_group_find(const struct stack *st, const struct ip_address *address)
{
	struct ip_group *g = st->groups;

	while (g && !ip_address_equal(&g->address, address))
		g = g->next;
	return g;
}

/* In the order in which they were made, since reports name them in that order. */
struct ip_group *ip_group_make(struct stack *st, const struct ip_address *address)
{
	struct ip_group *g = ip_group_find(st, address), **last = &st->groups;

	if (g)
		return g;
	g = memory_allocate(st, sizeof(*g));
	if (!g)
		return NULL;
	g->stack = st;
	g->address = *address;
	while (*last)
		last = &(*last)->next;
	*last = g;
	return g;
}

void ip_group_release(struct stack *st, struct ip_group *g)
{
	struct ip_group **at = &st->groups;

	/* Reports that are still to be repeated (RFC 3376, 5.1) keep a group that nobody is in any more. */
	if (g->members || g->mode_left || g->change_count)
		return;
	while (*at != g)
		at = &(*at)->next;
	*at = g->next;
	timer_clear(st, &g->report);
	timer_clear(st, &g->answer);
	memory_release(st, g);
}

bool ip_group_wanted(const struct stack *st, const struct ip_address *group, const struct ip_address *source)
{
	const struct ip_group *g = ip_group_find(st, group);

	return g && g->members &&
	       (ip_filter_takes(&g->filter, source) || defect(st, DEFECT_GROUP_SOURCE_UNFILTERED));
}

bool ip_group_joined(const struct stack *st, const struct ip_address *group)
{
	const struct ip_group *g = ip_group_find(st, group);

	return g && g->members;
}

void ip_groups_free(struct stack *st)
{
	for (struct ip_group *g; (g = st->groups); ) {
		g->members = NULL;
		g->mode_left = g->change_count = 0;
		ip_group_release(st, g);
	}
}
