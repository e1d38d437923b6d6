/* SPDX-License-Identifier: MIT
 *
 * wire.c - frames of a network card: AF_PACKET, and what the kernel leaves to the card
 */
#include "target/process/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "target/process/neighbour.h"
#include "util/checked.h"
#include "util/common.h"
#include "wire/checksum.h"
#include "wire/membership.h"

enum { SEARCH_MS = 200, SEARCHES = 5, IPV4_HEADER = 20, IPV6_HEADER = 40 };

struct wire {
	int fd, index;
	struct neighbour other;                              /* the machine under test */
	vtime_t arrived;                                     /* when what was sent last has certainly arrived */
	vtime_t round_trip;                                  /* VTIME_NEVER: not known yet */
	uint8_t frame[ETH_HLEN + WIRE_ROOM];
};

vtime_t wire_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return vtime_add(vtime_s(t.tv_sec), vtime_ns(t.tv_nsec));
}

vtime_t wire_round_trip(const struct wire *w)
{
	return w->round_trip;
}

/* ---- frames out ---- */

static int send_frame(struct wire *w, const uint8_t to[ETH_ALEN], uint16_t type, const void *bytes, size_t length)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET, .sll_ifindex = w->index, .sll_halen = ETH_ALEN, .sll_protocol = htons(type),
	};

	memcpy(address.sll_addr, to, ETH_ALEN);
	return sendto(w->fd, bytes, length, MSG_DONTWAIT, (struct sockaddr *)&address, sizeof(address)) < 0 ? errno : 0;
}

void wire_let_arrive(const struct wire *w)
{
	const struct timespec t = { w->arrived.ns / 1000000000, w->arrived.ns % 1000000000 };

	clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &t, NULL);
}

int wire_send(struct wire *w, const void *packet, size_t length)
{
	w->arrived = vtime_add(wire_now(), w->round_trip);
	return send_frame(w, w->other.other, w->other.address.version == 6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP, packet,
	                  length);
}

/* ---- frames in ---- */

struct frame {
	size_t length;
	uint16_t type;
	uint8_t from[ETH_ALEN];
	bool unfinished;                                     /* its checksum was left to a card that does not exist */
	vtime_t at;
};

static void read_notes(struct msghdr *message, struct frame *f)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
			struct timespec t;
			memcpy(&t, CMSG_DATA(c), sizeof(t));
			f->at = vtime_add(vtime_s(t.tv_sec), vtime_ns(t.tv_nsec));
		} else if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA) {
			struct tpacket_auxdata notes;
			memcpy(&notes, CMSG_DATA(c), sizeof(notes));
			f->unfinished = notes.tp_status & TP_STATUS_CSUMNOTREADY;
		}
	}
}

/* False: there is none now. */
static bool read_frame(struct wire *w, struct frame *f)
{
	uint8_t control[256];
	struct sockaddr_ll from = { 0 };
	struct iovec part = { w->frame, sizeof(w->frame) };
	struct msghdr message = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	ssize_t got = recvmsg(w->fd, &message, MSG_DONTWAIT);

	*f = (struct frame){ .length = got > 0 ? (size_t)got : 0, .type = ntohs(from.sll_protocol), .at = wire_now() };
	if (got < 0)
		return false;
	memcpy(f->from, from.sll_addr, ETH_ALEN);
	read_notes(&message, f);
	if (from.sll_pkttype == PACKET_OUTGOING)
		f->type = 0;
	return true;
}

/* What a virtual card never computes: the checksum of TCP or UDP, in whose field there is only the sum over the
 * pseudo-header. */
static void finish_checksum(uint8_t *p, size_t length)
{
	const bool six = p[0] >> 4 == 6;
	const size_t head = six ? IPV6_HEADER : (size_t)(p[0] & 15) * 4, size = six ? 16 : 4;
	const uint8_t protocol = six ? p[6] : p[9];
	const size_t at = head + (protocol == PROTOCOL_TCP ? 16 : 6);
	struct ip_address from = { .version = six ? 6 : 4 }, to = { .version = six ? 6 : 4 };

	if ((protocol != PROTOCOL_TCP && protocol != PROTOCOL_UDP) || at + 2 > length)
		return;
	memcpy(from.bytes, p + (six ? 8 : 12), size);
	memcpy(to.bytes, p + (six ? 24 : 16), size);
	p[at] = p[at + 1] = 0;
	uint32_t sum = checksum_pseudo(&from, &to, protocol, (uint32_t)(length - head));
	uint16_t value = checksum_finish(checksum_add(sum, p + head, length - head));
	value = value || protocol == PROTOCOL_TCP ? value : 0xffff;
	p[at] = (uint8_t)(value >> 8);
	p[at + 1] = (uint8_t)value;
}

/* The length that the packet claims, if it comes from @source; 0: it does not. */
static size_t length_from(const uint8_t *p, size_t length, const struct ip_address *source)
{
	if (source->version == 6)
		return length < IPV6_HEADER || p[0] >> 4 != 6 || memcmp(p + 8, source->bytes, 16) != 0 ? 0 :
		       IPV6_HEADER + ((size_t)p[4] << 8 | p[5]);
	return length < IPV4_HEADER || p[0] >> 4 != 4 || memcmp(p + 12, source->bytes, 4) != 0 ? 0 :
	       (size_t)p[2] << 8 | p[3];
}

/* A host reports its groups from the address that its card has given itself (RFC 3810, 5.2.13). */
static bool is_report(struct wire *w, const struct frame *f)
{
	static const uint8_t link_local[2] = { 0xfe, 0x80 };
	size_t at;

	return w->other.address.version == 6 && w->other.found && !memcmp(f->from, w->other.other, ETH_ALEN) &&
	       membership_find(w->frame, f->length, &at) && !memcmp(w->frame + 8, link_local, sizeof(link_local));
}

/* A packet of the machine under test, without the padding of short frames. */
static bool take_packet(struct wire *w, const struct frame *f, struct wire_packet *out)
{
	struct ip_address source = w->other.address;

	if (is_report(w, f))
		memcpy(source.bytes, w->frame + 8, sizeof(source.bytes));
	const size_t total = length_from(w->frame, f->length, &source);
	if (!total || (f->type != ETHERTYPE_IP && f->type != ETHERTYPE_IPV6))
		return false;
	*out = (struct wire_packet){
		.bytes = w->frame, .length = total >= IPV4_HEADER && total < f->length ? total : f->length, .at = f->at,
	};
	if (f->unfinished)
		finish_checksum(w->frame, out->length);
	return true;
}

bool wire_receive(struct wire *w, vtime_t until, struct wire_packet *out)
{
	struct neighbour_frame answer;
	struct frame f;

	for (;;) {
		while (read_frame(w, &f)) {
			bool heard = neighbour_hear(&w->other, f.type, f.from, w->frame, f.length, &answer);
			if (heard && answer.length)
				send_frame(w, answer.to, answer.type, answer.bytes, answer.length);
			if (!heard && take_packet(w, &f, out))
				return true;
		}
		vtime_t left = vtime_sub(until, wire_now());
		if (left.ns <= 0)
			return false;
		struct timespec t = { left.ns / 1000000000, left.ns % 1000000000 };
		struct pollfd p = { .fd = w->fd, .events = POLLIN };
		ppoll(&p, 1, &t, NULL);
	}
}

/* ---- the beginning ---- */

/* Nobody answers on a card that is off, and that is easily told. */
static bool is_on(struct wire *w, const char *interface, struct buf *problem)
{
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, interface, sizeof(request.ifr_name) - 1);
	if (ioctl(w->fd, SIOCGIFFLAGS, &request) < 0)
		return true;
	if (!(request.ifr_flags & IFF_UP))
		buf_printf(problem, "%s is down: 'ip link set %s up' switches it on", interface, interface);
	else if (!(request.ifr_flags & IFF_RUNNING))
		buf_printf(problem, "%s has no carrier: is there a cable, and is the card at its other end up?",
		           interface);
	return request.ifr_flags & IFF_UP && request.ifr_flags & IFF_RUNNING;
}

static bool open_socket(struct wire *w, const char *interface, struct buf *problem)
{
	const int on = 1;
	/* Questions for our addresses go to groups that no stack here is a member of. */
	struct packet_mreq groups = { .mr_type = PACKET_MR_ALLMULTI };
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL) };
	struct ifreq request = { 0 };

	w->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	strncpy(request.ifr_name, interface, sizeof(request.ifr_name) - 1);
	if (w->fd < 0) {
		buf_printf(problem, "cannot use %s: %s (needs CAP_NET_RAW)", interface, strerror(errno));
		return false;
	}
	w->index = address.sll_ifindex = (int)if_nametoindex(interface);
	if (!w->index || ioctl(w->fd, SIOCGIFHWADDR, &request) < 0) {
		buf_printf(problem, "there is no interface '%s' here: %s", interface, strerror(errno));
		return false;
	}
	if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
		buf_printf(problem, "%s is no Ethernet", interface);
		return false;
	}
	memcpy(w->other.own, request.ifr_hwaddr.sa_data, ETH_ALEN);
	groups.mr_ifindex = w->index;
	setsockopt(w->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &groups, sizeof(groups));
	setsockopt(w->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	setsockopt(w->fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on));
	setsockopt(w->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	if (bind(w->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		buf_printf(problem, "cannot use %s: %s", interface, strerror(errno));
		return false;
	}
	return true;
}

/* Does the interface here have an address of @version? It is written to @text. IPv6 addresses that every interface
 * gives itself do no harm. */
static bool has_address(const char *interface, int version, char text[IP_ADDRESS_TEXT])
{
	const int family = version == 6 ? AF_INET6 : AF_INET;
	struct ifaddrs *all = NULL;
	bool has = false;

	if (getifaddrs(&all) < 0)
		return false;
	for (const struct ifaddrs *a = all; a && !has; a = a->ifa_next) {
		if (strcmp(a->ifa_name, interface) != 0 || !a->ifa_addr || a->ifa_addr->sa_family != family)
			continue;
		const struct sockaddr_in6 *six = (const void *)a->ifa_addr;
		const struct sockaddr_in *four = (const void *)a->ifa_addr;
		has = version != 6 || !IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr);
		inet_ntop(family, version == 6 ? (const void *)&six->sin6_addr : &four->sin_addr, text,
		          IP_ADDRESS_TEXT);
	}
	freeifaddrs(all);
	return has;
}

/* With an address on this card, the kernel here would answer what is meant for the script. */
static bool is_free(const char *interface, int version, struct buf *problem)
{
	char text[IP_ADDRESS_TEXT];
	bool has = has_address(interface, version, text);

	if (has)
		buf_printf(problem, "%s has the address %s, so this machine's kernel would answer in place of the "
		           "script: give it none, or put it into a network namespace of its own", interface, text);
	return !has;
}

/* Ask for the other machine's address until it answers. */
static bool find_other(struct wire *w, const char *interface, struct buf *problem)
{
	struct neighbour_frame question;
	char text[IP_ADDRESS_TEXT];

	neighbour_ask(&w->other, &question);
	for (int i = 0; i < SEARCHES; i++) {
		const vtime_t began = wire_now(), limit = vtime_add(began, vtime_ms(SEARCH_MS));
		struct wire_packet ignored;
		struct pollfd p = { .fd = w->fd, .events = POLLIN };

		send_frame(w, question.to, question.type, question.bytes, question.length);
		while (!w->other.found && vtime_before(wire_now(), limit)) {
			poll(&p, 1, SEARCH_MS / 10);
			wire_receive(w, VTIME_ZERO, &ignored);
		}
		w->round_trip = vtime_sub(wire_now(), began);
		if (w->other.found)
			return true;
	}
	buf_printf(problem, "nobody behind %s has the address %s (--local_ip): is it that of the machine under test, "
	           "and is its interface up?", interface, ip_address_print(&w->other.address, text));
	return false;
}

struct wire *wire_open(const char *interface, const struct ip_address *local, struct buf *problem)
{
	struct wire *w = checked_memory(calloc(1, sizeof(*w)));

	w->other.address = *local;
	if (open_socket(w, interface, problem) && is_on(w, interface, problem) &&
	    is_free(interface, local->version, problem) && find_other(w, interface, problem))
		return w;
	wire_close(w);
	return NULL;
}

void wire_close(struct wire *w)
{
	if (w && w->fd >= 0)
		close(w->fd);
	free(w);
}
