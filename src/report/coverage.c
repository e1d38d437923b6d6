/* SPDX-License-Identifier: MIT
 *
 * coverage.c - collects results by requirement, and says one word about each
 */
#include "report/coverage.h"

#include <stdlib.h>
#include <string.h>

#include "report/result_file.h"
#include "util/checked.h"
#include "util/text_set.h"

const char *const coverage_word[COVERAGE_WORDS] = {
	[COVERAGE_MET] = "met",         [COVERAGE_DEVIATES] = "deviates",
	[COVERAGE_BROKEN] = "broken",   [COVERAGE_ABSENT] = "absent",
	[COVERAGE_UNSUPPORTED] = "not supported", [COVERAGE_UNTESTED] = "not tested",
};

/* What was collected about one requirement on one target, before it becomes a cell. */
struct heap {
	struct coverage_case *cases;
	size_t count, room;
	size_t elsewhere;                                    /* cases for other targets, which were not played */
};

struct column {
	const char *target;
	struct heap *heaps;                                  /* one for each of requirements[] */
};

struct coverage {
	struct arena *arena;
	struct column *columns;
	size_t column_count;
	struct text_set unknown_names;
	const char **unknown;
	size_t unknown_count;
};

struct coverage *coverage_new(void)
{
	struct coverage *coverage = checked_memory(calloc(1, sizeof(*coverage)));

	coverage->arena = arena_new();
	return coverage;
}

void coverage_free(struct coverage *coverage)
{
	for (size_t c = 0; coverage && c < coverage->column_count; c++) {
		for (size_t i = 0; i < requirement_count; i++)
			free(coverage->columns[c].heaps[i].cases);
		free(coverage->columns[c].heaps);
	}
	if (coverage) {
		free(coverage->columns);
		free(coverage->unknown);
		text_set_free(&coverage->unknown_names);
		arena_free(coverage->arena);
	}
	free(coverage);
}

struct arena *coverage_arena(struct coverage *coverage)
{
	return coverage->arena;
}

/* ---- collecting ---- */

static struct column *column_of(struct coverage *coverage, const struct result *r)
{
	const char *name = r->profile ? arena_printf(coverage->arena, "%s %s", r->target, r->profile)
				      : arena_strdup(coverage->arena, r->target);

	for (size_t i = 0; i < coverage->column_count; i++)
		if (!strcmp(coverage->columns[i].target, name))
			return &coverage->columns[i];
	coverage->columns = checked_memory(realloc(coverage->columns,
	                                           (coverage->column_count + 1) * sizeof(*coverage->columns)));
	struct column *column = &coverage->columns[coverage->column_count++];
	*column = (struct column){
		.target = name, .heaps = checked_memory(calloc(requirement_count, sizeof(*column->heaps))),
	};
	return column;
}

static void heap_add(struct heap *heap, const struct coverage_case *one)
{
	if (heap->count == heap->room) {
		heap->room = heap->room ? 2 * heap->room : 4;
		heap->cases = checked_memory(realloc(heap->cases, heap->room * sizeof(*heap->cases)));
	}
	heap->cases[heap->count++] = *one;
}

static void add_unknown(struct coverage *coverage, const char *name)
{
	const char *kept = arena_strdup(coverage->arena, name);

	if (!text_set_add(&coverage->unknown_names, kept))
		return;
	coverage->unknown = checked_memory(realloc(coverage->unknown,
	                                           (coverage->unknown_count + 1) * sizeof(*coverage->unknown)));
	coverage->unknown[coverage->unknown_count++] = kept;
}

void coverage_add(struct coverage *coverage, const struct result *r, const char *page)
{
	static const char separators[] = ", \t";
	struct column *column = column_of(coverage, r);
	const char *reason = result_headline(r);
	const struct coverage_case one = {
		.id = arena_strdup(coverage->arena, r->id),
		.page = page ? arena_strdup(coverage->arena, page) : NULL,
		.verdict = r->expected ? r->observed_verdict : r->verdict,
		.reason = r->verdict == VERDICT_PASS && !r->expected ? NULL : arena_strdup(coverage->arena, reason),
	};
	struct buf name = BUF_INIT;

	for (const char *at = r->covers ? r->covers : ""; *(at += strspn(at, separators)); at += name.length) {
		buf_clear(&name);
		buf_add(&name, at, strcspn(at, separators));
		const struct requirement *requirement = requirement_find(name.data);
		if (!requirement)
			add_unknown(coverage, name.data);
		else if (r->elsewhere)
			column->heaps[requirement - requirements].elsewhere++;
		else
			heap_add(&column->heaps[requirement - requirements], &one);
	}
	buf_free(&name);
}

/* ---- judging ---- */

static enum coverage_word word_of_failure(const struct requirement *r)
{
	if (!strncmp(r->level, "MUST", 4))
		return COVERAGE_BROKEN;
	return !strncmp(r->level, "SHOULD", 6) ? COVERAGE_DEVIATES : COVERAGE_ABSENT;
}

static const char *reason_untested(const struct heap *heap, const struct requirement *r)
{
	if (*r->reason)
		return r->reason;
	return heap->elsewhere ? "its cases are for other targets or profiles" : "none of these cases covers it";
}

static struct coverage_cell judge(struct arena *arena, const struct column *column, const struct requirement *r)
{
	const struct heap *heap = &column->heaps[r - requirements];
	struct coverage_cell cell = { .target = column->target, .cases = heap->cases, .count = heap->count };
	size_t counts[VERDICTS] = { 0 };

	for (size_t i = 0; i < heap->count; i++)
		counts[heap->cases[i].verdict]++;
	const size_t unclear = counts[VERDICT_INCONCLUSIVE] + counts[VERDICT_ERROR];
	if (counts[VERDICT_FAIL]) {
		cell.word = word_of_failure(r);
	} else if (unclear) {
		cell.word = COVERAGE_UNTESTED;
		cell.reason = arena_printf(arena, "%zu of its %zu cases came to no verdict", unclear, heap->count);
	} else if (counts[VERDICT_PASS]) {
		cell.word = COVERAGE_MET;
	} else if (counts[VERDICT_SKIP]) {
		cell.word = COVERAGE_UNSUPPORTED;
	} else {
		cell.word = COVERAGE_UNTESTED;
		cell.reason = reason_untested(heap, r);
	}
	return cell;
}

bool coverage_add_file(struct coverage *coverage, const char *path, struct buf *problem)
{
	struct result_file file;
	bool more = result_file_open(&file, path, problem);

	while (more) {
		struct arena *arena = arena_new();
		struct result result;
		more = result_file_next(&file, arena, &result, problem);
		if (more)
			coverage_add(coverage, &result, NULL);
		arena_free(arena);
	}
	result_file_close(&file);
	return !problem->length;
}

const struct coverage_table *coverage_finish(struct coverage *coverage, const char *version)
{
	const size_t columns = coverage->column_count;
	struct arena *arena = coverage->arena;
	struct coverage_row *rows = arena_new_array(arena, struct coverage_row, requirement_count);
	struct coverage_sum *sums = arena_new_array(arena, struct coverage_sum, columns);
	struct coverage_table *table = arena_new_object(arena, struct coverage_table);

	for (size_t c = 0; c < columns; c++)
		sums[c].target = coverage->columns[c].target;
	for (size_t i = 0; i < requirement_count; i++) {
		struct coverage_cell *cells = arena_new_array(arena, struct coverage_cell, columns);
		for (size_t c = 0; c < columns; c++) {
			cells[c] = judge(arena, &coverage->columns[c], &requirements[i]);
			sums[c].words[cells[c].word]++;
		}
		rows[i] = (struct coverage_row){ &requirements[i], cells, columns };
	}
	*table = (struct coverage_table){
		.version = version, .rows = rows, .count = requirement_count, .sums = sums, .sum_count = columns,
		.unknown = coverage->unknown, .unknown_count = coverage->unknown_count,
	};
	return table;
}

bool coverage_differs(const struct coverage_row *row)
{
	bool met = false, failed = false;

	for (size_t c = 0; c < row->count; c++) {
		met = met || row->cells[c].word == COVERAGE_MET;
		failed = failed || (row->cells[c].word != COVERAGE_MET && row->cells[c].word < COVERAGE_UNSUPPORTED);
	}
	return met && failed;
}

bool coverage_shows(const struct coverage_view *view, const struct coverage_row *row)
{
	bool all = true, shown = false;

	for (size_t i = 0; i < COVERAGE_WORDS; i++)
		all = all && !view->wanted[i];
	for (size_t c = 0; c < row->count; c++)
		shown = shown || view->wanted[row->cells[c].word];
	return (all || shown) && (!view->differ || coverage_differs(row));
}
