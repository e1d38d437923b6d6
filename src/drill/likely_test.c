/* SPDX-License-Identifier: MIT
 *
 * likely_test.c - what is said of a packet that no line expected, by conversations and statistics
 *
 * A conversation is packet lines as scripts have them, and the packet in question is the last. What the target would
 * say of the connection stands beside it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <netinet/in.h>
#include <string.h>

#include "drill/play.h"

enum { NOT_TOLD = -1, RECOVERY = 3, LOSS = 4 };   /* tcpi_ca_state */

struct likely_case {
	const char *text;
	int state, retransmits;                              /* NOT_TOLD: the target has no statistics */
	const char *want;                                    /* part of the sentence; NULL: none */
};

static const struct likely_case *told;                       /* the case being tried, as the target knows it */
static int unsent, unacked;                                  /* octets that wait to be sent, segments in flight */

static const char *fake_info(struct target *t, int fd, struct tcp_state_info *out)
{
	(void)t;
	(void)fd;
	*out = (struct tcp_state_info){ 0 };
	if (told->state == NOT_TOLD)
		return "there are none";
	out->tcpi[TCPI_ca_state] = (uint64_t)told->state;
	out->tcpi[TCPI_retransmits] = (uint64_t)told->retransmits;
	out->tcpi[TCPI_notsent_bytes] = (uint64_t)unsent;
	out->tcpi[TCPI_unacked] = (uint64_t)unacked;
	out->tcpi[TCPI_snd_cwnd] = 10;
	out->tcpi[TCPI_snd_mss] = 1000;
	return NULL;
}

static const struct target_ops fake_ops = { .name = "fake", .info = fake_info };

/* Turn the lines into what a drill would have recorded: each packet as it is written, at its time. */
static struct entry *record_lines(struct record *record, const struct script *script)
{
	struct entry *e = NULL;
	vtime_t now = VTIME_ZERO;

	for (const struct event *event = script->events; event; event = event->next) {
		const struct scripted_packet *s = event->scripted;
		now = vtime_add(now, event->time.start);
		if (event->kind == EVENT_CALL) {
			e = record_append(record, ENTRY_CALL, event);
			e->actual = now;
			continue;
		}
		bool inbound = event->packet->direction == DIRECTION_INBOUND;
		e = record_append(record, inbound ? ENTRY_INBOUND : ENTRY_OUTBOUND, event);
		e->actual = now;
		e->expected = &s->packet;
		e->observed = inbound ? NULL : &s->packet;
	}
	return e;
}

static void try(const struct likely_case *c)
{
	struct target target = { .ops = &fake_ops };
	struct flow flow = { .protocol = IPPROTO_TCP, .live_fd = 3 };
	struct diags diags;

	told = c;
	diags_init(&diags);
	struct script *script = script_parse("t.pkt", c->text, strlen(c->text), NULL, NULL, &diags);
	if (!script_prepare(script, &diags) || diags.errors)
		diags_print(&diags, stderr, false);
	assert_int_equal(diags.errors, 0);
	struct record *record = record_new(script, "fake", true);
	struct entry *e = record_lines(record, script);
	struct play p = { .script = script, .target = &target, .record = record, .flows.under_test = &flow };
	const char *guess = unsent ? play_held_back(&p, e) : play_likely(&p, e, e->observed, e->actual);
	const char *want = c->want ? c->want : "nothing";

	if (!guess)
		guess = "nothing";
	if (!strstr(guess, want))
		fail_msg("%s -> %s\nwant %s", c->text, guess, want);
	record_free(record);
	script_free(script);
	diags_free(&diags);
}

static void try_all(const struct likely_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		try(&cases[i]);
}

#define OPENED \
	"0 < S 0:0(0) win 1000 <mss 1000>\n+0 > S. 0:0(0) ack 1 <mss 1460>\n+.01 < . 1:1(0) ack 1 win 1000\n"
#define TEXT OPENED "+.01 > P. 1:1001(1000) ack 1\n"
#define TEXTS TEXT "+0 > P. 1001:2001(1000) ack 1\n"

#define ASKED OPENED "+.1 < P. 1:101(100) ack 1 win 1000\n+0 > . 1:1(0) ack 101\n"
#define CLOSED "+.1 close(3) = 0\n"

static void resets_of_a_user_who_is_gone(void **state)
{
	static const struct likely_case cases[] = {
		{ ASKED CLOSED "+0 > R. 1:1(0) ack 101\n", NOT_TOLD, 0, "a reset because close() left data unread" },
		{ ASKED "+0 read(3, ..., 100) = 100\n" CLOSED "+0 > R. 1:1(0) ack 101\n", NOT_TOLD, 0, NULL },
		{ ASKED "+0 read(3, ..., 100) = 100\n" CLOSED "+0 > F. 1:1(0) ack 101\n"
		  "+.1 < P. 101:201(100) ack 2 win 1000\n+0 > R 2:2(0)\n", NOT_TOLD, 0,
		  "a reset because data came after close()" },
		{ OPENED CLOSED "+0 > F. 1:1(0) ack 1\n+.1 < . 1:1(0) ack 2 win 1000\n+0 > R 2:2(0)\n", NOT_TOLD, 0,
		  NULL },
		{ ASKED CLOSED "+0 > F. 1:1(0) ack 101\n", NOT_TOLD, 0, NULL },
		{ ASKED "+0 > R. 1:1(0) ack 101\n", NOT_TOLD, 0, NULL },
	};

	(void)state;
	try_all(cases, ARRAY_LEN(cases));
}

static void numbers_that_went_out_before(void **state)
{
	static const struct likely_case cases[] = {
		{ "0 > S 0:0(0) <mss 1460>\n+1 > S 0:0(0) <mss 1460>\n", NOT_TOLD, 0, "a SYN sent again" },
		{ OPENED "+1 > S. 0:0(0) ack 1 <mss 1460>\n", NOT_TOLD, 0, "a SYN sent again" },
		/* Of two, the oldest is repeated by the time-out, and the last by the probe before it. */
		{ TEXTS "+.2 > P. 1:1001(1000) ack 1\n", LOSS, 1, "retransmission time-out (RTO)" },
		{ TEXTS "+.2 > P. 1001:2001(1000) ack 1\n", 0, 0, "a tail loss probe" },
		{ TEXTS "+.2 > P. 1001:2001(1000) ack 1\n", NOT_TOLD, 0, "a tail loss probe" },
		/* Of one alone, only the connection knows which it was. */
		{ TEXT "+.2 > P. 1:1001(1000) ack 1\n", 0, 0, "a tail loss probe" },
		{ TEXT "+.2 > P. 1:1001(1000) ack 1\n", LOSS, 0, "retransmission time-out (RTO)" },
		{ TEXT "+.2 > P. 1:1001(1000) ack 1\n", 0, 1, "retransmission time-out (RTO)" },
		{ TEXT "+.2 > P. 1:1001(1000) ack 1\n", NOT_TOLD, 0, "probably a retransmission." },
		{ TEXTS "+.01 < . 1:1(0) ack 1 win 1000 <sack 1001:2001,nop,nop>\n+0 > P. 1:1001(1000) ack 1\n",
		  RECOVERY, 0, "a fast retransmission" },
		/* New data are none of these. */
		{ TEXT "+.2 > P. 1001:2001(1000) ack 1\n", RECOVERY, 0, NULL },
	};

	(void)state;
	try_all(cases, ARRAY_LEN(cases));
}

static void questions_and_answers(void **state)
{
	static const struct likely_case cases[] = {
		{ OPENED "+75 > . 0:0(0) ack 1\n", 0, 0, "a keep-alive" },
		{ OPENED "+.1 < . 1:1(0) ack 1 win 0\n+.2 > . 0:0(0) ack 1\n", 0, 0, "a window probe" },
		{ OPENED "+.1 < . 1:1(0) ack 1 win 0\n+.2 > . 1:2(1) ack 1\n", 0, 0, "a window probe" },
		{ OPENED "+.1 < P. 1:101(100) ack 1 win 1000\n+.04 > . 1:1(0) ack 101\n", 0, 0, "a delayed ACK" },
		{ OPENED "+.1 < P. 1:101(100) ack 1 win 1000\n+0 > . 1:1(0) ack 101\n", 0, 0, NULL },
		{ OPENED "+.1 < P. 101:201(100) ack 1 win 1000\n+0 > . 1:1(0) ack 1\n", 0, 0,
		  "data that was old or out of order" },
		{ "0 < S 0:0(0) win 1000\n+0 > R. 0:0(0) ack 1\n", NOT_TOLD, 0, "no socket listens" },
		{ OPENED "+.1 < . 1:1(0) ack 9 win 1000\n+0 > R 9:9(0)\n", NOT_TOLD, 0, NULL },
		{ OPENED "+.1 < S 1:1(0) win 1000\n+0 > . 1:1(0) ack 1\n", 0, 0, "a challenge ACK" },
		{ OPENED "+.1 < R 5:5(0) win 0\n+0 > . 1:1(0) ack 1\n", 0, 0, "a challenge ACK" },
		{ OPENED "+.1 < P. 1:101(100) ack 1 win 1000\n+0 > . 1:1(0) ack 101\n"
		  "+.1 < . 1:1(0) ack 1 win 1000\n+0 > . 1:1(0) ack 101\n", 0, 0, "outside the window" },
		/* Data that is in order and not acknowledged has not been seen by it. */
		{ OPENED "+.1 < R 5:5(0) win 0\n+0 < P. 1:11(10) ack 1 win 1000\n+0 > . 1:1(0) ack 1\n", 0, 0,
		  "a challenge ACK" },
		{ OPENED "+.1 < P. 1:11(10) ack 1 win 1000\n+0 > P. 1:101(100) ack 11\n"
		  "+0 < P. 11:21(10) ack 101 win 1000\n+.04 > . 101:101(0) ack 21\n", 0, 0, "a delayed ACK" },
		{ OPENED "+.1 < P. 1:11(10) ack 1 win 1000\n+0 < P. 11:21(10) ack 101 win 1000\n"
		  "+0 > P. 1:101(100) ack 11\n+.04 > . 101:101(0) ack 21\n", 0, 0, "a delayed ACK" },
		/* With two that want an answer nobody can tell which one this is about. */
		{ OPENED "+.1 < S 1:1(0) win 1000\n+0 < P. 101:201(100) ack 1 win 1000\n+0 > . 1:1(0) ack 1\n",
		  0, 0, NULL },
		{ "0 > udp (10)\n", 0, 0, NULL },
	};

	(void)state;
	try_all(cases, ARRAY_LEN(cases));
}

static void segments_that_are_held_back(void **state)
{
	static const struct {
		struct likely_case asked;
		int unsent, unacked;
	} rows[] = {
		{ { TEXT "+0 > P. 1001:1101(100) ack 1\n", 0, 0, "Nagle's algorithm" }, 100, 1 },
		{ { TEXT "+0 > P. 1001:1101(100) ack 1\n", LOSS, 1, "Nagle's algorithm" }, 100, 1 },
		/* A whole segment, one that is not the next, one with nothing before it, and without statistics. */
		{ { TEXT "+0 > P. 1001:2001(1000) ack 1\n", 0, 0, NULL }, 1000, 1 },
		{ { TEXT "+0 > P. 1101:1201(100) ack 1\n", 0, 0, NULL }, 200, 1 },
		{ { TEXT "+0 < . 1:1(0) ack 1001 win 1000\n+0 > P. 1001:1101(100) ack 1\n", 0, 0, NULL }, 100, 0 },
		{ { TEXT "+0 > P. 1001:1101(100) ack 1\n", NOT_TOLD, 0, NULL }, 100, 1 },
		/* The peer's window is shut; the congestion window is used up. */
		{ { TEXT "+0 < . 1:1(0) ack 1 win 0\n+0 > P. 1001:1101(100) ack 1\n", 0, 0, NULL }, 100, 1 },
		{ { TEXT "+0 > P. 1001:1101(100) ack 1\n", 0, 0, NULL }, 100, 10 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsent = rows[i].unsent;
		unacked = rows[i].unacked;
		try(&rows[i].asked);
	}
	unsent = 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_that_went_out_before),
		cmocka_unit_test(resets_of_a_user_who_is_gone),
		cmocka_unit_test(questions_and_answers), cmocka_unit_test(segments_that_are_held_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
