/* SPDX-License-Identifier: MIT
 *
 * udp.c - RFC 768; RFC 1122, 4.1; RFC 8200, 8.1; RFC 3828: datagrams that arrive, and the sockets' half
 *
 * Receiving. A datagram is checked (length, checksum), finds its socket, and waits in that socket's queue with all that
 * the user may ask for later: both addresses, TTL, TOS, options, the time of arrival. Each is charged a fixed overhead
 * besides its text, so that empty ones fill the buffer, too, and a datagram that finds the buffer full is dropped: UDP
 * promises nothing. A datagram to a group is copied to each socket that wants it.
 *
 * Nobody there. A datagram for a port without a socket is answered with an ICMP error (RFC 1122, 4.1.3.1); whether that
 * may be sent at all, to a group for example, is icmp_send.c's decision.
 *
 * Errors that come back. A UDP socket may talk to many peers, so the user of an unconnected socket learns of an ICMP
 * error only through the error queue, which says which peer it is about. A connected socket has one peer, and there a
 * hard error also becomes the result of the next call (RFC 1122, 4.1.3.3).
 *
 * UDP-Lite (RFC 3828) is UDP with another row: the header says, in the place of the length, how much of the datagram
 * its checksum covers, and a socket may ask for more than that. It is counted apart from UDP, as on Linux.
 *
 * Sending is in udp_send.c.
 */
#include "stack/udp.h"

#include <errno.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "stack/host.h"
#include "stack/icmp_error.h"
#include "stack/icmp_send.h"
#include "stack/ip_address.h"
#include "stack/ip_input.h"
#include "stack/ip_option.h"
#include "stack/ip_packet.h"
#include "stack/message.h"
#include "stack/option_value.h"
#include "stack/path.h"
#include "stack/protocol.h"
#include "stack/sock.h"
#include "stack/socket.h"
#include "stack/socket_error.h"
#include "stack/socket_multicast.h"
#include "stack/socket_packet.h"
#include "stack/socket_stamp.h"
#include "stack/socket_table.h"
#include "util/common.h"
#include "util/newer_names.h"
#include "wire/checksum.h"
#include "wire/codec.h"

enum { QUOTED_TCP_BYTES = 8 };                           /* both ports and the sequence number */
enum { UDP_ENCAP_MOST = 7 };                             /* kinds of UDP_ENCAP that Linux has names for */
enum { BOOKED_EXTRA = 256 };                             /* beside its text, where memory is not charged */

/* ---- in ---- */

static const char no_checksum[] = "UDP without checksum", wrong_checksum[] = "wrong UDP checksum";

/* RFC 8200, 8.1 (RFC8200-8.1-UDPZERO): none over IPv6 without checksum, unless the user wants them (RFC 6935, 5). */
static bool lacks_checksum(const struct stack *st, const struct socket *s, const struct ip_packet *p,
                           const struct udp_header *h)
{
	bool wanted = s && s->udp.no_check6_receive && !defect(st, DEFECT_UDP6_TUNNEL_REFUSED);

	return p->source.version == 6 && h->checksum == 0 && !wanted &&
	       !defect(st, DEFECT_UDP6_ZERO_CHECKSUM_TAKEN);
}

static void tally(struct stack *st, const struct ip_packet *p, enum udp_counter what)
{
	udp_count(st, p->protocol, p->source.version, what);
}

static void refuse_datagram(struct stack *st, const struct ip_packet *p, const char *why)
{
	tally(st, p, UDP_ERROR);
	/* All that RFC 3828, 3.1 says of the coverage is about the checksum. */
	if (why == wrong_checksum || p->protocol == PROTOCOL_UDPLITE || (why == no_checksum && p->source.version == 6))
		tally(st, p, UDP_CHECKSUM);
	stack_drop(st, p, why);
}

/* RFC 3828, 3.1: 0 covers all, and 1 to 7, more than there is and no checksum are wrong (RFC3828:3.1-COVERAGE). */
static const char *lite_problem(struct stack *st, const struct ip_packet *p, struct udp_header *h)
{
	bool runt = h->length && h->length < UDP_HEADER_BYTES, taken = defect(st, DEFECT_UDPLITE_RUNT_TAKEN);

	if ((runt && !taken) || h->length > p->length)
		return "UDP-Lite coverage does not fit";
	if (!h->checksum)
		return no_checksum;
	if (!h->length)
		h->length = (uint16_t)p->length;
	uint32_t sum = checksum_pseudo(&p->source, &p->destination, p->protocol, p->length);
	size_t covered = defect(st, DEFECT_UDPLITE_ALL_VERIFIED) ? p->length : runt ? UDP_HEADER_BYTES : h->length;
	return checksum_finish(checksum_add(sum, p->payload, covered)) ? wrong_checksum : NULL;
}

/* Does the checksum cover less than the socket wants (RFC3828:3.1-DROP)? A socket that asked for 0 wants all. */
static bool covers_too_little(const struct socket *s, const struct ip_packet *p, const struct udp_header *h)
{
	const struct udp_options *o = &s->udp;

	return p->protocol == PROTOCOL_UDPLITE && h->length < p->length && o->receive_coverage_set &&
	       (!o->receive_coverage || h->length < o->receive_coverage) &&
	       !defect(s->stack, DEFECT_UDPLITE_LITTLE_TAKEN);
}

/* Reads the header into @h. NULL, or why the datagram is dropped. */
static const char *udp_problem(struct stack *st, const struct ip_packet *p, struct udp_header *h)
{
	const char *why;
	bool v6 = p->source.version == 6;

	if (!udp_parse(p->payload, p->length, h, &why))
		return why;
	if (p->protocol == PROTOCOL_UDPLITE)
		return lite_problem(st, p, h);
	/* RFC768-LEN: at least 8, and no more than IP brought. */
	if (h->length < UDP_HEADER_BYTES && p->length >= UDP_HEADER_BYTES && defect(st, DEFECT_UDP_RUNT_TAKEN))
		h->length = UDP_HEADER_BYTES;
	if (h->length > p->length && defect(st, DEFECT_UDP_LENGTH_TRIMMED))
		h->length = (uint16_t)p->length;
	if (h->length < UDP_HEADER_BYTES || h->length > p->length)
		return "UDP length does not fit";
	if (!h->source_port && defect(st, DEFECT_UDP_PORT_ZERO_DROPPED))
		return "UDP without source port";
	if (h->checksum == 0) {
		/* RFC768-ZERO, RFC1122-4.1.3.4-ZERO: IPv4 may. Over IPv6 the socket decides. */
		bool refused = !v6 && (!st->config.udp_accept_zero_checksum ||
		                       defect(st, DEFECT_UDP_ZERO_CHECKSUM_DROPPED));
		return refused ? no_checksum : NULL;
	}
	/* RFC 1122, 4.1.3.4 (RFC1122-4.1.3.4-BAD): silently discard. */
	struct ip_packet message = *p;
	message.length = h->length;
	if (ip_payload_checksum(&message) != 0 && !defect(st, DEFECT_UDP_ACCEPT_BAD_CHECKSUM))
		return wrong_checksum;
	return NULL;
}

/* If memory is charged, that of datagrams that were read is returned all at once: when it exceeds a quarter of the
 * buffer, or nothing is left to read. */
static void give_back(struct socket *s, size_t booked)
{
	size_t quarter = (size_t)s->options.receive_buffer / 4;

	s->memory_read += booked;
	if (!charge_counts_memory(s->stack) || !s->receive_queue.count || s->memory_read > quarter)
		s->memory_read = 0;
}

/* Where memory is charged, an empty buffer takes a datagram of any size. */
static bool has_room(const struct socket *s, size_t booked)
{
	size_t used = s->receive_queue.bytes + s->memory_read, buffer = (size_t)s->options.receive_buffer;
	bool alone = !used && charge_counts_memory(s->stack) && !defect(s->stack, DEFECT_UDP_LARGEST_DROPPED);

	return alone || used + booked <= buffer;
}

static size_t headers_size(const struct ip_packet *p)
{
	size_t size = 0;

	for (int i = 0; i < HEADER_KINDS; i++)
		size += p->headers[i].size;
	return size;
}

static void keep_headers(struct datagram *d, const struct ip_packet *p)
{
	size_t at = d->length;

	for (int i = 0; i < HEADER_KINDS; i++) {
		d->header_at[i] = at;
		d->header_size[i] = p->headers[i].size;
		if (p->headers[i].size)
			memcpy(d->bytes + at, p->headers[i].bytes, p->headers[i].size);
		at += p->headers[i].size;
	}
}

/* Into the queue of one socket, or dropped when its buffer is full. SO_RXQ_OVFL: each datagram carries the number of
 * datagrams dropped before it. @segment: it is several, each but the last this long; 0: one. */
static void deliver_one(struct socket *s, const struct ip_packet *p, const struct udp_header *h, uint16_t segment)
{
	struct stack *st = s->stack;
	/* RFC768-PAD: what stands beyond the UDP length is not data. */
	bool whole = p->protocol == PROTOCOL_UDPLITE || defect(st, DEFECT_UDP_PADDING_DELIVERED);
	size_t end = whole ? p->length : h->length, length = end - UDP_HEADER_BYTES;
	if (length && defect(st, DEFECT_UDP_END_LOST))
		length--;
	size_t booked = charge_counts_memory(st) ? p->charge.memory : length + BOOKED_EXTRA;

	bool empty_lost = !length && defect(st, DEFECT_UDP_EMPTY_LOST);
	if (s->shut_read || !has_room(s, booked) || empty_lost) {
		s->dropped++;
		tally(st, p, UDP_ERROR);
		tally(st, p, UDP_FULL);
		stack_drop(st, p, "receive buffer is full");
		if (defect(st, DEFECT_UDP_FULL_TOLD))
			icmp_send_unreachable_port(st, p);
		return;
	}
	struct datagram *d = memory_allocate(st, sizeof(*d) + length + headers_size(p));
	if (!d) {
		stack_drop(st, p, "no memory");
		return;
	}
	/* RFC768-RECV; RFC 1122, 4.1.3.5 (RFC1122-4.1.3.5-DST), 4.1.3.2 (RFC1122-4.1.3.2-OPTSUP), 4.1.4. */
	d->from = (struct endpoint){ p->source, defect(st, DEFECT_UDP_SENDER_UNTOLD) ? 0 : h->source_port };
	d->to = p->destination;
	if (defect(st, DEFECT_UDP_DESTINATION_UNTOLD))
		memset(d->to.bytes, 0, sizeof(d->to.bytes));
	d->tos = defect(st, DEFECT_UDP_TOS_UNTOLD) ? 0 : p->tos;
	d->ttl = defect(st, DEFECT_UDP_TTL_UNTOLD) ? 0 : p->ttl;
	d->option_length = p->option_length;
	if (p->option_length)
		memcpy(d->options, p->options, p->option_length);
	d->flow = (uint32_t)p->tos << 20 | p->flow_label;
	d->largest_fragment = p->largest_fragment;
	d->at = st->now;
	d->dropped = s->dropped;
	d->segment = segment;
	d->length = length;
	d->booked = booked;
	memcpy(d->bytes, p->payload + UDP_HEADER_BYTES, length);
	keep_headers(d, p);
	queue_add(&s->receive_queue, d);
	if (s->remote.ip.version)                            /* SO_INCOMING_CPU: that of the only processor */
		s->options.machine.incoming_cpu = 0;
	socket_wake(s);
}

/* Datagrams that one call of ours sent to this host come together (udp_send.c). They stay so for a socket that wants
 * it (UDP_GRO) when they arrive; for any other they become what RFC 768 knows, each with an end of its own. */
static void deliver(struct socket *s, const struct ip_packet *p, const struct udp_header *h)
{
	const uint16_t segment = s->stack->looping_segment;
	struct ip_packet piece = *p;

	if (!segment || s->udp.gro || defect(s->stack, DEFECT_UDP_ALL_JOINED)) {
		deliver_one(s, p, h, segment);
		return;
	}
	for (size_t at = 0, all = h->length - UDP_HEADER_BYTES; at < all; at += segment) {
		struct udp_header header = *h;
		size_t text = all - at < segment ? all - at : segment;
		header.length = (uint16_t)(UDP_HEADER_BYTES + text);
		piece.payload = p->payload + at;             /* the octets of the header are not looked at again */
		piece.length = header.length;
		piece.charge = charge_packet(p->header_length + piece.length);
		deliver_one(s, &piece, &header, 0);
	}
}

/* Broadcast and multicast: a copy for each socket that fits (RFC 1122, 4.1.3.5; RFC 1112, 7.2). */
static bool deliver_to_all(struct stack *st, const struct ip_packet *p, const struct udp_header *h,
                           const struct tuple *t)
{
	bool any = false;

	for (struct socket *s = NULL; (s = socket_next_on_port(st, p->protocol, h->destination_port, s)); ) {
		bool for_it = !ip_is_multicast(&p->destination) || multicast_takes(s, &p->destination, &p->source);
		if (socket_match(s, t) < 0 || !for_it || lacks_checksum(st, s, p, h) || covers_too_little(s, p, h))
			continue;
		deliver(s, p, h);
		any = true;
		if (defect(st, DEFECT_UDP_GROUP_TO_ONE))
			break;
	}
	return any;
}

/* Where the host takes TCP within UDP, the port for that belongs to no socket. */
static bool carries_tcp(const struct stack *st, const struct ip_packet *p, const struct udp_header *h)
{
	return st->config.tcp_udp_port && h->destination_port == st->config.tcp_udp_port && !p->group &&
	       p->protocol == PROTOCOL_UDP && h->source_port && !lacks_checksum(st, NULL, p, h);
}

/* What the datagram carries is a segment, as if IP had brought it; answers go back the same way. */
static void hand_up_segment(struct stack *st, const struct ip_packet *p, const struct udp_header *h)
{
	struct ip_packet segment = *p;

	segment.protocol = PROTOCOL_TCP;
	segment.tunnel = h->source_port;
	segment.payload += UDP_HEADER_BYTES;
	segment.length = h->length - UDP_HEADER_BYTES;
	segment.header_length += UDP_HEADER_BYTES;
	tally(st, p, UDP_IN);
	(void)ip_hand_up(st, &segment);
}

/* A datagram for a group goes to all who want it; one for a single host to the one socket that fits best. */
/* The header is checked before a socket is looked for, and what a socket may want otherwise (no checksum, little
 * coverage) after that. Only where there is no socket at all does the sender get an ICMP error. */
static void udp_input(struct stack *st, const struct ip_packet *p)
{
	struct udp_header h;
	const char *problem = udp_problem(st, p, &h);

	if (problem) {
		refuse_datagram(st, p, problem);
		return;
	}
	if (carries_tcp(st, p, &h)) {
		hand_up_segment(st, p, &h);
		return;
	}
	struct tuple t = { p->source, p->destination, h.source_port, h.destination_port };
	if (p->group) {
		if (!deliver_to_all(st, p, &h, &t)) {
			count(st, p->source.version == 4 ? UdpIgnoredMulti : Udp6IgnoredMulti);
			icmp_send_unreachable_port(st, p);       /* which refuses: RFC1122-3.2.2-NOERRBCAST */
			stack_drop(st, p, "no socket for this group and port");
		}
		return;
	}
	struct socket *s = socket_find(st, p->protocol, &t);
	if (lacks_checksum(st, s, p, &h)) {
		refuse_datagram(st, p, no_checksum);
		return;
	}
	if (s && covers_too_little(s, p, &h)) {
		tally(st, p, UDP_ERROR);
		stack_drop(st, p, "UDP-Lite coverage under the socket's minimum");
		return;
	}
	if (s && socket_near_enough(s, p)) {
		deliver(s, p, &h);
		return;
	}
	if (!s)
		tally(st, p, UDP_NO_PORT);
	/* RFC 1122, 4.1.3.1 (RFC1122-4.1.3.1-PORTUNR); RFC 4443, 3.1. */
	if (!s && !defect(st, DEFECT_UDP_NO_PORT_UNREACHABLE))
		icmp_send_unreachable_port(st, p);
	stack_drop(st, p, s ? "TTL under the socket's minimum" : "no socket on this port");
}

/* ---- ICMP errors ---- */

/* TCP within UDP: an error about such a datagram is one about the segment in it, if the quote reaches that far. */
static bool is_about_segment(const struct stack *st, const struct icmp_error *e)
{
	return st->config.tcp_udp_port && e->tuple.source_port == st->config.tcp_udp_port &&
	       e->protocol == PROTOCOL_UDP && e->quoted_length >= UDP_HEADER_BYTES + QUOTED_TCP_BYTES;
}

/* TCP's ports and sequence number follow the UDP header. */
static void segment_error(struct stack *st, const struct icmp_error *e)
{
	const uint8_t *tcp = e->quoted + UDP_HEADER_BYTES;
	struct icmp_error about = *e;

	about.protocol = PROTOCOL_TCP;
	about.tuple.source_port = get16(tcp);
	about.tuple.destination_port = get16(tcp + 2);
	about.seq = get32(tcp + 4);
	about.quoted = tcp;
	about.quoted_length = e->quoted_length - UDP_HEADER_BYTES;
	(void)ip_transport_error(st, &about);
}

/* An error about a datagram that this host has sent, found by the addresses in the quote. "Too big" lowers the path
 * MTU, unless the user has turned discovery off, searches for the MTU (IP_PMTUDISC_PROBE), or does not believe such
 * messages, which anybody may forge (IP_PMTUDISC_INTERFACE, IP_PMTUDISC_OMIT). */
static void udp_icmp_error(struct stack *st, const struct icmp_error *e)
{
	const struct tuple back = tuple_reversed(&e->tuple);
	struct socket *s = socket_find(st, e->protocol, &back);

	if (is_about_segment(st, e)) {
		segment_error(st, e);
		return;
	}
	if (!s)
		count(st, e->tuple.source.version == 4 ? IcmpInErrors : Icmp6InErrors);
	if (!s || defect(st, DEFECT_UDP_ERROR_LOST))
		return;
	bool asked = e->tuple.source.version == 4 && s->domain == AF_INET ? s->options.receive_errors
	             : s->options.receive_errors6 || s->options.receive_errors;
	int discovery = e->tuple.source.version == 4 ? s->options.pmtu_discovery : s->options.pmtu_discovery6;

	if (e->severity == ICMP_TOO_BIG && discovery == IP_PMTU_OFF)
		return;
	bool believed = discovery < IP_PMTU_PROBE ||
	                (discovery > IP_PMTU_PROBE && defect(st, DEFECT_UDP_MTU_BELIEVED));
	if (e->severity == ICMP_TOO_BIG && believed)
		ip_lower_path_mtu(st, &e->tuple.destination, e->info, e->quoted_total);
	/* RFC 1122, 4.1.3.3 (RFC1122-4.1.3.3-ICMPUP): all errors go to those who asked for them. */
	socket_queue_error(s, e);
	/* Others learn of hard ones only, and only if connected: then it is clear which peer the error is about. */
	bool parameter = e->type == (e->tuple.source.version == 4 ? 12 : 4);
	/* RFC 1122, 3.2.2.1 (RFC1122-3.2.2.1-HINT), 3.2.2.4. */
	bool hard = e->severity != ICMP_SOFT || parameter || defect(st, DEFECT_UDP_HINT_BELIEVED);
	if (asked || (hard && !defect(st, DEFECT_UDP_HARD_ERROR_KEPT) && s->remote.ip.version))
		socket_fail(s, e->error);
}

/* ---- the user reads ---- */

/* Level and type of a control message. */
struct kind {
	int level, type;
};

static void add_bytes(struct msghdr *m, size_t *used, struct kind kind, const void *data, size_t length)
{
	message_add_control(m, used, &(struct cmsghdr){
		.cmsg_len = CMSG_LEN(length), .cmsg_level = kind.level, .cmsg_type = kind.type,
	}, data);
}

static void add_int(struct msghdr *m, size_t *used, int level, int type, int number)
{
	add_bytes(m, used, (struct kind){ level, type }, &number, sizeof(number));
}

/* Linux returns the TOS as an octet and the TTL as an int, and programs read them so. */
static void add_controls4(const struct socket *s, const struct datagram *d, struct msghdr *m, size_t *used)
{
	struct in_pktinfo info = { .ipi_ifindex = STACK_INTERFACE };
	uint8_t tos = d->tos;

	memcpy(&info.ipi_addr, d->to.bytes, 4);
	info.ipi_spec_dst = info.ipi_addr;
	if (s->options.packet_info)
		add_bytes(m, used, (struct kind){ IPPROTO_IP, IP_PKTINFO }, &info, sizeof(info));
	if (s->options.receive_ttl)
		add_int(m, used, IPPROTO_IP, IP_TTL, d->ttl);
	if (s->options.receive_tos)
		add_bytes(m, used, (struct kind){ IPPROTO_IP, IP_TOS }, &tos, sizeof(tos));
	if (s->options.receive_destination) {
		struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(s->local.port) };
		to.sin_addr = info.ipi_addr;
		add_bytes(m, used, (struct kind){ IPPROTO_IP, IP_ORIGDSTADDR }, &to, sizeof(to));
	}
	if (s->options.receive_options && d->option_length)
		add_bytes(m, used, (struct kind){ IPPROTO_IP, IP_RECVOPTS }, d->options,
		          d->option_length);
	if (s->options.return_options && d->option_length) {
		const struct ip_packet came = {
			.destination = d->to, .options = d->options, .option_length = d->option_length,
		};
		uint8_t back[IPV4_OPTION_BYTES];
		size_t length = ip_return_options(s->stack, &came, back);
		add_bytes(m, used, (struct kind){ IPPROTO_IP, IP_RETOPTS }, back, length);
	}
	if (s->options.receive_fragment_size && d->largest_fragment)
		add_int(m, used, IPPROTO_IP, IP_RECVFRAGSIZE, d->largest_fragment);
}

static const int header_types[HEADER_KINDS] = {
	[HEADER_HOP_BY_HOP] = IPV6_HOPOPTS, [HEADER_DESTINATION] = IPV6_DSTOPTS, [HEADER_ROUTING] = IPV6_RTHDR,
};

/* A socket of IPv6 that gets a datagram of IPv4 sees mapped addresses. The older names (RFC 2292) have the same
 * contents under other numbers. */
static void add_controls6(const struct socket *s, const struct datagram *d, struct msghdr *m, size_t *used)
{
	struct ip_address to = d->to.version == 4 ? ip_mapped(&d->to) : d->to;
	struct in6_pktinfo info = { .ipi6_ifindex = STACK_INTERFACE };

	const uint32_t flow = htonl(d->flow);
	memcpy(&info.ipi6_addr, to.bytes, 16);
	if (s->options.packet_info_old)
		add_bytes(m, used, (struct kind){ IPPROTO_IPV6, IPV6_2292PKTINFO }, &info, sizeof(info));
	if (s->options.receive_hop_limit_old)
		add_int(m, used, IPPROTO_IPV6, IPV6_2292HOPLIMIT, d->ttl);
	if (s->options.packet_info6)
		add_bytes(m, used, (struct kind){ IPPROTO_IPV6, IPV6_PKTINFO }, &info,
		          sizeof(info));
	if (s->options.receive_hop_limit)
		add_int(m, used, IPPROTO_IPV6, IPV6_HOPLIMIT, d->ttl);
	if (s->options.receive_class)
		add_int(m, used, IPPROTO_IPV6, IPV6_TCLASS, d->tos);
	if (s->options.receive_flow && d->flow && d->to.version == 6)
		add_bytes(m, used, (struct kind){ IPPROTO_IPV6, IPV6_FLOWINFO }, &flow, sizeof(flow));
	/* RFC 3542, 8.1 and 9: as they came, in the order of the standard. */
	for (int i = 0; i < HEADER_KINDS; i++)
		if (s->options.receive_headers[i] && d->header_size[i])
			add_bytes(m, used, (struct kind){ IPPROTO_IPV6, header_types[i] },
			          d->bytes + d->header_at[i], d->header_size[i]);
	if (s->options.receive_destination6 && d->to.version == 6) {
		struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_port = htons(s->local.port) };
		at.sin6_addr = info.ipi6_addr;
		add_bytes(m, used, (struct kind){ IPPROTO_IPV6, IPV6_ORIGDSTADDR }, &at, sizeof(at));
	}
	if (s->options.receive_fragment_size6 && d->largest_fragment)
		add_int(m, used, IPPROTO_IPV6, IPV6_RECVFRAGSIZE, d->largest_fragment);
}

/* All control messages that the user asked for, as far as there is room. */
static void add_controls(const struct socket *s, const struct datagram *d, struct msghdr *m)
{
	size_t used = 0;

	socket_add_stamps(s, d->at, m, &used);
	if (s->options.report_drops && d->dropped)
		add_int(m, &used, SOL_SOCKET, SO_RXQ_OVFL, (int)d->dropped);
	if (s->options.machine.receive_mark)                 /* marks are local to the machine: none came */
		add_int(m, &used, SOL_SOCKET, SO_MARK, 0);
	if (s->options.machine.receive_priority)
		add_int(m, &used, SOL_SOCKET, SO_PRIORITY, 0);
	if (s->udp.gro && d->segment)
		add_int(m, &used, IPPROTO_UDP, UDP_GRO, d->segment);
	if (d->to.version == 4)
		add_controls4(s, d, m, &used);
	if (s->domain == AF_INET6)
		add_controls6(s, d, m, &used);
	m->msg_controllen = used;
}

/* One datagram a call; what does not fit is cut off and lost, which MSG_TRUNC shows (RFC 768 knows no partial
 * datagram). MSG_PEEK with SO_PEEK_OFF looks into later datagrams: an offset counts the bytes of all that wait. */
static int64_t udp_receive(struct socket *s, struct msghdr *message, int flags)
{
	struct datagram *d = s->receive_queue.first;
	size_t start = socket_peek_start(s, flags);

	if (flags & MSG_OOB && !s->stack->config.udp_oob_ignored)       /* POSIX, recv() */
		return -EOPNOTSUPP;
	if (s->error)
		return -socket_take_error(s);
	for (; d && start && start >= d->length; d = d->next)
		start -= d->length;
	if (!d) {
		const bool waits = stack_is_blocking(s->stack, s->fd) && !(flags & MSG_DONTWAIT);
		const bool end = s->shut_read && (waits || !s->stack->config.udp_shut_seen_by_waiting);
		message->msg_controllen = end ? 0 : message->msg_controllen;
		return end ? 0 : -EAGAIN;
	}
	size_t copied = message_scatter(message, 0, d->bytes + start, d->length - start);
	/* The rest of the datagram is gone. */
	if (copied < d->length - start && !defect(s->stack, DEFECT_UDP_CUT_UNTOLD))
		message->msg_flags |= MSG_TRUNC;
	if (message->msg_name)
		endpoint_to_sockaddr(s, &d->from, message->msg_name, &message->msg_namelen);
	add_controls(s, d, message);
	int64_t result = flags & MSG_TRUNC ? (int64_t)d->length : (int64_t)copied;
	socket_peeked(s, flags, flags & MSG_PEEK ? (size_t)result : d->length);
	if (defect(s->stack, DEFECT_UDP_REST_KEPT) && copied && copied < d->length - start && !(flags & MSG_PEEK)) {
		memmove(d->bytes, d->bytes + copied, d->length - copied);
		d->length -= copied;
		return result;
	}
	if (!(flags & MSG_PEEK)) {
		d = queue_take(&s->receive_queue);
		udp_count(s->stack, s->protocol, d->to.version, UDP_IN);
		give_back(s, d->booked);
		memory_release(s->stack, d);
	}
	return result;
}

/* ---- the other calls ---- */

/* Sends nothing: it fixes the peer, so that only datagrams from there are received, and chooses the source address for
 * good. */
static int udp_connect(struct socket *s, const struct endpoint *remote)
{
	struct ip_address source;
	int error = 0;

	if (!remote) {
		/* The port goes back too, if the user did not choose it. */
		s->remote = (struct endpoint){ 0 };
		if (!s->address_chosen_by_user)
			s->local.ip = (struct ip_address){ 0 };
		if (!s->port_chosen_by_user) {
			socket_unhash(s);
			s->local.port = 0;
			s->bound = false;
		}
		return 0;
	}
	if (!udp_source_for(s, &remote->ip, &source))
		return -ENETUNREACH;
	const struct stack_route *r = ip_route(s->stack, &remote->ip);
	if (r && r->error)
		return -r->error;
	bool chosen = s->local.port;
	error = s->hashed ? 0 : socket_hash(s, true);
	if (error)                                           /* a port that nobody chose may soon be free */
		return error == -EADDRINUSE && !chosen ? -EAGAIN : error;
	/* RFC1122-4.1.3.5-SRCUP: getsockname() tells the source from now on. */
	if (!s->address_chosen_by_user && !defect(s->stack, DEFECT_UDP_SOURCE_OPEN))
		s->local.ip = source;
	s->remote = *remote;
	return 0;
}

/* Writing never blocks, since datagrams leave within the call. */
static short udp_poll(struct socket *s)
{
	short ready = POLLOUT | POLLWRNORM | POLLWRBAND;

	if (s->receive_queue.count || s->shut_read)
		ready |= POLLIN | POLLRDNORM;
	if (s->shut_read)
		ready |= POLLRDHUP;
	if (s->shut_read && s->shut_write)
		ready |= POLLHUP;
	return ready;
}

/* Without a peer it is an error, and takes effect all the same: a call that waits returns. */
static int udp_shutdown(struct socket *s, int how)
{
	bool connected = s->remote.ip.version != 0;

	s->shut_read |= how == SHUT_RD || how == SHUT_RDWR;
	s->shut_write |= how == SHUT_WR || how == SHUT_RDWR;
	socket_wake(s);
	return connected ? 0 : -ENOTCONN;
}

static int udp_close(struct socket *s)
{
	socket_free(s);
	return 0;
}

static int udp_ioctl(struct socket *s, unsigned long request, int *value)
{
	if (request == SIOCINQ)                              /* of the next datagram, not of the queue */
		*value = s->receive_queue.first ? (int)s->receive_queue.first->length : 0;
	else if (request == SIOCOUTQ)
		*value = (int)udp_pending_length(s);
	else
		return -ENOTTY;
	return 0;
}

/* ---- options of level IPPROTO_UDP ---- */

static const struct option {
	int name;
	struct field field;
} options[] = {
	{ UDP_CORK, FIELD_SWITCH(struct udp_options, cork) },
	{ UDP_SEGMENT, FIELD(struct udp_options, segment, 0, UINT16_MAX) },
	{ UDP_GRO, FIELD_SWITCH(struct udp_options, gro) },
	{ UDP_NO_CHECK6_TX, FIELD_SWITCH(struct udp_options, no_check6_send) },
	{ UDP_NO_CHECK6_RX, FIELD_SWITCH(struct udp_options, no_check6_receive) },
};

static const struct option *find_option(int name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (options[i].name == name)
			return &options[i];
	return NULL;
}

/* Both protocols have the options of UDP; on UDP-Lite they can be set at its own level as well. */
static bool has_level(const struct socket *s, int level)
{
	return level == IPPROTO_UDP || (level == IPPROTO_UDPLITE && s->protocol == PROTOCOL_UDPLITE);
}

static bool is_coverage(const struct socket *s, int level, int name)
{
	return level == IPPROTO_UDPLITE && s->protocol == PROTOCOL_UDPLITE &&
	       (name == UDPLITE_SEND_CSCOV || name == UDPLITE_RECV_CSCOV);
}

/* The header is always covered: any smaller value but 0 means the header. */
static void set_coverage(struct udp_options *o, int name, int number)
{
	int fitting = number > UINT16_MAX ? UINT16_MAX : number;
	uint16_t coverage = (uint16_t)(fitting && fitting < UDP_HEADER_BYTES ? UDP_HEADER_BYTES : fitting);

	if (name == UDPLITE_SEND_CSCOV) {
		o->send_coverage = coverage;
		o->send_coverage_set = true;
	} else {
		o->receive_coverage = coverage;
		o->receive_coverage_set = true;
	}
}

/* UDP_CORK turned off sends what it has held back. */
static int udp_set(struct socket *s, int level, int name, const void *value, socklen_t length)
{
	const struct option *o = has_level(s, level) ? find_option(name) : NULL;
	int number;

	if (is_coverage(s, level, name)) {
		if (!option_int(value, length, &number))
			return -EINVAL;
		set_coverage(&s->udp, name, number);
		return 0;
	}
	if (has_level(s, level) && !value && length >= sizeof(int))
		return -EFAULT;
	if (has_level(s, level) && name == UDP_ENCAP && option_int(value, length, &number) && number >= 0 &&
	    number <= UDP_ENCAP_MOST)
		return number ? host_cannot(s->stack, "what UDP_ENCAP would unwrap is not known") : 0;
	if (!o)
		return length < sizeof(int) && has_level(s, level) ? -EINVAL : -ENOPROTOOPT;
	if (!option_int(value, length, &number) || !field_set(&s->udp, &o->field, number))
		return -EINVAL;
	if (name == UDP_CORK && !number)
		udp_push(s);
	return 0;
}

static int udp_get(struct socket *s, int level, int name, void *value, socklen_t *length)
{
	const struct option *o = has_level(s, level) ? find_option(name) : NULL;
	const struct udp_options *set = &s->udp;

	if (is_coverage(s, level, name))
		return option_return_int(name == UDPLITE_SEND_CSCOV ? set->send_coverage : set->receive_coverage, value,
		                         length);
	if (has_level(s, level) && name == UDP_ENCAP)
		return option_return_int(0, value, length);
	if (!o)
		return has_level(s, level) ? -ENOPROTOOPT : -EOPNOTSUPP;
	return option_return_int((int)field_get(&s->udp, &o->field), value, length);
}

static const struct socket_ops udp_socket_ops = {
	.connect = udp_connect, .send = udp_send, .receive = udp_receive, .poll = udp_poll, .shutdown = udp_shutdown,
	.close = udp_close, .detach = udp_drop_pending, .ioctl = udp_ioctl, .set = udp_set, .get = udp_get,
};

const struct protocol udp_protocol = {
	.number = PROTOCOL_UDP, .socket_type = SOCK_DGRAM, .socket_ops = &udp_socket_ops, .input = udp_input,
	.error = udp_icmp_error,
};

const struct protocol udplite_protocol = {
	.number = PROTOCOL_UDPLITE, .socket_type = SOCK_DGRAM, .socket_ops = &udp_socket_ops, .input = udp_input,
	.error = udp_icmp_error,
};
