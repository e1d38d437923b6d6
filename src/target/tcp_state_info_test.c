/* SPDX-License-Identifier: MIT
 *
 * tcp_state_info_test.c - fields of struct tcp_info at their offsets, whole, partial and absent
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <linux/tcp.h>

#include "target/tcp_state_info.h"

static void fields_agree_with_the_system_header(void **state)
{
	struct tcp_info info = {
		.tcpi_state = 1, .tcpi_snd_wscale = 7, .tcpi_rcv_wscale = 10, .tcpi_delivery_rate_app_limited = 1,
		.tcpi_rto = 204000, .tcpi_snd_cwnd = 10, .tcpi_reordering = 3, .tcpi_pacing_rate = UINT64_MAX,
		.tcpi_min_rtt = 77, .tcpi_delivery_rate = 123456789012, .tcpi_bytes_sent = 1000, .tcpi_rcv_ooopack = 4,
	};
	struct tcp_state_info out = { 0 };
	const struct {
		enum tcp_info_field field;
		uint64_t value;
	} want[] = {
		{ TCPI_state, 1 }, { TCPI_snd_wscale, 7 }, { TCPI_rcv_wscale, 10 },
		{ TCPI_delivery_rate_app_limited, 1 }, { TCPI_rto, 204000 }, { TCPI_snd_cwnd, 10 },
		{ TCPI_reordering, 3 }, { TCPI_pacing_rate, UINT64_MAX }, { TCPI_min_rtt, 77 },
		{ TCPI_delivery_rate, 123456789012 }, { TCPI_bytes_sent, 1000 }, { TCPI_rcv_ooopack, 4 },
		{ TCPI_backoff, 0 },
	};

	(void)state;
	tcp_state_info_decode(&out, (const uint8_t *)&info, sizeof(info));
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_int_equal(out.tcpi[want[i].field], want[i].value);
}

static void fields_that_a_kernel_does_not_return_are_zero(void **state)
{
	uint8_t bytes[280];
	struct tcp_state_info out;

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	memset(&out, 0x55, sizeof(out));
	tcp_state_info_decode(&out, bytes, 11);              /* .rto is complete up to byte 12 */
	assert_int_equal(out.tcpi[TCPI_rcv_wscale], 15);
	assert_int_equal(out.tcpi[TCPI_rto], 0);
	assert_int_equal(out.tcpi[TCPI_options2], 0);

	tcp_state_info_decode(&out, bytes, sizeof(bytes));
	assert_int_equal(out.tcpi[TCPI_ecn_mode], 3);
	assert_int_equal(out.tcpi[TCPI_accecn_fail_mode], 15);
	assert_int_equal(out.tcpi[TCPI_options2], 0xffffff);
	assert_int_equal(out.tcpi[TCPI_total_rto], 0xffff);
}

static void every_field_has_its_name(void **state)
{
	(void)state;
	assert_string_equal(tcp_info_field_name[TCPI_state], "state");
	assert_string_equal(tcp_info_field_name[TCPI_FIELDS - 1], "options2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_agree_with_the_system_header),
		cmocka_unit_test(fields_that_a_kernel_does_not_return_are_zero),
		cmocka_unit_test(every_field_has_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
