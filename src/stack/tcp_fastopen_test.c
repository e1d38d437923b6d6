/* SPDX-License-Identifier: MIT
 *
 * tcp_fastopen_test.c - Fast Open: cookies, what is known of peers, pauses
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/tcp_fastopen.h"
#include "stack/tcp_fastopen_hole.h"
#include "stack/tcp_metrics.h"
#include "util/common.h"

static struct ip_address parsed(const char *text)
{
	struct ip_address a;

	assert_true(ip_address_parse(text, &a));
	return a;
}

/* What a Linux 6.18 server with these keys was seen to hand out. */
static void cookies_are_those_of_linux(void **state)
{
	static const struct {
		uint32_t key[4];
		const char *client, *server;
		uint8_t cookie[8];
	} cases[] = {
		{ { 0x52e6b438, 0xf2a74de4, 0x269e0d37, 0x6513270e }, "198.51.167.13", "10.19.211.138",
		  { 0xef, 0xcb, 0x48, 0x2d, 0x46, 0xaa, 0x86, 0x15 } },
		{ { 0x1818e811, 0x5d9dc9f8, 0x9531985d, 0x0ed90475 }, "2001:db8:e8e2:81e7::36f6", "fd00:999::1600:6f03",
		  { 0xbf, 0x44, 0xc4, 0x07, 0x81, 0x8b, 0xa8, 0x12 } },
		{ { 0x6b0d549b, 0x11e20b8f, 0x3d9c1724, 0x1738f7d9 }, "198.51.142.109", "10.16.212.145",
		  { 0x39, 0x95, 0xf3, 0xee, 0x85, 0xcb, 0xc1, 0xa4 } },
		{ { 0x1fb17c23, 0xf28c105d, 0x39263059, 0xa170b338 }, "2001:db8:a09f:953f::f29d", "fd00:fd6::93bd:95e6",
		  { 0x91, 0xbb, 0x56, 0xb2, 0x16, 0xec, 0x18, 0x17 } },
		{ { 0x658cda14, 0x0cb1e29c, 0xf9ebdacc, 0x3898d190 }, "198.51.12.143", "10.220.35.75",
		  { 0xb9, 0x84, 0xfa, 0xf2, 0x0c, 0xcf, 0xcd, 0x27 } },
		{ { 0x6b4cb242, 0x24ede6a4, 0x8a6a63ec, 0x1e27a1c0 },
		  "2001:db8:9227:4ef8::8f6d", "fd00:d0ed::ae97:2e44",
		  { 0x6d, 0x02, 0x42, 0xa1, 0xb3, 0x19, 0xf0, 0x5a } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const uint32_t *k = cases[i].key;
		struct ip_address client = parsed(cases[i].client), server = parsed(cases[i].server);
		const struct fast_open_keys keys = {
			.count = 1, .key = { { k[0] | (uint64_t)k[1] << 32, k[2] | (uint64_t)k[3] << 32 } },
		};
		struct fast_open_cookie c = tcp_fast_open_make_cookie(&keys, 0, &client, &server);
		assert_int_equal(c.length, 8);
		assert_memory_equal(c.bytes, cases[i].cookie, 8);
	}
}

static struct stack *new_host(int64_t entries)
{
	struct stack_config config;

	stack_config_init(&config);
	config.tcp_metrics_entries = entries;
	config.tcp_fastopen_blackhole_timeout_s = 10;
	struct stack *st = stack_new(&config, &(struct stack_hooks){ .output = NULL });
	assert_non_null(st);
	return st;
}

/* RFC 7413, 4.1.3: a cache. Peers push each other out, the one that was not used for longest first. */
static void what_is_known_of_peers_is_bounded(void **state)
{
	const struct ip_address own = parsed("192.0.2.1");
	const struct ip_address peers[] = { parsed("192.0.2.2"), parsed("192.0.2.3"), parsed("2001:db8::1") };
	struct stack *st = new_host(2);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
		struct tcp_metrics *m = tcp_metrics_enter(st, &own, &peers[i]);
		assert_non_null(m);
		m->mss = (uint16_t)(1000 + i);
		if (i == 1)                                      /* used: the other one is the older one now */
			assert_int_equal(tcp_metrics_enter(st, &own, &peers[0])->mss, 1000);
	}
	assert_null(tcp_metrics_find(st, &own, &peers[1]));
	assert_int_equal(tcp_metrics_find(st, &own, &peers[0])->mss, 1000);
	assert_int_equal(tcp_metrics_find(st, &own, &peers[2])->mss, 1002);
	assert_null(tcp_metrics_find(st, &peers[1], &peers[0]));       /* from another address of ours */
	stack_forget_peers(st, &peers[0]);
	assert_null(tcp_metrics_find(st, &own, &peers[0]));
	assert_non_null(tcp_metrics_find(st, &own, &peers[2]));
	stack_forget_peers(st, NULL);
	assert_null(tcp_metrics_find(st, &own, &peers[2]));
	stack_free(st);
}

/* The pause doubles with each sign, to 64 times its length at most, and a good end forgets them. */
static void pauses_double(void **state)
{
	struct stack *st = new_host(1);
	struct socket s = { .stack = st };
	struct tcp t = { .socket = &s, .state = TCPS_ESTABLISHED };
	int64_t pause = 10;

	(void)state;
	t.fast_open.active = true;
	tcp_fast_open_early_reset(&t);                       /* its SYN had no option: no sign */
	assert_false(tcp_fast_open_was_blocked(st));
	t.fast_open.asked = true;
	for (int i = 0; i < 9; i++) {
		assert_false(tcp_fast_open_is_blocked(st));
		tcp_fast_open_early_reset(&t);
		stack_tick(st, vtime_add(stack_now(st), vtime_ms(pause * 1000 - 1)));
		assert_true(tcp_fast_open_is_blocked(st));
		stack_tick(st, vtime_add(stack_now(st), vtime_ms(1)));
		pause = pause < 640 ? 2 * pause : 640;
	}
	/* After a pause, and with text; the other ends say nothing. */
	struct tcp earlier = t, good = t;
	earlier.stats.data_segments_in = good.stats.data_segments_in = 1;
	good.fast_open.after_pause = true;
	tcp_fast_open_ended(&earlier);
	assert_true(tcp_fast_open_was_blocked(st));
	tcp_fast_open_ended(&good);
	assert_false(tcp_fast_open_was_blocked(st));
	tcp_fast_open_early_reset(&t);
	stack_tick(st, vtime_add(stack_now(st), vtime_s(10)));
	assert_false(tcp_fast_open_is_blocked(st));
	stack_free(st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cookies_are_those_of_linux), cmocka_unit_test(what_is_known_of_peers_is_bounded),
		cmocka_unit_test(pauses_double),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
