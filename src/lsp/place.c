/* SPDX-License-Identifier: MIT
 *
 * place.c - which kinds of words fit where the cursor is
 */
#include "lsp/place.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* What may stand in a word besides letters and digits, by kind. */
static const struct {
	unsigned kinds;
	const char *besides;
} in_words[] = {
	{ WORD_REQUIREMENT, ":.-_" },
	{ WORD_SYSCTL, "./-_" },
	{ WORD_OPTION, "-_" },
	{ WORD_NAME, "$_" },
};

static const char *besides_of(unsigned kinds)
{
	for (size_t i = 0; i < sizeof(in_words) / sizeof(*in_words); i++)
		if (kinds & in_words[i].kinds)
			return in_words[i].besides;
	return "_";
}

static bool in_word(char c, const char *besides)
{
	return isalnum((unsigned char)c) || (c && strchr(besides, c));
}

/* What a header of a case takes. @line: behind "//!". */
static unsigned kinds_of_header(const char *line, size_t length)
{
	static const struct {
		const char *name;
		unsigned kinds;
	} headers[] = {
		{ "covers:", WORD_REQUIREMENT }, { "targets:", WORD_TARGET }, { "profiles:", WORD_PROFILE },
	};
	size_t blanks = strspn(line, " \t");

	if (!memchr(line, ':', length))
		return WORD_HEADER;
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++)
		if (!strncmp(line + blanks, headers[i].name, strlen(headers[i].name)))
			return headers[i].kinds;
	return 0;
}

static size_t count(const char *text, size_t length, char wanted)
{
	size_t n = 0;

	for (size_t i = 0; i < length; i++)
		n += text[i] == wanted;
	return n;
}

/* In the options of a TCP packet: behind a "<" that is no direction, and before its ">". */
static bool in_tcp_options(const char *line, size_t length)
{
	bool packet = false, options = false;

	for (size_t i = 0; i < length; i++) {
		bool sign = line[i] == '<' || line[i] == '>';

		if (sign && packet)
			options = line[i] == '<';
		packet = packet || sign;
	}
	return options;
}

/* A block of code of one line, as nearly all are. */
static bool in_code(const char *line, size_t length)
{
	bool in = false;

	for (size_t i = 0; i + 1 < length; i++)
		if (!strncmp(line + i, in ? "}%" : "%{", 2))
			in = !in;
	return in;
}

/* Behind its time, if it has one, a packet begins with its direction. */
static bool is_packet(const char *line, size_t length)
{
	size_t at = 0;

	while (at < length && (isdigit((unsigned char)line[at]) || strchr(" \t+.~*", line[at])))
		at++;
	return at < length && (line[at] == '<' || line[at] == '>');
}

/* @length bytes of @line are to the left of the cursor. */
static unsigned kinds_in_event(const char *line, size_t length)
{
	if (in_code(line, length))
		return WORD_TCP_INFO | WORD_CONSTANT;
	if (count(line, length, '"') % 2)
		return 0;
	if (in_tcp_options(line, length))
		return WORD_TCP_OPTION;
	if (is_packet(line, length))
		return WORD_PACKET;
	if (count(line, length, '(') > count(line, length, ')'))
		return WORD_CONSTANT;
	if (memchr(line, ')', length) && memchr(line, '=', length))
		return WORD_CONSTANT;                        /* an errno */
	return WORD_CALL | WORD_STATEMENT | WORD_MACRO;
}

/* The end of the last comment before @offset is no place of a shell command: marks in it do not count. */
static bool in_command(const char *text, size_t offset)
{
	bool in = false;

	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '`')
			in = !in;
		else if (!in && text[i] == '/' && text[i + 1] == '/')
			i += strcspn(text + i, "\n");
	}
	return in;
}

static unsigned kinds_at(const char *text, size_t line_start, size_t offset)
{
	const char *line = text + line_start;
	size_t length = offset - line_start;
	const char *first = line + strspn(line, " \t");

	if (in_command(text, offset))
		return WORD_SYSCTL;
	if (!strncmp(first, "//!", 3) && first + 3 <= text + offset)
		return kinds_of_header(first + 3, (size_t)(text + offset - first - 3));
	if (!strncmp(first, "//", 2))
		return 0;
	if (!strncmp(first, "--", 2))
		return WORD_OPTION;
	return kinds_in_event(line, length);
}

struct place place_at(const char *text, size_t offset)
{
	struct place place = { .start = offset, .end = offset };
	size_t line_start = offset;

	while (line_start && text[line_start - 1] != '\n')
		line_start--;
	size_t dollar = offset;
	while (dollar > line_start && in_word(text[dollar - 1], "_"))
		dollar--;
	bool named = dollar > line_start && text[dollar - 1] == '$';
	place.kinds = named ? WORD_NAME : kinds_at(text, line_start, offset);
	const char *besides = besides_of(place.kinds);
	while (place.start > line_start && in_word(text[place.start - 1], besides))
		place.start--;
	while (in_word(text[place.end], besides))
		place.end++;
	return place;
}
