/* SPDX-License-Identifier: MIT
 *
 * absent.c - tables of kinds of sockets and of their options
 */
#include "target/builtin/absent.h"

#include <linux/in.h>
#include <linux/in6.h>
#include <stddef.h>
#include <sys/socket.h>

#include "util/common.h"

enum { ANY = -1 };

static const struct kind_of_socket {
	int domain, type, protocol;
	const char *what;
} kinds[] = {
	{ AF_UNIX, ANY, ANY, "the reference stack has no sockets of AF_UNIX" },
	{ AF_NETLINK, ANY, ANY, "the reference stack has no sockets of AF_NETLINK" },
	{ AF_PACKET, ANY, ANY, "the reference stack has no sockets of AF_PACKET" },
	{ AF_VSOCK, ANY, ANY, "the reference stack has no sockets of AF_VSOCK" },
	{ AF_INET, SOCK_RAW, ANY, "the reference stack has no raw sockets" },
	{ AF_INET6, SOCK_RAW, ANY, "the reference stack has no raw sockets" },
	{ AF_INET, SOCK_DGRAM, IPPROTO_ICMP, "the reference stack has no sockets for echo requests" },
	{ AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6, "the reference stack has no sockets for echo requests" },
	{ AF_INET, ANY, IPPROTO_MPTCP, "the reference stack has no MPTCP" },
	{ AF_INET6, ANY, IPPROTO_MPTCP, "the reference stack has no MPTCP" },
	{ AF_INET, ANY, IPPROTO_SCTP, "the reference stack has no SCTP" },
	{ AF_INET6, ANY, IPPROTO_SCTP, "the reference stack has no SCTP" },
};

static bool is_or_any(int wanted, int value)
{
	return wanted == ANY || wanted == value;
}

const char *absent_socket(int domain, int type, int protocol)
{
	const int plain = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (is_or_any(kinds[i].domain, domain) && is_or_any(kinds[i].type, plain) &&
		    is_or_any(kinds[i].protocol, protocol))
			return kinds[i].what;
	return NULL;
}

#define OPTION(level, name) { level, name, "the reference stack has no option " #name }

static const struct option {
	int level, name;
	const char *what;
} options[] = {
	OPTION(SOL_SOCKET, SO_ATTACH_FILTER), OPTION(SOL_SOCKET, SO_ATTACH_BPF),
	OPTION(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF), OPTION(SOL_SOCKET, SO_ATTACH_REUSEPORT_EBPF),
};

const char *absent_option(int level, int name)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (options[i].level == level && options[i].name == name)
			return options[i].what;
	return NULL;
}
