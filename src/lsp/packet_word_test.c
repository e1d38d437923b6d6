/* SPDX-License-Identifier: MIT
 *
 * packet_word_test.c - each word is in its example, and each example is a packet line
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lsp/packet_word.h"
#include "lsp/vocabulary.h"
#include "script/ast.h"

static bool set_nothing(struct config *c, void *user, struct diags *diags)
{
	(void)c;
	(void)user;
	(void)diags;
	return true;
}

static void examples_are_packet_lines(void **state)
{
	(void)state;
	for (const struct packet_word *w = packet_words; w->word; w++) {
		struct buf text = BUF_INIT;
		struct diags diags;

		if (!strstr(w->example, w->word))
			fail_msg("%s is not in its example", w->word);
		diags_init(&diags);
		buf_printf(&text, "0 %s\n", w->example);
		struct script *s = script_parse("t.pkt", text.data, text.length, set_nothing, NULL, &diags);
		if (diags.errors)
			fail_msg("%s: %s", w->example, diags.first->headline);
		script_free(s);
		diags_free(&diags);
		buf_free(&text);
	}
}

/* A word with several meanings is explained by the one that fits its place. */
static void words_are_explained(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	assert_true(vocabulary_explain("stream", ~0u, &out));
	assert_non_null(strstr(out.data, "> stream * P?. 1:2001(2000) ack 1"));
	assert_non_null(strstr(out.data, "What may differ"));
	buf_clear(&out);
	assert_true(vocabulary_explain("mtu", ~0u, &out));
	assert_non_null(strstr(out.data, "frag_needed"));
	buf_clear(&out);
	assert_false(vocabulary_explain("streams", ~0u, &out));
	buf_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_are_packet_lines), cmocka_unit_test(words_are_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
