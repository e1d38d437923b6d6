/* SPDX-License-Identifier: MIT
 *
 * telling.c - times and packets of a transcript, a line each
 *
 * Times. The time of a line counts from the line before it. If something followed at once (within a millisecond) it is
 * expected at once, since a stack that takes 300 us today may take 200 tomorrow; the clock of the capture still
 * counts, so such trifles do not add up.
 *
 * Numbers count from the initial ones of their direction, time-stamps from the first of their side. Expected lines
 * leave window and window scale open: how much room a program leaves in its buffers says little about TCP, and depends
 * on every setting of a host.
 */
#include "capture/telling.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "script/ast.h"
#include "wire/codec.h"
#include "wire/icmp_words.h"
#include "wire/tcp_option.h"

enum { GRAIN_NS = 100000, AT_ONCE_NS = 1000000, SECOND_NS = 1000000000, FIRST_STAMP = 1000, TIME_COLUMNS = 7,
       TIMER_STEP_NS = 5000000 };

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

/* What a timer of a real system sent may come up to an eighth later than the timer was set to, because such a system
 * looks at its timers in steps that grow with their times: "+0.0418~" for 47.8 ms. A time of whole steps needs no
 * range. */
static void add_timer_range(struct buf *out, vtime_t since)
{
	buf_add_byte(out, '+');
	add_seconds(out, vtime_ns(since.ns / 8 * 7 / GRAIN_NS * GRAIN_NS));
	buf_add_byte(out, '~');
}

static void add_line(struct telling *t, vtime_t at, bool awaited, const vtime_t *end, const char *text)
{
	struct buf time = BUF_INIT;
	vtime_t now = t->started ? rounded(t, at) : VTIME_ZERO, since = vtime_sub(now, t->last);

	if (awaited && since.ns < AT_ONCE_NS)
		since = VTIME_ZERO;
	if (t->started && awaited && since.ns % TIMER_STEP_NS)
		add_timer_range(&time, since);
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

/* An echo is a number of the other side's clock; a SYN has none. A script cannot echo a time-stamp that the stack
 * never sent, so it echoes the last one that it did send. */
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

/* What an expected line leaves open. */
struct open_parts {
	bool shift, push;
};

/* The window shift is left open along with the window: it depends on the same settings of the host. Options of a wrong
 * length or of an unknown kind have no words, and are octets. */
static void add_options(struct buf *text, const struct tcp_header *tcp, const struct open_parts *open)
{
	struct buf problem = BUF_INIT;
	struct tcp_option o;
	const char *why;
	size_t at = 0;

	buf_puts(text, " <");
	if (!tcp_options_check(tcp->options, tcp->option_length, &problem)) {
		for (size_t i = 0; i < tcp->option_length; i++)
			buf_printf(text, "%02x", tcp->options[i]);
		buf_free(&problem);
		buf_add_byte(text, '>');
		return;
	}
	while (tcp_option_next(tcp->options, tcp->option_length, &at, &o, &why) > 0) {
		if (o.at)
			buf_add_byte(text, ',');
		if (o.kind == TCP_OPTION_WSCALE && open->shift)
			buf_puts(text, "wscale *");
		else
			tcp_option_print(text, &o);
	}
	buf_add_byte(text, '>');
}

/* A line says where a segment begins and ends, and its numbers do not run over (pkt(5), Numbers). */
static bool runs_over(uint32_t seq, size_t payload)
{
	return payload > UINT32_MAX - seq;
}

/* A host may hand many segments to its card as one, which the capture then shows. It has PSH, which the last of its
 * segments need not have if it is full and more follow. */
static struct open_parts open_parts(const struct telling *t, size_t payload, bool inbound)
{
	size_t full = t->full[0];

	return (struct open_parts){
		.shift = !inbound && !t->options->windows,
		.push = !inbound && full && payload && payload % full == 0 && (payload > full || t->real),
	};
}

static void add_flags(struct buf *text, uint16_t flags, bool any_push)
{
	struct buf letters = BUF_INIT;

	tcp_flag_letters(&letters, flags);
	if (!(flags & ~TCP_RESERVED))
		buf_add_byte(&letters, '-');
	for (const char *c = letters.data; *c; c++)
		buf_printf(text, *c == 'P' && any_push ? "P?" : "%c", *c);
	buf_free(&letters);
}

static void add_tcp(struct telling *t, struct buf *text, const struct captured *captured, bool inbound)
{
	struct tcp_header tcp = packet_transport(&captured->packet)->tcp;
	size_t payload = captured->packet.payload_length;
	struct open_parts open = open_parts(t, payload, inbound);

	telling_translate(t, &tcp, inbound);
	add_flags(text, tcp.flags, open.push);
	if (runs_over(tcp.seq, payload))
		buf_printf(text, " ...(%zu)", payload);
	else
		buf_printf(text, " %u:%u(%zu)", tcp.seq, tcp.seq + (uint32_t)payload, payload);
	if (tcp.flags & TCP_ACK)
		buf_printf(text, " ack %u", tcp.ack);
	if (!open.shift)
		buf_printf(text, " win %u", tcp.window);
	if (tcp.urgent)
		buf_printf(text, " urg %u", tcp.urgent);
	if (tcp.option_length)
		add_options(text, &tcp, &open);
}

/* What the message quotes begins behind its own eight bytes. Numbers of a quoted segment are given; a message that the
 * stack sends is only compared by its length. */
static void add_icmp(struct telling *t, struct buf *text, const struct packet *packet, bool inbound)
{
	const struct icmp_header *icmp = &packet_transport(packet)->icmp;
	bool ipv6 = packet_transport(packet)->type == HEADER_ICMPV6;
	struct icmp_words words = icmp_words(icmp->type, icmp->code, ipv6);
	size_t header = ipv6 ? IPV6_HEADER_BYTES : packet->payload_length ? 4u * (packet->payload[0] & 15) : 0;

	buf_puts(text, "icmp ");
	icmp_type_print(text, icmp->type, ipv6);
	if (words.code || icmp->code) {
		buf_add_byte(text, ' ');
		icmp_code_print(text, icmp->type, icmp->code, ipv6);
	}
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
	struct buf text = BUF_INIT;

	if (inbound && transport->type == HEADER_TCP &&
	    runs_over(transport->tcp.seq - t->isn[true], packet->payload_length)) {
		buf_printf(t->out,
		           "// left out: %zu bytes across the end of the sequence numbers, which no line can say\n",
		           packet->payload_length);
		return;
	}
	buf_puts(&text, inbound ? "< " : "> ");
	add_ip(&text, packet_ip(packet), transport->type == HEADER_TCP);
	if (transport->type == HEADER_TCP)
		add_tcp(t, &text, captured, inbound);
	else if (transport->type == HEADER_UDP)
		buf_printf(&text, "udp (%zu)", packet->payload_length);
	else
		add_icmp(t, &text, packet, inbound);
	if (captured->damaged && inbound)
		buf_puts(&text, transport->type == HEADER_UDP && !transport->udp.checksum ? " {sum 0}" : " {sum bad}");
	add_line(t, captured->at, !inbound, NULL, text.data);
	buf_free(&text);
}

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
