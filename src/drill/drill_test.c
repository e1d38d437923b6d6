/* SPDX-License-Identifier: MIT
 *
 * drill_test.c - whole runs against a small target made for the purpose: verdicts, kinds of failure, blame
 *
 * The target is a UDP sender in virtual time: write() makes a datagram leave. Its faults and those of the
 * "machine" it runs on are set by each test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "drill/drill.h"

enum { QUEUE = 8, EPHEMERAL_PORT = 50000 };

struct fake {
	struct target target;
	const struct script *script;
	vtime_t clock;
	struct queued {
		vtime_t at;
		uint8_t bytes[2048];
		size_t length;
	} queue[QUEUE];
	int queued, taken;
	bool pending;
	vtime_t pending_until;
	/* what is wrong today */
	vtime_t delay;                                       /* of each datagram */
	vtime_t looks_late;                                  /* after a packet has left, it looks for it so late */
	vtime_t oversleep;                                   /* how long each wait by time oversleeps */
	vtime_t builds;                                      /* how long it then takes until a packet leaves */
	int asked;                                           /* for the time, since the last wait */
	vtime_t stall, round_trip;                           /* reported as disturbance */
	int copies;                                          /* of each datagram; 0 drops it */
	int shorter;                                         /* bytes missing in each datagram */
	int write_error;                                     /* of write(), and of setsockopt() */
	bool real_time;
	const char *lacking;                                 /* what the machine lacks */
	const char *absent;                                  /* what the stack was built without */
	int commands, injected;
	const char *last_command;
};

static struct fake *fake_of(struct target *t)
{
	return (struct fake *)t;
}

/* After a wait by time the drill asks for the time twice to see whether it is over, then when it was, then when the
 * packet leaves. */
enum { WHEN_IT_LEAVES = 4 };

static vtime_t fake_now(struct target *t)
{
	struct fake *f = fake_of(t);

	if (f->builds.ns && ++f->asked == WHEN_IT_LEAVES)
		f->clock = vtime_add(f->clock, f->builds);
	return f->clock;
}

static bool due_now(const struct fake *f, vtime_t at, vtime_t until)
{
	return !vtime_before(until, at) || vtime_before(at, f->clock);
}

static enum target_event fake_wait(struct target *t, vtime_t until, unsigned interest, struct observation *out)
{
	struct fake *f = fake_of(t);
	struct queued *next = f->taken < f->queued ? &f->queue[f->taken] : NULL;

	if (interest & TARGET_WANT_RETURN && f->pending && due_now(f, f->pending_until, until)) {
		f->pending = false;
		f->clock = vtime_max(f->clock, f->pending_until);
		*out = (struct observation){ .at = f->clock, .seen = f->clock, .result = { .returned = f->clock } };
		return TARGET_RETURN;
	}
	if (interest & TARGET_WANT_PACKET && next && due_now(f, next->at, until)) {
		f->taken++;
		f->clock = vtime_add(vtime_max(f->clock, next->at), f->looks_late);
		*out = (struct observation){
			.at = next->at, .seen = f->clock, .bytes = next->bytes, .length = next->length,
		};
		return TARGET_PACKET;
	}
	f->clock = vtime_add(vtime_max(f->clock, until), f->oversleep);
	f->asked = 0;
	return TARGET_TIME;
}

static int fake_inject(struct target *t, const struct injection *injection)
{
	assert_true(injection->length > 0);
	fake_of(t)->injected++;
	return 0;
}

static void send_datagram(struct fake *f, size_t length)
{
	const struct config *c = &f->script->config;
	struct packet p = { .header_count = 2, .payload_length = length };

	assert_true(f->queued < QUEUE);
	struct queued *q = &f->queue[f->queued++];
	p.headers[0].type = HEADER_IPV4;
	p.headers[0].ipv4.ttl = 64;
	p.headers[1].type = HEADER_UDP;
	packet_set_tuple(&p, &(struct tuple){ c->local_ip, c->remote_ip, EPHEMERAL_PORT, c->connect_port });
	assert_true(packet_fill_lengths(&p));
	q->length = packet_build_with_checksums(&p, q->bytes, sizeof(q->bytes));
	q->at = vtime_add(f->clock, f->delay);
}

static void put_stamp(const struct fake *f, struct msghdr *message)
{
	struct timespec stamps[3] = { 0 };
	struct cmsghdr *c = CMSG_FIRSTHDR(message);
	const vtime_t at = f->queue[f->queued - 1].at;

	stamps[0].tv_sec = at.ns / 1000000000;
	stamps[0].tv_nsec = at.ns % 1000000000;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SO_TIMESTAMPING;
	c->cmsg_len = CMSG_LEN(sizeof(stamps));
	memcpy(CMSG_DATA(c), stamps, sizeof(stamps));
	message->msg_controllen = CMSG_SPACE(sizeof(stamps));
}

static void fake_call(struct target *t, const struct call *call, struct call_result *out)
{
	struct fake *f = fake_of(t);

	*out = (struct call_result){ .returned = f->clock };
	if (call->id == CALL_SOCKET)
		out->value = 7;
	if ((call->id == CALL_SETSOCKOPT || call->id == CALL_WRITE) && f->write_error) {
		*out = (struct call_result){ .value = -1, .error = f->write_error };
	} else if (call->id == CALL_WRITE) {
		out->value = call->arguments[2].number;
		for (int i = 0; i < f->copies; i++)
			send_datagram(f, (size_t)(out->value - f->shorter));
	}
	if (call->id == CALL_READ && !call->blocking) {      /* would wait for ever */
		f->clock = call->limit;
		send_datagram(f, 10);
		*out = (struct call_result){ .value = -1, .error = EINTR, .returned = f->clock, .broken_off = true };
	}
	if (call->id == CALL_READ && call->blocking) {
		f->pending = out->pending = true;
		f->pending_until = VTIME_NEVER;
	}
	if (call->id == CALL_RECVMSG)                        /* tells when the last datagram left */
		put_stamp(f, call->arguments[1].pointer);
	if (call->id == CALL_IOCTL)
		*(int *)call->arguments[2].pointer = 77;
	if (call->id == CALL_POLL && call->blocking) {
		f->pending = out->pending = true;
		f->pending_until = vtime_add(f->clock, vtime_ms(200));
	}
}

static const char *fake_info(struct target *t, int fd, struct tcp_state_info *out)
{
	(void)t;
	(void)fd;
	*out = (struct tcp_state_info){ 0 };
	out->tcpi[TCPI_snd_cwnd] = 10;
	return NULL;
}

static int fake_command(struct target *t, const char *text, struct buf *why)
{
	struct fake *f = fake_of(t);

	f->commands++;
	f->last_command = text;
	if (strcmp(text, "false"))
		return 0;
	buf_puts(why, "non-zero status 1");
	return 1;
}

static vtime_t fake_resolution(struct target *t)
{
	(void)t;
	return VTIME_ZERO;
}

static uint16_t fake_port(struct target *t)
{
	(void)t;
	return 40000;
}

static void fake_disturbance(struct target *t, struct disturbance *out)
{
	*out = (struct disturbance){ .worst_wake = fake_of(t)->stall, .round_trip = fake_of(t)->round_trip };
}

static const char *fake_lacking(struct target *t)
{
	return fake_of(t)->lacking;
}

static const char *fake_absent(struct target *t)
{
	return fake_of(t)->absent;
}

static void fake_close(struct target *t)
{
	(void)t;
}

static const struct target_ops fake_ops = {
	.name = "fake", .now = fake_now, .start_time = fake_now, .wait = fake_wait, .inject = fake_inject,
	.call = fake_call, .info = fake_info, .command = fake_command, .remote_port = fake_port,
	.timer_resolution = fake_resolution, .disturbance = fake_disturbance, .lacking = fake_lacking,
	.absent = fake_absent,
	.close = fake_close,
};

#define SOCKET \
	"--ip_version=ipv4\n--local_ip=192.168.0.1\n" \
	"0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n" \
	"+0 connect(3, ..., ...) = 0\n"
#define EXCHANGE SOCKET "+0 write(3, ..., 100) = 100\n+0 > udp (100)\n"

/* A script, a set of faults, and what must come of them. */
struct run_case {
	const char *text;
	struct fake fake;
	enum verdict verdict;
	enum mismatch_kind kind;
	const char *message;                                 /* part of the failure's */
};

static void play(const struct run_case *c)
{
	struct fake fake = c->fake;
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_parse("t.pkt", c->text, strlen(c->text), NULL, NULL, &diags);
	if (!script_prepare(script, &diags) || diags.errors)
		diags_print(&diags, stderr, false);
	assert_int_equal(diags.errors, 0);
	fake.target.ops = &fake_ops;
	fake.script = script;
	fake.clock = vtime_s(1000);
	struct record *record = record_new(script, "fake", !fake.real_time);
	drill_play(script, &fake.target, &(struct drill_options){ 0 }, record);
	if (record->verdict != c->verdict)
		print_error("%s\n -> %s (%s)\n", c->text, verdict_name[record->verdict], record->verdict_reason);
	assert_int_equal(record->verdict, c->verdict);
	if (c->kind)
		assert_string_equal(mismatch_kind_name[record->failure->mismatch_kind], mismatch_kind_name[c->kind]);
	if (c->message && !strstr(record->failure->message, c->message))
		fail_msg("'%s' is not in '%s'", c->message, record->failure->message);
	record_free(record);
	script_free(script);
	diags_free(&diags);
}

static void what_goes_right_passes(void **state)
{
	static const struct run_case cases[] = {
		{ EXCHANGE, { .copies = 1 }, VERDICT_PASS, 0, NULL },
		{ EXCHANGE "+.1 < udp (20)\n", { .copies = 1 }, VERDICT_PASS, 0, NULL },
		{ EXCHANGE, { .copies = 1, .delay = { 3000000 } }, VERDICT_PASS, 0, NULL },
		{ SOCKET "+0 write(3, ..., 100) = 100\n* > udp (100)\n", { .copies = 1, .delay = { 70000000 } },
		  VERDICT_PASS, 0, NULL },
		{ EXCHANGE "+0 %{ assert tcpi_snd_cwnd == 10 }%\n", { .copies = 1 }, VERDICT_PASS, 0, NULL },
		{ SOCKET "+0...0.2 poll([{fd=3, events=POLLIN}], 1, 500) = 0\n+.25 close(3) = 0\n", { .copies = 0 },
		  VERDICT_PASS, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

static void faults_of_the_target_fail_by_kind(void **state)
{
	static const struct run_case cases[] = {
		{ EXCHANGE, { .copies = 0 }, VERDICT_FAIL, MISMATCH_MISSING, "Timed out waiting for packet" },
		{ EXCHANGE, { .copies = 1, .delay = { 9000000 } }, VERDICT_FAIL, MISMATCH_LATE,
		  "timing error: expected outbound" },
		{ SOCKET "+0 write(3, ..., 100) = 100\n+.1 > udp (100)\n", { .copies = 1 }, VERDICT_FAIL,
		  MISMATCH_EARLY, "timing error: expected outbound packet at" },
		{ EXCHANGE, { .copies = 1, .shorter = 1 }, VERDICT_FAIL, MISMATCH_FIELDS, "Timed out" },
		{ SOCKET "+0 write(3, ..., 100) = 100\n+0 > udp (90)\n", { .copies = 1 }, VERDICT_FAIL, 0,
		  "live packet payload: expected 90 bytes vs actual 100 bytes" },
		{ EXCHANGE, { .write_error = EPIPE }, VERDICT_FAIL, MISMATCH_RESULT,
		  "runtime error in write call: Expected result 100 but got -1 with errno 32 (Broken pipe)" },
		{ SOCKET "+0 write(3, ..., 9) = -1 EAGAIN (no)\n", { .write_error = EPIPE }, VERDICT_FAIL,
		  MISMATCH_RESULT, "Expected errno 11 (Resource temporarily unavailable) but got 32 (Broken pipe)" },
		{ EXCHANGE "+0 %{ assert tcpi_snd_cwnd == 11, 'cwnd' }%\n", { .copies = 1 }, VERDICT_FAIL,
		  MISMATCH_ASSERTION, "AssertionError: cwnd" },
		{ SOCKET "+0 `false`\n", { .copies = 0 }, VERDICT_FAIL, MISMATCH_COMMAND,
		  "error executing `false` command: non-zero status 1" },
		{ SOCKET "+0 close(4) = 0\n", { .copies = 0 }, VERDICT_ERROR, MISMATCH_OTHER,
		  "unable to find fd with script fd 4" },
		{ SOCKET "+0 frobnicate(3) = 0\n", { .copies = 0 }, VERDICT_ERROR, MISMATCH_OTHER,
		  "Unknown system call: 'frobnicate'" },
		{ SOCKET "+0...0.1 poll([{fd=3, events=POLLIN}], 1, 500) = 0\n+.25 close(3) = 0\n", { .copies = 0 },
		  VERDICT_FAIL, MISMATCH_LATE,
		  "expected system call return at 0.100000 sec but happened at 0.200000 sec" },
		{ SOCKET "+0 > . 1:1(0) ack 1\n", { .copies = 0 }, VERDICT_ERROR, MISMATCH_OTHER,
		  "no matching socket for script packet" },
		{ SOCKET "+0 >? . 1:1(0) ack 1\n", { .copies = 0 }, VERDICT_ERROR, MISMATCH_OTHER,
		  "no matching socket for script packet" },
		{ SOCKET "+0...9 read(3, ..., 9) = 9\n+0...9 read(3, ..., 9) = 9\n", { .copies = 0 }, VERDICT_FAIL,
		  MISMATCH_BASIS, "another blocking system call is already in progress" },
		{ SOCKET "+0...0.5 read(3, ..., 9) = 9\n+0.1 close(3) = 0\n", { .copies = 0 }, VERDICT_FAIL,
		  MISMATCH_BLOCKED, "read() has been blocked since 0.000000 s" },
		{ SOCKET "+.5 read(3, ..., 9) = 9\n", { .copies = 0 }, VERDICT_FAIL, MISMATCH_BLOCKED,
		  "read() has been blocked since 0.500000 s; 0 of 9 are done; 77 bytes in the receive queue" },
		{ SOCKET "+0...0.2 read(3, ..., 9) = 9\n+9 write(3, ..., 1) = 1\n", { .copies = 0 }, VERDICT_FAIL,
		  MISMATCH_BLOCKED, "read() has been blocked since 0.000000 s; 77 bytes in the receive queue" },
		{ SOCKET "* > udp (100)\n", { .copies = 0 }, VERDICT_FAIL, MISMATCH_MISSING,
		  "Timed out waiting for packet" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

static void what_the_machine_does_not_give_is_an_error(void **state)
{
	static const struct run_case cases[] = {
		{ EXCHANGE, { .write_error = EMFILE, .lacking = "no descriptor" }, VERDICT_ERROR, MISMATCH_RESULT,
		  "Too many open files" },
		{ EXCHANGE, { .write_error = EMFILE }, VERDICT_FAIL, MISMATCH_RESULT, "Too many open files" },
		{ SOCKET "+0 write(3, ..., 9) = -1 EMFILE (as wanted)\n",
		  { .write_error = EMFILE, .lacking = "no descriptor" }, VERDICT_PASS, 0, NULL },
		{ SOCKET "+0 `false`\n", { .lacking = "no /proc" }, VERDICT_ERROR, MISMATCH_COMMAND,
		  "non-zero status 1" },
		{ "--local_ip=192.168.0.1\n`false`\n0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n",
		  { .lacking = "no /proc" }, VERDICT_ERROR, MISMATCH_COMMAND, "error executing init command" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

#define SET_LOW_WATER(result) SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_SNDLOWAT, [9], 4) = " result "\n"

static void what_only_other_systems_set_is_no_failure(void **state)
{
	static const struct run_case cases[] = {
		{ SET_LOW_WATER("0"), { .write_error = ENOPROTOOPT }, VERDICT_SKIP, MISMATCH_RESULT,
		  "Protocol not available" },
		{ SET_LOW_WATER("0"), { .write_error = EINVAL }, VERDICT_FAIL, MISMATCH_RESULT, "Invalid argument" },
		{ SET_LOW_WATER("-1 ENOPROTOOPT (no)"), { .write_error = ENOPROTOOPT }, VERDICT_PASS, 0, NULL },
		{ SOCKET "+0 setsockopt(3, IPPROTO_TCP, TCP_MD5SIG, [1], 4) = 0\n", { .write_error = EINVAL },
		  VERDICT_SKIP, MISMATCH_RESULT, "Invalid argument" },
		{ SOCKET "+0 setsockopt(3, IPPROTO_TCP, TCP_MD5SIG, \"abcd\", 4) = 0\n", { .write_error = EINVAL },
		  VERDICT_FAIL, MISMATCH_RESULT, "Invalid argument" },
		{ SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_RCVLOWAT, [9], 4) = 0\n", { .write_error = ENOPROTOOPT },
		  VERDICT_FAIL, MISMATCH_RESULT, "Protocol not available" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

static void what_the_stack_was_built_without_is_no_failure(void **state)
{
	static const struct run_case cases[] = {
		{ EXCHANGE, { .write_error = ENOENT, .absent = "no cubic" }, VERDICT_SKIP, MISMATCH_RESULT,
		  "No such file or directory" },
		{ SOCKET "+0 write(3, ..., 9) = -1 ENOENT (as wanted)\n",
		  { .write_error = ENOENT, .absent = "no cubic" }, VERDICT_PASS, 0, NULL },
		{ SOCKET "+0 `false`\n", { .absent = "no cubic" }, VERDICT_SKIP, MISMATCH_COMMAND,
		  "non-zero status 1" },
		{ SOCKET "+0 write(3, ..., 9) = 9\n+0 > udp (8)\n", { .copies = 1, .absent = "no cubic" },
		  VERDICT_FAIL, MISMATCH_FIELDS, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

#define AFTER_A_PACKET SOCKET "0.02 write(3, ..., 100) = 100\n* > udp (100)\n0.02 < udp (20)\n"

static void our_own_lateness_is_never_laid_at_the_target(void **state)
{
	static const struct run_case cases[] = {
		{ EXCHANGE "+.01 < udp (20)\n", { .copies = 1, .real_time = true, .oversleep = { 3000000 } },
		  VERDICT_PASS, 0, NULL },
		{ EXCHANGE "+.01 < udp (20)\n", { .copies = 1, .real_time = true, .oversleep = { 5000000 } },
		  VERDICT_INCONCLUSIVE, 0, "the harness was 5.0 ms late at line 7 (tolerance 4.0 ms)" },
		{ EXCHANGE "+.01 < udp (20)\n+0 < udp (20)\n",
		  { .copies = 1, .real_time = true, .builds = { 5000000 } },
		  VERDICT_INCONCLUSIVE, 0, "the harness was 5.0 ms late at line 8 (tolerance 4.0 ms)" },
		{ EXCHANGE, { .copies = 0, .real_time = true, .stall = { 1100000000 } }, VERDICT_INCONCLUSIVE, 0,
		  NULL },
		{ EXCHANGE, { .copies = 0, .real_time = true, .stall = { 60000000 } }, VERDICT_FAIL, MISMATCH_MISSING,
		  NULL },
		/* A line that is slow all the time, unlike one stall, may be why what was awaited never came. */
		{ EXCHANGE, { .copies = 0, .real_time = true, .round_trip = { 60000000 } }, VERDICT_INCONCLUSIVE, 0,
		  NULL },
		{ EXCHANGE, { .copies = 0, .real_time = true, .round_trip = { 2000000 } }, VERDICT_FAIL,
		  MISMATCH_MISSING, NULL },
		{ EXCHANGE, { .copies = 1, .delay = { 9000000 }, .real_time = true, .stall = { 6000000 } },
		  VERDICT_INCONCLUSIVE, 0, NULL },
		{ EXCHANGE, { .copies = 1, .delay = { 9000000 }, .real_time = true, .stall = { 2000000 } },
		  VERDICT_FAIL, MISMATCH_LATE, NULL },
		/* 3 ms late by us and 2 by the target: without us it would have been in time; 8 by the target
		 * are too many */
		{ AFTER_A_PACKET, { .copies = 1, .delay = { 2000000 }, .real_time = true, .oversleep = { 3000000 } },
		  VERDICT_INCONCLUSIVE, 0, "the harness was 3.0 ms late at line 7 (tolerance 4.0 ms)" },
		{ AFTER_A_PACKET, { .copies = 1, .delay = { 8000000 }, .real_time = true, .oversleep = { 3000000 } },
		  VERDICT_FAIL, MISMATCH_LATE, "expected inbound packet at 0.020000 sec but happened at 0.031000 sec" },
		{ AFTER_A_PACKET, { .copies = 1, .delay = { 3500000 }, .real_time = true }, VERDICT_PASS, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

#define STAMP(ns) \
	"+0 recvmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 0}], msg_flags=0, " \
	"msg_control=[{cmsg_level=SOL_SOCKET, cmsg_type=SCM_TIMESTAMPING, cmsg_data={scm_sec=0, scm_nsec=" ns "}}]}, " \
	"MSG_ERRQUEUE) = 0\n"
#define LATER(time) EXCHANGE time " write(3, ..., 50) = 50\n+0 > udp (50)\n"

/* Two datagrams, each late within its tolerance, move the second one to where its stamp is beyond it. */
static void times_that_have_added_up_are_no_failure(void **state)
{
	static const struct run_case cases[] = {
		{ LATER("+.02") STAMP("20000000"),
		  { .copies = 1, .delay = { 3000000 }, .real_time = true }, VERDICT_INCONCLUSIVE, MISMATCH_OUTPUT,
		  "Bad timestamp 0" },
		/* more than they have added up to, too early, or in virtual time: the target's */
		{ LATER("+.02") STAMP("14000000"),
		  { .copies = 1, .delay = { 3000000 }, .real_time = true }, VERDICT_FAIL, MISMATCH_OUTPUT, NULL },
		{ LATER("+.02") STAMP("32000000"),
		  { .copies = 1, .delay = { 3000000 }, .real_time = true }, VERDICT_FAIL, MISMATCH_OUTPUT, NULL },
		{ LATER("+.02") STAMP("20000000"),
		  { .copies = 1, .delay = { 3000000 } }, VERDICT_FAIL, MISMATCH_OUTPUT, NULL },
		/* and an absolute time begins anew */
		{ LATER(".02") STAMP("20000000"),
		  { .copies = 1, .delay = { 3000000 }, .real_time = true }, VERDICT_PASS, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

#define TWO SOCKET "+0 write(3, ..., 100) = 100\n+0 > udp (100)\n"

/* A relative time counts from what happened, however late we look at it. */
static void looking_late_moves_no_time(void **state)
{
	static const struct run_case cases[] = {
		/* the second packet is due when the first left, not when we saw that */
		{ TWO "+0 > udp (100)\n", { .copies = 2, .real_time = true, .looks_late = { 9000000 } }, VERDICT_PASS,
		  0, NULL },
		/* made up before the next event is due; within the tolerance; beyond it, and never
		 * the target's fault */
		{ TWO "+.01 < udp (20)\n", { .copies = 1, .real_time = true, .looks_late = { 9000000 } }, VERDICT_PASS,
		  0, NULL },
		{ TWO "+0 < udp (20)\n", { .copies = 1, .real_time = true, .looks_late = { 3000000 } }, VERDICT_PASS, 0,
		  NULL },
		{ TWO "+0 < udp (20)\n", { .copies = 1, .real_time = true, .looks_late = { 9000000 } },
		  VERDICT_INCONCLUSIVE, 0, "the harness was 9.0 ms late at line 7 (tolerance 4.0 ms)" },
		/* nor what is missing when the packet before it was taken a second too late */
		{ TWO "+0 > udp (100)\n", { .copies = 1, .real_time = true, .looks_late = { 1500000000 } },
		  VERDICT_INCONCLUSIVE, 0, "Timed out" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

#define RAW_UDP "> raw \"45000080 00000000 4011 .... c0a80001 c0000201 c350 1f90 006c ....\" ...\n"

static void raw_lines_mean_bytes(void **state)
{
	static const struct run_case cases[] = {
		{ "--ip_version=ipv4\n--local_ip=192.168.0.1\n0 < raw \"4500\"\n", { .copies = 0 }, VERDICT_PASS, 0,
		  NULL },
		{ SOCKET "+0 write(3, ..., 100) = 100\n+0 " RAW_UDP, { .copies = 1 }, VERDICT_PASS, 0, NULL },
		{ SOCKET "+0 write(3, ..., 101) = 101\n+0 " RAW_UDP, { .copies = 1 }, VERDICT_FAIL, MISMATCH_FIELDS,
		  "raw packet byte 3: expected: 0x80 vs actual: 0x81" },
		{ SOCKET "+0 write(3, ..., 100) = 100\n+0 > raw \"45\"\n", { .copies = 1 }, VERDICT_FAIL,
		  MISMATCH_FIELDS, "raw packet length: expected: 1 vs actual: 128" },
		{ SOCKET "+0 " RAW_UDP, { .copies = 0 }, VERDICT_FAIL, MISMATCH_MISSING, "Timed out" },
		{ SOCKET "+0 write(3, ..., 100) = 100\n+0 " RAW_UDP, { .copies = 1, .delay = { 9000000 } },
		  VERDICT_FAIL, MISMATCH_LATE, "timing error" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		play(&cases[i]);
}

/* What is seen of a call that does not return: its end has a time of its own, and what was sent meanwhile is there. */
static void a_blocked_call_leaves_its_evidence(void **state)
{
	struct fake fake = { .target.ops = &fake_ops, .clock = vtime_s(1000) };
	const char *const text = SOCKET "+.5 read(3, ..., 9) = 9\n";
	struct diags diags;

	(void)state;
	diags_init(&diags);
	struct script *script = script_parse("t.pkt", text, strlen(text), NULL, NULL, &diags);
	assert_true(script_prepare(script, &diags));
	fake.script = script;
	struct record *record = record_new(script, "fake", true);
	drill_play(script, &fake.target, &(struct drill_options){ 0 }, record);
	const struct entry *call = record->first->next->next, *back = record->failure;
	assert_int_equal(call->kind, ENTRY_CALL);
	assert_int_equal(call->actual.ns, vtime_ms(500).ns);
	assert_int_equal(call->status, ENTRY_OK);
	assert_int_equal(back->kind, ENTRY_RETURN);
	assert_int_equal(back->actual.ns, vtime_ms(2500).ns);
	assert_int_equal(back->next->kind, ENTRY_UNEXPECTED);
	assert_int_equal(back->next->live->packet.payload_length, 10);
	assert_string_equal(back->explanation, "A call that is to wait says when it returns: TIME...END read(...). "
	                    "No line expects the packet that left at 2.500000 s.");
	record_free(record);
	script_free(script);
	diags_free(&diags);
}

/* The events before took longer than the script allows: that is not the harness's fault. */
static void a_script_that_is_too_quick_for_itself_fails(void **state)
{
	static const struct run_case c = {
		SOCKET "0.02 write(3, ..., 100) = 100\n* > udp (100)\n0.04 < udp (20)\n",
		{ .copies = 1, .delay = { 50000000 }, .real_time = true },
		VERDICT_FAIL, MISMATCH_LATE,
		"timing error: expected inbound packet at 0.040000 sec but happened at 0.070000 sec"
	};

	(void)state;
	play(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_goes_right_passes),
		cmocka_unit_test(faults_of_the_target_fail_by_kind),
		cmocka_unit_test(raw_lines_mean_bytes),
		cmocka_unit_test(times_that_have_added_up_are_no_failure),
		cmocka_unit_test(looking_late_moves_no_time),
		cmocka_unit_test(our_own_lateness_is_never_laid_at_the_target),
		cmocka_unit_test(what_the_machine_does_not_give_is_an_error),
		cmocka_unit_test(what_only_other_systems_set_is_no_failure),
		cmocka_unit_test(what_the_stack_was_built_without_is_no_failure),
		cmocka_unit_test(a_blocked_call_leaves_its_evidence),
		cmocka_unit_test(a_script_that_is_too_quick_for_itself_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
