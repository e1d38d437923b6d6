/* SPDX-License-Identifier: MIT
 *
 * loose_test.c - what a line leaves open, against options and numbers that came
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "drill/loose.h"

/* The first packet line of a script whose second event is @line. */
static struct script *parse_line(const char *line, struct diags *diags)
{
	char text[256];

	diags_init(diags);
	snprintf(text, sizeof(text), "0 `true`\n+0 %s\n", line);
	struct script *s = script_parse("a.pkt", text, strlen(text), NULL, NULL, diags);
	script_check(s, diags);
	return s;
}

static const struct scripted_packet *line_of(const struct script *s)
{
	return s->events->next->scripted;
}

static void patterns_of_options(void **state)
{
	static const struct {
		const char *pattern, *came;
		bool fits;
	} rows[] = {
		{ "<mss *,...>", "<mss 1460,nop,nop,sackOK>", true },
		{ "<mss *,...>", "<nop,nop,sackOK,mss 1460>", false },
		{ "<...,mss 1460>", "<nop,nop,sackOK,mss 1460>", true },
		{ "<...,mss 1~9>", "<nop,nop,sackOK,mss 1460>", false },
		{ "<...,sackOK,mss {1, 1460}>", "<mss 1460,nop,nop,sackOK>", true },
		{ "<...,!TS>", "<mss 1460>", true },
		{ "<...,!mss>", "<mss 1460>", false },
		{ "<unordered sackOK,mss 1460>", "<mss 1460,nop,nop,sackOK>", true },
		{ "<unordered mss 1460>", "<mss 1460,nop,nop,sackOK>", false },
		{ "<unordered mss 1460,mss 1460>", "<mss 1460>", false },
		{ "<mss 1~1460>", "<mss 1460>", true },
		{ "<mss 1~1460>", "<mss 1460,nop,nop,sackOK>", false },
		{ "<nop,nop,sack 1:* 5~7:9>", "<nop,nop,sack 1:3 6:9>", true },
		{ "<nop,nop,sack 1:* 5~7:9>", "<nop,nop,sack 1:3>", false },
		{ "<nop,nop,TS val * ecr *>", "<nop,nop,TS val 7 ecr 8>", true },
		{ "<nop,wscale *>", "<nop,wscale 7>", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char line[128], came[128];
		struct diags diags, more;

		snprintf(line, sizeof(line), "> . 1:1(0) ack 1 %s", rows[i].pattern);
		snprintf(came, sizeof(came), "> . 1:1(0) ack 1 %s", rows[i].came);
		struct script *a = parse_line(line, &diags), *b = parse_line(came, &more);
		assert_int_equal(diags.errors + more.errors, 0);
		if (loose_options_fit(line_of(a), &packet_transport(&line_of(b)->packet)->tcp) != rows[i].fits)
			fail_msg("%s, %s", rows[i].pattern, rows[i].came);
		script_free(a);
		script_free(b);
		diags_free(&diags);
		diags_free(&more);
	}
}

static void what_is_allowed_is_taken_over(void **state)
{
	struct diags diags;
	struct script *s = parse_line("> P?. {1, 5}:*(*) ack 1~9 win *", &diags);
	const struct scripted_packet *line = line_of(s);
	struct packet expected = line->packet, observed = line->packet;
	struct tcp_header *want = &packet_transport(&expected)->tcp, *got = &packet_transport(&observed)->tcp;

	(void)state;
	*got = (struct tcp_header){ .flags = TCP_ACK | TCP_PSH, .seq = 5, .ack = 10, .window = 77, .data_offset = 5 };
	observed.payload_length = 20;
	loose_adopt(line, &expected, &observed);
	assert_int_equal(want->flags, TCP_ACK | TCP_PSH);
	assert_int_equal(want->seq, 5);
	assert_int_equal(want->ack, 1);                      /* 10 is not allowed */
	assert_int_equal(want->window, 77);
	assert_int_equal(expected.payload_length, 20);
	assert_true(loose_end_fits(line, &observed));
	script_free(s);
	diags_free(&diags);
}

/* What only makes sense in an expected packet is refused in an injected one, and silence needs an end. */
static void misuse_is_explained(void **state)
{
	static const struct {
		const char *line, *headline;
	} rows[] = {
		{ "< . 1:1(0) ack 1 win *", "a number of an injected packet has one value" },
		{ "< . 1:1(0) ack 1~2 win 1", "a number of an injected packet has one value" },
		{ "< P?. 1:1(0) ack 1 win 1", "Invalid TCP flag: '?'" },
		{ "< S 0:0(0) win 1 <mss 1460,...>", "a pattern of options can only be used with outbound packets" },
		{ "< S 0:0(0) win 1 <...,!TS>", "a pattern of options can only be used with outbound packets" },
		{ "< nothing", "nothing can only be expected" },
		{ "> . 1:1(0) ack 1 win 1~70000", "TCP window value out of range" },
		{ "> . 1:1(0) ack 1 <nop,nop,TS val 1~2 ecr 3>", "bad time-stamp" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct diags diags;
		struct script *s = parse_line(rows[i].line, &diags);

		if (diags.errors != 1)
			fail_msg("%s: %d errors", rows[i].line, diags.errors);
		assert_string_equal(diags.first->headline, rows[i].headline);
		script_free(s);
		diags_free(&diags);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_of_options),
		cmocka_unit_test(what_is_allowed_is_taken_over),
		cmocka_unit_test(misuse_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
