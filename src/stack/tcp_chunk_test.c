/* SPDX-License-Identifier: MIT
 *
 * tcp_chunk_test.c - what a send buffer takes: chunks with a price, records, acknowledgement, growth
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/socket.h>

#include "stack/tcp_bench.h"
#include "stack/tcp_chunk.h"
#include "stack/tcp_congestion.h"

enum { OVERHEAD = 832, MSS = 1000 };

/* A connection whose peer has a window of @window; nothing goes out while it is 0. */
static struct tcp *start(struct bench *b, int window, int buffer)
{
	bench_prepare(b);
	b->config.tcp_send_chunk_overhead = OVERHEAD;
	b->config.tcp_send_buffer = buffer;
	b->config.tcp_initial_window = 10;
	bench_go(b, TCPS_ESTABLISHED);
	if (window != 65535)
		bench_send(b, SEG(.ack = 1, .window = window));
	bench_skip(b);
	for (struct socket *s = b->st->sockets; s; s = s->next)
		if (s->fd == b->fd)
			return s->tcp;
	return NULL;
}

static int64_t write_flags(struct bench *b, size_t length, int flags)
{
	static uint8_t bytes[8192];
	struct iovec v = { bytes, length };
	struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };

	return stack_sendmsg(b->st, b->fd, &h, flags);
}

/* Writes of some size into an empty buffer that nothing leaves, and what they are charged. */
static void small_writes_fill_a_chunk(void **state)
{
	static const struct {
		int writes, length, flags;
		uint64_t charge;
	} rows[] = {
		{ 1, 1, 0, 1 + OVERHEAD },
		{ 5, 100, 0, 500 + OVERHEAD },                   /* all fit into the first */
		{ 5, 100, MSG_EOR, 500 + 5 * OVERHEAD },         /* each is a record */
		{ 1, 32000, 0, 32000 + OVERHEAD },               /* half of the largest window, in whole segments */
		{ 1, 32001, 0, 32001 + 2 * OVERHEAD },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		struct tcp *t = start(&b, 0, 1 << 20);
		static uint8_t bytes[32001];
		for (int n = 0; n < rows[i].writes; n++) {
			struct iovec v = { bytes, (size_t)rows[i].length };
			struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };
			assert_int_equal(stack_sendmsg(b.st, b.fd, &h, rows[i].flags), rows[i].length);
		}
		assert_int_equal(tcp_chunk_charge(t), rows[i].charge);
		bench_stop(&b);
	}
}

/* A new chunk begins only while the charge is less than the buffer; the last one is filled in any case. */
static void a_full_buffer_takes_what_the_last_chunk_takes(void **state)
{
	struct bench b;

	(void)state;
	struct tcp *t = start(&b, 0, 3000);
	while (write_flags(&b, 1, MSG_EOR | MSG_DONTWAIT) == 1)
		;
	assert_int_equal(t->chunks.count, 4);                /* the fourth began at a charge of 3 * 833 */
	assert_int_equal(tcp_chunk_room(t), 0);
	assert_false(tcp_chunk_writable(t));
	bench_stop(&b);
	t = start(&b, 0, 3000);
	assert_int_equal(write_flags(&b, 5000, MSG_DONTWAIT), 5000);
	assert_true(tcp_chunk_charge(t) > 3000);
	assert_int_equal(tcp_chunk_room(t), 32 * MSS - 5000);
	bench_stop(&b);
}

/* 1168 octets and the price of their chunk are two thirds of 3000. */
static void a_buffer_is_writable_while_a_third_is_free(void **state)
{
	static const struct {
		size_t length;
		bool writable;
	} rows[] = { { 1100, true }, { 1168, true }, { 1169, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		struct tcp *t = start(&b, 0, 3000);
		assert_int_equal(write_flags(&b, rows[i].length, 0), rows[i].length);
		assert_int_equal(tcp_chunk_writable(t), rows[i].writable);
		bench_stop(&b);
	}
}

/* Without a price N octets are N octets. */
static void free_chunks_leave_the_octets(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_send_buffer = 3000;
	bench_go(&b, TCPS_ESTABLISHED);
	bench_send(&b, SEG(.ack = 1, .window = 0));
	assert_int_equal(write_flags(&b, 4000, MSG_DONTWAIT), 3000);
	bench_stop(&b);
}

/* Of the oldest chunk every octet is free while it has several segments, and none of the last one. */
static void what_is_acknowledged_is_free(void **state)
{
	static const struct {
		int64_t ack;
		uint64_t charge;
	} rows[] = {
		{ 1, 4000 + OVERHEAD }, { 1000, 3001 + OVERHEAD }, { 1001, 3000 + OVERHEAD },
		{ 3500, 501 + OVERHEAD }, { 3600, 501 + OVERHEAD }, { 4001, 0 },
	};
	struct bench b;

	(void)state;
	struct tcp *t = start(&b, 65535, 1 << 20);
	bench_write(&b, 4000);                               /* one burst: one chunk */
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (i)
			bench_send(&b, SEG(.ack = rows[i].ack));
		assert_int_equal(tcp_chunk_charge(t), rows[i].charge);
	}
	bench_skip(&b);
	bench_stop(&b);
}

/* MSG_EOR: what comes behind a record is in another segment, and the end of the record is pushed. */
static void records_stay_apart(void **state)
{
	struct bench b;
	bool push = false;

	(void)state;
	struct tcp *t = start(&b, 0, 1 << 20);
	write_flags(&b, 300, MSG_EOR);
	write_flags(&b, 400, 0);
	write_flags(&b, 500, 0);
	assert_int_equal(tcp_chunk_record_end(t, (seq_t){ 1 }).value, 301);
	assert_int_equal(tcp_chunk_record_end(t, (seq_t){ 300 }).value, 301);
	assert_int_equal(tcp_chunk_record_end(t, (seq_t){ 301 }).value, 1201);
	assert_true(tcp_chunk_ends_record(t, (seq_t){ 301 }, &push));
	assert_true(push);
	assert_false(tcp_chunk_ends_record(t, (seq_t){ 701 }, &push));
	bench_skip(&b);
	bench_send(&b, SEG(.ack = 1, .window = 65535));
	bench_want(&b, SEG(.flags = P | A, .seq = 1, .length = 300));
	bench_send(&b, SEG(.ack = 301));
	bench_want(&b, SEG(.seq = 301, .length = 900));
	bench_skip(&b);
	bench_stop(&b);
}

/* Only for a user who was refused, and to two congestion windows. */
static void a_buffer_grows_for_who_was_refused(void **state)
{
	static const struct {
		bool moderates, refused, grows;
	} rows[] = { { true, true, true }, { true, false, false }, { false, true, false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		struct tcp *t = start(&b, 65535, 5000);
		b.st->config.tcp_send_moderation = rows[i].moderates;
		if (rows[i].refused)
			tcp_chunk_refused(t);
		tcp_chunk_grow(t, false, false);
		/* A segment of 1000 octets with its headers takes 2048 octets, and 256 for what describes it. */
		assert_int_equal(t->socket->options.send_buffer, rows[i].grows ? 2 * 10 * (2048 + 256) : 5000);
		bench_stop(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_writes_fill_a_chunk),
		cmocka_unit_test(a_full_buffer_takes_what_the_last_chunk_takes),
		cmocka_unit_test(a_buffer_is_writable_while_a_third_is_free),
		cmocka_unit_test(free_chunks_leave_the_octets),
		cmocka_unit_test(what_is_acknowledged_is_free),
		cmocka_unit_test(records_stay_apart),
		cmocka_unit_test(a_buffer_grows_for_who_was_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
