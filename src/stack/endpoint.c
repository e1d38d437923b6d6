/* SPDX-License-Identifier: MIT
 *
 * endpoint.c - struct sockaddr in, struct endpoint out, and back
 *
 * A user of an IPv6 socket writes an IPv4 peer as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2) and "any" as ::, one of an IPv4
 * socket writes "any" as 0.0.0.0. Inside the stack there is one form for each meaning: an IPv4 address is always
 * IPv4, and "any" is an address without version, which fits both. These functions are the only place where the forms
 * meet, so the search for a socket compares addresses without a thought for who wrote them.
 *
 * The user's memory may be unaligned and shorter than the structure; it is only ever copied.
 */
#include "stack/endpoint.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "stack/ip_address.h"
#include "stack/sock.h"

/* As a socket of the stack keeps it: IPv4-mapped is IPv4, "any" has no version. */
static struct endpoint normal(struct ip_address ip, uint16_t port)
{
	if (ip_is_mapped(&ip))
		ip = ip_unmapped(&ip);
	if (ip_is_unspecified(&ip) && ip.version == 6)
		ip.version = 0;
	return (struct endpoint){ ip, port };
}

int endpoint_from_sockaddr(const struct socket *s, const struct sockaddr *address, socklen_t length,
                           struct endpoint *out)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct ip_address ip = { .version = s->domain == AF_INET ? 4 : 6 };
	sa_family_t family;

	if (!address || length < sizeof(family))
		return -EINVAL;
	memcpy(&family, address, sizeof(family));
	if (length < (s->domain == AF_INET ? sizeof(in) : sizeof(in6)))
		return -EINVAL;
	if (family != s->domain)
		return -EAFNOSUPPORT;
	if (family == AF_INET) {
		memcpy(&in, address, sizeof(in));
		memcpy(ip.bytes, &in.sin_addr, 4);
		*out = normal(ip, ntohs(in.sin_port));
		if (ip_is_unspecified(&out->ip))
			out->ip.version = 0;
		return 0;
	}
	memcpy(&in6, address, sizeof(in6));
	memcpy(ip.bytes, &in6.sin6_addr, 16);
	*out = normal(ip, ntohs(in6.sin6_port));
	if (out->ip.version == 4 && s->options.v6only)
		return -ENETUNREACH;
	return 0;
}

void endpoint_to_sockaddr(const struct socket *s, const struct endpoint *e, struct sockaddr *address,
                          socklen_t *length)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(e->port) };
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6, .sin6_port = htons(e->port) };
	struct ip_address ip = e->ip;
	socklen_t room = *length;

	if (s->domain == AF_INET) {
		memcpy(&in.sin_addr, ip.bytes, 4);
		*length = sizeof(in);
		memcpy(address, &in, room < sizeof(in) ? room : sizeof(in));
		return;
	}
	if (ip.version == 4)
		ip = ip_mapped(&ip);
	memcpy(&in6.sin6_addr, ip.bytes, 16);
	*length = sizeof(in6);
	memcpy(address, &in6, room < sizeof(in6) ? room : sizeof(in6));
}

void endpoint_any_is_loopback(const struct socket *s, struct endpoint *e)
{
	if (e->ip.version)
		return;
	e->ip = s->domain == AF_INET ? (struct ip_address){ 4, { 127, 0, 0, 1 } }
	                             : (struct ip_address){ 6, { [15] = 1 } };
}
