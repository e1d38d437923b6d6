/* SPDX-License-Identifier: MIT
 *
 * coverage_pick.c - which targets are columns of the table of requirements
 */
#include <string.h>

#include "report/coverage.h"
#include "util/buf.h"
#include "util/printable.h"

enum { PART = 20 };                                          /* of what the fullest column judged */

static size_t judged_by(const struct coverage_sum *sum)
{
	size_t judged = 0;

	for (size_t word = 0; word < COVERAGE_UNTESTED; word++)
		judged += sum->words[word];
	return judged;
}

static bool found_fault(const struct coverage_sum *sum)
{
	return sum->words[COVERAGE_DEVIATES] || sum->words[COVERAGE_BROKEN] || sum->words[COVERAGE_ABSENT];
}

/* Which columns of the whole table are taken, in which order. */
struct choice {
	const struct coverage_table *whole;
	size_t *columns, count;
};

static bool has_taken(const struct choice *choice, size_t column)
{
	for (size_t i = 0; i < choice->count; i++)
		if (choice->columns[i] == column)
			return true;
	return false;
}

static void take(struct choice *choice, size_t column)
{
	if (!has_taken(choice, column))
		choice->columns[choice->count++] = column;
}

/* Is @target "builtin linux", or one of all for which "builtin" stands? */
static bool is_named(const char *target, const char *name, size_t length)
{
	return !strncmp(target, name, length) && (!target[length] || target[length] == ' ');
}

static bool take_named(struct choice *choice, const char *name, size_t length, struct buf *problem)
{
	const struct coverage_table *whole = choice->whole;
	bool any = false;

	for (size_t c = 0; length && c < whole->sum_count; c++) {
		if (is_named(whole->sums[c].target, name, length)) {
			take(choice, c);
			any = true;
		}
	}
	if (any)
		return true;
	struct buf wanted = BUF_INIT;
	buf_add(&wanted, name, length);
	buf_puts(problem, "no case was played on '");
	printable_add(problem, wanted.length ? wanted.data : "", "");
	buf_puts(problem, "'; the results have");
	buf_free(&wanted);
	for (size_t c = 0; c < whole->sum_count; c++) {
		buf_puts(problem, c ? ", '" : " '");
		printable_add(problem, whole->sums[c].target, "");
		buf_puts(problem, "'");
	}
	buf_puts(problem, whole->sum_count ? "" : " no case");
	return false;
}

static bool take_list(struct choice *choice, const char *targets, struct buf *problem)
{
	for (const char *name = targets; ; name++) {
		size_t length = strcspn(name, ",");
		if (!take_named(choice, name, length, problem))
			return false;
		name += length;
		if (!*name)
			return true;
	}
}

static void take_full(struct choice *choice)
{
	const struct coverage_table *whole = choice->whole;
	size_t most = 0;

	for (size_t c = 0; c < whole->sum_count; c++)
		if (judged_by(&whole->sums[c]) > most)
			most = judged_by(&whole->sums[c]);
	for (size_t c = 0; c < whole->sum_count; c++)
		if (found_fault(&whole->sums[c]) || judged_by(&whole->sums[c]) * PART >= most)
			take(choice, c);
}

static const char *what_it_judged(struct arena *arena, const struct coverage_table *whole, size_t column)
{
	struct buf text = BUF_INIT;

	for (size_t word = 0; word < COVERAGE_UNTESTED; word++) {
		const char *before = "";
		for (size_t i = 0; i < whole->count; i++) {
			if (whole->rows[i].cells[column].word != word)
				continue;
			if (!*before)
				buf_printf(&text, "%s%s: ", text.length ? "; " : "", coverage_word[word]);
			buf_printf(&text, "%s%s", before, whole->rows[i].requirement->id);
			before = ", ";
		}
	}
	const char *judged = arena_strdup(arena, text.length ? text.data : "nothing of the catalogue");
	buf_free(&text);
	return judged;
}

static void set_asides(struct coverage_table *table, struct arena *arena, const struct choice *choice)
{
	const struct coverage_table *whole = choice->whole;
	struct coverage_aside *asides = arena_new_array(arena, struct coverage_aside, whole->sum_count);

	for (size_t c = 0; c < whole->sum_count; c++)
		if (!has_taken(choice, c))
			asides[table->aside_count++] = (struct coverage_aside){
				whole->sums[c].target, what_it_judged(arena, whole, c),
			};
	table->asides = asides;
}

static void set_columns(struct coverage_table *table, struct arena *arena, const struct choice *choice)
{
	const struct coverage_table *whole = choice->whole;
	struct coverage_sum *sums = arena_new_array(arena, struct coverage_sum, choice->count);
	struct coverage_row *rows = arena_new_array(arena, struct coverage_row, whole->count);

	for (size_t c = 0; c < choice->count; c++)
		sums[c] = whole->sums[choice->columns[c]];
	for (size_t i = 0; i < whole->count; i++) {
		struct coverage_cell *cells = arena_new_array(arena, struct coverage_cell, choice->count);
		for (size_t c = 0; c < choice->count; c++)
			cells[c] = whole->rows[i].cells[choice->columns[c]];
		rows[i] = (struct coverage_row){ whole->rows[i].requirement, cells, choice->count };
	}
	table->rows = rows;
	table->sums = sums;
	table->sum_count = choice->count;
}

const struct coverage_table *coverage_pick(struct coverage *coverage, const struct coverage_table *whole,
                                           const char *targets, struct buf *problem)
{
	struct arena *arena = coverage_arena(coverage);
	struct choice choice = { .whole = whole, .columns = arena_new_array(arena, size_t, whole->sum_count) };
	struct coverage_table *table = arena_new_object(arena, struct coverage_table);

	if (!targets)
		take_full(&choice);
	else if (!take_list(&choice, targets, problem))
		return NULL;
	*table = *whole;
	set_columns(table, arena, &choice);
	if (!targets)
		set_asides(table, arena, &choice);
	return table;
}
