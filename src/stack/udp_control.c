/* SPDX-License-Identifier: MIT
 *
 * udp_control.c - RFC 1122, 4.1.4; RFC 3542, 6: what control messages say about one datagram
 *
 * A user may give for one call what socket options give for all: TTL, TOS, the source address, extension headers, the
 * moments of which there shall be time-stamps. The layer above IP has to be able to do that (RFC 1122, 4.1.4), but only
 * within the bounds of the field in the header: a number that does not fit would leave cut to its low octet, and with
 * a TTL of 0 (RFC 1122, 3.2.1.7) or a size that no number of the type has, the user has most likely filled in another
 * structure than was meant. So a message that is unknown, too long, too short or out of bounds refuses the call, and
 * nothing is sent. What Linux does in each of these cases stands in the rows of controls[].
 *
 * Messages of the level of the family that the datagram does not use are passed over: an IPv6 socket may write to an
 * IPv4 address (RFC 3493, 3.7), and its user then gives what he would give for the other family, too. Of level
 * IPPROTO_IPV6 only the address counts there, if it is an IPv4 address in IPv6's form.
 */
#include "stack/udp_control.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>

#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/ip_option.h"
#include "stack/message.h"
#include "stack/sock.h"
#include "stack/socket_packet.h"
#include "util/common.h"
#include "util/newer_names.h"
#include "wire/codec.h"

enum { FLOW_LABEL = 0xfffff, ANY_LENGTH = 65535 };

/* One message that is being read. */
struct taking {
	const struct socket *socket;
	const uint8_t *data;
	size_t length;
	int number;                                          /* what a value of one octet or of four says */
	struct udp_outgoing *out;
};

/* Each of these returns 0 or minus an errno. */

static int take_ttl(const struct taking *t)
{
	t->out->send.ttl = (uint8_t)t->number;
	return 0;
}

/* RFC 3542, 6.3: -1 is the default; on Linux, what the socket says. Nothing forbids a source to begin with 0: who
 * receives such a packet takes it all the same (RFC 8200, 3). */
static int take_hops(const struct taking *t)
{
	int hops = t->number < 0 ? t->socket->options.hop_limit : t->number;

	t->out->send.ttl = hops < 0 ? 0 : (uint8_t)hops;
	t->out->send.zero_ttl = hops == 0;
	return 0;
}

/* RFC 3542, 6.5: the octet of the header. Linux lets -1 pass, too, of which all bits are set. */
static int take_tos(const struct taking *t)
{
	t->out->send.tos = (uint8_t)t->number;
	return 0;
}

/* RFC 3542, 11.2: 0 takes back for this datagram what the socket says. */
static int take_dont_fragment(const struct taking *t)
{
	const struct socket_options *options = &t->socket->options;

	if (t->number)
		t->out->send.fragmentation = IP_FRAGMENT_NEVER;
	else if (options->dont_fragment)
		t->out->send.fragmentation = socket_fragmentation(options->pmtu_discovery6);
	return 0;
}

/* Only the label of it: the traffic class has a message of its own. */
static int take_flow(const struct taking *t)
{
	t->out->send.flow_label = get32(t->data) & FLOW_LABEL;
	return 0;
}

/* RFC 1122, 4.1.3.6 (RFC1122-4.1.3.6-OWNSRC): an address of one host. None: that of the socket. */
static int take_source(const struct taking *t, uint8_t version, const void *bytes)
{
	struct ip_address source = { .version = version };

	memcpy(source.bytes, bytes, version == 4 ? 4 : 16);
	if (!ip_is_unspecified(&source))
		t->out->send.source = source;
	return ip_is_multicast(&source) ? -EINVAL : 0;
}

/* The source address, and the interface by which the datagram leaves, or not at all. */
static int take_info4(const struct taking *t)
{
	struct ip_send *send = &t->out->send;
	struct in_pktinfo info;

	memcpy(&info, t->data, sizeof(info));
	if (info.ipi_ifindex && info.ipi_ifindex != STACK_LOOPBACK && info.ipi_ifindex != STACK_INTERFACE)
		return -ENODEV;
	send->only_loopback |= info.ipi_ifindex == STACK_LOOPBACK;
	return take_source(t, 4, &info.ipi_spec_dst);
}

/* RFC 3542, 6.2. Beside a datagram of IPv4 the address is one of IPv4, too, in IPv6's form. */
static int take_info6(const struct taking *t)
{
	struct in6_pktinfo info;

	memcpy(&info, t->data, sizeof(info));
	if (t->out->remote.ip.version == 4) {
		if (!IN6_IS_ADDR_V4MAPPED(&info.ipi6_addr))
			return -EINVAL;
		return take_source(t, 4, info.ipi6_addr.s6_addr + 12);
	}
	if (info.ipi6_ifindex > STACK_INTERFACE)
		return -ENODEV;
	return take_source(t, 6, &info.ipi6_addr);
}

/* RFC 1122, 4.1.3.2: the IP options of this datagram, in place of the socket's. */
static int take_options(const struct taking *t)
{
	uint8_t *options = t->out->options;
	enum source_route route;

	memset(options, 0, sizeof(t->out->options));
	memcpy(options, t->data, t->length);
	if (ip_check_options(options, t->length, &route) >= 0)
		return -EINVAL;
	ip_clear_behind_end(options, t->length);
	t->out->send.option_length = (uint8_t)((t->length + 3) / 4 * 4);
	t->out->own_options = true;
	return 0;
}

static int take_header(const struct taking *t)
{
	return host_cannot(t->socket->stack, "datagrams have no extension headers (IPV6_HOPOPTS, IPV6_RTHDR ...)");
}

/* The protocol is for the user of a raw socket to say; here it is known. */
static int take_nothing(const struct taking *t)
{
	(void)t;
	return 0;
}

static int take_segment(const struct taking *t)
{
	uint16_t size;

	memcpy(&size, t->data, sizeof(size));
	t->out->segment = size;
	return 0;
}

#define EXACTLY(type) sizeof(type), sizeof(type)
#define AT_LEAST(type) sizeof(type), ANY_LENGTH
#define ANY_NUMBER INT32_MIN, INT32_MAX
static const struct control {
	int level, type;
	size_t shortest, longest;                            /* bytes of the value */
	int low, high;                                       /* of the number that it is */
	int (*take)(const struct taking *t);
} controls[] = {
	{ IPPROTO_IP, IP_TTL, EXACTLY(int), 1, 255, take_ttl },
	{ IPPROTO_IP, IP_TOS, EXACTLY(int), 0, 255, take_tos },
	{ IPPROTO_IP, IP_TOS, EXACTLY(uint8_t), 0, 255, take_tos },
	{ IPPROTO_IP, IP_PROTOCOL, EXACTLY(int), 1, 255, take_nothing },
	{ IPPROTO_IP, IP_PKTINFO, EXACTLY(struct in_pktinfo), ANY_NUMBER, take_info4 },
	{ IPPROTO_IP, IP_RETOPTS, 0, IPV4_OPTION_BYTES, ANY_NUMBER, take_options },
	{ IPPROTO_IPV6, IPV6_HOPLIMIT, EXACTLY(int), -1, 255, take_hops },
	{ IPPROTO_IPV6, IPV6_2292HOPLIMIT, EXACTLY(int), -1, 255, take_hops },
	{ IPPROTO_IPV6, IPV6_TCLASS, EXACTLY(int), -1, 255, take_tos },
	{ IPPROTO_IPV6, IPV6_DONTFRAG, EXACTLY(int), 0, 1, take_dont_fragment },
	{ IPPROTO_IPV6, IPV6_FLOWINFO, AT_LEAST(uint32_t), ANY_NUMBER, take_flow },
	{ IPPROTO_IPV6, IPV6_PKTINFO, AT_LEAST(struct in6_pktinfo), ANY_NUMBER, take_info6 },
	{ IPPROTO_IPV6, IPV6_2292PKTINFO, AT_LEAST(struct in6_pktinfo), ANY_NUMBER, take_info6 },
	{ IPPROTO_IPV6, IPV6_HOPOPTS, AT_LEAST(uint16_t), ANY_NUMBER, take_header },
	{ IPPROTO_IPV6, IPV6_2292HOPOPTS, AT_LEAST(uint16_t), ANY_NUMBER, take_header },
	{ IPPROTO_IPV6, IPV6_DSTOPTS, AT_LEAST(uint16_t), ANY_NUMBER, take_header },
	{ IPPROTO_IPV6, IPV6_2292DSTOPTS, AT_LEAST(uint16_t), ANY_NUMBER, take_header },
	{ IPPROTO_IPV6, IPV6_RTHDRDSTOPTS, AT_LEAST(uint16_t), ANY_NUMBER, take_header },
	{ IPPROTO_IPV6, IPV6_RTHDR, AT_LEAST(uint32_t), ANY_NUMBER, take_header },
	{ IPPROTO_IPV6, IPV6_2292RTHDR, AT_LEAST(uint32_t), ANY_NUMBER, take_header },
	{ IPPROTO_UDP, UDP_SEGMENT, EXACTLY(uint16_t), ANY_NUMBER, take_segment },
};

/* Is it about datagrams as this one is? */
static bool is_meant(const struct udp_outgoing *o, const struct cmsghdr *c)
{
	if (c->cmsg_level == IPPROTO_UDP)
		return true;
	if (o->remote.ip.version == 6)
		return c->cmsg_level == IPPROTO_IPV6;
	return c->cmsg_level == IPPROTO_IP || (c->cmsg_level == IPPROTO_IPV6 &&
	       (c->cmsg_type == IPV6_PKTINFO || c->cmsg_type == IPV6_2292PKTINFO));
}

static int take(struct taking *t, const struct cmsghdr *c)
{
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		const struct control *row = &controls[i];
		if (row->level != c->cmsg_level || row->type != c->cmsg_type || t->length < row->shortest ||
		    t->length > row->longest)
			continue;
		t->number = 0;
		if (t->length >= sizeof(int))
			memcpy(&t->number, t->data, sizeof(int));
		else if (t->length)
			t->number = t->data[0];
		return t->number < row->low || t->number > row->high ? -EINVAL : row->take(t);
	}
	return -EINVAL;
}

int udp_take_controls(const struct socket *s, const struct msghdr *message, struct udp_outgoing *o)
{
	struct taking t = { .socket = s, .out = o };
	struct cmsghdr c;
	int found;

	o->notice.stamps = s->options.time_stamping;
	for (size_t at = 0; (found = message_next_control(message, &at, &c, &t.data)) > 0; ) {
		t.length = c.cmsg_len - CMSG_LEN(0);
		if (c.cmsg_level == SOL_SOCKET && !notice_take_control(s, &c, t.data, &o->notice.stamps))
			return -EINVAL;
		int error = c.cmsg_level != SOL_SOCKET && is_meant(o, &c) ? take(&t, &c) : 0;
		if (error)
			return error;
	}
	return found;
}
