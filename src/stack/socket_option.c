/* SPDX-License-Identifier: MIT
 *
 * socket_option.c - setsockopt() and getsockopt() of levels SOL_SOCKET, IPPROTO_IP and IPPROTO_IPV6
 *
 * Nearly every option is one field of struct socket_options: a row of number_options[] says where it is, how wide, and
 * within which bounds, and both calls follow from the row. Options that do more than that (their value is a
 * structure, or setting them has an effect) are rows of specials[] with functions. Options of other levels are the
 * protocol's (socket_ops.h).
 *
 * What an option means is not decided here but where packets are made (socket_packet.c) or taken (udp.c, TCP): this
 * file only keeps what the user said. Options are copied from a listener to its children by assignment, so they hold
 * no pointers.
 *
 * A new option is a member of struct socket_options, a row here, and the line of code that heeds it.
 */
#include "stack/socket_option.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "stack/host.h"
#include "stack/ip_option.h"
#include "stack/option_value.h"
#include "stack/sock.h"
#include "stack/socket_device.h"
#include "stack/socket_machine.h"
#include "stack/socket_multicast.h"
#include "stack/socket_option6.h"
#include "util/common.h"
#include "util/newer_names.h"

/* The last one is the value of SO_BPF_EXTENSIONS: the words that Linux adds to classic BPF. */
enum { IPV6_MINIMUM_MTU = 1280, DEFAULT_TTL = -1, FILTER_EXTENSIONS = 64 };

void socket_options_init(const struct stack *st, int domain, struct socket_options *o)
{
	*o = (struct socket_options){
		.receive_buffer = (int)st->config.socket_receive_buffer,
		.send_buffer = (int)st->config.socket_send_buffer,
		.max_pacing_rate = UINT64_MAX, .receive_low_water = 1, .receive_timeout = VTIME_NEVER,
		.send_timeout = VTIME_NEVER, .ttl = DEFAULT_TTL, .hop_limit = DEFAULT_TTL, .multicast_ttl = 1,
		.multicast_hops = DEFAULT_TTL, .multicast_loop = true,
		.pmtu_discovery = (int)st->config.ip_pmtu_discovery,
		.pmtu_discovery6 = (int)st->config.ip_pmtu_discovery,
		.v6only = st->config.ip6_v6only,
		.group_all = domain == AF_INET && st->config.udp_any_group, .group_all6 = st->config.udp_any_group,
		.machine = { .incoming_cpu = -1, .keeps_way = !st->config.tcp_rehash },
	};
}

/* ---- options that are one number ---- */

/* The least length of a value. At level IPPROTO_IP one byte may do, or none, which means 0. */
#define USUAL(level) ((level) == IPPROTO_IP ? 0 : sizeof(int))
#define RANGE(level, name, member, low, high) \
	{ level, name, USUAL(level), FIELD(struct socket_options, member, low, high) }
#define SWITCH(level, name, member) { level, name, USUAL(level), FIELD_SWITCH(struct socket_options, member) }
#define SWITCH_FROM(bytes, level, name, member) { level, name, bytes, FIELD_SWITCH(struct socket_options, member) }
#define RANGE_FROM(bytes, level, name, member, low, high) \
	{ level, name, bytes, FIELD(struct socket_options, member, low, high) }

/* setsockopt() accepts values within the bounds. A negative value for an unsigned member (IPV6_TCLASS takes -1 for "the
 * default") becomes 0. */
static const struct option {
	int level, name;
	socklen_t shortest;
	struct field field;
} number_options[] = {
	SWITCH(SOL_SOCKET, SO_REUSEADDR, reuse_address),
	SWITCH(SOL_SOCKET, SO_REUSEPORT, reuse_port),
	SWITCH(SOL_SOCKET, SO_KEEPALIVE, keep_alive),
	SWITCH(SOL_SOCKET, SO_BROADCAST, broadcast),
	SWITCH(SOL_SOCKET, SO_OOBINLINE, oob_inline),
	SWITCH(SOL_SOCKET, SO_NO_CHECK, no_check),
	SWITCH(SOL_SOCKET, SO_DONTROUTE, dont_route),
	SWITCH(SOL_SOCKET, SO_RXQ_OVFL, report_drops),
	RANGE(SOL_SOCKET, SO_ZEROCOPY, zero_copy, 0, 1),
	SWITCH(SOL_SOCKET, SO_DEBUG, machine.debug),
	SWITCH(SOL_SOCKET, SO_WIFI_STATUS, machine.wifi_status),
	SWITCH(SOL_SOCKET, SO_NOFCS, machine.no_frame_checksum),
	SWITCH(SOL_SOCKET, SO_SELECT_ERR_QUEUE, machine.select_error_queue),
	SWITCH(SOL_SOCKET, SO_PREFER_BUSY_POLL, machine.prefer_busy_poll),
	SWITCH(SOL_SOCKET, SO_RCVMARK, machine.receive_mark),
	SWITCH(SOL_SOCKET, SO_RCVPRIORITY, machine.receive_priority),
	RANGE(SOL_SOCKET, SO_BUSY_POLL, machine.busy_poll_us, 0, INT32_MAX),
	RANGE(SOL_SOCKET, SO_INCOMING_CPU, machine.incoming_cpu, INT32_MIN, INT32_MAX),
	RANGE(SOL_SOCKET, SO_BINDTOIFINDEX, machine.bound_interface, 0, INT32_MAX),
	RANGE(SOL_SOCKET, SO_PRIORITY, priority, INT32_MIN, INT32_MAX),
	RANGE(SOL_SOCKET, SO_MARK, mark, INT32_MIN, INT32_MAX),
	RANGE(IPPROTO_IP, IP_TOS, tos, 0, 255),
	RANGE(IPPROTO_IP, IP_MTU_DISCOVER, pmtu_discovery, IP_PMTU_OFF, IP_PMTU_OMIT),
	SWITCH_FROM(1, IPPROTO_IP, IP_FREEBIND, free_bind),
	SWITCH_FROM(1, IPPROTO_IP, IP_TRANSPARENT, transparent),
	SWITCH_FROM(1, IPPROTO_IP, IP_MULTICAST_LOOP, multicast_loop),
	RANGE_FROM(1, IPPROTO_IP, IP_MULTICAST_ALL, group_all, 0, 1),
	RANGE_FROM(1, IPPROTO_IP, IP_MINTTL, minimum_ttl, 0, 255),
	SWITCH(IPPROTO_IP, IP_RECVERR, receive_errors),
	SWITCH(IPPROTO_IP, IP_PKTINFO, packet_info),
	SWITCH(IPPROTO_IP, IP_RECVTTL, receive_ttl),
	SWITCH(IPPROTO_IP, IP_RECVTOS, receive_tos),
	SWITCH(IPPROTO_IP, IP_RECVOPTS, receive_options),
	SWITCH(IPPROTO_IP, IP_RETOPTS, return_options),
	SWITCH(IPPROTO_IP, IP_PASSSEC, machine.receive_label),
	RANGE(IPPROTO_IP, IP_RECVERR_RFC4884, machine.error_extension, 0, 1),
	SWITCH(IPPROTO_IP, IP_RECVORIGDSTADDR, receive_destination),
	SWITCH(IPPROTO_IP, IP_RECVFRAGSIZE, receive_fragment_size),
	SWITCH(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, bind_address_no_port),
	SWITCH(IPPROTO_IPV6, IPV6_FREEBIND, free_bind),
	SWITCH(IPPROTO_IPV6, IPV6_TRANSPARENT, transparent),
	RANGE(IPPROTO_IPV6, IPV6_TCLASS, traffic_class, -1, 255),
	RANGE(IPPROTO_IPV6, IPV6_MTU_DISCOVER, pmtu_discovery6, IP_PMTU_OFF, IP_PMTU_OMIT),
	RANGE(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, multicast_loop, 0, 1),
	SWITCH(IPPROTO_IPV6, IPV6_MULTICAST_ALL, group_all6),
	RANGE(IPPROTO_IPV6, IPV6_MINHOPCOUNT, minimum_hops, 0, 255),
	SWITCH_FROM(0, IPPROTO_IPV6, IPV6_DONTFRAG, dont_fragment),
	SWITCH(IPPROTO_IPV6, IPV6_RECVERR, receive_errors6),
	SWITCH(IPPROTO_IPV6, IPV6_RECVPKTINFO, packet_info6),
	SWITCH(IPPROTO_IPV6, IPV6_RECVHOPLIMIT, receive_hop_limit),
	SWITCH(IPPROTO_IPV6, IPV6_2292PKTINFO, packet_info_old),
	SWITCH(IPPROTO_IPV6, IPV6_2292HOPLIMIT, receive_hop_limit_old),
	SWITCH(IPPROTO_IPV6, IPV6_RECVTCLASS, receive_class),
	SWITCH(IPPROTO_IPV6, IPV6_FLOWINFO, receive_flow),
	SWITCH(IPPROTO_IPV6, IPV6_RECVORIGDSTADDR, receive_destination6),
	SWITCH(IPPROTO_IPV6, IPV6_RECVHOPOPTS, receive_headers[HEADER_HOP_BY_HOP]),
	SWITCH(IPPROTO_IPV6, IPV6_RECVDSTOPTS, receive_headers[HEADER_DESTINATION]),
	SWITCH(IPPROTO_IPV6, IPV6_RECVRTHDR, receive_headers[HEADER_ROUTING]),
	SWITCH(IPPROTO_IPV6, IPV6_RECVPATHMTU, receive_path_mtu),
	SWITCH(IPPROTO_IPV6, IPV6_FLOWINFO_SEND, machine.label_of_address),
	RANGE(IPPROTO_IPV6, IPV6_RECVERR_RFC4884, machine.error_extension6, 0, 1),
	SWITCH_FROM(0, IPPROTO_IPV6, IPV6_RECVFRAGSIZE, receive_fragment_size6),
};

static const struct option *find_option(int level, int name)
{
	for (size_t i = 0; i < ARRAY_LEN(number_options); i++)
		if (number_options[i].level == level && number_options[i].name == name)
			return &number_options[i];
	return NULL;
}

/* Options of IPPROTO_IP may also be given as one byte. If fewer bytes than a number has will do, the value is 0. */
static int read_number(int level, const void *value, socklen_t length)
{
	uint8_t byte = 0;
	int number;

	if (option_int(value, length, &number))
		return number;
	if (length && level == IPPROTO_IP)
		memcpy(&byte, value, 1);
	return byte;
}

enum { ECN_BITS = 3 };

static bool has_ecn_bits(const struct option *o)
{
	return (o->level == IPPROTO_IP && o->name == IP_TOS) || (o->level == IPPROTO_IPV6 && o->name == IPV6_TCLASS);
}

/* Options of SOL_SOCKET may matter to the protocol at once (SO_KEEPALIVE starts a timer), so the protocol is told of
 * each. */
static int set_number(struct socket *s, const struct option *o, const void *value, socklen_t length)
{
	int number = read_number(o->level, value, length);

	if (length < o->shortest)
		return -EINVAL;
	if (o->name == IP_RECVFRAGSIZE && o->level == IPPROTO_IP && s->type == SOCK_STREAM)
		return -EINVAL;
	if (o->name == SO_ZEROCOPY && o->level == SOL_SOCKET && s->protocol == PROTOCOL_UDPLITE)
		return -EOPNOTSUPP;
	if (o->level == IPPROTO_IP && o->name == IP_TOS)
		number &= UINT8_MAX;                             /* the header has one octet: other bits are cut off */
	/* RFC 3168, 5: two of its bits belong to ECN, and on a stream they are the protocol's. */
	if (has_ecn_bits(o) && s->type == SOCK_STREAM && number > 0 && !defect(s->stack, DEFECT_TCP_ECN_OF_USER))
		number &= ~ECN_BITS;
	if (!field_set(&s->options, &o->field, number))
		return -EINVAL;
	if (o->level == SOL_SOCKET && s->ops->buffers_changed)
		s->ops->buffers_changed(s);
	return 0;
}

/* ---- options that do something ---- */

/* SO_RCVBUF, SO_SNDBUF and the forms that ignore the host's maximum. A size out of bounds is not an error: the nearest
 * bound is taken, and reading tells which. TCP no longer adjusts a buffer that the user has set. */
static int set_buffer(struct socket *s, int name, const void *value, socklen_t length)
{
	const struct stack_config *c = &s->stack->config;
	bool receive = name == SO_RCVBUF || name == SO_RCVBUFFORCE;
	bool force = name == SO_RCVBUFFORCE || name == SO_SNDBUFFORCE;
	int64_t most = receive ? c->socket_receive_buffer_max : c->socket_send_buffer_max;
	int64_t own = receive ? c->socket_receive_buffer_least : c->socket_send_buffer_least;
	int64_t least = own ? own : receive ? c->tcp_receive_buffer_min : c->tcp_send_buffer_min;
	const int factor = c->socket_buffer_doubled ? 2 : 1;
	int number = 0;

	(void)option_int(value, length, &number);
	int64_t size = number;
	if (!force && (size > most || size < 0))
		size = most;
	size = (size < INT32_MAX / factor ? size : INT32_MAX / factor) * factor;
	if (size < least)
		size = least;
	*(receive ? &s->options.receive_buffer : &s->options.send_buffer) = (int)size;
	*(receive ? &s->options.receive_buffer_locked : &s->options.send_buffer_locked) = true;
	if (s->ops->buffers_changed)
		s->ops->buffers_changed(s);
	return 0;
}

/* With a time of 0, close() resets the connection; otherwise it waits for the peer's last ACK for that long (TCP's
 * close()). */
static int set_linger(struct socket *s, int name, const void *value, socklen_t length)
{
	struct linger l;

	(void)name;
	if (length < sizeof(l))
		return -EINVAL;
	memcpy(&l, value, sizeof(l));
	s->options.linger = l.l_onoff != 0;
	s->options.linger_s = l.l_linger;
	return 0;
}

/* As it was set, whether the time counts or not. */
static int get_linger(struct socket *s, int name, void *value, socklen_t *length)
{
	struct linger l = { .l_onoff = s->options.linger, .l_linger = s->options.linger_s };

	(void)name;
	return option_return_bytes(&l, sizeof(l), value, length);
}

/* SO_MAX_PACING_RATE: four bytes or eight; all of them ones is no limit. */
static int set_pacing(struct socket *s, int name, const void *value, socklen_t length)
{
	uint64_t rate = 0;
	uint32_t small;

	(void)name;
	if (length >= sizeof(rate)) {
		memcpy(&rate, value, sizeof(rate));
	} else {
		memcpy(&small, value, sizeof(small));
		rate = small == UINT32_MAX ? UINT64_MAX : small;
	}
	s->options.max_pacing_rate = rate;
	s->options.was_paced |= rate != UINT64_MAX;
	return 0;
}

/* A rate that four bytes cannot tell reads as no limit there. */
static int get_pacing(struct socket *s, int name, void *value, socklen_t *length)
{
	uint64_t rate = s->options.max_pacing_rate;
	uint32_t small = rate < UINT32_MAX ? (uint32_t)rate : UINT32_MAX;

	(void)name;
	if (*length >= sizeof(rate))
		return option_return_bytes(&rate, sizeof(rate), value, length);
	return option_return_bytes(&small, sizeof(small), value, length);
}

/* SO_RCVTIMEO and SO_SNDTIMEO. Zero means no limit, and so does a time that is too long for a vtime_t; a negative time
 * expires at once. The host keeps it in its own ticks, and the user finds it rounded up when he reads it. */
static int set_timeout(struct socket *s, int name, const void *value, socklen_t length)
{
	struct timeval t;

	if (length < sizeof(t))
		return -EINVAL;
	memcpy(&t, value, sizeof(t));
	if (t.tv_usec < 0 || t.tv_usec >= 1000000)
		return -EDOM;
	const int64_t tick = s->stack->config.tcp_rto_rounding_us;
	vtime_t timeout = vtime_add(vtime_s(t.tv_sec), vtime_us((t.tv_usec + tick - 1) / tick * tick));
	if (!t.tv_sec && !t.tv_usec)
		timeout = VTIME_NEVER;
	else if (t.tv_sec < 0)
		timeout = VTIME_ZERO;
	bool receive = name == SO_RCVTIMEO || name == SO_RCVTIMEO_NEW;
	*(receive ? &s->options.receive_timeout : &s->options.send_timeout) = timeout;
	return 0;
}

/* A time-out too long to be kept acts as none, and reads as none. */
static int get_timeout(struct socket *s, int name, void *value, socklen_t *length)
{
	bool receive = name == SO_RCVTIMEO || name == SO_RCVTIMEO_NEW;
	vtime_t timeout = receive ? s->options.receive_timeout : s->options.send_timeout;
	int64_t us = vtime_is_never(timeout) ? 0 : vtime_to_us(timeout);
	struct timeval t = { .tv_sec = us / 1000000, .tv_usec = us % 1000000 };

	return option_return_bytes(&t, sizeof(t), value, length);
}

static int set_stamping(struct socket *s, int name, const void *value, socklen_t length)
{
	int flags, result = option_int(value, length, &flags) ? notice_set_stamps(s, flags) : -EINVAL;

	if (!result)
		s->options.time_stamp_new = name == SO_TIMESTAMPING_NEW;
	return result;
}

/* After the flags comes the number of a clock of the network card, of which there is none. The newer form shows only
 * what was set in that form. */
static int get_stamping(struct socket *s, int name, void *value, socklen_t *length)
{
	bool told = name == SO_TIMESTAMPING || s->options.time_stamp_new;
	const int flags_and_clock[2] = { told ? s->options.time_stamping : 0, 0 };

	return option_return_bytes(flags_and_clock, sizeof(flags_and_clock), value, length);
}

/* SO_RCVLOWAT: at least one byte; a negative value means the largest number. */
static int set_low_water(struct socket *s, int name, const void *value, socklen_t length)
{
	int number = 0;

	(void)name;
	(void)option_int(value, length, &number);
	s->options.receive_low_water = number < 0 ? INT32_MAX : number ? number : 1;
	if (s->ops->buffers_changed)
		s->ops->buffers_changed(s);
	return 0;
}

/* There is one stamp, in microseconds or nanoseconds, in the older or the newer form; the last call decides. */
static int set_stamp(struct socket *s, int name, const void *value, socklen_t length)
{
	int number = 0;

	(void)option_int(value, length, &number);
	s->options.time_stamp = number != 0;
	s->options.time_stamp_ns = number && (name == SO_TIMESTAMPNS || name == SO_TIMESTAMPNS_NEW);
	s->options.time_stamp_new = number && (name == SO_TIMESTAMP_NEW || name == SO_TIMESTAMPNS_NEW);
	return 0;
}

/* SO_PEEK_OFF: where the next MSG_PEEK begins. It advances by what was peeked, and goes back by what is read. Negative:
 * off. */
static int set_peek_offset(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)name;
	return option_int(value, length, &s->peek_offset) ? 0 : -EINVAL;
}

/* The protocol counts its own queues; one without an answer has nothing queued. */
static uint32_t queued_bytes(struct socket *s, unsigned long request)
{
	int value = 0;

	return s->ops->ioctl && s->ops->ioctl(s, request, &value) == 0 ? (uint32_t)value : 0;
}

/* As the buffers are charged; a system's other figures are 0. */
static int get_memory(struct socket *s, int name, void *value, socklen_t *length)
{
	const uint32_t memory[SK_MEMINFO_VARS] = {
		[SK_MEMINFO_RMEM_ALLOC] = s->ops->received ? s->ops->received(s) :
		                          (uint32_t)(s->receive_queue.bytes + s->memory_read),
		[SK_MEMINFO_RCVBUF] = (uint32_t)s->options.receive_buffer,
		[SK_MEMINFO_SNDBUF] = (uint32_t)s->options.send_buffer,
		[SK_MEMINFO_WMEM_QUEUED] = s->ops->queued ? s->ops->queued(s) : queued_bytes(s, SIOCOUTQ),
		[SK_MEMINFO_DROPS] = s->dropped,
	};

	(void)name;
	return option_return_bytes(memory, sizeof(memory), value, length);
}

/* RFC 9293, 3.9.2.2 (SHLD-25): the user can ask for a soft error as well; it is forgotten when the peer is heard
 * again. */
static int take_any_error(struct socket *s)
{
	int error = socket_take_error(s), soft = s->soft_error;

	if (error)
		return error;
	s->soft_error = 0;
	return soft;
}

/* Readable options that are not fields: facts about the socket, and values that are kept in another form. */
static int get_fact(struct socket *s, int name, void *value, socklen_t *length)
{
	int number = 0;

	switch (name) {
	case SO_TYPE: number = s->type; break;
	case SO_DOMAIN: number = s->domain; break;
	case SO_PROTOCOL: number = s->protocol; break;
	case SO_ERROR: number = take_any_error(s); break;
	case SO_ACCEPTCONN: number = s->listening; break;
	case SO_RCVBUF: number = s->options.receive_buffer; break;
	case SO_SNDBUF: number = s->options.send_buffer; break;
	case SO_SNDLOWAT: number = 1; break;
	case SO_BPF_EXTENSIONS: number = FILTER_EXTENSIONS; break;
	case SO_RCVLOWAT: number = s->options.receive_low_water; break;
	case SO_PEEK_OFF: number = s->peek_offset; break;
	}
	return option_return_int(number, value, length);
}

/* Each name asks for one unit in one form, and only the one that was set last reads as on. */
static int get_stamp(struct socket *s, int name, void *value, socklen_t *length)
{
	bool new = name == SO_TIMESTAMP_NEW || name == SO_TIMESTAMPNS_NEW;
	bool ns = name == SO_TIMESTAMPNS || name == SO_TIMESTAMPNS_NEW;
	const struct socket_options *o = &s->options;

	return option_return_int(o->time_stamp && o->time_stamp_ns == ns && o->time_stamp_new == new, value, length);
}

/* IP_TTL and its relatives: -1 asks for the default; reading tells what will be sent. RFC 1122, 3.2.1.7
 * (RFC1122-3.2.1.7-TTL0): 0 is refused, but for multicast, which then stays within the host (RFC 1112, 6.1). */
static int set_ttl(struct socket *s, int name, const void *value, socklen_t length)
{
	int number = read_number(IPPROTO_IP, value, length);

	if (!length || number < -1 || number > 255 || (number == 0 && name == IP_TTL) ||
	    (name == IP_MULTICAST_TTL && s->type == SOCK_STREAM))
		return -EINVAL;
	*(name == IP_TTL ? &s->options.ttl : &s->options.multicast_ttl) = (int16_t)number;
	return 0;
}

/* RFC 1112, 6.1: multicast stays on its link unless the user says otherwise. */
static int get_ttl(struct socket *s, int name, void *value, socklen_t *length)
{
	int number = name == IP_TTL ? s->options.ttl : s->options.multicast_ttl;

	if (number < 0)
		number = name == IP_TTL ? (int)s->stack->config.ip_ttl : 1;
	return option_return_int(number, value, length);
}

/* As set_ttl(), for IPV6_UNICAST_HOPS and IPV6_MULTICAST_HOPS: RFC 3493, 5.1 and 5.2. Both of these allow 0. */
static int set_hops(struct socket *s, int name, const void *value, socklen_t length)
{
	int number;

	if (name == IPV6_MULTICAST_HOPS && s->type == SOCK_STREAM)
		return -ENOPROTOOPT;
	if (!option_int(value, length, &number) || number < -1 || number > 255)
		return -EINVAL;
	*(name == IPV6_UNICAST_HOPS ? &s->options.hop_limit : &s->options.multicast_hops) = (int16_t)number;
	return 0;
}

static int get_hops(struct socket *s, int name, void *value, socklen_t *length)
{
	int number = name == IPV6_UNICAST_HOPS ? s->options.hop_limit : s->options.multicast_hops;

	if (number < 0)
		number = name == IPV6_UNICAST_HOPS ? (int)s->stack->config.ip6_hop_limit : 1;
	return option_return_int(number, value, length);
}

/* RFC 1122, 4.1.3.2 (RFC1122-4.1.3.2-OPTSDOWN): the user's options go with each packet. */
static int set_ip_options(struct socket *s, int name, const void *value, socklen_t length)
{
	uint8_t options[IP_OPTION_ROOM] = { 0 };
	enum source_route route;

	(void)name;
	if (length > sizeof(options))
		return -EINVAL;
	if (length)
		memcpy(options, value, length);
	if (ip_check_options(options, length, &route) >= 0)
		return -EINVAL;
	ip_clear_behind_end(options, length);
	memcpy(s->options.options, options, sizeof(options));
	s->options.option_length = (uint8_t)((length + 3) / 4 * 4);
	s->options.options_received = false;
	return 0;
}

static int get_ip_options(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_bytes(s->options.options, s->options.option_length, value, length);
}

/* The path MTU of a connected socket (RFC 1122, 3.3.3: the layer above IP needs to know MMS_S). */
static int get_mtu(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	if (!s->remote.ip.version)
		return -ENOTCONN;
	return option_return_int((int)stack_path_mtu(s->stack, &s->remote.ip), value, length);
}

/* IPV6_MTU: the largest size the user wants when a packet has to be fragmented; every link takes 1280 (RFC 8200, 5). */
static int set_mtu6(struct socket *s, int name, const void *value, socklen_t length)
{
	int number;

	(void)name;
	if (!option_int(value, length, &number) || (number && number < IPV6_MINIMUM_MTU))
		return -EINVAL;
	s->options.largest_fragment6 = (uint32_t)number;
	return 0;
}

/* IP_LOCAL_PORT_RANGE: either end may be 0, which leaves it to the host. */
static int set_port_range(struct socket *s, int name, const void *value, socklen_t length)
{
	uint32_t range;

	(void)name;
	if (length != sizeof(range))
		return -EINVAL;
	memcpy(&range, value, sizeof(range));
	if (range >> 16 && (range & UINT16_MAX) > range >> 16)
		return -EINVAL;
	s->options.port_range = range;
	return 0;
}

static int get_port_range(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_int((int)s->options.port_range, value, length);
}

/* IP_UNICAST_IF and IPV6_UNICAST_IF, whose number is in network byte order. There is one interface. */
static int set_sending_interface(struct socket *s, int name, const void *value, socklen_t length)
{
	uint32_t number;

	(void)name;
	if (length != sizeof(number))
		return -EINVAL;
	memcpy(&number, value, sizeof(number));
	if (number && ntohl(number) != STACK_INTERFACE)
		return -EADDRNOTAVAIL;
	s->options.sending_interface = (int)number;
	return 0;
}

static int get_sending_interface(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_int(s->options.sending_interface, value, length);
}

/* RFC 3493, 5.3. Refused once bound, because the port was checked against the sockets of one family or of both. */
static int set_v6only(struct socket *s, int name, const void *value, socklen_t length)
{
	int number;

	(void)name;
	if (s->bound || !option_int(value, length, &number))
		return -EINVAL;
	s->options.v6only = number != 0;
	return 0;
}

static int get_v6only(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_int(s->options.v6only, value, length);
}

/* Whether labels are made for this socket's packets: the host's choice, until the user has one. */
static int set_auto_label(struct socket *s, int name, const void *value, socklen_t length)
{
	int number = read_number(IPPROTO_IPV6, value, length);

	(void)name;
	s->options.auto_label_chosen = true;
	s->options.auto_label = number != 0;
	return 0;
}

static int get_auto_label(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_int(socket_labels_flows(s), value, length);
}

/* Options with functions of their own. A function may serve several rows, since it is passed the name. NULL: the option
 * cannot be set, or not be read. */
static const struct special {
	int level, name;
	int (*set)(struct socket *s, int name, const void *value, socklen_t length);
	int (*get)(struct socket *s, int name, void *value, socklen_t *length);
} specials[] = {
	{ SOL_SOCKET, SO_RCVBUF, set_buffer, get_fact },
	{ SOL_SOCKET, SO_SNDBUF, set_buffer, get_fact },
	{ SOL_SOCKET, SO_RCVBUFFORCE, set_buffer, NULL },
	{ SOL_SOCKET, SO_SNDBUFFORCE, set_buffer, NULL },
	{ SOL_SOCKET, SO_LINGER, set_linger, get_linger },
	{ SOL_SOCKET, SO_MAX_PACING_RATE, set_pacing, get_pacing },
	{ SOL_SOCKET, SO_RCVTIMEO, set_timeout, get_timeout },
	{ SOL_SOCKET, SO_SNDTIMEO, set_timeout, get_timeout },
	{ SOL_SOCKET, SO_RCVTIMEO_NEW, set_timeout, get_timeout },
	{ SOL_SOCKET, SO_SNDTIMEO_NEW, set_timeout, get_timeout },
	{ SOL_SOCKET, SO_TIMESTAMPING, set_stamping, get_stamping },
	{ SOL_SOCKET, SO_TIMESTAMPING_NEW, set_stamping, get_stamping },
	{ SOL_SOCKET, SO_TIMESTAMP, set_stamp, get_stamp },
	{ SOL_SOCKET, SO_TIMESTAMP_NEW, set_stamp, get_stamp },
	{ SOL_SOCKET, SO_TIMESTAMPNS, set_stamp, get_stamp },
	{ SOL_SOCKET, SO_TIMESTAMPNS_NEW, set_stamp, get_stamp },
	{ SOL_SOCKET, SO_RCVLOWAT, set_low_water, get_fact },
	{ SOL_SOCKET, SO_BUF_LOCK, set_buffer_lock, get_buffer_lock },
	{ SOL_SOCKET, SO_BINDTODEVICE, set_device, get_device },
	{ SOL_SOCKET, SO_LOCK_FILTER, set_filter_lock, get_filter_lock },
	{ SOL_SOCKET, SO_DETACH_FILTER, detach_filter, NULL },
	{ SOL_SOCKET, SO_ATTACH_FILTER, NULL, get_filter },
	{ SOL_SOCKET, SO_DETACH_REUSEPORT_BPF, detach_group_filter, NULL },
	{ SOL_SOCKET, SO_TXTIME, set_transmit_time, get_transmit_time },
	{ SOL_SOCKET, SO_TXREHASH, set_rehash, get_rehash },
	{ SOL_SOCKET, SO_RESERVE_MEM, set_reserve, get_fact },
	{ SOL_SOCKET, SO_PASSCRED, set_unsupported, get_unsupported },
	{ SOL_SOCKET, SO_PASSSEC, set_unsupported, get_unsupported },
	{ SOL_SOCKET, SO_PASSPIDFD, set_unsupported, get_unsupported },
	{ SOL_SOCKET, SO_PASSRIGHTS, set_unsupported, get_unsupported },
	{ SOL_SOCKET, SO_BUSY_POLL_BUDGET, set_poll_budget, NULL },
	{ SOL_SOCKET, SO_BSDCOMPAT, set_nothing, get_fact },
	{ SOL_SOCKET, SO_CNX_ADVICE, set_nothing, NULL },
	{ SOL_SOCKET, SO_INCOMING_NAPI_ID, NULL, get_fact },
	{ SOL_SOCKET, SO_BPF_EXTENSIONS, NULL, get_fact },
	{ SOL_SOCKET, SO_COOKIE, NULL, get_cookie },
	{ SOL_SOCKET, SO_NETNS_COOKIE, NULL, get_cookie },
	{ SOL_SOCKET, SO_PEERCRED, NULL, get_credentials },
	{ SOL_SOCKET, SO_PEERGROUPS, NULL, get_credentials },
	{ SOL_SOCKET, SO_PEERPIDFD, NULL, get_credentials },
	{ SOL_SOCKET, SO_PEERNAME, NULL, get_peer_name },
	{ SOL_SOCKET, SO_PEEK_OFF, set_peek_offset, get_fact },
	{ SOL_SOCKET, SO_MEMINFO, NULL, get_memory },
	{ SOL_SOCKET, SO_TYPE, NULL, get_fact },
	{ SOL_SOCKET, SO_DOMAIN, NULL, get_fact },
	{ SOL_SOCKET, SO_PROTOCOL, NULL, get_fact },
	{ SOL_SOCKET, SO_ERROR, NULL, get_fact },
	{ SOL_SOCKET, SO_ACCEPTCONN, NULL, get_fact },
	{ SOL_SOCKET, SO_SNDLOWAT, NULL, get_fact },
	{ IPPROTO_IP, IP_TTL, set_ttl, get_ttl },
	{ IPPROTO_IP, IP_MULTICAST_TTL, set_ttl, get_ttl },
	{ IPPROTO_IP, IP_OPTIONS, set_ip_options, get_ip_options },
	{ IPPROTO_IP, IP_MTU, NULL, get_mtu },
	{ IPPROTO_IP, IP_LOCAL_PORT_RANGE, set_port_range, get_port_range },
	{ IPPROTO_IP, IP_UNICAST_IF, set_sending_interface, get_sending_interface },
	{ IPPROTO_IPV6, IPV6_UNICAST_IF, set_sending_interface, get_sending_interface },
	{ IPPROTO_IP, IP_HDRINCL, set_of_raw, get_off },
	{ IPPROTO_IP, IP_NODEFRAG, set_of_raw, get_off },
	{ IPPROTO_IP, IP_ROUTER_ALERT, set_alert, get_off },
	{ IPPROTO_IP, IP_PROTOCOL, NULL, get_protocol },
	{ IPPROTO_IP, IP_CHECKSUM, set_checksum, get_off },
	{ IPPROTO_IPV6, IPV6_ROUTER_ALERT, set_alert6, get_off },
	{ IPPROTO_IPV6, IPV6_HOPOPTS, set_header6, get_header6 },
	{ IPPROTO_IPV6, IPV6_DSTOPTS, set_header6, get_header6 },
	{ IPPROTO_IPV6, IPV6_RTHDRDSTOPTS, set_header6, get_header6 },
	{ IPPROTO_IPV6, IPV6_RTHDR, set_header6, get_header6 },
	{ IPPROTO_IPV6, IPV6_PKTINFO, set_packet_info6, NULL },
	{ IPPROTO_IPV6, IPV6_PATHMTU, NULL, get_path_mtu6 },
	{ IPPROTO_IPV6, IPV6_ADDR_PREFERENCES, set_preferences, get_preferences },
	{ IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, set_label_manager, get_label_manager },
	{ IPPROTO_IP, IP_ADD_MEMBERSHIP, set_membership, NULL },
	{ IPPROTO_IP, IP_DROP_MEMBERSHIP, set_membership, NULL },
	{ IPPROTO_IP, IP_ADD_SOURCE_MEMBERSHIP, set_membership, NULL },
	{ IPPROTO_IP, IP_DROP_SOURCE_MEMBERSHIP, set_membership, NULL },
	{ IPPROTO_IP, IP_BLOCK_SOURCE, set_membership, NULL },
	{ IPPROTO_IP, IP_UNBLOCK_SOURCE, set_membership, NULL },
	{ IPPROTO_IP, MCAST_JOIN_GROUP, set_membership, NULL },
	{ IPPROTO_IP, MCAST_LEAVE_GROUP, set_membership, NULL },
	{ IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, set_membership, NULL },
	{ IPPROTO_IP, MCAST_LEAVE_SOURCE_GROUP, set_membership, NULL },
	{ IPPROTO_IP, MCAST_BLOCK_SOURCE, set_membership, NULL },
	{ IPPROTO_IP, MCAST_UNBLOCK_SOURCE, set_membership, NULL },
	{ IPPROTO_IPV6, MCAST_JOIN_GROUP, set_membership, NULL },
	{ IPPROTO_IPV6, MCAST_LEAVE_GROUP, set_membership, NULL },
	{ IPPROTO_IPV6, MCAST_JOIN_SOURCE_GROUP, set_membership, NULL },
	{ IPPROTO_IPV6, MCAST_LEAVE_SOURCE_GROUP, set_membership, NULL },
	{ IPPROTO_IPV6, MCAST_BLOCK_SOURCE, set_membership, NULL },
	{ IPPROTO_IPV6, MCAST_UNBLOCK_SOURCE, set_membership, NULL },
	{ IPPROTO_IP, IP_MULTICAST_IF, set_multicast_address, get_multicast_address },
	{ IPPROTO_IPV6, IPV6_MULTICAST_IF, set_multicast_interface, get_multicast_interface },
	{ IPPROTO_IPV6, IPV6_UNICAST_HOPS, set_hops, get_hops },
	{ IPPROTO_IPV6, IPV6_MULTICAST_HOPS, set_hops, get_hops },
	{ IPPROTO_IPV6, IPV6_MTU, set_mtu6, get_mtu },
	{ IPPROTO_IPV6, IPV6_V6ONLY, set_v6only, get_v6only },
	{ IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, set_auto_label, get_auto_label },
	{ IPPROTO_IPV6, IPV6_JOIN_GROUP, set_membership, NULL },
	{ IPPROTO_IPV6, IPV6_LEAVE_GROUP, set_membership, NULL },
};

static const struct special *find_special(int level, int name)
{
	for (size_t i = 0; i < ARRAY_LEN(specials); i++)
		if (specials[i].level == level && specials[i].name == name)
			return &specials[i];
	return NULL;
}

/* SOL_IPV6 on an IPv4 socket is as unknown as a level that does not exist. */
static bool level_is_ours(const struct socket *s, int level)
{
	return level == SOL_SOCKET || level == IPPROTO_IP || (level == IPPROTO_IPV6 && s->domain == AF_INET6);
}

/* No value of level SOL_SOCKET may be shorter than an int, not even for an unknown option; only a device name may. So
 * what sets one of these options can read a number. */
static bool is_too_short(int level, int name, socklen_t length)
{
	return level == SOL_SOCKET && name != SO_BINDTODEVICE && length < sizeof(int);
}

/* No value at all. Level IPPROTO_IPV6 of Linux takes that for a number of 0, and at the others it is no address, where
 * octets of it are wanted; of an unknown option none are. */
static int set_from_nowhere(struct socket *s, int level, int name, socklen_t length)
{
	const struct special *special = find_special(level, name);
	static const int nothing = 0;

	if (is_too_short(level, name, length))
		return -EINVAL;
	if (level == SOL_SOCKET)
		return -EFAULT;
	if (!find_option(level, name) && !(special && special->set))
		return -ENOPROTOOPT;
	if (level == IPPROTO_IP || (special && special->set == set_membership))
		return -EFAULT;
	return socket_set_option(s, level, name, &nothing, length < sizeof(int) ? length : sizeof(int));
}

/* An unknown option at one of these levels gives ENOPROTOOPT; an unknown level is left to the protocol to refuse. */
int socket_set_option(struct socket *s, int level, int name, const void *value, socklen_t length)
{
	const struct option *o = find_option(level, name);
	const struct special *special = find_special(level, name);

	if (!level_is_ours(s, level))
		return s->ops->set ? s->ops->set(s, level, name, value, length) : -ENOPROTOOPT;
	if (!value && length)
		return set_from_nowhere(s, level, name, length);
	if (o)
		return set_number(s, o, value, length);
	if (is_too_short(level, name, length))
		return -EINVAL;
	return special && special->set ? special->set(s, name, value, length) : -ENOPROTOOPT;
}

int socket_get_option(struct socket *s, int level, int name, void *value, socklen_t *length)
{
	const struct option *o = find_option(level, name);
	const struct special *special = find_special(level, name);

	if (!level_is_ours(s, level)) {
		int result = s->ops->get ? s->ops->get(s, level, name, value, length) : -EOPNOTSUPP;
		/* For a level that the protocol does not know, Linux gives one of two errors, depending on the family
		 * of the socket. */
		return result == -EOPNOTSUPP && s->domain == AF_INET6 ? -ENOPROTOOPT : result;
	}
	if (o)
		return option_return_int((int)field_get(&s->options, &o->field), value, length);
	return special && special->get ? special->get(s, name, value, length) : -ENOPROTOOPT;
}
