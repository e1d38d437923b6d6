/* SPDX-License-Identifier: MIT
 *
 * transcript_tcp.c - the calls that a program must have made for a TCP connection to go as it did
 *
 * A capture shows what a stack sent, and a program is the reason for some of it. Each rule below leads from what is
 * seen to the call that explains it, and puts the call at the latest possible place:
 *
 * - A SYN without ACK was a connect(), which returned when the answer came. An answer to the peer's SYN needs a
 *   listener, and accept() can return when the handshake is complete.
 * - New text was a write(), of as many octets as follow up to a segment with PSH, which ends what a program wrote.
 *   Text that had left before is the stack's own affair: a retransmission needs no call.
 * - Acknowledged text was read when the window opened again: the right edge of the window (RFC 9293, 3.8.6) only
 *   moves on when there is room. While it stands still, the text lies in the buffer.
 * - A FIN was a close(), or a shutdown() if the other side still sent text that was acknowledged. - An unprovoked reset
 * was a close() with SO_LINGER and a time of 0, and one after text that nobody had read was a plain close(). A reset in
 * answer to a packet needs no call: most resets are like that.
 *
 * - If the answer to a connect() drew a reset, the program had given up: the socket was closed before the answer came.
 * - A short segment while others are in flight needs TCP_NODELAY, and text that is always acknowledged at once needs
 * TCP_QUICKACK.
 *
 * What a capture does not show is not guessed: sizes of buffers, other options of sockets, calls without a packet.
 */
#include "capture/telling.h"

#include "wire/tcp_option.h"

enum {
	SECOND_NS = 1000000000, AT_ONCE_NS = 1000000, BACKLOG = 5, LONGEST_SHIFT = 14, LONGEST_WRITE = 60000,
	STAMP_BYTES = 12,
	DEFAULT_MSS = 536,                                   /* RFC 9293, 3.7.1, MUST-15 */
};

struct story {
	struct telling *t;
	bool active, open, shut;                             /* .open: there is a descriptor for the connection */
	bool ended;                                          /* close() was told */
	int fd;
	uint32_t written, sent;                              /* behind what calls wrote, and what left */
	uint32_t acked;                                      /* by the stack: behind what came in order */
	uint32_t unread;
	bool has_edge, peer_shut, has_nodelay;
	uint32_t una;                                        /* behind what the peer has acknowledged */
	uint32_t mss;                                        /* what the peer takes, with the longest options */
	uint32_t edge;                                       /* of the window that the stack offers */
	int shift[2];                                        /* of windows: of the stack, of its peer; -1: none */
	bool answered;                                       /* the line before was a packet that came just now */
	int probes;                                          /* of keep-alive, since the peer's last packet */
	bool reset;                                          /* by the peer */
	const struct captured *gave_up;                      /* text that came for a closed socket; or NULL */
	vtime_t came;                                        /* the last packet of the peer */
};

static long long whole_seconds(vtime_t t)
{
	return t.ns < SECOND_NS ? 1 : (t.ns + SECOND_NS / 2) / SECOND_NS;
}

static bool is_after(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

/* NULL: it is no segment, or none that a stack looks at. */
static const struct tcp_header *tcp_of(const struct captured *p)
{
	const struct header *h = packet_transport(&p->packet);

	return h->type == HEADER_TCP && !p->damaged ? &h->tcp : NULL;
}

static uint32_t start_of(const struct story *s, const struct tcp_header *tcp, bool inbound)
{
	return tcp->seq - s->t->isn[inbound];
}

static int shift_of(const struct tcp_header *tcp)
{
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	while (tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0)
		if (o.kind == TCP_OPTION_WSCALE && o.length == 3)
			return o.data[0] > LONGEST_SHIFT ? LONGEST_SHIFT : o.data[0];
	return -1;
}

/* ---- opening ---- */

/* The packet that answers the SYN of the stack under test, or NULL: a SYN with its ACK, a reset, or, where the peer's
 * own SYN crossed it, the first ACK. */
static const struct captured *answer_to_syn(const struct story *s)
{
	bool crossed = false;

	for (size_t i = 0; i < s->t->conversation->count; i++) {
		const struct captured *p = s->t->conversation->packets[i];
		const struct tcp_header *tcp = tcp_of(p);
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
	const struct tcp_header *tcp = i < c->count ? tcp_of(c->packets[i]) : NULL;
	return tcp && (tcp->flags & (TCP_RST | TCP_ACK)) == TCP_RST;
}

/* Does the program send or close anything before @answer comes? Then it does not wait in connect(). */
static bool leaves_before(const struct story *s, const struct captured *answer)
{
	const struct conversation *c = s->t->conversation;

	for (size_t i = 0; c->packets[i] != answer; i++) {
		const struct tcp_header *tcp = tcp_of(c->packets[i]);
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
		const struct tcp_header *tcp = tcp_of(c->packets[i]);

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
	const struct tcp_header *tcp = tcp_of(syn);
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	while (tcp && tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0)
		if (o.kind == TCP_OPTION_FO && o.length == 2)
			return true;
	return false;
}

static void tell_connect(struct story *s, vtime_t at)
{
	const struct captured *answer = answer_to_syn(s);
	const bool early = answer && leaves_before(s, answer);
	const bool gave_up = answer && tcp_of(answer)->flags & TCP_SYN && is_refused(s, answer);
	const bool late = answer && comes_too_late(s, answer);

	tell(s->t, at, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
	if (asks_for_cookie(s->t->conversation->packets[0]))
		tell(s->t, at, "setsockopt(3, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, [1], 4) = 0");
	if (!answer || gave_up || early || late) {
		s->gave_up = gave_up ? answer : NULL;
		s->open = early;
		tell(s->t, at, "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0");
		tell(s->t, at, "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)");
	} else if (tcp_of(answer)->flags & TCP_RST) {
		tell_blocking(s->t, at, answer->at, "connect(3, ..., ...) = -1 ECONNREFUSED (Connection refused)");
	} else {
		tell_blocking(s->t, at, answer->at, "connect(3, ..., ...) = 0");
		s->open = true;
	}
	s->fd = 3;
}

static bool has_answered(const struct story *s)
{
	for (size_t i = 0; i < s->t->conversation->count; i++) {
		const struct captured *p = s->t->conversation->packets[i];
		const struct tcp_header *tcp = tcp_of(p);
		if (tcp && !conversation_is_inbound(&s->t->ends, p))
			return tcp->flags & TCP_SYN;
	}
	return false;
}

unsigned telling_whole_window(const struct telling *t)
{
	const struct conversation *c = t->conversation;
	unsigned first = 0;
	bool shut = false, scaled = false;

	for (size_t i = 0; i < c->count; i++) {
		const struct tcp_header *tcp = tcp_of(c->packets[i]);

		if (!tcp || conversation_is_inbound(&t->ends, c->packets[i]) || tcp->flags & TCP_RST)
			continue;
		if (tcp->flags & TCP_SYN) {
			first = tcp->window;
			scaled = shift_of(tcp) > 0;
		}
		shut = shut || !tcp->window;
	}
	return shut && !scaled ? first : 0;
}

static void tell_listen(struct story *s, vtime_t at)
{
	const unsigned window = telling_whole_window(s->t);

	tell(s->t, at, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
	tell(s->t, at, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0");
	if (window)                                          /* the system doubles it */
		tell(s->t, at, "setsockopt(3, SOL_SOCKET, SO_RCVBUF, [%u], 4) = 0", (window + 1) / 2);
	tell(s->t, at, "bind(3, ..., ...) = 0");
	if (has_answered(s))
		tell(s->t, at, "listen(3, %d) = 0", BACKLOG);
	s->fd = 4;
}

enum { PROBES = 2, MANY = 1000 };

/* A segment without text below what the peer has acknowledged asks whether it is still there (RFC 9293, 3.8.4). */
static bool is_probe(const struct story *s, const struct captured *p, const struct tcp_header *tcp, uint32_t una)
{
	return !(tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)) && start_of(s, tcp, false) == una - 1 &&
	       p->packet.payload_length <= 1;
}

/* The time before it and the time to the next one are what the program set. */
static void tell_keep_alive(struct story *s, vtime_t at)
{
	const struct conversation *c = s->t->conversation;
	uint32_t una = 1;
	vtime_t before = at, at_probe[PROBES];
	int count = 0, unanswered = 0;
	bool ended = false;                                  /* by the stack under test, with its last packet */

	for (size_t i = 0; i < c->count; i++) {
		const struct captured *p = c->packets[i];
		const struct tcp_header *tcp = tcp_of(p);
		bool inbound = conversation_is_inbound(&s->t->ends, p);
		if (tcp && inbound && tcp->flags & TCP_ACK && is_after(tcp->ack - s->t->isn[0], una))
			una = tcp->ack - s->t->isn[0];
		if (tcp && !inbound && is_probe(s, p, tcp, una)) {
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
		const struct tcp_header *tcp = tcp_of(p);
		bool inbound = conversation_is_inbound(&s->t->ends, p);

		if (!tcp || tcp->flags & (TCP_SYN | TCP_RST))
			continue;
		if (inbound && p->packet.payload_length) {
			bool in_order = start_of(s, tcp, true) == next && !(tcp->flags & TCP_FIN);
			waiting = in_order ? waiting + 1 : MANY;
			next += in_order ? (uint32_t)p->packet.payload_length : 0;
			came = p->at;
		} else if (!inbound && waiting) {
			uint32_t offers = tcp->ack - s->t->isn[1] + ((uint32_t)tcp->window << shift);
			bool pure = !p->packet.payload_length && !(tcp->flags & TCP_FIN) && !is_after(offers, edge) &&
			            tcp->ack - s->t->isn[1] == next;
			edge = is_after(offers, edge) ? offers : edge;
			if (pure && waiting == 1 && vtime_sub(p->at, came).ns >= AT_ONCE_NS)
				return false;
			at_once += pure && waiting == 1;
			next = tcp->ack - s->t->isn[1];              /* text may have been refused */
			waiting = 0;
		}
	}
	return at_once > 0;
}

static void tell_accept(struct story *s, vtime_t at)
{
	tell(s->t, at, "accept(3, ..., ...) = 4");
	s->open = true;
	tell_keep_alive(s, at);
	if (acknowledges_at_once(s))
		tell(s->t, at, "setsockopt(%d, IPPROTO_TCP, TCP_QUICKACK, [1], 4) = 0", s->fd);
}

/* ---- what leaves ---- */

/* What a program had written, as far as it left from packet @from on. */
struct written {
	uint32_t octets;
	bool more;                                           /* goes on: it is split into pieces, or does not end */
	bool ends;                                      /* with FIN: the socket was closed before everything had left */
};

/* The next segment from @from on with octets behind @end, or NULL. */
static const struct captured *next_text(const struct story *s, size_t from, uint32_t end)
{
	for (size_t i = from; i < s->t->conversation->count; i++) {
		const struct captured *p = s->t->conversation->packets[i];
		const struct tcp_header *tcp = tcp_of(p);
		bool inbound = conversation_is_inbound(&s->t->ends, p);
		if (!tcp || inbound || tcp->flags & TCP_SYN || !p->packet.payload_length)
			continue;
		uint32_t start = start_of(s, tcp, false);
		if (!is_after(start, end) && is_after(start + (uint32_t)p->packet.payload_length, end))
			return p;
	}
	return NULL;
}

/* Had everything up to @end been acknowledged for a while when @p left? Then only the program can have held it back. */
static bool was_idle(const struct story *s, const struct captured *p, uint32_t end)
{
	const struct conversation *c = s->t->conversation;

	for (size_t i = 0; i < c->count && c->packets[i] != p; i++) {
		const struct tcp_header *tcp = tcp_of(c->packets[i]);

		if (tcp && conversation_is_inbound(&s->t->ends, c->packets[i]) && tcp->flags & TCP_ACK &&
		    !is_after(end, tcp->ack - s->t->isn[0]) && tcp->window)
			return vtime_sub(p->at, c->packets[i]->at).ns >= AT_ONCE_NS;
	}
	return false;
}

/* A write ends with a segment that has PSH, unless its rest leaves together with the FIN, because that rest had waited
 * for the window. Very long writes are split, since a send buffer is limited. */
static struct written written_from(const struct story *s, size_t from)
{
	struct written w = { 0 };
	bool pushed = false;

	for (;;) {
		const struct captured *p = next_text(s, from, s->sent + w.octets);
		bool fin = p && tcp_of(p)->flags & TCP_FIN;
		w.more = !pushed;
		if (!p || (w.octets && !pushed && was_idle(s, p, s->sent + w.octets)))
			return w;
		if (!fin && (pushed || w.octets >= LONGEST_WRITE))
			return w;
		w.octets = start_of(s, tcp_of(p), false) + (uint32_t)p->packet.payload_length - s->sent;
		pushed = tcp_of(p)->flags & TCP_PSH;
		w.ends = fin;
		if (fin || (pushed && p->packet.payload_length < s->mss))
			break;
	}
	w.more = false;
	return w;
}

/* Does the peer still send text behind packet @from, and the stack acknowledge it? What comes for a socket that was
 * closed is answered with a reset. */
static bool goes_on(const struct story *s, size_t from)
{
	uint32_t end = s->acked;

	for (size_t i = from + 1; i < s->t->conversation->count; i++) {
		const struct captured *p = s->t->conversation->packets[i];
		const struct tcp_header *tcp = tcp_of(p);
		bool inbound = conversation_is_inbound(&s->t->ends, p);
		uint32_t stop = tcp ? start_of(s, tcp, inbound) + (uint32_t)p->packet.payload_length : 0;
		if (tcp && inbound && p->packet.payload_length && is_after(stop, end))
			end = stop;
		if (tcp && !inbound && tcp->flags & TCP_RST)
			return false;
		if (tcp && !inbound && end != s->acked && is_after(tcp->ack - s->t->isn[1], s->acked))
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

/* What was read before this segment left, as its acknowledgement and window show. */
static void tell_read(struct story *s, const struct captured *p, const struct tcp_header *tcp)
{
	uint32_t ack = tcp->ack - s->t->isn[1], fin = s->peer_shut && is_after(ack, s->acked) ? 1 : 0;
	int shift = s->shift[0] >= 0 && s->shift[1] >= 0 ? s->shift[0] : 0;
	uint32_t edge = ack + ((uint32_t)tcp->window << shift);

	if (is_after(ack, s->acked)) {
		s->unread += ack - s->acked;
		s->unread -= s->unread && fin ? 1 : 0;
		s->acked = ack;
	}
	if (s->unread && s->open && !s->ended && (!s->has_edge || is_after(edge, s->edge))) {
		tell(s->t, s->answered ? s->came : p->at, "read(%d, ..., %u) = %u", s->fd, s->unread, s->unread);
		s->unread = 0;
	}
	if (!s->has_edge || is_after(edge, s->edge))
		s->edge = edge;
	s->has_edge = true;
}

/* A reset that no packet provoked: those have no ACK (RFC 9293, 3.5.2). One after probes in vain is the stack's own. */
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
	if (s->has_nodelay || s->una == s->sent || p->packet.payload_length >= s->mss || tcp_of(p)->flags & TCP_FIN)
		return;
	tell(s->t, p->at, "setsockopt(%d, IPPROTO_TCP, TCP_NODELAY, [1], 4) = 0", s->fd);
	s->has_nodelay = true;
}

static void tell_end(struct story *s, size_t index, vtime_t at)
{
	if ((s->open || s->active) && !s->ended && !s->shut)
		(goes_on(s, index) ? tell_shutdown : tell_close)(s, at);
}

static void tell_write(struct story *s, size_t index, const struct captured *p)
{
	struct written written = written_from(s, index);

	tell_nodelay(s, p);
	if (tcp_of(p)->flags & TCP_URG)
		tell(s->t, p->at, "send(%d, ..., %u, MSG_OOB) = %u", s->fd, written.octets, written.octets);
	else if (written.more)
		tell(s->t, p->at, "send(%d, ..., %u, MSG_MORE) = %u", s->fd, written.octets, written.octets);
	else
		tell(s->t, p->at, "write(%d, ..., %u) = %u", s->fd, written.octets, written.octets);
	s->written = s->sent + written.octets;
	if (written.ends)
		tell_end(s, index, p->at);
}

static void tell_outbound(struct story *s, size_t index, const struct captured *p, const struct tcp_header *tcp)
{
	uint32_t start = start_of(s, tcp, false), end = start + (uint32_t)p->packet.payload_length;

	if (tcp->flags & TCP_SYN) {
		s->shift[0] = shift_of(tcp);
		s->edge = 1 + tcp->window;                   /* never scaled (RFC 7323, 2.2) */
		s->has_edge = tcp->flags & TCP_ACK;
	} else if (tcp->flags & TCP_RST) {
		tell_abort(s, tcp, p->at);
	} else {
		if (tcp->flags & TCP_ACK)
			tell_read(s, p, tcp);
		/* Text that came behind its FIN was written before it. */
		if (s->open && !s->ended && !s->shut && p->packet.payload_length && is_after(end, s->written))
			tell_write(s, index, p);
		if (tcp->flags & TCP_FIN)
			tell_end(s, index, p->at);
		if (is_after(end, s->sent))
			s->sent = end;
	}
	tell_packet(s->t, p);
	s->answered = false;
	s->probes += is_probe(s, p, tcp, s->una);
	if (!s->active && !s->open && !s->ended && tcp->flags & TCP_SYN && tcp->flags & TCP_ACK &&
	    tcp->ack != s->t->isn[1] + 1)
		tell_accept(s, p->at);                       /* Fast Open: before the handshake is complete */
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
	const struct tcp_header *next = tcp_of(c->packets[index + 1]);
	return !next || (next->flags & (TCP_RST | TCP_ACK)) != TCP_RST;
}

static void learn_syn(struct story *s, const struct tcp_header *tcp)
{
	uint32_t mss = tcp_mss_of(tcp), options = tcp->option_length > 4 ? STAMP_BYTES : 0;

	s->shift[1] = shift_of(tcp);
	s->mss = mss > options ? mss - options : DEFAULT_MSS;
}

static void tell_inbound(struct story *s, size_t index, const struct captured *p)
{
	const struct tcp_header *tcp = tcp_of(p);

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
		tell_accept(s, p->at);
	if (tcp->flags & TCP_ACK && is_after(tcp->ack - s->t->isn[0], s->una))
		s->una = tcp->ack - s->t->isn[0];
}

void tell_tcp(struct telling *t)
{
	const struct conversation *c = t->conversation;
	struct story s = {
		.t = t, .written = 1, .sent = 1, .acked = 1, .una = 1, .shift = { -1, -1 }, .mss = DEFAULT_MSS,
	};

	s.active = !conversation_is_inbound(&t->ends, c->packets[0]);
	if (s.active)
		tell_connect(&s, c->packets[0]->at);
	else
		tell_listen(&s, c->packets[0]->at);
	for (size_t i = 0; i < c->count; i++) {
		const struct captured *p = c->packets[i];
		const struct tcp_header *tcp = tcp_of(p);
		if (conversation_is_inbound(&t->ends, p))
			tell_inbound(&s, i, p);
		else if (tcp)
			tell_outbound(&s, i, p, tcp);
		else
			tell_packet(t, p);
	}
	if (s.shut && !s.ended && !s.reset)
		tell_close(&s, c->packets[c->count - 1]->at);
}
