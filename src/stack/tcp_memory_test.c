/* SPDX-License-Identifier: MIT
 *
 * tcp_memory_test.c - receive buffers that count memory: charges, copying together, giving up; no octet is lost
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/sock_diag.h>
#include <stdlib.h>

#include "stack/tcp_bench.h"

static uint32_t used(const struct bench *b)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t length = sizeof(memory);

	assert_int_equal(stack_getsockopt(b->st, b->fd, SOL_SOCKET, SO_MEMINFO, memory, &length), 0);
	return memory[SK_MEMINFO_RMEM_ALLOC];
}

static void start(struct bench *b, int64_t buffer)
{
	bench_prepare(b);
	b->config.socket_memory_charged = 1;
	b->config.tcp_segments_measured = 1;
	b->config.tcp_segments_cut = 0;
	b->config.tcp_ack_policy = TCP_ACK_QUICK_START;
	b->config.tcp_receive_buffer = b->config.tcp_receive_buffer_max = buffer;
	b->config.socket_receive_buffer_max = buffer;
	b->syn = SEG(.flags = S, .sack_ok = 1);
	bench_go(b, TCPS_ESTABLISHED);
}

static void packets_cost_blocks(void **state)
{
	static const struct {
		size_t length;
		uint32_t memory, spare;
	} packets[] = {
		{ 28, 832, 164 }, { 192, 832, 0 }, { 193, 1280, 447 }, { 640, 1280, 0 }, { 641, 2304, 1023 },
		{ 1500, 2304, 164 }, { 1664, 2304, 0 }, { 1665, 4352, 2047 }, { 3712, 4352, 0 }, { 3713, 8448, 0 },
		{ 60040, 61696, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(packets); i++) {
		struct charge c = charge_packet(packets[i].length);
		if (c.memory != packets[i].memory || c.spare != packets[i].spare)
			fail_msg("%zu octets: %u, %u", packets[i].length, c.memory, c.spare);
	}
}

/* Until the last octet of a packet has been read all of it is charged; what fits behind another one is free. */
static void text_is_charged_by_packets(void **state)
{
	struct bench b;

	(void)state;
	start(&b, 100000);
	bench_send(&b, SEG(.length = 1000));
	bench_send(&b, SEG(.seq = PEER + 1001, .length = 600));
	assert_int_equal(used(&b), 2304);
	bench_send(&b, SEG(.seq = PEER + 1601, .length = 100));
	assert_int_equal(used(&b), 2304 + 832);
	assert_int_equal(bench_read(&b, 1599), 1599);
	assert_int_equal(used(&b), 2304 + 832);
	assert_int_equal(bench_read(&b, 2), 2);
	assert_int_equal(used(&b), 832);
	assert_int_equal(bench_read(&b, 1000), 99);
	assert_int_equal(used(&b), 0);
	bench_skip(&b);
	bench_stop(&b);
}

/* Early text keeps its charge when it comes in order. */
static void early_text_is_charged(void **state)
{
	struct bench b;

	(void)state;
	start(&b, 100000);
	bench_send(&b, SEG(.seq = PEER + 1001, .length = 1000));
	bench_send(&b, SEG(.seq = PEER + 2001, .length = 100));            /* fits behind it */
	bench_send(&b, SEG(.seq = PEER + 3001, .length = 100));
	assert_int_equal(used(&b), 2304 + 832);
	bench_send(&b, SEG(.length = 1000));
	assert_int_equal(used(&b), 2304 + 2304 + 832);
	assert_int_equal(bench_read(&b, 5000), 2100);
	assert_int_equal(used(&b), 832);
	bench_skip(&b);
	bench_stop(&b);
}

static void small_packets_are_copied_together(void **state)
{
	struct bench b;

	(void)state;
	start(&b, 10000);
	for (int i = 0; i < 30; i++)
		bench_send(&b, SEG(.seq = PEER + 1 + 100 * i, .length = 100));
	assert_true(used(&b) < 10000);
	assert_int_equal(bench_read(&b, 5000), 3000);
	assert_int_equal(b.st->counters[TcpExtRcvPruned], 0);
	assert_true(b.st->counters[TcpExtTCPRcvCollapsed] > 20);
	bench_skip(&b);
	bench_stop(&b);
}

/* Whatever comes in whatever order, and however small the buffer: what is acknowledged is read, in order, once. */
static void random_flood(uint64_t seed)
{
	static uint8_t bytes[1 << 16];
	struct random r;
	struct bench b;
	int64_t read = 0;

	random_seed(&r, seed);
	start(&b, 3000 << random_below(&r, 6));
	for (int i = 0; i < 400; i++) {
		int64_t next = b.st->sockets->tcp ? seq_diff(b.st->sockets->tcp->rcv.nxt, seq_from(PEER)) : 0;
		int64_t at = next + (random_below(&r, 3) ? 0 : (int64_t)random_below(&r, 6000)) -
		             (random_below(&r, 4) ? 0 : (int64_t)random_below(&r, 300));
		bench_send(&b, SEG(.seq = PEER + (at > 1 ? at : 1), .length = 1 + (int64_t)random_below(&r, 1460)));
		bench_skip(&b);
		b.taken = b.count = 0;
		if (random_below(&r, 4))
			continue;
		struct iovec v = { bytes, random_below(&r, 3000) };
		int64_t got = stack_recvmsg(b.st, b.fd, &(struct msghdr){ .msg_iov = &v, .msg_iovlen = 1 }, 0);
		for (int64_t k = 0; k < got; k++)
			if (bytes[k] != (uint8_t)(PEER + 1 + read + k))
				fail_msg("seed %llu: octet %lld", (unsigned long long)seed, (long long)(read + k));
		read += got > 0 ? got : 0;
	}
	while (bench_read(&b, 100000) > 0)
		;
	assert_true(read > 0);
	if (!rxq_bytes(b.st->sockets->tcp->rcv.early) && used(&b))
		fail_msg("seed %llu: %u octets are still charged", (unsigned long long)seed, used(&b));
	bench_skip(&b);
	bench_stop(&b);
}

static void no_octet_is_lost(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++)
		random_flood(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_cost_blocks),
		cmocka_unit_test(text_is_charged_by_packets),
		cmocka_unit_test(early_text_is_charged),
		cmocka_unit_test(small_packets_are_copied_together),
		cmocka_unit_test(no_octet_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
