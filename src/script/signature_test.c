/* SPDX-License-Identifier: MIT
 *
 * signature_test.c - the table of calls is whole
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "script/signature.h"
#include "util/common.h"

static void every_call_has_its_row(void **state)
{
	static const char *const names[] = {
#define X(id, name) [CALL_##id] = (name),
		CALL_IDS(X)
#undef X
	};

	(void)state;
	for (int id = 0; id < CALL_IDS_END; id++) {
		const struct signature *s = signature_of(id);

		assert_string_equal(s->name, names[id]);
		assert_int_equal(s->id, id);
		assert_ptr_equal(signature_find(names[id]), s);
		assert_int_not_equal(s->shapes[0], SHAPE_NONE);
		for (int i = 1; i < CALL_ARGUMENTS; i++)
			assert_true(s->shapes[i] == SHAPE_NONE || s->shapes[i - 1] != SHAPE_NONE);
	}
	assert_null(signature_find("listn"));
}

/* Messages about a call have a word for each of its arguments. */
static void every_argument_is_told(void **state)
{
	(void)state;
	for (int id = 0; id < CALL_IDS_END; id++) {
		struct buf text = BUF_INIT;
		signature_print(&text, signature_of(id));
		if (strstr(text.data, "null") || strstr(text.data, ", ,"))
			fail_msg("%s", text.data);
		buf_free(&text);
	}
}

static void arity(void **state)
{
	static const struct { const char *name; int least, most; } rows[] = {
		{ "close", 1, 1 }, { "fcntl", 2, 3 }, { "ioctl", 2, 3 }, { "sendto", 6, 6 }, { "pipe", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int least, most;

		signature_arity(signature_find(rows[i].name), &least, &most);
		assert_int_equal(least, rows[i].least);
		assert_int_equal(most, rows[i].most);
	}
}

static void guesses_and_dialects(void **state)
{
	(void)state;
	assert_string_equal(signature_guess("listn"), "listen");
	assert_string_equal(signature_guess("setsocketopt"), "setsockopt");
	assert_null(signature_guess("frobnicate"));
	assert_string_equal(signature_dialect("sctp_bindx"), "SCTP");
	assert_string_equal(signature_dialect("psp_rx_assoc"), "PSP");
	assert_null(signature_dialect("listn"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_argument_is_told),
		cmocka_unit_test(every_call_has_its_row), cmocka_unit_test(arity),
		cmocka_unit_test(guesses_and_dialects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
