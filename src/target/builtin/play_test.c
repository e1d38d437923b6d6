/* SPDX-License-Identifier: MIT
 *
 * play_test.c - whole scripts against the target: calls on TCP sockets that wait, and what ends the waiting
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "drill/drill.h"
#include "target/builtin/script_bench.h"

struct play_case {
	const char *text;
	enum verdict verdict;
	const char *reason;                                  /* part of the verdict's; NULL: not looked at */
};

static void play(const struct play_case *c)
{
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_parse("t.pkt", c->text, strlen(c->text), NULL, NULL, &diags);
	if (!script_prepare(script, &diags) || diags.errors)
		diags_print(&diags, stderr, false);
	assert_int_equal(diags.errors, 0);
	struct target *t = bench_target(script, BUILTIN_TRACE_NONE);
	assert_non_null(t);
	struct record *record = record_new(script, "builtin", true);
	drill_play(script, t, &(struct drill_options){ 0 }, record);
	t->ops->close(t);
	if (record->verdict != c->verdict || (c->reason && !strstr(record->verdict_reason, c->reason)))
		fail_msg("%s\n -> %s (%s)\n", c->text, verdict_name[record->verdict], record->verdict_reason);
	record_free(record);
	script_free(script);
	diags_free(&diags);
}

#define HEAD "--ip_version=ipv4\n--local_ip=192.168.0.1\n--remote_ip=192.0.2.1\n"
#define SOCKET HEAD "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
#define LISTEN HEAD \
	"0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 1) = 0\n"
#define OPEN LISTEN \
	"+0 < S 0:0(0) win 10000 <mss 1000>\n* > S. 0:0(0) ack 1 <...>\n+0 < . 1:1(0) ack 1 win 10000\n" \
	"+0 accept(3, ..., ...) = 4\n"

static void waiting(void **state)
{
	static const struct play_case cases[] = {
		{ LISTEN "+0...0.2 accept(3, ..., ...) = 4\n+.1 < S 0:0(0) win 10000 <mss 1000>\n"
		         "+0 > S. 0:0(0) ack 1 <...>\n+.1 < . 1:1(0) ack 1 win 10000\n", VERDICT_PASS, NULL },
		{ SOCKET "+0...0.1 connect(3, ..., ...) = 0\n"
		       "+0 > S 0:0(0) <...>\n+.1 < S. 0:0(0) ack 1 win 10000 <mss 1000>\n+0 > . 1:1(0) ack 1\n",
			VERDICT_PASS, NULL },
		{ SOCKET "+0...0.1 connect(3, ..., ...) = -1 ECONNREFUSED (no)\n"
		       "+0 > S 0:0(0) <...>\n+.1 < R. 0:0(0) ack 1 win 0\n", VERDICT_PASS, NULL },
		{ OPEN "+0...0.3 recv(4, ..., 3000, MSG_WAITALL) = 3000\n+.1 < P. 1:1001(1000) ack 1 win 10000\n"
		       "+.1 < P. 1001:2001(1000) ack 1 win 10000\n+.1 < P. 2001:3001(1000) ack 1 win 10000\n",
			VERDICT_PASS, NULL },
		{ OPEN "+0...0.2 recv(4, ..., 3000, MSG_WAITALL) = 1000\n+.1 < P. 1:1001(1000) ack 1 win 10000\n"
		       "+.1 < F. 1001:1001(0) ack 1 win 10000\n", VERDICT_PASS, NULL },
		{ OPEN "+0...0.1 read(4, ..., 10) = -1 ECONNRESET (gone)\n+.1 < R. 1:1(0) ack 1 win 0\n",
		  VERDICT_PASS, NULL },
		{ OPEN "+0...0.1 poll([{fd=4, events=POLLIN, revents=POLLIN}], 1, -1) = 1\n"
		  "+.1 < P. 1:2(1) ack 1 win 10000\n",
		  VERDICT_PASS, NULL },
		{ OPEN "+0 setsockopt(4, SOL_SOCKET, SO_SNDBUF, [5000], 4) = 0\n+0...0.2 write(4, ..., 20000) = 20000\n"
		       "+.1 < . 1:1(0) ack 1 win 10000\n", VERDICT_FAIL, "write() has been blocked since" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

static void nothing_left_to_happen(void **state)
{
	static const struct play_case cases[] = {
		{ LISTEN "+0 accept(3, ..., ...) = 4\n", VERDICT_FAIL, "accept() has been blocked since 0.000000 s" },
		{ OPEN "+0 read(4, ..., 10) = 10\n", VERDICT_FAIL, "read() has been blocked since" },
		{ OPEN "* > . 1:1(0) ack 1\n", VERDICT_FAIL, "Timed out waiting for packet" },
		/* ... but what the stack does by itself ends a plain call, in the stack's own time. */
		{ SOCKET "+0 setsockopt(3, SOL_TCP, TCP_SYNCNT, [1], 4) = 0\n"
		       "+0 connect(3, ..., ...) = -1 ETIMEDOUT (nobody)\n", VERDICT_PASS, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

static void the_rest(void **state)
{
	static const struct play_case cases[] = {
		/* One injected packet is one arrival of three segments. */
		{ "--mss=1000\n" OPEN "+0 < P. 1:3001(3000) ack 1 win 10000\n"
		  "+0 %{ assert tcpi_bytes_received == 3000 }%\n"
		  "+0 %{ assert tcpi_data_segs_in == 1, tcpi_data_segs_in }%\n", VERDICT_PASS, NULL },
		{ OPEN "+0 %{ assert tcpi_state == 1 and tcpi_snd_mss == 1000 }%\n", VERDICT_PASS, NULL },
		{ OPEN "+0 write(4, NULL, 1) = -1 EFAULT (bad)\n+0 write(4, ..., 0) = 0\n", VERDICT_PASS, NULL },
		{ OPEN "+0 `sysctl -q net.ipv4.tcp_sack=0; sleep 1`\n+0 `false`\n", VERDICT_FAIL, "non-zero status 1" },
		{ OPEN "+0 `nstat | grep -q Tcp`\n+0 `ss`\n", VERDICT_SKIP, "'ss'" },
		{ OPEN "+0 pipe([5, 6]) = 0\n+0 < U. 1:101(100) ack 1 win 257 urg 100\n"
		  "+0 splice(4, NULL, 6, NULL, 200, 0) = 99\n"
		  "+0 splice(4, NULL, 6, NULL, 1, 0) = 0\n+0 read(5, ..., 200) = 99\n", VERDICT_PASS, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

/* What the stack has no means for is SKIP, and named; what Linux refuses in any case is refused. */
static void what_the_stack_lacks(void **state)
{
#define SKIPPED(call, reason) { SOCKET "+0 " call " = 0\n", VERDICT_SKIP, reason }
#define UDP4 HEAD "0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n"
#define STAMPED(more) \
	"+0 setsockopt(4, SOL_SOCKET, SO_TIMESTAMPING, [SOF_TIMESTAMPING_TX_SOFTWARE|SOF_TIMESTAMPING_SOFTWARE|" \
	more "], 4) = 0\n+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n" \
	"+0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 200}], msg_flags=MSG_ERRQUEUE}, MSG_ERRQUEUE) = 0\n"
#define UDP6 "--ip_version=ipv6\n0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n"
	static const struct play_case cases[] = {
		SKIPPED("setsockopt(3, SOL_TCP, TCP_REPAIR, [1], 4)", "TCP_REPAIR"),
		SKIPPED("setsockopt(3, SOL_TCP, TCP_CONGESTION, \"westwood\", 8)", "no such congestion control"),
		SKIPPED("setsockopt(3, SOL_IP, IP_CHECKSUM, [1], 4)", "IP_CHECKSUM"),
		SKIPPED("getsockopt(3, SOL_TCP, TCP_ZEROCOPY_RECEIVE, hex(\"00\"), [16])", "TCP_ZEROCOPY_RECEIVE"),
		{ SOCKET "+0 open(\"/etc/passwd\", O_RDONLY) = 4\n", VERDICT_SKIP, "a file of the machine" },
		{ SOCKET "+0 open(\"/tmp/nothing\", O_RDONLY) = -1 ENOENT (none)\n", VERDICT_PASS, NULL },
		{ OPEN STAMPED("0"), VERDICT_SKIP, "OPT_TSONLY" },
		{ UDP4 "+0 setsockopt(3, IPPROTO_UDP, UDP_ENCAP, [2], 4) = 0\n", VERDICT_SKIP, "UDP_ENCAP" },
		{ UDP6 "+0 setsockopt(3, SOL_IPV6, IPV6_DSTOPTS, hex(\"0000010400000000\"), 8) = 0\n", VERDICT_SKIP,
		  "IPV6_DSTOPTS" },
		{ HEAD "0 `tc qdisc replace dev tun0 root fq`\n+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
		  "+0 setsockopt(3, SOL_TCP, TCP_TX_DELAY, [1000], 4) = 0\n", VERDICT_SKIP, "TCP_TX_DELAY" },
		{ SOCKET "+0 setsockopt(3, SOL_TCP, TCP_REPAIR, [0], 4) = 0\n"
		  "+0 setsockopt(3, SOL_TCP, TCP_CONGESTION, \"nonesuch\", 8) = -1 ENOENT (none)\n", VERDICT_PASS,
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

/* One data segment that times out once: window, timer and what is in flight, after each event that moved them. */
static void samples_of_a_connection(void **state)
{
	static const char text[] = OPEN
		"+0 write(4, ..., 1000) = 1000\n+0 > P. 1:1001(1000) ack 1\n+1 > P. 1:1001(1000) ack 1\n"
		"+.1 < . 1:1(0) ack 1001 win 10000\n+0 close(4) = 0\n+0 > F. 1001:1001(0) ack 1\n";
	static const struct {
		int64_t at_ms, cwnd, ssthresh, unacked, retransmits, rto;
	} want[] = {
		{ 0, 4, INT32_MAX, 0, 0, 1000000 },
		{ 0, 4, INT32_MAX, 1, 0, 1000000 },
		{ 1000, 1, 2, 1, 1, 2000000 },
		{ 1100, 2, 2, 0, 0, 2000000 },
	};
	struct diags diags;

	(void)state;
	for (int wanted = 0; wanted < 2; wanted++) {
		diags_init(&diags);
		struct script *script = script_parse("t.pkt", text, strlen(text), NULL, NULL, &diags);
		assert_true(script_prepare(script, &diags));
		struct target *t = bench_target(script, BUILTIN_TRACE_NONE);
	assert_non_null(t);
		struct record *record = record_new(script, "builtin", true);
		drill_play(script, t, &(struct drill_options){ .sample = wanted }, record);
		t->ops->close(t);
		assert_int_equal(record->verdict, VERDICT_PASS);
		const struct sample *s = record->samples;
		for (size_t i = 0; wanted && i < ARRAY_LEN(want); i++, s = s->next) {
			assert_non_null(s);
			assert_int_equal(s->fd, 4);
			assert_int_equal(s->values.state, 1);
			assert_int_equal(s->at.ns, want[i].at_ms * 1000000);
			assert_int_equal(s->values.cwnd, want[i].cwnd);
			assert_int_equal(s->values.ssthresh, want[i].ssthresh);
			assert_int_equal(s->values.unacked, want[i].unacked);
			assert_int_equal(s->values.retransmits, want[i].retransmits);
			assert_int_equal(s->values.rto, want[i].rto);
		}
		assert_null(s);
		record_free(record);
		script_free(script);
		diags_free(&diags);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting),
		cmocka_unit_test(nothing_left_to_happen),
		cmocka_unit_test(the_rest),
		cmocka_unit_test(what_the_stack_lacks),
		cmocka_unit_test(samples_of_a_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
