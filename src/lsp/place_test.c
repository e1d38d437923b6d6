/* SPDX-License-Identifier: MIT
 *
 * place_test.c - which words fit where the cursor is
 */
#include "lsp/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The `|` in each text is the cursor. */
static const struct {
	const char *text, *word;
	unsigned kinds;
} places[] = {
	{ "+0 sock|et(", "socket", WORD_CALL | WORD_STATEMENT | WORD_MACRO },
	{ "|", "", WORD_CALL | WORD_STATEMENT | WORD_MACRO },
	{ "+0 socket(..., SOCK_ST|", "SOCK_ST", WORD_CONSTANT },
	{ "+0 close(3) = -1 EB|", "EB", WORD_CONSTANT },
	{ "+0 write(3, \"a|", "a", 0 },
	{ "--ip_ver|", "--ip_ver", WORD_OPTION },
	{ "  --|", "--", WORD_OPTION },
	{ "`sysctl net.ipv4.tcp_s|ack=0`", "net.ipv4.tcp_sack", WORD_SYSCTL },
	{ "`a`\n+0 so|", "so", WORD_CALL | WORD_STATEMENT | WORD_MACRO },
	{ "// it's a `\n+0 so|", "so", WORD_CALL | WORD_STATEMENT | WORD_MACRO },
	{ "+0 < S 0:0(0) win 1 <ms|", "ms", WORD_TCP_OPTION },
	{ "+0 > S. 0:0(0) ack 1 <mss 1,no|p>", "nop", WORD_TCP_OPTION },
	{ "+0 > . 1:1(0) ack 1 <nop> |", "", WORD_PACKET },
	{ "+0~+0.5 < icmp un|", "un", WORD_PACKET },
	{ "< [ec|", "ec", WORD_PACKET },
	{ "+0 %{ assert tcpi_r| > 3 }%", "tcpi_r", WORD_TCP_INFO | WORD_CONSTANT },
	{ "+0 %{ assert tcpi_rtt > 3 }% |", "", WORD_CALL | WORD_STATEMENT | WORD_MACRO },
	{ "+0 > . 1:1(0) a|", "a", WORD_PACKET },
	{ "+0 < S 0:0(0) win 1 <mss $m|", "$m", WORD_NAME },
	{ "+0 write(4, ..., $si|ze) = 3", "$size", WORD_NAME },
	{ "//! cov|", "cov", WORD_HEADER },
	{ "//! covers: RFC9293:MUST-|13, x", "RFC9293:MUST-13", WORD_REQUIREMENT },
	{ "//! targets: ker|", "ker", WORD_TARGET },
	{ "//! profiles: |", "", WORD_PROFILE },
	{ "//! title: some wo|rd", "word", 0 },
	{ "// a com|ment", "comment", 0 },
};

static void cursor(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		char text[128], word[64];
		size_t at = strcspn(places[i].text, "|");

		memcpy(text, places[i].text, at);
		snprintf(text + at, sizeof(text) - at, "%s", places[i].text + at + 1);
		struct place place = place_at(text, at);
		memcpy(word, text + place.start, place.end - place.start);
		word[place.end - place.start] = '\0';
		if (place.kinds != places[i].kinds || strcmp(word, places[i].word))
			fail_msg("%s: kinds %#x, word '%s'", places[i].text, place.kinds, word);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(cursor) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
