/* SPDX-License-Identifier: MIT
 *
 * settings_test.c - sysctls by their different spellings, their units, what is refused
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "script/freebsd.h"
#include "target/builtin/settings.h"
#include "util/common.h"

static void each_spelling_is_the_same_setting(void **state)
{
	static const char *const names[] = {
		"net.ipv4.tcp_timestamps", "net/ipv4/tcp_timestamps", "/proc/sys/net/ipv4/tcp_timestamps",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct stack_config c;
		stack_config_init(&c);
		assert_int_equal(settings_assign(&c, names[i], "0"), SETTING_OK);
		assert_int_equal(c.tcp_timestamps, 0);
	}
}

struct assignment {
	const char *name, *value;
	enum setting_result result;
	const char *read;                                    /* afterwards; NULL: not asked */
};

/* Each on a host with the initial values. */
static void try_assignments(const struct assignment *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct stack_config c;
		struct buf value = BUF_INIT;

		stack_config_init(&c);
		if (settings_assign(&c, cases[i].name, cases[i].value) != cases[i].result)
			fail_msg("%s=%s", cases[i].name, cases[i].value);
		settings_read(&c, cases[i].name, &value);
		if (cases[i].read)
			assert_string_equal(value.data, cases[i].read);
		buf_free(&value);
	}
}

static void results(void **state)
{
	static const struct assignment cases[] = {
		{ "net.ipv4.tcp_rmem", "4096 540000 15728640", SETTING_OK, "4096 540000 15728640" },
		{ "net.ipv4.tcp_rmem", "5000", SETTING_OK, "5000 131072 6291456" },
		{ "net.ipv4.tcp_rmem", "5000 x 1", SETTING_INVALID, "4096 131072 6291456" },
		{ "net.ipv4.tcp_rmem", "1 2 3 4", SETTING_UNSUPPORTED, NULL },
		{ "net.ipv4.tcp_wmem", "4096 4096 4096 4096", SETTING_INVALID, NULL },
		{ "net.ipv4.tcp_wmem", "4096 50000 60000", SETTING_OK, "4096 50000 60000" },
		{ "net.ipv4.tcp_fastopen", "0x402", SETTING_OK, "1026" },
		{ "net.ipv4.tcp_fastopen", "0x0", SETTING_OK, "0" },
		{ "net.ipv4.tcp_fastopen_key", "1-2-3-a0bf63f7", SETTING_OK, "00000001-00000002-00000003-a0bf63f7" },
		{ "net.ipv4.tcp_fastopen_key", "1-2-3-4,5-6-7-8\n", SETTING_OK,
		  "00000001-00000002-00000003-00000004,00000005-00000006-00000007-00000008" },
		{ "net.ipv4.tcp_fastopen_key", "1-2-3", SETTING_INVALID, NULL },
		{ "net.ipv4.tcp_fastopen_key", "1-2-3-4-5", SETTING_INVALID, NULL },
		{ "net.ipv4.tcp_fastopen_key", "1-2-3-4,5-6-7-8,9-a-b-c", SETTING_INVALID, NULL },
		{ "net.ipv4.tcp_fastopen_key", "1-2-3-100000000", SETTING_INVALID, NULL },
		{ "net.ipv4.tcp_fastopen_key", "", SETTING_INVALID, NULL },
		{ "net.ipv4.tcp_ecn", "5", SETTING_OK, "5" },
		{ "net.ipv4.tcp_ecn", "6", SETTING_UNSUPPORTED, "0" },
		{ "net.ipv4.tcp_rto_min_us", "200000", SETTING_OK, "200000" },
		{ "net.ipv4.ip_no_pmtu_disc", "1", SETTING_OK, "1" },
		{ "net.ipv4.tcp_congestion_control", "reno", SETTING_OK, "reno" },
		{ "net.ipv4.tcp_congestion_control", "cubic", SETTING_OK, "cubic" },
		{ "/sys/module/tcp_cubic/parameters/hystart_detect", "2", SETTING_OK, "2" },
		{ "net.ipv4.tcp_congestion_control", "none", SETTING_ABSENT, "reno" },
		{ "net.ipv4.tcp_allowed_congestion_control", "reno  bbr ", SETTING_OK, "reno cubic dctcp bbr" },
		{ "net.ipv4.tcp_allowed_congestion_control", "reno vegas", SETTING_INVALID, "reno cubic dctcp bbr" },
		{ "net.ipv4.tcp_available_congestion_control", "reno", SETTING_INVALID, "reno cubic dctcp bbr" },
		{ "net.ipv4.tcp_timestamps", "7", SETTING_UNSUPPORTED, "1" },
		{ "net.ipv4.tcp_timestamps", "", SETTING_INVALID, "1" },
		{ "net.ipv4.tcp_timestamps", "1x", SETTING_INVALID, "1" },
		{ "net.ipv4.tcp_fack", "anything", SETTING_OK, "" },
		{ "net.ipv4.ip_forward", "0", SETTING_OK, "0" },
		{ "net.ipv4.ip_forward", "1", SETTING_UNSUPPORTED, "0" },
		{ "net.ipv4.conf.all.rp_filter", "0", SETTING_OK, "0" },
		{ "net/ipv4/conf/eth0.100/rp_filter", "1", SETTING_ABSENT, "0" },
		{ "net.ipv4.tcp_mem", "10 20 30", SETTING_ABSENT, "" },
		{ "net.core.optmem_max", "20479", SETTING_ABSENT, "" },
		{ "net.ipv4.conf.tun0.accept_local", "1", SETTING_OK, "1" },
		{ "net.ipv4.conf.rp_filter", "0", SETTING_UNKNOWN, NULL },
		{ "net.ipv6.conf.tun0.hop_limit", "9", SETTING_OK, "9" },
		{ "protodrill.tcp_user_timeout_option", "1", SETTING_OK, "1" },
		{ "protodrill.tcp_window_shift", "15", SETTING_UNSUPPORTED, "-1" },
		{ "protodrill.tcp_user_timeout_options", "1", SETTING_UNKNOWN, NULL },
		{ "kernel.panic", "0", SETTING_UNKNOWN, NULL },
		{ "", "0", SETTING_UNKNOWN, NULL },
		{ "ipv4.tcp_sack", "0", SETTING_UNKNOWN, NULL }, { "tcp_sack", "0", SETTING_UNKNOWN, NULL },
		{ "/proc/sys/ipv4/tcp_sack", "0", SETTING_UNKNOWN, NULL },
	};

	(void)state;
	try_assignments(cases, ARRAY_LEN(cases));
}

/* A choice is set by its word or by its number. */
static void results_of_choices(void **state)
{
	static const struct assignment cases[] = {
		{ "protodrill.tcp_reduction", "prr", SETTING_OK, "prr" },
		{ "net.protodrill.tcp_reduction", "1", SETTING_OK, "newreno" },
		{ "protodrill.tcp_reduction", "rpr", SETTING_INVALID, "own" },
		{ "protodrill.tcp_reduction", "9", SETTING_UNSUPPORTED, "own" },
	};
	struct buf names = BUF_INIT;

	(void)state;
	try_assignments(cases, ARRAY_LEN(cases));
	settings_choices("protodrill.tcp_reduction", &names);
	assert_string_equal(names.data, "own newreno halve prr");
	buf_free(&names);
}

/* What stands beside the interface's own value means nothing, or more than it. */
static void results_of_interfaces(void **state)
{
	static const struct assignment cases[] = {
		{ "net.ipv6.conf.all.hop_limit", "9", SETTING_OK, "" },
		{ "net.ipv6.conf.default.hop_limit", "9", SETTING_OK, "" },
		{ "net.ipv4.conf.all.accept_source_route", "0", SETTING_OK, "0" },
		{ "net.ipv4.conf.tun0.accept_source_route", "1", SETTING_OK, "1" },
		{ "net.ipv4.conf.tun0.accept_source_route", "0", SETTING_UNSUPPORTED, "1" },
		{ "net.ipv4.conf.default.accept_local", "0", SETTING_OK, "" },
	};

	(void)state;
	try_assignments(cases, ARRAY_LEN(cases));
}

/* What is read can be written. */
static void every_parameter_with_a_sysctl_can_be_restored(void **state)
{
	struct stack_config c, before;

	(void)state;
	stack_config_init(&c);
	before = c;
	for (size_t i = 0; i < stack_parameter_count; i++) {
		struct buf value = BUF_INIT;
		char name[80];

		if (!stack_parameters[i].sysctl)
			continue;
		snprintf(name, sizeof(name), "net.%s", stack_parameters[i].sysctl);
		assert_int_equal(settings_read(&c, name, &value), SETTING_OK);
		assert_true(value.length);
		assert_int_equal(settings_assign(&c, name, value.data), SETTING_OK);
		buf_free(&value);
	}
	assert_memory_equal(&c, &before, sizeof(c));
}

/* The table of the other system names what is there. */
static void what_settings_of_freebsd_mean_is_known(void **state)
{
	const char *meaning;

	(void)state;
	for (size_t i = 0; (meaning = freebsd_meaning(i)); i++) {
		char name[80];

		snprintf(name, sizeof(name), "net.%s", meaning);
		if (*meaning && !settings_know(name))
			fail_msg("%s is not known", name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_spelling_is_the_same_setting),
		cmocka_unit_test(results),
		cmocka_unit_test(results_of_choices),
		cmocka_unit_test(results_of_interfaces),
		cmocka_unit_test(every_parameter_with_a_sysctl_can_be_restored),
		cmocka_unit_test(what_settings_of_freebsd_mean_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
