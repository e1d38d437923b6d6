/* SPDX-License-Identifier: MIT
 *
 * ip_group.h - inside the stack: multicast groups that the host is a member of, and from which sources
 */
#ifndef STACK_IP_GROUP_H
#define STACK_IP_GROUP_H

#include <stdbool.h>

#include "stack/stack.h"
#include "stack/timer.h"

enum { FILTER_SOURCES = 64 };

/* Which sources are wanted (RFC 3376, 3.1): only these, or all but these. Without members it is INCLUDE of no
 * source. */
struct ip_filter {
	bool exclude;
	uint8_t count;
	struct ip_address sources[FILTER_SOURCES];
};

/* A member of the group: a socket that wants its packets. */
struct ip_member {
	struct ip_member *next;                              /* of the same group */
	struct ip_filter filter;
};

/* What of a change remains to be told (group_report.c). */
struct group_change {
	struct ip_address source;
	uint8_t left;
};

struct ip_group {
	struct ip_group *next;
	struct stack *stack;
	struct ip_address address;
	struct ip_member *members;
	struct ip_filter filter;                             /* of all together */
	/* group_report.c: */
	uint8_t mode_left;                                   /* how often a change of mode is still to be told */
	uint8_t change_count;
	struct group_change changes[FILTER_SOURCES];
	struct ip_filter asked;                              /* sources that a query named; of none: the whole group */
	bool last_reporter;
	struct timer report, answer;
};

/* The group with @address, or NULL if there is none; the second makes it if it is not there, and returns NULL only for
 * lack of memory. */
struct ip_group *ip_group_find(const struct stack *st, const struct ip_address *address);
struct ip_group *ip_group_make(struct stack *st, const struct ip_address *address);
/* Release the group if it has no member and nothing remains to be told about it. */
void ip_group_release(struct stack *st, struct ip_group *g);

/* JoinHostGroup and LeaveHostGroup: @member is the caller's, and must stay where it is until it leaves. */
void ip_group_join(struct ip_group *g, struct ip_member *member);
void ip_group_leave(struct ip_group *g, struct ip_member *member);
/* A member's filter has changed: work out again what all of them want together (RFC 3376, 3.2). */
void ip_group_merge(struct ip_group *g);

bool ip_filter_has(const struct ip_filter *f, const struct ip_address *source);
/* Is a packet from @source wanted? */
bool ip_filter_takes(const struct ip_filter *f, const struct ip_address *source);
/* False: it is full. */
bool ip_filter_add(struct ip_filter *f, const struct ip_address *source);
bool ip_filter_remove(struct ip_filter *f, const struct ip_address *source);

/* Is anybody on this host a member; and does anybody want what @source sends to it (RFC 3376, 3.2)? */
bool ip_group_wanted(const struct stack *st, const struct ip_address *group, const struct ip_address *source);
bool ip_group_joined(const struct stack *st, const struct ip_address *group);
/* Release all groups, when the host ends. */
void ip_groups_free(struct stack *st);

#endif
