/* SPDX-License-Identifier: MIT
 *
 * unfold_test.c - tests of unfold.c and resolve.c: what statements, names and arithmetic come to
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "script/ast.h"
#include "script/print.h"

static bool apply(struct config *c, void *user, struct diags *diags)
{
	(void)user;
	c->target = "kernel";
	c->kernel = "6.10.2-amd64";
	struct traits *traits = traits_new(c->arena);
	traits->values[trait_find("initial_rto") - traits_known] = "3";
	traits->values[trait_find("timer_tick") - traits_known] = "0.25";
	traits->values[trait_find("sack") - traits_known] = "0";
	c->traits = traits;
	return config_set(c, "define", "GIVEN=7", "test", (struct loc){ 0 }, diags);
}

static struct script *parse(const char *text, struct diags *diags)
{
	diags_init(diags);
	return script_parse("test.pkt", text, strlen(text), apply, NULL, diags);
}

static void statements_become_events(void **state)
{
	static const struct {
		const char *text, *events;
	} rows[] = {
		{ "repeat 2 {\n0 `a`\n}\n+0 `b`", "0 `a`\n0 `a`\n+0 `b`\n" },
		{ "for $i in 1..3 {\n0 f($i, $(i*i)) = $(i-2)\n}",
		  "0 f(1, 1) = -1\n0 f(2, 4) = 0\n0 f(3, 9) = 1\n" },
		{ "for $i in 2..1 {\n0 `a`\n}\n0 `b`", "0 `b`\n" },
		{ "for $i in 0..1 {\nfor $k in $i..1 {\n0 f($i, $k) = 0\n}\n}",
		  "0 f(0, 0) = 0\n0 f(0, 1) = 0\n0 f(1, 1) = 0\n" },
		{ "for $i in 1..2 {\n0 < c[$i]: S 0:0(0) win 1\n+0 f(c[$(i+1)]) = 0\n}",
		  "0 < c[1]: S 0:0(0) win 1\n+0 f(c[2]) = 0\n0 < c[2]: S 0:0(0) win 1\n+0 f(c[3]) = 0\n" },
		{ "macro m(a) {\n0 > $a: nothing\n+0 f({msg_name(...)=$a, msg_iov(1)=[{..., 1}], msg_flags=0}) = 0\n}\n"
		  "m(a=b)\nfor $i in 2..2 {\nm(a=b[$i])\n}\n",
		  "0 > b: nothing\n+0 f({msg_name(...)=b, msg_iov(1)=[{..., 1}], msg_flags=0}) = 0\n"
		  "0 > b[2]: nothing\n+0 f({msg_name(...)=b[2], msg_iov(1)=[{..., 1}], msg_flags=0}) = 0\n" },
		{ "macro m(a, mss=2) {\n0 f($a, $mss) = 0\n}\nm(a=1)\nm(mss=\"x\", a=CONSTANT)\n",
		  "0 f(1, 2) = 0\n0 f(CONSTANT, \"x\") = 0\n" },
		{ "macro inner(a) {\n0 f($a) = 0\n}\nmacro outer(a) {\ninner(a=$(a+1))\n}\nouter(a=1)",
		  "0 f(2) = 0\n" },
		{ "0 > . $GIVEN:$(GIVEN+1)(1) ack $(1+2*3) win $(-5+6) <mss $((1+2)*3)>",
		  "0 > . 7:8(1) ack 7 win 1 <mss 9>\n" },
		{ "0 f([{..., $GIVEN}], 0x10|A) = $(GIVEN%4)", "0 f([{..., 7}], 0x10|A) = 3\n" },
		{ "0 > ipv4 10.0.0.1 > 10.0.0.2: mpls (label $GIVEN, tc 0, [S], ttl $(GIVEN*2)): udp (1)",
		  "0 > ipv4 10.0.0.1 > 10.0.0.2: mpls (label 7, tc 0, [S], ttl 14): udp (1)\n" },
		{ "0 > ipv4 10.0.0.1 > 10.0.0.2: gre flags 0x2000 sum 0 off 0 key $GIVEN seq 0: udp (1)",
		  "0 > ipv4 10.0.0.1 > 10.0.0.2: gre flags 0x2000 sum 0 off 0 key 7 seq 0: udp (1)\n" },
		{ "macro m(rtt=0.02) {\n+$rtt `a`\n+$rtt~+$(rtt*3) > . 1:1(0)\n+0...$(rtt/2) f() = 0\n}\nm()",
		  "+0.02 `a`\n+0.02~+0.06 > . 1:1(0)\n+0...0.01 f() = 0\n" },
		{ "0 > $GIVEN > $(GIVEN*2) . 1:1(0) win $GIVEN~$(GIVEN+3)\n"
		  "+0 < icmp unreachable frag_needed mtu $GIVEN",
		  "0 > 7 > 14 . 1:1(0) win 7~10\n+0 < icmp unreachable frag_needed mtu 7\n" },
		{ "if kernel >= 6.9 && kernel < 6.11 {\n0 `a`\n} else {\n0 `b`\n}", "0 `a`\n" },
		{ "if target == builtin {\n0 `a`\n} else if GIVEN == 7 {\n0 `b`\n}", "0 `b`\n" },
		{ "if target == kernel && kernel != profile {\n0 `a`\n}\n0 `b`", "0 `a`\n0 `b`\n" },
		{ "if !(GIVEN > 7) || 1/1 == 2 {\n0 `a`\n}", "0 `a`\n" },
		{ "+$initial_rto~+$(initial_rto+timer_tick) > . 1:1(0)", "+3~+3.25 > . 1:1(0)\n" },
		{ "if sack || initial_rto < 3 {\n0 `a`\n} else {\n0 f($default_ttl) = 0\n}", "0 f(64) = 0\n" },
		{ "macro m(initial_rto) {\n+$initial_rto `a`\n}\nm(initial_rto=0.5)", "+0.5 `a`\n" },
		{ "0 > [ttl $default_ttl] . 1:1(0)\n+0 < (ttl $(GIVEN+1)) . 1:1(0) win 1",
		  "0 > [ttl 64] . 1:1(0)\n+0 < [ttl 8] . 1:1(0) win 1\n" },
		{ "0 > ipv4 [ttl $GIVEN] 1.2.3.4 > 5.6.7.8: [ttl 3~$GIVEN] . 1:1(0)",
		  "0 > ipv4 [ttl 7] 1.2.3.4 > 5.6.7.8: [ttl 3~7] . 1:1(0)\n" },
		{ "0 > icmp unreachable port_unreachable [raw($(28+GIVEN))]\n+0 < icmp type_3 [udp($GIVEN)]",
		  "0 > icmp unreachable port_unreachable [raw(35)]\n+0 < icmp type_3 [udp(7)]\n" },
		/* Words that begin statements are just words elsewhere. */
		{ "0 repeat(for) = -1 EIO (include macro if)", "0 repeat(for) = -1 EIO (include macro if)\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf events = BUF_INIT;
		struct diags diags;
		struct script *s = parse(rows[i].text, &diags);

		if (diags.errors)
			fail_msg("%s\n%s: %s", rows[i].text, diags.first->headline, diags.first->detail);
		for (const struct event *e = s->events; e; e = e->next) {
			event_print(&events, e);
			buf_add_byte(&events, '\n');
		}
		assert_string_equal(events.data, rows[i].events);
		buf_free(&events);
		script_free(s);
		diags_free(&diags);
	}
}

/* An argument without a value yet belongs only to the events in which it stands. */
static void arguments_may_be_observed_later(void **state)
{
	struct diags diags;
	struct script *s = parse("macro m(a) {\n+0 > . 1:1(0) ack 1 win $a\n}\n0 > . 1:1(0) win $w\nm(a=$w)", &diags);

	(void)state;
	script_check(s, &diags);
	assert_int_equal(diags.errors, 0);
	assert_null(s->events->names->next);
	assert_string_equal(s->events->next->names->name->name.text, "w");
	assert_null(s->events->next->names->next);
	script_free(s);
	diags_free(&diags);
}

static void the_canonical_form_keeps_statements(void **state)
{
	static const char *const texts[] = {
		"repeat 3 { // thrice\n0 `a`\n\n// done\n}\n",
		"unordered {\n0 > stream 2~3 . 1:11(10)\n0 > stream {2, 4} [ttl 5] . 1:11(10)\n}\neither {\n"
		"0 > stream * . 1:11(10)\n0 > stream 9 . 1:11(10)\n}\npeer a 1.2.3.4 port $p\npeer b[$i]\n",
		"0 < fragment 16 {3, 1} id 7 [ttl 5] udp (99)\n+0 > fragment 8~16 udp (9)\n"
		"+0 > a: fragment * . 1:11(10)\n",
		"macro m(a, b=2, c=\"x\") {\n+$a f($b) = $(a+1)\n}\nm(a=1)\nfor $i in $b..$(2*(3-1)-(4-5)) {\n}\n",
		"if target == kernel && !(1 < 2) || -3 == (1 == 2) {\n0 `a`\n} else if 1 {\n} else {\n0 `b`\n}\n",
		"0 > . $x:$(x+1)(1) ack $((1+2)*3-(4-5)/-6%7) <TS val $v ecr $e>\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct buf text = BUF_INIT;
		struct diags diags;
		struct script *s = parse(texts[i], &diags);

		script_print(&text, s);
		assert_string_equal(text.data, texts[i]);
		buf_free(&text);
		script_free(s);
		diags_free(&diags);
	}
}

static void events_know_their_way(void **state)
{
	struct diags diags;
	struct script *s = parse("macro m(a) {\n0 `x`\n}\nfor $i in 1..2 {\n\nm(a=$i)\n}", &diags);
	const struct event *second = s->events->next;

	(void)state;
	assert_int_equal(event_line(second, &second->loc), 2);
	assert_string_equal(second->via->text, "m(a=2)");
	assert_int_equal(second->via->loc.line, 6);
	assert_string_equal(second->via->outer->text, "$i = 2");
	assert_int_equal(second->via->outer->loc.line, 4);
	assert_null(second->via->outer->outer);
	script_free(s);
	diags_free(&diags);
}

struct mistake {
	const char *text;
	int line, column;
	const char *headline, *detail, *via;
};

static void find_mistakes(const struct mistake *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct diags diags;
		struct script *s = parse(rows[i].text, &diags);

		if (!diags.errors)
			script_check(s, &diags);
		const struct diag *d = diags.first;

		if (!d || d->loc.line != rows[i].line || d->loc.column != rows[i].column ||
		    strcmp(d->headline, rows[i].headline) != 0)
			fail_msg("%s\n%d:%d %s: %s", rows[i].text, d ? d->loc.line : 0, d ? d->loc.column : 0,
			         d ? d->headline : "no error", d && d->detail ? d->detail : "");
		if (rows[i].detail)
			assert_non_null(strstr(d->detail, rows[i].detail));
		if (rows[i].via)
			assert_string_equal(d->via->text, rows[i].via);
		else
			assert_null(d->via);
		script_free(s);
		diags_free(&diags);
	}
}

static void mistakes_in_conditions_are_named(void **state)
{
	static const struct mistake rows[] = {
		{ "if target < builtin {\n}\n0 `x`", 1, 4, "words have no order", "==", NULL },
		{ "if target {\n}\n0 `x`", 1, 4, "a number is wanted here", "'target' is compared: target", NULL },
		{ "if kernel {\n}\n0 `x`", 1, 4, "a number is wanted here", "'kernel' is compared", NULL },
		{ "if traget == kernel {\n}\n0 `x`", 1, 4, "a name without value", "did you mean 'target'?", NULL },
		{ "if kernel == traget {\n}\n0 `x`", 1, 14, "a name without value", "did you mean 'target'?", NULL },
		{ "if builtin == traget {\n}\n0 `x`", 1, 15, "a name without value", "did you mean 'target'?", NULL },
		{ "if 1 && profiel != linux {\n}\n0 `x`", 1, 9, "a name without value", "did you mean 'profile'?",
		  NULL },
		{ "if kernal >= 6.1 {\n}\n0 `x`", 1, 4, "a name without value", "did you mean 'kernel'?", NULL },
		{ "if initial_rtoo < 3 {\n}\n0 `x`", 1, 4, "a name without value", "did you mean 'initial_rto'?",
		  NULL },
		{ "if GIVN == 7 {\n}\n0 `x`", 1, 4, "a name without value", "did you mean 'GIVEN'?", NULL },
		{ "if system == kernel {\n}\n0 `x`", 1, 4, "a name without value", "kernel >= 6.1", NULL },
		{ "if kernel == linux {\n}\n0 `x`", 1, 14, "a name without value", "kernel >= 6.1", NULL },
		{ "if $traget == kernel {\n}\n0 `x`", 1, 4, "a name without value", "did you mean 'target'?", NULL },
		{ "if tcpi_rtt > 3 {\n}\n0 `x`", 1, 4, "a variable outside of 'let'", "before the script is played",
		  NULL },
	};

	(void)state;
	find_mistakes(rows, ARRAY_LEN(rows));
}

static void mistakes_are_named(void **state)
{
	static const struct mistake rows[] = {
		{ "0 close($x) = 0", 1, 9, "a name without value", "'x'", NULL },
		{ "macro m(a) {\n0 close($b) = $a\n}\nm(a=1)", 2, 9, "a name without value", "'b'", "m(a=1)" },
		{ "0 > . 1:1(0) win $window\n+0 < . 1:1(0) win $windwo", 2, 19, "a name without value",
		  "did you mean 'window'?", NULL },
		{ "0 > . 1:1(0) ack $w win $w", 1, 25, "a name twice in one line", "from the next one on", NULL },
		{ "0 < . 1:1(0) win $w", 1, 18, "a name without value", "no line before gives it one", NULL },
		{ "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = $s", 1, 43, "a descriptor without number", "'s'", NULL },
		{ "0 > [ttl $ttl] . 1:1(0)", 1, 10, "a name without value", "'ttl'", NULL },
		{ "0 > . 1:1(0) win $(tcpi_rtt)", 1, 18, "a variable outside of 'let'", "let $NAME", NULL },
		{ "0 let $GIVEN = 3", 1, 7, "a name that is taken", "'GIVEN'", NULL },
		{ "for $i in 1..2 {\n0 let $i = 3\n}", 2, 7, "a name that is taken", "loop around it", "$i = 1" },
		{ "0 set $x = 3", 1, 7, "a name without 'let'", "let $x = ...", NULL },
		{ "0 > . 1:1(0) win $w\n+$w `x`", 2, 2, "a time without value", "before the script is played", NULL },
		{ "macro m(a) {\n0 `x`\n}\nm()", 4, 1, "a parameter has no value", "m(a=...)", NULL },
		{ "macro m(a) {\n0 < . 1:1(0) win $a\n}\nm()", 4, 1, "a parameter has no value", "m(a=...)", NULL },
		{ "macro m(size) {\n0 < . 1:1(0) win $sise\n}\nm(size=3)", 2, 18, "a name without value",
		  "did you mean 'size'?", "m(size=3)" },
		{ "for $round in 1..2 {\n0 close($(ruond+2)) = 0\n}", 2, 11, "a name without value",
		  "did you mean 'round'?", "$round = 1" },
		{ "macro m(size) {\n0 < . 1:1(0) win $size\n}\nm(sise=1)", 4, 3, "unknown parameter",
		  "did you mean 'size'?", NULL },
		{ "macro m(alpha) {\n0 `x`\n}\nm(alpah=1, alpha=1)", 4, 3, "unknown parameter",
		  "did you mean 'alpha'?", NULL },
		{ "macro m(a, a) {\n}\n0 `x`", 1, 9, "a parameter twice", "'a'", NULL },
		{ "macro m() {\n}\nmacro m() {\n}\n0 `x`", 3, 7, "a second macro of this name", "test.pkt:1", NULL },
		{ "repeat 2 {\nmacro m() {\n}\n}\n0 `x`", 2, 7, "a macro in a block", NULL, NULL },
		{ "macro m() {\nmacro n() {\n}\n}\nn()\nm()", 2, 7, "a macro in a block", NULL, NULL },
		{ "macro m(a) {\n0 close($a) = 0\n}\nm(a=$x)", 2, 9, "a name without value", "'x'", "m(a=$x)" },
		{ "macro m() {\nm()\n}\n0 `x`", 2, 1, "syntax error", NULL, NULL },
		{ "for $i on 1..2 {\n}\n0 `x`", 1, 8, "a loop without 'in'", "for $i in FIRST..LAST", NULL },
		{ "repeat $n {\n}\n0 `x`", 1, 8, "a name without value", "--define", NULL },
		{ "macro m(a) {\n0 > . 1:1(0) win 9~$a\n}\nm(a=3)", 2, 18, "range is backwards", "ends at 3",
		  "m(a=3)" },
		{ "0 < icmp unreachable frag_needed mtu $m", 1, 38, "a name without value", "'m'", NULL },
		{ "0 f($(1/0)) = 0", 1, 5, "division by zero", NULL, NULL },
		{ "0 f($(9223372036854775807+1)) = 0", 1, 5, "the number gets too large", NULL, NULL },
		{ "macro m(a) {\n0 > . 1:1(0) ack $a\n}\nm(a=x)", 2, 18, "a number is wanted here", "'x'", "m(a=x)" },
		{ "macro m(a) {\n+$a `x`\n}\nm(a=x)", 2, 2, "a time is wanted here", "'x'", "m(a=x)" },
		{ "0 `x`\n}", 2, 1, "syntax error", "expected", NULL },
		{ "if target = kernel {\n0 `x`\n} else {\n0 `y`\n}\n0 `z`", 1, 11, "syntax error", "'=='", NULL },
		{ "repeat 3 times {\nrepeat 2 {\n0 `x`\n}\n}\n0 `z`", 1, 10, "syntax error", "stand in braces", NULL },
		{ "macro f {\n0 `x`\n}\n0 `z`", 1, 9, "syntax error", "macro name()", NULL },
		{ "repeat 2 {\n0 `x`\n", 3, 1, "syntax error", "'}'", NULL },
		{ "include \"/nonexistent/a.inc\"\n0 `x`", 1, 9, "cannot include this", "No such file", NULL },
		{ "include \"/etc/passwd\"\n0 `x`", 1, 9, "cannot include this", "neither named *.inc or *.pkt", NULL },
		{ "include \"/dev/zero\"\n0 `x`", 1, 9, "cannot include this", "is not a file", NULL },
		{ "repeat 2 {\nrepeat 1000001 {\n}\n}\n0 `x`", 2, 1, "the script gets too long", NULL,
		  "round 1 of 2" },
	};

	(void)state;
	find_mistakes(rows, ARRAY_LEN(rows));
}

static void mistakes_in_blocks_are_named(void **state)
{
	static const struct mistake rows[] = {
		{ "either {\n0 `x`\n}", 2, 1, "this cannot stand in the block", "'either' of line 1", NULL },
		{ "unordered {\n0 > nothing\n}", 2, 1, "this cannot stand in the block", "'unordered'", NULL },
		{ "unordered {\n0 > . 1:1(0)\neither {\n+0 > . 1:1(0)\n}\n}", 3, 1, "a block in a block",
		  "line 1", NULL },
		{ "unordered {\n* > . 1:1(0)\n}", 2, 1, "this line has no end", "+0~+0.5", NULL },
		{ "either {\n}\n0 `x`", 1, 1, "a block of so many lines", "0, 1 to 64", NULL },
		{ "either {\nfor $i in 1..65 {\n0 > . 1:1(0)\n}\n}\n0 `x`", 1, 1, "a block of so many lines",
		  "65", NULL },
		{ "0 < fragment 12 udp (9)", 1, 5, "no size of a fragment", "multiple of 8", NULL },
		{ "0 < fragment 8~16 udp (9)", 1, 5, "no size of a fragment", NULL, NULL },
		{ "0 < fragment 8 {0, 1} udp (9)", 1, 5, "no such fragment", "number 1", NULL },
		{ "0 > fragment 8 {1} udp (9)", 1, 5, "fragments that are chosen", NULL, NULL },
		{ "0 > fragment 8 id 7 udp (9)", 1, 5, "fragments that are chosen", NULL, NULL },
		{ "0 < fragment 8 id 0 udp (9)", 1, 19, "identification out of range", "from 1", NULL },
		{ "0 >? fragment 8 udp (9)", 1, 6, "fragments of something else", NULL, NULL },
		{ "0 >? stream 8 . 1:2(1)", 1, 3, "a stream of something else", NULL, NULL },
		{ "0 < ipv4 1.2.3.4 > 5.6.7.8: fragment 8 udp (9)", 1, 29, "fragments of something else", NULL, NULL },
		{ "0 > stream 9 udp (9)", 1, 3, "a stream of something else", "TCP", NULL },
		{ "0 > stream 9 . 1:1(0)", 1, 16, "a stream without data", NULL, NULL },
		{ "0 > stream * . 1:11(*)", 1, 16, "a stream without length", NULL, NULL },
		{ "0 > stream $n . 1:11(10)", 1, 12, "a stream of unknown lengths", NULL, NULL },
		{ "0 < stream * . 1:11(10) win 1", 1, 3, "a stream of something else", NULL, NULL },
	};

	(void)state;
	find_mistakes(rows, ARRAY_LEN(rows));
}

static void mistakes_with_connections_are_named(void **state)
{
	static const struct mistake rows[] = {
		{ "0 > alice: . 1:1(0)", 1, 5, "a connection that has not begun", "< alice: ...", NULL },
		{ "0 < alice: S 0:0(0) win 1\n+0 > alicia: . 1:1(0)", 2, 6, "a connection that has not begun",
		  "did you mean 'alice'?", NULL },
		{ "0 accept(3, a, ...) = 4", 1, 13, "a connection that has not begun", "'a'", NULL },
		{ "0 connect(3, new, ...) = 0", 1, 14, "no name of a connection", "'new'", NULL },
		{ "0 > foreign: . 1:1(0)", 1, 5, "a packet of no connection", "> foreign: nothing", NULL },
		{ "0 < AF_INET: S 0:0(0) win 1", 1, 5, "a name that is taken", "'AF_INET'", NULL },
		{ "0 < a: b: S 0:0(0) win 1", 1, 8, "two connections in one line", NULL, NULL },
		{ "0 < gre: a: S 0:0(0) win 1", 1, 10, "a connection behind outer headers", "< NAME: ipv4", NULL },
		{ "0 < a: raw \"45\"", 1, 5, "literal bytes of a connection", NULL, NULL },
		{ "0 > gre: nothing", 1, 5, "outer headers without a packet", "nothing", NULL },
		{ "0 < $a: S 0:0(0) win 1", 1, 5, "the name of a connection without value", "'a'", NULL },
		{ "for $i in 1..2 {\n0 < $i: S 0:0(0) win 1\n}", 2, 5, "the name of a connection is a word", "'1'",
		  "$i = 1" },
		{ "0 < c[$n]: S 0:0(0) win 1", 1, 5, "a name of which a part is not known", NULL, NULL },
		{ "peer a port 0\n0 < a: S 0:0(0) win 1", 1, 13, "port out of range", "1 to 65535", NULL },
		{ "peer a at 9\n0 < a: S 0:0(0) win 1", 1, 8, "a peer without 'port'",
		  "peer NAME ADDRESS port N", NULL },
		{ "peer a\npeer a\n0 < a: S 0:0(0) win 1", 2, 6, "a second peer of this name", "line 1", NULL },
		{ "peer a\n0 `x`", 1, 6, "a peer that nobody speaks of", "'a'", NULL },
		{ "peer a ::1\n0 < a: S 0:0(0) win 1", 1, 6, "a peer of another family", "IPv6", NULL },
	};

	(void)state;
	find_mistakes(rows, ARRAY_LEN(rows));
}

/* Thirty macros, each of which uses the one before twice: a billion uses, and no event. */
static void macros_that_double_come_to_an_end(void **state)
{
	struct buf text = BUF_INIT;
	struct diags diags;

	(void)state;
	buf_puts(&text, "macro m0() {\n}\n");
	for (int i = 1; i <= 30; i++)
		buf_printf(&text, "macro m%d() {\nm%d()\nm%d()\n}\n", i, i - 1, i - 1);
	buf_puts(&text, "m30()\n0 `x`\n");
	struct script *s = parse(text.data, &diags);
	assert_int_equal(diags.errors, 1);
	assert_string_equal(diags.first->headline, "the script gets too long");
	script_free(s);
	diags_free(&diags);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_become_events),
		cmocka_unit_test(arguments_may_be_observed_later),
		cmocka_unit_test(the_canonical_form_keeps_statements),
		cmocka_unit_test(events_know_their_way),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(mistakes_in_conditions_are_named),
		cmocka_unit_test(mistakes_in_blocks_are_named),
		cmocka_unit_test(mistakes_with_connections_are_named),
		cmocka_unit_test(macros_that_double_come_to_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
