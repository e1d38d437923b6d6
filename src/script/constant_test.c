/* SPDX-License-Identifier: MIT
 *
 * constant_test.c - the table of symbols can be searched and says what Linux says
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "script/ast.h"
#include "script/constant_table.h"

static void table_is_sorted(void **state)
{
	(void)state;
	for (size_t i = 1; i < constant_table_size; i++)
		if (strcmp(constant_table[i - 1].name, constant_table[i].name) >= 0)
			fail_msg("%s must not come after %s", constant_table[i].name, constant_table[i - 1].name);
}

/* Numbers that are the same on every Linux, some of which the headers we are built with may lack. */
static void values(void **state)
{
	static const struct name_value rows[] = {
		{ "AF_INET", 2 }, { "SOCK_STREAM", 1 }, { "IPPROTO_ICMPV6", 58 }, { "NULL", 0 }, { "SOL_TCP", 6 },
		{ "TCP_NODELAY", 1 }, { "TCP_FASTOPEN", 23 }, { "TCP_TX_DELAY", 37 }, { "TCP_CM_INQ", 36 },
		{ "TCP_INFINITE_SSTHRESH", 0x7fffffff }, { "TCP_CA_LOSS", 4 }, { "TCP_NLA_SRTT", 22 },
		{ "SOF_TIMESTAMPING_OPT_ID_TCP", 0x10000 }, { "SCM_TIMESTAMPING_OPT_STATS", 54 },
		{ "MSG_ZEROCOPY", 0x4000000 }, { "MSG_FASTOPEN", 0x20000000 }, { "EPOLLET", INT64_C(1) << 31 },
		{ "CAP_EFFECTIVE", 0 }, { "CAP_SET", 1 }, { "CAP_NET_ADMIN", 12 }, { "F_EXLCK", 4 }, { "EAGAIN", 11 },
		{ "EXFULL", 54 }, { "E2BIG", 7 },
		/* RFC 792, RFC 1812, RFC 4443 */
		{ "ICMP_UNREACH", 3 }, { "ICMP_UNREACH_NEEDFRAG", 4 }, { "ICMP_PORT_UNREACH", 3 },
		{ "ICMP_PKT_FILTERED", 13 }, { "ICMP6_PACKET_TOO_BIG", 2 }, { "ICMP6_DST_UNREACH_NOPORT", 4 },
		{ "ICMPV6_PORT_UNREACH", 4 }, { "ICMP_TIMXCEED", 11 },
	};
	int64_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!constant_value(rows[i].name, &value))
			fail_msg("%s is not known", rows[i].name);
		assert_int_equal(value, rows[i].value);
	}
	assert_false(constant_value("EAGAI", &value));
	assert_false(constant_value("", &value));
}

static void guesses(void **state)
{
	(void)state;
	assert_string_equal(constant_guess("SO_RESUEADDR"), "SO_REUSEADDR");
	assert_string_equal(constant_guess("EAGIAN"), "EAGAIN");
	assert_null(constant_guess("XYZZY_PLUGH_12345"));
}

static void errno_names(void **state)
{
	(void)state;
	assert_string_equal(constant_errno_name(1), "EPERM");
	assert_string_equal(constant_errno_name(11), "EAGAIN");
	assert_string_equal(constant_errno_name(35), "EDEADLK");
	assert_string_equal(constant_errno_name(95), "EOPNOTSUPP");
	assert_null(constant_errno_name(0));
	assert_null(constant_errno_name(100000));
}

static void flags(void **state)
{
	static const struct { const char *prefix; uint64_t value; const char *text; } rows[] = {
		{ "POLL", 0, "0" }, { "POLL", 1, "POLLIN" }, { "POLL", 5, "POLLIN|POLLOUT" },
		{ "EPOLL", 0x15, "EPOLLIN|EPOLLOUT|EPOLLHUP" }, { "POLL", 0x40000004, "POLLOUT|0x40000000" },
		{ "MSG_", 0x2020, "MSG_TRUNC|MSG_ERRQUEUE" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = BUF_INIT;

		constant_print_flags(&out, rows[i].prefix, rows[i].value);
		assert_string_equal(out.data, rows[i].text);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_is_sorted), cmocka_unit_test(values), cmocka_unit_test(guesses),
		cmocka_unit_test(errno_names), cmocka_unit_test(flags),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
