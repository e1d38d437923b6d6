/* SPDX-License-Identifier: MIT
 *
 * code_test.c - the native evaluator and python3 must agree on status, place, headline and output
 *
 * PROTODRILL_CORPUS=FOLDER: also on every code block of the scripts in that folder, with random contents of
 * the socket's state (or those that make its assertions true).
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "code/code.h"
#include "code/code_names.h"

enum { LINE = 7 };

static const struct code_options natively = { .path = "a b's.pkt", .command = "python3" };
static const struct code_options in_python = { .path = "a b's.pkt", .command = "python3", .force_python = true };

/* Blocks that are run natively; a headline means that they fail. */
static const struct {
	const char *text, *output, *headline;
} native_cases[] = {
	{ "", "", NULL },
	{ "# nothing \xc2\xb5s\n\n   # here", "", NULL },
	{ "pass; pass;\npass", "", NULL },
	{ "print(1)\r\nprint(2)\r\n", "1\n2\n", NULL },
	{ "print(1);\\\n     print(2);\\", "1\n2\n", NULL },
	{ "print(1, 'a', \"b\", True)\nprint()", "1 a b True\n\n", NULL },
	{ "a = b = 1 + 2\na += b; b -= 1; a *= 4; a //= 5; a %= 3; a |= 5; a &= 6\nprint(a, b)", "4 2\n", NULL },
	{ "print(7 // 2, -7 // 2, 7 // -2, 7 % 3, -7 % 3, 7 % -3, 5 // -1, 5 % -1)", "3 -4 -4 1 2 -2 -5 0\n", NULL },
	{ "print(1 | 6 & 3, 2 + 3 * 4 - -1, (2 + 3) * 4)", "3 15 20\n", NULL },
	{ "print(1 < 2 < 3, 1 < 3 < 2, 'a' == 1, 2 != 2, 1 <= 1 >= 0, 'a' == 'a')",
	  "True False False False True True\n", NULL },
	{ "print(1 and 2, 0 and 2, '' or 'x', not 3, 0 or (), not not 1)", "2 0 x False () True\n", NULL },
	{ "print(0 and 1 // 0, 1 or 1 // 0, 2 < 1 < 1 // 0)", "0 1 False\n", NULL },
	{ "print(4 not in (1, 2), 1 in (True, 'a'), 'a' in ((1, 2), 'b'))", "True True False\n", NULL },
	{ "print(True + True, True & False, True | 2, -True, True == 1, True < 2)", "2 False 3 -1 True True\n", NULL },
	{ "print((1, 'a', (2,)), (), ('it\\'s', '\"', '\\'\"', 'a\\n\\t\\\\'))",
	  "(1, 'a', (2,)) () (\"it's\", '\"', '\\'\"', 'a\\n\\t\\\\')\n", NULL },
	{ "print((1, 2) == (1, 2), (1,) == (1, 2), (1, 'a') != (1, 'b'))", "True False True\n", NULL },
	{ "print('%d us|%i|%u|%s|%x|%X|100%%' % (1, -7, 8, 'x', 255, -255))", "1 us|-7|8|x|ff|-FF|100%\n", NULL },
	{ "print('%s' % ('a',), '%d' % True, '%s' % ((1, 2),), 'plain' % ())", "a 1 (1, 2) plain\n", NULL },
	{ "print(0x1F, 0, 18446744073709551615, 18446744073709551615 + 1)",
	  "31 0 18446744073709551615 18446744073709551616\n", NULL },
	{ "print(1_000, 1_0_0, 0x_ff, 0X1_F, 0b101, 0B_1, 0o17, 0O_7, 00, 0_0, 000)",
	  "1000 100 255 31 5 1 15 7 0 0 0\n", NULL },
	{ "print(+1, -+2, 3 - +4, +0x10)", "1 -2 -1 16\n", NULL },
	{ "x = 1,460\nprint(x, 1, 000, (10,100,1))", "(1, 460) 1 0 (10, 100, 1)\n", NULL },
	{ "print((1 +\n   2), # comment\n)", "3\n", NULL },
	{ "x = (1 +\n  # comment\n\n  2)\nassert x == 3, \\\n   x", "", NULL },
	{ "assert tcpi_options & TCPI_OPT_SYN_DATA == 0, tcpi_options", "", NULL },
	{ "print(tcpi_state, tcpi_pacing_rate, TCP_CA_Loss, SK_MEMINFO_DROPS, bbr_bw, dctcp_alpha, tcp_rtt, _line)",
	  "1 18446744073709551615 4 8 12884901890 3 4 7\n", NULL },
	{ "print(_file)", "a b's.pkt\n", NULL },
	{ "print(tcpi_rtt // 1000)", "20\n", NULL },
	{ "tcpi_rtt = 3\nassert tcpi_rtt == 3", "", NULL },
	{ "print(1)\nassert 0", "1\n", "AssertionError" },
	{ "assert tcpi_state == 2, tcpi_state", "", "AssertionError: 1" },
	{ "assert 5000 <= tcpi_rtt <= 20000, 'srtt=%d us' % tcpi_rtt", "", "AssertionError: srtt=20001 us" },
	{ "assert False, 'two\\nlines'", "", "AssertionError: two" },
	{ "assert False, '\\nlines'", "", "AssertionError: " },
	{ "assert False, ''", "", "AssertionError" },
	{ "assert 1 > 2, (1, 'a')", "", "AssertionError: (1, 'a')" },
	{ "assert 1, 1 // 0", "", NULL },
};

/* Blocks for python3, and the construct that makes them so; some of them Python refuses, too. */
static const struct {
	const char *text, *construct;
} foreign_cases[] = {
	{ "import os", "'import', line 7" }, { "print(1)\ndef f():\n    pass", "'def', line 7" },
	{ "for i in (1, 2):\n    print(i)", "'for', line 7" }, { "if 1:\n  pass", "'if', line 7" },
	{ "x = [1]", "'[', line 7" }, { "print(f'{1}')", "a string with a prefix, line 7" }, { "x = (1).real", NULL },
	{ "print(nothing)", "the name 'nothing', line 7" }, { "print(1, end='')", "an argument with a name, line 7" },
	{ "print(1 << 3)", "'<<', line 7" }, { "print(2 ** 2, 7 / 2)", "'**', line 7" },
	{ "print(1.5)", "a float, line 7" },
	{ "print(1e3)", "a float, line 7" }, { "print(.5)", NULL }, { "print(~1 ^ 2)", NULL }, { "print(+'a')", NULL },
	{ "print(+True)", "'+', line 7" }, { "print(1_0.5, 0_1e3)", "a float, line 7" },
	{ "print(2 if 1 else 3)", "'if', line 7" }, { "print(abs(-1))", "a call of 'abs', line 7" },
	{ "x = None", NULL },
	{ "print(1 is 1)", "'is', line 7" }, { "x = print(1)", "a call of 'print', line 7" }, { "'a' 'b'", NULL },
	{ "print('a' + 'b', 'a' * 2)", NULL }, { "print('a' < 'b')", NULL }, { "print('a' in 'abc')", NULL },
	{ "print('%5d' % 1)", "the conversion '%5', line 7" }, { "print('%.1f' % 1)", NULL },
	{ "print('%r' % 1)", NULL },
	{ "print('%' % 1)", NULL }, { "print('\\x41')", NULL }, { "print(1j, 0o7J)", NULL },
	{ "print(1 if 1else 2)", NULL },
	{ "print(1and 2)", NULL },
	{ "print(99999999999999999999999999999999999999999999)", "an integer of more than 127 bits, line 7" },
	{ "a = 85070591730234615865843651857942052864; print(a * 2)", "an integer of more than 127 bits, line 7" },
	{ "print(1)\nprint(1 // 0)", "a division by zero, line 7" }, { "1 + 'a'", NULL },
	{ "a, b = 1, 2\nprint(b)", "an assignment to several names, line 7" }, { "print('%d' % 'a')", NULL },
	{ "print('%d %d' % 1)", NULL }, { "print('%d' % (1, 2))", NULL }, { "print('''a''')", NULL },
	{ "assert (1, 2)", NULL }, { "print('\xc3\xa9')", NULL }, { "_line = 3; assert 0", NULL },
	{ "raise ValueError('x')", "'raise', line 7" }, { "sys.exit(5)", NULL }, { "print = 3; print(1)", NULL },
	{ "del tcpi_rtt", NULL }, { "print(5 .__class__)", NULL }, { "print((1, 2) < (1, 3))", NULL }, { "1()", NULL },
	{ "x = lambda: 1", "'lambda', line 7" }, { "# \xff\nprint(1)", NULL }, { "print(*(1, 2))", NULL },
	{ "match = 3\nmatch (match):\n  case 3: pass", NULL },
	/* What Python refuses, too. */
	{ "x = 1 +", NULL }, { "x = (1", NULL }, { "  print(1)", NULL }, { "a b", NULL }, { "print 1", NULL },
	{ "1 = 2", NULL },
	{ "pass pass", NULL }, { "a = pass", NULL }, { "print(012)", NULL }, { "print(0_1)", NULL },
	{ "print(0b12)", NULL },
	{ "print(0o8)", NULL }, { "print(1__0)", NULL }, { "print(1_)", NULL }, { "print(0x_)", NULL },
	{ "print(1x, 1b)", NULL }, { "print(1e)", NULL }, { "print(1,050)", NULL }, { "print(1)\n  print(2)", NULL },
	{ "print(1,,2)", NULL },
};

static void some_info(struct tcp_state_info *info)
{
	const uint32_t cc[5] = { 2, 3, 4, 5, 6 };

	*info = (struct tcp_state_info){ .cc_info_length = 20 };
	info->tcpi[TCPI_state] = 1;
	info->tcpi[TCPI_rtt] = 20001;
	info->tcpi[TCPI_pacing_rate] = UINT64_MAX;
	memcpy(info->cc_info, cc, sizeof(cc));
	for (uint32_t i = 0; i < MEMINFO_VALUES; i++)
		info->meminfo[i] = i;
}

static bool python_is_here(void)
{
	if (system("python3 -c pass >/dev/null 2>&1") == 0)
		return true;
	fprintf(stderr, "code_test: SKIPPED what compares with python3: it is not here\n");
	return false;
}

static void same_text(const char *a, const char *b)
{
	assert_int_equal(a != NULL, b != NULL);
	if (a)
		assert_string_equal(a, b);
}

/* Run @blocks both ways; returns whether the native way ended with an exception. */
static bool compare_ways(const struct code_block *blocks)
{
	struct arena *arena = arena_new();
	struct code_outcome native, python;

	code_run(blocks, &natively, arena, &native);
	code_run(blocks, &in_python, arena, &python);
	assert_true(native.native);
	assert_false(python.native);
	assert_int_equal(native.status, python.status);
	assert_int_equal(native.line, python.line);
	assert_int_equal(native.line_of_block, python.line_of_block);
	same_text(native.headline, python.headline);
	same_text(native.exit_reason, python.exit_reason);
	assert_string_equal(native.output.data, python.output.data);
	assert_int_equal(native.errors.length == 0, python.errors.length == 0);
	if (native.errors.length)
		assert_memory_equal(native.errors.data, python.errors.data, strcspn(native.errors.data, "\n") + 1);
	bool failed = native.status == CODE_FAILED;
	code_outcome_free(&native);
	code_outcome_free(&python);
	arena_free(arena);
	return failed;
}

static void blocks_run_natively(void **state MAYBE_UNUSED)
{
	struct arena *arena = arena_new();
	const bool python = python_is_here();

	for (size_t i = 0; i < ARRAY_LEN(native_cases); i++) {
		struct code_block block = { .line = LINE, .text = native_cases[i].text };
		struct code_outcome out;

		some_info(&block.info);
		code_run(&block, &natively, arena, &out);
		if (out.construct)
			print_error("%s\n-> %s\n", block.text, out.construct);
		assert_true(out.native);
		assert_string_equal(out.output.data, native_cases[i].output);
		same_text(out.headline, native_cases[i].headline);
		assert_int_equal(out.status, native_cases[i].headline ? CODE_FAILED : CODE_OK);
		assert_int_equal(out.line, native_cases[i].headline ? LINE : 0);
		code_outcome_free(&out);
		if (python)
			compare_ways(&block);
	}
	arena_free(arena);
}

static void foreign_blocks_are_named_and_not_run(void **state MAYBE_UNUSED)
{
	struct arena *arena = arena_new();
	const char *construct;

	for (size_t i = 0; i < ARRAY_LEN(foreign_cases); i++) {
		struct code_block second = { .line = LINE, .text = foreign_cases[i].text };
		struct code_block first = { .next = &second, .line = LINE - 1, .text = "print('first')" };
		struct code_outcome out;

		assert_false(code_is_native(&first, arena, &construct));
		code_run(&first, &natively, arena, &out);
		assert_int_equal(out.status, CODE_NOT_RUN);
		assert_int_equal(out.output.length, 0);
		same_text(out.construct, construct);
		if (foreign_cases[i].construct)
			assert_string_equal(construct, foreign_cases[i].construct);
		code_outcome_free(&out);
	}
	arena_free(arena);
}

/* What python3 makes of such blocks, and how its own refusals are understood. */
static void python_takes_over(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *text, *output, *headline, *reason;
		int line;
		bool slip;
	} cases[] = {
		{ "x = [1, 2]\nfor i in x:\n    print(i)", "1\n1\n2\n", NULL, NULL, 0, false },
		{ "print([])\nassert [] == 1, [3]", "1\n[]\n", "AssertionError: [3]", "returned non-zero status 1",
		  LINE, false },
		{ "x = (1 +\n", "", NULL, "returned non-zero status 1", LINE, true },
		{ "x = [y]", "1\n", NULL, "returned non-zero status 1", LINE, true },
		{ "x = [bbr_bw]", "1\n", NULL, "returned non-zero status 1", LINE, false },
		{ "import sys; sys.exit(5)", "1\n", NULL, "returned non-zero status 5", 0, false },
		{ "print(1 // 0)", "1\n", NULL, "returned non-zero status 1", LINE, false },
	};
	struct arena *arena = arena_new();
	struct code_options options = natively;

	options.allow_python = true;
	for (size_t i = 0; i < ARRAY_LEN(cases) && python_is_here(); i++) {
		struct code_block second = { .line = LINE, .text = cases[i].text };
		struct code_block first = { .next = &second, .line = LINE - 1, .text = "print(1)" };
		struct code_outcome out;

		code_run(&first, &options, arena, &out);
		assert_false(out.native);
		assert_string_equal(out.output.data, cases[i].output);
		if (cases[i].headline)
			same_text(out.headline, cases[i].headline);
		same_text(out.exit_reason, cases[i].reason);
		assert_int_equal(out.line, cases[i].line);
		assert_int_equal(out.status, !cases[i].reason ? CODE_OK : cases[i].slip ? CODE_WRONG : CODE_FAILED);
		code_outcome_free(&out);
	}
	arena_free(arena);
}

static void names_stay_and_values_are_fresh(void **state MAYBE_UNUSED)
{
	struct code_block blocks[3] = {
		{ .next = &blocks[1], .line = 1, .text = "a = tcpi_rtt; tcpi_rtt = 5; b = dctcp_alpha" },
		{ .next = &blocks[2], .line = 2, .text = "print(a, b, tcpi_rtt, dctcp_alpha)" },
		{ .line = 3, .text = "assert a == b, a" },
	};
	struct arena *arena = arena_new();
	struct code_outcome out;

	some_info(&blocks[0].info);
	blocks[1].info.tcpi[TCPI_rtt] = 9;
	code_run(blocks, &natively, arena, &out);
	assert_string_equal(out.output.data, "20001 3 9 3\n");
	assert_string_equal(out.errors.data, "a b's.pkt:3: error in Python code\nTraceback (most recent call last):\n"
	                                     "  File \"a b's.pkt\", line 3, in <module>\nAssertionError: 20001\n");
	if (python_is_here())
		compare_ways(blocks);
	code_outcome_free(&out);
	arena_free(arena);
}

/* Neither is the target's fault: one is a need of the script, the other a mistake in it. */
static void a_missing_interpreter_is_told(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *command;
		enum code_status status;
		const char *reason;
	} rows[] = {
		{ "/nowhere/python3", CODE_NO_PYTHON, NULL },
		{ "/nowhere/interpreter", CODE_NO_ANSWER, "returned non-zero status 127" },
	};
	const struct code_block block = { .line = LINE, .text = "import os" };
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct code_options options = { .path = "x", .command = rows[i].command, .allow_python = true };
		struct code_outcome out;

		code_run(&block, &options, arena, &out);
		assert_int_equal(out.status, rows[i].status);
		same_text(out.exit_reason, rows[i].reason);
		assert_null(out.headline);
		code_outcome_free(&out);
	}
	arena_free(arena);
}

static void a_killed_interpreter_is_told_by_its_signal(void **state MAYBE_UNUSED)
{
	const struct code_block block = { .line = LINE, .text = "pass" };
	const struct code_options options = { .path = "x", .command = "kill -9 $$;", .force_python = true };
	struct arena *arena = arena_new();
	struct code_outcome out;

	code_run(&block, &options, arena, &out);
	assert_int_equal(out.status, CODE_NO_ANSWER);
	assert_string_equal(out.exit_reason, "got signal 9 (Killed)");
	code_outcome_free(&out);
	arena_free(arena);
}

static void only_plain_python_is_evaluated_natively(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *command;
		bool native;
	} rows[] = {
		{ "python3", true }, { "/usr/bin/python3", true }, { "python3.11", true },
		{ "python3 -O", false }, { "python", false }, { "/bin/cat", false }, { "python3-dbg", false },
	};
	const struct code_block block = { .line = LINE, .text = "x = 1" };
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct code_options options = { .path = "x", .command = rows[i].command };
		struct code_outcome out;

		code_run(&block, &options, arena, &out);
		assert_int_equal(out.native, rows[i].native);
		assert_int_equal(out.status, rows[i].native ? CODE_OK : CODE_NOT_RUN);
		assert_true(rows[i].native || strstr(out.construct, rows[i].command));
		code_outcome_free(&out);
	}
	arena_free(arena);
}

/* The assertion that fails, and one in its place that would hold, and does. */
static void assertions_are_corrected(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *before, *wrong, *after, *right;
	} rows[] = {
		{ "x = 3; ", "assert x == 4", "", "assert x == 3" },
		{ "x = 3\n", "assert x  ==  4, (x, 'it')", " # why\n", "assert x  ==  3, (x, 'it')" },
		{ "x = y = 3; ", "assert x == 3 and (y) == 4 and not x", "; z = 1",
		  "assert x == 3 and (y) == 3 and not (not x)" },
		{ "X = 4; y = 3; ", "assert X == y + 1 and X == y", "", "assert X == y + 1 and 3 == y" },
		{ "x = 3; ", "assert 4 == x", "", "assert 3 == x" },
		{ "x = 3; ", "assert (x == 4 and x < 3), \\\n  x", "", "assert (x == 3 and not (x < 3)), \\\n  x" },
		{ "x = 3; ", "assert x > 7", "", "assert not (x > 7)" },
		{ "x = 3; ", "assert 1 < x < 2", "", "assert not (1 < x < 2)" },
		{ "x = 3; ", "assert x == 4 or x == 5", "", "assert not (x == 4 or x == 5)" },
		{ "x = 'a'; ", "assert x == 'b'", "", "assert x == 'a'" },
		{ "x = 3; ", "assert x", "", NULL },            /* holds */
		{ "x = 0; ", "y = 1 // x", "", NULL },           /* no assertion */
		{ "x = 0; ", "assert x and 1 // x == 1", "", NULL },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct code_block block = { .line = LINE };
		struct code_outcome out;

		block.text = arena_printf(arena, "%s%s%s", rows[i].before, rows[i].wrong, rows[i].after);
		code_run(&block, &natively, arena, &out);
		same_text(out.corrected, rows[i].right);
		if (rows[i].right) {
			assert_int_equal(out.statement_at, strlen(rows[i].before));
			assert_int_equal(out.statement_length, strlen(rows[i].wrong));
			code_outcome_free(&out);
			block.text = arena_printf(arena, "%s%s%s", rows[i].before, rows[i].right, rows[i].after);
			code_run(&block, &natively, arena, &out);
			assert_int_equal(out.status, CODE_OK);
		}
		code_outcome_free(&out);
	}
	arena_free(arena);
}

/* What failed is told by its own line and the values that it looked at, both ways. */
static void a_failure_is_told_by_its_own_line(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *text;
		int line_of_block;
		const char *values;
	} rows[] = {
		{ "assert tcpi_state == 2", 0, "tcpi_state is 1" },
		{ "\na = 1\nassert a == 1\nb = 7\nassert b == a and tcpi_rtt < TCP_CLOSE, b\n", 4,
		  "b is 7, a is 1, tcpi_rtt is 20001" },
		{ "a = (1, 'x')\n# why\n\nassert a == a == 3", 3, "a is (1, 'x')" },
		{ "a = 1\nassert 1 > 2", 1, NULL },
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct code_block second = { .line = LINE, .text = rows[i].text };
		struct code_block first = { .next = &second, .line = LINE - 1, .text = "x = 1\ny = 2" };
		struct code_outcome out;

		some_info(&second.info);
		code_run(&first, &natively, arena, &out);
		assert_int_equal(out.status, CODE_FAILED);
		assert_int_equal(out.line_of_block, rows[i].line_of_block);
		same_text(out.values, rows[i].values);
		code_outcome_free(&out);
		if (python_is_here())
			compare_ways(&first);
	}
	arena_free(arena);
}

static void verbose_shows_the_program(void **state MAYBE_UNUSED)
{
	const struct code_block block = { .line = LINE, .text = "print('seen')" };
	struct code_options options = natively;
	struct arena *arena = arena_new();
	struct buf program = BUF_INIT;
	struct code_outcome out;

	options.verbose = true;
	code_python_program(&program, &block, &options);
	assert_non_null(strstr(program.data, "\n_file = 'a b\\'s.pkt'\n_line = 7\nprint('seen')\n"));
	buf_puts(&program, "running: 'python3 /dev/fd/3'\nseen\n");
	code_run(&block, &options, arena, &out);
	assert_string_equal(out.output.data, program.data);
	buf_free(&program);
	code_outcome_free(&out);
	arena_free(arena);
}

static uint32_t dice(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33);
}

static void garbage_does_no_harm(void **state MAYBE_UNUSED)
{
	static const char *const pieces[] = {
		"(", ")", "((((((((", "-", "not ", "*", "%", "'%d'", "'", "\"", "\\", "\n", ";", "#", "1", "0x", "1e9",
		"0b", "_", "000", "+",
		"1.", "a", "tcpi_rtt", " if ", " or ", " and ", "print(", "assert ", ",", "=", "==", "<", "in ", "+=",
		"<<", "100", "&", "|", "\t", "\xff", "min(", "//", "'%s' % ", "\r", "a = a, a\n", "a = (1, 2)\n",
		"a = '%s%s' % (a, a)\n", "!", "?",
	};
	uint64_t seed = 1;

	for (int round = 0; round < 20000; round++) {
		struct arena *arena = arena_new();
		struct buf text = BUF_INIT;
		struct code_outcome out;

		for (uint32_t n = dice(&seed) % (round % 100 ? 12 : 2000); n > 0; n--)
			buf_puts(&text, pieces[dice(&seed) % (round % 7 ? ARRAY_LEN(pieces) : 6)]);
		const struct code_block block = { .line = LINE, .text = text.data };
		code_run(&block, &natively, arena, &out);
		assert_true(out.native != (out.status == CODE_NOT_RUN));
		code_outcome_free(&out);
		buf_free(&text);
		arena_free(arena);
	}
}

/* The corpus: texts between %{ and }%, each script's blocks together. */

static struct corpus {
	int scripts, blocks, native, runs, failed;
	uint64_t seed;
} corpus;

static struct code_block *take_blocks(struct arena *arena, const char *text)
{
	struct code_block *first = NULL, **last = &first;
	int line = 0;

	for (const char *end; (text = strstr(text, "%{")) && (end = strstr(text, "}%")); text = end) {
		for (text += 2; text < end && isspace((unsigned char)*text); text++)
			;
		while (end > text && isspace((unsigned char)end[-1]))
			end--;
		*last = arena_new_object(arena, struct code_block);
		(*last)->line = ++line;
		(*last)->text = arena_strndup(arena, text, (size_t)(end - text));
		last = &(*last)->next;
		corpus.blocks++;
	}
	return first;
}

/* Values of all sizes; often values that @text names, so that its assertions hold now and then. */
static void random_info(struct tcp_state_info *info, const char *text)
{
	static const uint32_t limits[] = { 2, 8, 12, 256, 20000, UINT32_MAX };
	const uint32_t favour = dice(&corpus.seed) % 3;
	unsigned long named = 0;

	for (const char *p = text; *p; p++)
		if (isdigit((unsigned char)*p) && !isalnum((unsigned char)p[-(p > text)]) &&
		    (named == 0 || dice(&corpus.seed) % 2))
			named = strtoul(p, NULL, 0);
	for (size_t i = 0; i < TCPI_FIELDS; i++)
		info->tcpi[i] = favour ? named + favour - 1
		                       : dice(&corpus.seed) % limits[dice(&corpus.seed) % ARRAY_LEN(limits)];
	for (size_t i = 0; i < MEMINFO_VALUES; i++)
		info->meminfo[i] = dice(&corpus.seed);
	for (size_t i = 0; i < CC_INFO_BYTES; i++)
		info->cc_info[i] = (uint8_t)dice(&corpus.seed);
	info->cc_info_length = dice(&corpus.seed) % 2 ? 20 : 16;
}

/* Play @block behind those blocks of its script that assign, and no others: a failing assertion in one would hide
 * it. */
static void play_block(const char *path, const struct code_block *blocks, const struct code_block *block, int rounds)
{
	struct arena *arena = arena_new();
	struct code_block *first = NULL, **last = &first;
	const char *construct;

	for (const struct code_block *b = blocks; b; b = b == block ? NULL : b->next) {
		if (b != block && !strstr(b->text, " = "))
			continue;
		*last = arena_copy(arena, b, sizeof(*b));
		(*last)->next = NULL;
		last = &(*last)->next;
	}
	if (code_is_native(first, arena, &construct)) {
		corpus.native++;
		for (; rounds > 0; rounds--, corpus.runs++) {
			for (struct code_block *b = first; b; b = b->next)
				random_info(&b->info, b->text);
			corpus.failed += compare_ways(first);
		}
	} else {
		fprintf(stderr, "%s: not native: %s\n", path, construct);
	}
	arena_free(arena);
}

static int play_script(const char *path, const struct stat *st MAYBE_UNUSED, int type, struct FTW *ftw MAYBE_UNUSED)
{
	size_t length = strlen(path);
	const char *construct;

	if (type != FTW_F || length < 4 || strcmp(path + length - 4, ".pkt"))
		return 0;
	struct buf text = BUF_INIT;
	struct arena *arena = arena_new();
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0 && buf_read_fd(&text, fd));
	close(fd);
	struct code_block *blocks = take_blocks(arena, text.data);
	corpus.scripts += blocks != NULL;
	for (struct code_block *b = blocks; b; b = b->next) {
		play_block(path, blocks, b, 3);
		random_info(&b->info, b->text);
	}
	if (blocks && code_is_native(blocks, arena, &construct)) {
		corpus.failed += compare_ways(blocks);
		corpus.runs++;
	}
	buf_free(&text);
	arena_free(arena);
	return 0;
}

static void both_ways_agree_on_the_corpus(void **state MAYBE_UNUSED)
{
	const char *folder = getenv("PROTODRILL_CORPUS");

	if (!folder || !python_is_here())
		skip();
	corpus.seed = 3;
	assert_int_equal(nftw(folder, play_script, 16, FTW_PHYS), 0);
	fprintf(stderr,
	        "code_test: %d scripts, %d blocks, %d native; %d runs both ways, %d with an exception: all agree\n",
	        corpus.scripts, corpus.blocks, corpus.native, corpus.runs, corpus.failed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_run_natively),
		cmocka_unit_test(foreign_blocks_are_named_and_not_run),
		cmocka_unit_test(python_takes_over),
		cmocka_unit_test(names_stay_and_values_are_fresh),
		cmocka_unit_test(a_missing_interpreter_is_told),
		cmocka_unit_test(a_killed_interpreter_is_told_by_its_signal),
		cmocka_unit_test(only_plain_python_is_evaluated_natively),
		cmocka_unit_test(assertions_are_corrected),
		cmocka_unit_test(a_failure_is_told_by_its_own_line),
		cmocka_unit_test(verbose_shows_the_program),
		cmocka_unit_test(garbage_does_no_harm),
		cmocka_unit_test(both_ways_agree_on_the_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
