/* SPDX-License-Identifier: MIT
 *
 * check_test.c - what the check refuses, and the packets that it makes
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "script/ast.h"

struct bench {
	struct diags diags;
	struct script *script;
};

/* Parses @text, which must be well-formed, and judges it. */
static void judge(struct bench *b, bool (*how)(struct script *, struct diags *), const char *text)
{
	diags_init(&b->diags);
	b->script = script_parse("test", text, strlen(text), NULL, NULL, &b->diags);
	if (b->diags.errors)
		fail_msg("%s\n%s: %s", text, b->diags.first->headline, b->diags.first->detail);
	bool ok = how(b->script, &b->diags);
	assert_int_equal(ok, !b->diags.errors);
}

static void done(struct bench *b)
{
	script_free(b->script);
	diags_free(&b->diags);
}

/* Exactly one diagnostic with @headline (and @detail somewhere in its detail); NULL: none at all. */
static void want(const struct bench *b, const char *text, const char *headline, const char *detail)
{
	const struct diag *first = b->diags.first;

	if (!headline && first)
		fail_msg("%s\nunexpected: %s: %s", text, first->headline, first->detail ? first->detail : "");
	if (!headline)
		return;
	if (!first || strcmp(first->headline, headline) || first->next)
		fail_msg("%s\nwanted: %s\ngot: %s%s", text, headline, first ? first->headline : "nothing",
		         first && first->next ? " and more" : "");
	if (detail && !strstr(first->detail, detail))
		fail_msg("%s\nwanted: %s\ngot: %s", text, detail, first->detail);
}

struct row {
	const char *text, *headline, *detail;
};

static void play_rows(const struct row *rows, size_t count, bool (*how)(struct script *, struct diags *))
{
	for (size_t i = 0; i < count; i++) {
		struct bench b;

		judge(&b, how, rows[i].text);
		want(&b, rows[i].text, rows[i].headline, rows[i].detail);
		done(&b);
	}
}

static void bad_tcp_packets(void **state)
{
	static const struct row rows[] = {
		{ "0 < S 4294967296:0(0) win 1", "TCP start sequence number out of range", NULL },
		{ "0 < . 1:3(1) win 1", "inconsistent TCP sequence numbers and payload size", "1 + 1 is 2, not 3" },
		{ "0 < . 4294967295:4294967296(1) win 1", "TCP end sequence number out of range", NULL },
		{ "0 < . 0:65536(65536) win 1", "TCP payload size out of range",
		  "65536 is written, 0 to 65535 is allowed" },
		{ "0 < . 0:65535(65535) win 1", "TCP segment too large", NULL },
		{ "0 < . 1:1(0) ack -1 win 1", "TCP ack sequence number out of range", NULL },
		{ "0 < . 1:1(0) ack 1 win 65536", "TCP window value out of range", NULL },
		{ "0 < . 1:1(0) ack 1 win 1 urg 65536", "urg_ptr value out of range", NULL },
		{ "0 < . 1:1(0) ack 1", "window must be specified for inbound packets", NULL },
		{ "0 < 65536 > 1 . 1:1(0) ack 1 win 1", "src port out of range", NULL },
		{ "0 < 1 > 65536 . 1:1(0) ack 1 win 1", "dst port out of range", NULL },
		{ "0 < SX 0:0(0) win 1", "Invalid TCP flag: 'X'", NULL },
		{ "0 < S8 0:0(0) win 1", "Invalid TCP flag: '8'", NULL },
		{ "0 < p. 0:0(0) win 1", "Invalid TCP flag: 'p'", "did you mean 'P'?" },
		{ "0 < ACK 0:0(0) ack 1 win 1", "Invalid TCP flag: 'C'", "did you mean '.'?" },
		{ "0 < SE.5 0:0(0) win 1", "Conflicting TCP flag: '5'", NULL },
		{ "0 < S.55 0:0(0) win 1", "Conflicting TCP flag: '5'", NULL },
		{ "0 < [ect01] . 1:1(0) ack 1 win 1", "[ect01] can only be used with outbound packets", NULL },
		{ "0 < [tos 0x100] . 1:1(0) ack 1 win 1", "tos out of range for 8 bits", NULL },
		{ "0 < [flowlabel 0x100000] . 1:1(0) ack 1 win 1", "flowlabel out of range for 20 bits", NULL },
		{ "0 < S 0:0(0) win 1 <...>", "<...> for TCP options can only be used with outbound packets", NULL },
		{ "0 < S 0:0(0) win 1 <mss 65536>", "mss value out of range", NULL },
		{ "0 < S 0:0(0) win 1 <nop,wscale 256>", "window scale shift count out of range", NULL },
		{ "0 < S 0:0(0) win 1 <nop,nop,TS val -1 ecr 0>", "ts val out of range", NULL },
		{ "0 < S 0:0(0) win 1 <nop,nop,TS val 1 ecr 4294967296>", "ecr val out of range", NULL },
		{ "0 < . 0:0(0) win 1 <nop,nop,sack 4294967296:1>", "TCP SACK left sequence number out of range",
		  NULL },
		{ "0 < . 0:0(0) win 1 <nop,nop,sack 1:4294967296>", "TCP SACK right sequence number out of range",
		  NULL },
		{ "0 < . 0:0(0) win 1 <ECN e0b 16777216>", "TCP AccECN field value out of range", NULL },
		{ "0 < . 0:0(0) win 1 <nop,sackOK>", "TCP options are not padded correctly to ensure TCP header is a "
		                                     "multiple of 4 "
		  "bytes: 3 excess bytes", "add 1 nop" },
		{ "0 < . 0:0(0) win 1 <nop,nop,sack 1:2 3:4 5:6 7:8,mss 1,mss 1>", "TCP option list too long",
		  "44 bytes" },
		{ "0 < S 0:0(0) win 1 <FO 123>", "TCP fast open cookie has an odd number of digits", NULL },
		{ "0 < S 0:0(0) win 1 <FO zz>", "TCP fast open cookie 'zz' is not a valid hex string", "-D zz=" },
		{ "0 < S 0:0(0) win 1 <FOEXP "
		  "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff0011223344>",
		  "TCP fast open cookie of 37 bytes exceeds maximum cookie length of 36 bytes", NULL },
		{ "0 < S 0:0(0) win 1 <nop,nop,md5 00112233445566778899aabbccddeeff00>",
		  "TCP MD5 digest longer than 16 bytes", NULL },
		{ "0 < S 0:0(0) win 1 <nop,nop,md5 0g>", "TCP MD5 digest is not a valid hex string", NULL },
		{ "0 < S 0:0(0) win 1 <nop,nop,md5 any>", "md5 any can only be used with outbound packets", NULL },
		{ "0 > S 0:0(0) <ao 1:2 invalid>", "ao invalid can only be used with inbound packets", NULL },
		{ "0 < S 0:0(0) win 1 <ao 256:2 valid>", "TCP-AO KeyID out of range", NULL },
		{ "0 < S 0:0(0) win 1 <ao 25:256 valid>", "TCP-AO RNextKeyID out of range", NULL },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_prepare);
}

static void bad_other_packets(void **state)
{
	static const struct row rows[] = {
		{ "0 < udp (65536)", "UDP payload size out of range", NULL },
		{ "0 < udp (4) \"hello\"", "5 bytes are written, and 4 are wanted", "the length of the line" },
		{ "0 > udp (4~6) \"hello\"", "contents need a length", "udp (5)" },
		{ "0 < udp (4) {doff 5}", "unknown field 'doff'", "a header of UDP has len, sum" },
		{ "0 < udp (4) {len 65536}", "len out of range", "0 to 65535" },
		{ "0 < udp (4) {sum ok}", "a checksum is right without a word for it", "bad" },
		{ "0 < udp (4) {len 5~6}", "a number of an injected packet has one value", NULL },
		{ "0 < udp (65535)", "UDP datagram too large", NULL },
		{ "0 < [gen-148 000] udp (1)", "IP option is not a valid hex string", "'000' is written" },
		{ "0 < [gen-148 00] udp (1)", "IP options are not padded", "3 bytes are written" },
		{ "0 < [gen-1 00] udp (1)", "IP option of one byte", "no bytes of its own" },
		{ "0 < [gen-256 0000] udp (1)", "IP option out of range", "256 is written" },
		{ "0 < [ext-0 010400000000] udp (1)", "an extension header in a packet of IPv4", "gen-148 0000" },
		{ "0 < [dst ::1] udp (1)", "an address of the other family", "dst has one of IPv6" },
		{ "0 < icmp unreachabel", "bad ICMP type unreachabel", "did you mean 'unreachable'?" },
		{ "0 < icmp type_256", "bad ICMP type type_256", NULL },
		{ "0 < icmp port_unreachable", "bad ICMP type port_unreachable",
		  "did you mean 'unreachable port_unreachable'?" },
		{ "0 < icmp packet_too_big", "bad ICMP type packet_too_big", NULL },
		{ "0 < icmp unreachable no_route", "bad ICMP code no_route", NULL },
		{ "0 < icmp echo_request net_unreachable", "bad ICMP code net_unreachable", NULL },
		{ "0 < icmp type_3 net_unreachable", "bad ICMP code net_unreachable", NULL },
		{ "0 < icmp unreachable mtu 1", "ICMPv4 MTU is only valid for unreachable-frag_needed", NULL },
		{ "0 < icmp unreachable frag_needed mtu 65536", "ICMPv4 MTU out of 16-bit range", NULL },
		{ "--ip_version=ipv6\n0 < icmp unreachable mtu 1", "ICMPv6 MTU is only valid for packet_too_big-0",
		  NULL },
		{ "--ip_version=ipv6\n0 < icmp packet_too_big mtu 4294967296", "ICMPv6 MTU out of 32-bit range", NULL },
		{ "0 < icmp echo_reply id 65536", "invalid echo_id, must be between 0 and 65535", NULL },
		{ "0 < icmp unreachable [1:3(1)]", "inconsistent TCP sequence numbers and payload size", NULL },
		{ "0 < raw \"45zz\"", "bad raw packet", NULL },
		{ "0 < raw \"4.00\"", "bad raw packet", NULL },
		{ "0 < raw \"\"", "bad raw packet", NULL },
		{ "0 < raw \"45\" ...", "bad raw packet", NULL },
		{ "0 < icmp echo_request [raw(7)]", "icmp_bytes 7 smaller than icmp header length 8", NULL },
		{ "0 < mpls (label 1, tc 0, ttl 1): . 1:1(0) win 1", NULL, NULL },
		{ "0 < gre: gre: gre: gre: gre: . 1:1(0) win 1", "too many headers", NULL },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_prepare);
}

static void codes_of_a_type_are_named(void **state)
{
	static const struct row rows[] = {
		{ "0 < icmp unreachable forbidden [1:1(0)]", "bad ICMP code forbidden",
		  "of 'unreachable' there are net_unreachable, host_unreachable," },
		{ "0 < icmp unreachable fragmentation_required [1:1(0)]", "bad ICMP code fragmentation_required",
		  "did you mean 'frag_needed'?" },
		{ "0 < icmp unreachable port_unreach [1:1(0)]", "bad ICMP code port_unreach",
		  "did you mean 'port_unreachable'?" },
		{ "0 < icmp dest_unreach [1:1(0)]", "bad ICMP type dest_unreach", "did you mean 'unreachable'?" },
		{ "0 < icmp ping", "bad ICMP type ping", "did you mean 'echo_request'?" },
		{ "0 < icmp packet_too_big [1:1(0)]", "bad ICMP type packet_too_big",
		  "did you mean 'unreachable frag_needed'?" },
		{ "--ip_version=ipv6\n0 < icmp frag_needed [1:1(0)]", "bad ICMP type frag_needed",
		  "did you mean 'packet_too_big'?" },
		{ "0 < icmp quux", "bad ICMP type quux", "of ICMPv4 there are echo_reply, unreachable, " },
		{ "0 < icmp unreachable host_unreachabel [1:1(0)]", "bad ICMP code host_unreachabel", "did you mean" },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_prepare);
}

static void acknowledgments_have_their_flag(void **state)
{
	static const struct row rows[] = {
		{ "0 > P. 1:11(10) ack 1", NULL, NULL },
		{ "0 > S 0:0(0) ack 0", NULL, NULL },
		{ "0 > P 1:11(10) ack 1", "an ack number without the ACK flag", "did you mean 'P.'?" },
		{ "0 > SA 0:0(0) ack 1", "an ack number without the ACK flag", "did you mean 'S.'?" },
		{ "0 < A 1:1(0) ack 1 win 1", "an ack number without the ACK flag", "did you mean '.'?" },
		{ "0 > - 1:1(0) ack 1", "an ack number without the ACK flag", "did you mean '.'?" },
		{ "0 > SEWA 0:0(0)", NULL, NULL },
		{ "0 > A. 1:1(0) ack 1", NULL, NULL },
	};
	struct bench b;

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_check);
	judge(&b, script_check, "0 < R 1:1(0) ack 5 win 1");
	assert_int_equal(b.diags.count, 1);
	assert_int_equal(b.diags.errors, 0);
	done(&b);
	judge(&b, script_prepare, "0 > P 1:11(10) ack 1");
	want(&b, "prepared only", NULL, NULL);
	done(&b);
}

static void times_of_events(void **state)
{
	static const struct row rows[] = {
		{ "0.1 > . 1:1(0)", "first event should be at time 0", NULL },
		{ "* > . 1:1(0)", NULL, NULL },
		{ "0 > . 1:1(0)\n0.2 > . 1:1(0)\n0.1 > . 1:1(0)",
		  "time goes backward in script from 200000 usec to 100000 usec", NULL },
		{ "0 > . 1:1(0)\n0.2 > . 1:1(0)\n+0.1 > . 1:1(0)", NULL, NULL },
		{ "0 `true`\n+0.1 `true`\n0.05 `true`", "time goes backward in script from 100000 usec to 50000 usec",
		  "in line 2, comes no earlier than 0.100000; did you mean '+0.05'?" },
		{ "0 `true`\n+0.1 `true`\n+0 `true`\n0.05 `true`",
		  "time goes backward in script from 100000 usec to 50000 usec", "in line 3" },
		{ "0 `true`\n+0.1 `true`\n0.1 `true`", NULL, NULL },
		{ "0 `true`\n* > . 1:1(0)\n+0.1 `true`\n0.05 `true`",
		  "time goes backward in script from 100000 usec to 50000 usec", NULL },
		/* A packet may leave by the tolerance too early. */
		{ "0 `true`\n+0.1 > . 1:1(0)\n0.097 `true`", NULL, NULL },
		{ "0 `true`\n+0.1 > . 1:1(0)\n0.095 `true`",
		  "time goes backward in script from 96000 usec to 95000 usec", NULL },
		{ "0 `true`\n+1000000000 `true`", NULL, NULL },
		{ "0 `true`\n+600000000 `true`\n+600000000 `true`", "the script gets too long",
		  "add up to 1200000000.000000 seconds" },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_check);
}

#define SOCKET "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"

/* What fails only when it is reached does not keep a script from being played. */
static void play_bad_calls(const struct row rows[], size_t count)
{
	play_rows(rows, count, script_check);
	for (size_t i = 0; i < count; i++) {
		struct bench b;

		judge(&b, script_prepare, rows[i].text);
		want(&b, rows[i].text, NULL, NULL);
		done(&b);
	}
}

static void notes_that_were_meant(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 listen(3, 1) = -1 (EINVAL)", "an errno that is not compared",
		  "write it in front of them: -1 EINVAL (Invalid argument)" },
		{ SOCKET "+0 connect(3, ..., ...) = -1 (Operation now in progress)", "an errno that is not compared",
		  "-1 EINPROGRESS (Operation now in progress)" },
		{ SOCKET "+0 listen(3, 1) = 0 (it is a server)", NULL, NULL },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_check);
}

static void options_that_are_no_numbers(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, 1, 4) = 0",
		  "unsupported setsockopt value type: integer", "SO_RCVTIMEO takes {tv_sec=1, tv_usec=0}" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_SNDTIMEO, {sec=1, usec=0}, 16) = 0",
		  "no structure is known for this option", "SO_SNDTIMEO takes {tv_sec=1, tv_usec=0}" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, [1], 4) = 0",
		  "a number for an option that takes none", "SO_LINGER takes {onoff=1, linger=5}" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, [1], 4) = -1 EINVAL (Invalid argument)", NULL, NULL },
		{ SOCKET "+0 getsockopt(3, SOL_TCP, TCP_CONGESTION, [\"cubic\"], [16]) = 0",
		  "a text in brackets", "a text without them: \"cubic\"" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [\"1000\"], 4) = 0", "a text in brackets", NULL },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_check);
}

static void numbers_as_people_write_them(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 write(3, ..., 1,000) = 1000", "Expected 3 args but got 4",
		  "length); a number has digits alone, and no commas" },
		{ SOCKET "+0 write(3, ..., 1_000) = 1000", "unknown symbol: '1_000'", "a number has digits alone" },
		{ SOCKET "+0 write(3, ..., 1000) = 1_000", "Bad type; actual: word expected: integer",
		  "a number has digits alone" },
		{ SOCKET "+0 write(3, ..., 1, 1000) = 1000", "Expected 3 args but got 4", "write write(" },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_check);
}

static void bad_calls(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 listn(3, 1) = 0", "Unknown system call: 'listn'", "did you mean 'listen'?" },
		{ SOCKET "+0 sctp_bindx(3) = 0", "not played here", "'sctp_bindx' belongs to SCTP" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SPP_HB_DEMAND, [1], 4) = 0", "not played here",
		  "'SPP_HB_DEMAND' belongs to SCTP" },
		/* What other systems have: no error of the author, and not to be played. */
		{ SOCKET "+0 listen(3, 1) = -1 EDOOFUS (x)", "not on this system", "FreeBSD" },
		{ " 0 socket(..., SOCK_RAW, IPPROTO_DIVERT) = 3", "not on this system",
		  "'IPPROTO_DIVERT' is known on FreeBSD, macOS, OpenBSD" },
		{ SOCKET "+0 kqueue() = 4\n+0 close(4) = 0", "not on this system", "'kqueue'" },
		{ SOCKET "+0 listen(3, EDOOFU) = 0", "unknown symbol: 'EDOOFU'", NULL },
		{ SOCKET "+0 listen(3) = 0", "Expected 2 args but got 1", "write listen(fd, backlog)" },
		{ SOCKET "+0 fcntl(3) = 0", "fcntl expected 2-3 args but got 1",
		  "write fcntl(fd, command[, argument])" },
		{ SOCKET "+0 listen(3, ...) = 0", "Bad type; actual: ellipsis expected: integer", "a number" },
		{ SOCKET "+0 listen(3, \"1\") = 0", "Bad type; actual: string expected: integer",
		  "write the number without quotation marks" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, \"SO_REUSEADDR\", [1], 4) = 0",
		  "Bad type; actual: string expected: integer", "write SO_REUSEADDR without quotation marks" },
		{ SOCKET "+0 listen(3, [1]) = 0", "Bad type; actual: list expected: integer", "without brackets" },
		{ SOCKET "+0 bind(3, 1, ...) = 0", "Bad type; actual: integer expected: ellipsis", "written '...'" },
		{ SOCKET "+0 accept(3, ..., ...) = EAGAIN", "Bad type; actual: word expected: integer",
		  "-1 EAGAIN (Resource temporarily unavailable)" },
		{ SOCKET "+0 listen(3, 1) = FAILS", "Bad type; actual: word expected: integer", "a number" },
		{ SOCKET "+0 listen(3, 4294967296) = 0", "Value out of range for 32-bit integer: 4294967296",
		  "-2147483648 to 4294967295" },
		{ SOCKET "+0 connect(3, \"192.0.2.1\", 80) = 0", "Bad type; actual: string expected: integer",
		  "inet_addr(\"192.0.2.1\")" },
		{ SOCKET "+0 setsockopt(3, SOL_TCP, TCP_NODELAY, [1]) = 0", "Expected 5 args but got 4",
		  "write setsockopt(fd, level, option, [n], length)" },
		{ SOCKET "+0 sleep(1) = 0", "Unknown system call: 'sleep'", "+1 is a second later" },
		{ SOCKET "+0 printf(\"x\") = 0", "Unknown system call: 'printf'", "%{ print(" },
		{ SOCKET "+0 frobnicate() = 0", "Unknown system call: 'frobnicate'", "pkt(5)" },
		{ SOCKET "+0 shutdown(3, WR) = 0", "unknown symbol: 'WR'", "did you mean 'SHUT_WR'?" },
		{ SOCKET "+0 connect(3, {sa_family = AF_INET, sin_port = htons(80), sin_addr = "
		         "inet_addr(\"1.2.3.4\")}, ...) = 0",
		  NULL, NULL },
		{ SOCKET "+0 connect(3, {sa_family = AF_INET, sin_port = htons(65536), sin_addr = "
		         "inet_addr(\"1.2.3.4\")}, ...) = 0",
		  "port out of range", "htons(65536) is written, 0 to 65535 is allowed" },
		{ SOCKET "+0 write(3, [1], 3) = 3", "Expected ... or NULL for buffer", "'...' for zeros" },
		{ SOCKET "+0 write(3, hex(\"0g\"), 1) = 1", "'g' is no hexadecimal digit", NULL },
		{ SOCKET "+0 write(3, hex(\"012\"), 1) = 1", "an odd number of hexadecimal digits: 3", NULL },
		{ SOCKET "+0 write(3, file(\"/etc/passwd\"), 1) = 1",
		  "a file beside the script or below: '/etc/passwd'", NULL },
		{ SOCKET "+0 shutdown(3, SHUT_RW) = 0", "unknown symbol: 'SHUT_RW'", "did you mean 'SHUT_RD" },
		{ SOCKET "+0 listen(3, 1) = -1 EINVALID (x)", "unknown symbol: 'EINVALID'", "'EINVAL'" },
		{ SOCKET "+0 listen(3, 1) = EPERM", "Bad type; actual: word expected: integer", NULL },
		{ SOCKET "+0 listen(4, 1) = 0", "unable to find fd with script fd 4", NULL },
		{ SOCKET "+0 close(3) = 0\n+0 listen(3, 1) = 0", "unable to find fd with script fd 3", NULL },
		{ SOCKET "+0 epoll_create(1) = 3", "duplicate fd 3 in script", NULL },
		{ SOCKET "+0 dup(3) = 3", "duplicate fd 3 in script", NULL },
		{ SOCKET "+0 select(..., 3, NULL, NULL, NULL) = 0", "Expected a set of descriptors", "[3, 4]" },
		{ SOCKET "+0 select(..., {[3]}, NULL, NULL, NULL) = 0", "Expected a set of descriptors", "[3, 4]" },
		{ SOCKET "+0 select(..., [4], NULL, NULL, NULL) = 0", "unable to find fd with script fd 4", NULL },
		{ SOCKET "+0 select(..., NULL, NULL, NULL, {tv_sec=1, tv_nsec=0}) = 0",
		  "Expected NULL or {tv_sec=n, tv_usec=n} for the time-out", NULL },
		{ SOCKET "+0 read(3, 7, 1) = 0", "Expected ... or NULL for buffer", NULL },
		{ "0 poll([], 1, 0) = 0", "nfds 1 does not match 0-element pollfd array", NULL },
		{ SOCKET "+0 epoll_create(1) = 4\n+0 epoll_ctl(4, EPOLL_CTL_ADD, 3, {events=EPOLLIN, fd=4}) = 0",
		  "wrong fd specified in epoll_event", NULL },
		{ "0 pipe([5, 6]) = 0\n+0...0.1 splice(5, 0, 6, 0, 1, 0) = 0", "this call cannot be a blocking one",
		  NULL },
	};

	(void)state;
	play_bad_calls(rows, ARRAY_LEN(rows));
}

/* A segment within a datagram, and what is about one. */
static void bad_tunnels(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 < S 0:0(0) win 1 /udp(99999 > 9899)", "src port out of range",
		  "99999 is written, 0 to 65535 is allowed" },
		{ SOCKET "+0 > S. 0:0(0) ack 1 /udp(9899 > 99999)", "dst port out of range",
		  "99999 is written, 0 to 65535 is allowed" },
		{ "--udp_encapsulation=sctp\n" SOCKET, NULL, NULL },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_check);
}

/* Letters that are no address, and calls that differ by a mask or flags from those that people know. */
static void bad_arguments(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 poll(3, POLLIN, 100) = 1", "Bad type; actual: integer expected: list",
		  "[{fd=4, events=POLLIN}]" },
		{ SOCKET "+0 epoll_create(1) = 4\n+0 epoll_wait(4, ..., 1, 0) = 1",
		  "Bad type; actual: ellipsis expected: epollev", "{events=EPOLLIN, fd=4}" },
		{ SOCKET "+0 sendmsg(3, \"abc\", 0) = 3", "Bad type; actual: string expected: msghdr",
		  "{msg_name(...)=..., msg_iov(1)=[{..., 10}]" },
		{ SOCKET "+0 writev(3, [\"abc\", 3], 1) = 3", "Bad type; actual: string expected: iovec",
		  "[{..., 10}, {..., 10}]" },
		{ SOCKET "+0 setsockopt(3, SOL_IP, IP_ADD_MEMBERSHIP, \"224.1.2.3\", 8) = 0",
		  "letters in the place of an address", "write {imr_multiaddr=inet_addr(\"224.1.2.3\"), " },
		{ SOCKET "+0 setsockopt(3, SOL_IPV6, IPV6_JOIN_GROUP, \"ff02::1\", 20) = 0",
		  "letters in the place of an address", "write {ipv6mr_multiaddr=inet6_addr(\"ff02::1\"), " },
		{ SOCKET "+0 setsockopt(3, SOL_IP, IP_ADD_MEMBERSHIP, \"224.1.2.3\", 8) = -1 EINVAL (x)", NULL, NULL },
		{ SOCKET "+0 pselect(..., [3], NULL, NULL, NULL) = 0", "Expected 6 args but got 5",
		  "write pselect(..." },
		{ SOCKET "+0 pselect(..., [3], NULL, NULL, {tv_sec=1, tv_usec=0}, NULL) = 0",
		  "Expected NULL or {tv_sec=n, tv_nsec=n} for the time-out", NULL },
		{ SOCKET "+0 dup3(3, 4) = 4", "Expected 3 args but got 2", "write dup3(fd, fd, flags)" },
		{ "0 pipe2([5], 0) = 0", "Expected [<fd>, <fd>]", "the list has 1 elements" },
		{ "0 socketpair(AF_UNIX, SOCK_STREAM, 0, 5) = 0", "Bad type; actual: integer expected: list", NULL },
		{ "0 socketpair(AF_UNIX, SOCK_STREAM, 0, [5, 6]) = 0\n+0 dup(5) = 6", "duplicate fd 6 in script",
		  NULL },
	};

	(void)state;
	play_bad_calls(rows, ARRAY_LEN(rows));
}

static void bad_option_values(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 setsockopt(3, IPPROTO_TCP, TCP_NOOPT, [1], 4) = 0", "not on this system",
		  "'TCP_NOOPT' is known on FreeBSD, macOS; the case will be SKIP" },
		{ SOCKET "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0], 4) = 0",
		  "Bad type; actual: integer expected: list", "in brackets, [n]" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=0}, 8) = 0",
		  "no structure is known for this option", "{onoff=1, linger=5}" },
		{ SOCKET "+0 setsockopt(3, IPPROTO_IP, IP_ADD_MEMBERSHIP, {imr_multiadr=1, imr_interface=2}, 8) = 0",
		  "unknown member 'imr_multiadr': did you mean 'imr_multiaddr'?", NULL },
		{ SOCKET "+0 setsockopt(3, IPPROTO_IPV6, MCAST_JOIN_GROUP, {gr_interfaze=0}, 8) = 0",
		  "unknown member 'gr_interfaze': did you mean 'gr_interface'?", NULL },
		{ SOCKET "+0 recvmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0, msg_control=["
		  "{cmsg_level=SOL_IP, cmsg_type=IP_PKTINFO, cmsg_data={ipi_ifindex=1, ipi_adr=1}}]}, 0) = 10",
		  "unknown member 'ipi_adr': did you mean 'ipi_addr'?", NULL },
		{ SOCKET "+0 setsockopt(3, SOL_TCP, TCP_NODELAY, [on], 4) = 0", "unknown symbol: 'on'", "write 1" },
		{ SOCKET "+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, reno, 4) = 0", "unknown symbol: 'reno'",
		  "write \"reno\", between quotation marks" },
		{ SOCKET "+0 shutdown(3, SHUTDOWN_WR) = 0", "unknown symbol: 'SHUTDOWN_WR'", "write SHUT_WR" },
		{ SOCKET "+0 write(3, ..., 1K) = 1000", "unknown symbol: '1K'", "digits alone" },
		{ SOCKET "+0 write(3, ..., 0X10) = 16", "unknown symbol: '0X10'", "write 0x10" },
		{ SOCKET "+0 write(3, ..., -10) = 10", "no buffer has this length", "-10 is written" },
		{ SOCKET "+0 write(3, \"hello\", 10) = 10", "5 bytes are written, and 10 are wanted", "pattern(" },
		{ SOCKET "+0 send(3, hex(\"00ff\"), 1, 0) = 1", "2 bytes are written, and 1 are wanted", "pattern(" },
		{ SOCKET "+0 recvfrom(3, ..., -1, 0, ..., ...) = 10", "no buffer has this length", "-1 is written" },
		{ SOCKET "+0 writev(3, [..., 100], 1) = 100", "Bad type; actual: ellipsis expected: iovec",
		  "{..., 10}" },
		{ SOCKET "+0 epoll_create(1) = 4\n+0 epoll_wait(4, [{events=EPOLLIN, fd=3}], 1, 0) = 1",
		  "Bad type; actual: list expected: epollev", "{events=EPOLLIN, fd=4}" },
		/* No socket before that it could be about */
		{ "0 %{ assert tcpi_state == 7 }%", "no socket to use for code", "no socket() before it" },
		{ SOCKET "+0 write(sock, ..., 10) = 10", "unknown symbol: 'sock'", "a descriptor is a number" },
		{ SOCKET "+0 poll({fd=3, events=POLLIN}, 1, 0) = 0", "Bad type; actual: pollfd expected: list",
		  "in brackets: [{fd=4, events=POLLIN}]" },
		{ SOCKET "+0 setsockopt(3, SOL_TCP, TCP_NODELAY, 1, 4) = 0",
		  "unsupported setsockopt value type: integer", "[1]" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_RCVTIMEO, {tv_sec=0, tv_nsec=1}, 16) = 0",
		  "unsupported setsockopt value type: timespec", "{tv_sec=n, tv_usec=n}" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=4294967296}, 8) = 0",
		  "Value out of range for 32-bit integer: 4294967296", "-2147483648 to 4294967295" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_REUSEADDR, ..., 4) = 0",
		  "unsupported setsockopt value type: ellipsis", NULL },
		{ SOCKET "+0 getsockopt(3, SOL_TCP, TCP_INFO, ..., ...) = 0",
		  "unsupported getsockopt value type: ellipsis", "is written [...]; what TCP_INFO tells is asserted" },
		{ SOCKET "+0 getsockopt(3, SOL_SOCKET, SO_ERROR, [0, 1], [4]) = 0",
		  "Expected [<element>] but got multiple elements", NULL },
		{ SOCKET "+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, \"\\q\", 1) = 0", "unsupported escape code: 'q'",
		  NULL },
	};

	(void)state;
	play_bad_calls(rows, ARRAY_LEN(rows));
}

static void bad_messages(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 writev(3, [{..., 1}, {..., 2}], 3) = 3",
		  "iov_count 3 does not match 2-element iovec array", NULL },
		{ SOCKET "+0 sendmsg(3, {msg_name(...)=..., msg_iov(2)=[{..., 1}], msg_flags=0}, 0) = 1",
		  "msg_iovlen 2 does not match 1-element iovec array", NULL },
		{ SOCKET "+0 sendmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=MSG_EOR}, 0) = 1",
		  "sendmsg ignores msg_flags field in msghdr", NULL },
		{ SOCKET "+0 sendmmsg(3, [{msg_hdr={msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=MSG_EOR}}], 1, "
		         "0) = 1",
		  "sendmsg ignores msg_flags field in msghdr", NULL },
		{ SOCKET "+0 sendmmsg(3, [{msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=0}], 1, 0) = 1",
		  "Bad type; actual: msghdr expected: mmsghdr", NULL },
		{ SOCKET "+0 sendmmsg(3, [{msg_hdr={msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=0}, "
		         "msg_len=...}], 1, 0) = 1",
		  "Bad type; actual: ellipsis expected: integer", NULL },
		{ SOCKET "+0 recvmmsg(3, [], 1, 0, NULL) = 0", "vlen 1 does not match 0-element mmsghdr array", NULL },
		{ SOCKET "+0 recvmmsg(3, [], 0, 0, 5) = 0", "Expected NULL or {tv_sec=n, tv_nsec=n} for the time-out",
		  NULL },
		{ SOCKET "+0 recvmmsg(3, [], 0, 0, {tv_sec=0, tv_nsec=X}) = 0", "unknown symbol: 'X'", NULL },
		{ SOCKET "+0 recvmmsg(3, [], 0, 0) = 0", "Expected 5 args but got 4", "{tv_sec=n, tv_nsec=n})" },
		{ SOCKET "+0 recvmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=0, "
		         "msg_control=[{cmsg_level=SOL_IP, "
		  "cmsg_type=IP_TOS, cmsg_data=\"x\"}]}, 0) = 1", "Unrecognized type for cmsg_data", NULL },
	};

	(void)state;
	play_bad_calls(rows, ARRAY_LEN(rows));
}

/* What can be played, and is hardly meant. */
static void doubtful_calls(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 setsockopt(3, IPPROTO_TCP, SO_RCVBUF, [9], 4) = 0", "an option of another level",
		  "SO_RCVBUF is one of SOL_SOCKET" },
		{ SOCKET "+0 getsockopt(3, SOL_IP, IPV6_V6ONLY, [1], [4]) = 0", "an option of another level",
		  "IPV6_V6ONLY is one of IPPROTO_IPV6" },
		{ SOCKET "+0 setsockopt(3, SOL_TCP, SO_RCVBUF, [9], 4) = -1 ENOPROTOOPT (x)", NULL, NULL },
		{ SOCKET "+0 setsockopt(3, 6, TCP_NODELAY, [1], 4) = 0\n"
		  "+0 setsockopt(3, SOL_UDPLITE, UDP_CORK, [1], 4) = 0\n"
		  "+0 setsockopt(3, SOL_IPV6, MCAST_JOIN_GROUP, [1], 4) = 0", NULL, NULL },
		{ SOCKET "+0 read(3, ..., 9) = -11", "no call returns this", "-1 EAGAIN" },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_check);
}

static void good_calls(void **state)
{
	static const struct row rows[] = {
		{ SOCKET "+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n+0...0.1 accept(3, ..., ...) = 4\n"
		  "+0 accept(3, ..., ...) = 4\n+0 write(4, ..., 10) = 10\n+0 close(4) = 0\n+0 close(3) = 0\n+0 "
		  "socket(AF_INET6, 1, 6) = 3", NULL, NULL },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
		  "+0 getsockopt(3, SOL_TCP, TCP_CONGESTION, \"cubic\", [5]) = 0\n+0 fcntl(3, F_SETFL, "
		  "O_RDWR|O_NONBLOCK) = 0\n"
		  "+0 ioctl(3, SIOCINQ, [0]) = 0\n+0 connect(3, AF_UNSPEC, ...) = 0\n+0 read(3, NULL, 1) = -1 EFAULT "
		  "(x)", NULL, NULL },
		{ SOCKET "+0 recvmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=MSG_ERRQUEUE, "
		         "msg_control=["
		  "{cmsg_level=SOL_SOCKET, cmsg_type=SCM_TIMESTAMPING_OPT_STATS, cmsg_data={TCP_NLA_BUSY=1, "
		  "TCP_NLA_SRTT=...}}, "
		  "{cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data={ee_errno=0, ee_origin=SO_EE_ORIGIN_ZEROCOPY, "
		  "ee_type=0, ee_code=255, ee_info=0, ee_data=4294967295}}]}, MSG_ERRQUEUE) = 0", NULL, NULL },
		{ SOCKET "+0 poll([{fd=3, events=POLLIN, revents=POLLOUT}], 1, 0) = 1\n+0 epoll_create(1) = 4\n"
		  "+0 epoll_ctl(4, EPOLL_CTL_ADD, 3, {events=EPOLLIN|EPOLLET, fd=3}) = 0\n"
		  "+0 epoll_wait(4, {events=0, ptr=0}, 1, 0) = 0", NULL, NULL },
	};

	(void)state;
	play_rows(rows, ARRAY_LEN(rows), script_check);
}

/* ---- bytes ---- */

static struct scripted_packet *only_packet(struct bench *b, const char *text)
{
	judge(b, script_prepare, text);
	want(b, text, NULL, NULL);
	return b->script->events->scripted;
}

static void wire_form(void **state)
{
#define IP4(length, protocol) "450000" length "00000000ff" protocol "00000000000000000000"
	static const struct { const char *text, *hex; } rows[] = {
		{ "0 < S 5:5(0) win 65535 <mss 1460,nop,wscale 255>",
		  IP4("30", "06") "00000000" "00000005" "00000000" "7002ffff00000000" "020405b4010303ff" },
		{ "0 < 7 > 8 FP.5 1:3(2) ack 9 win 1 urg 2",
		  IP4("2a", "06") "00070008" "00000001" "00000009" "5159000100000002" "0000" },
		{ "0 < - 1:1(0) win 0", IP4("28", "06") "00000000" "00000001" "00000000" "5000000000000000" },
		{ "0 < SEWA 0:0(0) win 0 <FO 0102>",
		  IP4("2c", "06") "00000000" "00000000" "00000000" "61c2000000000000" "22040102" },
		{ "0 < . 0:0(0) win 0 <FOEXP,nop,nop,sack 1:2,nop,ECN e0b 1 ceb 2 e1b 3>",
		  IP4("44", "06") "00000000" "00000000" "00000000" "c010000000000000" "fe04f989"
		  "0101050a0000000100000002" "01" "ac0b000001000002000003" },
		{ "0 < [tos 0x12] udp 1 > 2 (3)", "4512001f"
		  "00000000ff" "11" "00000000000000000000" "00010002000b0000" "000000" },
		{ "0 < icmp unreachable frag_needed mtu 1400 [5:15(10)]",
		  IP4("38", "01") "0304000000000578" "45000032" "00000000ff06" "00000000000000000000"
		  "0000000000000005" },
		{ "0 < icmp echo_request id 258 [raw(10)]", IP4("1e", "01") "0800000001020000" "0000" },
		{ "--ip_version=ipv6\n0 < (flowlabel 0x12345) icmp packet_too_big mtu 70000 [udp(4)]",
		  "60012345" "0038" "3aff" "0000000000000000000000000000000000000000000000000000000000000000"
		  "0200000000011170"
		  "60000000" "000c" "11ff" "0000000000000000000000000000000000000000000000000000000000000000"
		  "0000000000000000" },
		{ "0 > ipv4 1.2.3.4 > 5.6.7.8: gre: mpls (label 1, tc 2, [S], ttl 3): . 1:1(0)",
		  "45000044" "00000000ff" "2f" "00000102030405060708" "00008847" "00001503"
		  IP4("28", "06") "00000000" "00000001" "00000000" "5010000000000000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		struct scripted_packet *scripted = only_packet(&b, rows[i].text);
		uint8_t bytes[256];
		char hex[2 * sizeof(bytes) + 1] = "";
		size_t length = packet_build(&scripted->packet, bytes, sizeof(bytes));

		for (size_t j = 0; j < length; j++)
			sprintf(hex + 2 * j, "%02x", bytes[j]);
		if (strcmp(hex, rows[i].hex))
			fail_msg("%s\nwanted: %s\ngot:    %s", rows[i].text, rows[i].hex, hex);
		done(&b);
	}
}

static void what_is_compared(void **state)
{
	struct bench b;
	struct scripted_packet *scripted =
		only_packet(&b, "0 > ipv4 [ttl 9] 1.1.1.1 > 2.2.2.2: [ect0] S.3 0:0(0) ack 1 <...>");

	(void)state;
	assert_int_equal(scripted->ip_checks[0].tos_check, TOS_ECN);
	assert_int_equal(scripted->ip_checks[0].tos, 0);
	assert_int_equal(scripted->ip_checks[0].ttl, 9);
	assert_int_equal(scripted->ip_checks[1].tos_check, TOS_ECN);
	assert_int_equal(scripted->ip_checks[1].tos, 2);
	assert_int_equal(scripted->ip_checks[1].ttl, 255);
	assert_int_equal(scripted->ace, 3);
	assert_true(scripted->any_options);
	assert_false(scripted->has_window);
	done(&b);

	scripted = only_packet(&b, "--ip_version=ipv6\n0 > [ect01, flowlabel 0x7] S.0 0:0(0) ack 1 win 5");
	assert_int_equal(scripted->ip_checks[0].tos_check, TOS_ECT01);
	assert_int_equal(scripted->flow_label, 7);
	assert_int_equal(scripted->ace, 0);
	assert_true(scripted->has_window);
	done(&b);

	scripted = only_packet(&b, "0 < icmp unreachable port_unreachable [1001:1001(0)]");
	assert_int_equal(scripted->echo, ECHO_TCP);
	assert_int_equal(scripted->echo_seq, 1001);
	assert_int_equal(scripted->echo_header_at, 0);
	done(&b);
}

static void every_mistake_is_told(void **state)
{
	struct bench b;

	(void)state;
	judge(&b, script_check, "0 < SX 1:3(1) ack -1 win 70000\n+0 listn(1) = 0\n+0 bind(3, FOO|BAR, ...) = X\n");
	assert_int_equal(b.diags.errors, 7);
	done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_tcp_packets), cmocka_unit_test(bad_other_packets),
		cmocka_unit_test(times_of_events), cmocka_unit_test(numbers_as_people_write_them),
		cmocka_unit_test(bad_calls), cmocka_unit_test(bad_option_values),
		cmocka_unit_test(notes_that_were_meant), cmocka_unit_test(options_that_are_no_numbers),
		cmocka_unit_test(bad_arguments), cmocka_unit_test(bad_tunnels),
		cmocka_unit_test(bad_messages), cmocka_unit_test(doubtful_calls), cmocka_unit_test(good_calls),
		cmocka_unit_test(wire_form), cmocka_unit_test(what_is_compared),
		cmocka_unit_test(acknowledgments_have_their_flag), cmocka_unit_test(codes_of_a_type_are_named),
		cmocka_unit_test(every_mistake_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
