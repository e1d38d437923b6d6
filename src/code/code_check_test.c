/* SPDX-License-Identifier: MIT
 *
 * code_check_test.c - slips in code blocks are errors with a place, and what only python3 knows is none
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "code/code.h"

#define START "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"

/* A block, with the column and a part of the first error; NULL: there is no error. */
static const struct row {
	const char *block;
	int line, column;
	const char *error;
} rows[] = {
	{ "assert tcpi_snd_cwnd == 3", 0, 0, NULL },
	{ "a = 1\nassert a == 1 and bbr_bw == dctcp_alpha == SK_MEMINFO_DROPS, (_file, _line)", 0, 0, NULL },
	{ "assert tcpi_snd_cwn == 3", 2, 14, "did you mean 'tcpi_snd_cwnd'?" },
	{ "assert tcpi_state == TCP_ESTABLISHD", 2, 28, "did you mean 'TCP_ESTABLISHED'?" },
	{ "assert tcpi_cwnd == 3", 2, 14, "did you mean 'tcpi_snd_cwnd'?" },
	{ "assert snd_cwnd == 3", 2, 14, "did you mean 'tcpi_snd_cwnd'?" },
	{ "assert ESTABLISHED == 3", 2, 14, "did you mean 'TCP_ESTABLISHED'?" },
	{ "assert b == 1\nb = 1", 2, 14, "no block before this assigns it" },
	{ "count += 1", 2, 7, "no block before this assigns it" },
	{ "assert tcpi_rtt == true", 2, 26, "did you mean 'True'?" },
	{ "assert tcpi_rtt = 3", 2, 23, "did you mean '=='?" },
	{ "assert (tcpi_rtt = 3)", 2, 24, "did you mean '=='?" },
	{ "tcpi_rtt + 1 = 3", 2, 20, "did you mean '=='?" },
	{ "a = 1\nassert a => 1", 3, 10, "did you mean '>='?" },
	{ "assert tcpi_rtt == 1 && 1", 2, 28, "did you mean 'and'?" },
	{ "assert !tcpi_rtt", 2, 14, "did you mean 'not'?" },
	{ "asert tcpi_rtt == 1", 2, 7, "did you mean 'assert'?" },
	{ "print tcpi_rtt", 2, 7, "write 'print(...)'" },
	{ "pritn(tcpi_rtt)", 2, 7, "did you mean 'print'?" },
	{ "frobnicate(tcpi_rtt)", 2, 7, "no such function" },
	{ "assert (tcpi_rtt == 1", 2, 28, "the block ends where Python wants ')'" },
	{ "assert tcpi_rtt == 1)", 2, 27, "')' stands where" },
	{ "assert tcpi_rtt ==", 2, 25, "where Python wants a value" },
	{ "assert tcpi_rtt > 5ms", 2, 25, "there are no units" },
	{ "assert 'a == 1", 2, 14, "the string is not closed" },
	{ "assert \xe2\x80\x9c" "a\xe2\x80\x9d", 2, 14, "quotation mark" },
	{ "a = 1\n  b = 2", 3, 3, "starts in the first column" },
	/* Not ours to read, but no assignment can stand there. */
	{ "if tcpi_state = 7:\n  assert False", 2, 21, "did you mean '=='?" },
	{ "import os\nassert [1] and tcpi_rtt = 3", 3, 25, "did you mean '=='?" },
	{ "for i in [1]:\n  while i = 1: pass", 3, 11, "did you mean '=='?" },
	{ "if f(a=1) == 2 and x <= 3 != 4: b = 5", 0, 0, NULL },
	{ "x = f([1] if y else z, w=3)\nif (n := 4) > 3: m = 1", 0, 0, NULL },
	{ "assert tcp_info.tcpi_rtt == 1", 2, 14, "names of their own: tcpi_rtt" },
	{ "assert tcpi.snd_cwnd == 1", 2, 14, "names of their own: tcpi_snd_cwnd" },
	{ "assert tcpi_rtt < 0x", 2, 25, "no digits stand behind '0x'" },
	{ "assert tcpi_rtt < 0100", 2, 25, "does not begin with 0" },
	{ "assert tcpi_rtt < 0_1", 2, 25, "does not begin with 0" },
	/* As people write numbers. */
	{ "assert tcpi_rtt < 1_000 or tcpi_rtt < 0b11 or tcpi_rtt > +0o17", 0, 0, NULL },
	{ "assert tcpi_rtt < 1,000", 2, 25, "'1,000' is two values in Python; one of them is written 1000 or 1_000" },
	{ "a = 12,050", 2, 11, "'12,050' is two values" },
	{ "a = 1,000,000", 2, 11, "'1,000,000' is several values in Python; one of them is written 1000000 or "
	                          "1_000_000" },
	{ "a = (1,460,001)", 2, 12, "'1,460,001' is several values" },
	{ "a = 1,460\na = 1, 000\na = (1,460,100)", 0, 0, NULL },
	{ "assert tcpi_rtt < 1 000", 2, 27, "'000' stands where Python wants the end" },
	{ "assert tcpi_rtt < 1__0", 2, 26, "a single '_' may stand between two digits" },
	{ "assert tcpi_rtt < 10_", 2, 27, "a single '_' may stand between two digits" },
	{ "assert tcpi_rtt < 0x_", 2, 25, "no digits stand behind '0x'" },
	{ "assert tcpi_rtt < 0b", 2, 25, "no digits stand behind '0b'" },
	{ "assert tcpi_rtt < 0b12", 2, 28, "'2' is no digit of a number that begins with '0b'" },
	{ "assert tcpi_rtt < 0o8", 2, 27, "'8' is no digit of a number that begins with '0o'" },
	{ "assert tcpi_rtt < 0x1G", 2, 25, "there are no units" },
	{ "assert tcpi_rtt < 10k", 2, 25, "there are no units" },
	{ "assert tcpi_rtt < 5B4h", 2, 25, "there are no units" },
	{ "assert tcpi_rtt < 1e", 2, 25, "there are no units" },
	{ "assert tcpi_rtt < 1Ei", 2, 25, "there are no units" },
	{ "a = 5if 1 else 2", 0, 0, NULL },
	{ "import os\nassert info.tcpi_rtt == os.cpu_count()", 3, 8, "names of their own: tcpi_rtt" },
	{ "if tcpi_rtt > 1 { exit(1) }", 2, 23, "no braces around statements" },
	{ "import os\nif tcpi_rtt > 1:\n  pass\nelse {\n  exit(1)\n}", 5, 6, "no braces around statements" },
	/* Right, and left to python3. */
	{ "if tcpi_state in {1, 7}: exit(1)", 0, 0, NULL },
	{ "for k in {'a': 1}: pass", 0, 0, NULL },
	{ "import info\nassert info.tcpi_rtt == 1", 0, 0, NULL },
	{ "for i in [q]: assert i.tcpi_rtt == 1", 0, 0, NULL },
	{ "import os\nassert max(tcpi_rtt, 1.5) if x else [y.z for y in q]", 0, 0, NULL },
	{ "def f(a):\n  return a\nassert f(tcpi_rtt) == 1", 0, 0, NULL },
	{ "assert abs(tcpi_rtt) == 1", 0, 0, NULL },
	{ "print(*(1, 2), sep='')", 0, 0, NULL },
	{ "tcpi_mine = [1]\nassert tcpi_mine", 0, 0, NULL },
	{ "x = [1] # tcpi_comment\nprint('tcpi_text', \"\"\"tcpi_more\"\"\", x.tcpi_member)", 0, 0, NULL },
	/* Even there, the names of TCP_INFO are known. */
	{ "import os\nassert tcpi_snd_cwn == 3", 3, 8, "did you mean 'tcpi_snd_cwnd'?" },
	{ "x = [tcpi_options & TCPI_OPT_SACKS]", 2, 27, "did you mean 'TCPI_OPT_SACK'?" },
};

static void slips_are_errors(void **state MAYBE_UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct buf text = BUF_INIT;
		struct diags diags;

		buf_printf(&text, START "+0 %%{ %s }%%\n", r->block);
		diags_init(&diags);
		struct script *script = script_parse("x.pkt", text.data, text.length, NULL, NULL, &diags);
		assert_int_equal(diags.errors, 0);
		bool good = code_check(script, &diags);
		const struct diag *d = diags.first;
		if (good != !r->error || (d && (!strstr(d->detail, r->error ? r->error : "-") ||
		                                d->loc.line != r->line || d->loc.column != r->column)))
			fail_msg("%s\n%d:%d %s\ngot %d:%d %s", r->block, r->line, r->column, r->error,
			         d ? d->loc.line : 0, d ? d->loc.column : 0, d ? d->detail : "nothing");
		script_free(script);
		diags_free(&diags);
		buf_free(&text);
	}
}

/* A name that other systems have for a connection's state is no slip: the case is SKIP because of the first one. */
static void fields_of_other_systems_are_no_errors(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *block, *foreign;
	} cases[] = {
		{ "assert tcpi_snd_rexmitpack == 1\nassert tcpi_snd_zerowin == 1",
		  "line 2: tcpi_snd_rexmitpack is not on this system (but on FreeBSD, OpenBSD, NetBSD)" },
		{ "assert __tcpi_unacked == 1",
		  "line 2: __tcpi_unacked is not on this system (but on FreeBSD, NetBSD)" },
		{ "import os\nassert tcpi_txbytes == 1", "line 3: tcpi_txbytes is not on this system (but on macOS)" },
		{ "import os\nassert __tcpi_ato == 1",
		  "line 3: __tcpi_ato is not on this system (but on FreeBSD, NetBSD)" },
		{ "assert tcpi_options & TCPI_OPT_TOE",
		  "line 2: TCPI_OPT_TOE is not on this system (but on FreeBSD, NetBSD)" },
		{ "assert tcpi_state == TCPI_ESTABLISHED or tcpi_state == TCPI_FIN_WAIT_1", NULL },
		{ "tcpi_snd_una = 1\nassert tcpi_snd_una == 1", NULL },
		{ "assert tcpi_rtt >= 0", NULL },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf text = BUF_INIT;
		struct diags diags;

		buf_printf(&text, START "+0 %%{ %s }%%\n", cases[i].block);
		diags_init(&diags);
		struct script *script = script_parse("x.pkt", text.data, text.length, NULL, NULL, &diags);
		assert_true(code_check(script, &diags));
		assert_int_equal(!cases[i].foreign, !diags.first);
		if (!cases[i].foreign)
			assert_null(script->foreign);
		else
			assert_string_equal(script->foreign, cases[i].foreign);
		script_free(script);
		diags_free(&diags);
		buf_free(&text);
	}
}

static void blocks_are_to_decide_something(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *block;
		int column;                                  /* of the warning; 0: there is none */
	} blocks[] = {
		{ "tcpi_snd_cwnd == 10", 7 }, { "assert tcpi_snd_cwnd == 10", 0 }, { "print(tcpi_snd_cwnd == 10)", 0 },
		{ "a = tcpi_snd_cwnd == 10", 0 },
		/* Assertions that hold whatever the connection is like. */
		{ "assert (tcpi_snd_cwnd == 10, 'cwnd')", 14 }, { "assert (tcpi_snd_cwnd == 10), 'cwnd'", 0 },
		{ "assert tcpi_snd_cwnd == 9 or 10", 14 }, { "assert tcpi_snd_cwnd == 9 or 10 or 11", 14 },
		{ "assert tcpi_snd_cwnd == 9 or tcpi_snd_cwnd == 10", 0 }, { "assert tcpi_rto and 1", 0 },
		{ "assert tcpi_rto == 1 and (tcpi_snd_cwnd == 9 or 10)", 14 }, { "assert tcpi_rto or 0", 0 },
		{ "assert 'tcpi_snd_cwnd == 10'", 14 }, { "assert True", 0 }, { "assert 10", 14 },
		{ "assert tcpi_snd_cwnd", 0 },
		{ "assert tcpi_state != 'TCP_CLOSE'", 14 }, { "assert not tcpi_state == 'TCP_CLOSE'", 14 },
		{ "a = 'x'; assert a == 'x'", 0 },
		/* A number with a comma in it: the part behind it is only the message. */
		{ "assert tcpi_snd_cwnd > 1,460", 30 }, { "assert tcpi_rtt > 0,5", 25 },
		{ "assert tcpi_snd_cwnd > 1, 460", 0 }, { "assert tcpi_snd_cwnd > 1,tcpi_snd_cwnd", 0 },
		{ "a1 = 1; assert tcpi_snd_cwnd > a1,460", 0 }, { "assert tcpi_snd_cwnd > 1,'460'", 0 },
	};

	for (size_t i = 0; i < ARRAY_LEN(blocks); i++) {
		struct buf text = BUF_INIT;
		struct diags diags;

		buf_printf(&text, START "+0 %%{ %s }%%\n", blocks[i].block);
		diags_init(&diags);
		struct script *script = script_parse("x.pkt", text.data, text.length, NULL, NULL, &diags);
		assert_true(code_check(script, &diags));
		assert_int_equal(!diags.first, !blocks[i].column);
		if (diags.first) {
			assert_int_equal(diags.first->kind, DIAG_WARNING);
			assert_int_equal(diags.first->loc.column, blocks[i].column);
		}
		script_free(script);
		diags_free(&diags);
		buf_free(&text);
	}
}

static void blocks_share_their_names(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *text;
		int errors;
	} scripts[] = {
		{ START "+0 %{ a = 1 }%\n+0 %{ assert a == 1 }%\n", 0 },
		{ START "+0 %{ assert a == 1 }%\n+0 %{ a = 1 }%\n", 1 },
		{ START "+0 %{ from x import a }%\n+0 %{ assert a == b }%\n", 0 },
		{ "--code_command=\"perl\"\n" START "+0 %{ $a => 1 }%\n", 0 },
		{ START "+0 %{ $ }%\n+0 %{ ? }%\n", 2 },
	};

	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		struct diags diags;

		diags_init(&diags);
		struct script *script = script_parse("x.pkt", scripts[i].text, strlen(scripts[i].text), NULL, NULL,
		                                     &diags);
		code_check(script, &diags);
		assert_int_equal(diags.errors, scripts[i].errors);
		script_free(script);
		diags_free(&diags);
	}
}

static void fields_in_let_are_looked_at(void **state MAYBE_UNUSED)
{
	static const struct {
		const char *event, *detail;                          /* NULL: nothing is wrong */
	} lets[] = {
		{ "let $n = $tcpi_unacked", NULL },
		{ "let $n = $(tcpi_unacked + tcpi_sacked)", NULL },
		{ "let $n = $tcpi_unaked", "'tcpi_unaked'; did you mean 'tcpi_unacked'?" },
		{ "let $n = $(2*tcpi_cwnd)", "'tcpi_cwnd'; did you mean 'tcpi_snd_cwnd'?" },
		{ "let $n = $tcpi_zz_yy_xx", "'tcpi_zz_yy_xx'" },
	};

	for (size_t i = 0; i < ARRAY_LEN(lets); i++) {
		struct buf text = BUF_INIT;
		struct diags diags;

		buf_printf(&text, START "+0 %s\n", lets[i].event);
		diags_init(&diags);
		struct script *script = script_parse("x.pkt", text.data, text.length, NULL, NULL, &diags);
		assert_int_equal(code_check(script, &diags), !lets[i].detail);
		assert_int_equal(diags.errors, !!lets[i].detail);
		if (lets[i].detail)
			assert_string_equal(diags.first->detail, lets[i].detail);
		script_free(script);
		diags_free(&diags);
		buf_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slips_are_errors),
		cmocka_unit_test(fields_in_let_are_looked_at),
		cmocka_unit_test(fields_of_other_systems_are_no_errors),
		cmocka_unit_test(blocks_are_to_decide_something),
		cmocka_unit_test(blocks_share_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
