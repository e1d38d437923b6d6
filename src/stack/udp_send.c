/* SPDX-License-Identifier: MIT
 *
 * udp_send.c - RFC 768; RFC 1122, 4.1; RFC 8200, 8.1; RFC 3828: datagrams that leave
 *
 * A datagram goes out within the call: there is no send buffer that could be full, so sending never blocks, and errors
 * are known at once. What a call decides about its datagram (struct udp_outgoing) comes from three places, each
 * overruling those before it: the socket's options, the address in the call, and control messages (udp_control.c).
 *
 * With UDP_CORK or MSG_MORE several calls make one datagram. Its text then waits in struct udp_pending with the
 * decisions of the first call, which the later ones cannot change. With UDP_SEGMENT one call makes several datagrams
 * of a given size: they are cut from one buffer, each header written over the end of the text that has left before
 * it. Nothing on the way to ourselves needs them cut, so there they stay together, and udp.c cuts them if the socket
 * that they reach does not want them so (UDP_GRO).
 *
 * The checksum is computed here and not by IP, since it covers the addresses (RFC 768, the pseudo-header) and may be
 * left out over IPv4 by SO_NO_CHECK, over IPv6 only for tunnels that ask for it (RFC 6935, 5).
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>

#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/ip_output.h"
#include "stack/message.h"
#include "stack/path.h"
#include "stack/sock.h"
#include "stack/socket_error.h"
#include "stack/socket_packet.h"
#include "stack/socket_table.h"
#include "stack/udp.h"
#include "stack/udp_control.h"
#include "wire/checksum.h"
#include "wire/codec.h"

enum { LONGEST_PACKET = 65535, LONGEST_TEXT = LONGEST_PACKET - UDP_HEADER_BYTES, LONGEST_TO_SELF = LONGEST_PACKET };
enum { MOST_SEGMENTS = 128 };                            /* of one call, as on Linux */

/* Text that was written and waits for more. */
struct udp_pending {
	struct udp_outgoing to;
	size_t length;
	uint8_t bytes[];
};

/* RFC 4113, and for UDP-Lite what Linux has beside it. */
void udp_count(struct stack *st, uint8_t protocol, uint8_t version, enum udp_counter what)
{
	static const enum counter counters[UDP_COUNTERS][2][2] = {
#define ROW(name) { { Udp##name, Udp6##name }, { UdpLite##name, UdpLite6##name } }
		[UDP_IN] = ROW(InDatagrams), [UDP_NO_PORT] = ROW(NoPorts), [UDP_ERROR] = ROW(InErrors),
		[UDP_OUT] = ROW(OutDatagrams), [UDP_FULL] = ROW(RcvbufErrors), [UDP_CHECKSUM] = ROW(InCsumErrors),
#undef ROW
	};

	count(st, counters[what][protocol == PROTOCOL_UDPLITE][version == 6]);
}

/* ---- where to, and how ---- */

static int choose_remote(struct socket *s, const struct msghdr *message, struct endpoint *out)
{
	if (!message->msg_name) {
		*out = s->remote;
		return s->remote.ip.version ? 0 : -EDESTADDRREQ;
	}
	int error = endpoint_from_sockaddr(s, message->msg_name, message->msg_namelen, out);
	if (error)
		return error;
	if (!out->port)
		return -EINVAL;
	endpoint_any_is_loopback(s, out);
	return 0;
}

bool udp_source_for(const struct socket *s, const struct ip_address *destination, struct ip_address *source)
{
	const struct ip_address *chosen = &s->options.multicast_source;

	if (ip_is_loopback(destination)) {
		*source = *destination;
		return true;
	}
	if (ip_is_multicast(destination) && chosen->version == destination->version) {             /* RFC 1112, 6.1 */
		*source = *chosen;
		return true;
	}
	return ip_source_for(s->stack, destination, source);
}

/* Everything about the datagram but its text. A socket that has no port yet gets one now. 0 or minus an errno. */
static int choose_addresses(struct socket *s, const struct msghdr *message, struct udp_outgoing *o)
{
	struct stack *st = s->stack;
	int error = choose_remote(s, message, &o->remote);

	if (error)
		return error;
	if (ip_is_broadcast(st, &o->remote.ip) && !s->options.broadcast)
		return -EACCES;
	bool inward = o->remote.ip.version == 4 ? ip_is_loopback(&s->options.multicast_source)
	                                        : s->options.multicast_interface == STACK_LOOPBACK;
	if (inward && ip_is_multicast(&o->remote.ip))
		return host_cannot(st, "no group is reached by the loopback here (IP_MULTICAST_IF, IPV6_MULTICAST_IF)");
	o->send.destination = o->remote.ip;
	socket_fill_send(s, &o->send);
	error = udp_take_controls(s, message, o);
	if (error)
		return error;
	if (defect(st, DEFECT_UDP_SOURCE_CHANGED))
		o->send.source = s->local.ip;
	/* RFC 1122, 4.1.3.6 (RFC1122-4.1.3.6-OWNSRC): only with an address of this host. */
	if (o->send.source.version && (ip_is_multicast(&o->send.source) || ip_is_broadcast(st, &o->send.source)))
		o->send.source.version = 0;
	if (!o->send.source.version && !udp_source_for(s, &o->remote.ip, &o->send.source))
		return -ENETUNREACH;
	if (o->send.source.version != o->remote.ip.version)
		return -ENETUNREACH;
	if (defect(st, DEFECT_UDP_ANY_SOURCE))
		return s->hashed ? 0 : socket_hash(s, true);
	if (!ip_is_own(st, &o->send.source)) {
		if (o->remote.ip.version == 4)
			count(st, IpOutNoRoutes);
		return o->remote.ip.version == 4 ? -ENETUNREACH : -EINVAL;                     /* the error of Linux */
	}
	return s->hashed ? 0 : socket_hash(s, true);
}

/* ---- one datagram ---- */

static bool checksum_wanted(const struct socket *s, const struct udp_outgoing *o)
{
	const struct stack *st = s->stack;

	if (s->protocol == PROTOCOL_UDPLITE)                     /* RFC 3828, 3.1: it must not be left out */
		return true;
	/* RFC 8200, 8.1: over IPv6 it is not optional, but for tunnels (RFC 6935, 5). */
	if (o->send.destination.version == 6)
		return (!s->udp.no_check6_send || defect(st, DEFECT_UDP6_TUNNEL_CHECKSUM)) &&
		       !defect(st, DEFECT_UDP6_CHECKSUM_MISSING);
	/* RFC 1122, 4.1.3.4 (RFC1122-4.1.3.4-DEFAULT): on unless the user says no. */
	return (!s->options.no_check || defect(st, DEFECT_UDP_CHECKSUM_ALWAYS)) && !defect(st, DEFECT_UDP_NO_CHECKSUM);
}

/* The largest packet that may leave in one piece: as the path MTU says, or with IP_PMTUDISC_PROBE and what lies above
 * it the link alone. */
static uint32_t largest_packet(const struct socket *s, const struct ip_address *destination)
{
	int discovery = destination->version == 4 ? s->options.pmtu_discovery : s->options.pmtu_discovery6;

	if (ip_is_own(s->stack, destination))
		return LONGEST_TO_SELF;
	return discovery >= IP_PMTU_PROBE ? ip_link_mtu(s->stack, destination) : stack_path_mtu(s->stack, destination);
}

/* What the header says in the place of the length (RFC 3828, 3.1). A socket that asked for all says 0; one that asked
 * for more than there is, or never asked, how much it is. */
static uint16_t coverage_of(const struct socket *s, uint16_t length)
{
	const struct udp_options *o = &s->udp;
	bool all = !o->send_coverage_set || o->send_coverage > length || defect(s->stack, DEFECT_UDPLITE_COVERS_ALL);

	return all ? length : o->send_coverage;
}

/* Send @length bytes of text, which start UDP_HEADER_BYTES behind @datagram; the header is written into that gap. */
static int send_one(struct socket *s, const struct udp_outgoing *to, uint8_t *datagram, size_t length)
{
	struct udp_outgoing o = *to;
	if (o.own_options)
		o.send.options = o.options;
	if (length && defect(s->stack, DEFECT_UDP_SENT_SHORT))
		length--;
	struct udp_header h = {
		.source_port = s->local.port, .destination_port = o.remote.port,
		.length = (uint16_t)(UDP_HEADER_BYTES + length),
	};

	size_t whole = h.length;
	if (s->protocol == PROTOCOL_UDPLITE)
		h.length = coverage_of(s, h.length);
	udp_build(&h, datagram, UDP_HEADER_BYTES);
	if (checksum_wanted(s, &o)) {
		uint32_t sum = checksum_pseudo(&o.send.source, &o.remote.ip, s->protocol, whole);
		if (defect(s->stack, DEFECT_UDP_NO_PSEUDO_HEADER))
			sum = 0;
		uint16_t checksum = checksum_finish(checksum_add(sum, datagram, h.length ? h.length : whole));
		bool ones = !checksum && !defect(s->stack, DEFECT_UDP_ZERO_NOT_ONES);
		put16(datagram + 6, ones ? 0xffff : checksum);               /* RFC768-FFFF */
	}
	o.send.payload = datagram;
	o.send.length = whole;
	return ip_output(s->stack, &o.send);
}

/* The bytes of the IP and UDP headers in front of the text. */
static size_t headers(const struct udp_outgoing *o)
{
	size_t ip = o->remote.ip.version == 4 ? IPV4_HEADER_BYTES + o->send.option_length : IPV6_HEADER_BYTES;

	return ip + UDP_HEADER_BYTES;
}

/* May the text be cut into datagrams of UDP_SEGMENT bytes? 0 or minus an errno, as Linux gives it. */
static int may_segment(const struct socket *s, const struct udp_outgoing *o, size_t length)
{
	size_t longest = length < o->segment ? length : o->segment;

	if (headers(o) + longest > largest_packet(s, &o->remote.ip))
		return -EMSGSIZE;
	return length > o->segment * MOST_SEGMENTS || !checksum_wanted(s, o) ? -EINVAL : 0;
}

/* The text is in st->segment behind room for a header. One datagram, or as many as UDP_SEGMENT makes of it: each
 * header takes the place of text that has left already. */
static int send_all(struct socket *s, const struct udp_outgoing *o, size_t length)
{
	size_t size = o->segment && o->segment < length ? o->segment : length, at = 0;
	int error = o->segment ? may_segment(s, o, length) : 0;
	struct udp_outgoing joined = *o;
	const uint64_t before = s->stack->counts.packets_out;

	if (error)
		return error;
	if (size < length && ip_is_own(s->stack, &o->remote.ip) && !defect(s->stack, DEFECT_UDP_NOTHING_JOINED)) {
		joined.send.segment = (uint16_t)size;
		size = length;
	}
	do {
		size_t piece = length - at < size ? length - at : size;
		error = send_one(s, &joined, s->stack->segment + at, piece);
		at += piece;
	} while (!error && at < length);
	if (!error) {                                         /* counted as one, even if it was cut into several */
		bool in_one_piece = s->stack->counts.packets_out - before == 1;
		udp_count(s->stack, s->protocol, o->remote.ip.version, UDP_OUT);
		notice_datagram(s, &o->notice, in_one_piece ? NOTICE_FREED_FIRST : NOTICE_SENT_FIRST);
	}
	if (error == -EMSGSIZE)
		socket_queue_local_error(s, &o->remote, EMSGSIZE, largest_packet(s, &o->remote.ip));
	return error;
}

/* ---- several calls, one datagram ---- */

size_t udp_pending_length(const struct socket *s)
{
	return s->udp_pending ? s->udp_pending->length : 0;
}

void udp_drop_pending(struct socket *s)
{
	memory_release(s->stack, s->udp_pending);
	s->udp_pending = NULL;
}

int udp_push(struct socket *s)
{
	struct udp_pending *p = s->udp_pending;
	int error;

	if (!p)
		return 0;
	memcpy(s->stack->segment + UDP_HEADER_BYTES, p->bytes, p->length);
	error = send_all(s, &p->to, p->length);
	udp_drop_pending(s);
	return error;
}

/* Is the datagram too long to go out? If so, the error is queued for those that look there. */
static bool too_long(struct socket *s, const struct udp_outgoing *o, size_t length)
{
	enum ip_fragmentation how = o->send.fragmentation;
	bool whole = how == IP_FRAGMENT_NEVER || how == IP_FRAGMENT_PROBE || how == IP_FRAGMENT_LINK_NEVER;
	size_t longest = o->remote.ip.version == 4 ? LONGEST_PACKET - headers(o) : LONGEST_TEXT;

	if (length <= longest && (!whole || o->segment || headers(o) + length <= largest_packet(s, &o->remote.ip)))
		return false;
	socket_queue_local_error(s, &o->remote, EMSGSIZE, largest_packet(s, &o->remote.ip));
	return true;
}

/* Add @message to the text that waits. @first says where it goes if nothing waits yet. 0, or minus an errno: then what
 * waited is forgotten, too. */
static int append(struct socket *s, const struct udp_outgoing *first, const struct msghdr *message, bool zero_copy)
{
	struct udp_pending *old = s->udp_pending, *p;
	size_t before = udp_pending_length(s), more = message_length(message);
	const struct udp_outgoing *to = old ? &old->to : first;

	if (too_long(s, to, before + more)) {
		udp_drop_pending(s);
		return -EMSGSIZE;
	}
	p = memory_allocate(s->stack, sizeof(*p) + before + more);
	if (p) {
		p->to = *to;
		p->to.notice.zero_copies += zero_copy;
		p->length = before + more;
		if (old)
			memcpy(p->bytes, old->bytes, before);
		message_gather(message, 0, p->bytes + before, more);
	}
	udp_drop_pending(s);
	s->udp_pending = p;
	return p ? 0 : -ENOBUFS;
}

/* What can be wrong before anything is sent. An error that came since the last call is reported when memory is taken:
 * what is wrong with the call itself comes first (Linux). */
static int prepare(struct socket *s, const struct msghdr *message, struct udp_outgoing *o)
{
	bool v4 = s->remote.ip.version ? s->remote.ip.version == 4 : s->domain == AF_INET;
	const size_t length = message_length(message);
	int error = length > LONGEST_PACKET ? -EMSGSIZE : choose_addresses(s, message, o);

	if (error)
		return error;
	if (too_long(s, o, length))
		return -EMSGSIZE;
	if (s->error || s->shut_write)
		count(s->stack, v4 ? IpOutDiscards : Ip6OutDiscards);
	if (s->error)
		return -socket_take_error(s);
	return s->shut_write ? -EPIPE : 0;
}

/* Text that waits goes where its first call said, whatever later calls say, and errors wait for the next call. */
int64_t udp_send(struct socket *s, const struct msghdr *message, int flags)
{
	struct udp_outgoing o = { .send.protocol = s->protocol, .segment = s->udp.segment };
	size_t length = message_length(message);
	bool more = s->udp.cork || flags & MSG_MORE;
	int error;

	if (flags & MSG_OOB)
		return -EOPNOTSUPP;
	if (!s->udp_pending && (error = prepare(s, message, &o)))
		return error;
	if (s->udp_pending || more) {
		error = append(s, &o, message, notice_is_zero_copy(s, flags));
		if (!error && !more)
			error = udp_push(s);
	} else {
		o.notice.zero_copies = notice_is_zero_copy(s, flags);
		message_gather(message, 0, s->stack->segment + UDP_HEADER_BYTES, length);
		error = send_all(s, &o, length);
	}
	return error ? error : (int64_t)length;
}
