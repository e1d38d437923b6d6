/* SPDX-License-Identifier: MIT
 *
 * sockaddr.h - addresses of the protocol as those of sockets, and back
 */
#ifndef ADAPTER_SOCKADDR_H
#define ADAPTER_SOCKADDR_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "protodrill-adapter.h"

/* Returns the length of *@to. An address of neither IPv4 nor IPv6 is AF_UNSPEC. */
static inline socklen_t to_sockaddr(const struct protodrill_address *from, struct sockaddr_storage *to)
{
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	if (from->family == 6) {
		*six = (struct sockaddr_in6){
			.sin6_family = AF_INET6, .sin6_port = htons(from->port), .sin6_scope_id = from->scope,
		};
		memcpy(&six->sin6_addr, from->bytes, sizeof(six->sin6_addr));
		return sizeof(*six);
	}
	four->sin_family = from->family == 4 ? AF_INET : AF_UNSPEC;
	four->sin_port = htons(from->port);
	memcpy(&four->sin_addr, from->bytes, sizeof(four->sin_addr));
	return sizeof(*four);
}

/* One of @length bytes. Of another family, or cut: there is no address. */
static inline void from_sockaddr(const struct sockaddr_storage *from, socklen_t length, struct protodrill_address *to)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;

	memset(to, 0, sizeof(*to));
	if (length >= sizeof(*four) && from->ss_family == AF_INET) {
		to->family = 4;
		to->port = ntohs(four->sin_port);
		memcpy(to->bytes, &four->sin_addr, sizeof(four->sin_addr));
	} else if (length >= sizeof(*six) && from->ss_family == AF_INET6) {
		to->family = 6;
		to->port = ntohs(six->sin6_port);
		to->scope = six->sin6_scope_id;
		memcpy(to->bytes, &six->sin6_addr, sizeof(six->sin6_addr));
	}
}

#endif
