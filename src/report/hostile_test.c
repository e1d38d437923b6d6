/* SPDX-License-Identifier: MIT
 *
 * hostile_test.c - whatever a stack sends, the run ends in a verdict that every report can tell
 *
 * The target accepts every call and sends, after each, packets that are wrong in some way: noise, or what the
 * script expects with bytes changed, cut off or added. Its time is virtual, its noise the same on every machine.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "drill/drill.h"
#include "report/capture.h"
#include "report/original_text.h"
#include "report/text.h"

enum { ROUNDS = 300, ROOM = 2048, BURST = 4, EPHEMERAL_PORT = 50000, REMOTE_PORT = 40000, MAX_EDITS = 4 };

struct hostile {
	struct target target;
	const struct script *script;
	vtime_t clock;
	uint64_t seed;
	int descriptor, waiting;                             /* waiting: packets of the burst not sent yet */
	const struct event *sent;                            /* the last that was sent, more or less */
	uint8_t *bytes;                                      /* the packet on its way, in a block of exactly its size,
	                                                        so that any access beyond it is noticed */
};

static uint32_t rnd(struct hostile *h, uint32_t below)
{
	h->seed ^= h->seed << 13;
	h->seed ^= h->seed >> 7;
	h->seed ^= h->seed << 17;
	return (uint32_t)(h->seed >> 24) % below;
}

static const struct event *next_outbound(const struct script *script, const struct event *e)
{
	do
		e = e ? e->next : script->events;
	while (!e || !e->scripted || e->scripted->direction != DIRECTION_OUTBOUND);
	return e;
}

/* The packet that the script expects next, or sometimes a later one, as the stack would send it. */
static size_t expected_packet(struct hostile *h, uint8_t *bytes)
{
	const struct config *c = &h->script->config;

	h->sent = next_outbound(h->script, h->sent);
	if (!rnd(h, 8))
		h->sent = next_outbound(h->script, h->sent);
	struct packet p = h->sent->scripted->packet;
	packet_set_tuple(&p, &(struct tuple){ c->local_ip, c->remote_ip, EPHEMERAL_PORT, c->connect_port });
	assert_true(packet_fill_lengths(&p));
	return packet_build_with_checksums(&p, bytes, ROOM);
}

static size_t edit(struct hostile *h, uint8_t *bytes, size_t length)
{
	uint32_t at = length ? rnd(h, (uint32_t)length) : 0;

	switch (rnd(h, 4)) {
	case 0:
		return at;
	case 1:
		return length + rnd(h, ROOM - (uint32_t)length);
	case 2:
		bytes[at] ^= (uint8_t)(1u << rnd(h, 8));
		return length;
	default:
		bytes[at] = (uint8_t)rnd(h, 256);
		return length;
	}
}

static void send_something(struct hostile *h, struct observation *out)
{
	uint8_t bytes[ROOM];
	size_t length = rnd(h, ROOM);

	for (size_t i = 0; i < ROOM; i++)
		bytes[i] = (uint8_t)rnd(h, 256);
	if (rnd(h, 16))
		length = expected_packet(h, bytes);
	else
		bytes[0] = rnd(h, 2) ? 0x45 : 0x60;
	for (uint32_t edits = rnd(h, 3) ? 0 : rnd(h, MAX_EDITS); edits; edits--)
		length = edit(h, bytes, length);
	free(h->bytes);
	h->bytes = malloc(length + !length);
	assert_non_null(h->bytes);
	memcpy(h->bytes, bytes, length);
	*out = (struct observation){ .at = h->clock, .seen = h->clock, .bytes = h->bytes, .length = length };
}

static vtime_t hostile_now(struct target *t)
{
	return ((struct hostile *)t)->clock;
}

static enum target_event hostile_wait(struct target *t, vtime_t until, unsigned interest, struct observation *out)
{
	struct hostile *h = (struct hostile *)t;

	if (interest & TARGET_WANT_PACKET && h->waiting) {
		h->waiting--;
		send_something(h, out);
		return TARGET_PACKET;
	}
	h->clock = vtime_max(h->clock, until);
	return TARGET_TIME;
}

static int hostile_inject(struct target *t, const struct injection *injection)
{
	struct hostile *h = (struct hostile *)t;

	assert_true(injection->length > 0);
	h->waiting = 1 + (int)rnd(h, BURST);
	return 0;
}

static void hostile_call(struct target *t, const struct call *call, struct call_result *out)
{
	struct hostile *h = (struct hostile *)t;

	*out = (struct call_result){ .returned = h->clock };
	if (call->id == CALL_SOCKET)
		out->value = ++h->descriptor;
	else if (call->id == CALL_WRITE)
		out->value = call->arguments[2].number;
	h->waiting = 1 + (int)rnd(h, BURST);
}

static const char *hostile_info(struct target *t, int fd, struct tcp_state_info *out)
{
	(void)t;
	(void)fd;
	*out = (struct tcp_state_info){ 0 };
	return NULL;
}

static int hostile_command(struct target *t, const char *text, struct buf *why)
{
	(void)t;
	(void)text;
	(void)why;
	return 0;
}

static vtime_t hostile_resolution(struct target *t)
{
	(void)t;
	return VTIME_ZERO;
}

static uint16_t hostile_port(struct target *t)
{
	(void)t;
	return REMOTE_PORT;
}

static void hostile_disturbance(struct target *t, struct disturbance *out)
{
	(void)t;
	*out = (struct disturbance){ 0 };
}

static void hostile_close(struct target *t)
{
	free(((struct hostile *)t)->bytes);
}

static const struct target_ops hostile_ops = {
	.name = "hostile", .virtual_time = true, .now = hostile_now, .start_time = hostile_now, .wait = hostile_wait,
	.inject = hostile_inject, .call = hostile_call, .info = hostile_info, .command = hostile_command,
	.remote_port = hostile_port, .timer_resolution = hostile_resolution, .disturbance = hostile_disturbance,
	.close = hostile_close,
};

/* Every report about the run can be written. */
static void report_all(const struct record *record)
{
	struct buf out = BUF_INIT, err = BUF_INIT;

	text_report(&out, record, &(struct text_style){ .verbose = true, .colour = true });
	assert_true(out.length > 0);
	for (const struct entry *e = record->first; e; e = e->next)
		original_text_trace(record, e, &out);
	original_text_report(record, &out, &err);
	assert_int_equal(err.length > 0, record->verdict == VERDICT_FAIL);
	buf_clear(&out);
	capture_pack(&out, record);
	buf_free(&out);
	buf_free(&err);
}

static enum verdict survive(const struct script *script, uint64_t seed)
{
	struct hostile hostile = { .target.ops = &hostile_ops, .script = script, .clock = vtime_s(1000), .seed = seed };
	struct record *record = record_new(script, "hostile", true);

	drill_play(script, &hostile.target, &(struct drill_options){ 0 }, record);
	enum verdict verdict = record->verdict;
	assert_true(verdict == VERDICT_PASS || verdict == VERDICT_FAIL);
	assert_int_equal(verdict == VERDICT_FAIL, record->failure != NULL);
	report_all(record);
	hostile_close(&hostile.target);
	record_free(record);
	return verdict;
}

#define V4 "--ip_version=ipv4\n"
#define V6 "--ip_version=ipv6\n"
#define CONNECT(type, protocol) \
	"0 socket(..., " type ", " protocol ") = 3\n" \
	"+0 connect(3, ..., ...) = 0\n"
#define UDP \
	CONNECT("SOCK_DGRAM", "IPPROTO_UDP") "+0 write(3, ..., 100) = 100\n" \
	"+0 > udp (100)\n+0 < udp (20)\n+0 > icmp unreachable port_unreachable [udp (20)]\n"
#define TCP \
	CONNECT("SOCK_STREAM", "IPPROTO_TCP") \
	"+0 > S 0:0(0) <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>\n" \
	"+0 < S. 0:0(0) ack 1 win 5792 <mss 1460,sackOK,TS val 700 ecr 100,nop,wscale 7>\n" \
	"+0 > . 1:1(0) ack 1 <nop,nop,TS val 100 ecr 700>\n" \
	"+0 write(3, ..., 3000) = 3000\n" \
	"+0 > . 1:1449(1448) ack 1 <nop,nop,TS val 100 ecr 700>\n" \
	"+0~+.2 > P. 1449:3001(1552) ack 1 <nop,nop,TS val 100 ecr 700>\n" \
	"+0 < . 1:1(0) ack 3001 win 257 <nop,nop,TS val 700 ecr 100>\n" \
	"* > F. 3001:3001(0) ack 1 <...>\n"

static void a_hostile_stack_gets_a_verdict(void **state)
{
	static const char *const texts[] = { V4 UDP, V6 UDP, V4 TCP, V6 TCP, "--strict_segments\n" V4 TCP };
	int verdicts[VERDICTS] = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct diags diags;

		diags_init(&diags);
		struct script *script = script_parse("t.pkt", texts[i], strlen(texts[i]), NULL, NULL, &diags);
		script_prepare(script, &diags);
		diags_print(&diags, stderr, false);
		assert_int_equal(diags.errors, 0);
		for (uint64_t seed = 1; seed <= ROUNDS; seed++)
			verdicts[survive(script, seed * 0x9e3779b97f4a7c15)]++;
		script_free(script);
		diags_free(&diags);
	}
	/* The fuzzing goes deep enough: some runs reach the end of the script. */
	assert_true(verdicts[VERDICT_FAIL] > ROUNDS && verdicts[VERDICT_PASS] > ROUNDS);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hostile_stack_gets_a_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
