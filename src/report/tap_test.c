/* SPDX-License-Identifier: MIT
 *
 * tap_test.c - TAP and KTAP of results built by hand, with hostile names and texts; what comes out is parsed
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "report/tap.h"

#define HOSTILE "a\nok 2 # SKIP \\ \x01\xff\xc2\x85\xe2\x80\xa8\xef\xbf\xbf\"'\t\xc3\xa4: - # x"

static const struct result_mismatch mismatches[] = { { "tcp_seq", "1", "2", "tcp_seq: 1, not 2" },
						     { HOSTILE, HOSTILE, NULL, HOSTILE } };
static const struct result_event failure = {
	.status = RESULT_FAILED, .text = "P. 1:11(10) ack 12", .expected = "P. 1:11(10) ack 12",
	.observed = "P. 1:11(10) ack 11", .mismatches = mismatches, .mismatch_count = ARRAY_LEN(mismatches),
};
static const struct result_diagnostic diagnostic = { "error", 2, 5, HOSTILE };

static const struct result passed = { .id = "a.pkt@x#2", .path = "a.pkt", .target = "builtin" };
static const struct result skipped = {
	.id = "b.pkt", .path = "b.pkt", .target = "builtin", .verdict = VERDICT_SKIP, .reason = "no # tun\nhere",
};
static const struct result failed = {
	.id = "c.pkt", .path = "c.pkt", .target = "kernel", .profile = NULL, .verdict = VERDICT_FAIL, .attempts = 1,
	.duration = { 1500000 }, .line = 3, .mismatch = MISMATCH_FIELDS, .headline = "fields differ",
	.message = HOSTILE, .text = "FAIL  c.pkt\n   !\n\n",
	.events = &failure, .event_count = 1,
};
static const struct result late = {
	.id = "d.pkt", .path = "d.pkt", .target = "kernel", .verdict = VERDICT_INCONCLUSIVE, .reason = "late by 7 ms",
};
static const struct result wrong = {
	.id = HOSTILE, .path = HOSTILE, .target = "builtin", .profile = "rfc", .verdict = VERDICT_ERROR,
	.reason = "1 error",
	.diagnostics = &diagnostic, .diagnostic_count = 1,
};
static const struct result known = {
	.id = "e.pkt", .path = "e.pkt", .target = "builtin", .expected = true, .observed_verdict = VERDICT_FAIL,
	.reason = "FAIL is expected until 2027-01-31", .text = HOSTILE,
};

static const struct result *const all[] = { &passed, &skipped, &failed, &late, &wrong, &known };
static const struct result_run run = { .version = "1.0", .plan = "p", .cases = 6, .system = "Linux" };

static const struct result_end complete = { .complete = true };

/* A report of @count results; @run and @end NULL: it lacks its beginning, or its end. */
static struct buf written(const struct report_kind *kind, const struct result_run *begin,
                          const struct result *const *results, size_t count, const struct result_end *end)
{
	struct report_sink sink = { .kind = kind, .run = begin ? *begin : run, .arena = arena_new(), .out = BUF_INIT };

	kind->begin(&sink, &sink.run);
	if (!begin)
		buf_clear(&sink.out);
	for (size_t i = 0; i < count; i++)
		kind->add(&sink, results[i], NULL, 0);
	if (end)
		kind->end(&sink, end);
	arena_free(sink.arena);
	return sink.out;
}

static void a_line_each(void **state)
{
	static const struct {
		const struct result *result;
		const char *tap, *ktap;
	} rows[] = {
		{ &passed, "ok 1 - a.pkt@x\\#2\n", "ok 1 a.pkt@x%232\n" },
		{ &skipped, "ok 1 - b.pkt # SKIP no \\# tun here\n", "ok 1 b.pkt # SKIP no %23 tun%0Ahere\n" },
		{ &failed, "not ok 1 - c.pkt\n  ---\n  headline: \"fields differ\"\n  verdict: \"FAIL\"\n",
		  "# FAIL  c.pkt\n#    !\n#\nnot ok 1 c.pkt\n" },
		{ &late, "not ok 1 - d.pkt\n  ---\n  verdict: \"INCONCLUSIVE\"\n  reason: \"late by 7 ms\"\n",
		  "# late by 7 ms\nnot ok 1 d.pkt # ERROR INCONCLUSIVE: late by 7 ms\n" },
		{ &wrong, "not ok 1 - a ok 2 \\# SKIP \\\\ \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		  "# a\n# ok 2 # SKIP \\ \\x01\\xff\\u0085" },
		{ &known, "not ok 1 - e.pkt # TODO FAIL is expected until 2027-01-31\n  ---\n  verdict: \"FAIL\"\n",
		  "# a\n# ok 2 # SKIP \\ \\x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = written(&report_tap, NULL, &rows[i].result, 1, NULL);
		assert_memory_equal(out.data, rows[i].tap, strlen(rows[i].tap));
		buf_free(&out);
		out = written(&report_ktap, NULL, &rows[i].result, 1, NULL);
		assert_memory_equal(out.data, rows[i].ktap, strlen(rows[i].ktap));
		buf_free(&out);
	}
}

static void an_expected_failure_is_ok_in_the_kernel(void **state)
{
	static const char want[] = "\nok 6 e.pkt # XFAIL FAIL is expected until 2027-01-31\n";
	struct buf out = written(&report_ktap, NULL, all, ARRAY_LEN(all), NULL);

	(void)state;
	assert_string_equal(out.data + out.length - strlen(want), want);
	buf_free(&out);
}

static void a_block(void **state)
{
	struct buf out = written(&report_tap, NULL, all, 3, NULL);

	(void)state;
	assert_non_null(strstr(out.data,
	                       "not ok 3 - c.pkt\n  ---\n  headline: \"fields differ\"\n  verdict: \"FAIL\"\n  "
	                       "file: \"c.pkt\"\n  line: 3\n"
	                       "  mismatch: \"fields differ\"\n  event: \"P. 1:11(10) ack 12\"\n"
	                       "  expected: \"P. 1:11(10) ack 12\"\n  observed: \"P. 1:11(10) ack 11\"\n  fields:\n"
	                       "    - field: \"tcp_seq\"\n      expected: \"1\"\n      observed: \"2\"\n"
	                       "      text: \"tcp_seq: 1, not 2\"\n    - field: \"a\\nok 2 "
	                       "# SKIP \\\\ \\x01\xef\xbf\xbd\\x85\\u2028\\uffff\\\"'\\t\xc3\xa4: - # x\"\n"));
	assert_non_null(strstr(out.data, "  attempts: 1\n  duration_ms: 1.500000\n  ...\n"));
	buf_free(&out);
}

/* The value of @key in the map that @text is; it belongs to @document. */
static const char *value_of(yaml_document_t *document, const char *text, size_t length, const char *key)
{
	yaml_parser_t parser;
	const char *found = NULL;

	assert_true(yaml_parser_initialize(&parser));
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	assert_true(yaml_parser_load(&parser, document));
	yaml_parser_delete(&parser);
	const yaml_node_t *root = yaml_document_get_root_node(document);
	assert_int_equal(root->type, YAML_MAPPING_NODE);
	for (yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top; p++)
		if (!strcmp((char *)yaml_document_get_node(document, p->key)->data.scalar.value, key))
			found = (char *)yaml_document_get_node(document, p->value)->data.scalar.value;
	return found;
}

static void blocks_are_yaml(void **state)
{
	static const char want[] =
		"a\nok 2 # SKIP \\ \x01\xef\xbf\xbd\xc2\x85\xe2\x80\xa8\xef\xbf\xbf\"'\t\xc3\xa4: - # x";

	(void)state;
	for (size_t i = 2; i < ARRAY_LEN(all); i++) {
		struct buf out = written(&report_tap, NULL, &all[i], 1, NULL);
		yaml_document_t document;
		const char *begin = strstr(out.data, "\n  ---\n") + 1, *end = strstr(begin, "\n  ...\n");
		assert_non_null(end);
		assert_string_equal(end, "\n  ...\n");
		begin += strlen("  ---\n");
		const char *message = value_of(&document, begin, (size_t)(end - begin) + 1, "message");
		if (all[i] == &failed)
			assert_string_equal(message, want);
		else
			assert_null(message);
		yaml_document_delete(&document);
		buf_free(&out);
	}
}

/* Every line is one of those that the kernel's documentation describes, and the numbers are in order. */
static void ktap_is_what_the_kernel_describes(void **state)
{
	static const char point[] = "^(not )?ok ([0-9]+) [^#]*[^# ]( # (SKIP|TODO|XFAIL|TIMEOUT|ERROR)( [^#]*)?)?$";
	struct buf out = written(&report_ktap, &run, all, ARRAY_LEN(all), &complete);
	regmatch_t match[3];
	regex_t regex;
	int points = 0;

	(void)state;
	assert_int_equal(regcomp(&regex, point, REG_EXTENDED), 0);
	char *rest = out.data, *line;
	assert_string_equal(strsep(&rest, "\n"), "KTAP version 1");
	assert_string_equal(strsep(&rest, "\n"), "1..6");
	while ((line = strsep(&rest, "\n")) && *line) {
		if (*line == '#')
			continue;
		assert_int_equal(regexec(&regex, line, ARRAY_LEN(match), match, 0), 0);
		assert_int_equal(strtol(line + match[2].rm_so, NULL, 10), ++points);
	}
	assert_int_equal(points, ARRAY_LEN(all));
	assert_null(rest);
	regfree(&regex);
	buf_free(&out);
}

static void ends(void **state)
{
	static const struct result_run shard = {
		.version = "1.0", .plan = "p", .cases = 99, .shard = 2, .shards = 9, .shard_cases = 3,
	};
	static const struct {
		const struct result_run *run;
		struct result_end end;
		size_t points;
		const char *want;
	} rows[] = {
		{ &run, { .complete = true }, 6, "ok 6 - a.pkt\n" },
		{ &run, { .complete = true }, 5, "ok 5 - a.pkt\nBail out! 5 of 6 cases were played\n" },
		{ &run, { .complete = false }, 5, "ok 5 - a.pkt\nBail out! 5 of 6 cases were played\n" },
		{ &run, { .interrupted = "INT" }, 0,
		  "TAP version 13\n1..6\n# protodrill 1.0, plan p, Linux\nBail out! interrupted by SIGINT, 0 of 6 "
		  "cases were played\n" },
		{ &shard, { .complete = true }, 3,
		  "TAP version 13\n1..3\n# protodrill 1.0, plan p, shard 2 of 9\nok 1 - a.pkt\nok 2 - a.pkt\n"
		  "ok 3 - a.pkt\n" },
		{ &shard, { .complete = true }, 4, "ok 4 - a.pkt\nBail out! 4 of 3 cases were played\n" },
	};
	static const struct result good = { .id = "a.pkt", .path = "a.pkt", .target = "builtin" };
	const struct result *const results[] = { &good, &good, &good, &good, &good, &good };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf out = written(&report_tap, rows[i].run, results, rows[i].points, &rows[i].end);
		assert_true(out.length >= strlen(rows[i].want));
		assert_string_equal(out.data + out.length - strlen(rows[i].want), rows[i].want);
		buf_free(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_each),
		cmocka_unit_test(an_expected_failure_is_ok_in_the_kernel),
		cmocka_unit_test(a_block),
		cmocka_unit_test(blocks_are_yaml),
		cmocka_unit_test(ktap_is_what_the_kernel_describes),
		cmocka_unit_test(ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
