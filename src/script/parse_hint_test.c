/* SPDX-License-Identifier: MIT
 *
 * parse_hint_test.c - mistakes of people who know loops, macros and packets from elsewhere, and what they are told
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "script/ast.h"
#include "util/common.h"

static bool set_nothing(struct config *c, void *user, struct diags *diags)
{
	(void)c;
	(void)user;
	(void)diags;
	return true;
}

#define SOCKET "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"

static const struct row {
	const char *text, *hint;                             /* a part of what is said about the first error */
} rows[] = {
	/* Times, options, blocks */
	{ SOCKET "+0.1+0.2 listen(3, 1) = 0\n", "add the two up" },
	{ SOCKET "~+0.1 > . 1:1(0) ack 1\n", "a time of two ends is written +0.1~+0.2" },
	{ "0 < S 0:0(0) win 65535 mss 1000\n", "between angle brackets: <mss 1000>" },
	{ "0 < S 0:0(0) win 65535 <TS val 100>\n", "written TS val 100 ecr 200" },
	{ "repeat 3 {\n0 `x`\n", "the '}' that belongs to its '{' is missing" },
	{ "if target == kernel {\n} else {\n0 `x`\n", "the '}' that belongs to its '{' is missing" },
	{ SOCKET "+0 listen(3, 1 = 0\n", "the ')' behind the last argument of the call is missing" },
	{ SOCKET "+0 listen(3, 1\n", "the ')' behind the last argument of the call is missing" },
	{ SOCKET "+0 accept(3, ..., ...) = -1 EAGIAN\n", "did you mean EAGAIN (Resource temporarily unavailable)?" },
	{ SOCKET "+0 accept(3, ..., ...) = -1 EXYZZY\n", "nothing but an errno: -1 EAGAIN" },
	/* What is no script */
	{ "{\"kind\":\"run\",\"format\":1}\n", "these are results: 'protodrill report FILE'" },
	{ "paths: .\n", "this is YAML, as a plan is: 'protodrill run --plan FILE'" },
	{ "\nmatrix: {target: kernel}\n", "as a plan is" },
	{ "cases: [a.pkt]\n", "as a plan is" },
	{ "listen: 3\n", "as a plan is" },
	{ "12:00:00.000000 IP 192.0.2.1.80 > 192.0.2.2.8080: Flags [S], seq 0, length 0\n",
	  "this is a line of tcpdump" },
	{ "macro handshake\n0 `x`\n", "parameters stand in parentheses, which are there without any" },
	/* Numbers as people write them */
	{ "0 < S 0:0(0) win 65,535 <mss 1460>\n", "a number has digits alone, and no commas: 65535" },
	{ "0 < S 0:0(0) win 1,048,576 <mss 1460>\n", "no commas: 1048576" },
	{ "0 < . 1:1(0) ack 1,000 win 65535\n", "no commas: 1000" },
	{ "0 < P. 1:1,001(1000) ack 1 win 65535\n", "no commas: 1001" },
	{ "0 < P. 1:1001(1,000) ack 1 win 65535\n", "no commas: 1000" },
	{ "0 < udp (1,000)\n", "no commas: 1000" },
	{ "0 < S 0:0(0) win 65535 <mss 1,460>\n", "no commas: 1460" },
	{ "0 < . 1:1(0) win 1 <nop,nop,TS val 1,000 ecr 0>\n", "no commas: 1000" },
	{ SOCKET "+0 write(3, ..., 1000) = 1,000\n", "no commas: 1000" },
	{ "0 < S 0:0(0) win 65_535\n", "a number has digits alone: 65535" },
	{ "0 < P. 1:1001(1_000) ack 1\n", "a number has digits alone: 1000" },
	{ "0 < S 0:0(0) win 1 <mss 1_460>\n", "a number has digits alone: 1460" },
	{ "0 < P. 1::1001(1000) ack 1\n", "one ':' stands between the numbers of the data" },
	{ "0 < S 0:0(0) win 1e4\n", "a number has digits alone" },
	{ "0 < S 0:0(0) win 64k\n", "a number has digits alone" },
	{ "0 < S 0:0(0) win 0x1G\n", "a number has digits alone" },
	{ "0 < S 0:0(0) win 1 <mss 1460.0>\n", "no fraction" },
	{ "0 < S 0:0(0) win 0xff\n", "this number is decimal: write 255" },
	{ SOCKET "+0,050 listen(3, 1) = 0\n", "the decimal point of a time is a dot" },
	{ SOCKET "+0.1 listen(3, 1) = 0\n+1,500 close(3) = 0\n", "the decimal point of a time is a dot" },
	{ "0 < S 0:0(0) win 100,mss 100\n", "blanks and no commas" },
	/* Structures */
	{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onof=1, linger=0}, 8) = 0\n",
	  "there is no member 'onof'; did you mean 'onoff'? Written: {onoff=1, linger=5}" },
	{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {enable=1, linger=0}, 8) = 0\n",
	  "there is no member 'enable': write {onoff=1, linger=5}" },
	{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {linger=5, onoff=1}, 8) = 0\n",
	  "members stand in one order: {onoff=1, linger=5}" },
	{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, {tv_secs=1, tv_usec=0}, 16) = 0\n",
	  "there is no member 'tv_secs'; did you mean 'tv_sec'? Written: {tv_sec=1, tv_usec=0}" },
	{ SOCKET "+0 connect(3, {sa_famly=AF_INET, sin_port=htons(80), sin_addr=...}, 16) = 0\n",
	  "did you mean 'sa_family'?" },
	{ SOCKET "+0 poll([{fdd=3, events=POLLIN}], 1, 0) = 0\n", "did you mean 'fd'? Written: {fd=3, events=POLLIN" },
	{ SOCKET "+0 poll([{fd=3}], 1, 0) = 0\n", "a member is missing: {fd=3, events=POLLIN" },
	{ SOCKET "+0 connect(3, {sa_family=AF_INET, sin_port=htons(80)}, 16) = 0\n",
	  "a member is missing: {sa_family" },
	{ SOCKET "+0 connect(3, {sa_family=AF_UNSPEC}, 16) = 0\n", "AF_UNSPEC has no address" },
	{ SOCKET "+0 connect(3, {sa_family=AF_UNSPEC, sin_port=htons(80)}, 16) = 0\n", "AF_UNSPEC has no address" },
	/* Blocks */
	{ "repeat 3 {\n+0 `x`\nend\n", "a block ends in '}'" },
	{ "for i in 0..3 {\n}\n", "for $i in 0..3 { ... }" },
	{ "for $i in 0 to 3 {\n}\n", "for $i in 0..3 { ... }" },
	{ "for $i = 0..3 {\n}\n", "for $i in 0..3 { ... }" },
	{ "repeat (3) {\n}\n", "behind 'repeat' as a number" },
	{ "repeat 3 times {\n}\n", "stand in braces: repeat 3" },
	{ "while 1 {\n}\n", "for $i in 0..3 { ... }" },
	{ "if target == kernel\n+0 `x`\n", "in braces that begin on its line" },
	{ "if target == kernel {\n} elif 1 {\n}\n", "} else if CONDITION { ... }" },
	{ "else {\n}\n", "'else' stands behind the '}' of an 'if'" },
	{ "0 peer far 192.0.2.7\n", "begins a line and has no time" },
	{ "peer far = 192.0.2.7\n", "'peer NAME ADDRESS port N'" },
	{ "repeat 2 { repeat 2 {\n0 `x`\n} }\n", "'repeat' begins a line of its own" },
	{ "macro m() {\nm()\n}\n0 `x`\n", "none calls itself" },
	/* Macros, names, files */
	{ "macro m($a) {\n}\n", "named without '$'" },
	{ "macro m(a) {\n+0 `x`\n}\nm(1)\n", "given by name: name(size=1000)" },
	{ "0 $x = 1\n", "by 'let': +0 let $size = 1000" },
	{ "let $x = 1\n", "the event with its time" },
	{ "0 let $x 1\n", "a value stands behind '='" },
	{ "0 let $x = 7*2\n", "arithmetic stands in parentheses behind a '$'" },
	{ "include x.inc\n", "include \"file.inc\"" },
	/* Expectations */
	{ "0 < . 1:1(0) win 1 <TS val:1 ecr:0>\n", "have no ':': 'val 100'" },
	{ "0 < . 1:1(0) win: 1\n", "have no ':': 'win 1000'" },
	{ "0 < 192.0.2.1:1000 > 192.168.0.1:80 . 1:1(0) win 1\n", "[src 192.0.2.9]" },
	{ "0 > . 1:1(0) ack any\n", "any number is written '*'" },
	{ "0 > . 1:1(0) ack [1, 2]\n", "a set, {1, 2}" },
	{ "0 > . 1:1(0) ack 1..5\n", "written 1~5" },
	{ "0 > . 1:1(0) ack 1|2\n", "written 1~5, and several {1, 5}" },
	{ "0 < udp (2000) fragment 1480\n", "< fragment 1480 udp (2000)" },
	{ "0 > none\n", "'+0~+1 > nothing'" },
	{ "0 ? > . 1:1(0)\n", "begins with '>?'" },
	{ "0 > stream P. 1:11(10)\n", "comes first, or '*'" },
	{ "0 < unordered { . 1:1(0) }\n", "this begins a line" },
	{ "0 > either . 1:1(0) ack 1 or . 1:1(0) ack 2\n", "either { ... }" },
	{ "0 < client S 0:0(0) win 1\n", "ends in a colon" },
	{ "0 client: < S 0:0(0) win 1\n", "stands behind the direction" },
	/* Fields, quotes, contents */
	{ "0 < . 1:1(0) win 1 sum bad\n", "in braces behind all the rest" },
	{ "0 < . 1:1(0) win 1 {sum=bad}\n", "a blank between them" },
	{ "0 < {df} . 1:1(0) win 1\n", "about IP stands in brackets" },
	{ "0 < [df] [id 7] . 1:1(0) win 1\n", "in one list: [df, id 7]" },
	{ "0 < icmp unreachable port_unreachable 1:1(0)\n", "in brackets: [1:1001(1000)]" },
	{ "0 < icmp unreachable port_unreachable udp(10)\n", "in brackets: [udp(10)]" },
	{ "0 < icmp unreachable 3 [udp(10)]\n", "or code_N" },
	{ "0 < icmp unreachable frag_needed [udp(10)] mtu 9\n", "in front of what is quoted" },
	{ "0 < raw 4500\n", "a string of hexadecimal digits" },
	{ "0 < . 1:3(2) win 1 hex(00ff)\n", "hex(\"00ff\")" },
	{ "0 < . 1:3(2) win 1 hello\n", "what a packet carries" },
	{ "0 < udp(10) > 99\n", "in front of the length" },
	{ "0 < ipv4 10.0.0.1 > 10.0.0.2: mpls (label *, tc 0, ttl 1): udp (1)\n", "have plain numbers" },
	/* Calls */
	{ "0 close(3) = -1 EBADF (of 3, which is closed)\n", "words alone" },
	{ "0 close(3) = -1 EBADF (close() was called)\n", "words alone" },
	{ "0 close(3) = -1 EBADF (9)\n", "words alone" },
	/* Lists of options, and the form of each */
	{ "0 < S 0:0(0) win 1 <mss 1000;nop>\n", "commas stand between options" },
	{ "0 < S 0:0(0) win 1 <mss 1000,>\n", "an option stands behind each comma" },
	{ "0 < S 0:0(0) win 1 <>\n", "a packet without options has no '<>'" },
	{ "0 < . 1:1(0) win 1 <nop,nop,sack 1:2,3:4>\n", "sack 1:2 3:4" },
	{ "0 < . 1:1(0) win 1 <nop,nop,sack {1:2}{3:4}>\n", "sack 1:2 3:4" },
	{ "0 < S 0:0(0) win 1 <FO 0x3021b9d889017eeb,nop,nop>\n", "without '0x': FO 3021b9d889017eeb" },
	{ "0 < S 0:0(0) win 1 <md5 0x3021>\n", "without '0x': md5 3021" },
	{ "0 < . 1:1(0) win 1 <nop,ECN ceb 1 e0b 1>\n", "ECN e0b 1 ceb 1 e1b 1, or from the other end" },
	{ "0 < . 1:1(0) win 1 <nop,nop,ECN>\n", "ECN e0b 1 ceb 1 e1b 1" },
	{ "0 < . 1:1(0) win 1 <AccECN0 eceb 1>\n", "AccECN0 ee0b 1 eceb 1 ee1b 1" },
	{ "0 < . 1:1(0) win 1 <gen 77 0a0b>\n", "gen-77 0a0b" },
	{ "0 < . 1:1(0) win 1 <exp-3 01020304>\n", "four hexadecimal digits" },
	{ "0 < S 0:0(0) win 1 <020405b>\n", "pairs of digits" },
	{ "0 < . 1:1(0) win 1 <nop,nop,TS val 5 ecr! 999>\n", "TS val 5 ecr 999!" },
	/* Headers around a packet, and the words that begin it */
	{ "0 < IPv4 1.2.3.4 > 5.6.7.8: . 1:1(0) win 1\n", "write 'ipv4'" },
	{ "0 < ipv4 1.2.3.4 > 5.6.7.8 . 1:1(0) win 1\n", "a colon ends each of the headers around a packet" },
	{ "0 < UDP (10)\n", "write 'udp'" },
	{ "0 < udplite (100)\n", "udplite (100, 20)" },
	{ "0 < icmp unreachable, frag_needed\n", "blanks and no commas" },
	{ "0 < . 1:1(0) ack 1 win 1 (ect0)\n", "before the flags: [ttl 3]" },
	{ "0 < . 1:1(0) ack 1 win 1 [ttl 9]\n", "before the flags: [ttl 3]" },
	{ "0 < P. 1:11(10) ack win 100\n", "a number stands behind 'ack'" },
	/* Events */
	{ "+0 close(3) = 0\n/ a comment\n", "a comment begins with '//'" },
	{ "/* a /* b */ comment */\n0 `x`\n", "ends at its first '*/'" },
	{ "+1. close(3) = 0\n", "digits behind its point: 1.0" },
	{ "'sysctl -q net.ipv4.tcp_sack=0'\n", "stands between backquotes" },
	{ "+0 'true'\n", "stands between backquotes" },
	{ "+0...0.1 < P. 1:11(10) ack 1 win 100\n", "only a call blocks" },
	{ "+0 close(3) = -1 11 (x)\n", "by its name: -1 EAGAIN" },
	{ "+0 fcntl(3, F_SETFL, O_RDWR+O_NONBLOCK) = 0\n", "'|' joins flags" },
	{ "+0 open(/etc/hostname, O_RDONLY) = 5\n", "a path is a string" },
	/* Words of tcpdump and of C, and parts that are missing */
	{ "0 < S 0:0(0) win 1 <mss 1000\n0 `x`\n", "the list of options has no '>'" },
	{ "0 < S 0:0(0) win 1 <mss 1000,sackPerm>\n", "called 'sackOK'" },
	{ "0 < S 0:0(0) win 1 <TS val 1,ecr 0>\n", "TS val 100 ecr 200" },
	{ "0 < S 0:0(0) win 1 options [mss 1000]\n", "angle brackets: <mss 1000>" },
	{ "0 < Flags [P.], seq 1:11, ack 1\n", "a line of tcpdump" },
	{ "0 < P. seq 1:11(10) ack 1 win 1\n", "without a word in front" },
	{ "0 < F. 1(0) ack 1 win 100\n", "START:END(LENGTH)" },
	{ "+0-0.5 > . 1:1(0) ack 11\n", "written +0.1~+0.2" },
	{ "+* > . 1:1(0) ack 11\n", "it has no '+'" },
	{ "0 close(3) = 0\nsleep(1)\n", "the next event begins with its time" },
	{ "close(3) = 0\n", "begins with its time" },
	{ "0 close(3) = 0\nnone()\n", "no macro above has the name 'none'" },
	{ "0 close(3) = 0\nnone(a=1)\n+0 close(4) = 0\n", "no macro above has the name 'none'" },
	{ "macro some() {\n0 close(3) = 0\n}\nnone()\n", "no macro above has the name 'none'" },
	{ "+0 getsockopt(3, SOL_TCP, TCP_NODELAY, &val, [4]) = 0\n", "stands in brackets: [1]" },
	{ "+0 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=1.2.3.4}, 16) = 0\n",
	  "inet_addr(\"1.2.3.4\")" },
	{ "+0 connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr(1.2.3.4)}, 16) = 0\n",
	  "inet_addr(\"1.2.3.4\")" },
	{ "+wait 1\n", "a number of seconds" },
	{ "+0 > ANY\n", "'> . *:*(*) ack *'" },
	{ "+0 > (S.) 0:0(0) ack 1\n", "stand alone: S. 0:0(0)" },
	{ "+0 > 'F.' 0:0(0) ack 1\n", "stand alone: F. 0:0(0)" },
	{ "+0 < \"S\" 0:0(0) win 1\n", "stand alone: S 0:0(0)" },
	{ "+0 < {S.} 0:0(0) win 1\n", "stand alone: S. 0:0(0)" },
	{ "+0 > close(4) = 0\n", "only a packet has a direction" },
	{ "+0 < write(4, ..., 10) = 10\n", "only a packet has a direction" },
	{ "+0 python{ assert tcpi_snd_cwnd == 10 }\n", "written %{ assert" },
	{ "+0 code { assert tcpi_snd_cwnd == 10 }\n", "written %{ assert" },
	{ "+0 let $y = 1\n+0 let $x = $y+1", "stands in parentheses behind a '$'" },
	{ "+0 let $y = 1\n+0 let $x = $y+1\n", "stands in parentheses behind a '$'" },
	{ "+0 let $y = 1\n+0 let $x = $y + 1\n+0 `true`\n", "stands in parentheses behind a '$'" },
	{ "+0 inject S 0:0(0) win 1000\n", "injected by '<'" },
	{ "+0 expect . 1:1(0) ack 1\n", "expected by '>'" },
	{ "+0 wait 1\n", "the next event begins with its time" },
	{ "+0 wait(1)\n", "the next event begins with its time" },
	{ "sleep 1\n", "the next event begins with its time" },
	{ "+0 sysctl net.ipv4.tcp_sack=0\n", "between backquotes" },
	{ "+0 shell(sysctl -w net.ipv4.tcp_sack=0)\n", "between backquotes" },
	{ "def f():\n", "macro name(" },
	{ "+0 > P. 1:11(10) ack 1 within 0.1\n", "+0~+0.1 >" },
	{ "+0 let a = 3\n", "begins with '$'" },
	{ "+0 let $w = tcpi_rtt\n", "begins with '$': $tcpi_rtt, or in arithmetic $(tcpi_rtt+1)" },
	{ "+0 let $w = 3\n+0 let $v = w + 1\n", "begins with '$': $w, or in arithmetic $(w+1)" },
	{ "+0 let $w = SO_RCVBUF\n", "'SO_RCVBUF' is a constant of calls" },
	{ "+0 let $w = \"x\"\n", "'let' gives a name a number" },
	{ "+0 let $w = 3\n+0 > . 1:1(0) ack w\n", "begins with '$': $w" },
	{ "+0 let $w = 3\n+0 > P. 1:w(10) ack 1\n", "begins with '$': $w" },
	{ "macro m(size) {\n+0 < P. 1:11(size) ack 1 win 257\n}\n", "begins with '$': $size" },
	{ "+0 > . 1:1(0) ack tcpi_rtt\n", "+0 let $NAME = $tcpi_rtt" },
	{ "+0 < . 1:1(0) ack 1 win ${w}\n", "no braces" },
	{ "+0 < S 0:0(0) win 1 <mss 1460, mss>\n", "stands behind 'mss'" },
	{ "#include \"x.inc\"\n", "include \"file.inc\"" },
	{ "%define X 3\n", "--define=SYMBOL=VALUE" },
	{ "{ +0 < . 1:1(0) ack 1 win 257 }\n", "repeat 3 { ... }" },
	{ "+0...+0.2 read(4, ..., 10) = 10\n", "without a second '+'" },
	{ "*+0 > . 1:1(0) ack 11\n", "in place of the time, alone" },
	{ "+0 connect(3, {sa_family=AF_UNSPEC}, 16) = 0\n", "connect(3, AF_UNSPEC, ...)" },
	/* Statements, and what has no time */
	{ "+0 repeat 3 { +0 close(3) = 0 }\n", "'repeat' begins a line and has no time" },
	{ "+0 if tcp { }\n", "'if' begins a line and has no time" },
	{ "+0 include \"a.inc\"\n", "'include' begins a line and has no time" },
	{ "+0 macro f() { }\n", "'macro' begins a line and has no time" },
	{ "0.5 for $i in 1..3 { }\n", "'for' begins a line and has no time" },
	{ "+0 unordered { }\n", "'unordered' begins a line and has no time" },
	{ "$x = 5\n", "a name gets its value by 'let'" },
	{ "+0 $x = read(4, ..., 10)\n", "a call gives a name its result where it stands" },
	{ "++0.2 < . 1:1(0) ack 1 win 10\n", "one '+' stands before a time" },
	{ "+0 read(4, ..., 100) = 10 bytes\n", "behind what a call returns stands nothing but an errno" },
	{ "+0 < P. (10) ack 1 win 10\n", "sequence numbers stand before the length" },
	{ "+0 < . 1 ack 1 win 10\n", "the second sequence number and the length" },
	{ "+0 > . 1:1(0) ack 11 @ 0.5\n", "+0~+0.1 >" },
	/* Groups */
	{ "0 < igmp v3 query group 224.1.2.3\n", "behind the message stand groups" },
	{ "0 > igmp v2 join 224.1.2.3\n", "igmp has v1 query, v2 query" },
	{ "0 > igmp v3 report 224.1.2.3 to_exclude\n", "a record is is_in, is_ex" },
	{ "0 > igmp v3 report ff02::1 to_ex\n", "about groups of IPv4" },
	{ "0 > igmp v3 report 224.1.2.3 to_ex {10.0.0.1}\n", "stand in parentheses" },
};

static void mistakes_are_told_the_way_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = BUF_INIT;
		struct diags diags;
		diags_init(&diags);
		buf_printf(&text, "0 `true`\n%s", rows[i].text);
		struct script *s = script_parse("t.pkt", text.data, text.length, set_nothing, NULL, &diags);
		if (!diags.errors)
			fail_msg("no error: %s", rows[i].text);
		if (!diags.first->detail || !strstr(diags.first->detail, rows[i].hint))
			fail_msg("%s: '%s' instead of '%s'", rows[i].text, diags.first->detail, rows[i].hint);
		script_free(s);
		diags_free(&diags);
		buf_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(mistakes_are_told_the_way_out) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
