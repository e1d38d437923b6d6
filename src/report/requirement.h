/* SPDX-License-Identifier: MIT
 *
 * requirement.h - what the requirements say that cases cover
 *
 * The catalogue is testcases/requirements.tsv, compiled in, so that a report needs no other file: a line each, with
 * tabs between the name as the header `covers` has it ("RFC9293:MUST-13"), the section, the level and the text, a
 * paraphrase.
 */
#ifndef REPORT_REQUIREMENT_H
#define REPORT_REQUIREMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "util/arena.h"

struct requirement {
	const char *section, *level, *text;                  /* "3.6.1", "SHOULD NOT", a sentence */
};

/* False: the catalogue does not know @name. Texts are copied to @arena. */
bool requirement_find(struct requirement *out, const char *name, struct arena *arena);

/* The catalogue: generated, one text. */
struct requirement_list {
	const char *name, *text;
};
extern const struct requirement_list requirement_lists[];
extern const size_t requirement_list_count;

#endif
