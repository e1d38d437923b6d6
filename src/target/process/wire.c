/* SPDX-License-Identifier: MIT
 *
 * wire.c - frames of a network card: AF_PACKET, ARP, and what the kernel leaves to the card
 */
#include "target/process/wire.h"

#include <arpa/inet.h>
#include <errno.h>
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

#include "util/checked.h"
#include "util/common.h"
#include "wire/checksum.h"

enum { ARP_BYTES = 28, ARP_REQUEST = 1, ARP_REPLY = 2, SEARCH_MS = 200, SEARCHES = 5 };

struct wire {
	int fd, index;
	uint8_t own[ETH_ALEN], other[ETH_ALEN];
	struct ip_address local;
	vtime_t arrived;                                     /* when what was sent last is there for certain */
	vtime_t round_trip;                                  /* VTIME_NEVER: not found yet */
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
	return send_frame(w, w->other, ETHERTYPE_IP, packet, length);
}

/* RFC 826. */
static void send_arp(struct wire *w, int operation, const uint8_t *sender_ip, const uint8_t *to, const uint8_t *to_ip)
{
	static const uint8_t all[ETH_ALEN] = { 255, 255, 255, 255, 255, 255 };
	uint8_t a[ARP_BYTES] = { 0, 1, 8, 0, ETH_ALEN, 4, 0, (uint8_t)operation };

	memcpy(a + 8, w->own, ETH_ALEN);
	memcpy(a + 14, sender_ip, 4);
	if (to)
		memcpy(a + 18, to, ETH_ALEN);
	memcpy(a + 24, to_ip, 4);
	send_frame(w, to ? to : all, ETHERTYPE_ARP, a, sizeof(a));
}

/* Whoever asks for an address that is not its own gets ours; the answer to our own question is where it is. */
static void hear_arp(struct wire *w, const uint8_t *a, size_t length)
{
	if (length < ARP_BYTES || a[1] != 1 || a[4] != ETH_ALEN || a[5] != 4)
		return;
	if (memcmp(a + 14, w->local.bytes, 4) == 0)
		memcpy(w->other, a + 8, ETH_ALEN);
	if (a[7] == ARP_REQUEST && memcmp(a + 24, w->local.bytes, 4) != 0 && memcmp(a + 24, a + 14, 4) != 0)
		send_arp(w, ARP_REPLY, a + 24, a + 8, a + 14);
}

/* ---- frames in ---- */

struct frame {
	size_t length;
	uint16_t type;
	bool unfinished;                                     /* checksums were left to the card, and there is none */
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
	read_notes(&message, f);
	if (from.sll_pkttype == PACKET_OUTGOING)
		f->type = 0;
	return true;
}

/* What a virtual card never computes: the checksum of TCP or UDP. */
static void finish_checksum(uint8_t *p, size_t length)
{
	const size_t head = (size_t)(p[0] & 15) * 4, at = head + (p[9] == PROTOCOL_TCP ? 16 : 6);
	struct ip_address from = { .version = 4 }, to = { .version = 4 };

	if ((p[9] != PROTOCOL_TCP && p[9] != PROTOCOL_UDP) || at + 2 > length)
		return;
	memcpy(from.bytes, p + 12, 4);
	memcpy(to.bytes, p + 16, 4);
	p[at] = p[at + 1] = 0;
	uint32_t sum = checksum_pseudo(&from, &to, p[9], (uint32_t)(length - head));
	uint16_t value = checksum_finish(checksum_add(sum, p + head, length - head));
	value = value || p[9] == PROTOCOL_TCP ? value : 0xffff;
	p[at] = (uint8_t)(value >> 8);
	p[at + 1] = (uint8_t)value;
}

/* An IPv4 packet of the machine under test, without the bytes that fill short frames up. */
static bool take_packet(struct wire *w, const struct frame *f, struct wire_packet *out)
{
	size_t length = f->length;
	uint8_t *p = w->frame;

	if (f->type != ETHERTYPE_IP || length < 20 || p[0] >> 4 != 4 || memcmp(p + 12, w->local.bytes, 4) != 0)
		return false;
	const size_t total = (size_t)p[2] << 8 | p[3];
	length = total >= 20 && total < length ? total : length;
	if (f->unfinished)
		finish_checksum(p, length);
	*out = (struct wire_packet){ .bytes = p, .length = length, .at = f->at };
	return true;
}

bool wire_receive(struct wire *w, vtime_t until, struct wire_packet *out)
{
	struct frame f;

	for (;;) {
		while (read_frame(w, &f)) {
			if (f.type == ETHERTYPE_ARP)
				hear_arp(w, w->frame, f.length);
			else if (take_packet(w, &f, out))
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

static bool open_socket(struct wire *w, const char *interface, struct buf *problem)
{
	const int on = 1;
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
	memcpy(w->own, request.ifr_hwaddr.sa_data, ETH_ALEN);
	setsockopt(w->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	setsockopt(w->fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on));
	setsockopt(w->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on));
	if (bind(w->fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		buf_printf(problem, "cannot use %s: %s", interface, strerror(errno));
		return false;
	}
	return true;
}

/* The kernel here would answer what is meant for the script. */
static bool is_free(const char *interface, struct buf *problem)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	strncpy(request.ifr_name, interface, sizeof(request.ifr_name) - 1);
	bool has = fd >= 0 && ioctl(fd, SIOCGIFADDR, &request) == 0;
	if (has) {
		memcpy(&address, &request.ifr_addr, sizeof(address));
		buf_printf(problem, "%s has the address %s, so this machine's kernel would answer in place of the "
		           "script: give it none, or put it into a network namespace of its own", interface,
		           inet_ntoa(address.sin_addr));
	}
	if (fd >= 0)
		close(fd);
	return !has;
}

/* Ask for its address until it answers. */
static bool find_other(struct wire *w, const char *interface, struct buf *problem)
{
	static const uint8_t nobody[ETH_ALEN] = { 0 };
	char text[IP_ADDRESS_TEXT];

	for (int i = 0; i < SEARCHES; i++) {
		const vtime_t began = wire_now(), limit = vtime_add(began, vtime_ms(SEARCH_MS));
		struct wire_packet ignored;
		struct pollfd p = { .fd = w->fd, .events = POLLIN };

		send_arp(w, ARP_REQUEST, nobody, NULL, w->local.bytes);        /* a probe (RFC 5227) */
		while (!memcmp(w->other, nobody, ETH_ALEN) && vtime_before(wire_now(), limit)) {
			poll(&p, 1, SEARCH_MS / 10);
			wire_receive(w, VTIME_ZERO, &ignored);
		}
		w->round_trip = vtime_sub(wire_now(), began);
		if (memcmp(w->other, nobody, ETH_ALEN) != 0)
			return true;
	}
	buf_printf(problem, "nobody behind %s has the address %s (--local_ip): is it that of the machine under test, "
	           "and is its interface up?", interface, ip_address_print(&w->local, text));
	return false;
}

struct wire *wire_open(const char *interface, const struct ip_address *local, struct buf *problem)
{
	struct wire *w = checked_memory(calloc(1, sizeof(*w)));

	w->local = *local;
	if (open_socket(w, interface, problem) && is_free(interface, problem) && find_other(w, interface, problem))
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
