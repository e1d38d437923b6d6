/* SPDX-License-Identifier: MIT
 *
 * line_diff.c - two texts line by line
 *
 * Lines that are alike at either end are set aside. For the rest, a table says for each pair of places how many lines
 * after them can be kept. Of long texts it has only the pairs whose places are not far apart, because a line seldom
 * moves far: what is too far apart counts as if nothing behind it could be kept, so that more lines are told as changed
 * than had to be, but never a wrong one.
 */
#include "report/line_diff.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "util/checked.h"

enum { MOST_PAIRS = 4 << 20 };                           /* in the table */

struct line {
	const char *text;
	size_t length;
};

struct lines {
	struct line *at;
	size_t count;
};

static struct lines split(const char *text)
{
	struct lines lines = { .count = 0 };
	size_t room = 1;

	for (const char *c = text; *c; c++)
		room += *c == '\n';
	lines.at = checked_memory(calloc(room, sizeof(*lines.at)));
	while (*text) {
		size_t length = strcspn(text, "\n");
		lines.at[lines.count++] = (struct line){ text, length };
		text += length + (text[length] == '\n');
	}
	return lines;
}

static bool same(struct line a, struct line b)
{
	return a.length == b.length && !memcmp(a.text, b.text, a.length);
}

struct walk {
	struct lines old, new;
	size_t begin;                                        /* lines that are the same at the beginning */
	size_t old_end, new_end;                             /* after the last line that may differ */
	size_t apart;                                        /* the most by which the places of a pair may differ */
	uint32_t *stay;                                      /* a row for each old line, and one more, of 2 * apart + 1
	                                                        pairs each */
	struct line_diff *out;
	size_t count;
};

static void set_aside(struct walk *w)
{
	w->old_end = w->old.count;
	w->new_end = w->new.count;
	while (w->begin < w->old_end && w->begin < w->new_end && same(w->old.at[w->begin], w->new.at[w->begin]))
		w->begin++;
	while (w->old_end > w->begin && w->new_end > w->begin &&
	       same(w->old.at[w->old_end - 1], w->new.at[w->new_end - 1])) {
		w->old_end--;
		w->new_end--;
	}
}

/* NULL: too far apart. */
static uint32_t *cell(const struct walk *w, size_t i, size_t j)
{
	const size_t column = j + w->apart - i;                  /* wraps where j is far before i */

	return column <= 2 * w->apart ? &w->stay[(i - w->begin) * (2 * w->apart + 1) + column] : NULL;
}

static uint32_t kept_after(const struct walk *w, size_t i, size_t j)
{
	const uint32_t *kept = cell(w, i, j);

	return kept ? *kept : 0;
}

static void fill_table(struct walk *w)
{
	const size_t height = w->old_end - w->begin + 1, width = w->new_end - w->begin + 1;
	const size_t all = height > width ? height : width, most = MOST_PAIRS / height / 2;

	w->apart = all < most ? all : most;
	w->stay = checked_memory(calloc(height * (2 * w->apart + 1), sizeof(*w->stay)));
	for (size_t i = w->old_end; i-- > w->begin;) {
		const size_t from = i > w->begin + w->apart ? i - w->apart : w->begin;
		for (size_t j = w->new_end < i + w->apart + 1 ? w->new_end : i + w->apart + 1; j-- > from;) {
			const uint32_t without_old = kept_after(w, i + 1, j), without_new = kept_after(w, i, j + 1);
			if (same(w->old.at[i], w->new.at[j]))
				*cell(w, i, j) = kept_after(w, i + 1, j + 1) + 1;
			else
				*cell(w, i, j) = without_old > without_new ? without_old : without_new;
		}
	}
}

static void add(struct walk *w, enum line_diff_kind kind, size_t i, size_t j)
{
	const struct line *line = kind == LINE_NEW ? &w->new.at[j] : &w->old.at[i];

	w->out[w->count++] = (struct line_diff){
		.kind = kind, .text = line->text, .length = line->length,
		.old_line = kind == LINE_NEW ? 0 : (int)i + 1, .new_line = kind == LINE_GONE ? 0 : (int)j + 1,
	};
}

/* Removed lines come before those that replace them. */
static void walk_middle(struct walk *w)
{
	size_t i = w->begin, j = i;

	while (i < w->old_end || j < w->new_end) {
		bool old_left = i < w->old_end, new_left = j < w->new_end;
		if (old_left && new_left && same(w->old.at[i], w->new.at[j]))
			add(w, LINE_SAME, i++, j++);
		else if (old_left && (!new_left || kept_after(w, i + 1, j) >= kept_after(w, i, j + 1)))
			add(w, LINE_GONE, i++, 0);
		else
			add(w, LINE_NEW, 0, j++);
	}
}

struct line_diff *line_diff(const char *old_text, const char *new_text, size_t *count)
{
	struct walk w = { .old = split(old_text), .new = split(new_text) };

	w.out = checked_memory(calloc(w.old.count + w.new.count + 1, sizeof(*w.out)));
	set_aside(&w);
	fill_table(&w);
	for (size_t i = 0; i < w.begin; i++)
		add(&w, LINE_SAME, i, i);
	walk_middle(&w);
	for (size_t i = 0; w.old_end + i < w.old.count; i++)
		add(&w, LINE_SAME, w.old_end + i, w.new_end + i);
	free(w.old.at);
	free(w.new.at);
	free(w.stay);
	*count = w.count;
	return w.out;
}
