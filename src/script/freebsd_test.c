/* SPDX-License-Identifier: MIT
 *
 * freebsd_test.c - commands with settings of FreeBSD, and what they come to
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "script/freebsd.h"
#include "util/common.h"

/* What a target with the parameters of the reference stack is told, and what any other one. NULL: it cannot be
 * followed; "" in place of both: nothing of FreeBSD is in it. */
static const struct {
	const char *text, *parameters, *others;
} commands[] = {
	/* what Linux has, too */
	{ "sysctl -w net.inet.tcp.sack.enable=0", "sysctl -w net.ipv4.tcp_sack=0", "sysctl -w net.ipv4.tcp_sack=0" },
	{ "/sbin/sysctl -q \"net.inet.tcp.keepidle=90000\"", "/sbin/sysctl -q net.ipv4.tcp_keepalive_time=90",
	  "/sbin/sysctl -q net.ipv4.tcp_keepalive_time=90" },
	{ "sysctl net.inet.tcp.rfc1323=1", "sysctl net.ipv4.tcp_window_scaling=1 net.ipv4.tcp_timestamps=1",
	  "sysctl net.ipv4.tcp_window_scaling=1 net.ipv4.tcp_timestamps=1" },
	{ "sysctl net.inet.tcp.cc.algorithm=newreno", "sysctl net.ipv4.tcp_congestion_control=reno",
	  "sysctl net.ipv4.tcp_congestion_control=reno" },
	{ "sysctl net.inet.tcp.path_mtu_discovery=1", "sysctl net.ipv4.ip_no_pmtu_disc=0",
	  "sysctl net.ipv4.ip_no_pmtu_disc=0" },
	{ "sysctl net.inet.tcp.keepidle=1500", NULL, NULL }, { "sysctl net.inet.tcp.cc.algorithm=vegas", NULL, NULL },
	/* what only the reference stack can be told */
	{ "sysctl net.inet.tcp.msl=15000", "sysctl net.protodrill.tcp_msl_s=15", NULL },
	{ "sysctl net.inet.tcp.msl=30000", "sysctl net.protodrill.tcp_msl_s=30", ":" },
	{ "sysctl net.inet.tcp.delayed_ack=0", "sysctl net.protodrill.tcp_ack_policy=1", NULL },
	{ "sysctl net.inet.tcp.delayed_ack=1", ":", ":" },
	{ "sysctl net.inet.tcp.delacktime=40",
	  "sysctl net.protodrill.tcp_delayed_ack_ms=40 net.protodrill.tcp_delayed_ack_min_ms=40", NULL },
	/* what everybody does in one way */
	{ "sysctl net.inet.tcp.blackhole=0", ":", ":" }, { "sysctl net.inet.tcp.blackhole=2", NULL, NULL },
	{ "sysctl net.inet.tcp.functions_default=freebsd", ":", ":" },
	{ "sysctl net.inet.tcp.functions_default=rack", NULL, NULL },
	/* what nobody sees */
	{ "sysctl -w kern.timecounter.alloweddeviation=0", ":", ":" },
	{ "sysctl net.inet.tcp.hostcache.purgenow=1 >/dev/null", ":", ":" },
	{ "kldload -n tcp_rack cc_cubic", ":", ":" }, { "kldload -n if_tun", NULL, NULL },
	/* several, and among others */
	{ "sysctl -w net.inet.tcp.hostcache.purgenow=1 net.inet.tcp.ecn.enable=2", "sysctl -w net.ipv4.tcp_ecn=2",
	  "sysctl -w net.ipv4.tcp_ecn=2" },
	{ "sysctl kern.timecounter.alloweddeviation=0; sysctl net.inet.tcp.keepcnt=3;\necho a", ":;sysctl "
	  "net.ipv4.tcp_keepalive_probes=3;\necho a", ":;sysctl net.ipv4.tcp_keepalive_probes=3;\necho a" },
	{ "sysctl net.inet.tcp.rfc3042=1 && sysctl net.inet.tcp.ip=1", NULL, NULL },
	{ "sysctl net.inet.tcp.log_in_vain=0 && true", ": && true", ": && true" },
	/* what a setting only begins or ends like, and one that is read */
	{ "sysctl net.inet.tcp.sack.enabled=1", NULL, NULL }, { "sysctl net.inet.tcp.hostcache.=1", NULL, NULL },
	{ "sysctl net.inet.tcp.sack.enable", NULL, NULL }, { "sysctl tcp.sack.enable=1", "", "" },
	/* none of FreeBSD, or the script sees to it */
	{ "sysctl -q net.ipv4.tcp_sack=0", "", "" }, { "true", "", "" }, { "", "", "" },
	{ "sysctl net.inet.tcp.sack.enable=0 || sysctl net.ipv4.tcp_sack=0", "", "" },
	{ "if true; then sysctl net.inet.tcp.sack.enable=0; fi", "", "" },
};

static void check(const char *text, bool parameters, const char *wanted)
{
	struct arena *arena = arena_new();
	struct buf why = BUF_INIT;
	const char *meant = "";
	enum freebsd_reading reading = freebsd_command(text, parameters, arena, &meant, &why);

	assert_int_equal(reading, !wanted ? FREEBSD_CANNOT : *wanted ? FREEBSD_MEANT : FREEBSD_NOTHING);
	if (wanted)
		assert_string_equal(meant, wanted);
	buf_free(&why);
	arena_free(arena);
}

static void commands_come_to_what_is_meant(void **state MAYBE_UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
		check(commands[i].text, true, commands[i].parameters);
		check(commands[i].text, false, commands[i].others);
	}
}

static const struct {
	const char *text, *why;
} reasons[] = {
	{ "sysctl net.inet.tcp.keepidle=1500", "net.inet.tcp.keepidle=1500 cannot be followed here: only whole seconds "
	  "can be set" },
	{ "sysctl net.inet.tcp.cc.algorithm=vegas", "net.inet.tcp.cc.algorithm=vegas cannot be followed here: known "
	  "are newreno cubic dctcp" },
	{ "sysctl net.inet.tcp.v6mssdflt=x", "net.inet.tcp.v6mssdflt=x cannot be followed here: this target has no "
	  "such setting" },
	{ "sysctl net.inet.tcp.keepcnt=x", "net.inet.tcp.keepcnt=x cannot be followed here: it is no number" },
	{ "sysctl net.inet.tcp.msl=1000", "net.inet.tcp.msl=1000 cannot be followed here: Linux stays in TIME-WAIT for "
	  "a minute" },
	{ "sysctl net.inet.tcp.unheard=1", "" }, { "kldload if_tun", "" },
};

static void reasons_are_given(void **state MAYBE_UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(reasons); i++) {
		struct arena *arena = arena_new();
		struct buf why = BUF_INIT;
		const char *meant;

		assert_int_equal(freebsd_command(reasons[i].text, false, arena, &meant, &why), FREEBSD_CANNOT);
		assert_string_equal(why.data, reasons[i].why);
		buf_free(&why);
		arena_free(arena);
	}
}

static const struct expr zero = { .kind = EXPR_INTEGER }, one = { .kind = EXPR_INTEGER, .integer = { .value = 1 } };

/* setsockopt(3, IPPROTO_TCP, OPTION, {function_set_name=SET}, 36) = RESULT */
static bool is_nothing(const char *option, const char *set, const struct expr *result)
{
	struct expr text = { .kind = EXPR_STRING, .string = { .text = set, .length = strlen(set) } };
	struct expr member = { .kind = EXPR_ASSIGN, .assign = { .name = "function_set_name", .value = &text } };
	struct expr value = { .kind = EXPR_LIST, .list = { .first = &member, .count = 1 } };
	struct expr name = { .kind = EXPR_WORD, .word = option, .next = &value };
	struct expr level = { .kind = EXPR_WORD, .word = "IPPROTO_TCP", .next = &name };
	struct expr fd = { .kind = EXPR_INTEGER, .integer = { .value = 3 }, .next = &level };
	struct expr expected = *result;
	struct call_spec call = { .name = "setsockopt", .arguments = &fd, .argument_count = 4, .result = &expected };

	return freebsd_call_is_nothing(&call);
}

static void the_base_implementation_is_there(void **state MAYBE_UNUSED)
{
	assert_true(is_nothing("TCP_FUNCTION_BLK", "freebsd", &zero));
	assert_false(is_nothing("TCP_FUNCTION_BLK", "rack", &zero));
	assert_false(is_nothing("TCP_FUNCTION_BLK", "freebsd", &one));
	assert_false(is_nothing("TCP_NODELAY", "freebsd", &zero));
}

/* setsockopt(3, IPPROTO_TCP, OPTION, WRITTEN, 8) = RESULT: is @meant what is set? */
static void check_value(const char *option, const char *written, const char *meant, const struct expr *result)
{
	uint8_t bytes[8] = { 0 }, wanted[sizeof(bytes)] = { 0 };
	struct expr name = { .kind = EXPR_WORD, .word = option };
	struct expr level = { .kind = EXPR_WORD, .word = "IPPROTO_TCP", .next = &name };
	struct expr fd = { .kind = EXPR_INTEGER, .integer = { .value = 3 }, .next = &level };
	struct expr expected = *result;
	struct call_spec call = { .name = "setsockopt", .arguments = &fd, .argument_count = 4, .result = &expected };

	/* NOLINTBEGIN(bugprone-not-null-terminated-result): the room of an option may be full */
	memcpy(bytes, written, strlen(written));
	memcpy(wanted, meant, strlen(meant));
	/* NOLINTEND(bugprone-not-null-terminated-result) */
	freebsd_value(&call, bytes, sizeof(bytes));
	assert_memory_equal(bytes, wanted, sizeof(bytes));
}

static void algorithms_go_by_our_names(void **state MAYBE_UNUSED)
{
	check_value("TCP_CONGESTION", "newreno", "reno", &zero);
	check_value("TCP_CONGESTION", "cubic", "cubic", &zero);
	check_value("TCP_CONGESTION", "htcp", "htcp", &zero);
	check_value("TCP_CONGESTION", "newreno", "newreno", &one);
	check_value("TCP_ULP", "newreno", "newreno", &zero);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_come_to_what_is_meant), cmocka_unit_test(reasons_are_given),
		cmocka_unit_test(the_base_implementation_is_there), cmocka_unit_test(algorithms_go_by_our_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
