/* SPDX-License-Identifier: MIT
 *
 * connection.c - live TCP packets as segments with numbers that can be drawn
 */
#include "report/connection.h"

#include <stdlib.h>
#include <string.h>

#include "util/checked.h"
#include "wire/packet.h"

enum { WSCALE_MAX = 14 };                                /* RFC 7323, 2.3 */

/* A packet as it was read. */
struct reading {
	vtime_t at;
	size_t event, order;
	bool inbound, icmp;                                  /* icmp: it is not TCP, and nothing else is known */
	struct tuple tuple;                                  /* source: the stack under test */
	struct tcp_header tcp;
	size_t payload;
	size_t connection;
};

struct readings {
	struct reading *list;
	size_t count, room;
};

/* ---- packets ---- */

static bool is_part_of_the_case(const struct result_event *e)
{
	return e->kind == ENTRY_INBOUND || e->kind == ENTRY_OUTBOUND || e->kind == ENTRY_UNEXPECTED;
}

static void read_packet(struct readings *all, const struct result_packet *p, size_t event, bool inbound)
{
	struct packet packet;
	const char *why;

	if (packet_parse(p->bytes, p->length, &packet, &why) != PACKET_OK)
		return;
	const struct header *transport = packet_transport(&packet);
	if (!transport || transport->type == HEADER_UDP || transport->type == HEADER_UDPLITE)
		return;
	if (all->count == all->room) {
		all->room = all->room ? 2 * all->room : 64;
		all->list = checked_memory(realloc(all->list, all->room * sizeof(*all->list)));
	}
	struct reading *r = &all->list[all->count];
	*r = (struct reading){
		.at = p->at, .event = event, .order = all->count, .inbound = inbound,
		.icmp = transport->type != HEADER_TCP,
	};
	all->count++;
	if (r->icmp)
		return;
	r->tcp = transport->tcp;
	r->payload = packet.payload_length;
	packet_tuple(&packet, &r->tuple);
	if (inbound)
		r->tuple = tuple_reversed(&r->tuple);
}

static int by_time(const void *a, const void *b)
{
	const struct reading *x = a, *y = b;

	if (x->at.ns != y->at.ns)
		return x->at.ns < y->at.ns ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void read_packets(struct readings *all, const struct result *result)
{
	for (size_t i = 0; i < result->event_count; i++) {
		const struct result_event *e = &result->events[i];
		for (size_t n = 0; is_part_of_the_case(e) && n < e->packet_count; n++)
			read_packet(all, &e->packets[n], i, e->kind == ENTRY_INBOUND);
	}
	if (all->count)
		qsort(all->list, all->count, sizeof(*all->list), by_time);
}

/* Take the ICMP messages out of @all. */
static void take_icmp(struct connection *out, struct readings *all, struct arena *arena)
{
	size_t kept = 0;

	out->icmp = arena_new_array(arena, vtime_t, all->count);
	for (size_t i = 0; i < all->count; i++) {
		if (all->list[i].icmp)
			out->icmp[out->icmp_count++] = all->list[i].at;
		else
			all->list[kept++] = all->list[i];
	}
	all->count = kept;
}

/* ---- connections ---- */

struct candidate {
	struct tuple tuple;
	bool ended;                                          /* there was a FIN or a RST */
	size_t payload, packets;
};

static bool starts_again(const struct candidate *c, const struct reading *r)
{
	return c->ended && (r->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* Number the connections, *@connections of them; returns the one that carries most data. */
static size_t sort_out(struct readings *all, size_t *connections)
{
	struct candidate *list = checked_memory(calloc(all->count, sizeof(*list)));
	size_t count = 0, best = 0;

	for (size_t i = 0; i < all->count; i++) {
		struct reading *r = &all->list[i];
		size_t n = count;
		while (n && !tuple_equal(&list[n - 1].tuple, &r->tuple))
			n--;
		if (!n || starts_again(&list[n - 1], r)) {
			n = ++count;
			list[n - 1].tuple = r->tuple;
		}
		struct candidate *c = &list[n - 1];
		r->connection = n - 1;
		c->packets++;
		c->payload += r->payload;
		c->ended = c->ended || r->tcp.flags & (TCP_FIN | TCP_RST);
	}
	for (size_t n = 1; n < count; n++)
		if (list[n].payload > list[best].payload ||
		    (list[n].payload == list[best].payload && list[n].packets > list[best].packets))
			best = n;
	free(list);
	*connections = count;
	return best;
}

/* ---- numbers ---- */

/* The sequence numbers from .from up to, but not including, .to were sent. */
struct range {
	int64_t from, to;
};

/* What is known of one direction. */
struct side {
	bool started;
	uint32_t first;                                      /* the number on the wire that counts as 0 */
	int64_t next;                                        /* the number behind everything sent so far */
	int shift;                                           /* of its windows; -1: its SYN had no such option */
	struct range *sent;                                  /* disjoint, in order */
	size_t count, room;
};

/* Note that the numbers were sent; true if some of them had been before. */
static bool note_sent(struct side *side, struct range new)
{
	size_t first = side->count, last;
	bool again = false;

	while (first && side->sent[first - 1].to >= new.from)
		first--;
	for (last = first; last < side->count && side->sent[last].from <= new.to; last++) {
		const struct range *old = &side->sent[last];
		again = again || (old->from < new.to && new.from < old->to);
	}
	if (last > first) {
		new.from = new.from < side->sent[first].from ? new.from : side->sent[first].from;
		new.to = new.to > side->sent[last - 1].to ? new.to : side->sent[last - 1].to;
	}
	if (side->count == side->room) {
		side->room = side->room ? 2 * side->room : 8;
		side->sent = checked_memory(realloc(side->sent, side->room * sizeof(*side->sent)));
	}
	memmove(&side->sent[first + 1], &side->sent[last], (side->count - last) * sizeof(*side->sent));
	side->sent[first] = new;
	side->count = side->count - (last - first) + 1;
	return again;
}

/* The number nearest to what was sent so far: RFC 9293, 3.4. */
static int64_t count_from(const struct side *side, uint32_t number)
{
	return side->next + (int32_t)(number - (uint32_t)side->next - side->first);
}

static void start_side(struct side *side, const struct tcp_header *tcp)
{
	struct tcp_option option;
	const char *why;
	size_t offset = 0;

	*side = (struct side){ .started = true, .first = tcp->seq, .shift = -1 };
	while (tcp->flags & TCP_SYN && tcp_option_next(tcp->options, tcp->option_length, &offset, &option, &why) > 0)
		if (option.kind == TCP_OPTION_WSCALE && option.length == 3)
			side->shift = option.data[0] < WSCALE_MAX ? option.data[0] : WSCALE_MAX;
}

static void read_sacks(struct connection_segment *s, const struct tcp_header *tcp, const struct side *other)
{
	struct tcp_option option;
	const char *why;
	size_t offset = 0;

	while (tcp_option_next(tcp->options, tcp->option_length, &offset, &option, &why) > 0) {
		for (size_t i = 0; option.kind == TCP_OPTION_SACK && i < tcp_option_sack_count(&option); i++) {
			if (s->sack_count == TCP_SACK_BLOCKS)
				return;
			s->sacks[s->sack_count].left = count_from(other, tcp_option_u32(&option, 8 * i));
			s->sacks[s->sack_count++].right = count_from(other, tcp_option_u32(&option, 8 * i + 4));
		}
	}
}

static void read_segment(struct connection_segment *s, const struct reading *r, struct side sides[2])
{
	const struct tcp_header *tcp = &r->tcp;
	struct side *own = &sides[r->inbound], *other = &sides[!r->inbound];
	bool syn = tcp->flags & TCP_SYN, fin = tcp->flags & TCP_FIN;

	if (!own->started)
		start_side(own, tcp);
	*s = (struct connection_segment){
		.at = r->at, .event = r->event, .inbound = r->inbound, .flags = tcp->flags,
		.payload = (int64_t)r->payload, .window = tcp->window,
		.has_ack = tcp->flags & TCP_ACK && other->started,
	};
	s->seq = count_from(own, tcp->seq);
	s->end = s->seq + syn + s->payload + fin;
	s->again = s->end > s->seq && note_sent(own, (struct range){ s->seq, s->end });
	if (s->has_ack)
		s->ack = count_from(other, tcp->ack);
	if (!syn && own->shift > 0 && other->shift >= 0)
		s->window <<= own->shift;
	read_sacks(s, tcp, other);
	if (!(tcp->flags & TCP_RST) && s->end > own->next)
		own->next = s->end;
}

bool connection_of_result(struct connection *out, const struct result *result, struct arena *arena)
{
	struct readings all = { 0 };
	struct side sides[2] = { 0 };

	*out = (struct connection){ 0 };
	read_packets(&all, result);
	take_icmp(out, &all, arena);
	if (!all.count) {
		free(all.list);
		return false;
	}
	size_t best = sort_out(&all, &out->connections);
	out->segments = arena_new_array(arena, struct connection_segment, all.count);
	for (size_t i = 0; i < all.count; i++) {
		if (all.list[i].connection != best)
			continue;
		struct connection_segment *s = &out->segments[out->count++];
		read_segment(s, &all.list[i], sides);
		out->payload[s->inbound] += s->payload;
	}
	free(sides[0].sent);
	free(sides[1].sent);
	free(all.list);
	return true;
}
