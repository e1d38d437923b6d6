/* SPDX-License-Identifier: MIT
 *
 * socket_option6.c - socket options about what surrounds a packet: extension headers, addresses, labels, raw sockets
 *
 * RFC 3542 lets a user put headers of his own before the transport's, RFC 5014 choose among addresses, and Linux hand
 * out flow labels. Nothing of that is built here. What such an option refuses, and what can be read without any of them
 * ever having been set, is as Linux was seen to have it; where a value would have to be obeyed, the answer is
 * host_cannot(). The options of raw sockets, of IPv4 too, are here because all that other sockets see of them is that
 * they are off.
 */
#include "stack/socket_option6.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "stack/endpoint.h"
#include "stack/host.h"
#include "stack/ip_address.h"
#include "stack/option_value.h"
#include "stack/path.h"
#include "stack/sock.h"
#include "util/common.h"
#include "util/newer_names.h"

enum { HEADER_UNIT = 8, HEADER_MOST = 2048, ROUTING_TYPE_2 = 2 };

static const char headers[] =
	"IPv6 extension headers of the user (IPV6_HOPOPTS, IPV6_DSTOPTS, IPV6_RTHDR) are not sent";

/* RFC 3542, 8: no octets are no header. A header says its own length, in eights behind the first. Of routing headers
 * Linux sends those of types that it knows only. */
int set_header6(struct socket *s, int name, const void *value, socklen_t length)
{
	const uint8_t *header = value;

	if (!length)
		return 0;
	if (length < 2 || length % HEADER_UNIT || length > HEADER_MOST || !value)
		return -EINVAL;
	if ((header[1] + 1u) * HEADER_UNIT > length)
		return -EINVAL;
	if (name == IPV6_RTHDR && header[2] != ROUTING_TYPE_2 && header[2] != 4)
		return -EINVAL;
	return host_cannot(s->stack, headers);
}

int get_header6(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)s;
	(void)name;
	return option_return_bytes("", 0, value, length);
}

int set_packet_info6(struct socket *s, int name, const void *value, socklen_t length)
{
	const struct in6_pktinfo nothing = { 0 };

	(void)name;
	if (length < sizeof(nothing) || !value)
		return -EINVAL;
	if (!memcmp(value, &nothing, sizeof(nothing)))
		return 0;
	return host_cannot(s->stack, "IPV6_PKTINFO for all that a socket sends is not obeyed (bind() is)");
}

/* RFC 3542, 11.4: the destination, which nobody fills in, and the MTU behind it. */
int get_path_mtu6(struct socket *s, int name, void *value, socklen_t *length)
{
	struct ip6_mtuinfo told = { 0 };

	(void)name;
	if (*length < sizeof(told))
		return -EINVAL;
	if (!s->remote.ip.version)
		return -ENOTCONN;
	told.ip6m_mtu = stack_path_mtu(s->stack, &s->remote.ip);
	return option_return_bytes(&told, sizeof(told), value, length);
}

/* RFC 5014, 3: three pairs of which one may be asked for; of the last two there is nothing to choose from. */
enum {
	PREFER_TEMPORARY = 1, PREFER_PUBLIC = 2, PREFER_CARE_OF = 4, PREFER_GENERATED = 8, PREFER_EITHER = 0x100,
	PREFER_HOME = 0x400, PREFER_PLAIN = 0x800,
};

static const struct {
	int all;
	int one[3];
} preferences[] = {
	{ PREFER_TEMPORARY | PREFER_PUBLIC | PREFER_EITHER, { PREFER_TEMPORARY, PREFER_PUBLIC, PREFER_EITHER } },
	{ PREFER_CARE_OF | PREFER_HOME, { PREFER_CARE_OF, PREFER_HOME, 0 } },
	{ PREFER_GENERATED | PREFER_PLAIN, { PREFER_GENERATED, PREFER_PLAIN, 0 } },
};

static bool is_one_of(int asked, const int one[3])
{
	return !asked || asked == one[0] || asked == one[1] || (one[2] && asked == one[2]);
}

/* What is not asked for is as if it never had been. */
int set_preferences(struct socket *s, int name, const void *value, socklen_t length)
{
	int asked;

	(void)name;
	if (!option_int(value, length, &asked))
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(preferences); i++)
		if (!is_one_of(asked & preferences[i].all, preferences[i].one))
			return -EINVAL;
	s->options.address_preferences = asked & (PREFER_TEMPORARY | PREFER_PUBLIC | PREFER_CARE_OF);
	return 0;
}

int get_preferences(struct socket *s, int name, void *value, socklen_t *length)
{
	int kept = s->options.address_preferences, told = kept;

	(void)name;
	if (!(kept & (PREFER_TEMPORARY | PREFER_PUBLIC)))
		told |= PREFER_EITHER;
	if (!(kept & PREFER_CARE_OF))
		told |= PREFER_HOME;
	return option_return_int(told, value, length);
}

enum { LABEL_REQUEST_BYTES = 32 };

static const char labels[] = "IPV6_FLOWLABEL_MGR: flow labels are not handed out";

int set_label_manager(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)name;
	return length < LABEL_REQUEST_BYTES || !value ? -EINVAL : host_cannot(s->stack, labels);
}

int get_label_manager(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	(void)value;
	return *length < LABEL_REQUEST_BYTES ? -EINVAL : host_cannot(s->stack, labels);
}

/* ---- of raw sockets ---- */

int set_of_raw(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)s;
	(void)name;
	(void)value;
	(void)length;
	return -ENOPROTOOPT;
}

int set_alert(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)s;
	(void)name;
	(void)value;
	(void)length;
	return -EINVAL;
}

int set_alert6(struct socket *s, int name, const void *value, socklen_t length)
{
	(void)s;
	(void)name;
	(void)value;
	return length < sizeof(int) ? -EINVAL : -ENOPROTOOPT;
}

/* As all numbers of level IPPROTO_IP: one octet will do, and none are 0. */
int set_checksum(struct socket *s, int name, const void *value, socklen_t length)
{
	int number = length ? *(const uint8_t *)value : 0;

	(void)name;
	if (length >= sizeof(number))
		(void)option_int(value, length, &number);
	return number ? host_cannot(s->stack, "IP_CHECKSUM: checksums are not told") : 0;
}

int get_off(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)s;
	(void)name;
	return option_return_int(0, value, length);
}

int get_protocol(struct socket *s, int name, void *value, socklen_t *length)
{
	(void)name;
	return option_return_int(s->local.port, value, length);
}
