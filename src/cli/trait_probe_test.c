/* SPDX-License-Identifier: MIT
 *
 * trait_probe_test.c - probes are scripts without errors, and their results are read as they should
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cli/case_check.h"
#include "cli/trait_probe.h"

static void probes_are_scripts(void **state)
{
	(void)state;
	for (size_t i = 0; i < trait_probe_count; i++) {
		const struct trait *trait = trait_find(trait_probes[i].trait);
		assert_non_null(trait);
		assert_int_equal(trait->kind == TRAIT_HAS, trait_probes[i].measure == MEASURE_PASSED);
		for (int play = 0; play == 0 || play < trait_probes[i].plays; play++) {
			struct buf text = BUF_INIT;
			struct diags diags;
			diags_init(&diags);
			trait_probe_script(&trait_probes[i], play, &text);
			struct script *s = script_parse("probe.pkt", text.data, text.length, NULL, NULL, &diags);
			if (!case_check(s, &diags) || diags.errors)
				fail_msg("%s\n%s: %s", text.data, diags.first->headline, diags.first->detail);
			script_free(s);
			diags_free(&diags);
			buf_free(&text);
		}
	}
}

static const struct trait_probe *probe_of(const char *name)
{
	for (size_t i = 0; i < trait_probe_count; i++)
		if (!strcmp(trait_probes[i].trait, name))
			return &trait_probes[i];
	return NULL;
}

/* What plays conclude, also where a timer ticks and where one of two probes of a trait passes. */
static void values_become_traits(void **state)
{
	static const struct {
		const char *trait;
		double values[3];
		size_t count;
		const char *also, *want;
	} rows[] = {
		{ "first_rto", { 1.001, 1, 1.004 }, 3, "timer_tick", "0" },
		{ "first_rto", { 1.001, 1, 1.004 }, 3, "first_rto", "1" },
		{ "first_rto", { 2.52, 2.73, 2.97 }, 3, "timer_tick", "0.5" },
		{ "first_rto", { 2.52, 2.73, 2.97 }, 3, "first_rto", "3" },
		{ "first_rto", { 0.224, 0.221, 0.229 }, 3, "first_rto", "0.22" },
		{ "initial_rto", { 1.032, 1.004, 1.02 }, 3, "initial_rto", "1" },
		{ "delayed_ack", { 0.2038, 0.2001, 0.201 }, 3, "delayed_ack", "0.2" },
		{ "delayed_ack", { 0.01, 0.241, 0.04 }, 3, "delayed_ack", "0.25" },
		{ "ack_every", { 3, 2, 5 }, 3, "ack_every", "2" },
		{ "delayed_ack", { 0.0001, 0, 0 }, 3, "delayed_ack", "0.495" },
		{ "time_wait", { 60, 120, 90 }, 3, "time_wait", "120" },
		{ "default_ttl", { 255 }, 1, "default_ttl", "255" },
		{ "sack", { 0 }, 1, "sack", "0" },
		{ "sack", { 0 }, 0, "sack", "1" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct arena *arena = arena_new();
		struct traits *traits = traits_new(arena);
		struct trait_reading readings[3] = { 0 };
		for (size_t k = 0; k < rows[i].count; k++)
			readings[k].number = rows[i].values[k];
		trait_probe_conclude(probe_of(rows[i].trait), readings, rows[i].count, traits, arena);
		assert_string_equal(trait_value(traits, rows[i].also), rows[i].want);
		arena_free(arena);
	}
}

static void one_of_several_probes_is_enough(void **state)
{
	const struct trait_reading yes = { .number = 1 }, no = { .number = 0 };
	struct arena *arena = arena_new();
	struct traits *traits = traits_new(arena);

	(void)state;
	trait_probe_conclude(probe_of("sack"), &yes, 1, traits, arena);
	trait_probe_conclude(probe_of("sack"), &no, 1, traits, arena);
	assert_true(trait_there(traits, "sack"));
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(probes_are_scripts),
		cmocka_unit_test(values_become_traits),
		cmocka_unit_test(one_of_several_probes_is_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
