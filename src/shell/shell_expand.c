/* SPDX-License-Identifier: MIT
 *
 * shell_expand.c - expands words as written into the words that a command gets
 *
 * In this order, as POSIX has it (Shell Command Language, 2.6): parameters, $(...) and $((...)), then what was not
 * quoted is split at the characters of IFS. File names are never expanded: a pattern with a slash would depend on this
 * machine and is refused; any other stays as it is, as in a folder where nothing matches.
 */
#include <ctype.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shell/internal.h"

struct expansion {
	struct shell_run *run;
	struct buf word;                                     /* the present one */
	bool in_word;                                        /* also an empty one: '' */
	bool split, pattern;
	bool globs, slash;                                   /* * ? [ outside of quotes; a slash anywhere */
	char *words[SHELL_WORDS + 1];
	int count, status, depth;
};

enum { EXPANSION_DEPTH = 20 };

static void expand(struct expansion *e, const char *raw, size_t length, bool quoted);

static void end_word(struct expansion *e)
{
	struct shell_run *run = e->run;

	if (e->in_word && !e->status) {
		if (e->count == SHELL_WORDS)
			e->status = shell_unknown(run, "a command of so many words needs a shell");
		else if (e->split && e->globs && (e->slash || shell_is_strict(run)))
			e->status = shell_unknown(run, "a pattern of file names in a command needs a shell");
		else if (!shell_afford(run, e->word.length))
			e->status = STATUS_UNKNOWN;
		else
			e->words[e->count++] = arena_strndup(run->arena, e->word.data, e->word.length);
	}
	buf_clear(&e->word);
	e->in_word = e->globs = e->slash = false;
}

static void add_byte(struct expansion *e, char c, bool quoted)
{
	if (e->pattern && quoted && strchr("*?[]\\", c))
		buf_add_byte(&e->word, '\\');
	e->globs |= !quoted && (c == '*' || c == '?' || (c == ']' && e->word.length && shell_is_strict(e->run)));
	e->slash |= c == '/';
	buf_add_byte(&e->word, c);
	e->in_word = true;
}

/* The value of an expansion. */
static void add_value(struct expansion *e, const char *value, bool quoted)
{
	const char *separators = shell_variable(e->run, "IFS");

	if (!shell_afford(e->run, strlen(value))) {
		e->status = STATUS_UNKNOWN;
		return;
	}
	if (!separators)
		separators = " \t\n";
	for (; *value; value++) {
		if (quoted || !e->split || !strchr(separators, *value)) {
			add_byte(e, *value, quoted);
		} else {
			/* A separator that is no blank ends even an empty word. */
			e->in_word |= !isspace((unsigned char)*value);
			end_word(e);
		}
	}
}

/* ---- $(...) ---- */

static void add_output(struct expansion *e, const char *text, bool quoted)
{
	struct buf out = BUF_INIT;
	struct shell_run inner = *e->run;

	inner.out = &out;
	inner.depth++;
	int status = inner.do_text(&inner, text);
	e->run->status = inner.status;
	if (status < 0)
		e->status = status;
	while (out.length && out.data[out.length - 1] == '\n')
		out.length--;
	char *value = arena_strndup(e->run->arena, out.data, out.length);
	buf_free(&out);
	if (!e->status)
		add_value(e, value, quoted);
}

/* ---- $((...)) ---- */

int shell_compute(struct shell_run *run, const char *raw, int64_t *value)
{
	char *expanded;
	int status = shell_expand_one(run, raw, false, &expanded);

	if (status)
		return status;
	return shell_arithmetic(run, expanded, value) ? 0 : STATUS_USAGE;
}

/* ---- ${...} ---- */

static const char *arguments_joined(struct shell_run *run)
{
	struct buf all = BUF_INIT;

	for (char **a = run->arguments; *a; a++)
		buf_printf(&all, "%s%s", a > run->arguments ? " " : "", *a);
	const char *text = arena_strdup(run->arena, all.data);
	buf_free(&all);
	return text;
}

static int argument_count(const struct shell_run *run)
{
	int n = 0;

	while (run->arguments[n])
		n++;
	return n;
}

/* The value of a parameter, NULL: not set; false: nobody can know it here. */
static bool parameter(struct expansion *e, const char *name, const char **value)
{
	struct shell_run *run = e->run;
	const bool digits = isdigit((unsigned char)*name);
	const long number = digits ? strtol(name, NULL, 10) : -1;     /* number of an argument; 0, also 00: the shell */

	*value = NULL;
	if ((!strcmp(name, "$") || !number) && shell_is_strict(run))
		return false;
	if (!strcmp(name, "?"))
		*value = arena_printf(run->arena, "%d", run->status);
	else if (!strcmp(name, "#"))
		*value = arena_printf(run->arena, "%d", argument_count(run));
	else if (!strcmp(name, "$"))
		*value = "1001";
	else if (!strcmp(name, "@") || !strcmp(name, "*"))
		*value = argument_count(run) ? arguments_joined(run) : NULL;
	else if (!number)
		*value = "sh";
	else if (!strcmp(name, "-") || !strcmp(name, "!"))
		return false;
	else if (digits)
		*value = number <= argument_count(run) ? run->arguments[number - 1] : NULL;
	else
		return shell_look_up(run, name, value) != SHELL_NOT_HERE;
	return true;
}

static void unknown_parameter(struct expansion *e, const char *name)
{
	e->status = shell_unknown(e->run, "the variable $%s is not known here", name);
}

static void add_parameter(struct expansion *e, const char *name, bool quoted)
{
	const char *value;

	if (!strcmp(name, "@") && quoted) {
		for (char **a = e->run->arguments; *a; a++) {
			if (a > e->run->arguments && e->split)
				end_word(e);
			else if (a > e->run->arguments)
				add_byte(e, ' ', true);
			e->in_word = true;
			add_value(e, *a, true);
		}
	} else if (!parameter(e, name, &value)) {
		unknown_parameter(e, name);
	} else if (value) {
		add_value(e, value, quoted);
	} else if (e->run->nounset && *name != '@' && *name != '*') {
		e->status = STATUS_USAGE;
	}
}

/* The value without the shortest or longest start (#) or end (%) that fits. */
static const char *without(struct shell_run *run, const char *value, const char *pattern, bool end, bool longest)
{
	size_t length = strlen(value);

	for (size_t i = 0; i <= length; i++) {
		size_t n = longest ? length - i : i;
		const char *part = end ? value + length - n : arena_strndup(run->arena, value, n);
		if (!shell_afford(run, n))
			return NULL;
		if (!fnmatch(pattern, part, 0))
			return end ? arena_strndup(run->arena, value, length - n) : value + n;
	}
	return value;
}

/* ${NAME#PATTERN} and its like. */
static void add_trimmed(struct expansion *e, const char *value, const char *operator, bool quoted)
{
	const bool longest = operator[1] == operator[0];
	char *pattern;

	e->status = shell_expand_one(e->run, operator + 1 + longest, true, &pattern);
	if (e->status || !value)
		return;
	value = without(e->run, value, pattern, *operator == '%', longest);
	if (value)
		add_value(e, value, quoted);
	else
		e->status = STATUS_UNKNOWN;
}

/* ${NAME:-WORD} and its like: what stands in for a value that is missing, or that is there. */
static void add_default(struct expansion *e, const char *name, const char *value, const char *operator, bool quoted)
{
	const bool colon = *operator == ':', there = value && !(colon && !*value);
	const char kind = operator[colon], *word = operator + colon + 1;
	char *text;

	if (!kind || !strchr("-+=?", kind)) {
		e->status = shell_unknown(e->run, "the variable $%s with '%s' is not known here", name, operator);
	} else if (kind == '+' ? !there : there) {
		if (kind != '+')
			add_value(e, value, quoted);
	} else if (kind == '?') {
		e->status = STATUS_USAGE;
	} else if (kind == '=') {
		e->status = shell_expand_one(e->run, word, false, &text);
		if (e->status)
			return;
		shell_assign(e->run, name, text);
		add_value(e, text, quoted);
	} else {
		expand(e, word, strlen(word), quoted);
	}
}

/* @text: what is between "${" and "}". */
static void read_braces(struct expansion *e, const char *text, bool quoted)
{
	const bool length = *text == '#' && text[1];
	const char *name_at = text + length, *value;
	size_t n = shell_name_length(name_at);

	if (!n)
		n = isdigit((unsigned char)*name_at) ? strspn(name_at, "0123456789") : *name_at != '\0';
	const char *name = arena_strndup(e->run->arena, name_at, n), *operator = name_at + n;
	if (!n || (length && *operator)) {
		e->status = STATUS_USAGE;
	} else if (!*operator && !length) {
		add_parameter(e, name, quoted);
	} else if (!parameter(e, name, &value) || (!value && !strcmp(name, "PPID"))) {
		unknown_parameter(e, name);
	} else if (length) {
		add_value(e, arena_printf(e->run->arena, "%zu", value ? strlen(value) : 0), quoted);
	} else if (*operator == '#' || *operator == '%') {
		add_trimmed(e, value, operator, quoted);
	} else {
		add_default(e, name, value, operator, quoted);
	}
}

/* ---- pieces ---- */

/* At a dollar sign with @length bytes; returns how many of them it took. */
static size_t read_dollar(struct expansion *e, const char *at, size_t length, bool quoted)
{
	struct arena *arena = e->run->arena;
	size_t name = shell_name_length(at + 1);

	if (length > 1 && at[1] == '(') {
		ptrdiff_t inside = shell_enclosed(at + 2);
		int64_t value;
		if (inside < 0 || (size_t)inside + 3 > length) {
			e->status = STATUS_USAGE;
			return length;
		}
		const char *text = arena_strndup(arena, at + 2, (size_t)inside);
		if (*text != '(' || text[inside - 1] != ')') {
			add_output(e, text, quoted);
		} else {
			e->status = shell_compute(e->run, arena_strndup(arena, text + 1, (size_t)inside - 2), &value);
			add_value(e, arena_printf(arena, "%" PRId64, e->status ? 0 : value), quoted);
		}
		return (size_t)inside + 3;
	}
	if (length > 1 && at[1] == '{') {
		int open = 0;
		size_t n = 2;
		/* Quotes in it were looked at when the word was read; braces in it come in pairs. */
		for (; n < length && (open || at[n] != '}'); n++) {
			open += at[n] == '{' ? 1 : at[n] == '}' ? -1 : 0;
			n += at[n] == '\\' && n + 1 < length;
		}
		if (n >= length) {
			e->status = STATUS_USAGE;
			return length;
		}
		read_braces(e, arena_strndup(arena, at + 2, n - 2), quoted);
		return n + 1;
	}
	if (!name && length > 1 && (isdigit((unsigned char)at[1]) || strchr("?#$@*-!", at[1])))
		name = 1;
	if (!name || name >= length) {
		if (name >= length)
			name = length - 1;
		if (!name) {
			add_byte(e, '$', true);
			return 1;
		}
	}
	add_parameter(e, arena_strndup(arena, at + 1, name), quoted);
	return name + 1;
}

/* At a back-quote; returns how many bytes it took. */
static size_t read_back_quotes(struct expansion *e, const char *at, size_t length, bool quoted)
{
	struct buf text = BUF_INIT;
	size_t n = 1;

	for (; n < length && at[n] != '`'; n++) {
		n += at[n] == '\\' && n + 1 < length && strchr("$`\\", at[n + 1]);
		buf_add_byte(&text, at[n]);
	}
	const char *inside = arena_strndup(e->run->arena, text.data, text.length);
	buf_free(&text);
	if (n >= length)
		e->status = STATUS_USAGE;
	else
		add_output(e, inside, quoted);
	return n + 1;
}

/* Does a backslash take away the meaning of @c? In double quotes it does so only for a few characters. */
static bool is_escaped(char c, bool quoted)
{
	return !quoted || strchr("$`\"\\\n", c);
}

/* At a quote: its end, or @length. */
static size_t quote_end(const char *raw, size_t at, size_t length)
{
	const char quote = raw[at++];

	while (at < length && raw[at] != quote) {
		if (quote == '"' && raw[at] == '\\' && at + 1 < length)
			at++;
		if (quote == '"' && raw[at] == '$' && at + 1 < length && raw[at + 1] == '(') {
			ptrdiff_t inside = shell_enclosed(raw + at + 2);
			at += inside >= 0 ? (size_t)inside + 2 : 0;
		}
		at++;
	}
	return at < length ? at : length;
}

/* {a,b} and {1..3} are expanded by some shells, and text for others. */
static bool is_brace_expansion(const char *raw, size_t length)
{
	const char *end = memchr(raw, '}', length);

	return end && (memchr(raw, ',', (size_t)(end - raw)) || memmem(raw, (size_t)(end - raw), "..", 2));
}

/* One piece at the start of @raw; returns how many bytes it took. */
static size_t expand_piece(struct expansion *e, const char *raw, size_t length, bool quoted)
{
	const char c = *raw;

	if (c == '\\' && length > 1 && is_escaped(raw[1], quoted)) {
		if (raw[1] != '\n')
			add_byte(e, raw[1], true);
		return 2;
	}
	if ((c == '\'' && !quoted) || (c == '"' && !quoted)) {
		size_t end = quote_end(raw, 0, length);
		e->in_word = true;
		if (c == '"')
			expand(e, raw + 1, end - 1, true);
		for (size_t i = 1; c == '\'' && i < end; i++)
			add_byte(e, raw[i], true);
		return end + 1;
	}
	if (c == '~' && !quoted && shell_is_strict(e->run)) {
		e->status = shell_unknown(e->run, "'~' in a command needs a shell");
		return length;
	}
	if (c == '$' && length > 2 && raw[1] == '\'' && !quoted) {
		e->status = shell_unknown(e->run, "$'...' in a command needs a shell");
		return length;
	}
	if (c == '{' && !quoted && e->split && is_brace_expansion(raw, length)) {
		e->status = shell_unknown(e->run, "a word with {...} in a command needs a shell");
		return length;
	}
	if (c == '$')
		return read_dollar(e, raw, length, quoted);
	if (c == '`')
		return read_back_quotes(e, raw, length, quoted);
	add_byte(e, c, quoted);
	return 1;
}

static void expand(struct expansion *e, const char *raw, size_t length, bool quoted)
{
	if (++e->depth > EXPANSION_DEPTH)
		e->status = shell_unknown(e->run, "a nesting so deep in a command needs a shell");
	for (size_t at = 0; at < length && !e->status;)
		at += expand_piece(e, raw + at, length - at, quoted);
	e->depth--;
}

/* ---- entry ---- */

static int status_of(const struct expansion *e)
{
	return e->status > 0 && shell_is_strict(e->run)
	       ? shell_unknown(e->run, "an expansion that fails needs a shell") : e->status;
}

int shell_expand(struct shell_run *run, const struct shell_word *list, char ***words, int *count)
{
	struct expansion e = { .run = run, .word = BUF_INIT, .split = true };

	for (; list && !e.status; list = list->next) {
		expand(&e, list->raw, strlen(list->raw), false);
		end_word(&e);
	}
	buf_free(&e.word);
	size_t bytes = ((size_t)e.count + 1) * sizeof(*e.words);
	*words = arena_alloc(run->arena, bytes);
	memcpy(*words, e.words, bytes);
	*count = e.count;
	return status_of(&e);
}

int shell_expand_one(struct shell_run *run, const char *raw, bool pattern, char **out)
{
	struct expansion e = { .run = run, .word = BUF_INIT, .pattern = pattern };

	expand(&e, raw, strlen(raw), false);
	e.in_word = true;
	end_word(&e);
	buf_free(&e.word);
	*out = e.words[0];
	return status_of(&e);
}
