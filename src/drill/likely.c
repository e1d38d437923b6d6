/* SPDX-License-Identifier: MIT
 *
 * likely.c - what an unexpected packet probably was
 *
 * A person who sees "1:1001(1000)" twice asks why. The stack under test cannot be asked, so this is a guess from
 * outside: from what was sent and injected before, and from the statistics of the connection (retransmissions, state of
 * recovery) if the target returns them. Each row of the table below is a guess; the first that fits is reported,
 * together with the setting that prevents such a packet, if there is one. Segments that were expected and did not leave
 * are treated in the same way, at the end. No verdict depends on any of this.
 */
#include <string.h>

#include "drill/play.h"

/* What is known when the question comes up. All numbers are in script space. */
struct clues {
	const struct tcp_header *tcp;                        /* of the packet in question */
	uint32_t end;                                        /* of its sequence space */
	size_t payload;
	vtime_t at;
	bool sent_before;                                    /* something was */
	uint32_t sent_end;                                   /* of what was sent before it */
	const struct entry *inbound;                         /* the last packet injected before it left; NULL: none */
	const struct entry *inbound_data;                    /* the last one with data or FIN */
	const struct entry *inbound_odd;                     /* the last SYN or RST that nothing was sent behind */
	bool closed;                                         /* close() was called */
	bool unread;                                         /* data came, and nothing was read since; ... */
	bool left_unread, late;                              /* ... so it was at the close(); data came after it */
	/* packets injected since something was sent that need an answer; is the last one a bare ACK, which needs one
	 * only if something is wrong with it? */
	int unanswered;
	bool bare;
	bool known;                                          /* the statistics are */
	struct tcp_state_info info;
};

static uint32_t sequence_length(const struct tcp_header *tcp, size_t payload)
{
	return (uint32_t)payload + !!(tcp->flags & TCP_SYN) + !!(tcp->flags & TCP_FIN);
}

static bool is_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static const struct tcp_header *inbound_tcp(const struct entry *e)
{
	const struct header *h = e && e->expected ? packet_transport(e->expected) : NULL;

	return h && h->type == HEADER_TCP ? &h->tcp : NULL;
}

static bool repeats_data(const struct clues *c)
{
	return c->sent_before && c->end != c->tcp->seq && !is_before(c->sent_end, c->end);
}

static bool is_syn_again(const struct clues *c)
{
	return c->tcp->flags & TCP_SYN && c->sent_before;
}

/* The states of recovery have the numbers that struct tcp_info gives them: 3 after loss was noticed, 4 after a
 * time-out. */
static bool is_fast_retransmission(const struct clues *c)
{
	return repeats_data(c) && c->known && c->info.tcpi[TCPI_ca_state] == 3;
}

/* Is it the first segment that has not been acknowledged? */
static bool is_oldest(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound);

	return in && in->flags & TCP_ACK && !is_before(in->ack, c->tcp->seq);
}

/* When the time-out is over, the oldest segment is sent again; the probe before it sends the last one. Where these are
 * the same segment, the statistics of the connection tell which it was. */
static bool is_time_out(const struct clues *c)
{
	return repeats_data(c) && is_oldest(c) && c->known &&
	       (c->end != c->sent_end || c->info.tcpi[TCPI_ca_state] == 4 || c->info.tcpi[TCPI_retransmits] > 0);
}

static bool is_tail_loss_probe(const struct clues *c)
{
	return repeats_data(c) && c->end == c->sent_end && (!is_oldest(c) || c->known);
}

static bool is_bare_ack(const struct clues *c)
{
	return c->end == c->tcp->seq && (c->tcp->flags & (TCP_ACK | TCP_RST)) == TCP_ACK;
}

/* The segment has the number of an octet that is acknowledged already, to make the peer answer. */
static bool asks_for_an_answer(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound);

	return is_bare_ack(c) && in && in->flags & TCP_ACK && c->tcp->seq == in->ack - 1 && c->sent_before;
}

static bool is_window_probe(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound);

	return in && in->window == 0 && (asks_for_an_answer(c) || (c->payload == 1 && in->ack == c->tcp->seq));
}

/* Is there exactly one packet that this one may answer? With more of them it is uncertain which one. */
static bool answers_one(const struct clues *c)
{
	return c->unanswered + c->bare == 1;
}

static uint32_t inbound_end(const struct entry *e)
{
	const struct tcp_header *in = inbound_tcp(e);

	return in->seq + sequence_length(in, e->expected->payload_length);
}

/* Data in order that the packet does not acknowledge: so it left before these, or is the answer to something else. */
static bool passes_over_data(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound_data);

	return in && in->seq == c->tcp->ack && is_before(c->tcp->ack, inbound_end(c->inbound_data));
}

/* Behind a SYN or RST nothing else came but data that this does not acknowledge. */
static bool is_challenge(const struct clues *c)
{
	const bool alone = answers_one(c) || (c->unanswered == 2 && !c->bare && passes_over_data(c));

	return is_bare_ack(c) && c->inbound_odd && alone && c->sent_before;
}

static bool answers_old_data(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound);

	return is_bare_ack(c) && in && answers_one(c) && c->inbound == c->inbound_data && in->seq != c->tcp->ack &&
	       inbound_end(c->inbound) != c->tcp->ack;
}

static bool answers_nothing_new(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound);

	return is_bare_ack(c) && in && answers_one(c) && is_before(in->seq, c->tcp->ack) &&
	       c->inbound != c->inbound_data;
}

static bool is_delayed_ack(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound_data);

	return is_bare_ack(c) && in && answers_one(c) && c->unanswered &&
	       vtime_before(vtime_add(c->inbound_data->actual, vtime_ms(1)), c->at) &&
	       inbound_end(c->inbound_data) == c->tcp->ack;
}

static bool is_refusal(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound);

	return c->tcp->flags & TCP_RST && !c->sent_before && in && (in->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

static bool leaves_unread(const struct clues *c)
{
	return c->tcp->flags & TCP_RST && c->sent_before && c->left_unread && !c->late;
}

static bool answers_late_data(const struct clues *c)
{
	return c->tcp->flags & TCP_RST && c->sent_before && c->late;
}

static const struct guess_row {
	bool (*fits)(const struct clues *c);
	const char *what, *remedy;                           /* remedy NULL: no setting prevents it */
} guesses[] = {
	{ is_refusal, "a reset because no socket listens at the port of the SYN",
	  "bind() and listen() before that SYN make one listen" },
	{ leaves_unread, "a reset because close() left data unread (RFC 2525, 2.17)",
	  "reading it all before the close() prevents it" },
	{ answers_late_data, "a reset because data came after close() (RFC 9293, 3.6.1)",
	  "shutdown(..., SHUT_WR) in place of close() prevents it" },
	{ is_syn_again, "a SYN sent again because nothing answered it in time", NULL },
	{ is_window_probe, "a window probe: the peer's window is shut",
	  "a packet that opens the window prevents it" },
	{ is_fast_retransmission, "a fast retransmission: duplicate acknowledgements or SACK blocks told of a loss",
	  NULL },
	{ is_time_out, "a retransmission because the retransmission time-out (RTO) was over",
	  "an acknowledgement in time prevents it" },
	{ is_tail_loss_probe, "a tail loss probe (TLP, RFC 8985, 7.2): the last segment again, before the time-out",
	  "`sysctl -q net.ipv4.tcp_early_retrans=0` prevents it" },
	{ repeats_data, "a retransmission", NULL },
	{ asks_for_an_answer, "a keep-alive", "setsockopt(..., SOL_SOCKET, SO_KEEPALIVE, [0], 4) prevents it" },
	{ is_challenge, "a challenge ACK (RFC 5961) in answer to the SYN or RST before it",
	  "`sysctl -q net.ipv4.tcp_challenge_ack_limit=0` prevents it" },
	{ answers_old_data, "a duplicate ACK in answer to data that was old or out of order", NULL },
	{ is_delayed_ack, "a delayed ACK", "setsockopt(..., SOL_TCP, TCP_QUICKACK, [1], 4) makes it come at once" },
	{ answers_nothing_new, "a duplicate ACK in answer to a packet outside the window, as an old one is",
	  "`sysctl -q net.ipv4.tcp_invalid_ratelimit=500` allows one in 500 ms" },
};

static void note_sent(struct clues *c, const struct packet *packet)
{
	const struct header *h = packet_transport(packet);

	if (h->type != HEADER_TCP)
		return;
	/* The number of a SYN is that of the script; what follows it is numbered from 1 in any case. */
	uint32_t end = h->tcp.flags & TCP_SYN ? 1 : h->tcp.seq + sequence_length(&h->tcp, packet->payload_length);
	if (!c->sent_before || is_before(c->sent_end, end))
		c->sent_end = end;
	c->sent_before = true;
	/* Data with an older acknowledgement left before the data that was injected last, at the same instant. */
	const bool before = packet->payload_length && c->inbound_data &&
	                    is_before(h->tcp.ack, inbound_end(c->inbound_data));
	c->unanswered = before;
	c->bare = false;
	c->inbound_odd = NULL;
}

static void note_inbound(struct clues *c, const struct entry *e)
{
	const struct tcp_header *tcp = inbound_tcp(e);

	if (!tcp)
		return;
	c->inbound = e;
	c->bare = !e->expected->payload_length && !(tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST));
	c->unanswered += !c->bare;
	if (tcp->flags & (TCP_SYN | TCP_RST))
		c->inbound_odd = e;
	if (e->expected->payload_length || tcp->flags & TCP_FIN)
		c->inbound_data = e;
	if (e->expected->payload_length) {
		c->unread = true;
		c->late = c->closed;
	}
}

static void note_call(struct clues *c, const struct entry *e)
{
	static const char *const readers[] = { "read", "readv", "recv", "recvfrom", "recvmsg", "recvmmsg" };
	const char *name = e->event->call->name;

	for (size_t i = 0; i < ARRAY_LEN(readers); i++)
		c->unread = c->unread && strcmp(name, readers[i]) != 0;
	if (strcmp(name, "close") != 0)
		return;
	c->closed = true;
	c->left_unread = c->unread;
}

/* What was sent and injected before the packet left, pieces of the same answer included. In virtual time much happens
 * at one instant; what was seen later then left later. */
static void look_back(struct clues *c, const struct record *r, const struct entry *e)
{
	bool later = false;

	for (const struct entry *o = r->first; o; o = o->next) {
		later = later || o == e;
		if (o == e || (later ? !vtime_before(o->actual, c->at) : vtime_before(c->at, o->actual)))
			continue;
		if ((o->kind == ENTRY_OUTBOUND || o->kind == ENTRY_UNEXPECTED) && o->observed)
			note_sent(c, o->observed);
		else if (o->kind == ENTRY_INBOUND)
			note_inbound(c, o);
		else if (o->kind == ENTRY_CALL && o->event)
			note_call(c, o);
	}
	for (const struct live_packet *live = e->live; live; live = live->next)
		if (live->in_script && vtime_before(live->at, c->at))
			note_sent(c, live->in_script);
}

/* What is known of @packet, which was seen, or wanted, at @at when @e was to be answered. False: it is not of TCP. */
static bool gather(struct clues *c, struct play *p, const struct entry *e, const struct packet *packet, vtime_t at)
{
	const struct header *transport = packet_transport(packet);
	const struct flow *flow = p->flows.under_test;

	if (!transport || transport->type != HEADER_TCP)
		return false;
	*c = (struct clues){ .tcp = &transport->tcp, .payload = packet->payload_length, .at = at };
	c->end = c->tcp->seq + sequence_length(c->tcp, c->payload);
	look_back(c, p->record, e);
	c->known = flow && flow->live_fd >= 0 && !flow->closed &&
	           !p->target->ops->info(p->target, flow->live_fd, &c->info);
	return true;
}

const char *play_likely(struct play *p, const struct entry *e, const struct packet *packet, vtime_t at)
{
	struct clues c;

	if (!gather(&c, p, e, packet, at))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(guesses); i++) {
		if (!guesses[i].fits(&c))
			continue;
		return arena_printf(p->record->arena, "It is probably %s%s%s.", guesses[i].what,
				    guesses[i].remedy ? "; " : "", guesses[i].remedy ? guesses[i].remedy : "");
	}
	return NULL;
}

/* ---- a packet that was expected and did not leave ---- */

/* Did the script say when small segments may leave? */
static bool sets_delay(const struct record *r)
{
	for (const struct entry *o = r->first; o; o = o->next) {
		const struct call_spec *call = o->kind == ENTRY_CALL ? o->event->call : NULL;
		if (!call || !call->signature || call->signature->id != CALL_SETSOCKOPT)
			continue;
		for (const struct expr *argument = call->arguments; argument; argument = argument->next)
			if (argument->kind == EXPR_WORD &&
			    (!strcmp(argument->word, "TCP_NODELAY") || !strcmp(argument->word, "TCP_CORK")))
				return true;
	}
	return false;
}

/* True if the statistics say that there is unsent data, that it is the next to leave and less than a segment, that
 * older data is unacknowledged, and that neither window is the reason. */
static bool is_held_back(const struct clues *c)
{
	const struct tcp_header *in = inbound_tcp(c->inbound);
	const uint64_t *info = c->info.tcpi;

	if (!c->known || !in || !(in->flags & TCP_ACK))
		return false;
	/* After a time-out the congestion window is no evidence any more; it had two segments in any case. */
	bool room = info[TCPI_ca_state] == 4 ? c->sent_end - in->ack < 2 * info[TCPI_snd_mss]
	                                     : info[TCPI_unacked] < info[TCPI_snd_cwnd];
	return room && info[TCPI_notsent_bytes] && c->payload && c->payload < info[TCPI_snd_mss] &&
	       !(c->tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)) && c->sent_before && c->tcp->seq == c->sent_end &&
	       is_before(in->ack, c->sent_end) && in->window;
}

const char *play_held_back(struct play *p, const struct entry *e)
{
	struct clues c;

	if (e->event->scripted->raw || !gather(&c, p, e, &e->event->scripted->packet, VTIME_NEVER) ||
	    !is_held_back(&c) || sets_delay(p->record))
		return NULL;
	return "The segment of this line was probably held back by Nagle's algorithm (RFC 9293, 3.7.4): it is smaller "
	       "than the MSS, and data before it is not acknowledged; setsockopt(..., SOL_TCP, TCP_NODELAY, [1], 4) "
	       "lets it go.";
}
