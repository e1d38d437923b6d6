/* SPDX-License-Identifier: MIT
 *
 * place.h - which kinds of words fit where the cursor is
 *
 * A line that is being typed is rarely well-formed, so the parser is not used: the text to the left of the cursor
 * decides, by rules of thumb that hold for scripts as people write them. The worst that a wrong guess can cause is a
 * list of words that do not fit.
 */
#ifndef LSP_PLACE_H
#define LSP_PLACE_H

#include <stddef.h>

/* Bits of struct place. */
enum word_kind {
	WORD_CALL = 1 << 0,
	WORD_STATEMENT = 1 << 1,
	WORD_CONSTANT = 1 << 2,
	WORD_OPTION = 1 << 3,                                /* of a script, "--ip_version" */
	WORD_SYSCTL = 1 << 4,
	WORD_REQUIREMENT = 1 << 5,
	WORD_HEADER = 1 << 6,                                /* "covers" */
	WORD_TCP_OPTION = 1 << 7,
	WORD_TARGET = 1 << 8,
	WORD_PROFILE = 1 << 9,
	WORD_NAME = 1 << 10,                                 /* "$w" */
	WORD_MACRO = 1 << 11,
	WORD_PACKET = 1 << 12,                               /* of a packet line, "win" */
	WORD_TCP_INFO = 1 << 13,                             /* of a code block, "tcpi_rtt" */
};

struct place {
	unsigned kinds;                                      /* 0: none */
	size_t start, end;                                   /* of the word that the cursor is in or behind */
};

/* @offset: the byte of @text before which the cursor is. */
struct place place_at(const char *text, size_t offset);

#endif
