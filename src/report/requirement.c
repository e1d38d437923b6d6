/* SPDX-License-Identifier: MIT
 *
 * requirement.c - look a name up in the catalogue
 */
#include "report/requirement.h"

#include <string.h>

static const char *next_column(const char **at, struct arena *arena)
{
	size_t length = strcspn(*at, "\t\n");
	const char *column = arena_strndup(arena, *at, length);

	*at += length + ((*at)[length] == '\t');
	return column;
}

bool requirement_find(struct requirement *out, const char *name, struct arena *arena)
{
	size_t length = strlen(name);

	for (size_t i = 0; length && i < requirement_list_count; i++) {
		for (const char *line = requirement_lists[i].text; *line; line += strcspn(line, "\n") + 1) {
			if (strncmp(line, name, length) != 0 || line[length] != '\t')
				continue;
			const char *at = line + length + 1;
			out->section = next_column(&at, arena);
			out->level = next_column(&at, arena);
			out->text = next_column(&at, arena);
			return true;
		}
	}
	return false;
}
