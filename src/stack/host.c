/* SPDX-License-Identifier: MIT
 *
 * host.c - what everything in the stack stands on: the time, the addresses, and what is told to the outside
 *
 * This is the lowest file that knows struct stack. It answers what each part may want to know of the host (what time
 * is it, is this address ours) and takes what each part may want to say: that a packet was dropped and why, that
 * something happened inside (the event hook), that somebody who waits should look again (stack_activity()).
 *
 * Telling costs nothing when nobody listens, and it never changes what the stack does: with or without a hook the
 * same bytes leave. That is what makes a trace trustworthy.
 *
 * Nothing here knows a protocol or a socket. What drives the host, packets that arrive and time that passes, is
 * stack.c, the topmost file.
 */
#include "stack/host.h"

#include <errno.h>

#include "stack/ip_packet.h"
#include "stack/socket.h"

vtime_t stack_now(const struct stack *st)
{
	return st->now;
}

int stack_add_address(struct stack *st, const struct ip_address *address, int prefix_length)
{
	if ((address->version != 4 && address->version != 6) || prefix_length < 0 ||
	    prefix_length > (address->version == 4 ? 32 : 128))
		return -EINVAL;
	if (stack_has_address(st, address))
		return -EEXIST;
	if (st->address_count == STACK_ADDRESSES)
		return -ENOMEM;
	st->addresses[st->address_count++] = (struct host_address){ *address, prefix_length };
	return 0;
}

bool stack_has_address(const struct stack *st, const struct ip_address *address)
{
	for (size_t i = 0; i < st->address_count; i++)
		if (ip_address_equal(&st->addresses[i].ip, address))
			return true;
	return false;
}

struct stack_config *stack_settings(struct stack *st)
{
	return &st->config;
}

uint64_t stack_activity(const struct stack *st)
{
	return st->activity;
}

void stack_wake(struct stack *st)
{
	st->activity++;
}

void stack_tell(struct stack *st, const struct stack_event *event)
{
	if (!st->hooks.event)
		return;
	struct stack_event e = *event;
	e.at = st->now;
	st->hooks.event(st->hooks.context, &e);
}

void stack_drop(struct stack *st, const struct ip_packet *p, const char *reason)
{
	struct stack_event e = { .kind = STACK_EVENT_DROP, .fd = -1, .reason = reason };

	st->counts.dropped++;
	if (p) {
		e.tuple.source = p->destination;
		e.tuple.destination = p->source;
	}
	stack_tell(st, &e);
}
