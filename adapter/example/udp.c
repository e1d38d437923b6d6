/* SPDX-License-Identifier: MIT
 *
 * udp.c - the smallest adapter: a stack of one page that knows UDP over IPv4 and nothing else
 *
 * It is the example of docs/adapter.md, and shows what an author writes: a table of functions. Everything that is not
 * in the table, or returns PROTODRILL_UNKNOWN, makes the cases that need it SKIP. Built as a program it is an adapter
 * (-t process:udp), and as a shared object a stack (-t so:udp.so).
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#define PROTODRILL_ADAPTER_IMPLEMENTATION
#include "../protodrill-adapter.h"

enum { SOCKETS = 16, QUEUE = 8, HEADERS = 28, MOST = 1472, FIRST_PORT = 49152, FIRST_FD = 3 };

struct datagram {
	struct protodrill_address from;
	size_t length;
	uint8_t bytes[MOST];
};

static struct {
	bool open;
	struct protodrill_address local, remote;             /* family 0: not bound, not connected */
	struct datagram queue[QUEUE];
	int waiting;
} sockets[SOCKETS];

static struct protodrill_address me;
static uint16_t next_port = FIRST_PORT, next_id;

#define OPEN(fd) ((fd) >= FIRST_FD && (fd) < FIRST_FD + SOCKETS && sockets[(fd) - FIRST_FD].open)
#define SOCKET(fd) (&sockets[(fd) - FIRST_FD])

static int start(const struct protodrill_start *how)
{
	memset(sockets, 0, sizeof(sockets));
	me = how->local;
	return me.family == 4 ? 0 : PROTODRILL_UNKNOWN;
}

/* ---- packets ---- */

static void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

/* RFC 1071, on top of @sum. */
static unsigned checksum(const uint8_t *bytes, size_t length, unsigned sum)
{
	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (unsigned)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

static void send_datagram(const struct protodrill_address *from, const struct protodrill_address *to,
                          const void *bytes, size_t length)
{
	uint8_t p[HEADERS + MOST] = { 0x45 };
	unsigned sum;

	put16(p + 2, (unsigned)(HEADERS + length));
	put16(p + 4, ++next_id);
	p[8] = 64;
	p[9] = IPPROTO_UDP;
	memcpy(p + 12, me.bytes, 4);
	memcpy(p + 16, to->bytes, 4);
	put16(p + 10, ~checksum(p, 20, 0) & 0xffff);
	put16(p + 20, from->port);
	put16(p + 22, to->port);
	put16(p + 24, (unsigned)(8 + length));
	memcpy(p + HEADERS, bytes, length);
	/* The pseudo header: addresses, protocol and length (RFC 768). */
	sum = checksum(p + 12, 8, IPPROTO_UDP + (unsigned)(8 + length));
	sum = ~checksum(p + 20, 8 + length, sum) & 0xffff;
	put16(p + 26, sum ? sum : 0xffff);
	protodrill_output(p, HEADERS + length);
}

static void packet(const void *bytes, size_t length)
{
	const uint8_t *p = bytes;

	if (length < HEADERS || p[0] != 0x45 || p[9] != IPPROTO_UDP || memcmp(p + 16, me.bytes, 4) ||
	    get16(p + 24) < 8 || get16(p + 24) + 20U > length || get16(p + 24) - 8U > MOST)
		return;
	for (int i = 0; i < SOCKETS; i++) {
		struct datagram *d = &sockets[i].queue[sockets[i].waiting];

		if (!sockets[i].open || sockets[i].local.port != get16(p + 22) || sockets[i].waiting == QUEUE ||
		    (sockets[i].remote.family && (sockets[i].remote.port != get16(p + 20) ||
		                                  memcmp(sockets[i].remote.bytes, p + 12, 4))))
			continue;
		memset(d, 0, sizeof(*d));
		d->from.family = 4;
		d->from.port = (uint16_t)get16(p + 20);
		memcpy(d->from.bytes, p + 12, 4);
		d->length = get16(p + 24) - 8;
		memcpy(d->bytes, p + HEADERS, d->length);
		sockets[i].waiting++;
		return;
	}
}

/* No timers: nothing is ever due. */
static int64_t deadline(void)
{
	return PROTODRILL_NEVER;
}

static void run(int64_t now)
{
	(void)now;
}

/* ---- calls ---- */

static int do_socket(int domain, int type, int protocol)
{
	if (domain != AF_INET || type != SOCK_DGRAM || (protocol && protocol != IPPROTO_UDP))
		return PROTODRILL_UNKNOWN;
	for (int i = 0; i < SOCKETS; i++) {
		if (sockets[i].open)
			continue;
		memset(&sockets[i], 0, sizeof(sockets[i]));
		sockets[i].open = true;
		return FIRST_FD + i;
	}
	return -EMFILE;
}

static int do_bind(int fd, const struct protodrill_address *address)
{
	if (!OPEN(fd))
		return -EBADF;
	SOCKET(fd)->local = *address;
	if (!address->port)
		SOCKET(fd)->local.port = next_port++;
	return 0;
}

static int do_connect(int fd, const struct protodrill_address *address, int waits)
{
	(void)waits;
	if (!OPEN(fd))
		return -EBADF;
	SOCKET(fd)->remote = *address;
	if (address->family != 4)
		SOCKET(fd)->remote.family = 0;
	if (!SOCKET(fd)->local.port)
		SOCKET(fd)->local.port = next_port++;
	return 0;
}

static int64_t do_send(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length)
{
	if (!OPEN(fd))
		return -EBADF;
	if (flags & ~MSG_DONTWAIT)
		return PROTODRILL_UNKNOWN;
	if (!to && !SOCKET(fd)->remote.family)
		return -EDESTADDRREQ;
	if (length > MOST)
		return PROTODRILL_UNKNOWN;                   /* fragments: this stack has none */
	if (!SOCKET(fd)->local.port)
		SOCKET(fd)->local.port = next_port++;
	send_datagram(&SOCKET(fd)->local, to ? to : &SOCKET(fd)->remote, bytes, length);
	return (int64_t)length;
}

static int64_t do_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	struct datagram *d = OPEN(fd) ? SOCKET(fd)->queue : NULL;
	size_t length;

	if (!d)
		return -EBADF;
	if (flags)
		return PROTODRILL_UNKNOWN;
	if (!SOCKET(fd)->waiting)
		return -EAGAIN;
	length = d->length < room ? d->length : room;
	memcpy(bytes, d->bytes, length);
	*from = d->from;
	memmove(d, d + 1, (QUEUE - 1) * sizeof(*d));
	SOCKET(fd)->waiting--;
	return (int64_t)length;
}

static int do_close(int fd)
{
	if (!OPEN(fd))
		return -EBADF;
	SOCKET(fd)->open = false;
	return 0;
}

static int do_poll(int fd, int events, uint64_t *generation)
{
	(void)generation;
	return OPEN(fd) ? events & (POLLOUT | (SOCKET(fd)->waiting ? POLLIN : 0)) : POLLNVAL;
}

const struct protodrill_stack_v1 protodrill_stack_v1 = {
	.size = sizeof(protodrill_stack_v1), .version = PROTODRILL_PROTOCOL, .name = "udp", .release = "1",
	.start = start, .packet = packet, .deadline = deadline, .run = run, .socket = do_socket, .bind = do_bind,
	.connect = do_connect, .send = do_send, .receive = do_receive, .close = do_close, .poll = do_poll,
};

int main(void)
{
	return protodrill_adapter_main(&protodrill_stack_v1);
}
