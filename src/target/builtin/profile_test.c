/* SPDX-License-Identifier: MIT
 *
 * profile_test.c - profiles of the program are right, and every mistake in one is told with its place
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "target/builtin/profile.h"

struct bench {
	struct arena *arena;
	struct diags diags;
	struct stack_config config;
};

static void bench_start(struct bench *b)
{
	b->arena = arena_new();
	diags_init(&b->diags);
}

static void bench_free(struct bench *b)
{
	diags_free(&b->diags);
	arena_free(b->arena);
}

static void those_of_the_program_are_right(void **state)
{
	(void)state;
	assert_true(embedded_profile_count >= 2);
	assert_string_equal(embedded_profiles[0].name, "rfc");
	for (size_t i = 0; i < embedded_profile_count; i++) {
		struct bench b;

		bench_start(&b);
		bool good = profile_load(embedded_profiles[i].name, &b.config, NULL, b.arena, &b.diags);
		diags_print(&b.diags, stderr, false);
		assert_true(good);
		assert_true(*profile_summary(i, b.arena));
		bench_free(&b);
	}
}

static void rfc_is_the_default(void **state)
{
	struct stack_config plain;
	struct bench b;

	(void)state;
	bench_start(&b);
	stack_config_init(&plain);
	assert_true(profile_load("rfc", &b.config, NULL, b.arena, &b.diags));
	assert_memory_equal(&b.config, &plain, sizeof(plain));
	bench_free(&b);
}

static void what_it_is_based_on(void **state)
{
	struct profile_bases bases;
	struct bench b;

	(void)state;
	bench_start(&b);
	assert_true(profile_load("linux", &b.config, &bases, b.arena, &b.diags));
	assert_null(bases.names[0]);
	assert_true(profile_load("linux-1000hz", &b.config, &bases, b.arena, &b.diags));
	assert_string_equal(bases.names[0], "linux");
	assert_null(bases.names[1]);
	bench_free(&b);
}

static bool parse(struct bench *b, const char *text)
{
	return profile_parse("p.yaml", text, strlen(text), &b->config, b->arena, &b->diags);
}

static void numbers_and_words(void **state)
{
	struct bench b;

	(void)state;
	bench_start(&b);
	assert_true(parse(&b, "parameters:\n  tcp_initial_window: 4\n  tcp_cookies: always\nbased-on: linux\n"));
	assert_int_equal(b.config.tcp_initial_window, 4);
	assert_int_equal(b.config.tcp_cookies, TCP_COOKIES_ALWAYS);
	assert_int_equal(b.config.tcp_msl_s, 30);
	bench_free(&b);
}

static void mistakes(void **state)
{
	static const struct {
		const char *text;
		int line, column;
		const char *headline, *detail;               /* detail: part of it, or NULL */
	} cases[] = {
		{ "", 1, 1, "bad profile", NULL },
		{ "- a\n", 1, 1, "bad profile", NULL },
		{ "summary: x\nparameter:\n  mtu: 1\n", 2, 1, "unknown key", NULL },
		{ "parameters:\n  tcp_initial_windows: 10\n", 2, 3, "unknown parameter", NULL },
		{ "parameters:\n  mtu: 10\n", 2, 8, "value out of range", NULL },
		{ "parameters:\n  mtu: ten\n", 2, 8, "bad value", "'ten' for mtu: want a number from 68 to 65535" },
		{ "parameters:\n  mtu: 67\n", 2, 8, "value out of range", "68 to 65535" },
		{ "parameters:\n  tcp_congestion: cubik\n", 2, 19, "bad value", "reno, cubic, dctcp or bbr" },
		{ "parameters:\n  net.ipv4.tcp_ecn: 1\n", 2, 3, "unknown parameter", "did you mean 'tcp_ecn'?" },
		{ "tcp_ecn: 1\n", 1, 1, "unknown key", "did you mean 'parameters'?" },
		{ "parent: rfc\n", 1, 1, "unknown key", "did you mean 'based-on'?" },
		{ "parameters:\n  mtu: [1]\n", 2, 8, "bad profile", NULL },
		{ "parameters:\n  mtu: 1500\n  mtu: 1400\n", 3, 3, "repeated key", NULL },
		{ "parameters:\n  ? [a]\n  : 1\n", 2, 5, "bad profile", NULL },
		{ "parameters: {\n", 2, 1, "bad YAML", NULL },
		{ "based-on: nothing\n", 1, 11, "unknown profile", NULL },
		{ "based-on: /nonexistent/x.yaml\n", 1, 11, "cannot read the profile", NULL },
		{ "summary: [a, b]\n", 1, 10, "bad profile", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;

		bench_start(&b);
		if (parse(&b, cases[i].text))
			fail_msg("no error in: %s", cases[i].text);
		assert_string_equal(b.diags.first->headline, cases[i].headline);
		assert_int_equal(b.diags.first->loc.line, cases[i].line);
		assert_int_equal(b.diags.first->loc.column, cases[i].column);
		if (cases[i].detail && !strstr(b.diags.first->detail, cases[i].detail))
			fail_msg("%s: '%s' instead of '%s'", cases[i].text, b.diags.first->detail, cases[i].detail);
		bench_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(those_of_the_program_are_right),
		cmocka_unit_test(rfc_is_the_default), cmocka_unit_test(what_it_is_based_on),
		cmocka_unit_test(numbers_and_words),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
