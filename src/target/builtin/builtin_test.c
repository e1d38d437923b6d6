/* SPDX-License-Identifier: MIT
 *
 * builtin_test.c - the contract of target.h: clock, packets, pending calls, calls that would hang, files
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

#include <linux/sockios.h>

#include "target/builtin/builtin.h"
#include "target/library/files.h"
#include "util/common.h"
#include "wire/packet.h"

enum { LOCAL_PORT = 8080, REMOTE_PORT = 9090, CLEAR_MESSAGES = 2 };

/* ---- a target, and calls on it ---- */

static struct target *open_target(int64_t seed)
{
	struct builtin_options options = { .local_prefix = 16, .mtu = 1500 };
	struct stack_config config;
	struct buf problem = BUF_INIT;

	stack_config_init(&config);
	config.seed = seed;
	options.config = &config;
	assert_true(ip_address_parse("192.168.0.1", &options.local_ip));
	struct target *t = builtin_target_open(&options, &problem);
	assert_non_null(t);
	buf_free(&problem);
	return t;
}

static int setup(void **state)
{
	*state = open_target(1);
	return 0;
}

static int teardown(void **state)
{
	struct target *t = *state;

	t->ops->close(t);
	return 0;
}

#define N(value) ((union call_argument){ .number = (value) })
#define P(value) ((union call_argument){ .pointer = (value) })

static struct call_result run(struct target *t, struct call call)
{
	struct call_result result;

	while (call.argument_count < CALL_ARGUMENT_SLOTS &&
	       (call.arguments[call.argument_count].number || call.argument_count < 3))
		call.argument_count++;
	t->ops->call(t, &call, &result);
	return result;
}

#define CALL(t, which, ...) run((t), (struct call){ .id = CALL_##which, .arguments = { __VA_ARGS__ } })
#define BLOCKING(t, which, ...) \
	run((t), (struct call){ .id = CALL_##which, .blocking = true, .arguments = { __VA_ARGS__ } })

static void want(struct call_result r, int64_t value, int error)
{
	assert_false(r.pending);
	if (r.value != value || r.error != error)
		fail_msg("%lld errno %d, want %lld errno %d", (long long)r.value, r.error, (long long)value, error);
}

static struct sockaddr_in address_of(const char *text, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, text, &a.sin_addr);
	return a;
}

/* A connected UDP socket. */
static int udp(struct target *t)
{
	struct sockaddr_in local = address_of("192.168.0.1", LOCAL_PORT), remote = address_of("192.0.2.1", REMOTE_PORT);
	struct call_result r = CALL(t, SOCKET, N(AF_INET), N(SOCK_DGRAM), N(IPPROTO_UDP));

	assert_true(r.value >= 0);
	want(CALL(t, BIND, N(r.value), P(&local), N(sizeof(local))), 0, 0);
	want(CALL(t, CONNECT, N(r.value), P(&remote), N(sizeof(remote))), 0, 0);
	return (int)r.value;
}

static void inject_datagram(struct target *t, size_t length)
{
	struct packet p = { .header_count = 2, .payload_length = length };
	uint8_t bytes[2048];
	struct tuple tuple = { .source_port = REMOTE_PORT, .destination_port = LOCAL_PORT };
	struct injection injection = { .bytes = bytes };

	ip_address_parse("192.0.2.1", &tuple.source);
	ip_address_parse("192.168.0.1", &tuple.destination);
	p.headers[0].type = HEADER_IPV4;
	p.headers[0].ipv4.ttl = 64;
	p.headers[1].type = HEADER_UDP;
	packet_set_tuple(&p, &tuple);
	assert_true(packet_fill_lengths(&p));
	injection.length = packet_build_with_checksums(&p, bytes, sizeof(bytes));
	assert_int_equal(t->ops->inject(t, &injection), 0);
}

static vtime_t after(struct target *t, int64_t ms)
{
	return vtime_add(t->ops->now(t), vtime_ms(ms));
}

/* ---- the clock ---- */

static void wait_ends_at_its_time(void **state)
{
	struct target *t = *state;
	vtime_t until = after(t, 5000);
	struct observation o;

	assert_int_equal(t->ops->wait(t, until, TARGET_WANT_PACKET | TARGET_WANT_RETURN, &o), TARGET_TIME);
	assert_int_equal(t->ops->now(t).ns, until.ns);
	assert_int_equal(o.seen.ns, until.ns);
	assert_int_equal(t->ops->wait(t, vtime_s(1), TARGET_WANT_NOTHING, &o), TARGET_TIME);
	assert_int_equal(t->ops->now(t).ns, until.ns);
}

static void wait_without_limit_ends_when_nothing_can_happen(void **state)
{
	struct target *t = *state;
	vtime_t before = t->ops->now(t);
	struct observation o;

	assert_int_equal(t->ops->wait(t, VTIME_NEVER, TARGET_WANT_PACKET, &o), TARGET_TIME);
	assert_int_equal(t->ops->now(t).ns, before.ns);
}

static void scripts_start_between_two_ticks(void **state)
{
	struct target *t = *state;
	struct observation o;

	t->ops->wait(t, vtime_add(t->ops->now(t), vtime_us(12345)), TARGET_WANT_NOTHING, &o);
	assert_false(vtime_before(t->ops->start_time(t), t->ops->now(t)));
	assert_int_equal(t->ops->start_time(t).ns % 10000000, 250000);
}

/* ---- packets ---- */

static void packets_wait_until_somebody_asks(void **state)
{
	struct target *t = *state;
	int fd = udp(t);
	char bytes[100] = "";
	vtime_t sent = t->ops->now(t);
	struct observation o;

	want(CALL(t, WRITE, N(fd), P(bytes), N(100)), 100, 0);
	want(CALL(t, WRITE, N(fd), P(bytes), N(50)), 50, 0);
	assert_int_equal(t->ops->wait(t, after(t, 10), TARGET_WANT_NOTHING, &o), TARGET_TIME);
	for (size_t length = 128; length >= 78; length -= 50) {
		assert_int_equal(t->ops->wait(t, after(t, 10), TARGET_WANT_PACKET, &o), TARGET_PACKET);
		assert_int_equal(o.length, length);
		assert_int_equal(o.at.ns, sent.ns);
		assert_int_equal(o.seen.ns, t->ops->now(t).ns);
	}
	assert_int_equal(t->ops->wait(t, after(t, 10), TARGET_WANT_PACKET, &o), TARGET_TIME);
}

static void same_seed_same_bytes(void **state)
{
	uint8_t first[128] = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct target *t = open_target(i < 2 ? 7 : 8);
		struct sockaddr_in remote = address_of("192.0.2.1", REMOTE_PORT);
		struct call_result r = CALL(t, SOCKET, N(AF_INET), N(SOCK_DGRAM), N(0));
		struct observation o;
		uint16_t port = t->ops->remote_port(t);

		want(CALL(t, SENDTO, N(r.value), P(first), N(64), N(0), P(&remote), N(sizeof(remote))), 64, 0);
		assert_int_equal(t->ops->wait(t, VTIME_NEVER, TARGET_WANT_PACKET, &o), TARGET_PACKET);
		assert_int_equal(o.length, 92);
		if (i == 1)
			assert_memory_equal(first + 64, o.bytes, 28);
		if (i == 2)
			assert_memory_not_equal(first + 64, o.bytes, 28);
		memcpy(first + 64, o.bytes, 28);
		assert_int_not_equal(port, t->ops->remote_port(t));
		t->ops->close(t);
	}
}

/* ---- calls that block ---- */

static void a_pending_read_returns_with_the_datagram(void **state)
{
	struct target *t = *state;
	int fd = udp(t);
	char bytes[100];
	struct observation o;

	assert_true(BLOCKING(t, READ, N(fd), P(bytes), N(100)).pending);
	t->ops->wait(t, after(t, 100), TARGET_WANT_NOTHING, &o);
	vtime_t arrived = t->ops->now(t);
	inject_datagram(t, 20);
	assert_int_equal(t->ops->wait(t, after(t, 100), TARGET_WANT_NOTHING, &o), TARGET_TIME);
	assert_int_equal(t->ops->wait(t, after(t, 100), TARGET_WANT_PACKET | TARGET_WANT_RETURN, &o), TARGET_RETURN);
	want(o.result, 20, 0);
	assert_int_equal(o.result.returned.ns, arrived.ns);
	assert_int_equal(t->ops->wait(t, after(t, 100), TARGET_WANT_RETURN, &o), TARGET_TIME);
}

static void a_call_that_need_not_block_returns_at_once(void **state)
{
	struct target *t = *state;
	int fd = udp(t);
	char bytes[100];

	inject_datagram(t, 30);
	want(BLOCKING(t, READ, N(fd), P(bytes), N(100)), 30, 0);
	want(CALL(t, RECV, N(fd), P(bytes), N(100), N(MSG_DONTWAIT)), -1, EAGAIN);
}

static void poll_ends_by_time(void **state)
{
	struct target *t = *state;
	struct pollfd fds[] = { { .fd = udp(t), .events = POLLIN }, { .fd = 999, .events = POLLIN } };
	vtime_t end = after(t, 200);
	struct observation o;

	assert_true(BLOCKING(t, POLL, P(fds), N(1), N(200)).pending);
	assert_int_equal(t->ops->wait(t, after(t, 1000), TARGET_WANT_RETURN, &o), TARGET_RETURN);
	want(o.result, 0, 0);
	assert_int_equal(o.result.returned.ns, end.ns);
	want(CALL(t, POLL, P(fds), N(2), N(-1)), 1, 0);
	assert_int_equal(fds[1].revents, POLLNVAL);
	inject_datagram(t, 1);
	want(CALL(t, POLL, P(fds), N(2), N(0)), 2, 0);
	assert_int_equal(fds[0].revents, POLLIN);
}

static void epoll_waits_as_poll_does(void **state)
{
	struct target *t = *state;
	struct epoll_event event = { .events = EPOLLIN, .data.u64 = 7 }, got = { 0 };
	int fd = udp(t);
	int64_t ep = CALL(t, EPOLL_CREATE, N(1)).value;
	struct observation o;

	want(CALL(t, EPOLL_CTL, N(ep), N(EPOLL_CTL_ADD), N(fd), P(&event)), 0, 0);
	assert_true(BLOCKING(t, EPOLL_WAIT, N(ep), P(&got), N(1), N(500)).pending);
	t->ops->wait(t, after(t, 100), TARGET_WANT_NOTHING, &o);
	inject_datagram(t, 1);
	assert_int_equal(t->ops->wait(t, after(t, 0), TARGET_WANT_RETURN, &o), TARGET_RETURN);
	want(o.result, 1, 0);
	assert_int_equal(got.data.u64, 7);
	want(CALL(t, EPOLL_CREATE, N(0)), -1, EINVAL);
}

/* SO_RCVTIMEO counts from the call, also for calls that nobody marked as blocking. */
static void receive_timeout_ends_a_plain_call(void **state)
{
	struct target *t = *state;
	struct timeval timeout = { 1, 500000 };
	vtime_t end = after(t, 1500);
	int fd = udp(t);
	char byte;

	want(CALL(t, SETSOCKOPT, N(fd), N(SOL_SOCKET), N(SO_RCVTIMEO), P(&timeout), N(sizeof(timeout))), 0, 0);
	want(CALL(t, READ, N(fd), P(&byte), N(1)), -1, EAGAIN);
	assert_int_equal(t->ops->now(t).ns, end.ns);
}

static void what_would_hang_is_broken_off(void **state)
{
	struct target *t = *state;
	struct pollfd fds = { .fd = udp(t), .events = POLLIN };
	char byte;
	int pair[2];

	want(CALL(t, READ, N(fds.fd), P(&byte), N(1)), -1, EDEADLK);
	want(CALL(t, POLL, P(&fds), N(1), N(-1)), -1, EDEADLK);
	want(CALL(t, PIPE, P(pair)), 0, 0);
	want(CALL(t, READ, N(pair[0]), P(&byte), N(1)), -1, EDEADLK);
}

/* It runs up to its limit, not to the end of what can happen. */
static void a_limit_breaks_a_call_off(void **state)
{
	struct target *t = *state;
	vtime_t limit = after(t, 300);
	char byte;
	struct call_result r = run(t, (struct call){ .id = CALL_READ, .limit = limit,
						     .arguments = { N(udp(t)), P(&byte), N(1) } });

	want(r, -1, EINTR);
	assert_true(r.broken_off);
	assert_int_equal(r.returned.ns, limit.ns);
	assert_int_equal(t->ops->now(t).ns, limit.ns);
}

static void one_call_at_a_time_may_block(void **state)
{
	struct target *t = *state;
	int fd = udp(t);
	char byte;

	assert_true(BLOCKING(t, READ, N(fd), P(&byte), N(1)).pending);
	want(BLOCKING(t, READ, N(fd), P(&byte), N(1)), -1, EBUSY);
	want(CALL(t, FCNTL, N(fd), N(F_GETFL)), O_RDWR, 0);
}

/* ---- arguments ---- */

static void pointers_that_lead_nowhere(void **state)
{
	struct target *t = *state;
	int fd = udp(t), length = 4;
	struct iovec iov[] = { { NULL, 5 } };

	want(CALL(t, WRITE, N(fd), P(NULL), N(1)), -1, EFAULT);
	want(CALL(t, WRITEV, N(fd), P(iov), N(1)), -1, EFAULT);
	want(CALL(t, RECVMSG, N(fd), P(NULL), N(0)), -1, EFAULT);
	want(CALL(t, GETSOCKOPT, N(fd), N(SOL_SOCKET), N(SO_TYPE), P(NULL), P(&length)), -1, EFAULT);
	want(CALL(t, IOCTL, N(fd), N(FIONREAD)), -1, EFAULT);
	inject_datagram(t, 3);
	want(CALL(t, READ, N(fd), P(iov), N(-1)), -1, EINVAL);
	want(CALL(t, READ, N(fd), P(NULL), N(1)), -1, EFAULT);
	inject_datagram(t, 4);
	want(CALL(t, READ, N(fd), P(iov), N(8)), 4, 0);      /* the first one is lost */
}

static void descriptors_of_the_wrong_kind(void **state)
{
	struct target *t = *state;
	int64_t file = CALL(t, OPEN, P((char *)"/dev/zero"), N(O_RDONLY)).value;
	char bytes[8];

	want(CALL(t, LISTEN, N(file), N(1)), -1, ENOTSOCK);
	want(CALL(t, RECV, N(file), P(bytes), N(8), N(0)), -1, ENOTSOCK);
	want(CALL(t, READ, N(12345), P(bytes), N(8)), -1, EBADF);
	want(CALL(t, READ, N(-1), P(bytes), N(8)), -1, EBADF);
	want(CALL(t, CLOSE, N(12345)), -1, EBADF);
	want(CALL(t, CLOSE, N(file)), 0, 0);
	want(CALL(t, CLOSE, N(file)), -1, EBADF);
}

/* ---- messages ---- */

static void vectors_and_control_messages(void **state)
{
	struct target *t = *state;
	int fd = udp(t), on = 1;
	char bytes[30] = "";
	struct iovec iov[] = { { bytes, 10 }, { bytes + 10, 20 } };
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr header;
	} control;
	struct sockaddr_in from;
	struct msghdr message = {
		.msg_name = &from, .msg_namelen = sizeof(from), .msg_iov = iov, .msg_iovlen = 2,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};

	want(CALL(t, WRITEV, N(fd), P(iov), N(2)), 30, 0);
	want(CALL(t, SETSOCKOPT, N(fd), N(IPPROTO_IP), N(IP_RECVTTL), P(&on), N(sizeof(on))), 0, 0);
	inject_datagram(t, 40);
	want(CALL(t, RECVMSG, N(fd), P(&message), N(0)), 30, 0);
	assert_int_equal(message.msg_flags, MSG_TRUNC);
	assert_int_equal(ntohs(from.sin_port), REMOTE_PORT);
	assert_int_equal(control.header.cmsg_type, IP_TTL);
	assert_int_equal(*(int *)(void *)CMSG_DATA(&control.header), 64);
	inject_datagram(t, 5);
	want(CALL(t, READV, N(fd), P(iov), N(2)), 5, 0);
	socklen_t length = sizeof(from);
	inject_datagram(t, 6);
	want(CALL(t, RECVFROM, N(fd), P(bytes), N(30), N(0), P(&from), P(&length)), 6, 0);
	assert_int_equal(length, sizeof(from));
}

static void many_messages(void **state)
{
	struct target *t = *state;
	int fd = udp(t);
	char bytes[64] = "";
	struct iovec iov[] = { { bytes, 10 }, { bytes + 10, 20 } };
	struct mmsghdr m[2] = { { .msg_hdr = { .msg_iov = iov, .msg_iovlen = 1 } },
	                        { .msg_hdr = { .msg_iov = iov, .msg_iovlen = 2 } } };
	struct timespec timeout = { .tv_nsec = 300000000 }, wrong = { .tv_sec = -1 };
	struct observation o;

	want(CALL(t, SENDMMSG, N(fd), P(m), N(2), N(0)), 2, 0);
	assert_true(m[0].msg_len == 10 && m[1].msg_len == 30);
	want(CALL(t, SENDMMSG, N(fd), P(NULL), N(2), N(0)), -1, EFAULT);
	want(CALL(t, SENDMMSG, N(99), P(m), N(2), N(0)), -1, EBADF);
	want(CALL(t, RECVMMSG, N(fd), P(m), N(2), N(0), P(&wrong)), -1, EINVAL);

	/* The call waits through two datagrams and is over at the first that comes behind its time-out. */
	assert_true(BLOCKING(t, RECVMMSG, N(fd), P(m), N(2), N(0), P(&timeout)).pending);
	t->ops->wait(t, after(t, 100), TARGET_WANT_RETURN, &o);
	inject_datagram(t, 40);
	assert_int_equal(t->ops->wait(t, after(t, 100), TARGET_WANT_RETURN, &o), TARGET_TIME);
	assert_int_equal(timeout.tv_nsec, 200000000);
	inject_datagram(t, 5);
	assert_int_equal(t->ops->wait(t, after(t, 1), TARGET_WANT_RETURN, &o), TARGET_RETURN);
	want(o.result, 2, 0);
	assert_true(m[0].msg_len == 10 && m[0].msg_hdr.msg_flags == MSG_TRUNC && m[1].msg_len == 5);
	assert_int_equal(timeout.tv_nsec, 100000000);
}

/* ---- files ---- */

static void files_are_in_memory(void **state)
{
	struct target *t = *state;
	struct buf why = BUF_INIT;
	char bytes[16];

	want(CALL(t, OPEN, P((char *)"/etc/passwd"), N(O_RDONLY)), -1, ENOSYS);
	assert_non_null(strstr(t->ops->cannot(t), "a file of the machine"));
	want(CALL(t, OPEN, P(NULL), N(O_RDONLY)), -1, EFAULT);
	assert_int_equal(t->ops->command(t, "dd if=/dev/zero of=/tmp/f bs=1 count=5", &why), 0);
	int64_t fd = CALL(t, OPEN, P((char *)"/tmp/f"), N(O_RDWR)).value;
	want(CALL(t, OPEN, P((char *)"/tmp/f"), N(O_RDWR | O_CREAT | O_EXCL)), -1, EEXIST);
	memset(bytes, 1, sizeof(bytes));
	want(CALL(t, READ, N(fd), P(bytes), N(16)), 5, 0);
	assert_memory_equal(bytes, "\0\0\0\0\0\1", 6);
	want(CALL(t, READ, N(fd), P(bytes), N(16)), 0, 0);
	want(CALL(t, WRITE, N(fd), P(bytes), N(3)), 3, 0);
	assert_int_equal(t->ops->command(t, "rm /tmp/f", &why), 0);
	want(CALL(t, OPEN, P((char *)"/tmp/f"), N(O_RDONLY)), -1, ENOENT);
	buf_free(&why);
}

static void sendfile_and_splice_feed_sockets(void **state)
{
	struct target *t = *state;
	int fd = udp(t), pair[2];
	int64_t zero = CALL(t, OPEN, P((char *)"/dev/zero"), N(O_RDONLY)).value, offset = 3;
	char bytes[64] = "";
	struct observation o;

	want(CALL(t, SENDFILE, N(fd), N(zero), P(&offset), N(40)), 40, 0);
	assert_int_equal(offset, 43);
	assert_int_equal(t->ops->wait(t, after(t, 0), TARGET_WANT_PACKET, &o), TARGET_PACKET);
	assert_int_equal(o.length, 68);
	want(CALL(t, SENDFILE, N(fd), N(fd), P(&offset), N(40)), -1, ESPIPE);
	want(CALL(t, SENDFILE, N(fd), N(fd), P(NULL), N(40)), -1, EINVAL);
	want(CALL(t, PIPE, P(pair)), 0, 0);
	inject_datagram(t, 30);
	want(CALL(t, SPLICE, N(fd), P(NULL), N(pair[1]), P(NULL), N(20), N(0)), 20, 0);
	want(CALL(t, SPLICE, N(pair[0]), P(NULL), N(fd), P(NULL), N(8), N(0)), 8, 0);
	want(CALL(t, READ, N(pair[0]), P(bytes), N(64)), 12, 0);
	want(CALL(t, SPLICE, N(fd), P(NULL), N(fd), P(NULL), N(8), N(0)), -1, EINVAL);
	want(CALL(t, SPLICE, N(pair[0]), P(bytes), N(fd), P(NULL), N(8), N(0)), -1, ESPIPE);
}

static void pipes_have_ends(void **state)
{
	struct target *t = *state;
	char bytes[8] = "";
	int pair[2], flags = O_NONBLOCK, waiting = 0;

	want(CALL(t, PIPE, P(pair)), 0, 0);
	want(CALL(t, READ, N(pair[1]), P(bytes), N(1)), -1, EBADF);
	want(CALL(t, FCNTL, N(pair[0]), N(F_SETFL), N(flags)), 0, 0);
	want(CALL(t, READ, N(pair[0]), P(bytes), N(1)), -1, EAGAIN);
	want(CALL(t, WRITE, N(pair[1]), P(bytes), N(8)), 8, 0);
	want(CALL(t, IOCTL, N(pair[0]), N(FIONREAD), P(&waiting)), 0, 0);
	assert_int_equal(waiting, 8);
	want(CALL(t, CLOSE, N(pair[1])), 0, 0);
	want(CALL(t, READ, N(pair[0]), P(bytes), N(8)), 8, 0);
	want(CALL(t, READ, N(pair[0]), P(bytes), N(8)), 0, 0);
}

/* ---- anything ---- */

/* Arguments that the drill always makes memory for. */
static const struct {
	enum call_id id;
	int index, length;                                   /* length: of which argument it is the size; -1: none */
} pointers[] = {
	{ CALL_BIND, 1, 2 }, { CALL_ACCEPT, 1, -1 }, { CALL_ACCEPT, 2, -1 }, { CALL_ACCEPT4, 1, -1 }, { CALL_ACCEPT4,
	  2, -1 },
	{ CALL_CONNECT, 1, 2 }, { CALL_READ, 1, 2 }, { CALL_RECV, 1, 2 }, { CALL_WRITE, 1, 2 }, { CALL_SEND, 1, 2 },
	{ CALL_READV, 1, 2 }, { CALL_WRITEV, 1, 2 }, { CALL_RECVFROM, 1, 2 }, { CALL_RECVFROM, 4, -1 },
	{ CALL_RECVFROM, 5, -1 }, { CALL_SENDTO, 1, 2 }, { CALL_SENDTO, 4, 5 }, { CALL_RECVMSG, 1, -1 },
	{ CALL_SENDMSG, 1, -1 }, { CALL_IOCTL, 2, -1 }, { CALL_GETSOCKOPT, 3, -1 }, { CALL_GETSOCKOPT, 4, -1 },
	{ CALL_SETSOCKOPT, 3, 4 }, { CALL_POLL, 0, 1 }, { CALL_OPEN, 0, -1 }, { CALL_SENDFILE, 2, -1 },
	  { CALL_EPOLL_CTL, 3, -1 },
	{ CALL_EPOLL_WAIT, 1, 2 }, { CALL_PIPE, 0, -1 }, { CALL_GETSOCKNAME, 1, -1 }, { CALL_GETSOCKNAME, 2, -1 },
	{ CALL_GETPEERNAME, 1, -1 }, { CALL_GETPEERNAME, 2, -1 }, { CALL_RECVMMSG, 1, 2 }, { CALL_RECVMMSG, 4, -1 },
	{ CALL_SENDMMSG, 1, 2 }, { CALL_PPOLL, 0, 1 }, { CALL_PPOLL, 2, -1 }, { CALL_SELECT, 1, -1 },
	{ CALL_SELECT, 2, -1 }, { CALL_SELECT, 3, -1 }, { CALL_SELECT, 4, -1 }, { CALL_PSELECT, 1, -1 },
	{ CALL_PSELECT, 2, -1 }, { CALL_PSELECT, 3, -1 }, { CALL_PSELECT, 4, -1 }, { CALL_PIPE2, 0, -1 },
	{ CALL_EPOLL_PWAIT, 1, 2 }, { CALL_SOCKETPAIR, 3, -1 },
};

/* Elements that may be claimed of an array: those with pointers in them lie in the part that is cleared. */
static int64_t most_elements(enum call_id id, size_t size)
{
	switch (id) {
	case CALL_RECVMMSG:
	case CALL_SENDMMSG: return CLEAR_MESSAGES;
	case CALL_READV:
	case CALL_WRITEV:   return CLEAR_MESSAGES * sizeof(struct mmsghdr) / sizeof(struct iovec);
	default:            return (int64_t)size / 16;
	}
}

/* What the drill keeps to, too: a length is not larger than the memory, counted in structures of 16 bytes. */
static void limit_lengths(struct call *call, size_t size)
{
	for (size_t i = 0; i < ARRAY_LEN(pointers); i++) {
		if (pointers[i].id != call->id || pointers[i].length < 0)
			continue;
		int64_t most = most_elements(call->id, size);
		union call_argument *length = &call->arguments[pointers[i].length];
		/* a count without sign */
		if (length->number > most || (most == CLEAR_MESSAGES && length->number < 0))
			length->number = most;
	}
}

/* ---- commands ---- */

static void commands_move_the_clock_and_the_settings(void **state)
{
	struct target *t = *state;
	struct buf why = BUF_INIT;
	vtime_t end = after(t, 2500);

	assert_int_equal(t->ops->command(t, "sleep 2.5", &why), 0);
	assert_int_equal(t->ops->now(t).ns, end.ns);
	assert_int_equal(t->ops->command(t, "false", &why), 1);
	assert_string_equal(why.data, "non-zero status 1");
	assert_int_equal(t->ops->command(t, "reboot", &why), -1);
	buf_free(&why);
}

/* Any numbers in any call: whatever comes out, it comes, and no memory is touched that is not the call's. */
static void hostile_numbers(void **state)
{
	static const int64_t numbers[] = {
		-1, 0, 1, 2, 3, 4, 5, 6, 7, 17, 41, 1024, 65536, INT32_MAX, INT32_MIN, FILES_FIRST, FILES_FIRST + 1,
			FILES_FIRST + 255,
		FIONREAD, SIOCATMARK, MSG_WAITALL, MSG_PEEK | MSG_DONTWAIT, O_NONBLOCK,
	};
	static union {
		char bytes[1 << 16];
		struct pollfd poll;
		struct mmsghdr messages[CLEAR_MESSAGES];
	} memory;
	struct target *t = *state;
	uint32_t random = 1;

	udp(t);
	for (int n = 0; n < 60000; n++) {
		struct call call = { .argument_count = CALL_ARGUMENT_SLOTS };
		struct call_result result;

		random = random * 1664525 + 1013904223;
		call.id = (enum call_id)((random >> 16) % CALL_IDS_END);
		for (int i = 0; i < CALL_ARGUMENT_SLOTS; i++) {
			random = random * 1664525 + 1013904223;
			call.arguments[i].number = numbers[(random >> 16) % ARRAY_LEN(numbers)];
		}
		memset(&memory, 0, sizeof(memory.messages));
		for (size_t i = 0; i < ARRAY_LEN(pointers); i++)
			if (pointers[i].id == call.id)
				call.arguments[pointers[i].index].pointer = random & 1 << 20 ? memory.bytes : NULL;
		limit_lengths(&call, sizeof(memory));
		t->ops->call(t, &call, &result);
		assert_false(result.pending);
		assert_true(result.value >= 0 || result.error > 0);
	}
}

static void a_flood_that_nobody_reads_breaks_the_target(void **state)
{
	struct target *t = *state;
	int fd = udp(t);
	static char bytes[60000];
	struct observation o;

	for (int i = 0; i < 1200; i++)
		CALL(t, WRITE, N(fd), P(bytes), N(sizeof(bytes)));
	assert_int_equal(t->ops->wait(t, after(t, 1), TARGET_WANT_NOTHING, &o), TARGET_FAILED);
	assert_non_null(o.problem);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(wait_ends_at_its_time),
		TEST(wait_without_limit_ends_when_nothing_can_happen),
		TEST(scripts_start_between_two_ticks),
		TEST(packets_wait_until_somebody_asks),
		cmocka_unit_test(same_seed_same_bytes),
		TEST(a_pending_read_returns_with_the_datagram),
		TEST(a_call_that_need_not_block_returns_at_once),
		TEST(poll_ends_by_time),
		TEST(epoll_waits_as_poll_does),
		TEST(receive_timeout_ends_a_plain_call),
		TEST(what_would_hang_is_broken_off),
		TEST(a_limit_breaks_a_call_off),
		TEST(one_call_at_a_time_may_block),
		TEST(pointers_that_lead_nowhere),
		TEST(descriptors_of_the_wrong_kind),
		TEST(vectors_and_control_messages),
		TEST(many_messages),
		TEST(files_are_in_memory),
		TEST(sendfile_and_splice_feed_sockets),
		TEST(pipes_have_ends),
		TEST(commands_move_the_clock_and_the_settings),
		TEST(hostile_numbers),
		TEST(a_flood_that_nobody_reads_breaks_the_target),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
