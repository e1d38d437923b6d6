/* SPDX-License-Identifier: MIT
 *
 * parse_error.h - where the grammar stopped, for parse_hint.c, which says what was probably meant
 */
#ifndef SCRIPT_PARSE_ERROR_H
#define SCRIPT_PARSE_ERROR_H

#include "script/parse.h"

struct mistake {
	const char *seen, *before;                           /* the token that cannot stand there,
	                                                        and the one before it */
	const char *at, *line;                               /* the text from that token on, and from its line on */
	const char *const *expected;                         /* names of tokens that could */
	int count;
	bool first_on_line;                                  /* the token */
	bool in_packet;                                      /* a packet is being read */
};

bool mistake_expects(const struct mistake *m, const char *name);

/* Append how it is written, a sentence without a full stop, if that is known. */
bool parse_hint(const struct mistake *m, struct buf *out);
/* The same of statements and of what only protodrill's packet lines have; and of strings, where nothing else fits. */
bool parse_language_hint(const struct mistake *m, struct buf *out);
bool parse_contents_hint(const struct mistake *m, struct buf *out);

#endif
