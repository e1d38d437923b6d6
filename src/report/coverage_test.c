/* SPDX-License-Identifier: MIT
 *
 * coverage_test.c - which word follows from which verdicts
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/coverage.h"
#include "report/coverage_html.h"
#include "util/common.h"

#define MUST "RFC9293:MUST-2"
#define SHOULD "RFC9293:SHLD-3"
#define MAY "RFC9293:MAY-1"
#define NEVER "RFC9293:MUST-9"                               /* not testable */

static const struct coverage_cell *cell_of(const struct coverage_table *table, const char *id, size_t column)
{
	for (size_t i = 0; i < table->count; i++)
		if (!strcmp(table->rows[i].requirement->id, id))
			return &table->rows[i].cells[column];
	fail_msg("no row of %s", id);
	return NULL;
}

static void add(struct coverage *coverage, const char *covers, enum verdict verdict)
{
	coverage_add(coverage, &(struct result){
		.id = "a.pkt", .path = "a.pkt", .target = "builtin", .profile = "rfc", .covers = covers,
		.verdict = verdict, .reason = verdict == VERDICT_PASS ? NULL : "why",
	}, NULL);
}

static void words_follow_from_verdicts(void **state)
{
	static const struct {
		const char *id;
		enum verdict verdicts[3];
		size_t count;
		enum coverage_word word;
	} rows[] = {
		{ MUST, { VERDICT_PASS, VERDICT_PASS }, 2, COVERAGE_MET },
		{ MUST, { VERDICT_PASS, VERDICT_SKIP }, 2, COVERAGE_MET },
		{ MUST, { VERDICT_PASS, VERDICT_FAIL, VERDICT_PASS }, 3, COVERAGE_BROKEN },
		{ SHOULD, { VERDICT_FAIL }, 1, COVERAGE_DEVIATES },
		{ MAY, { VERDICT_FAIL }, 1, COVERAGE_ABSENT },
		{ MUST, { VERDICT_SKIP, VERDICT_SKIP }, 2, COVERAGE_UNSUPPORTED },
		{ MUST, { VERDICT_PASS, VERDICT_INCONCLUSIVE }, 2, COVERAGE_UNTESTED },
		{ MUST, { VERDICT_ERROR, VERDICT_FAIL }, 2, COVERAGE_BROKEN },
		{ MUST, { VERDICT_ERROR }, 1, COVERAGE_UNTESTED },
		{ MUST, { 0 }, 0, COVERAGE_UNTESTED },
		{ NEVER, { 0 }, 0, COVERAGE_UNTESTED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct coverage *coverage = coverage_new();
		add(coverage, NULL, VERDICT_PASS);           /* makes the column */
		for (size_t n = 0; n < rows[i].count; n++)
			add(coverage, rows[i].id, rows[i].verdicts[n]);
		const struct coverage_cell *cell = cell_of(coverage_finish(coverage, "0"), rows[i].id, 0);
		if (cell->word != rows[i].word || cell->count != rows[i].count)
			fail_msg("row %zu: %s of %zu cases", i, coverage_word[cell->word], cell->count);
		if (!cell->reason != (cell->word != COVERAGE_UNTESTED))
			fail_msg("row %zu: reason %s", i, cell->reason ? cell->reason : "missing");
		coverage_free(coverage);
	}
}

static void a_known_failure_is_one(void **state)
{
	struct coverage *coverage = coverage_new();

	(void)state;
	coverage_add(coverage, &(struct result){
		.id = "a.pkt", .target = "kernel", .covers = MUST ", " SHOULD, .verdict = VERDICT_PASS,
		.expected = true, .observed_verdict = VERDICT_FAIL, .reason = "known",
	}, NULL);
	const struct coverage_table *table = coverage_finish(coverage, "0");
	assert_int_equal(cell_of(table, MUST, 0)->word, COVERAGE_BROKEN);
	assert_int_equal(cell_of(table, SHOULD, 0)->word, COVERAGE_DEVIATES);
	assert_int_equal(table->sums[0].words[COVERAGE_BROKEN], 1);
	coverage_free(coverage);
}

static void targets_and_profiles_are_columns(void **state)
{
	struct coverage *coverage = coverage_new();
	struct result r = { .id = "a.pkt", .target = "builtin", .profile = "rfc", .covers = MUST };

	(void)state;
	coverage_add(coverage, &r, NULL);
	r.profile = "linux";
	r.elsewhere = true;
	r.verdict = VERDICT_SKIP;
	coverage_add(coverage, &r, NULL);
	r = (struct result){ .id = "a.pkt", .target = "kernel", .covers = MUST " RFC1:NONE,RFC1:NONE" };
	coverage_add(coverage, &r, NULL);
	const struct coverage_table *table = coverage_finish(coverage, "0");
	assert_int_equal(table->sum_count, 3);
	assert_string_equal(table->sums[0].target, "builtin rfc");
	assert_string_equal(table->sums[2].target, "kernel");
	assert_int_equal(cell_of(table, MUST, 0)->word, COVERAGE_MET);
	assert_int_equal(cell_of(table, MUST, 1)->word, COVERAGE_UNTESTED);
	assert_non_null(strstr(cell_of(table, MUST, 1)->reason, "other targets"));
	assert_int_equal(cell_of(table, MUST, 2)->word, COVERAGE_MET);
	assert_int_equal(table->unknown_count, 1);
	assert_string_equal(table->unknown[0], "RFC1:NONE");
	coverage_free(coverage);
}

/* On target "big" all requirements are met; on "small" @judged of them got @verdict. */
static struct coverage *two_targets(size_t judged, enum verdict verdict)
{
	struct coverage *coverage = coverage_new();

	for (size_t i = 0; i < 2 * judged || i < 60; i++) {
		struct result r = { .id = "a.pkt", .target = "big", .covers = requirements[i].id };
		coverage_add(coverage, &r, NULL);
		r.target = "small";
		r.profile = "odd";
		r.verdict = verdict;
		if (i < judged)
			coverage_add(coverage, &r, NULL);
	}
	return coverage;
}

/* A column with next to nothing in it is a sentence, unless something is wrong there or somebody asks for it. */
static void a_nearly_empty_column_is_a_sentence(void **state)
{
	static const struct {
		size_t judged;
		enum verdict verdict;
		const char *targets, *columns;
	} rows[] = {
		{ 2, VERDICT_PASS, NULL, "big" }, { 2, VERDICT_SKIP, NULL, "big" }, { 2, VERDICT_ERROR, NULL, "big" },
		{ 2, VERDICT_FAIL, NULL, "big small odd" }, { 4, VERDICT_PASS, NULL, "big small odd" },
		{ 2, VERDICT_PASS, "small", "small odd" }, { 2, VERDICT_PASS, "small odd,big", "small odd big" },
		{ 2, VERDICT_PASS, "big,big", "big" }, { 2, VERDICT_PASS, "smal", NULL },
		{ 2, VERDICT_PASS, "big,", NULL }, { 2, VERDICT_PASS, "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct coverage *coverage = two_targets(rows[i].judged, rows[i].verdict);
		struct buf problem = BUF_INIT, columns = BUF_INIT;
		const struct coverage_table *whole = coverage_finish(coverage, "0");
		const struct coverage_table *table = coverage_pick(coverage, whole, rows[i].targets, &problem);
		assert_int_equal(!table, !rows[i].columns);
		assert_int_equal(!table, problem.length > 0);
		for (size_t c = 0; table && c < table->sum_count; c++) {
			buf_printf(&columns, "%s%s", c ? " " : "", table->sums[c].target);
			assert_string_equal(table->rows[0].cells[c].target, table->sums[c].target);
		}
		if (table)
			assert_string_equal(columns.data, rows[i].columns);
		if (table && !rows[i].targets)
			assert_int_equal(table->sum_count + table->aside_count, 2);
		buf_free(&columns);
		buf_free(&problem);
		coverage_free(coverage);
	}
}

static void what_is_no_column_is_named(void **state)
{
	struct coverage *coverage = two_targets(2, VERDICT_PASS);
	struct buf page = BUF_INIT, sentence = BUF_INIT;
	const struct coverage_table *table = coverage_pick(coverage, coverage_finish(coverage, "0"), NULL, NULL);

	(void)state;
	buf_printf(&sentence, "small odd judged too little for a column: met: %s, %s", requirements[0].id,
	           requirements[1].id);
	for (const struct coverage_format *f = coverage_formats; f->name; f++) {
		if (f->whole)
			continue;
		buf_clear(&page);
		f->write(&page, table, &(struct coverage_view){ 0 });
		assert_non_null(strstr(page.data, sentence.data));
	}
	buf_free(&sentence);
	buf_free(&page);
	coverage_free(coverage);
}

static void rows_can_be_chosen(void **state)
{
	struct coverage *coverage = coverage_new();
	struct coverage_view view = { 0 };
	size_t shown = 0;

	(void)state;
	add(coverage, MUST, VERDICT_FAIL);
	const struct coverage_table *table = coverage_finish(coverage, "0");
	assert_true(coverage_shows(&view, &table->rows[0]));
	view.wanted[COVERAGE_BROKEN] = true;
	for (size_t i = 0; i < table->count; i++)
		shown += coverage_shows(&view, &table->rows[i]);
	assert_int_equal(shown, 1);
	coverage_free(coverage);
}

/* Only targets that are judged differently disagree: what one of them lacks, or nobody played on it, says nothing. */
static void targets_that_disagree(void **state)
{
	static const struct {
		enum verdict verdict;
		bool differs;
	} rows[] = {
		{ VERDICT_PASS, false }, { VERDICT_FAIL, true }, { VERDICT_SKIP, false }, { VERDICT_ERROR, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct coverage *coverage = coverage_new();
		const struct coverage_view view = { .differ = true };
		size_t shown = 0;
		struct result r = { .id = "a.pkt", .target = "one", .covers = MUST };
		coverage_add(coverage, &r, NULL);
		r.target = "two";
		r.verdict = rows[i].verdict;
		coverage_add(coverage, &r, NULL);
		const struct coverage_table *table = coverage_finish(coverage, "0");
		for (size_t k = 0; k < table->count; k++)
			shown += coverage_shows(&view, &table->rows[k]);
		assert_int_equal(shown, rows[i].differs);
		coverage_free(coverage);
	}
}

static void the_page_explains_each_word(void **state)
{
	struct coverage *coverage = coverage_new();
	struct buf page = BUF_INIT;

	(void)state;
	add(coverage, MUST, VERDICT_PASS);
	coverage_html_page(&page, coverage_finish(coverage, "0"));
	assert_non_null(strstr(page.data, "<a href=\"index.html\">All cases</a>"));
	for (const char *row = page.data, *const *word = coverage_word; word < coverage_word + COVERAGE_WORDS; word++) {
		row = strstr(row, *word);
		assert_non_null(row);
		const char *meaning = strstr(row, "</td><td>");
		assert_non_null(meaning);
		assert_true(strcspn(meaning + strlen("</td><td>"), "<") > 10);
	}
	buf_free(&page);
	coverage_free(coverage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_follow_from_verdicts),
		cmocka_unit_test(a_known_failure_is_one),
		cmocka_unit_test(targets_and_profiles_are_columns),
		cmocka_unit_test(a_nearly_empty_column_is_a_sentence),
		cmocka_unit_test(what_is_no_column_is_named),
		cmocka_unit_test(rows_can_be_chosen),
		cmocka_unit_test(targets_that_disagree),
		cmocka_unit_test(the_page_explains_each_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
