/* SPDX-License-Identifier: MIT
 *
 * transcript_tcp.c - the calls that a program must have made for a TCP connection to go as it did
 *
 * A capture shows what a stack sent, and a program is the reason for some of it. Each rule below leads from what is
 * seen to the call that explains it, and puts the call at the latest possible place:
 *
 * - New text was a write(), of as many octets as follow up to a segment with PSH, which ends what a program wrote.
 *   Text that had left before is the stack's own affair: a retransmission needs no call. Text that left with an ACK
 *   had been written before where that ACK left other text in flight, or where it filled the window.
 * - Acknowledged text was read when the window opened again: the right edge of the window (RFC 9293, 3.8.6) only
 *   moves on when there is room. While it stands still, the text lies in the buffer.
 * - A FIN was a close(), or a shutdown() if the other side still sent text that was acknowledged.
 * - An unprovoked reset was a close() with SO_LINGER and a time of 0, and one after text that nobody had read was a
 *   plain close(). A reset in answer to a packet needs no call: most resets are like that.
 * - A short segment while others are in flight needs TCP_NODELAY.
 *
 * What a capture does not show is not guessed: other options of sockets, calls without a packet.
 *
 * Captures of real hosts show what was handed to the network card, and what came from it, not what was on the wire:
 * see join_pieces().
 */
#include "capture/story.h"

#include "wire/tcp_option.h"

enum {
	AT_ONCE_NS = 1000000, LONGEST_SHIFT = 14, LONGEST_WRITE = 60000, LONGEST_PACKET = 65000, USUAL_BUFFER = 40000,
	DEFAULT_MSS = 536,                                   /* RFC 9293, 3.7.1, MUST-15 */
};

bool story_is_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

const struct tcp_header *story_segment(const struct captured *p)
{
	const struct header *h = packet_transport(&p->packet);

	return h->type == HEADER_TCP && !p->damaged ? &h->tcp : NULL;
}

uint32_t story_start(const struct story *s, const struct tcp_header *tcp, bool inbound)
{
	return tcp->seq - s->t->isn[inbound];
}

int story_shift(const struct tcp_header *tcp)
{
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	while (tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0)
		if (o.kind == TCP_OPTION_WSCALE && o.length == 3)
			return o.data[0] > LONGEST_SHIFT ? LONGEST_SHIFT : o.data[0];
	return -1;
}

bool story_is_probe(const struct story *s, const struct captured *p, const struct tcp_header *tcp, uint32_t una)
{
	return !(tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)) && story_start(s, tcp, false) == una - 1 &&
	       p->packet.payload_length <= 1;
}

/* ---- what leaves ---- */

/* What a program had written, as far as it left from packet @from on. */
struct written {
	uint32_t octets;
	bool more;                                           /* goes on: it is split into pieces, or does not end */
	bool is_short;                                       /* its last segment is not full: nothing was behind it */
	bool ends;                                      /* with FIN: the socket was closed before everything had left */
};

/* The next segment from @from on with octets behind @end, or NULL. */
static const struct captured *next_text(const struct story *s, size_t from, uint32_t end)
{
	for (size_t i = from; i < s->t->conversation->count; i++) {
		const struct captured *p = s->t->conversation->packets[i];
		const struct tcp_header *tcp = story_segment(p);
		bool inbound = conversation_is_inbound(&s->t->ends, p);
		if (!tcp || inbound || tcp->flags & TCP_SYN || !p->packet.payload_length)
			continue;
		uint32_t start = story_start(s, tcp, false);
		if (!story_is_after(start, end) && story_is_after(start + (uint32_t)p->packet.payload_length, end))
			return p;
	}
	return NULL;
}

/* Had everything up to @end been acknowledged for a while when @p left? Then only the program can have held @p back. */
static bool was_idle(const struct story *s, const struct captured *p, uint32_t end)
{
	const struct conversation *c = s->t->conversation;

	for (size_t i = 0; i < c->count && c->packets[i] != p; i++) {
		const struct tcp_header *tcp = story_segment(c->packets[i]);

		if (tcp && conversation_is_inbound(&s->t->ends, c->packets[i]) && tcp->flags & TCP_ACK &&
		    !story_is_after(end, tcp->ack - s->t->isn[0]) && tcp->window)
			return vtime_sub(p->at, c->packets[i]->at).ns >= AT_ONCE_NS;
	}
	return false;
}

/* Does a write end with @p? What a real host hands to its card in one piece has PSH at its end, whatever follows, and
 * then ends a write only if its last segment is not full. */
static bool is_pushed(const struct story *s, const struct captured *p)
{
	size_t octets = p->packet.payload_length;
	bool full = octets % s->mss == 0 && (s->t->real || octets > s->mss);

	return story_segment(p)->flags & TCP_PSH && !full;
}

/* A write ends with a segment that has PSH, unless its rest leaves together with the FIN, because that rest had waited
 * for the window. Very long writes are split, since a send buffer is limited. */
static struct written written_from(const struct story *s, size_t from, uint32_t start)
{
	struct written w = { 0 };
	bool pushed = false;

	for (;;) {
		const struct captured *p = next_text(s, from, start + w.octets);
		bool fin = p && story_segment(p)->flags & TCP_FIN;
		w.more = !pushed;
		if (!p || (w.octets && !pushed && was_idle(s, p, start + w.octets)))
			return w;
		if (pushed || (!fin && w.octets >= LONGEST_WRITE))
			return w;
		w.octets = story_start(s, story_segment(p), false) + (uint32_t)p->packet.payload_length - start;
		pushed = is_pushed(s, p);
		w.is_short = p->packet.payload_length % s->mss;
		w.ends = fin;
		if (fin || (pushed && p->packet.payload_length < s->mss))
			break;
	}
	w.more = false;
	return w;
}

/* Does the peer still send text behind packet @from, and the stack acknowledge it, or the program break the connection
 * off? What comes for a socket that was closed is answered with a reset. */
static bool goes_on(const struct story *s, size_t from)
{
	uint32_t end = s->acked;

	for (size_t i = from + 1; i < s->t->conversation->count; i++) {
		const struct captured *p = s->t->conversation->packets[i];
		const struct tcp_header *tcp = story_segment(p);
		bool inbound = conversation_is_inbound(&s->t->ends, p);
		uint32_t stop = tcp ? story_start(s, tcp, inbound) + (uint32_t)p->packet.payload_length : 0;
		if (tcp && inbound && p->packet.payload_length && story_is_after(stop, end))
			end = stop;
		if (tcp && !inbound && tcp->flags & TCP_RST) /* with ACK: see tell_abort() */
			return tcp->flags & TCP_ACK;
		if (tcp && !inbound && end != s->acked && story_is_after(tcp->ack - s->t->isn[1], s->acked))
			return true;
	}
	return false;
}

static void tell_close(struct story *s, vtime_t at)
{
	if (s->unread)                                       /* otherwise there would have been a reset */
		tell(s->t, at, "read(%d, ..., %u) = %u", s->fd, s->unread, s->unread);
	s->unread = 0;
	if (s->peer_shut)
		tell(s->t, at, "read(%d, ..., 1000) = 0", s->fd);
	tell(s->t, at, "close(%d) = 0", s->fd);
	s->ended = true;
}

static void tell_shutdown(struct story *s, vtime_t at)
{
	tell(s->t, at, "shutdown(%d, SHUT_WR) = 0", s->fd);
	s->shut = true;
}

/* A scaled window does not show that a few octets were read. But where a stack acknowledges them at once, it is for
 * that: it would wait otherwise. */
static bool hides_read(const struct story *s, const struct captured *p, int shift)
{
	return shift && s->unread <= 1u << shift && s->answered && vtime_sub(p->at, s->came).ns < AT_ONCE_NS &&
	       !p->packet.payload_length;
}

/* What was read before this segment left, as its acknowledgement and window show. */
static void tell_read(struct story *s, const struct captured *p, const struct tcp_header *tcp)
{
	uint32_t ack = tcp->ack - s->t->isn[1], fin = s->peer_shut && story_is_after(ack, s->acked) ? 1 : 0;
	int shift = s->shift[0] >= 0 && s->shift[1] >= 0 ? s->shift[0] : 0;
	uint32_t edge = ack + ((uint32_t)tcp->window << shift);

	if (story_is_after(ack, s->acked)) {
		s->unread += ack - s->acked;
		s->unread -= s->unread && fin ? 1 : 0;
		s->acked = ack;
	}
	bool opens = !s->has_edge || (story_is_after(edge, s->edge) && !s->edge_is_least) || hides_read(s, p, shift);
	if (s->unread && s->open && !s->ended && opens) {
		tell(s->t, s->answered ? s->came : p->at, "read(%d, ..., %u) = %u", s->fd, s->unread, s->unread);
		s->unread = 0;
	}
	if (!s->has_edge || story_is_after(edge, s->edge))
		s->edge = edge;
	s->has_edge = true;
	s->edge_is_least = false;
}

/* A reset that no packet provoked; a provoked one has no ACK (RFC 9293, 3.5.2). One after probes that nobody answered
 * is the stack's own. */
static void tell_abort(struct story *s, const struct tcp_header *tcp, vtime_t at)
{
	if (!s->open || s->ended || !(tcp->flags & TCP_ACK) || s->probes)
		return;
	if (!s->unread)
		tell(s->t, at, "setsockopt(%d, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0", s->fd);
	tell(s->t, at, "close(%d) = 0", s->fd);
	s->ended = true;
}

/* A short segment that leaves while others are on their way would have waited for their acknowledgement (Nagle's
 * algorithm, RFC 9293, 3.7.4), unless the program forbids that, or closes and so has no more to add. */
static void tell_nodelay(struct story *s, const struct captured *p)
{
	if (s->has_nodelay || s->una == s->sent || p->packet.payload_length >= s->mss ||
	    story_segment(p)->flags & TCP_FIN)
		return;
	tell(s->t, p->at, "setsockopt(%d, IPPROTO_TCP, TCP_NODELAY, [1], 4) = 0", s->fd);
	s->has_nodelay = true;
}

static void tell_end(struct story *s, size_t index, vtime_t at)
{
	if (s->answered && vtime_sub(at, s->came).ns < AT_ONCE_NS)
		at = s->came;                                /* as a program that waited for it does */
	if ((s->open || s->active) && !s->ended && !s->shut)
		(goes_on(s, index) ? tell_shutdown : tell_close)(s, at);
}

/* Did the next text behind @start wait for its turn? What is before it fills the window of the peer; or it leaves at
 * once when an ACK comes that leaves other text in flight, and then nothing but the congestion window can have held a
 * full segment back. */
static bool has_waited(const struct story *s, size_t from, uint32_t start, bool behind_short)
{
	const struct conversation *c = s->t->conversation;
	const struct captured *p = next_text(s, from, start), *before = NULL;
	uint32_t una = s->una;

	if (p && start == s->peer_edge)
		return true;
	if (!p || behind_short || p->packet.payload_length < s->mss)
		return false;
	for (size_t i = from; c->packets[i] != p; i++) {
		const struct tcp_header *tcp = story_segment(c->packets[i]);

		before = c->packets[i];
		if (tcp && conversation_is_inbound(&s->t->ends, before) && tcp->flags & TCP_ACK &&
		    story_is_after(tcp->ack - s->t->isn[0], una))
			una = tcp->ack - s->t->isn[0];
	}
	return before && story_segment(before) && conversation_is_inbound(&s->t->ends, before) &&
	       !before->packet.payload_length && !(story_segment(before)->flags & TCP_FIN) &&
	       story_is_after(start, una) && vtime_sub(p->at, before->at).ns < AT_ONCE_NS;
}

/* Is @written the last text of all, and does it end where the window does? Then there was more that had to wait. */
static bool is_cut_short(const struct story *s, size_t index, const struct written *written, uint32_t end)
{
	return written->more && end == s->peer_edge && !next_text(s, index, end);
}

/* The calls that put text into the send buffer before packet @index left, at @at. */
static void tell_write(struct story *s, size_t index, vtime_t at)
{
	const struct captured *p = s->t->conversation->packets[index];
	struct written written;
	uint32_t start = s->sent;

	do {
		written = written_from(s, index, start);
		if (is_cut_short(s, index, &written, start + written.octets)) {
			written.octets++;
			written.more = false;
		}
		if (story_segment(p)->flags & TCP_URG)
			tell(s->t, at, "send(%d, ..., %u, MSG_OOB) = %u", s->fd, written.octets, written.octets);
		else if (written.more)
			tell(s->t, at, "send(%d, ..., %u, MSG_MORE) = %u", s->fd, written.octets, written.octets);
		else
			tell(s->t, at, "write(%d, ..., %u) = %u", s->fd, written.octets, written.octets);
		start += written.octets;
	} while (!written.ends && start - s->sent < LONGEST_WRITE && has_waited(s, index, start, written.is_short));
	s->written = start;
	if (story_is_after(start - s->una, s->most_queued))
		s->most_queued = start - s->una;
	if (written.ends)
		tell_end(s, index, at);
}

static void tell_outbound(struct story *s, size_t index, const struct captured *p)
{
	const struct tcp_header *tcp = story_segment(p);
	uint32_t start = story_start(s, tcp, false), end = start + (uint32_t)p->packet.payload_length;

	if (tcp->flags & TCP_SYN) {
		s->shift[0] = story_shift(tcp);
		s->edge = 1 + tcp->window;                   /* never scaled (RFC 7323, 2.2) */
		s->has_edge = tcp->flags & TCP_ACK;
		s->edge_is_least = tcp->window == UINT16_MAX && s->shift[0] > 0;
	} else if (tcp->flags & TCP_RST) {
		tell_abort(s, tcp, p->at);
	} else {
		if (tcp->flags & TCP_ACK)
			tell_read(s, p, tcp);
		/* Text that came behind its FIN was written before it. */
		if (s->open && !s->ended && !s->shut && p->packet.payload_length && story_is_after(end, s->written)) {
			tell_nodelay(s, p);
			tell_write(s, index, p->at);
		}
		if (tcp->flags & TCP_FIN)
			tell_end(s, index, p->at);
		if (story_is_after(end, s->sent))
			s->sent = end;
	}
	tell_packet(s->t, p);
	s->answered = false;
	s->probes += story_is_probe(s, p, tcp, s->una);
	if (!s->active && !s->open && !s->ended && tcp->flags & TCP_SYN && tcp->flags & TCP_ACK &&
	    tcp->ack != s->t->isn[1] + 1)
		story_accept(s, p->at);                       /* Fast Open: before the handshake is complete */
}

/* ---- what comes ---- */

/* Does the segment complete the handshake of a connection that the peer began? Not if it is answered with a reset. */
static bool completes(const struct story *s, size_t index, const struct tcp_header *tcp)
{
	const struct conversation *c = s->t->conversation;

	if (s->active || s->open || s->ended || (tcp->flags & (TCP_SYN | TCP_RST | TCP_ACK)) != TCP_ACK ||
	    tcp->ack - s->t->isn[0] != 1 || !s->has_edge)
		return false;
	if (index + 1 == c->count || conversation_is_inbound(&s->t->ends, c->packets[index + 1]))
		return true;
	const struct tcp_header *next = story_segment(c->packets[index + 1]);
	return !next || (next->flags & (TCP_RST | TCP_ACK)) != TCP_RST;
}

static void learn_syn(struct story *s, const struct tcp_header *tcp)
{
	s->shift[1] = story_shift(tcp);
	s->mss = s->t->full[0] ? s->t->full[0] : DEFAULT_MSS;
}

/* Is @p text and nothing else that matters, but an ACK? */
static bool is_plain_text(const struct captured *p)
{
	const struct tcp_header *tcp = story_segment(p);

	return tcp && p->packet.payload_length && (tcp->flags & ~TCP_PSH) == TCP_ACK;
}

/* Up to where does the stack acknowledge text when it next sends something? */
static uint32_t next_ack(const struct story *s, size_t index)
{
	const struct conversation *c = s->t->conversation;

	for (size_t i = index; i < c->count; i++) {
		const struct tcp_header *tcp = story_segment(c->packets[i]);
		if (tcp && !conversation_is_inbound(&s->t->ends, c->packets[i]) && tcp->flags & TCP_ACK)
			return tcp->ack - s->t->isn[1];
	}
	return s->acked;
}

/* Is packet @index + 1 the text behind @joined, which ends with packet @index, and did it go the same way at once? */
static bool goes_on_with(const struct story *s, const struct captured *joined, size_t index, bool inbound)
{
	const struct conversation *c = s->t->conversation;
	const struct captured *p = index + 1 < c->count ? c->packets[index + 1] : NULL;
	size_t octets = joined->packet.payload_length;

	return p && conversation_is_inbound(&s->t->ends, p) == inbound && is_plain_text(p) &&
	       story_segment(p)->seq == story_segment(joined)->seq + (uint32_t)octets &&
	       story_segment(p)->ack == story_segment(joined)->ack &&
	       octets + p->packet.payload_length <= LONGEST_PACKET &&
	       vtime_sub(p->at, c->packets[index]->at).ns < AT_ONCE_NS;
}

/* What packets from @index on were one for a stack: @joined, which is the first of them, grows. The result is how many
 * were more.
 *
 * A card, or the host itself, joins segments before TCP sees them, and what comes while TCP is at work is joined, too:
 * the stack then acknowledges what a capture shows as several pieces as one. The other way round full segments that
 * leave together are one line, up to a PSH. */
static size_t join_pieces(const struct story *s, size_t index, struct captured *joined, bool inbound)
{
	const struct conversation *c = s->t->conversation;
	const uint32_t full = s->t->full[inbound];
	size_t count = 0;

	if (!full || !is_plain_text(joined))
		return 0;
	while (goes_on_with(s, joined, index + count, inbound)) {
		const struct captured *p = c->packets[index + count + 1], *before = c->packets[index + count];
		uint32_t end = story_start(s, story_segment(p), inbound) + (uint32_t)p->packet.payload_length;
		if (inbound ? before->packet.payload_length < full || story_is_after(end, next_ack(s, index)) ||
		              (!s->t->real && joined->packet.payload_length <= full && p->packet.payload_length <= full)
		            : before->packet.payload_length % full ||
		              (story_segment(before)->flags & TCP_PSH && !s->t->real))
			break;
		packet_transport(&joined->packet)->tcp.flags |= story_segment(p)->flags;
		joined->packet.payload_length += p->packet.payload_length;
		count++;
	}
	return count;
}

/* Two full segments are to be acknowledged at once (RFC 9293, 3.8.6.3, SHLD-19), but a stack that was at work when
 * they came may do so with what came next. Where that is what the capture shows, an ACK may come here. */
static void tell_ack_that_may_come(struct story *s, size_t index, const struct captured *p)
{
	const struct conversation *c = s->t->conversation;
	const size_t full = s->t->full[1];
	uint32_t end = story_start(s, story_segment(p), true) + (uint32_t)p->packet.payload_length;

	bool enough = end - s->acked >= 2 * full || s->t->real;

	if (!full || !is_plain_text(p) || !enough || index + 1 == c->count ||
	    !conversation_is_inbound(&s->t->ends, c->packets[index + 1]) ||
	    vtime_sub(c->packets[index + 1]->at, p->at).ns >= AT_ONCE_NS)
		return;
	tell(s->t, p->at, ">? . %u:%u(0) ack %u <...>", s->sent, s->sent, end);
}

static void learn_ack(struct story *s, const struct tcp_header *tcp)
{
	uint32_t ack = tcp->ack - s->t->isn[0];
	int shift = s->shift[0] >= 0 && s->shift[1] >= 0 && !(tcp->flags & TCP_SYN) ? s->shift[1] : 0;

	if (story_is_after(ack, s->una))
		s->una = ack;
	if (!story_is_after(s->una, ack))
		s->peer_edge = ack + ((uint32_t)tcp->window << shift);
}

/* The window that packet @index leaves is shut. Does the stack ask for room before it opens, with an octet of new text
 * or with none (RFC 9293, 3.8.6.1)? Then text waits, and was written by now. The result is the packet with which that
 * text begins to leave, or 0. */
static size_t text_that_waits(const struct story *s, size_t index)
{
	const struct conversation *c = s->t->conversation;
	bool probed = false;

	for (size_t i = index + 1; i < c->count; i++) {
		const struct tcp_header *tcp = story_segment(c->packets[i]);
		bool inbound = conversation_is_inbound(&s->t->ends, c->packets[i]);

		if (!tcp || tcp->flags & (TCP_SYN | TCP_RST))
			return 0;
		if (inbound && tcp->window && !probed)
			return 0;
		if (!inbound && story_start(s, tcp, false) == s->sent && c->packets[i]->packet.payload_length)
			return probed || c->packets[i]->packet.payload_length == 1 ? i : 0;
		probed |= !inbound && story_is_probe(s, c->packets[i], tcp, s->una);
	}
	return 0;
}

static void tell_inbound(struct story *s, size_t index, const struct captured *p)
{
	const struct tcp_header *tcp = story_segment(p);

	if (s->gave_up && p == s->gave_up) {
		tell(s->t, p->at, "close(%d) = 0", s->fd);
		s->ended = true;
	}
	tell_packet(s->t, p);
	s->answered = true;
	s->probes = 0;
	s->came = p->at;
	if (!tcp)
		return;
	if (tcp->flags & TCP_SYN)
		learn_syn(s, tcp);
	s->peer_shut |= tcp->flags & TCP_FIN;
	s->reset |= tcp->flags & TCP_RST;
	if (completes(s, index, tcp))
		story_accept(s, p->at);
	if (tcp->flags & TCP_ACK)
		learn_ack(s, tcp);
	bool writes = s->open && !s->ended && !s->shut && !story_is_after(s->written, s->sent);
	size_t waits = writes && tcp->flags & TCP_ACK && !tcp->window ? text_that_waits(s, index) : 0;
	if (waits)
		tell_write(s, waits, p->at);
	tell_ack_that_may_come(s, index, p);
}

/* All events. The result is what the send buffer has to hold; @buffer is that of a rehearsal. */
static uint32_t tell_story(struct telling *t, uint32_t buffer)
{
	const struct conversation *c = t->conversation;
	struct story s = {
		.t = t, .written = 1, .sent = 1, .acked = 1, .una = 1, .shift = { -1, -1 }, .mss = DEFAULT_MSS,
		.buffer = buffer,
	};

	s.active = !conversation_is_inbound(&t->ends, c->packets[0]);
	if (s.active)
		story_connect(&s, c->packets[0]->at);
	else
		story_listen(&s, c->packets[0]->at);
	for (size_t i = 0; i < c->count; i++) {
		const struct captured *p = c->packets[i];
		const struct tcp_header *tcp = story_segment(p);
		bool inbound = conversation_is_inbound(&t->ends, p);
		struct captured joined = *p;
		size_t more = join_pieces(&s, i, &joined, inbound);
		if (inbound) {
			i += more;
			tell_inbound(&s, i, more ? &joined : p);
		} else if (tcp) {
			tell_outbound(&s, i, more ? &joined : p);
			i += more;
		} else {
			tell_packet(t, p);
		}
	}
	if (s.shut && !s.ended && !s.reset)
		tell_close(&s, c->packets[c->count - 1]->at);
	return s.most_queued;
}

void tell_tcp(struct telling *t)
{
	struct buf unused = BUF_INIT;
	struct telling rehearsal = *t;

	rehearsal.out = &unused;
	uint32_t queued = tell_story(&rehearsal, 0);
	buf_free(&unused);
	tell_story(t, queued > USUAL_BUFFER ? queued : 0);
}
