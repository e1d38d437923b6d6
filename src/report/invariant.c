/* SPDX-License-Identifier: MIT
 *
 * invariant.c - judging plays by what holds of any stack
 */
#include "report/invariant.h"

#include <stdlib.h>
#include <string.h>

#include "wire/packet.h"

/* A challenge ACK, a reset of what it challenges, a window update, and an ACK of data: nobody sends more than these at
 * once for one segment. */
enum { MOST_ANSWERS = 4, MOST_FLOWS = 64 };

/* What arrived on a connection, in sequence numbers of the peer. */
struct arrived {
	struct tuple from;                                   /* the peer is the source */
	bool synchronized:1;                                /* a SYN came: .first and .end are known */
	bool reopened:1;                                     /* another SYN came: nobody knows which one counts */
	uint32_t first, end;                                 /* of the SYN, and the one after the last octet */
	bool finished:1;                                     /* a FIN came */
	bool reset:1;                                        /* what came last is an RST far from every window */
	bool said:1, closed:1, closing_heard:1;              /* the stack sent; a FIN; and that was acknowledged */
	uint32_t next, acked;                                /* what it said last: SND.NXT and RCV.NXT */
};

struct view {
	struct arrived flows[MOST_FLOWS];
	size_t count;
	int64_t datagram_octets;                             /* that arrived over UDP */
	int64_t read, written;                               /* octets that calls returned, and took */
	int64_t left;                                        /* octets of text that went out */
	size_t questions, answers;                           /* segments that arrived, and left without text, at .now */
	vtime_t now;
	bool calm;                                           /* at no moment were there more answers than the arrivals
	                                                        allow */
	bool believed;                                       /* every ACK was of something that had arrived */
	bool repeated;                                       /* an answer to a far RST says nothing new */
	vtime_t last_line, last_sent;
};

static struct arrived *flow_of(struct view *v, const struct tuple *from)
{
	for (size_t i = 0; i < v->count; i++)
		if (tuple_equal(&v->flows[i].from, from))
			return &v->flows[i];
	if (v->count == MOST_FLOWS)
		return NULL;
	v->flows[v->count] = (struct arrived){ .from = *from };
	return &v->flows[v->count++];
}

static uint32_t span_of(const struct tcp_header *h, const struct packet *p)
{
	return (uint32_t)p->payload_length + !!(h->flags & TCP_SYN) + !!(h->flags & TCP_FIN);
}

/* Ahead by less than the largest window (RFC 7323, 2.3): of two numbers half of the space apart, neither is ahead. */
static bool is_ahead(uint32_t a, uint32_t b)
{
	return a != b && a - b < UINT32_C(1) << 30;
}

static bool is_far(uint32_t a, uint32_t b)
{
	return !is_ahead(a, b) && !is_ahead(b, a) && a != b;
}

static void see_arrival(struct view *v, const struct packet *p, const struct tuple *tuple)
{
	const struct header *h = packet_transport(p);

	if (h->type != HEADER_TCP) {
		v->datagram_octets += (int64_t)p->payload_length;
		return;
	}
	struct arrived *flow = flow_of(v, tuple);
	uint32_t end = h->tcp.seq + span_of(&h->tcp, p);
	if (!flow)
		return;
	flow->reset = h->tcp.flags & TCP_RST && flow->synchronized && is_far(h->tcp.seq, flow->end);
	if (flow->reset)
		return;
	flow->finished |= (h->tcp.flags & TCP_FIN) != 0;
	flow->closing_heard |= flow->closed && h->tcp.flags & TCP_ACK && h->tcp.ack == flow->next;
	if (h->tcp.flags & TCP_SYN)
		flow->reopened |= flow->synchronized && h->tcp.seq != flow->first;
	if (!flow->synchronized && h->tcp.flags & TCP_SYN) {
		flow->synchronized = true;
		flow->first = h->tcp.seq;
		flow->end = end;
	} else if (flow->synchronized && is_ahead(end, flow->end)) {
		flow->end = end;
	}
}

static void see_saying(struct view *v, struct arrived *flow, const struct tcp_header *h, uint32_t span)
{
	const bool fin_wait_2 = flow->closed && flow->closing_heard && !flow->finished;
	const bool again = flow->said && h->flags == TCP_ACK && !span && h->seq == flow->next && h->ack == flow->acked;

	if (flow->reset)
		v->repeated &= fin_wait_2 && again;
	flow->reset = false;
	if (h->flags & TCP_RST)
		return;
	if (!flow->said || is_ahead(h->seq + span, flow->next))
		flow->next = h->seq + span;
	flow->acked = h->ack;
	flow->said = true;
	flow->closed |= (h->flags & TCP_FIN) != 0;
}

static void see_sending(struct view *v, const struct packet *p, const struct tuple *tuple, vtime_t at)
{
	const struct header *h = packet_transport(p);
	const struct tuple from = tuple_reversed(tuple);

	if (h->type == HEADER_TCP || h->type == HEADER_UDP)
		v->left += (int64_t)p->payload_length;
	if (h->type != HEADER_TCP)
		return;
	if (v->questions && !span_of(&h->tcp, p) && at.ns == v->now.ns && ++v->answers > MOST_ANSWERS * v->questions)
		v->calm = false;
	struct arrived *flow = flow_of(v, &from);
	if (flow && flow->synchronized && !flow->reopened && h->tcp.flags & TCP_ACK && !(h->tcp.flags & TCP_RST) &&
	    is_ahead(h->tcp.ack, flow->end))
		v->believed = false;
	if (flow)
		see_saying(v, flow, &h->tcp, span_of(&h->tcp, p));
}

static void see_packet(struct view *v, const struct result_event *e, const struct result_packet *live)
{
	struct packet packet;
	struct tuple tuple;
	const char *why;
	bool inbound = e->kind == ENTRY_INBOUND;

	if (!inbound)
		v->last_sent = vtime_max(v->last_sent, live->at);
	if (packet_parse(live->bytes, live->length, &packet, &why) != PACKET_OK || !packet_transport(&packet))
		return;
	packet_tuple(&packet, &tuple);
	if (inbound)
		see_arrival(v, &packet, &tuple);
	else
		see_sending(v, &packet, &tuple, live->at);
}

/* What a call returned if it is one of the @count calls @names; 0 for others. */
static int64_t octets_of(const char *live, const char *const *names, size_t count)
{
	const char *result = strstr(live, " -> ");
	size_t i = 0;

	while (i < count && strncmp(live, names[i], strlen(names[i])) != 0)
		i++;
	int64_t octets = i < count && result ? strtoll(result + strlen(" -> "), NULL, 0) : 0;
	return octets > 0 ? octets : 0;
}

/* Calls that leave the octets in the buffer (MSG_PEEK) do not count. */
static int64_t octets_read(const char *live)
{
	static const char *const readers[] = { "read(", "readv(", "recv(", "recvfrom(", "recvmsg(" };

	if (strstr(live, "MSG_PEEK") || strstr(live, "MSG_TRUNC") || strstr(live, "MSG_ERRQUEUE") ||
	    strstr(live, "MSG_OOB"))
		return 0;
	return octets_of(live, readers, ARRAY_LEN(readers));
}

static int64_t octets_written(const char *live)
{
	static const char *const writers[] = { "write(", "writev(", "send(", "sendto(", "sendmsg(" };

	return octets_of(live, writers, ARRAY_LEN(writers));
}

static int closing_line(const struct result *r)
{
	int line = 0;

	for (size_t i = 0; i < r->event_count; i++)
		line = r->events[i].line > line ? r->events[i].line : line;
	return line;
}

static struct view look(const struct result *r)
{
	const int closing = closing_line(r);
	struct view v = { .believed = true, .calm = true, .repeated = true };

	for (size_t i = 0; i < r->event_count; i++) {
		const struct result_event *e = &r->events[i];

		if (e->kind == ENTRY_INBOUND) {
			bool again = v.questions && v.now.ns == e->actual.ns;
			v.questions = again ? v.questions + 1 : 1;
			v.answers = again ? v.answers : 0;
			v.now = e->actual;
		}
		if (e->line > 0 && e->line < closing && e->happened)
			v.last_line = vtime_max(v.last_line, e->actual);
		if ((e->kind == ENTRY_CALL || e->kind == ENTRY_RETURN) && e->live) {
			v.read += octets_read(e->live);
			v.written += octets_written(e->live);
		}
		for (size_t n = 0; n < e->packet_count; n++)
			see_packet(&v, e, &e->packets[n]);
	}
	return v;
}

static int64_t octets_arrived(const struct view *v)
{
	int64_t octets = v->datagram_octets;

	if (v->written > v->left)                            /* what did not leave may have gone to the host itself */
		octets += v->written - v->left;
	for (size_t i = 0; i < v->count; i++)
		if (v->flows[i].synchronized)
			octets += (uint32_t)(v->flows[i].end - v->flows[i].first);
	return octets;
}

static bool is_late(const struct view *v, vtime_t last_line)
{
	return vtime_before(vtime_add(last_line, vtime_s(INVARIANT_SILENCE_S)), v->last_sent);
}

static bool has_ended(const struct result *r)
{
	const char *reason = r->reason ? r->reason : "";

	return r->verdict != VERDICT_ERROR || !(strstr(reason, "signal") || strstr(reason, "no verdict") ||
	                                       strstr(reason, "memory") || strstr(reason, "took more than"));
}

void invariant_judge(struct buf *out, const struct result *changed, const struct result *plain)
{
	if (!has_ended(changed)) {
		buf_printf(out, "the stack did not live: %s", changed->reason);
		return;
	}
	if (changed->verdict == VERDICT_ERROR || changed->verdict == VERDICT_SKIP)
		return;
	const struct view now = look(changed), before = look(plain);
	if (!now.believed && before.believed)
		buf_puts(out, "an octet was acknowledged that did not arrive");
	else if (now.read > octets_arrived(&now) && before.read <= octets_arrived(&before))
		buf_puts(out, "a user read more octets than arrived");
	else if (!now.calm && before.calm)
		buf_puts(out, "one segment was answered by many");
	else if (is_late(&now, before.last_line) && !is_late(&before, before.last_line))
		buf_puts(out, "packets are sent long after the peer fell silent");
}

bool invariant_reset_only_acknowledged(const struct result *played)
{
	return look(played).repeated;
}
