/* SPDX-License-Identifier: MIT
 *
 * tcp_ecn_test.c - which variant of ECN comes of each pair of flags (RFC 3168, 6.1.1; RFC 9768, table 2)
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>
#include <errno.h>

#include "stack/tcp_bench.h"
#include "stack/tcp_ecn.h"

enum { E = TCP_ECE, W = TCP_CWR, AE = TCP_AE };

/* By the flags of the SYN, as a number (AE 4, CWR 2, ECE 1): those of the SYN,ACK. */
static void a_server_answers_by_the_flags_of_the_syn(void **state)
{
	static const uint16_t answers[6][8] = {
		[1] = { [3] = E, [7] = E }, [2] = { [3] = E, [7] = E },
		[3] = { 0, W, W, E, W, W, W, W }, [4] = { 0, W, W, E, W, W, W, W }, [5] = { 0, W, W, E, W, W, W, W },
	};

	(void)state;
	for (int value = 0; value < 6; value++) {
		for (int flags = 0; flags < 8; flags++) {
			struct bench b;
			bench_prepare(&b);
			b.config.tcp_ecn = value;
			bench_go(&b, TCPS_LISTEN);
			bench_send(&b, SEG(.flags = S | flags * E));
			bench_want(&b, SEG(.flags = S | A | answers[value][flags]));
			bench_stop(&b);
		}
	}
}

/* What a SYN asks for; and by the flags of the SYN,ACK, the mode. */
static void a_client_goes_by_the_flags_of_the_answer(void **state)
{
	static const uint16_t asked[6] = { 0, E | W, 0, E | W | AE, E | W, 0 };
	enum { N = TCP_ECN_NONE, C = TCP_ECN_CLASSIC, X = TCP_ECN_ACCURATE };
	static const int classic[8] = { N, C, N, N, N, C, N, N }, accurate[8] = { N, C, X, X, X, X, X, N };

	(void)state;
	for (int value = 0; value < 6; value++) {
		for (int flags = 0; flags < 8; flags++) {
			struct bench b;
			int error;
			bench_prepare(&b);
			b.config.tcp_ecn = value;
			bench_open(&b);
			bench_connect(&b);
			bench_want(&b, SEG(.flags = S | asked[value]));
			bench_send(&b, SEG(.flags = S | A | flags * E, .ack = b.sent[0].seq + 1));
			int want = !asked[value] ? N : asked[value] & AE ? accurate[flags] : classic[flags];
			assert_int_equal(socket_of(b.st, b.fd, &error)->tcp->ecn.mode, want);
			bench_skip(&b);
			bench_stop(&b);
		}
	}
}

/* RFC 5562, figure 2 and 3: the SYN,ACK is ECT once, and goes out again where the client says that it came marked. */
static void a_marked_answer_is_sent_again_without_ect(void **state)
{
	struct bench b;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_ecn = 1;
	b.config.tcp_ecn_answer_ect = 1;
	bench_go(&b, TCPS_LISTEN);
	bench_send(&b, SEG(.flags = S | E | W));
	bench_want(&b, SEG(.flags = S | A | E, .tos = IP_ECN_ECT0));
	bench_send(&b, SEG(.flags = A | E));
	bench_want(&b, SEG(.flags = S | A | E, .tos = IP_ECN_NOT_ECT));
	assert_int_equal(stack_accept4(b.st, b.listener, NULL, NULL, SOCK_NONBLOCK), -EAGAIN);
	bench_send(&b, SEG(.flags = A));
	bench_accept(&b);
	bench_write(&b, 3000);
	bench_want(&b, SEG(.length = 1000, .tos = IP_ECN_ECT0));
	bench_want_none(&b);                                 /* a window of one segment */
	bench_stop(&b);
}

/* Lost, it is sent again without ECT as well; and where nobody asked for it, it never has it. */
static void an_answer_is_ect_once_and_only_if_asked_for(void **state)
{
	(void)state;
	for (int asked = 0; asked < 2; asked++) {
		struct bench b;
		bench_prepare(&b);
		b.config.tcp_ecn = 1;
		b.config.tcp_ecn_answer_ect = asked;
		bench_go(&b, TCPS_LISTEN);
		bench_send(&b, SEG(.flags = S | E | W));
		bench_want(&b, SEG(.flags = S | A | E, .tos = asked ? IP_ECN_ECT0 : IP_ECN_NOT_ECT));
		bench_at(&b, 4000);
		bench_want(&b, SEG(.flags = S | A | E, .tos = IP_ECN_NOT_ECT));
		bench_skip(&b);
		bench_stop(&b);
	}
}

/* The client's half: ECE, and SYN-SENT until a SYN,ACK comes without a mark. */
static void a_client_waits_for_an_answer_without_a_mark(void **state)
{
	struct bench b;
	int error;

	(void)state;
	bench_prepare(&b);
	b.config.tcp_ecn = 1;
	b.config.tcp_ecn_answer_ect = 1;
	bench_open(&b);
	bench_connect(&b);
	bench_want(&b, SEG(.flags = S | E | W));
	int64_t ack = b.sent[0].seq + 1;
	bench_send(&b, SEG(.flags = S | A | E, .ack = ack, .tos = IP_ECN_CE));
	bench_want(&b, SEG(.flags = A | E, .ack = PEER + 1));
	assert_int_equal(socket_of(b.st, b.fd, &error)->tcp->state, TCPS_SYN_SENT);
	bench_send(&b, SEG(.flags = S | A | E, .ack = ack));
	bench_want(&b, SEG(.flags = A, .ack = PEER + 1));
	assert_int_equal(socket_of(b.st, b.fd, &error)->tcp->state, TCPS_ESTABLISHED);
	bench_stop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_marked_answer_is_sent_again_without_ect),
		cmocka_unit_test(an_answer_is_ect_once_and_only_if_asked_for),
		cmocka_unit_test(a_client_waits_for_an_answer_without_a_mark),
		cmocka_unit_test(a_server_answers_by_the_flags_of_the_syn),
		cmocka_unit_test(a_client_goes_by_the_flags_of_the_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
