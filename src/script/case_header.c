/* SPDX-License-Identifier: MIT
 *
 * case_header.c - reading the comments at the head of a case
 */
#include "script/case_header.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "util/table.h"

const struct header_word header_words[] = {
	{ "title", "what the case is about, in one line" },
	{ "covers", "the requirements that it tests: RFC9293:MUST-13" },
	{ "needs", "what must be there, or the case is SKIP: tcp, kernel >=6.1, command ip" },
	{ "targets", "which targets it is for" },
	{ "profiles", "the profiles of the reference stack that it is for" },
	{ "fails", "it must fail, at this line with these words: 14: fields differ: tcp_ack_seq" },
	{ NULL, NULL },
};

static const char blanks[] = " \t\r,";

static bool is_blank(char c)
{
	return c && strchr(blanks, c);
}

static void trim(const char **text, size_t *length)
{
	while (*length && is_blank(**text)) {
		++*text;
		--*length;
	}
	while (*length && is_blank((*text)[*length - 1]))
		--*length;
}

/* The text of @line if it is header @name. */
static bool is_header(const char *line, size_t length, const char *name, const char **text, size_t *text_length)
{
	size_t name_length = strlen(name);

	if (length < 3 || strncmp(line, "//!", 3))
		return false;
	line += 3;
	length -= 3;
	trim(&line, &length);
	if (length <= name_length || strncmp(line, name, name_length) || line[name_length] != ':')
		return false;
	*text = line + name_length + 1;
	*text_length = length - name_length - 1;
	trim(text, text_length);
	return true;
}

bool header_find(const struct source *source, const char *name, const char **text, size_t *length)
{
	const char *end = source->text + source->length, *line = source->text;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *body = line;
		size_t rest = (size_t)((newline ? newline : end) - line);

		trim(&body, &rest);
		if (is_header(body, rest, name, text, length))
			return true;
		if (rest && (rest < 2 || strncmp(body, "//", 2)))
			return false;
		line = newline ? newline + 1 : end;
	}
	return false;
}

bool header_allows(const struct source *source, const char *name, const char *word)
{
	const char *text;
	size_t length, wanted = strlen(word);

	if (!header_find(source, name, &text, &length))
		return true;
	while (length) {
		size_t n = 0;

		while (n < length && !is_blank(text[n]))
			n++;
		if (n == wanted && !strncmp(text, word, n))
			return true;
		text += n;
		length -= n;
		trim(&text, &length);
	}
	return false;
}

/* ---- checks ---- */

struct loc header_loc(const struct source *source, const char *at, size_t length)
{
	struct loc loc = { .source = source, .line = 1, .column = 1 };

	for (const char *p = source->text; p < at; p++) {
		loc.column = *p == '\n' ? 1 : loc.column + 1;
		loc.line += *p == '\n';
	}
	loc.end_line = loc.line;
	loc.end_column = loc.column + (int)length;
	return loc;
}

static bool known_name(const char *text, size_t length)
{
	for (size_t i = 0; header_words[i].name; i++)
		if (strlen(header_words[i].name) == length && !strncmp(header_words[i].name, text, length))
			return true;
	return false;
}

/* @text is what follows "//!" on a line of the head. */
static bool check_name(const struct source *source, const char *text, size_t length, struct diags *diags)
{
	size_t n = 0;
	char name[32];

	trim(&text, &length);
	while (n < length && (isalnum((unsigned char)text[n]) || text[n] == '-' || text[n] == '_'))
		n++;
	if (known_name(text, n) && n < length && text[n] == ':')
		return true;
	snprintf(name, sizeof(name), "%.*s", (int)n, text);
	struct guess guess = { .wanted = name };
	for (size_t i = 0; header_words[i].name; i++)
		guess_offer(&guess, header_words[i].name);
	struct loc place = header_loc(source, text, n ? n : 1);
	if (known_name(text, n))
		return diag_error(diags, DIAG_OPTION, place, "bad header", "want a colon: '//! %s: TEXT'", name);
	if (guess.nearest)
		return diag_error(diags, DIAG_OPTION, place, "unknown header",
				  "'%s'; did you mean '%s'?", name, guess.nearest);
	return diag_error(diags, DIAG_OPTION, place, "unknown header",
	                  "'%s': there are title, covers, needs, targets, profiles and fails; a comment that "
	                  "is no header begins with '//' alone",
	                  name);
}

/* "RFC9293:MUST-13", "RFC9293:3.10.7.4-FINFW2", "draft-ietf-ccwg-bbr:5.3.2-DRAIN" */
static bool names_requirement(const char *word, size_t length)
{
	const char *colon = memchr(word, ':', length);
	const size_t text = colon ? (size_t)(colon - word) : 0;
	size_t n = 3;

	if (!text || text + 1 == length)
		return false;
	if (text > strlen("draft-") && !strncmp(word, "draft-", strlen("draft-")))
		return true;
	while (n < text && isdigit((unsigned char)word[n]))
		n++;
	return n > 3 && n == text && !strncmp(word, "RFC", 3);
}

bool header_next_word(const char **text, size_t *left, const char **word, size_t *length)
{
	trim(text, left);
	*word = *text;
	*length = 0;
	while (*length < *left && !is_blank((*text)[*length]))
		++*length;
	*text += *length;
	*left -= *length;
	return *length;
}

static bool check_covers(const struct source *source, struct diags *diags)
{
	const char *text, *word;
	size_t left, length;
	bool good = true;

	if (!header_find(source, "covers", &text, &left))
		return true;
	while (header_next_word(&text, &left, &word, &length))
		if (!names_requirement(word, length))
			good = diag_error(diags, DIAG_OPTION, header_loc(source, word, length), "bad requirement",
			                  "'%.*s': want RFC, number, colon and the requirement, as in RFC9293:MUST-13, "
			                  "or the name of a draft instead",
			                  (int)length, word);
	return good;
}

/* Header @text, which follows "//!", may stand only once, since only the first of a name is read. */
static bool check_single(const struct source *source, const char *text, size_t length, struct diags *diags)
{
	const char *first;
	size_t first_length;
	bool good = true;

	trim(&text, &length);
	for (const struct header_word *w = header_words; w->name; w++) {
		size_t name = strlen(w->name);
		if (length <= name || strncmp(text, w->name, name) || text[name] != ':' ||
		    !header_find(source, w->name, &first, &first_length))
			continue;
		struct loc place = header_loc(source, text, name), before = header_loc(source, first, 1);
		if (before.line != place.line)
			good = diag_error(diags, DIAG_OPTION, place, "repeated header",
			                  "'%s' stands in line %d already: write all its words there", w->name,
			                  before.line);
		else if (!first_length)
			good = diag_error(diags, DIAG_OPTION, place, "empty header",
			                  "'%s:' wants %s; without any of it leave the line out", w->name, w->help);
	}
	return good;
}

bool header_check(const struct source *source, struct diags *diags)
{
	const char *end = source->text + source->length;
	bool good = check_covers(source, diags), head = true;

	for (const char *line = source->text, *next; line < end; line = next) {
		const char *newline = memchr(line, '\n', (size_t)(end - line)), *body = line;
		size_t rest = (size_t)((newline ? newline : end) - line);

		next = newline ? newline + 1 : end;
		trim(&body, &rest);
		bool header = rest >= 3 && !strncmp(body, "//!", 3);
		head = head && (!rest || (rest >= 2 && !strncmp(body, "//", 2)));
		if (header && head)
			good &= check_name(source, body + 3, rest - 3, diags) &&
				check_single(source, body + 3, rest - 3, diags);
		else if (header)
			good = diag_error(diags, DIAG_OPTION, header_loc(source, body, 3), "header out of place",
			                  "headers count only before the first line that is no '//' comment");
	}
	return good;
}

static bool report_word(const char *name, const char *word, struct loc place, const char *const *words, bool paths,
                        struct diags *diags)
{
	struct guess guess = { .wanted = word };
	char headline[48], all[160] = "";

	snprintf(headline, sizeof(headline), "unknown word of header '%s'", name);
	for (; *words; words++) {
		size_t used = strlen(all);

		guess_offer(&guess, *words);
		snprintf(all + used, sizeof(all) - used, "%s%s", used ? ", " : "", *words);
	}
	if (guess.nearest)
		return diag_error(diags, DIAG_OPTION, place, headline, "'%s'; did you mean '%s'?", word, guess.nearest);
	return diag_error(diags, DIAG_OPTION, place, headline, "'%s': there are %s%s", word, all,
	                  paths ? ", and files such as mine.yaml" : "");
}

bool header_check_words(const struct source *source, const char *name, const char *const *words, bool paths,
                        struct diags *diags)
{
	const char *text, *word;
	size_t left, length;
	bool good = true;
	char copy[64];

	if (!header_find(source, name, &text, &left))
		return true;
	while (header_next_word(&text, &left, &word, &length)) {
		const char *const *w = words;

		snprintf(copy, sizeof(copy), "%.*s", (int)length, word);
		while (*w && strcmp(*w, copy))
			w++;
		if (!*w && !(paths && strpbrk(copy, "/.")))
			good = report_word(name, copy, header_loc(source, word, length), words, paths, diags);
	}
	return good;
}
