/* SPDX-License-Identifier: MIT
 *
 * kernel_test.c - the real kernel behind the operations, in a namespace of its own
 *
 * Needs the rights to make a TUN device; without them every test is skipped, and says so.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target/kernel/kernel.h"

enum { PORT = 4242, REMOTE_PORT = 5353, NO_RIGHT = 77 };

static const struct kernel_options ipv4 = {
	.own_namespace = true,
	.local_ip = { 4, { 192, 168, 0, 1 } }, .local_prefix = 16,
	.gateway_ip = { 4, { 192, 168, 0, 2 } },
	.remote_ip = { 4, { 192, 0, 2, 1 } }, .remote_prefix = 32,
	.mtu = 1500,
};

static const struct kernel_options ipv6 = {
	.own_namespace = true,
	.local_ip = { 6, { 0xfd, 0x3d, 0xfa, 0x7b, 0xd1, 0x7d, [15] = 1 } }, .local_prefix = 48,
	.gateway_ip = { 6, { 0xfd, 0x3d, 0xfa, 0x7b, 0xd1, 0x7d, [15] = 2 } },
	.remote_ip = { 6, { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 } }, .remote_prefix = 64,
	.mtu = 1280,
};

static struct target *open_with(const struct kernel_options *options)
{
	struct buf problem = BUF_INIT;
	struct target *t = kernel_target_open(options, &problem);

	if (!t) {
		printf("SKIPPED: %s\n", problem.data);
		buf_free(&problem);
		skip();
	}
	buf_free(&problem);
	return t;
}

static int64_t call(struct target *t, enum call_id id, int count, const union call_argument *a)
{
	struct call c = { .id = id, .argument_count = count };
	struct call_result r;

	memcpy(c.arguments, a, (size_t)count * sizeof(*a));
	t->ops->call(t, &c, &r);
	if (r.value < 0)
		errno = r.error;
	return r.value;
}

#define CALL(t, id, ...) \
	call(t, CALL_##id, sizeof((union call_argument[]){ __VA_ARGS__ }) / sizeof(union call_argument), \
	     (union call_argument[]){ __VA_ARGS__ })
#define N(n) { .number = (n) }
#define P(p) { .pointer = (void *)(uintptr_t)(p) }

static int bound_udp(struct target *t)
{
	const struct sockaddr_in local = { .sin_family = AF_INET, .sin_port = htons(PORT) };
	const int fd = (int)CALL(t, SOCKET, N(AF_INET), N(SOCK_DGRAM), N(IPPROTO_UDP));

	assert_true(fd >= 0);
	assert_int_equal(CALL(t, BIND, N(fd), P(&local), N(sizeof(local))), 0);
	return fd;
}

static const struct sockaddr_in remote = {
	.sin_family = AF_INET, .sin_port = 0xe914 /* 5353 in network order */, .sin_addr.s_addr = 0x010200c0,
};

static vtime_t in_ms(struct target *t, int64_t ms)
{
	return vtime_add(t->ops->now(t), vtime_ms(ms));
}

/* IPv4 and UDP headers from the remote side, without a UDP checksum; @payload bytes of zero follow. */
static size_t udp_datagram(uint8_t bytes[64], uint8_t payload)
{
	uint32_t sum = 0;

	memset(bytes, 0, 64);
	memcpy(bytes, (const uint8_t[]){ 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 168, 0, 1 }, 20);
	memcpy(bytes + 20, (const uint8_t[]){ REMOTE_PORT >> 8, REMOTE_PORT & 255, PORT >> 8, PORT & 255, 0, 8, 0, 0 },
	       8);
	bytes[3] = (uint8_t)(28 + payload);
	bytes[25] = (uint8_t)(8 + payload);
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	sum = ~((sum & 0xffff) + (sum >> 16));
	bytes[10] = (uint8_t)(sum >> 8);
	bytes[11] = (uint8_t)sum;
	return 28u + payload;
}

static void a_datagram_is_captured_with_its_bytes_and_a_stamp(void **state)
{
	struct target *t = open_with(&ipv4);
	const int fd = bound_udp(t);
	struct observation o = { 0 };
	const vtime_t before = t->ops->now(t);
	uint8_t data[1000];

	(void)state;
	memset(data, 0x5a, sizeof(data));
	assert_int_equal(CALL(t, SENDTO, N(fd), P(data), N(sizeof(data)), N(0), P(&remote), N(sizeof(remote))), 1000);
	assert_int_equal(CALL(t, SENDTO, N(fd), P(data), N(1), N(0), P(&remote), N(sizeof(remote))), 1);
	assert_int_equal(t->ops->wait(t, in_ms(t, 200), TARGET_WANT_PACKET, &o), TARGET_PACKET);
	assert_int_equal(o.length, 28 + sizeof(data));
	assert_memory_equal(o.bytes + 12, "\xc0\xa8\x00\x01\xc0\x00\x02\x01\x10\x92\x14\xe9", 12);
	assert_memory_equal(o.bytes + 28, data, sizeof(data));
	assert_true(vtime_before(before, o.at));
	assert_true(vtime_before(o.at, o.seen));
	assert_int_equal(t->ops->wait(t, in_ms(t, 200), TARGET_WANT_PACKET, &o), TARGET_PACKET);
	assert_int_equal(o.length, 29);
	assert_int_equal(t->ops->wait(t, in_ms(t, 5), TARGET_WANT_PACKET, &o), TARGET_TIME);
	CALL(t, CLOSE, N(fd));
	t->ops->close(t);
}

/* The device's queue holds 500 packets. */
static void what_the_device_drops_is_seen_and_counted_as_lost(void **state)
{
	struct target *t = open_with(&ipv4);
	const int fd = bound_udp(t);
	struct observation o = { 0 };
	struct disturbance d;
	uint8_t data[700];

	(void)state;
	memset(data, 0x5a, sizeof(data));
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 600; i++)
			CALL(t, SENDTO, N(fd), P(data), N(i), N(0), P(&remote), N(sizeof(remote)));
		for (size_t i = 0; i < 600; i++) {
			assert_int_equal(t->ops->wait(t, t->ops->now(t), TARGET_WANT_PACKET, &o), TARGET_PACKET);
			assert_int_equal(o.length, 28 + i);
			if (i == 300)                /* room again: this one comes after the dropped ones */
				CALL(t, SENDTO, N(fd), P(data), N(650), N(0), P(&remote), N(sizeof(remote)));
		}
		assert_int_equal(t->ops->wait(t, t->ops->now(t), TARGET_WANT_PACKET, &o), TARGET_PACKET);
		assert_int_equal(o.length, 28 + 650);
		assert_memory_equal(o.bytes + 28, data, 650);
		t->ops->disturbance(t, &d);
		assert_in_range(d.lost_packets, 99, 102);    /* the queue's room varies a little with its history */
	}
	CALL(t, CLOSE, N(fd));
	t->ops->close(t);
}

static void an_injected_datagram_is_received(void **state)
{
	struct target *t = open_with(&ipv4);
	const int fd = bound_udp(t);
	uint8_t bytes[64], data[32];
	const struct injection i = { .bytes = bytes, .length = udp_datagram(bytes, 5) };

	(void)state;
	assert_int_equal(t->ops->inject(t, &i), 0);
	assert_int_equal(CALL(t, RECV, N(fd), P(data), N(sizeof(data)), N(MSG_DONTWAIT)), 5);
	assert_int_equal(CALL(t, RECV, N(fd), P(data), N(sizeof(data)), N(MSG_DONTWAIT)), -1);
	assert_int_equal(errno, EAGAIN);
	CALL(t, CLOSE, N(fd));
	t->ops->close(t);
}

static void a_blocking_call_is_pending_until_it_returns(void **state)
{
	struct target *t = open_with(&ipv4);
	const int fd = bound_udp(t);
	uint8_t bytes[64], data[32];
	const struct injection i = { .bytes = bytes, .length = udp_datagram(bytes, 7) };
	const struct call recv = {
		.id = CALL_RECV, .blocking = true, .argument_count = 4,
		.arguments = { N(fd), P(data), N(sizeof(data)), N(0) },
	};
	struct call_result r;
	struct observation o = { 0 };

	(void)state;
	for (int round = 0; round < 3; round++) {
		t->ops->call(t, &recv, &r);
		assert_true(r.pending);
		assert_int_equal(t->ops->wait(t, in_ms(t, 2), TARGET_WANT_RETURN, &o), TARGET_TIME);
		assert_int_equal(t->ops->inject(t, &i), 0);
		assert_int_equal(t->ops->wait(t, in_ms(t, 500), TARGET_WANT_RETURN, &o), TARGET_RETURN);
		assert_int_equal(o.result.value, 7);
		assert_false(o.result.pending);
	}
	assert_int_equal(t->ops->inject(t, &i), 0);
	t->ops->call(t, &recv, &r);                          /* something is there: it does not block after all */
	assert_false(r.pending);
	assert_int_equal(r.value, 7);

	t->ops->call(t, &recv, &r);                          /* and the end does not wait for anybody */
	assert_true(r.pending);
	t->ops->close(t);
	close(fd);
}

/* It has the result that a signal would leave, and leaves no signal behind that cuts the next wait short. */
static void a_call_is_broken_off_at_its_limit(void **state)
{
	struct target *t = open_with(&ipv4);
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	struct call call = {
		.id = CALL_READ, .argument_count = 3, .limit = vtime_add(t->ops->now(t), vtime_ms(30)),
		.arguments = { { .number = ends[0] }, { .pointer = &byte }, { .number = 1 } },
	};
	struct call_result result;
	t->ops->call(t, &call, &result);
	assert_true(result.broken_off);
	assert_int_equal(result.value, -1);
	assert_int_equal(result.error, EINTR);
	assert_false(vtime_before(result.returned, call.limit));

	struct observation o;
	const vtime_t until = vtime_add(t->ops->now(t), vtime_ms(30));
	assert_int_equal(t->ops->wait(t, until, TARGET_WANT_NOTHING, &o), TARGET_TIME);
	assert_false(vtime_before(t->ops->now(t), until));

	assert_int_equal(write(ends[1], "x", 1), 1);
	call.limit = vtime_add(t->ops->now(t), vtime_s(60));
	t->ops->call(t, &call, &result);
	assert_false(result.broken_off);
	assert_int_equal(result.value, 1);
	close(ends[0]);
	close(ends[1]);
	t->ops->close(t);
}

static void waits_end_at_their_time(void **state)
{
	struct target *t = open_with(&ipv4);
	struct disturbance d;
	struct observation o = { 0 };
	int64_t best = INT64_MAX;

	(void)state;
	t->ops->disturbance(t, &d);
	for (int i = 0; i < 10; i++) {
		const vtime_t due = in_ms(t, 2);

		assert_int_equal(t->ops->wait(t, due, i % 2 ? TARGET_WANT_PACKET : 0, &o), TARGET_TIME);
		assert_false(vtime_before(o.seen, due));
		if (o.seen.ns - due.ns < best)
			best = o.seen.ns - due.ns;
	}
	t->ops->disturbance(t, &d);
	assert_true(best < 1000000);
	assert_true(d.worst_wake.ns >= best);
	assert_int_equal(d.clock_step.ns, 0);
	assert_int_equal(d.lost_packets, 0);
	assert_false(vtime_before(t->ops->start_time(t), vtime_add(t->ops->now(t), vtime_us(-200))));
	assert_true(vtime_before(t->ops->start_time(t), in_ms(t, 50)));
	t->ops->close(t);
}

static void commands_inherit_none_of_our_descriptors(void **state)
{
	static const char count[] = "exit $(ls -l /proc/$$/fd | grep -c -e socket -e net/tun -e eventfd)";
	const int before = system(count);
	struct target *t = open_with(&ipv4);
	struct buf why = BUF_INIT, want = BUF_INIT;

	(void)state;
	if (WEXITSTATUS(before) != 0)
		buf_printf(&want, "non-zero status %d", WEXITSTATUS(before));
	t->ops->remote_port(t);
	t->ops->command(t, count, &why);
	assert_string_equal(why.data, want.data);
	buf_free(&why);
	buf_free(&want);
	t->ops->close(t);
}

static void commands_say_how_they_ended(void **state)
{
	static const struct {
		const char *text;
		int result;
		const char *why;
	} rows[] = {
		{ "true", 0, "" },
		{ "exit 3", 1, "non-zero status 3" },
		{ "/nonexistent/command 2>/dev/null", 1, "non-zero status 127" },
		{ "kill -9 $$", 1, "got signal 9 (Killed)" },
		{ "ip link show tun0 >/dev/null", 0, "" },
	};
	struct target *t = open_with(&ipv4);
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf why = BUF_INIT;

		assert_int_equal(t->ops->command(t, rows[i].text, &why), rows[i].result);
		assert_string_equal(why.data, rows[i].why);
		buf_free(&why);
	}
	snprintf(text, sizeof(text), "test $PPID = %d", (int)getpid());
	assert_int_equal(t->ops->command(t, text, &(struct buf)BUF_INIT), 0);
	t->ops->close(t);
}

/* The other end of @fd is closed everywhere: whoever had it is dead. */
static bool ends_soon(int fd)
{
	char byte;

	for (int i = 0; i < 200; i++) {
		if (read(fd, &byte, 1) == 0)
			return true;
		usleep(5000);
	}
	return false;
}

static void background_processes_do_not_outlive_the_target(void **state)
{
	static const struct {
		const char *command;
		bool killed;                                 /* without a chance to close */
	} rounds[] = {
		{ "(trap '' HUP TERM; sleep 100; sleep 100) & sleep 0.02", false },
		{ "(trap '' HUP TERM; sleep 100; sleep 100) & sleep 0.02", true },
		{ "setsid sh -c 'trap \"\" HUP TERM; setsid sleep 100 & sleep 100' & sleep 0.02", false },
	};
	int ends[2], status;

	(void)state;
	for (size_t round = 0; round < sizeof(rounds) / sizeof(rounds[0]); round++) {
		pid_t child;

		assert_int_equal(pipe(ends), 0);
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
		child = fork();
		if (child == 0) {
			struct buf problem = BUF_INIT;
			struct target *t = kernel_target_open(&ipv4, &problem);

			if (!t)
				_exit(NO_RIGHT);
			close(ends[0]);
			t->ops->command(t, rounds[round].command, &problem);
			if (rounds[round].killed)
				raise(SIGKILL);
			t->ops->close(t);
			_exit(0);
		}
		close(ends[1]);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status) && WEXITSTATUS(status) == NO_RIGHT) {
			printf("SKIPPED: no right to open a target\n");
			skip();
		}
		assert_true(rounds[round].killed ? WIFSIGNALED(status) : status == 0);
		assert_true(ends_soon(ends[0]));
		close(ends[0]);
	}
}

static void nothing_of_the_namespace_is_left(void **state)
{
	struct stat before, inside, after;
	struct target *t;
	int probe;

	(void)state;
	assert_int_equal(stat("/proc/self/ns/net", &before), 0);
	t = open_with(&ipv4);
	assert_int_equal(stat("/proc/self/ns/net", &inside), 0);
	assert_true(inside.st_ino != before.st_ino);
	assert_int_not_equal(t->ops->remote_port(t), 0);
	assert_int_not_equal(t->ops->remote_port(t), t->ops->remote_port(t));
	t->ops->close(t);
	assert_int_equal(stat("/proc/self/ns/net", &after), 0);
	if (geteuid() == 0)
		assert_int_equal(after.st_ino, before.st_ino);
	/* No descriptor is left either: the lowest free one is where it was. */
	probe = dup(0);
	assert_true(probe < 20);
	close(probe);
}

static void ipv6_addresses_are_usable_at_once(void **state)
{
	struct target *t = open_with(&ipv6);
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = htons(REMOTE_PORT) };
	struct observation o = { 0 };
	const int fd = (int)CALL(t, SOCKET, N(AF_INET6), N(SOCK_DGRAM), N(IPPROTO_UDP));

	(void)state;
	memcpy(&to.sin6_addr, ipv6.remote_ip.bytes, 16);
	assert_int_equal(CALL(t, SENDTO, N(fd), P("abc"), N(3), N(0), P(&to), N(sizeof(to))), 3);
	do
		assert_int_equal(t->ops->wait(t, in_ms(t, 200), TARGET_WANT_PACKET, &o), TARGET_PACKET);
	while (o.length < 48 || o.bytes[6] != IPPROTO_UDP);
	assert_int_equal(o.length, 40 + 8 + 3);
	assert_memory_equal(o.bytes + 8, ipv6.local_ip.bytes, 16);
	assert_memory_equal(o.bytes + 24, ipv6.remote_ip.bytes, 16);
	CALL(t, CLOSE, N(fd));
	t->ops->close(t);
}

static void a_control_that_the_kernel_has_not_is_absent(void **state)
{
	static const char *const refused[] = {
		"sysctl -q net.ipv4.tcp_congestion_control=nosuch",
		"sysctl -q net.ipv4.tcp_sack=1; sysctl -q net.ipv4.tcp_congestion_control=nosuch",
		"echo nosuch >/proc/sys/net/ipv4/tcp_congestion_control",
		"for c in nosuch; do sysctl -q net.ipv4.tcp_congestion_control=$c; done",
		"env sysctl -q net.ipv4.tcp_congestion_control=nosuch",
	};
	struct target *t = open_with(&ipv4);
	struct buf why = BUF_INIT;
	const int fd = (int)CALL(t, SOCKET, N(AF_INET), N(SOCK_STREAM), N(IPPROTO_TCP));

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		assert_int_equal(t->ops->command(t, refused[i], &why), 1);
		assert_string_equal(t->ops->absent(t), "this kernel has no congestion control 'nosuch'");
		assert_null(t->ops->lacking(t));
	}
	assert_int_equal(t->ops->command(t, "sysctl -q net.ipv4.tcp_congestion_control=reno; false", &why), 1);
	assert_null(t->ops->absent(t));
	assert_int_equal(CALL(t, SETSOCKOPT, N(fd), N(IPPROTO_TCP), N(TCP_CONGESTION), P("nosuch"), N(6)), -1);
	assert_string_equal(t->ops->absent(t), "this kernel has no congestion control 'nosuch'");
	assert_int_equal(CALL(t, SETSOCKOPT, N(fd), N(IPPROTO_TCP), N(TCP_CONGESTION), P("reno"), N(4)), 0);
	assert_null(t->ops->absent(t));
	CALL(t, CLOSE, N(fd));
	t->ops->close(t);
	buf_free(&why);
}

static void a_local_remote_address_is_refused(void **state)
{
	struct kernel_options options = ipv4;
	struct buf problem = BUF_INIT;
	struct target *t = open_with(&ipv4);                 /* skips when there is no right to open one */

	(void)state;
	t->ops->close(t);
	options.remote_ip = (struct ip_address){ 4, { 127, 0, 0, 1 } };
	assert_null(kernel_target_open(&options, &problem));
	assert_string_equal(problem.data, "live_remote_ip 127.0.0.1 is not remote");
	buf_free(&problem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_datagram_is_captured_with_its_bytes_and_a_stamp),
		cmocka_unit_test(what_the_device_drops_is_seen_and_counted_as_lost),
		cmocka_unit_test(an_injected_datagram_is_received),
		cmocka_unit_test(a_blocking_call_is_pending_until_it_returns),
		cmocka_unit_test(a_call_is_broken_off_at_its_limit),
		cmocka_unit_test(waits_end_at_their_time),
		cmocka_unit_test(commands_inherit_none_of_our_descriptors),
		cmocka_unit_test(commands_say_how_they_ended),
		cmocka_unit_test(background_processes_do_not_outlive_the_target),
		cmocka_unit_test(nothing_of_the_namespace_is_left),
		cmocka_unit_test(ipv6_addresses_are_usable_at_once),
		cmocka_unit_test(a_control_that_the_kernel_has_not_is_absent),
		cmocka_unit_test(a_local_remote_address_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
