/* SPDX-License-Identifier: MIT
 *
 * without_netlink.c - libmnl in a program that has none
 *
 * Debian has no archive of libmnl that a static program could be linked with. A socket of netlink cannot be opened
 * there, which is what -t kernel then says; build-static lets all else of libmnl lead to without_netlink(), and
 * nobody comes there without a socket.
 */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

struct mnl_socket;
struct mnl_socket *mnl_socket_open(int bus);
struct mnl_socket *mnl_socket_open2(int bus, int flags);
_Noreturn void without_netlink(void);

struct mnl_socket *mnl_socket_open(int bus)
{
	(void)bus;
	errno = EPROTONOSUPPORT;
	return NULL;
}

struct mnl_socket *mnl_socket_open2(int bus, int flags)
{
	(void)flags;
	return mnl_socket_open(bus);
}

_Noreturn void without_netlink(void)
{
	abort();
}
