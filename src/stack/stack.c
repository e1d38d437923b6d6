/* SPDX-License-Identifier: MIT
 *
 * stack.c - the host: birth, death, time, addresses and routes
 */
#include "stack/stack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/host.h"
#include "stack/path.h"
#include "stack/reass.h"
#include "stack/tcp.h"

static void *default_allocate(void *context, size_t size)
{
	(void)context;
	return malloc(size);
}

static void default_release(void *context, void *memory)
{
	(void)context;
	free(memory);
}

struct stack *stack_new(const struct stack_config *config, const struct stack_hooks *hooks)
{
	struct stack_hooks h = *hooks;

	if (!h.allocate || !h.release) {
		h.allocate = default_allocate;
		h.release = default_release;
	}
	struct stack *st = h.allocate(h.context, sizeof(*st));
	if (!st)
		return NULL;
	memset(st, 0, sizeof(*st));
	st->config = *config;
	st->hooks = h;
	random_seed(&st->random, (uint64_t)config->seed);
	st->secret[0] = random_u64(&st->random);
	st->secret[1] = random_u64(&st->random);
	st->next_identification = (uint32_t)random_u64(&st->random);
	st->looped_last = &st->looped;
	st->icmp_bucket.tokens_ns = INT64_MAX;
	st->segment = memory_allocate(st, STACK_BUFFER_BYTES);
	st->packet = memory_allocate(st, STACK_BUFFER_BYTES);
	st->reass = reass_new(st);
	if (tcp_host_new(st) != 0 || !st->segment || !st->packet || !st->reass) {
		stack_free(st);
		return NULL;
	}
	return st;
}

void stack_free(struct stack *st)
{
	if (!st)
		return;
	sockets_free_all(st);
	tcp_host_free(st);
	ip_forget_looped(st);
	reass_free(st->reass);
	path_forget(st);
	memory_release(st, st->segment);
	memory_release(st, st->packet);
	st->hooks.release(st->hooks.context, st);
}

vtime_t stack_now(const struct stack *st)
{
	return st->now;
}

vtime_t stack_deadline(const struct stack *st)
{
	return st->timers.first ? st->timers.first->at : VTIME_NEVER;
}

void stack_tick(struct stack *st, vtime_t now)
{
	for (struct timer *t; (t = st->timers.first) && !vtime_before(now, t->at); ) {
		st->now = vtime_max(st->now, t->at);
		timer_clear(st, t);
		t->fire(st, t);
	}
	st->now = vtime_max(st->now, now);
}

void stack_input(struct stack *st, const uint8_t *bytes, size_t length, vtime_t now)
{
	stack_tick(st, now);
	st->counts.packets_in++;
	ip_input(st, bytes, length);
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

int stack_set_route(struct stack *st, const struct stack_route *route)
{
	int version = route->prefix.version;

	if ((version != 4 && version != 6) || route->prefix_length < 0 ||
	    route->prefix_length > (version == 4 ? 32 : 128))
		return -EINVAL;
	for (size_t i = 0; i < st->route_count; i++) {
		struct stack_route *r = &st->routes[i];
		if (r->prefix_length == route->prefix_length &&
		    ip_prefix_equal(&r->prefix, &route->prefix, route->prefix_length)) {
			*r = *route;
			return 0;
		}
	}
	if (st->route_count == STACK_ROUTES)
		return -ENOMEM;
	st->routes[st->route_count++] = *route;
	return 0;
}

struct stack_config *stack_settings(struct stack *st)
{
	return &st->config;
}

void stack_count(const struct stack *st, struct stack_counts *out)
{
	*out = st->counts;
	out->timers = st->timers.count;
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
