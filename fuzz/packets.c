/* SPDX-License-Identifier: MIT
 *
 * packets.c - fuzz target: packets into the reference stack
 *
 * The input is a capture file as pcap(5) describes it, so that captures of cases are seeds: their connections open
 * here, too, because addresses, ports, clock and random numbers are those of the builtin target. The stamps move the
 * clock. What can be read as a packet gets right checksums before it goes in, as changed bytes would hardly ever get
 * past them. A server accepts, reads and writes after each packet. At the end all sockets are closed, the clock runs
 * on, and nothing may be left.
 */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "fuzz.h"
#include "stack/socket.h"
#include "stack/stack.h"
#include "util/common.h"
#include "wire/packet.h"

enum {
	FILE_HEADER = 24, PACKET_HEADER = 16, ROOM = 65536, PORT = 8080, DESCRIPTORS = 40, EPOCH_S = 946684800,
	STEPS = 2000,                                        /* deadlines of the stack between two packets, at most */
};

struct host {
	struct stack *st;
	vtime_t now;
	size_t live;                                         /* blocks that are allocated */
};

static void take_output(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	struct packet p;
	const char *why;

	(void)context, (void)now;
	FUZZ_ASSERT(packet_parse(bytes, length, &p, &why) != PACKET_MALFORMED);
}

static void *take_memory(void *context, size_t size)
{
	((struct host *)context)->live++;
	return malloc(size);
}

static void give_memory(void *context, void *memory)
{
	((struct host *)context)->live--;
	free(memory);
}

static int open_port(struct stack *st, int domain, int type)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(PORT + 1) };
	const struct sockaddr *address = domain == AF_INET ? (const void *)&v4 : (const void *)&v6;
	int fd = stack_socket(st, domain, type, 0);

	FUZZ_ASSERT(fd >= 0);
	stack_bind(st, fd, address, domain == AF_INET ? sizeof(v4) : sizeof(v6));
	if (type == SOCK_STREAM)
		stack_listen(st, fd, 4);
	return fd;
}

static void open_host(struct host *h)
{
	static const char *const addresses[] = { "192.168.0.1", "fd3d:fa7b:d17d::" };
	const struct stack_hooks hooks = {
		.context = h, .output = take_output, .allocate = take_memory, .release = give_memory,
	};
	struct stack_config config;

	stack_config_init(&config);
	h->st = stack_new(&config, &hooks);
	FUZZ_ASSERT(h->st);
	h->now = vtime_s(EPOCH_S);
	stack_tick(h->st, h->now);
	for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
		struct ip_address address;

		FUZZ_ASSERT(ip_address_parse(addresses[i], &address));
		stack_add_address(h->st, &address, address.version == 4 ? 16 : 48);
	}
	open_port(h->st, AF_INET, SOCK_STREAM);
	open_port(h->st, AF_INET, SOCK_DGRAM);
	open_port(h->st, AF_INET6, SOCK_STREAM);
	open_port(h->st, AF_INET6, SOCK_DGRAM);
}

/* What an echo server does when it wakes. */
static void serve(struct stack *st)
{
	static char text[3000];
	struct iovec part = { text, sizeof(text) };

	for (int fd = 0; fd < DESCRIPTORS; fd++) {
		struct sockaddr_storage from;
		struct msghdr message = {
			.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = &part, .msg_iovlen = 1
		};

		stack_accept4(st, fd, NULL, NULL, SOCK_NONBLOCK);
		part.iov_len = sizeof(text);
		int64_t got = stack_recvmsg(st, fd, &message, MSG_DONTWAIT);
		if (got > 0) {
			part.iov_len = (size_t)got;
			message.msg_control = NULL;
			message.msg_controllen = 0;
			stack_sendmsg(st, fd, &message, MSG_DONTWAIT);
		} else if (got == 0) {
			stack_shutdown(st, fd, SHUT_WR);
		}
		stack_take_error(st, fd);
	}
}

/* The clock goes on to @until, from deadline to deadline. */
static void run_until(struct host *h, vtime_t until)
{
	for (int i = 0; i < STEPS; i++) {
		vtime_t next = stack_deadline(h->st);
		if (!vtime_before(next, until))
			break;
		stack_tick(h->st, next);
	}
	stack_tick(h->st, until);
	h->now = until;
}

static void arrive(struct host *h, const uint8_t *bytes, size_t length)
{
	static uint8_t built[ROOM];
	struct packet p;
	const char *why;

	if (packet_parse(bytes, length, &p, &why) == PACKET_OK && packet_fill_lengths(&p)) {
		length = packet_build_with_checksums(&p, built, sizeof(built));
		bytes = built;
	}
	stack_input(h->st, bytes, length, h->now);
	serve(h->st);
}

static uint32_t get_native32(const uint8_t *bytes)
{
	uint32_t value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static void play_capture(struct host *h, const uint8_t *bytes, size_t length)
{
	for (size_t at = FILE_HEADER; at + PACKET_HEADER <= length; ) {
		vtime_t stamp = vtime_add(vtime_s(get_native32(bytes + at)),
		                          vtime_us(get_native32(bytes + at + 4) % 1000000));
		size_t held = get_native32(bytes + at + 8), left = length - at - PACKET_HEADER;

		if (held > left)
			held = left;
		if (vtime_before(h->now, stamp))
			run_until(h, stamp);
		arrive(h, bytes + at + PACKET_HEADER, held);
		at += PACKET_HEADER + held;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct host h = { 0 };

	open_host(&h);
	play_capture(&h, bytes, length);
	for (int fd = 0; fd < DESCRIPTORS; fd++)
		stack_close(h.st, fd);
	run_until(&h, vtime_add(h.now, vtime_s(100000)));
	struct stack_counts counts;
	stack_count(h.st, &counts);
	FUZZ_ASSERT(counts.sockets == 0);
	stack_free(h.st);
	FUZZ_ASSERT(h.live == 0);
	return 0;
}
