/* SPDX-License-Identifier: MIT
 *
 * shell_tool.c - helpers of commands: messages, lines, patterns, texts of files, and which command a word means
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "shell/tool.h"
#include "util/common.h"

enum { BYTES = 1 << 24, PATTERN_BYTES = 200, PATTERN_REPEATS = 99 };

/* ---- options ---- */

static bool has_letter(const struct shell_option *options, char letter)
{
	while (options->word && *options->letter != letter)
		options++;
	return options->word;
}

const char *shell_option_letters(const char *word, const struct shell_option *options)
{
	const char *letter = word + 1;

	for (const struct shell_option *o = options; o->word; o++)
		if (!strcmp(o->word, word))
			return o->letter;
	while (*letter && has_letter(options, *letter))
		letter++;
	return *letter || letter == word + 1 ? NULL : word + 1;
}

/* ---- what a run says and makes ---- */

static void add_without_values(struct buf *out, const char *format)
{
	for (const char *at; (at = strchr(format, '%')); format = at) {
		buf_add(out, format, (size_t)(at - format));
		buf_puts(out, "...");
		at += 1 + strspn(at + 1, "-.*0123456789hlz");
		at += *at != '\0';
	}
	buf_puts(out, format);
}

int shell_unknown(struct shell_run *run, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (run->in_file)
		add_without_values(run->why, format);
	else
		buf_vprintf(run->why, format, args);
	va_end(args);
	return STATUS_UNKNOWN;
}

bool shell_is_strict(const struct shell_run *run)
{
	return run->shell->host->call;
}

bool shell_afford(struct shell_run *run, size_t bytes)
{
	run->budget->bytes += bytes;
	if (run->budget->bytes <= BYTES)
		return true;
	shell_unknown(run, "more than %d bytes of words", BYTES);
	return false;
}

void shell_print(struct shell_run *run, const char *format, ...)
{
	va_list args;

	if (!run->out)
		return;
	va_start(args, format);
	buf_vprintf(run->out, format, args);
	va_end(args);
}

/* ---- which command ---- */

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The name in the table that a first word means: tools may be called by their place in the system. */
const char *shell_tool_name(const char *word)
{
	static const char *const places[] = { "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/" };
	const char *last = last_part(word);

	for (size_t i = 0; i < ARRAY_LEN(places); i++)
		if ((size_t)(last - word) == strlen(places[i]) && !strncmp(word, places[i], strlen(places[i])))
			return last;
	return word;
}

const struct shell_tool *shell_find_tool(const struct shell_host *host, const char *word)
{
	const char *name = shell_tool_name(word);

	for (const struct shell_tool *const *table = host->tools; *table; table++)
		for (const struct shell_tool *tool = *table; tool->name; tool++)
			if (!strcmp(tool->name, tool->anywhere ? last_part(word) : name))
				return tool;
	return NULL;
}

/* ---- patterns, lines and files ---- */

bool shell_regex(struct shell_run *run, regex_t *regex, const char *pattern, int flags)
{
	int braces = 0;
	bool back = false;

	for (const char *c = pattern; *c; c++) {
		braces += *c == '{';
		braces += *c == '{' && atoi(c + 1) > PATTERN_REPEATS ? 2 : 0;
		const char *comma = *c == '{' ? strchr(c, ',') : NULL;
		braces += comma && atoi(comma + 1) > PATTERN_REPEATS ? 2 : 0;
		back |= *c == '\\' && isdigit((unsigned char)c[1]);
	}
	if (braces > 1 || back || strlen(pattern) > PATTERN_BYTES || regcomp(regex, pattern, flags) != 0) {
		shell_unknown(run, "the pattern '%s' is not known here", pattern);
		return false;
	}
	return true;
}

char *shell_line(struct shell_run *run, struct shell_input *in)
{
	const char *end = in->length ? memchr(in->at, '\n', in->length) : NULL;
	size_t length = end ? (size_t)(end - in->at) : in->length;

	if (!in->length || !shell_afford(run, length))
		return NULL;
	char *line = arena_strndup(run->arena, in->at, length);
	in->at += length + (end != NULL);
	in->length -= length + (end != NULL);
	return line;
}

int shell_gather(struct shell_run *run, char **files, struct shell_input *out)
{
	struct buf all = BUF_INIT;
	int status = 0;

	for (char **f = files; *f && status >= 0; f++) {
		if (!strcmp(*f, "-")) {
			buf_add(&all, run->in->at, run->in->length);
			continue;
		}
		if (**f == '-') {
			status = shell_unknown(run, "the option '%s' of a command is not known here", *f);
			break;
		}
		enum shell_found found = run->shell->host->fetch(run, *f, &all);
		if (found == SHELL_MISSING)
			status = STATUS_FAILED;
		else if (found == SHELL_NOT_HERE)
			status = shell_unknown(run, "the file '%s' is not read here", *f);
	}
	if (!*files)
		buf_add(&all, run->in->at, run->in->length);
	if (!shell_afford(run, all.length))
		status = STATUS_UNKNOWN;
	*out = (struct shell_input){ arena_strndup(run->arena, all.data, all.length), all.length };
	buf_free(&all);
	return status;
}
