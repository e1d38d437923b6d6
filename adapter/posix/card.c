/* SPDX-License-Identifier: MIT
 *
 * card.c - the MTU of the network card that has the address of a case
 *
 * Cases count on an MTU, which is 1500 unless they say otherwise: the MSS follows from it, and when datagrams are cut.
 * A card with less than 1280 loses its IPv6 addresses, so none is given that little if it has any.
 */
#include "card.h"

#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LEAST_IPV6_MTU = 1280 };

static int has_address(const struct ifaddrs *a, const struct protodrill_address *address)
{
	const struct sockaddr_in *four = (const void *)a->ifa_addr;
	const struct sockaddr_in6 *six = (const void *)a->ifa_addr;

	if (!a->ifa_addr || a->ifa_addr->sa_family != (address->family == 6 ? AF_INET6 : AF_INET))
		return 0;
	return address->family == 6 ? !memcmp(&six->sin6_addr, address->bytes, 16)
	                            : !memcmp(&four->sin_addr, address->bytes, 4);
}

static int has_ipv6(const struct ifaddrs *all, const char *name)
{
	for (const struct ifaddrs *a = all; a; a = a->ifa_next)
		if (!strcmp(a->ifa_name, name) && a->ifa_addr && a->ifa_addr->sa_family == AF_INET6)
			return 1;
	return 0;
}

/* Ask or tell the kernel about the MTU of the card @name. 0, or minus an errno. */
static int mtu_of(const char *name, unsigned long request, int *mtu)
{
	struct ifreq r = { .ifr_mtu = *mtu };
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int error;

	if (fd < 0)
		return -errno;
	strncpy(r.ifr_name, name, IF_NAMESIZE - 1);
	error = ioctl(fd, request, &r) < 0 ? -errno : 0;
	close(fd);
	*mtu = r.ifr_mtu;
	return error;
}

int card_set_mtu(struct card *card, const struct protodrill_address *local, int mtu)
{
	struct ifaddrs *all = NULL;
	const struct ifaddrs *a;
	int refused;

	if (!mtu || getifaddrs(&all) < 0)
		return 0;
	for (a = all; a && !has_address(a, local); a = a->ifa_next)
		;
	if (a)
		strncpy(card->name, a->ifa_name, IF_NAMESIZE - 1);
	refused = a && mtu < LEAST_IPV6_MTU && has_ipv6(all, a->ifa_name);
	freeifaddrs(all);
	if (!a || mtu_of(card->name, SIOCGIFMTU, &card->mtu) < 0 || card->mtu == mtu) {
		card->mtu = 0;
		return 0;
	}
	return refused ? -EINVAL : mtu_of(card->name, SIOCSIFMTU, &mtu);
}

void card_restore(struct card *card)
{
	if (card->mtu)
		mtu_of(card->name, SIOCSIFMTU, &card->mtu);
	card->mtu = 0;
}
