/* SPDX-License-Identifier: MIT
 *
 * mistake.h - where the grammar stopped, and what hints ask about it (parse_hint.c and the files that begin with it)
 */
#ifndef SCRIPT_MISTAKE_H
#define SCRIPT_MISTAKE_H

#include <string.h>

#include "util/buf.h"

struct mistake {
	const char *seen, *before;                           /* the token that cannot stand there,
	                                                        and the one before it */
	const char *at, *line;                               /* the text from that token on, and from the start of its
	                                                        line on */
	const char *text;                                    /* the whole */
	const char *const *expected;                         /* names of tokens that could */
	int count;
	bool first_on_line;                                  /* the token is the first of its line */
	bool in_packet;                                      /* a packet is being read */
	bool behind_result;                                  /* the result of a call was just read */
};

/* Append how to write what was meant, a sentence without a full stop, if that is known. False: it is not. */
bool parse_hint(const struct mistake *m, struct buf *out);
/* The same for statements and for what only protodrill's packet lines have; and for strings, where nothing else
 * fits. */
bool parse_language_hint(const struct mistake *m, struct buf *out);
bool parse_contents_hint(const struct mistake *m, struct buf *out);
/* The same for the parts of a packet, and for the forms of TCP options. */
bool parse_packet_hint(const struct mistake *m, struct buf *out);
/* The same for numbers that are no times. */
bool parse_number_hint(const struct mistake *m, struct buf *out);
/* The same of structures in arguments: those of the usual members, and of those about one. */
bool parse_hint_members_in_wrong_order(const struct mistake *m, struct buf *out);
bool parse_hint_no_address(const struct mistake *m, struct buf *out);
bool parse_hint_structure(const struct mistake *m, struct buf *out);

/* Could a token of this name stand there? */
static inline bool mistake_expects(const struct mistake *m, const char *name)
{
	for (int i = 0; i < m->count; i++)
		if (!strcmp(m->expected[i], name))
			return true;
	return false;
}

/* Is it the only token that could stand there? */
static inline bool only(const struct mistake *m, const char *name)
{
	return m->count == 1 && mistake_expects(m, name);
}

/* Is it one of @words, which NULL ends? */
static inline bool is_any(const char *word, const char *const *words)
{
	while (*words && strcmp(*words, word))
		words++;
	return *words;
}

/* Append @text, which is the whole hint. True, so that it can end a condition. */
static inline bool say(struct buf *out, const char *text)
{
	buf_puts(out, text);
	return true;
}

#endif
