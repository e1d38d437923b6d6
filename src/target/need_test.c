/* SPDX-License-Identifier: MIT
 *
 * need_test.c - the words for what a case needs, and who has it
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "target/builtin/builtin.h"
#include "target/kernel/kernel.h"
#include "target/need.h"

static void words(void **state)
{
	static const struct {
		const char *text;
		enum need_kind kind;
		const char *argument;
	} rows[] = {
		{ "tcp", NEED_TCP, "" },
		{ "  icmp ", NEED_ICMP, "" },
		{ "kernel >=6.1 <6.12", NEED_KERNEL, ">=6.1 <6.12" },
		{ "congestion-control  bbr\r", NEED_CONGESTION_CONTROL, "bbr" },
		{ "hz >=250 <1000", NEED_HZ, ">=250 <1000" },
		{ "config CONFIG_TCP_AO", NEED_CONFIG, "CONFIG_TCP_AO" },
		{ "command nstat", NEED_COMMAND, "nstat" },
	};
	struct arena *arena = arena_new();
	struct buf problem = BUF_INIT;
	struct need need;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_true(need_parse(rows[i].text, strlen(rows[i].text), arena, &need, &problem));
		assert_int_equal(need.kind, rows[i].kind);
		assert_string_equal(need.argument, rows[i].argument);
	}
	arena_free(arena);
}

static void mistakes(void **state)
{
	static const struct {
		const char *text, *problem;
	} rows[] = {
		{ "tpc", "'tpc'; did you mean 'tcp'? There are tcp, udp, icmp, udplite, tcp-in-udp, root, namespace, "
		         "tun, python3, kernel RANGE, built, hz RANGE, config NAME, congestion-control NAME, "
		         "command NAME and trait NAME" },
		{ "", "'': there are tcp," },
		{ "tcp udp", "'tcp udp': nothing may follow 'tcp'; a comma separates needs" },
		{ "kernel", "'kernel': want a range of versions such as >=6.1 <6.12 behind it" },
		{ "kernel 6.1", "'kernel 6.1': want >=, <=, >, < or = before each version" },
		{ "hz 250", "'hz 250': want >=, <=, >, < or = before each version" },
		{ "config TCP_AO", "'config TCP_AO': options begin with CONFIG_" },
		{ "command", "'command': want the name of a command behind it" },
		{ "trait", "'trait': want something that a stack has or not, such as sack behind it" },
		{ "trait sakc", "'sakc'; did you mean 'sack'?" },
		{ "trait initial_rto", "'trait initial_rto': every stack has a value for it; write $initial_rto" },
		{ "command a b", "'command a b': want one word behind 'command'; a comma separates needs" },
	};
	struct arena *arena = arena_new();
	struct need need;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf problem = BUF_INIT;
		assert_false(need_parse(rows[i].text, strlen(rows[i].text), arena, &need, &problem));
		if (strncmp(problem.data, rows[i].problem, strlen(rows[i].problem)))
			fail_msg("%s: %s", rows[i].text, problem.data);
		buf_free(&problem);
	}
	arena_free(arena);
}

typedef bool has_function(const struct need *need, struct buf *why);

static void targets_answer(void **state)
{
	static const struct {
		const char *text;
		has_function *has;
		bool there;
	} rows[] = {
		{ "tcp", builtin_target_has, true },
		{ "tcp", kernel_target_has, true },
		{ "kernel >=9999", builtin_target_has, true },
		{ "kernel >=9999", kernel_target_has, false },
		{ "kernel >1", kernel_target_has, true },
		{ "hz >=1", kernel_target_has, true },
		{ "hz >=100000", kernel_target_has, false },
		{ "hz >=100000", builtin_target_has, true },
		{ "config CONFIG_NO_SUCH_OPTION", kernel_target_has, false },
		{ "config CONFIG_NO_SUCH_OPTION", builtin_target_has, true },
		{ "congestion-control reno", builtin_target_has, true },
		{ "congestion-control reno", kernel_target_has, true },
		{ "congestion-control nonsense", builtin_target_has, false },
		{ "congestion-control nonsense", kernel_target_has, false },
		{ "command sysctl", builtin_target_has, true },
		{ "command nonsense", builtin_target_has, false },
		{ "command sh", kernel_target_has, true },
		{ "command /bin/sh", kernel_target_has, true },
		{ "command nonsense", kernel_target_has, false },
		{ "namespace", builtin_target_has, true },
	};
	struct arena *arena = arena_new();
	struct need need;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf why = BUF_INIT;
		assert_true(need_parse(rows[i].text, strlen(rows[i].text), arena, &need, &why));
		if (rows[i].has(&need, &why) != rows[i].there || (why.length > 0) == rows[i].there)
			fail_msg("row %zu: %s", i, why.data);
		buf_free(&why);
	}
	arena_free(arena);
}

static void configurations(void **state)
{
	static const char config[] = "CONFIG_A=y\nCONFIG_AB=m\nCONFIG_HZ=250\nCONFIG_NAME=\"x\"";
	static const struct {
		const char *argument, *why;                  /* "": it is met */
	} rows[] = {
		{ "CONFIG_A", "" },
		{ "CONFIG_AB", "" },
		{ "CONFIG_B", "this kernel was built without it" },
		{ "CONFIG_HZ", "this kernel was built with CONFIG_HZ=250" },
		{ "CONFIG_HZ=250", "" },
		{ "CONFIG_HZ=25", "this kernel was built with CONFIG_HZ=250" },
		{ "CONFIG_A=m", "this kernel was built with CONFIG_A=y" },
		{ "CONFIG_NAME=\"x\"", "" },
		{ "CONFIG_C=y", "this kernel was built without it" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf why = BUF_INIT;
		assert_int_equal(need_config_met(config, rows[i].argument, &why), !*rows[i].why);
		assert_string_equal(why.data, rows[i].why);
		buf_free(&why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(targets_answer),
		cmocka_unit_test(configurations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
