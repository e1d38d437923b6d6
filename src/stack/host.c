/* SPDX-License-Identifier: MIT
 *
 * host.c - what the whole stack rests on: the time, the addresses, and what is reported to the outside
 *
 * This is the lowest file that knows struct stack. Any part asks here what it wants to know of the host (what time is
 * it, is this address ours) and reports here that a packet was dropped and why, that something happened inside (the
 * event hook), or that whoever waits should look again (stack_activity()).
 *
 * Reporting costs nothing when nobody listens, and it never changes what the stack does: the same bytes leave with and
 * without a hook. That is what makes a trace trustworthy.
 *
 * Nothing here knows of protocols or sockets. The host is driven by stack.c, the topmost file, as packets arrive and
 * time passes.
 */
#include "stack/host.h"

#include <errno.h>

#include "stack/ip_packet.h"
#include "stack/socket.h"

vtime_t stack_now(const struct stack *st)
{
	return st->now;
}

const char *stack_cannot(const struct stack *st)
{
	return st->cannot;
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

/* Those of TCP and UDP stand at the head of both. */
static void add_ports(struct tuple *tuple, const struct ip_packet *p)
{
	const bool has_ports = p->protocol == PROTOCOL_TCP || p->protocol == PROTOCOL_UDP ||
	                       p->protocol == PROTOCOL_UDPLITE;

	if (!has_ports || !p->payload || p->length < 4)
		return;
	tuple->destination_port = (uint16_t)(p->payload[0] << 8 | p->payload[1]);
	tuple->source_port = (uint16_t)(p->payload[2] << 8 | p->payload[3]);
}

void stack_drop(struct stack *st, const struct ip_packet *p, const char *reason)
{
	struct stack_event e = { .kind = STACK_EVENT_DROP, .fd = -1, .reason = reason };

	st->counts.dropped++;
	if (p) {
		e.tuple.source = p->destination;
		e.tuple.destination = p->source;
		add_ports(&e.tuple, p);
	}
	stack_tell(st, &e);
}
