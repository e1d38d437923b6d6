/* SPDX-License-Identifier: MIT
 *
 * drill_group.c - blocks of expected packets: all of them in any order, or one of them
 *
 *     unordered {                                          either {
 *     +0~+0.1  > a: . 1:1(0) ack 11                        +0~+0.1  > . 1:1(0) ack 11
 *     +0~+0.1  > b: . 1:1(0) ack 21                        +0~+0.1  > P. 1:101(100) ack 11
 *     }                                                    }
 *
 * The rules:
 *
 * - The times of all lines count from the event before the block, as if each were its first line; the line after the
 *   block counts from the packet that came last.
 * - The next packet of any connection in the block is compared with the lines in their order, and the first that it
 *   answers, time included, is played with it. That line is done; the others wait for the next packet.
 * - A packet that answers none is a failure of the first open line about its connection; if the time of all lines is
 *   over, that is a failure of the first open one.
 * - Packets are compared one by one: no line of a block joins segments.
 */
#include <string.h>

#include "drill/play.h"
#include "drill/values.h"

/* One block at work. */
struct group {
	struct play *p;
	const struct event *first;
	uint64_t done;                                       /* bits of lines by their place in the block */
	vtime_t base;                                        /* when the event before it was over */
	vtime_t reached;                                     /* the latest packet of it */
	struct set_aside aside;                              /* for lines behind the block */
};

static const struct event *next_of(const struct group *g, const struct event *e)
{
	return e->next && e->next->group == g->first->group ? e->next : NULL;
}

static const struct event *first_open(const struct group *g)
{
	const struct event *e = g->first;

	for (int i = 0; e && g->done & UINT64_C(1) << i; i++)
		e = next_of(g, e);
	return e;
}

static bool resolve(const struct group *g, const struct event *e, struct due *due)
{
	struct buf why = BUF_INIT;

	g->p->reached = g->base;
	bool good = play_resolve(g->p, e, due, &why);
	buf_free(&why);
	return good;
}

/* How long the lines that are open wait; with the tolerance. */
static vtime_t last_end(const struct group *g)
{
	const struct event *e = g->first;
	vtime_t end = g->base;
	struct due due;

	for (int i = 0; e; e = next_of(g, e), i++)
		if (!(g->done & UINT64_C(1) << i) && resolve(g, e, &due))
			end = vtime_max(end, vtime_add(due.end, due.tolerance));
	return end;
}

/* Does @live answer the line @e? *takes: it is at least of that connection. A copy of the flow learns from the
 * packet. */
static bool answers(const struct group *g, const struct event *e, const struct live_packet *live, bool *takes)
{
	struct play *p = g->p;
	struct flow *flow = flow_for_line(&p->flows, e->scripted);
	struct packet *shown = arena_copy(p->record->arena, &live->packet, sizeof(*shown));
	struct due due;

	if (!flow || !flow_takes(&p->flows, flow, e->scripted, &live->packet))
		return false;
	struct flow trial = *flow;
	*takes = true;
	flow_learn(&trial, e->scripted, &live->packet);
	flow_to_script(&trial, shown);
	flow_keep_literal(e->scripted, &live->packet, shown);
	return resolve(g, e, &due) && timeline_judge(&due, live->at) == TIME_RIGHT &&
	       play_answers(p, e->scripted, shown);
}

/* The line that @live is to be compared with: the one that it answers, or else the first that is about its connection.
 * NULL: none is. */
static const struct event *find_line(struct group *g, const struct live_packet *live)
{
	const struct event *e = g->first, *nearest = NULL;
	bool known = packet_transport(&live->packet);

	for (int i = 0; e && known; e = next_of(g, e), i++) {
		bool takes = false;
		if (g->done & UINT64_C(1) << i)
			continue;
		const struct event *line = values_in(g->p, e);
		if (line && answers(g, line, live, &takes)) {
			g->done |= UINT64_C(1) << i;
			return e;
		}
		nearest = nearest || !takes ? nearest : e;
	}
	return nearest;
}

/* The packet is for lines behind the block, or for nobody. */
static void pass_over(struct group *g, const struct observation *o, struct live_packet *live)
{
	const struct flow *owner = packet_transport(&live->packet) ? flow_owner(&g->p->flows, &live->packet) : NULL;

	if (owner)
		play_set_aside(g->p, &g->aside, o, owner);
	else
		play_pass_over(g->p, o, live);
}

/* Play @line, with the packet @o where there is one, as if it were the first of the block. */
static bool play_line(struct group *g, const struct event *line, const struct observation *o,
                      bool (*play)(struct play *, const struct event *))
{
	if (o)
		play_hold(g->p, o, NULL);
	g->p->reached = g->base;
	bool good = play(g->p, line);
	g->reached = vtime_max(g->reached, g->p->reached);
	return good;
}

/* Wait for the next packet that concerns the block, and play its line. */
static bool play_next(struct group *g, bool (*play)(struct play *, const struct event *))
{
	struct play *p = g->p;
	const vtime_t until = last_end(g);
	struct observation o;
	enum target_event event;
	const char *why;

	for (;;) {
		p->wants_any = true;
		bool goes_on = play_wait(p, until, TARGET_WANT_PACKET, &o, &event);
		p->wants_any = false;
		if (!goes_on)
			return false;
		if (event == TARGET_TIME)
			return play_line(g, first_open(g), NULL, play);
		struct live_packet *live = play_keep_packet(p, o.bytes, o.length, o.at);
		o.bytes = live->bytes;
		if (play_parse(p, live->bytes, live->length, &live->packet, &why) != PACKET_OK)
			continue;
		const struct event *line = find_line(g, live);
		if (line)
			return play_line(g, line, &o, play);
		pass_over(g, &o, live);
	}
}

static int count_lines(const struct group *g)
{
	int count = 0;

	for (const struct event *e = g->first; e; e = next_of(g, e))
		count++;
	return count;
}

bool play_group(struct play *p, const struct event *first, bool (*play)(struct play *, const struct event *))
{
	struct group g = { .p = p, .first = first, .base = p->reached, .reached = p->reached };
	int count = count_lines(&g), wanted = first->group->either ? 1 : count;
	bool good = true;

	for (int i = 0; i < wanted && good; i++)
		good = play_next(&g, play);
	play_give_back(p, &g.aside);
	p->reached = g.reached;
	if (!good && p->record->failure && count > 1)
		p->record->failure->explanation = arena_printf(
		        p->record->arena, "%s%sThe line stands for the block of line %d: of its %d lines %s.",
		        p->record->failure->explanation ? p->record->failure->explanation : "",
		        p->record->failure->explanation ? " " : "", first->group->loc.line, count,
		        first->group->either ? "one must be answered" : "each must be answered");
	return good;
}
