/* SPDX-License-Identifier: MIT
 *
 * needs_test.c - needs in the header of a case: what is wrong, and what is lacking
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "suite/needs.h"

static bool has_all_but_tun(const struct need *need, struct buf *why)
{
	if (need->kind == NEED_TUN)
		buf_puts(why, "no device");
	return need->kind != NEED_TUN;
}

static void mistakes_have_their_places(void **state)
{
	const char *text = "//! title: x\n//! needs: tcp, tpc,  kernel 6.1, command sh, trait initial_rto\n0 `true`\n";
	const struct source source = { "t.pkt", text, strlen(text) };
	struct diags diags;

	(void)state;
	diags_init(&diags);
	assert_false(needs_check(&source, &diags));
	assert_int_equal(diags.errors, 3);
	assert_int_equal(diags.first->loc.line, 2);
	assert_int_equal(diags.first->loc.column, 17);
	assert_string_equal(diags.first->headline, "unknown need");
	assert_int_equal(diags.first->next->loc.column, 23);
	assert_string_equal(diags.first->next->next->detail,
	                    "'trait initial_rto': every stack has a value for it; write $initial_rto where it counts");
	diags_free(&diags);
}

static void what_is_lacking(void **state)
{
	static const struct {
		const char *text, *lacking;
	} rows[] = {
		{ "0 `true`\n", NULL },
		{ "//! needs: tcp, icmp\n", NULL },
		{ "//! needs: tcp, tun , root\n", "tun" },
		{ "//! needs: tun\n", "tun" },
		{ "//! title: a\n0 `true`\n//! needs: tun\n", NULL },
		{ "//! needs: tcp, trait ecn\n", NULL },
		{ "//! needs: trait sack, tun\n", "trait sack" },
	};
	const char *values[64];
	const struct traits traits = { "a stack", values };
	const struct needs_judge judge = { .has = has_all_but_tun, .traits = &traits };
	struct arena *arena = arena_new();

	(void)state;
	assert_in_range(trait_count, 1, ARRAY_LEN(values));
	memset(values, 0, sizeof(values));
	values[trait_find("sack") - traits_known] = "0";
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct source source = { "t.pkt", rows[i].text, strlen(rows[i].text) };
		struct buf why = BUF_INIT;
		const char *lacking = needs_lacking(&source, &judge, arena, &why);
		if (!lacking != !rows[i].lacking || (lacking && strcmp(lacking, rows[i].lacking)))
			fail_msg("row %zu: %s", i, lacking ? lacking : "nothing");
		assert_string_equal(why.data, !lacking ? "" : !strcmp(lacking, "tun") ? "no device" :
		                    "a stack has not: selective acknowledgements (RFC 2018), in both directions");
		buf_free(&why);
	}
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mistakes_have_their_places),
		cmocka_unit_test(what_is_lacking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
