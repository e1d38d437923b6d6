/* SPDX-License-Identifier: MIT
 *
 * transcript_open.c - how a connection came about, and what the program set before it used it
 *
 * A SYN without ACK was a connect(), which returned when the answer came. An answer to the peer's SYN needs a
 * listener, and accept() can return when the handshake is complete. If the answer to a connect() drew a reset, the
 * program had given up: the socket was closed before the answer came.
 *
 * Of settings only those are told without which the connection could not have gone as it did.
 */
#include "capture/story.h"

#include "wire/tcp_option.h"

enum { SECOND_NS = 1000000000, AT_ONCE_NS = 1000000, BACKLOG = 5 };

static long long whole_seconds(vtime_t t)
{
	return t.ns < SECOND_NS ? 1 : (t.ns + SECOND_NS / 2) / SECOND_NS;
}

/* The packet that answers the SYN of the stack under test, or NULL: a SYN with its ACK, a reset, or, where the peer's
 * own SYN crossed it, the first ACK. */
static const struct captured *answer_to_syn(const struct story *s)
{
	bool crossed = false;

	for (size_t i = 0; i < s->t->conversation->count; i++) {
		const struct captured *p = s->t->conversation->packets[i];
		const struct tcp_header *tcp = story_segment(p);
		if (!tcp || !conversation_is_inbound(&s->t->ends, p))
			continue;
		crossed = crossed || tcp->flags & TCP_SYN;
		if ((crossed || tcp->flags & TCP_RST) && tcp->flags & TCP_ACK && tcp->ack == s->t->isn[0] + 1)
			return p;
	}
	return NULL;
}

/* Is @answer, a SYN, itself answered by a reset? Then the program had given up before. */
static bool is_refused(const struct story *s, const struct captured *answer)
{
	const struct conversation *c = s->t->conversation;
	size_t i = 0;

	while (c->packets[i] != answer)
		i++;
	for (i++; i < c->count && conversation_is_inbound(&s->t->ends, c->packets[i]); i++)
		;
	const struct tcp_header *tcp = i < c->count ? story_segment(c->packets[i]) : NULL;
	return tcp && (tcp->flags & (TCP_RST | TCP_ACK)) == TCP_RST;
}

/* Does the program send or close anything before @answer comes? Then it does not wait in connect(). */
static bool leaves_before(const struct story *s, const struct captured *answer)
{
	const struct conversation *c = s->t->conversation;

	for (size_t i = 0; c->packets[i] != answer; i++) {
		const struct tcp_header *tcp = story_segment(c->packets[i]);
		bool inbound = conversation_is_inbound(&s->t->ends, c->packets[i]);

		if (tcp && !inbound && !(tcp->flags & (TCP_SYN | TCP_RST)) &&
		    (tcp->flags & TCP_FIN || c->packets[i]->packet.payload_length))
			return true;
	}
	return false;
}

/* Had the stack given up when @answer came? Its next SYN would have left after twice the last pause, at most. */
static bool comes_too_late(const struct story *s, const struct captured *answer)
{
	const struct conversation *c = s->t->conversation;
	vtime_t last = s->t->conversation->packets[0]->at, pause = VTIME_ZERO;

	for (size_t i = 0; c->packets[i] != answer; i++) {
		const struct tcp_header *tcp = story_segment(c->packets[i]);

		if (!tcp || conversation_is_inbound(&s->t->ends, c->packets[i]))
			continue;
		pause = vtime_sub(c->packets[i]->at, last);
		last = c->packets[i]->at;
	}
	return pause.ns && vtime_sub(answer->at, last).ns / 2 > pause.ns;
}

/* A SYN that asks for a Fast Open cookie: the program wanted Fast Open, and had no cookie yet. */
static bool asks_for_cookie(const struct captured *syn)
{
	const struct tcp_header *tcp = story_segment(syn);
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	while (tcp && tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0)
		if (o.kind == TCP_OPTION_FO && o.length == 2)
			return true;
	return false;
}

enum { PROBES = 2, MANY = 1000 };

/* The time before it and the time to the next one are what the program set. */
static void tell_keep_alive(struct story *s, vtime_t at)
{
	const struct conversation *c = s->t->conversation;
	uint32_t una = 1;
	vtime_t before = at, at_probe[PROBES];
	int count = 0, unanswered = 0;
	bool ended = false;                                  /* by the stack under test, with its last packet */
	bool shut = false;                                   /* the peer's window: then they ask for room */

	for (size_t i = 0; i < c->count; i++) {
		const struct captured *p = c->packets[i];
		const struct tcp_header *tcp = story_segment(p);
		bool inbound = conversation_is_inbound(&s->t->ends, p);
		if (tcp && inbound && tcp->flags & TCP_ACK && story_is_after(tcp->ack - s->t->isn[0], una))
			una = tcp->ack - s->t->isn[0];
		if (tcp && inbound && tcp->flags & TCP_ACK)
			shut = !tcp->window;
		if (tcp && !inbound && !shut && story_is_probe(s, p, tcp, una)) {
			if (count < PROBES)
				at_probe[count] = p->at;
			count++;
			unanswered++;
		}
		if (!count)
			before = p->at;
		if (inbound && !(tcp && tcp->flags & TCP_RST))
			unanswered = 0;
		ended = inbound ? ended : tcp && tcp->flags & TCP_RST;
	}
	if (!count)
		return;
	tell(s->t, at, "setsockopt(%d, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0", s->fd);
	tell(s->t, at, "setsockopt(%d, IPPROTO_TCP, TCP_KEEPIDLE, [%lld], 4) = 0", s->fd,
	     whole_seconds(vtime_sub(at_probe[0], before)));
	if (count > 1)
		tell(s->t, at, "setsockopt(%d, IPPROTO_TCP, TCP_KEEPINTVL, [%lld], 4) = 0", s->fd,
		     whole_seconds(vtime_sub(at_probe[1], at_probe[0])));
	if (unanswered && ended)
		tell(s->t, at, "setsockopt(%d, IPPROTO_TCP, TCP_KEEPCNT, [%d], 4) = 0", s->fd, unanswered);
}

unsigned telling_whole_window(const struct telling *t)
{
	const struct conversation *c = t->conversation;
	unsigned first = 0;
	bool shut = false, scaled = false;

	for (size_t i = 0; i < c->count; i++) {
		const struct tcp_header *tcp = story_segment(c->packets[i]);

		if (!tcp || conversation_is_inbound(&t->ends, c->packets[i]) || tcp->flags & TCP_RST)
			continue;
		if (tcp->flags & TCP_SYN) {
			first = tcp->window;
			scaled = story_shift(tcp) > 0;
		}
		shut = shut || !tcp->window;
	}
	return shut && !scaled ? first : 0;
}

static void tell_receive_buffer(const struct story *s, vtime_t at)
{
	const unsigned window = telling_whole_window(s->t);

	if (window)                                          /* the system doubles it */
		tell(s->t, at, "setsockopt(3, SOL_SOCKET, SO_RCVBUF, [%u], 4) = 0", (window + 1) / 2);
}

/* A send buffer that grows with the congestion window, or with what it holds, is not as large everywhere. */
static void tell_send_buffer(const struct story *s, vtime_t at)
{
	if (s->buffer)
		tell(s->t, at, "setsockopt(%d, SOL_SOCKET, SO_SNDBUF, [%u], 4) = 0", s->fd, s->buffer);
}

void story_connect(struct story *s, vtime_t at)
{
	const struct captured *answer = answer_to_syn(s);
	const bool early = answer && leaves_before(s, answer);
	const bool gave_up = answer && story_segment(answer)->flags & TCP_SYN && is_refused(s, answer);
	const bool late = answer && comes_too_late(s, answer);

	s->fd = 3;
	tell(s->t, at, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
	tell_receive_buffer(s, at);
	tell_keep_alive(s, at);
	tell_send_buffer(s, at);
	if (asks_for_cookie(s->t->conversation->packets[0]))
		tell(s->t, at, "setsockopt(3, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, [1], 4) = 0");
	if (!answer || gave_up || early || late) {
		s->gave_up = gave_up ? answer : NULL;
		s->open = early;
		tell(s->t, at, "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0");
		tell(s->t, at, "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)");
	} else if (story_segment(answer)->flags & TCP_RST) {
		tell_blocking(s->t, at, answer->at, "connect(3, ..., ...) = -1 ECONNREFUSED (Connection refused)");
	} else {
		tell_blocking(s->t, at, answer->at, "connect(3, ..., ...) = 0");
		s->open = true;
	}
}

static bool has_answered(const struct story *s)
{
	for (size_t i = 0; i < s->t->conversation->count; i++) {
		const struct captured *p = s->t->conversation->packets[i];
		const struct tcp_header *tcp = story_segment(p);
		if (tcp && !conversation_is_inbound(&s->t->ends, p))
			return tcp->flags & TCP_SYN;
	}
	return false;
}

void story_listen(struct story *s, vtime_t at)
{
	tell(s->t, at, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
	tell(s->t, at, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0");
	tell_receive_buffer(s, at);
	tell(s->t, at, "bind(3, ..., ...) = 0");
	if (has_answered(s))
		tell(s->t, at, "listen(3, %d) = 0", BACKLOG);
	s->fd = 4;
}

/* Was each single segment of text that nobody read acknowledged at once? A stack may wait for a second one (RFC 9293,
 * 3.8.6.3, MUST-58), so one that never does was told not to. A window that opens is another reason for an ACK. */
static bool acknowledges_at_once(const struct story *s)
{
	const struct conversation *c = s->t->conversation;
	uint32_t next = 1;
	uint32_t edge = s->edge;
	const int shift = s->shift[0] >= 0 && s->shift[1] >= 0 ? s->shift[0] : 0;
	vtime_t came = VTIME_ZERO;
	int waiting = 0, at_once = 0;

	for (size_t i = 0; i < c->count; i++) {
		const struct captured *p = c->packets[i];
		const struct tcp_header *tcp = story_segment(p);
		bool inbound = conversation_is_inbound(&s->t->ends, p);

		if (!tcp || tcp->flags & (TCP_SYN | TCP_RST))
			continue;
		if (inbound && p->packet.payload_length) {
			bool in_order = story_start(s, tcp, true) == next && !(tcp->flags & TCP_FIN);
			waiting = in_order ? waiting + 1 : MANY;
			next += in_order ? (uint32_t)p->packet.payload_length : 0;
			came = p->at;
		} else if (!inbound && waiting) {
			uint32_t offers = tcp->ack - s->t->isn[1] + ((uint32_t)tcp->window << shift);
			bool pure = !p->packet.payload_length && !(tcp->flags & TCP_FIN) &&
			            !story_is_after(offers, edge) && tcp->ack - s->t->isn[1] == next;
			edge = story_is_after(offers, edge) ? offers : edge;
			if (pure && waiting == 1 && vtime_sub(p->at, came).ns >= AT_ONCE_NS)
				return false;
			at_once += pure && waiting == 1;
			next = tcp->ack - s->t->isn[1];              /* text may have been refused */
			waiting = 0;
		}
	}
	return at_once > 0;
}

void story_accept(struct story *s, vtime_t at)
{
	tell(s->t, at, "accept(3, ..., ...) = 4");
	s->open = true;
	tell_keep_alive(s, at);
	tell_send_buffer(s, at);
	if (acknowledges_at_once(s))
		tell(s->t, at, "setsockopt(%d, IPPROTO_TCP, TCP_QUICKACK, [1], 4) = 0", s->fd);
}
