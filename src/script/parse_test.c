/* SPDX-License-Identifier: MIT
 *
 * parse_test.c - texts, what is read from them and where their errors are
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "script/ast.h"
#include "util/buf.h"

static const char *const symbols[] = {
	"COOKIE=3021b9", "DIGITS=123456", "HEXA=0x10", "TEXT=\"a b\"", "CMD=`x y`", "V=cli",
};

static bool set_symbols(struct config *c, void *user, struct diags *diags)
{
	(void)user;
	for (size_t i = 0; i < ARRAY_LEN(symbols); i++)
		config_set(c, "define", symbols[i], "Command Line", (struct loc){ 0 }, diags);
	return true;
}

static struct script *parse(const char *text, size_t length, struct diags *diags)
{
	diags_init(diags);
	return script_parse("t.pkt", text, length, set_symbols, NULL, diags);
}

static void assert_prints(const char *text, const char *want)
{
	struct diags diags;
	struct buf out = BUF_INIT, again = BUF_INIT;
	struct script *s = parse(text, strlen(text), &diags);

	if (diags.errors)
		diags_print(&diags, stderr, false);
	assert_int_equal(diags.errors, 0);
	script_print(&out, s);
	assert_string_equal(out.data, want);
	script_free(s);

	s = script_parse("again", out.data, out.length, NULL, NULL, &diags);
	assert_int_equal(diags.errors, 0);
	script_print(&again, s);
	assert_string_equal(again.data, out.data);
	script_free(s);
	buf_free(&out);
	buf_free(&again);
	diags_free(&diags);
}

struct pair {
	const char *text, *want;
};

/* Read behind "0 ", and printed like this. */
static const struct pair events[] = {
	{ "> S 0:0(0) <...>", NULL },
	{ "> (noecn, flowlabel 0x12) SEW 0:0(0) ack 1 win 2 urg 3 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7,eol>",
	  "> [noecn, flowlabel 0x12] SEW 0:0(0) ack 1 win 2 urg 3 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7,eol>" },
	{ "<[tos 0x2]80>99 FP.5 1:11(10) ack 1", "< [tos 0x2] 80 > 99 FP.5 1:11(10) ack 1" },
	{ "< .3 1:1(0)", NULL },
	{ "< - 1:1(0) <nop , nop>", "< - 1:1(0) <nop,nop>" },
	{ "> S.W 0:0(0)", NULL },
	{ "> . 1:1(0) <sack 1:2 3:4, FO, FOEXP ce, md5 0102>", "> . 1:1(0) <sack 1:2 3:4,FO,FOEXP ce,md5 0102>" },
	{ "> . 1:1(0) <md5 valid, ao 1:2 any, ao 61:84 0102>", "> . 1:1(0) <md5 valid,ao 1:2 any,ao 61:84 0102>" },
	/* Spellings of another dialect. */
	{ "> . 1:1(0) <exp-FO, EXP-FO ce>", "> . 1:1(0) <FOEXP,FOEXP ce>" },
	{ "> [hlim 5, class 0x20] . 1:1(0)", "> [class 0x20, hlim 5] . 1:1(0)" },
	{ "> [dscp af11] . 1:1(0)", NULL },
	{ "> [dscp 0xa] . 1:1(0)", "> [dscp af11] . 1:1(0)" },
	{ "> [dscp 0x3f] udp (1)", NULL },
	{ "> [dscp voice-admit, ttl 3] . 1:1(0)", NULL },
	{ "> [ect0, dscp cs1] . 1:1(0)", "> [tos 0x22] . 1:1(0)" },
	{ "> [dscp cs1, ecn ce] . 1:1(0)", "> [tos 0x23] . 1:1(0)" },
	{ "> [ecn ect0] . 1:1(0)", "> [ect0] . 1:1(0)" },
	{ "> [class 0xb8] . 1:1(0)", NULL },
	{ "< R 12345:12345(0)! win 0", NULL },
	{ "> P. 1:6(5) ack 1 <nop,nop,nop,nop> \"he\" \"llo\" {doff 6}",
	  "> P. 1:6(5) ack 1 <nop,nop,nop,nop> \"hello\" {doff 6}" },
	{ "< udp (2) hex(\"00ff\") {sum bad}", NULL },
	{ "f(pattern(\"ab\"), [{\"x\", 1}, {file (\"a.bin\"), 2}]) = 0",
	  "f(pattern(\"ab\"), [{\"x\", 1}, {file(\"a.bin\"), 2}]) = 0" },
	{ "> [ttl 30~64, id 0x10, df, sum ok] . 1:1(0) {doff 5~15, res {0, 1}}",
	  "> [ttl 30~64, id 16, df 1, sum ok] . 1:1(0) {doff 5~15, res {0, 1}}" },
	{ "< udp (4) {len 7, sum bad}", NULL },
	{ "< icmp echo_request id 3 [raw(8)] {seq 9}", NULL },
	{ "> udplite 1 > 2 (10, 8~18)", NULL },
	{ "< icmp unreachable port_unreachable [udplite(50,8)]",
	  "< icmp unreachable port_unreachable [udplite(50, 8)]" },
	{ "< . 1:1(0) win 1 /udp(9899>9899)", "< . 1:1(0) win 1 /udp(9899 > 9899)" },
	{ "> R ...(0)", "> R *:*(0)" },
	{ "> . 1:1(0) <nop,TS val ... ecr 7>", "> . 1:1(0) <nop,TS val * ecr 7>" },
	{ "< . 1:1(0) <nop,TS val 5 ecr 999!>", NULL },
	{ "> . 1:1(0) <AccECN0 ee0b 1 eceb 2 ee1b 3,AccECN1>", "> . 1:1(0) <ECN e0b 1 ceb 2 e1b 3,AccECN1>" },
	{ "> . 1:1(0) <exp-AccECN0, exp-AccECN1 ee1b 258>", "> . 1:1(0) <gen-254 acc0,gen-254 acc1000102>" },
	{ "< . 1:1(0) <exp-tarr 4, exp-tarr>", "< . 1:1(0) <gen-254 00ac08,gen-254 00ac>" },
	{ "< . 1:1(0) <gen-77 0a0b, gen-253, exp-E2D4 01>", "< . 1:1(0) <gen-77 0a0b,gen-253,gen-254 e2d401>" },
	{ "< . 1:1(0) <020405b401010101>", NULL },
	{ "f({sa_len=16, sa_family=AF_INET, sin_port=..., sin_addr=INADDR_LOOPBACK}) = 0",
	  "f({sa_family=AF_INET, sin_port=..., sin_addr=inet_addr(\"127.0.0.1\")}) = 0" },
	{ "f({sin6_family=AF_INET6, sin6_port=htons(1), sin6_addr=inet6_addr(\"::1\")}) = 0",
	  "f({sa_family=AF_INET6, sin_port=htons(1), sin_addr=inet_addr(\"::1\")}) = 0" },
	{ "f({sa_family=AF_INET, sin_port=htons(1), sin_addr=...}, htons(1), htonl(1)) = 0",
	  "f({sa_family=AF_INET, sin_port=htons(1), sin_addr=...}, htons(1), htonl(1)) = 0" },
	{ "f({imr_multiaddr=inet_addr(\"224.1.2.3\")}, htonl(0x0a000001)) = 0",
	  "f({imr_multiaddr=inet_addr(\"224.1.2.3\")}, htonl(167772161)) = 0" },
	{ "f({msg_name(16)={sa_family=AF_INET, sin_port=htons(1), sin_addr=...}, "
	  "msg_iov(1)=[{iov_base=..., iov_len=3}], "
	  "msg_control(24)=[{cmsg_len=20, cmsg_level=1, cmsg_type=2, cmsg_data=3}], msg_flags=0}) = 0",
	  "f({msg_name(...)={sa_family=AF_INET, sin_port=htons(1), sin_addr=...}, msg_iov(1)=[{..., 3}], msg_flags=0, "
	  "msg_control=[{cmsg_len=20, cmsg_level=1, cmsg_type=2, cmsg_data=3}]}) = 0" },
	{ "f({msg_name(...)=..., msg_iov(0)=[], msg_control(...)=..., msg_flags=0}, {onoff=..., linger=1}) = 0",
	  "f({msg_name(...)=..., msg_iov(0)=[], msg_flags=0, msg_control(...)=...}, {onoff=..., linger=1}) = 0" },
	{ "f({headers(1)=[{..., 2}], trailers(0)=NULL}) = 0", NULL },
	{ "> R. 1:9(8) <nop,nop,sackOK> [code 3, pen 7]", NULL },
	{ "> . 1:1(0) <FO COOKIE, FO DIGITS>", "> . 1:1(0) <FO 3021b9,FO 123456>" },
	{ "> . 1:1(0) <ECN e0b 1 ceb 2 e1b 3,ECN e1b 1>", NULL },
	{ "> udp(10)", "> udp (10)" },
	{ "< [ttl 3] udp 1 > 2 (10)", NULL },
	{ "> icmp unreachable frag_needed mtu 1000 id 3 [1:11(10)]", NULL },
	{ "> icmp type_3 [udp(3)]", NULL },
	/* An older form of the language has the quote in front. */
	{ "< [1:11(10)] icmp unreachable frag_needed mtu 1000", "< icmp unreachable frag_needed mtu 1000 [1:11(10)]" },
	{ "< [ect0] [udp(3)] icmp type_3 id 3", "< [ect0] icmp type_3 id 3 [udp(3)]" },
	{ "< raw \"4500 001c\"", NULL },
	{ "> raw \"45..\" ...", NULL },
	{ "< icmp echo_request [raw(8)]", NULL },
	{ "> ipv4 [ect0] 1.2.3.4 > 5.6.7.8: gre: ipv6 ::1 > 2001:db8::1: mpls (label 1, tc 2, ttl 3)(label 4, tc 0, "
	  "[S], ttl 1): . 1:1(0)",
	  "> ipv4 [ect0] 1.2.3.4 > 5.6.7.8: gre flags 0x0000 sum 0 off 0 key 0 seq 0: ipv6 ::1 > 2001:db8::1: "
	  "mpls (label 1, tc 2, ttl 3) (label 4, tc 0, [S], ttl 1): . 1:1(0)" },
	{ "> GREv0, Flags [checksum present, sequence# present], sum 1, off 2, key = 3, seq 0x4: . 1:1(0)",
	  "> gre flags 0x9000 sum 1 off 2 key 3 seq 4: . 1:1(0)" },
	{ "f() = -1 EAGAIN (flags is id ack)", NULL },
	{ "f(A|B|0x3, ..., 3) = 0 (works)", NULL },
	{ "f(\"a\" \"\\x00\\\"\", TEXT) = HEXA", "f(\"a\\x00\\\"\", \"a b\") = 16" },
	{ "f(\"abc\"..., inet6_addr(\"::1\"), []) = 0", "f(\"abc\", inet6_addr(\"::1\"), []) = 0" },
	{ "f({sa_family=AF_INET6,sin_port=htons(1),sin_addr=inet_addr(\"::1\")}) = 0",
	  "f({sa_family=AF_INET6, sin_port=htons(1), sin_addr=inet_addr(\"::1\")}) = 0" },
	{ "f({msg_name(...)=..., msg_iov(1)=[{...,2}], msg_flags=0, msg_control=[{cmsg_level=A, cmsg_type=B, "
	  "cmsg_data={scm_sec=1,scm_nsec=2}}]}) = 0",
	  "f({msg_name(...)=..., msg_iov(1)=[{..., 2}], msg_flags=0, msg_control=[{cmsg_level=A, cmsg_type=B, "
	  "cmsg_data={scm_sec=1, scm_nsec=2}}]}) = 0" },
	{ "f({ee_errno=1, ee_origin=2, ee_type=3, ee_code=4, ee_info=5, ee_data=6}) = 0", NULL },
	{ "f([{fd=1, events=A}, {fd=2, events=B, revents=C}], {A=1, B=...}) = 0", NULL },
	{ "f([{msg_hdr={msg_name(...)=..., msg_iov(0)=[], msg_flags=0}, msg_len=A|1}, {msg_hdr=...}], {tv_sec=1, "
	  "tv_nsec=B}) = 0",
	  NULL },
	{ "f({events=A|B, u64=7}, {onoff=1, linger=2}, {tv_sec=1, tv_usec=A|2}, {tv_sec=1, tv_nsec=2}) = 0", NULL },
	{ "f({(label 1, tc 0, [S], ttl 9)}, {flags 0x2000 sum 0 off 0 key 1 seq 0}) = 0", NULL },
	{ "`a\\`b`", NULL },
	{ "CMD", "`x y`" },
	{ "%{ a = {1:{}} }%", NULL },
	{ "%{\na\n}%", NULL },
	{ "%{ \t x}y }%", "%{ x}y }%" },
};

static void events_are_read_and_printed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(events); i++) {
		struct buf text = BUF_INIT, want = BUF_INIT;

		buf_printf(&text, "0 %s", events[i].text);
		buf_printf(&want, "0 %s\n", events[i].want ? events[i].want : events[i].text);
		assert_prints(text.data, want.data);
		buf_free(&text);
		buf_free(&want);
	}
}

static const struct pair scripts[] = {
	{ "0`x`+.5`x`*>. 1:1(0)", "0 `x`\n+0.5 `x`\n* > . 1:1(0)\n" },
	{ "0...0.5 f() = 0\r\n+.1....2 f() = 0", "0...0.5 f() = 0\n+0.1...0.2 f() = 0\n" },
	{ "0~1 > . 1:1(0) +0~+0.1 > . 1:1(0)", "0~1 > . 1:1(0)\n+0~+0.1 > . 1:1(0)\n" },
	{ "--mtu=1400 --define=V = \"q\"\n--tolerance_percent=\"7.5\"`init` 0 f(V) = 0 `end`",
	  "--mtu=1400\n--define=V=\"q\"\n--tolerance_percent=\"7.5\"\n`init`\n0 f(cli) = 0\n`end`\n" },
	{ "--define=W=0.5 0 f($W) = 0", "--define=W=0.5\n0 f($W) = 0\n" },
	{ "--define=W=word 0 f(W, \"W\") = 0", "--define=W=word\n0 f(word, \"W\") = 0\n" },
	{ "//! title: x\n\n\n0 `a` // first\n /* b **/ +0 `c`//last",
	  "//! title: x\n\n0 `a` // first\n/* b **/\n+0 `c` //last\n" },
	{ "0 f(1, // x\n   2) = 0\n", "0 f(1, 2) = 0 // x\n" },
	{ "1.000001 `x`", "1 `x`\n" },                       /* the product is a little less than 1000001 */
	{ "0.0000001 `x`", "0 `x`\n" },
};

static void scripts_are_read_and_printed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++)
		assert_prints(scripts[i].text, scripts[i].want);
}

struct bad {
	const char *text;
	int line, column;
	const char *headline, *token, *detail;               /* detail: a part of it */
};

static const struct bad bad[] = {
	{ "", 1, 1, "syntax error", "", "expected an option line or an event" },
	{ "0 > . 1:1(0) ack 1 wim 5", 1, 20, "syntax error", "wim", "did you mean 'win'?" },
	{ "0 > . 1:1(0) <mss 1,sakOK>", 1, 21, "syntax error", "sakOK",
	  "expected '...', '!' or a TCP option; did you mean 'sackOK'?" },
	/* What is missing at the end of a line is missing there. */
	{ "0 f() = 0\n+0 g() =\n+0 h() = 0", 2, 9, "syntax error", "+", "expected an expression" },
	{ "0 close(3) = -1 EAGAIN\n+0 `x`", 1, 23, "syntax error", "+", "EAGAIN (Resource temporarily unavailable)" },
	{ "0 close(3)\n0.1 f() = 0", 1, 11, "syntax error", "0.1", "what it returns, as in 'close(3) = 0'" },
	{ "0 close(3)\n\n", 1, 11, "syntax error", "", "what it returns" },
	{ "0 > S 0:0(0) ack\n+0 f() = 0", 1, 17, "syntax error", "+", "expected a number" },
	{ "0 f(1,\n 3 4) = 0", 2, 4, "syntax error", "4", "expected" },
	{ "0 `a`\n`b`\n+0 `c`", 2, 1, "syntax error", "+", "a command between events needs a time" },
	/* How it is written. */
	{ "0 `a`\nsocket(...) = 3", 2, 1, "syntax error", "socket", "an event begins with its time" },
	{ "0 `a`\n> . 1:1(0)", 2, 1, "syntax error", ">", "an event begins with its time" },
	{ "# a\n0 `x`", 1, 1, "syntax error", "#", "a comment begins with '//'" },
	{ "0 `x`; +0 `y`", 1, 6, "syntax error", ";", "the next one begins a line of its own" },
	{ "0 f('a') = 0", 1, 5, "syntax error", "'", "double quotation marks" },
	{ "0 f() == 0", 1, 8, "syntax error", "=", "one '='" },
	{ "0 f($) = 0", 1, 5, "syntax error", "$", "-D SYMBOL=VALUE" },
	{ "0 f(\xe2\x80\xa6) = 0", 1, 5, "syntax error", "\xe2\x80\xa6", "write three dots" },
	{ "0 f(\xe2\x80\x9c" "a\xe2\x80\x9d) = 0", 1, 5, "syntax error", "\xe2\x80\x9c", "plain quotation marks" },
	{ "0 f(\xe2\x88\x92" "1) = 0", 1, 5, "syntax error", "\xe2\x88\x92", "plain '-'" },
	{ "0 f(\xc3\xa4) = 0", 1, 5, "syntax error", "\xc3\xa4", "plain ASCII" },
	{ "0 `x`\n+100ms `y`", 2, 2, "syntax error", "100ms", "write 0.1" },
	{ "0 `x`\n5us `y`", 2, 1, "syntax error", "5us", "write 5e-06" },
	{ "0 `x`\n+0.1s `y`", 2, 7, "syntax error", "`y`", "without a unit" },
	{ "0 `x`\n+0,1 `y`", 2, 3, "syntax error", ",", "a dot: 0.05" },
	{ "0 `x`\n1.0.0 close(3) = 0", 2, 4, "syntax error", ".0", "one decimal point, as in 1.05, and not '1.0.0'" },
	{ "0 f(99999999999999999999) = 0", 1, 5, "Value out of range for 64-bit integer: 99999999999999999999", NULL,
	  "-9223372036854775808 to 9223372036854775807 is allowed" },
	{ "0 f(1) = -9223372036854775809", 1, 10, "Value out of range for 64-bit integer: -9223372036854775809", NULL,
	  "is allowed" },
	{ "0 f([0x10000000000000000]) = 0", 1, 6, "Value out of range for 64-bit integer: 0x10000000000000000", NULL,
	  "is allowed" },
	{ "--define=N=9223372036854775808\n0 f($(N)) = 0", 2, 5, "a number of more than 64 bits", NULL,
	  "9223372036854775808" },
	{ "0 `x`\n; a", 2, 1, "syntax error", ";", "a comment begins with '//'" },
	{ "-- mtu=1500\n0 `a`", 1, 1, "syntax error", "-", "no blank stands behind the '--'" },
	{ "0 f(3, A||B) = 0", 1, 10, "syntax error", "|", "one '|' joins" },
	{ "0 f(3, sizeof(int)) = 0", 1, 14, "syntax error", "(", "a number: 4 for an int" },
	{ "0 { assert 1 }", 1, 3, "syntax error", "{", "%{ assert" },
	{ "0 f() == 3", 1, 8, "syntax error", "=", "a comparison stands in a code block" },
	{ "+0.1..0.2 > . 1:1(0)", 1, 5, "syntax error", "..", "+0.1~+0.2" },
	{ "+~0.1 > . 1:1(0)", 1, 2, "syntax error", "~", "+0.1~+0.2" },
	{ "0 -> . 1:1(0)", 1, 3, "syntax error", "-", "expected by '>'" },
	{ "0 => . 1:1(0)", 1, 3, "syntax error", "=", "expected by '>'" },
	{ "0 >> . 1:1(0)", 1, 4, "syntax error", ">", "expected by '>'" },
	{ "0 f() = 0\nlet x = 5", 2, 5, "syntax error", "x", "let $size = 1000" },
	{ "let x = 5\n0 `a`", 1, 1, "syntax error", "let", "let $size = 1000" },
	{ "macro f {\n0 `a`\n}", 1, 9, "syntax error", "{", "macro name() {" },
	{ "0 < 1:11(10) P. ack 1", 1, 6, "syntax error", ":", "flags stand before the sequence numbers" },
	{ "0 > udp 1:11(10)", 1, 10, "syntax error", ":", "'udp (10)'" },
	{ "0 < . 1:1(0) ack 1 win 5 [mss 1000]", 1, 27, "syntax error", "mss", "<mss 1000>" },
	{ "0 < ip ttl 3 . 1:1(0)", 1, 8, "syntax error", "ttl", "[ttl 3] . 1:1(0)" },
	{ "0 < . 1:1(0) win 5 ack 1", 1, 20, "syntax error", "ack", "'ack 1 win 1000 urg 1'" },
	{ "0 < sport 1 dport 2 S 0:0(0)", 1, 13, "syntax error", "dport", "1000 > 80" },
	{ "0 > [PSH] . 0:0(0)", 1, 6, "unknown field 'PSH'", NULL, "as in 'P.'" },
	{ "0 assert x == 1", 1, 10, "syntax error", "x", "in a code block: %{ assert" },
	{ "0 < FIN,ACK 1:1(0) win 5", 1, 8, "syntax error", ",", "FIN and ACK are 'F.'" },
	{ "0 < S|A 1:1(0) win 5", 1, 6, "syntax error", "|", "nothing between them" },
	{ "0 sleep 1", 1, 9, "syntax error", "1", "the next event begins with its time" },
	{ "0 > S 0:0 win 5", 1, 11, "syntax error", "win", "as in 1:1001(1000) and udp (1000)" },
	{ "0 > udp 10", 1, 11, "syntax error", "", "'udp (10)'" },
	{ "0 > [SYN] . 0:0(0)", 1, 6, "unknown field 'SYN'", NULL, "as in 'P.'" },
	{ "0 > [S.] 0:0(0)", 1, 7, "syntax error", ".", "as in 'P.'" },
	{ "0 > [hoplimit 5] . 1:1(0)", 1, 6, "unknown field 'hoplimit'", NULL, "did you mean 'hlim'?" },
	{ "0 > [ECT0] . 1:1(0)", 1, 6, "unknown field 'ECT0'", NULL, "did you mean 'ect0'?" },
	{ "0 > [ttl 5, ttl 6] . 1:1(0)", 1, 13, "ttl already set", NULL, NULL },
	{ "0 > [ttl 5~6, hlim 6] . 1:1(0)", 1, 15, "ttl already set", NULL, NULL },
	{ "0 > [flowlabel 0x1, flowlabel 0x2] . 1:1(0)", 1, 21, "flowlabel already set", NULL, NULL },
	{ "0 > [ident 5] . 1:1(0)", 1, 6, "unknown field 'ident'", NULL, "lists those" },
	{ "0 <- S 0:0(0) win 5", 1, 6, "syntax error", "S", "'<' or '>' alone" },
	{ "0 < [P.] 1:11(10)", 1, 7, "syntax error", ".", "without brackets" },
	{ "0 < . ack 1 1:1(0)", 1, 7, "syntax error", "ack", "before 'ack'" },
	{ "0 < icmpv6 packet_too_big", 1, 12, "syntax error", "packet_too_big", "write 'icmp'" },
	{ "0 poll([{events=POLLIN, fd=4, revents=0}], 1, 0) = 0", 1, 29, "syntax error", ",",
	  "{fd=3, events=POLLIN, revents=POLLIN}" },
	{ "\xff\xfe" "0", 1, 1, "syntax error", "\xff", "UTF-16" },
	{ "0 < S 0:0(0) window 5", 1, 14, "syntax error", "window", "called 'win'" },
	{ "0 > . 1:1(0) <nop> win 5", 1, 20, "syntax error", "win", "options stand last" },
	{ "0 > . 1:1(0) ack 1 ...", 1, 20, "syntax error", "...", "written <...>" },
	{ "0 > . 1:1(0) <mss 1 nop>", 1, 21, "syntax error", "nop", "commas stand between options" },
	{ "0 > [ect0 ttl 5] . 1:1(0)", 1, 11, "syntax error", "ttl", "commas stand between items" },
	{ "0 f({sa_family = AF_INET, sin_port = 80}) = 0", 1, 38, "syntax error", "80", "write htons(80)" },
	{ "0 < . 1:1(0) ack 0x10", 1, 18, "syntax error", "0x10", "write 16" },
	{ "0 `a`\n+1e-3 `b`", 2, 2, "syntax error", "1e", "without an exponent" },
	{ "0 `a`\n+0~0.1 > . 1:1(0)", 2, 4, "syntax error", "0.1", "as in +0~+0.1" },
	{ "0 > . 1:1(0) <sack 1-2>", 1, 21, "syntax error", "-2", "START:END" },
	{ "0 > . 1:1(0) <TS 1 2>", 1, 18, "syntax error", "1", "TS val 100 ecr 200" },
	{ "--dry-run\n0 `a`", 1, 6, "syntax error", "-", "--dry_run" },
	{ "0 < icmp echo-request", 1, 14, "syntax error", "-", "underscores: echo_request" },
	{ "0 < S 0:0(0) win=5", 1, 17, "syntax error", "=", "have no '=': 'win 1000'" },
	{ "0 < S 0:0(0) win 5 <mss=5>", 1, 24, "syntax error", "=", "have no '=': 'mss 1460'" },
	{ "0 < . 1:1(0), ack 1 win 5", 1, 13, "syntax error", ",", "no commas stand between the fields" },
	{ "0 < P. 1-11(10) ack 1 win 5", 1, 9, "syntax error", "-11", "START:END(LENGTH)" },
	{ "`true`\n`false`\n0 close(3) = 0", 2, 1, "syntax error", "`false`", "one command stands before the events" },
	{ "+0 * > . 1:1(0) ack 1", 1, 4, "syntax error", "*", "stands in place of the time" },
	{ "0 fd = socket(..., SOCK_STREAM, IPPROTO_TCP)", 1, 3, "syntax error", "fd", "stands behind it" },
	{ "-v\n0 close(3) = 0", 1, 1, "syntax error", "-", "two hyphens" },
	{ "0 < S 0:0(0) win 5 (mss 5)", 1, 20, "syntax error", "(", "angle brackets" },
	{ "0 f() = -EAGAIN", 1, 9, "syntax error", "-", "written -1 EAGAIN (" },
	{ "--ip_version ipv4\n0 `a`", 1, 14, "syntax error", "ipv4", "stands behind '=': --ip_version=ipv4" },
	{ "--remote_ip=192.0.2.1/24\n0 `a`", 1, 22, "syntax error", "/", "--remote_ip=\"192.0.2.1/24\"" },
	{ "--local_ip=192.168.0.1/16\n0 `a`", 1, 23, "syntax error", "/", "only --remote_ip takes" },
	/* One mistake, although the number could be a time. */
	{ "--mtu 1500\n0 `a`", 1, 1, "option 'mtu' requires an argument", NULL, "write '--mtu=BYTES'" },
	{ "0 `x`\n--ip_version=ipv4", 2, 1, "syntax error", "--ip_version", "at the head of a script" },
	{ "0 \"abc", 1, 3, "syntax error", "\"abc", "no closing" },
	{ "/* abc", 1, 1, "syntax error", "/* abc", "no '*/'" },
	{ "`a` `b` 0 `x`", 1, 5, "syntax error", "`b`", "expected an event" },
	{ "-1 `x`", 1, 1, "negative time", NULL, "0 or more" },
	{ "+0~+0 `x`", 1, 1, "event time range can only be used with outbound packets", NULL, NULL },
	{ "* f() = 0", 1, 1, "event time <star> can only be used with outbound packets", NULL, NULL },
	{ "2~1 > . 1:1(0)", 1, 1, "time range is backwards", NULL, NULL },
	{ "0 f(inet_addr(\"1.2.3\")) = 0", 1, 15, "invalid IPv4 address", NULL, "1.2.3" },
	{ "0 setsockopt(3, 0, 77, {(label $x, tc 0, [S], ttl 1)}, 4) = 0", 1, 25,
	  "a name in the header of an option", NULL,
	  "only headers of packet lines" },
	{ "0 f(inet6_addr(\"1.2.3.4\")) = 0", 1, 16, "cannot parse in6_addr", NULL, NULL },
	{ "0 > ipv4 1.2.3.400 > 1.1.1.1: . 1:1(0)", 1, 5, "invalid IPv4 address", NULL, "1.2.3.400" },
	{ "0 f({(label 1, tc 0, [X], ttl 9)}) = 0", 1, 23, "expected [S] for MPLS label stack bottom", NULL, NULL },
	{ "0 > sctp: INIT[flgs=0]", 1, 16, "syntax error", "flgs", "SCTP chunks belong to the nplab dialect" },
	{ "0 < [off 1.2.3.4] udp (1)", 1, 6, "a field has a number", NULL, "an address is that of src or dst" },
	{ "0 < udp (1) {src 1.2.3.4}", 1, 14, "an address out of place", NULL, "among the items of IP" },
	{ "0 < [src 1.2.3.4, src ::1] udp (1)", 1, 19, "an address out of place", NULL, "each once" },
	{ "--ip_version=ipv4-mapped-ipv6\n0 `x`", 1, 18, "syntax error", "-",
	  "is a string: --ip_version=\"ipv4-mapped-ipv6\"" },
	{ "--init_scripts=/tmp/a.sh\n0 `x`", 1, 16, "syntax error", "/", "is a string: --init_scripts=\"/tmp/a.sh\"" },
	{ "0 > udplite(1)", 1, 14, "syntax error", ")", "udplite (100, 20)" },
	{ "0 > encap psp spi 1 . 1:1(0)", 1, 5, "syntax error", "encap", "PSP packets" },
	{ "0 < S 0:0(0) win 1 <mp_capable a>", 1, 21, "syntax error", "mp_capable", "MPTCP" },
	{ "0 < S 0:0(0) win 1 <gen-256>", 1, 21, "TCP option kind out of range", NULL, "0 to 255" },
	{ "0 < S 0:0(0) win 1 <exp-tarr 128>", 1, 21, "rate of acknowledgments out of range", NULL, "0 to 127" },
	{ "0 < S 0:0(0) win 1 <AccECN0 ee1b 1>", 1, 21, "counters in the wrong order", NULL, "begins with ee0b" },
	{ "0 < S 0:0(0) win 1 <exp-AccECN1 ee0b 1>", 1, 21, "counters in the wrong order", NULL, "begins with ee1b" },
	{ "0 < R 1:9(8) win 1 [cod 1, pen 0]", 1, 20, "unknown words behind a segment", NULL, "[code N, pen N]" },
	{ "0 < [dscp af44] . 1:1(0)", 1, 11, "unknown dscp", NULL, "did you mean 'af4" },
	{ "0 < udp (4) {sum wrong}", 1, 14, "a field has a number", NULL, "may also be bad or ok" },
	{ "0 < ipv4 [id 3] 1.1.1.1 > 2.2.2.2: udp (4)", 1, 11, "a field of an outer header", NULL, "innermost" },
	{ "0 < [dscp 64] . 1:1(0)", 1, 11, "dscp out of range for 6 bits", NULL, "0 to 63" },
	{ "0 < [dscp cs1, tos 3] . 1:1(0)", 1, 16, "tos already set", NULL, NULL },
	{ "0 > . 1:1(0) win 9~5", 1, 18, "range is backwards", NULL, "starts at 9 and ends at 5" },
	{ "0 > . 1:1(0) win {}", 1, 19, "syntax error", "}", "a number" },
	{ "0 > . 1:1(0) <!5>", 1, 16, "syntax error", "5", "an option" },
	{ "0 `x`\n#ifdef Linux\n0 `x`", 2, 1, "a condition without end", NULL, "needs its #endif" },
	{ "0 `x`\n#ifdef BSD\n0 `x`\n#ifdef A\n#endif", 2, 1, "a condition without end", NULL, "#endif" },
	{ "0 `x`\n#ifdef\n#endif", 2, 1, "#ifdef without a symbol", NULL, "#ifdef Linux" },
	{ "0 `x`\n#else\n", 2, 1, "#else without #ifdef", NULL, NULL },
	{ "0 `x`\n#endif\n", 2, 1, "#endif without #ifdef", NULL, NULL },
	{ "#ifdef A\n#else\n#else\n#endif\n0 `x`", 3, 1, "a second #else", NULL, "of line 1" },
	{ "0 `x`\n#if 1\n0 `x`", 2, 1, "syntax error", "#if", "#ifdef SYMBOL" },
	{ "0 `x`\n#if defined(A)\n0 `x`\n#elif B\n#else\n#endif", 2, 1, "syntax error", "#if", "#ifdef SYMBOL" },
	{ "#ifdef Linux\n0 `x`\n#elif 2\n0 `y`\n#else\n#endif", 3, 1, "syntax error", "#elif", "#ifdef SYMBOL" },
	{ "0 `x`\n#elif X\n#endif", 2, 1, "syntax error", "#elif", "#ifdef SYMBOL" },
	{ "--mtuu=3\n0 `x`", 1, 1, "option 'mtuu' unknown", NULL, "did you mean '--mtu'?" },
	{ "--mtu\n0 `x`", 1, 1, "option 'mtu' requires an argument", NULL, NULL },
	{ "--dry_run=1\n0 `x`", 1, 1, "option 'dry_run' forbids an argument", NULL, NULL },
};

/* What the commands that remain in a script spell, one letter each. */
static void conditions_choose_what_counts(void **state)
{
	static const struct {
		const char *text, *commands;
	} rows[] = {
		{ "0 `a`\n#ifdef Linux\n0 `b`\n#else\n0 `c`\n#endif\n0 `d`", "abd" },
		{ "0 `a`\n#ifndef Linux\n0 `b`\n#else\n0 `c`\n#endif", "ac" },
		{ "#ifdef FreeBSD\n#ifdef Linux\n0 `a`\n#else\n#endif\n0 `b`\n#else\n0 `c`\n#endif", "c" },
		{ "--define=X=1\n#ifdef X\n0 `a`\n#endif\n#ifdef Y\n0 `b`\n#endif", "a" },
		{ "#ifdef X\n--define=Y=1\n#endif\n0 `a`\n#ifdef Y\n0 `b`\n#endif", "a" },
		{ "0\n#ifdef Linux\n`a`\n#else\n`b`\n#endif", "a" },
		{ "#ifdef X\n// #endif\n/* #else */ \"#endif\" a \" quote\n0 `a`\n#endif\n0 `b`", "b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char commands[8] = "", *end = commands;
		struct diags diags;
		struct script *s = parse(rows[i].text, strlen(rows[i].text), &diags);

		if (diags.errors)
			fail_msg("%s\n%s", rows[i].text, diags.first->headline);
		for (const struct event *e = s->events; e; e = e->next)
			*end++ = *e->command->text;
		assert_string_equal(commands, rows[i].commands);
		script_free(s);
		diags_free(&diags);
	}
}

static void errors_name_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct bad *b = &bad[i];
		struct diags diags;
		struct script *s = parse(b->text, strlen(b->text), &diags);

		const struct diag *d = diags.first;
		if (diags.errors != 1 || strcmp(d->headline, b->headline) || d->loc.line != b->line ||
		    d->loc.column != b->column)
			fail_msg("%s\n%d errors: %d:%d: %s", b->text, diags.errors, d ? d->loc.line : 0,
			         d ? d->loc.column : 0, d ? d->headline : "");
		if (b->token)
			assert_string_equal(d->token, b->token);
		if (b->detail && !strstr(d->detail, b->detail))
			assert_string_equal(d->detail, b->detail);
		diags_free(&diags);
		script_free(s);
	}
}

static void a_byte_order_mark_is_no_text(void **state)
{
	static const char text[] = "\xef\xbb\xbf//! title: x\n0 f() = 0\n0 \xef\xbb\xbfg() = 0\n";
	struct diags diags;
	struct script *s = parse(text, strlen(text), &diags);

	(void)state;
	assert_int_equal(diags.errors, 1);
	assert_int_equal(diags.first->loc.line, 3);
	assert_non_null(strstr(diags.first->detail, "only stand at the very beginning"));
	assert_string_equal(s->comments->text, "//! title: x");
	assert_int_equal(s->comments->loc.column, 1);
	diags_free(&diags);
	script_free(s);
}

static void every_error_is_reported(void **state)
{
	static const char text[] = "0 f( = 0\n+0 g() = 0\n+0 > 1:1\n\t(0) ack\n+0 < . 1:1(0 win\n+0 h() = 0\n";
	static const int lines[] = { 1, 3, 5 };
	struct diags diags;
	struct script *s = parse(text, strlen(text), &diags);
	size_t i = 0;

	(void)state;
	assert_int_equal(diags.errors, 3);
	for (const struct diag *d = diags.first; d; d = d->next)
		assert_int_equal(d->loc.line, lines[i++]);
	assert_int_equal(s->event_count, 2);
	diags_free(&diags);
	script_free(s);
}

static void a_nul_byte_is_an_error(void **state)
{
	struct diags diags;
	struct script *s = parse("0 `x`\n+0 \0`y`", 12, &diags);

	(void)state;
	assert_int_equal(diags.errors, 1);                   /* and none about a script that ends there */
	assert_int_equal(diags.first->loc.line, 2);
	assert_int_equal(diags.first->loc.column, 4);
	diags_free(&diags);
	script_free(s);
}

/* Paths that hold no script end in one error each, at once. */
static void odd_paths_are_errors(void **state)
{
	char folder[] = "/tmp/parse_test.XXXXXX", fifo[64], loop[64];
	const char *const paths[] = { fifo, loop, folder, "/nowhere/x.pkt", "/dev/null" };
	struct diags diags;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(fifo, sizeof(fifo), "%s/fifo", folder);
	snprintf(loop, sizeof(loop), "%s/loop", folder);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(symlink(loop, loop), 0);
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		diags_init(&diags);
		script_free(script_load(paths[i], NULL, NULL, &diags));
		assert_int_equal(diags.errors, 1);
		diags_free(&diags);
	}
	diags_init(&diags);
	script_load(fifo, NULL, NULL, &diags);
	assert_non_null(strstr(diags.first->headline, "Nobody writes to this FIFO"));
	diags_free(&diags);
	unlink(fifo);
	unlink(loop);
	rmdir(folder);
}

/* A folder of scripts is somebody else's: what its links lead to is not shown. */
static void links_do_not_lead_out(void **state)
{
	char folder[] = "/tmp/parse_test.XXXXXX", link[64], other[64];
	static const char *const texts[] = {
		"0 < udp (9) file(\"x.pkt\")\n",
		"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 write(3, file(\"x.pkt\"), 9) = 9\n",
	};
	struct diags diags;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(link, sizeof(link), "%s/x.pkt", folder);
	snprintf(other, sizeof(other), "%s/y.pkt", folder);
	assert_int_equal(symlink("/etc/passwd", link), 0);
	diags_init(&diags);
	assert_null(script_load(link, NULL, NULL, &diags));
	assert_non_null(strstr(diags.first->headline, "It is a link to a file that is not named like a script"));
	diags_free(&diags);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		diags_init(&diags);
		struct script *s = script_parse(other, texts[i], strlen(texts[i]), NULL, NULL, &diags);
		assert_false(script_check(s, &diags));
		assert_non_null(strstr(diags.first->headline, "leads out of the collection"));
		script_free(s);
		diags_free(&diags);
	}
	FILE *file = fopen(other, "w");
	assert_true(file && fputs("0 `x`\n", file) >= 0 && !fclose(file));
	assert_int_equal(unlink(link), 0);
	assert_int_equal(symlink(other, link), 0);
	diags_init(&diags);
	struct script *s = script_load(link, NULL, NULL, &diags);
	assert_int_equal(diags.errors, 0);
	script_free(s);
	diags_free(&diags);
	unlink(link);
	unlink(other);
	rmdir(folder);
}

/* A shell's <(...) and a pipe at standard input are FIFOs, too. */
static void a_pipe_is_read(void **state)
{
	char path[64];
	struct diags diags;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", ends[0]);
	assert_int_equal(write(ends[1], "0 `x`\n", 6), 6);
	close(ends[1]);
	diags_init(&diags);
	struct script *s = script_load(path, NULL, NULL, &diags);
	assert_int_equal(diags.errors, 0);
	assert_int_equal(s->event_count, 1);
	script_free(s);
	diags_free(&diags);
	close(ends[0]);
}

static void parse_quietly(const char *text, size_t length)
{
	struct diags diags;
	struct buf out = BUF_INIT;
	struct script *s = parse(text, length, &diags);

	script_print(&out, s);
	buf_free(&out);
	diags_free(&diags);
	script_free(s);
}

/* Whatever the text, parsing ends; the sanitizers see to the rest. */
static void a_script_cut_anywhere_does_no_harm(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(events); i++) {
		struct buf text = BUF_INIT;

		buf_printf(&text, "--mtu=1500\n`init`\n0 %s\n+0 %s `end`", events[i].text, events[i].text);
		for (size_t length = 0; length <= text.length; length++) {
			char *copy = malloc(length + 1);
			memcpy(copy, text.data, length);
			parse_quietly(copy, length);
			free(copy);
		}
		buf_free(&text);
	}
}

static void random_bytes_do_no_harm(void **state)
{
	uint32_t seed = 1;
	char text[300];

	(void)state;
	for (int round = 0; round < 500; round++) {
		for (size_t i = 0; i < sizeof(text); i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)(round % 2 ? seed >> 24 : ' ' + (seed >> 24) % 95);
		}
		parse_quietly(text, sizeof(text));
	}
}

static void assert_many(const char *before, const char *text, size_t count, const char *after, int events_or_error)
{
	struct buf b = BUF_INIT;
	struct diags diags;

	buf_puts(&b, before);
	for (size_t i = 0; i < count; i++)
		buf_puts(&b, text);
	buf_puts(&b, after);
	struct script *s = parse(b.data, b.length, &diags);
	if (events_or_error < 0) {
		assert_true(diags.errors > 0);
	} else {
		assert_int_equal(diags.errors, 0);
		assert_int_equal(s->event_count, events_or_error);
	}
	diags_free(&diags);
	script_free(s);
	buf_free(&b);
}

static void size_does_no_harm(void **state)
{
	(void)state;
	assert_many("0 `x`", "\n+0 > . 1:1(0) ack 1", 100000, "", 100001);
	assert_many("0 f(", "1, ", 100000, "1) = 0", 1);
	assert_many("0 f(\"", "0123456789", 1000000, "\") = 0", 1);
	assert_many("0 f(", "[", 190, "1", -1);
	assert_many("0 f(", "[", 100000, "", -1);
	assert_many("0 f(", "A=", 100000, "1) = 0", -1);
	assert_many("0 f(", "A|", 100000, "1) = 0", -1);
	assert_many("", "\"\\", 100000, "", -1);
	assert_many("", "/*", 100000, "", -1);
	assert_many("", "+\n", 100000, "", -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_are_read_and_printed),
		cmocka_unit_test(scripts_are_read_and_printed),
		cmocka_unit_test(errors_name_their_place), cmocka_unit_test(conditions_choose_what_counts),
		cmocka_unit_test(a_byte_order_mark_is_no_text),
		cmocka_unit_test(every_error_is_reported),
		cmocka_unit_test(a_nul_byte_is_an_error),
		cmocka_unit_test(odd_paths_are_errors),
		cmocka_unit_test(links_do_not_lead_out),
		cmocka_unit_test(a_pipe_is_read),
		cmocka_unit_test(a_script_cut_anywhere_does_no_harm),
		cmocka_unit_test(random_bytes_do_no_harm),
		cmocka_unit_test(size_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
