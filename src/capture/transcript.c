/* SPDX-License-Identifier: MIT
 *
 * transcript.c - the head of a script, and the whole of an exchange of UDP
 *
 * A capture has the packets of both directions. Those to the stack under test are injected as they were; those from it
 * become expectations (telling.c). What a capture does not show is inferred from what it shows. Settings follow from
 * the SYN of the stack under test: what it does not offer is switched off, and an unusual MTU of the link is inferred
 * from the MSS. Calls are inferred by transcript_tcp.c, and for UDP here: each datagram that leaves was sent by a call,
 * and each that comes is read.
 */
#include "capture/transcript.h"

#include <string.h>

#include "capture/telling.h"
#include "script/ast.h"
#include "wire/tcp_option.h"

enum { SMALLEST_MTU = 68, LARGEST_MTU = 65535, NANOSECONDS = 1000000000, STAMP_BYTES = 12, SHORTEST_TIME_NS = 100000 };

/* ---- UDP ---- */

/* The errno by which a program learns of an ICMP error, in its next call: hard errors (RFC 1122, 4.1.3.3 and
 * 4.2.3.9). */
static const struct {
	bool ipv6;
	uint8_t type, code;
	const char *error;
} hard_errors[] = {
	{ false, 3, 2, "ENOPROTOOPT (Protocol not available)" }, { false, 3, 3, "ECONNREFUSED (Connection refused)" },
	{ false, 3, 4, "EMSGSIZE (Message too long)" },
	{ true, 1, 1, "EACCES (Permission denied)" }, { true, 1, 4, "ECONNREFUSED (Connection refused)" },
	{ true, 2, 0, "EMSGSIZE (Message too long)" },
};

static const char *hard_error(const struct header *h)
{
	bool ipv6 = h->type == HEADER_ICMPV6;

	for (size_t i = 0; i < ARRAY_LEN(hard_errors); i++)
		if (hard_errors[i].ipv6 == ipv6 && hard_errors[i].type == h->icmp.type &&
		    hard_errors[i].code == h->icmp.code)
			return hard_errors[i].error;
	return h->icmp.type == (ipv6 ? 4 : 12) ? "EPROTO (Protocol error)" : NULL;
}

static void tell_arrival(struct telling *t, const struct captured *p, bool connected)
{
	const struct header *transport = packet_transport(&p->packet);
	int length = (int)p->packet.payload_length;
	const char *error = transport->type == HEADER_UDP ? NULL : hard_error(transport);

	tell_packet(t, p);
	if (p->damaged)
		return;
	if (transport->type == HEADER_UDP && connected)
		tell(t, p->at, "read(3, ..., %d) = %d", length, length);
	else if (transport->type == HEADER_UDP)
		tell(t, p->at, "recvfrom(3, ..., %d, 0, ..., ...) = %d", length, length);
	else if (connected && error)
		tell(t, p->at, "recv(3, ..., 1, MSG_DONTWAIT) = -1 %s", error);
}

static void tell_departure(struct telling *t, const struct captured *p, bool connected)
{
	int length = (int)p->packet.payload_length;

	if (packet_transport(&p->packet)->type == HEADER_UDP) {
		tell_service(t, p, 3);
		if (connected)
			tell(t, p->at, "write(3, ..., %d) = %d", length, length);
		else
			tell(t, p->at, "sendto(3, ..., %d, 0, ..., ...) = %d", length, length);
	}
	tell_packet(t, p);
}

/* Is the datagram that packet @index brings answered by "port unreachable"? Then nobody had a socket for it. */
static bool finds_nobody(const struct telling *t, size_t index)
{
	const struct conversation *c = t->conversation;
	const struct header *h = index + 1 < c->count ? packet_transport(&c->packets[index + 1]->packet) : NULL;

	if (!h || conversation_is_inbound(&t->ends, c->packets[index + 1]))
		return false;
	return (h->type == HEADER_ICMPV4 && h->icmp.type == 3 && h->icmp.code == 3) ||
	       (h->type == HEADER_ICMPV6 && h->icmp.type == 1 && h->icmp.code == 4);
}

/* Whoever sends first knows the destination, so that socket is connected; the other one is bound, and learns its
 * peer. */
static void tell_udp(struct telling *t)
{
	const struct conversation *c = t->conversation;
	bool client = !conversation_is_inbound(&t->ends, c->packets[0]), open = true;

	tell(t, c->packets[0]->at, "socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3");
	tell(t, c->packets[0]->at, client ? "connect(3, ..., ...) = 0" : "bind(3, ..., ...) = 0");
	for (size_t i = 0; i < c->count; i++) {
		const struct captured *p = c->packets[i];
		const bool inbound = conversation_is_inbound(&t->ends, p);
		const bool nobody = inbound && finds_nobody(t, i);
		if (nobody && open)
			tell(t, p->at, "close(3) = 0");
		open = open && !nobody;
		if (nobody)
			tell_packet(t, p);
		else if (inbound)
			tell_arrival(t, p, client);
		else
			tell_departure(t, p, client);
	}
}

/* ---- the whole ---- */

static bool offers(const struct tcp_header *tcp, uint8_t kind)
{
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	while (tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0)
		if (o.kind == kind)
			return true;
	return false;
}

/* What a stack offers in its SYN if the setting is not 0, and its peer does, too. */
static const struct {
	uint8_t kind;
	const char *setting;
} offers_of_syn[] = {
	{ TCP_OPTION_TS, "tcp_timestamps" }, { TCP_OPTION_SACK_OK, "tcp_sack" },
	{ TCP_OPTION_WSCALE, "tcp_window_scaling" },
};

/* The first SYN of one direction, or NULL. */
static const struct tcp_header *first_syn(const struct telling *t, bool inbound)
{
	for (size_t i = 0; i < t->conversation->count; i++) {
		const struct captured *p = t->conversation->packets[i];
		const struct header *h = packet_transport(&p->packet);
		if (h->type == HEADER_TCP && !p->damaged && h->tcp.flags & TCP_SYN &&
		    conversation_is_inbound(&t->ends, p) == inbound)
			return &h->tcp;
	}
	return NULL;
}

/* A packet left several times, its answer came, and drew a reset without ACK: the stack had given up by then. */
static void add_retries(const struct telling *t, struct buf *settings)
{
	const struct conversation *c = t->conversation;
	const struct tcp_header *last = NULL;
	unsigned count = 0;
	bool answered = false;                               /* the packet before, the peer's, was an ACK of it */

	for (size_t i = 0; i < c->count; i++) {
		const struct header *h = packet_transport(&c->packets[i]->packet);
		if (h->type != HEADER_TCP || c->packets[i]->damaged)
			continue;
		if (conversation_is_inbound(&t->ends, c->packets[i])) {
			answered = (h->tcp.flags & (TCP_ACK | TCP_SYN | TCP_RST)) == TCP_ACK && last &&
			           h->tcp.ack != last->seq;
			continue;
		}
		bool gave_up = answered && (h->tcp.flags & (TCP_RST | TCP_ACK)) == TCP_RST && count > 1;
		if (gave_up && last->flags & TCP_SYN && last->flags & TCP_ACK)
			buf_printf(settings, " net.ipv4.tcp_synack_retries=%u", count - 1);
		else if (gave_up && !(last->flags & (TCP_SYN | TCP_FIN)))
			buf_printf(settings, " net.ipv4.tcp_retries2=%u", count - 1);
		count = last && h->tcp.seq == last->seq && h->tcp.flags == last->flags && !answered ? count + 1 : 1;
		last = &h->tcp;
		answered = false;
	}
}

/* The settings that a SYN of the stack under test shows. */
static void add_settings(struct telling *t)
{
	const struct tcp_header *own = first_syn(t, false), *peer = first_syn(t, true);
	struct buf settings = BUF_INIT;

	if (!own)
		return;
	bool answers = own->flags & TCP_ACK;
	for (size_t i = 0; i < ARRAY_LEN(offers_of_syn); i++)
		if (!offers(own, offers_of_syn[i].kind) &&
		    !(answers && peer && !offers(peer, offers_of_syn[i].kind)))
			buf_printf(&settings, " net.ipv4.%s=0", offers_of_syn[i].setting);
	if (own->flags & (TCP_ECE | TCP_CWR | TCP_AE) && peer)
		buf_printf(&settings, " net.ipv4.tcp_ecn=%d", (answers ? peer : own)->flags & TCP_AE ? 3 : 1);
	if (!answers && offers(own, TCP_OPTION_FO))
		buf_puts(&settings, " net.ipv4.tcp_fastopen=1");
	if (telling_whole_window(t))
		buf_puts(&settings, " net.ipv4.tcp_adv_win_scale=0");         /* the whole buffer is window */
	if (answers && peer && own->ack != peer->seq + 1)
		buf_puts(&settings, " net.ipv4.tcp_fastopen=0x602");   /* took text of a SYN without a cookie */
	add_retries(t, &settings);
	if (settings.length)
		buf_printf(t->out, "`sysctl -q%s`\n", settings.data);
	buf_free(&settings);
}

static void add_head(struct telling *t)
{
	bool ipv6 = t->ends.source.version == 6;
	const struct tcp_header *own = first_syn(t, false);
	unsigned mss = own ? tcp_mss_of(own) : 0, usual = ipv6 ? 1440 : 1460;
	unsigned mtu = mss + (ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES) + TCP_HEADER_BYTES;
	const char *slash = strrchr(t->options->name, '/');

	buf_printf(t->out, "//! title: conversation %zu of %s\n\n", t->options->number,
	           slash ? slash + 1 : t->options->name);
	buf_printf(t->out, "--ip_version=%s\n", ipv6 ? "ipv6" : "ipv4");
	if (mss && mss != usual)
		buf_printf(t->out, "--mtu=%u\n",
		           mtu < SMALLEST_MTU ? SMALLEST_MTU : mtu > LARGEST_MTU ? LARGEST_MTU : mtu);
	add_settings(t);
	buf_add_byte(t->out, '\n');
}

/* The initial number of each side, and how long a full segment to it is: time-stamps, where both have them, leave less
 * room (RFC 6691, 2). */
static void learn_from_syns(struct telling *t)
{
	const struct tcp_header *syns[2] = { first_syn(t, false), first_syn(t, true) };
	bool stamps = syns[0] && syns[1] && offers(syns[0], TCP_OPTION_TS) && offers(syns[1], TCP_OPTION_TS);

	for (int inbound = 0; inbound < 2; inbound++) {
		unsigned mss = syns[!inbound] ? tcp_mss_of(syns[!inbound]) : 0;

		t->isn[inbound] = syns[inbound] ? syns[inbound]->seq : 0;
		t->full[inbound] = mss > STAMP_BYTES ? mss - (stamps ? STAMP_BYTES : 0) : 0;
	}
}

/* Does a clock run between packets? The times of a script that was played in virtual time are those of its lines. */
static bool has_real_clock(const struct conversation *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (vtime_sub(c->packets[i]->at, c->packets[0]->at).ns % SHORTEST_TIME_NS)
			return true;
	return false;
}

bool transcript_write(struct buf *out, const struct conversation *c, const struct transcript_options *options,
                      struct buf *problem)
{
	struct telling t = { .out = out, .conversation = c, .options = options };

	if (!conversation_ends(c, &options->side, &t.ends)) {
		buf_puts(problem, "neither end is the address that --side names");
		return false;
	}
	if (vtime_sub(c->packets[c->count - 1]->at, c->packets[0]->at).ns / NANOSECONDS >= SCRIPT_SECONDS_MAX) {
		buf_printf(problem, "it lasts longer than a script can say: %d s", SCRIPT_SECONDS_MAX);
		return false;
	}
	if (!c->from_beginning) {
		buf_puts(problem, "the connection was open before the capture began: its first packet is no SYN");
		return false;
	}
	t.arena = arena_new();
	t.start = c->packets[0]->at;
	t.real = has_real_clock(c);
	add_head(&t);
	learn_from_syns(&t);
	if (c->protocol == PROTOCOL_TCP)
		tell_tcp(&t);
	else
		tell_udp(&t);
	arena_free(t.arena);
	return true;
}
