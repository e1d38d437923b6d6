/* SPDX-License-Identifier: MIT
 *
 * line_question.c - lines of a kernel that somebody names, or that a patch touches
 *
 * A patch is read as unified diff: its lines are those of the old side, on which the cases were played. A line that it
 * takes away or changes is touched; where it only adds, the line in front of the addition is and the one behind it,
 * because whoever gets there runs the new lines.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/line_coverage.h"
#include "util/checked.h"

bool line_question_read(const char *text, struct arena *arena, struct line_question *out)
{
	const char *colon = strrchr(text, ':');
	char *end;

	if (!colon || colon == text)
		return false;
	const long first = strtol(colon + 1, &end, 10);
	if (end == colon + 1 || first < 1 || first > INT_MAX)
		return false;
	const long last = *end == '-' ? strtol(end + 1, &end, 10) : first;
	*out = (struct line_question){ arena_strndup(arena, text, (size_t)(colon - text)), (int)first, (int)last };
	return !*end && last >= first && last <= INT_MAX;
}

/* Is @end the end of the path @name, in whole parts: "tcp_input.c", "ipv4/tcp_input.c"? */
static bool names_file(const char *end, const char *name)
{
	const size_t length = strlen(name), wanted = strlen(end);

	return wanted <= length && !strcmp(name + length - wanted, end) &&
	       (wanted == length || name[length - wanted - 1] == '/');
}

bool line_question_met(const struct line_question *question, const struct covered *covered)
{
	for (size_t i = 0; i < covered->file_count; i++)
		if (names_file(question->file, covered->files[i].name) &&
		    line_ranges_meet(covered->files[i].lines, question->first, question->last))
			return true;
	return false;
}

/* ---- patches ---- */

struct patch_reader {
	struct arena *arena;
	struct line_question *list;
	size_t count, room;
	const char *file;                                    /* the file that hunks belong to; NULL: none yet */
	int line;                                            /* the next line of the old side */
	int left;                                            /* lines of the old side left in this hunk */
};

static void touch(struct patch_reader *r, int first, int last)
{
	if (!r->file)
		return;
	if (r->count == r->room) {
		r->room = r->room ? 2 * r->room : 16;
		struct line_question *longer = arena_new_array(r->arena, struct line_question, r->room);
		if (r->count)
			memcpy(longer, r->list, r->count * sizeof(*longer));
		r->list = longer;
	}
	r->list[r->count++] = (struct line_question){ r->file, first < 1 ? 1 : first, last };
}

/* "--- a/net/ipv4/tcp_input.c", perhaps followed by a tab and a date. */
static void take_file(struct patch_reader *r, const char *text, size_t length)
{
	const char *name = text + strlen("--- "), *tab = memchr(text, '\t', length);
	size_t named = (size_t)((tab ? tab : text + length) - name);

	if (named > 2 && (!strncmp(name, "a/", 2) || !strncmp(name, "i/", 2))) {
		name += 2;
		named -= 2;
	}
	r->file = arena_strndup(r->arena, name, named);
}

static void take_line(struct patch_reader *r, const char *text, size_t length)
{
	int first, count = 1;

	if (r->left <= 0 && !strncmp(text, "--- ", 4) && length > 4) {
		take_file(r, text, length);
	} else if (sscanf(text, "@@ -%d,%d ", &first, &count) >= 1) {
		r->line = count ? first : first + 1;
		r->left = count;
	} else if (*text == '-' && r->left > 0) {
		touch(r, r->line, r->line);
		r->line++;
		r->left--;
	} else if (*text == '+' && r->line && strncmp(text, "+++ ", 4)) {
		touch(r, r->line - 1, r->line);
	} else if (*text == ' ' && r->left > 0) {
		r->line++;
		r->left--;
	}
}

struct line_question *line_questions_of_patch(const char *patch, struct arena *arena, size_t *count)
{
	struct patch_reader r = { .arena = arena };

	while (*patch) {
		size_t length = strcspn(patch, "\n");
		take_line(&r, patch, length);
		patch += length + (patch[length] != '\0');
	}
	*count = r.count;
	return r.list;
}
