/* SPDX-License-Identifier: MIT
 *
 * transcript.c - the head of a script, its packets and times; and the whole of an exchange of UDP
 *
 * A capture has the packets of both directions. Those to the stack under test are injected as they were; those from
 * it become expectations, in which window and window scale are left open: how much room a program leaves in its
 * buffers says little about TCP, and differs with every setting of a host. Numbers count from the initial ones of
 * their direction, time-stamps from the first of their side.
 *
 * What a capture cannot tell is inferred from what it shows. Settings follow from the SYN of the stack under test:
 * what it does not offer is switched off, and a link with another MTU than usual is one from the MSS. Calls are
 * inferred by transcript_tcp.c, and for UDP here: each datagram that leaves was sent by a call, and each that comes
 * is read.
 *
 * Times. A line counts from the line before it. What was done at once (within a millisecond) is expected at once,
 * since a stack that takes 300 us today may take 200 tomorrow; the clock of the capture goes on all the same, so such
 * trifles do not add up. */
#include "capture/transcript.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "capture/telling.h"
#include "script/ast.h"
#include "wire/codec.h"
#include "wire/tcp_option.h"

enum { GRAIN_NS = 100000, AT_ONCE_NS = 1000000, SECOND_NS = 1000000000, FIRST_STAMP = 1000, TIME_COLUMNS = 7 };

/* ---- lines ---- */

static vtime_t rounded(const struct telling *t, vtime_t at)
{
	return vtime_ns((at.ns - t->start.ns + GRAIN_NS / 2) / GRAIN_NS * GRAIN_NS);
}

/* Seconds without zeros at the end. */
static void add_seconds(struct buf *out, vtime_t t)
{
	buf_printf(out, "%" PRId64, t.ns / SECOND_NS);
	if (!(t.ns % SECOND_NS))
		return;
	buf_printf(out, ".%04" PRId64, t.ns % SECOND_NS / GRAIN_NS);
	while (out->data[out->length - 1] == '0')
		out->data[--out->length] = '\0';
}

static void add_line(struct telling *t, vtime_t at, bool awaited, const vtime_t *end, const char *text)
{
	struct buf time = BUF_INIT;
	vtime_t now = t->started ? rounded(t, at) : VTIME_ZERO, since = vtime_sub(now, t->last);

	if (awaited && since.ns < AT_ONCE_NS)
		since = VTIME_ZERO;
	if (t->started)
		buf_add_byte(&time, '+');
	add_seconds(&time, vtime_max(since, VTIME_ZERO));
	if (end) {
		buf_puts(&time, "...");
		add_seconds(&time, vtime_max(vtime_sub(rounded(t, *end), now), VTIME_ZERO));
	}
	buf_printf(t->out, "%-*s %s\n", TIME_COLUMNS, time.data, text);
	buf_free(&time);
	t->last = vtime_max(now, t->last);
	t->started = true;
}

void tell(struct telling *t, vtime_t at, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(t, at, false, NULL, arena_vprintf(t->arena, format, args));
	va_end(args);
}

void tell_blocking(struct telling *t, vtime_t at, vtime_t end, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_line(t, at, false, &end, arena_vprintf(t->arena, format, args));
	va_end(args);
}

/* ---- packets ---- */

/* A value of the clock of one side (0: the stack under test). */
static uint32_t translate_stamp(struct telling *t, int side, uint32_t value, bool learn)
{
	struct stamp_base *base = &t->stamps[side];

	if (!base->known && learn)
		*base = (struct stamp_base){ true, value };
	return base->known ? value - base->value + FIRST_STAMP : value;
}

/* An echo is only a number of the other clock; a SYN has none. What the stack never sent cannot be echoed in a script,
 * so what it sent last is. */
static void translate_stamps(struct telling *t, uint8_t *data, bool inbound, bool acknowledges)
{
	uint32_t echo = get32(data + 4);

	put32(data, translate_stamp(t, inbound, get32(data), true));
	if (!inbound)
		t->latest_stamp = get32(data);
	if (acknowledges)
		put32(data + 4, inbound && !t->stamps[0].known ? t->latest_stamp
		                                                 : translate_stamp(t, !inbound, echo, false));
}

void telling_translate(struct telling *t, struct tcp_header *tcp, bool inbound)
{
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	tcp->seq -= t->isn[inbound];
	if (tcp->flags & TCP_ACK)
		tcp->ack -= t->isn[!inbound];
	while (tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0) {
		uint8_t *data = tcp->options + o.at + 2;
		if (o.kind == TCP_OPTION_TS && o.length == 10)
			translate_stamps(t, data, inbound, tcp->flags & TCP_ACK);
		for (size_t edge = 0; o.kind == TCP_OPTION_SACK && edge + 4 <= o.length - 2u; edge += 4)
			put32(data + edge, get32(data + edge) - t->isn[!inbound]);
	}
}

/* The ECN bits of a TCP packet, which have words; of others the whole byte. */
static void add_ip(struct buf *text, const struct header *ip, bool tcp)
{
	static const char *const words[] = { "", "[ect1] ", "[ect0] ", "[ce] " };
	uint8_t tos = ip->type == HEADER_IPV4 ? ip->ipv4.tos : ip->ipv6.traffic_class;

	if (tcp)
		buf_puts(text, words[tos & 3]);
	else if (tos)
		buf_printf(text, "[tos 0x%02x] ", tos);
}

/* The shift of a window is left open along with the window: it follows from the same settings of the host. */
static void add_options(struct buf *text, const struct tcp_header *tcp, bool any_shift)
{
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	buf_puts(text, " <");
	while (tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0) {
		if (o.at)
			buf_add_byte(text, ',');
		if (o.kind == TCP_OPTION_WSCALE && any_shift)
			buf_puts(text, "wscale *");
		else
			tcp_option_print(text, &o);
	}
	buf_add_byte(text, '>');
}

static void add_tcp(struct telling *t, struct buf *text, struct tcp_header tcp, size_t payload, bool inbound)
{
	bool open = !inbound && !t->options->windows;

	telling_translate(t, &tcp, inbound);
	tcp_flag_letters(text, tcp.flags);
	if (!(tcp.flags & ~TCP_RESERVED))
		buf_add_byte(text, '-');
	buf_printf(text, " %u:%u(%zu)", tcp.seq, tcp.seq + (uint32_t)payload, payload);
	if (tcp.flags & TCP_ACK)
		buf_printf(text, " ack %u", tcp.ack);
	if (!open)
		buf_printf(text, " win %u", tcp.window);
	if (tcp.urgent)
		buf_printf(text, " urg %u", tcp.urgent);
	if (tcp.option_length)
		add_options(text, &tcp, open);
}

/* What the message quotes begins behind its own eight bytes. Numbers of a quoted segment are told; a message that the
 * stack sends is compared by its length alone. */
static void add_icmp(struct telling *t, struct buf *text, const struct packet *packet, bool inbound)
{
	const struct icmp_header *icmp = &packet_transport(packet)->icmp;
	bool ipv6 = packet_transport(packet)->type == HEADER_ICMPV6;
	struct icmp_words words = icmp_words(icmp->type, icmp->code, ipv6);
	size_t header = ipv6 ? IPV6_HEADER_BYTES : packet->payload_length ? 4u * (packet->payload[0] & 15) : 0;

	if (words.type)
		buf_printf(text, "icmp %s", words.type);
	else
		buf_printf(text, "icmp type_%u", icmp->type);
	if (words.code)
		buf_printf(text, " %s", words.code);
	else if (icmp->code)
		buf_printf(text, " code_%u", icmp->code);
	if (words.mtu)
		buf_printf(text, " mtu %u", ipv6 ? icmp->rest : icmp->rest & 0xffff);
	if (!inbound) {
		buf_printf(text, " [raw(%zu)]", packet->payload_length + ICMP_HEADER_BYTES);
	} else if (t->conversation->protocol == PROTOCOL_TCP && packet->payload_length >= header + 8) {
		uint32_t seq = get32(packet->payload + header + 4) - t->isn[0];
		buf_printf(text, " [%u:%u(0)]", seq, seq);
	} else if (t->conversation->protocol == PROTOCOL_UDP && packet->payload_length >= header + 8) {
		const uint8_t *at = packet->payload + header + 4;
		int length = at[0] << 8 | at[1];
		buf_printf(text, " [udp(%d)]", length < UDP_HEADER_BYTES ? 0 : length - UDP_HEADER_BYTES);
	}
}

/* A packet line has no words for an option of an unknown kind. */
static bool can_be_written(const struct header *transport, struct buf *problem)
{
	return transport->type != HEADER_TCP ||
	       tcp_options_check(transport->tcp.options, transport->tcp.option_length, problem);
}

void tell_service(struct telling *t, const struct captured *captured, int fd)
{
	const struct header *ip = packet_ip(&captured->packet);
	bool tcp = packet_transport(&captured->packet)->type == HEADER_TCP;
	uint8_t tos = (ip->type == HEADER_IPV4 ? ip->ipv4.tos : ip->ipv6.traffic_class) & (tcp ? 0xfc : 0xff);

	if (tos == t->service)
		return;
	t->service = tos;
	tell(t, captured->at, "setsockopt(%d, %s, [0x%02x], 4) = 0", fd,
	     ip->type == HEADER_IPV4 ? "IPPROTO_IP, IP_TOS" : "IPPROTO_IPV6, IPV6_TCLASS", tos);
}

void tell_packet(struct telling *t, const struct captured *captured)
{
	const struct packet *packet = &captured->packet;
	const struct header *transport = packet_transport(packet);
	bool inbound = conversation_is_inbound(&t->ends, captured);
	struct buf text = BUF_INIT, problem = BUF_INIT;

	buf_puts(&text, inbound ? "< " : "> ");
	add_ip(&text, packet_ip(packet), transport->type == HEADER_TCP);
	if (transport->type == HEADER_TCP)
		add_tcp(t, &text, transport->tcp, packet->payload_length, inbound);
	else if (transport->type == HEADER_UDP)
		buf_printf(&text, "udp (%zu)", packet->payload_length);
	else
		add_icmp(t, &text, packet, inbound);
	if (can_be_written(transport, &problem))
		add_line(t, captured->at, !inbound, NULL, text.data);
	else
		buf_printf(t->out, "// no line can say this packet (%s): %s\n", problem.data, text.data);
	buf_free(&text);
	buf_free(&problem);
}

/* ---- UDP ---- */

/* What ICMP errors are to the program, whose next call returns it: hard ones (RFC 1122, 4.1.3.3 and 4.2.3.9). */
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

/* Who sends first knows where to, so its socket is connected; the other one is bound, and learns it. */
static void tell_udp(struct telling *t)
{
	const struct conversation *c = t->conversation;
	bool client = !conversation_is_inbound(&t->ends, c->packets[0]);

	tell(t, c->packets[0]->at, "socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3");
	tell(t, c->packets[0]->at, client ? "connect(3, ..., ...) = 0" : "bind(3, ..., ...) = 0");
	for (size_t i = 0; i < c->count; i++) {
		const struct captured *p = c->packets[i];
		if (conversation_is_inbound(&t->ends, p))
			tell_arrival(t, p, client);
		else
			tell_departure(t, p, client);
	}
}

/* ---- the whole ---- */

unsigned tcp_mss_of(const struct tcp_header *tcp)
{
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	while (tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0)
		if (o.kind == TCP_OPTION_MSS && o.length == 4)
			return tcp_option_u16(&o, 0);
	return 0;
}

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
		if (h->type == HEADER_TCP && h->tcp.flags & TCP_SYN && conversation_is_inbound(&t->ends, p) == inbound)
			return &h->tcp;
	}
	return NULL;
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
	if (answers && peer && own->ack != peer->seq + 1)
		buf_puts(&settings, " net.ipv4.tcp_fastopen=0x602");   /* took text of a SYN without a cookie */
	if (settings.length)
		buf_printf(t->out, "`sysctl -q%s`\n", settings.data);
	buf_free(&settings);
}

static void add_head(struct telling *t)
{
	bool ipv6 = t->ends.source.version == 6;
	const struct tcp_header *own = first_syn(t, false);
	unsigned mss = own ? tcp_mss_of(own) : 0, usual = ipv6 ? 1440 : 1460;
	const char *slash = strrchr(t->options->name, '/');

	buf_printf(t->out, "//! title: conversation %zu of %s\n\n", t->options->number,
	           slash ? slash + 1 : t->options->name);
	buf_printf(t->out, "--ip_version=%s\n", ipv6 ? "ipv6" : "ipv4");
	if (mss && mss != usual)
		buf_printf(t->out, "--mtu=%u\n", mss + (ipv6 ? IPV6_HEADER_BYTES : IPV4_HEADER_BYTES) +
		           TCP_HEADER_BYTES);
	add_settings(t);
	buf_add_byte(t->out, '\n');
}

static void learn_initial_numbers(struct telling *t)
{
	for (int inbound = 0; inbound < 2; inbound++) {
		const struct tcp_header *syn = first_syn(t, inbound);
		t->isn[inbound] = syn ? syn->seq : 0;
	}
}

bool transcript_write(struct buf *out, const struct conversation *c, const struct transcript_options *options,
                      struct buf *problem)
{
	struct telling t = { .out = out, .conversation = c, .options = options };

	if (!conversation_ends(c, &options->side, &t.ends)) {
		buf_puts(problem, "neither end is the address that --side names");
		return false;
	}
	if (!c->from_beginning) {
		buf_puts(problem, "the connection was open before the capture began: its first packet is no SYN");
		return false;
	}
	t.arena = arena_new();
	t.start = c->packets[0]->at;
	add_head(&t);
	learn_initial_numbers(&t);
	if (c->protocol == PROTOCOL_TCP)
		tell_tcp(&t);
	else
		tell_udp(&t);
	arena_free(t.arena);
	return true;
}
