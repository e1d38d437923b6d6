/* SPDX-License-Identifier: MIT
 *
 * tcp_info_word_test.c - each field of TCP_INFO is explained, and the editor's words have them
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "lsp/tcp_info_word.h"
#include "lsp/vocabulary.h"
#include "target/tcp_state_info.h"

static void each_field_is_explained(void **state)
{
	const char *name, *meaning;
	size_t count = 0;

	(void)state;
	for (; (name = tcp_info_word(count, &meaning)); count++) {
		struct buf out = BUF_INIT;

		if (!meaning)
			fail_msg("%s is not explained", name);
		assert_true(vocabulary_explain(name, ~0u, &out));
		assert_non_null(strstr(out.data, meaning));
		buf_free(&out);
	}
	assert_int_equal(count, TCPI_FIELDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_field_is_explained) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
