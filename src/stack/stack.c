/* SPDX-License-Identifier: MIT
 *
 * stack.c - what drives a host: birth and death, packets that arrive, and time
 *
 * This is the topmost file. It knows all parts and all protocols, and no other file calls it, so each part can be
 * understood without it. A new protocol above IP is a row in protocols[] below (protocol.h tells what a row has).
 *
 * Three things make a host act: stack_input(), stack_tick() and a call on a socket. The first two bring the time along.
 * Time stands still while one of them runs, except that stack_tick() sets the clock to the deadline of each timer
 * before it fires, and not to the time at which the caller happened to look. So a caller who is late gets the same
 * packets, with the same times in them, as one who is punctual.
 *
 * Packets to ourselves wait in loopback.c; the timer that empties that queue fires loop_in() here, which is why the
 * way out does not need to know the way in.
 */
#include "stack/stack.h"

#include <stdlib.h>
#include <string.h>

#include "stack/descriptor.h"
#include "stack/epoll.h"
#include "stack/group_report.h"
#include "stack/host.h"
#include "stack/icmp.h"
#include "stack/ip_input.h"
#include "stack/loopback.h"
#include "stack/path.h"
#include "stack/protocol.h"
#include "stack/reass.h"
#include "stack/socket_table.h"
#include "stack/tcp.h"
#include "stack/udp.h"

static const struct protocol *const protocols[] = {
	&tcp_protocol, &udp_protocol, &udplite_protocol, &icmp_protocol, &icmpv6_protocol, &igmp_protocol, NULL
};

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

/* Takes in the oldest packet to ourselves; called when the timer of loopback.c fires. */
static void loop_in(struct stack *st, struct timer *timer)
{
	struct looped *l = loopback_take(st);

	(void)timer;
	if (!l)
		return;
	st->looping = true;
	st->looping_segment = l->segment;
	ip_input(st, l->bytes, l->length);
	st->looping = false;
	st->looping_segment = 0;
	memory_release(st, l);
}

static bool protocols_start(struct stack *st)
{
	for (const struct protocol *const *p = st->protocols; *p; p++)
		if ((*p)->host_new && (*p)->host_new(st) != 0)
			return false;
	return true;
}

/* Everything random in a host comes from the seed in its configuration, and is drawn in this order: two hosts with the
 * same seed and the same input send the same octets. */
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
	st->fired = vtime_ns(INT64_MIN);
	random_seed(&st->random, (uint64_t)config->seed);
	st->secret[0] = random_u64(&st->random);
	st->secret[1] = random_u64(&st->random);
	st->next_identification = (uint32_t)random_u64(&st->random);
	st->protocols = protocols;
	st->looped_last = &st->looped;
	st->loop_in = loop_in;
	epoll_prepare(st);
	st->icmp_bucket.tokens_ns = INT64_MAX;
	st->segment = memory_allocate_unset(st, STACK_BUFFER_BYTES);
	st->packet = memory_allocate_unset(st, STACK_BUFFER_BYTES);
	st->reass = reass_new(st);
	if (!protocols_start(st) || !st->segment || !st->packet || !st->reass) {
		stack_free(st);
		return NULL;
	}
	return st;
}

/* No packet leaves a host that is being released, though its sockets leave their groups. */
static void swallow(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	(void)context;
	(void)bytes;
	(void)length;
	(void)now;
}

/* Also for a host that was only partly made. Sockets go first: they hold descriptors, epoll instances, and parts that
 * belong to protocols. */
void stack_free(struct stack *st)
{
	if (!st)
		return;
	st->hooks.output = swallow;
	sockets_free_all(st);
	ip_groups_free(st);
	watch_sets_free(&st->epolls);
	descriptors_free(st);
	for (const struct protocol *const *p = st->protocols; *p; p++)
		if ((*p)->host_free)
			(*p)->host_free(st);
	loopback_forget(st);
	reass_free(st->reass);
	path_forget(st);
	memory_release(st, st->segment);
	memory_release(st, st->packet);
	st->hooks.release(st->hooks.context, st);
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
		st->fired = st->now;
		st->turn++;
		t->fire(st, t);
	}
	st->now = vtime_max(st->now, now);
	st->turn++;
}

void stack_input(struct stack *st, const uint8_t *bytes, size_t length, vtime_t now)
{
	stack_tick(st, now);
	st->counts.packets_in++;
	ip_input(st, bytes, length);
}

void stack_input_merged(struct stack *st, const uint8_t *bytes, size_t length, uint16_t segment, vtime_t now)
{
	st->merged = segment;
	stack_input(st, bytes, length, now);
	st->merged = 0;
}

bool stack_forget_peers(struct stack *st, const struct ip_address *address)
{
	bool found = false;

	for (const struct protocol *const *p = st->protocols; *p; p++)
		if ((*p)->forget_peer)
			found |= (*p)->forget_peer(st, address);
	return found;
}

uint64_t stack_counter(const struct stack *st, enum counter which)
{
	return st->counters[which];
}

uint64_t stack_icmp_messages(const struct stack *st, int which)
{
	return st->icmp_messages[which];
}

void stack_count(const struct stack *st, struct stack_counts *out)
{
	*out = st->counts;
	out->timers = st->timers.count;
}
