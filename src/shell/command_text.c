/* SPDX-License-Identifier: MIT
 *
 * command_text.c - echo, printf, cat, head, tail, wc, seq, tee, expr, basename, dirname
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shell/internal.h"

enum { SEQUENCE = 10000 };

/* How many of the characters at @text, up to three, are octal digits, and the octet that they name. */
static size_t octal_digits(const char *text, unsigned char *value)
{
	size_t n = strspn(text, "01234567");

	n = n > 3 ? 3 : n;
	*value = 0;
	for (size_t i = 0; i < n; i++)
		*value = (unsigned char)(*value * 8 + text[i] - '0');
	return n;
}

/* Write @text with its backslashes read; false: \c, nothing more is to be written. */
static bool print_escaped(struct shell_run *run, const char *text)
{
	static const char letters[] = "abfnrtv\\", values[] = "\a\b\f\n\r\t\v\\";
	unsigned char octet;

	for (; *text; text++) {
		const char *letter = *text == '\\' && text[1] ? strchr(letters, text[1]) : NULL;
		/* \0 and up to three digits, or the digits alone */
		size_t zero = *text == '\\' && text[1] == '0';
		size_t digits = *text == '\\' ? octal_digits(text + 1 + zero, &octet) + zero : 0;
		if (*text == '\\' && text[1] == 'c')
			return false;
		if (letter) {
			shell_print(run, "%c", values[letter - letters]);
			text++;
		} else if (digits) {
			shell_print(run, "%c", octet);
			text += digits;
		} else {
			shell_print(run, "%c", *text);
		}
	}
	return true;
}

/* Backslashes without -e are read by some shells and not by others. */
static int do_echo(struct shell_run *run, char **args)
{
	bool newline = true, escapes = false;
	char **a = args + 1;

	for (; *a && **a == '-' && (*a)[1] && strspn(*a + 1, "neE") == strlen(*a + 1); a++) {
		newline &= strchr(*a, 'n') == NULL;
		escapes |= strchr(*a, 'e') != NULL;
	}
	for (char **word = a; *word; word++) {
		if (word > a)
			shell_print(run, " ");
		if (!escapes)
			shell_print(run, "%s", *word);
		else if (!print_escaped(run, *word))
			return 0;
	}
	if (newline)
		shell_print(run, "\n");
	return 0;
}

/* At the character behind "%", flags and width; the argument is used up by the caller. */
static int print_one(struct shell_run *run, const char *form, char kind, const char *argument)
{
	char *end;
	int width = 0;

	/* Widths beyond reason only make memory. */
	for (const char *c = form; *c; c++)
		width = isdigit((unsigned char)*c) ? width * 10 + *c - '0' : 0;
	if (strlen(form) > 12 || width > 4096)
		return shell_unknown(run, "such a format of printf is not known here");
	if (kind == 's') {
		shell_print(run, arena_printf(run->arena, "%s%s", form, "s"), argument);
	} else if (kind == 'b') {
		print_escaped(run, argument);
	} else if (kind == 'c') {
		shell_print(run, "%.1s", argument);
	} else {
		errno = 0;
		int64_t number = strtoll(argument, &end, 0);
		shell_print(run, arena_printf(run->arena, "%sll%c", form, kind), (long long)number);
		return *argument && (*end || errno) ? STATUS_FAILED : 0;
	}
	return 0;
}

/* The format once, with the arguments from *args on; they are used up. */
static int print_format(struct shell_run *run, const char *format, char ***args)
{
	int status = 0;

	for (const char *at = format; *at && status >= 0;) {
		if (*at == '\\') {
			unsigned char octet;
			size_t digits = octal_digits(at + 1, &octet), n = digits ? 1 + digits : at[1] ? 2 : 1;
			if (!print_escaped(run, arena_strndup(run->arena, at, n)))
				return 0;
			at += n;
		} else if (*at != '%') {
			shell_print(run, "%c", *at++);
		} else if (at[1] == '%') {
			shell_print(run, "%%");
			at += 2;
		} else {
			size_t n = 1 + strspn(at + 1, "-+ #0123456789.");
			const char kind = at[n];
			if (!kind || !strchr("sbcdiuxXo", kind))
				return shell_unknown(run, "such a format of printf is not known here");
			int one = print_one(run, arena_strndup(run->arena, at, n), kind, **args ? **args : "");
			*args += **args != NULL;
			status = one ? one : status;
			at += n + 1;
		}
	}
	return status;
}

static int do_printf(struct shell_run *run, char **args)
{
	char **rest = args + 2, **before;
	int status = 0;

	if (!args[1] || *args[1] == '-')
		return args[1] ? shell_unknown(run, "the command 'printf %s' is not known here", args[1])
		               : STATUS_USAGE;
	do {
		before = rest;
		int once = print_format(run, args[1], &rest);
		if (once < 0)
			return once;
		status = once ? once : status;
	} while (*rest && rest > before);
	return status;
}

static int do_cat(struct shell_run *run, char **args)
{
	struct shell_input in;
	int status = shell_gather(run, args + 1, &in);

	if (status >= 0 && run->out)
		buf_add(run->out, in.at, in.length);
	return status;
}

/* The count of "-n N" or "-N"; *files is where the names of files begin. */
static int line_count(struct shell_run *run, char **args, long *count, char ***files)
{
	*count = 10;
	*files = args + 1;
	if (args[1] && *args[1] == '-' && args[1][1]) {
		const char *number = args[1][1] != 'n' ? args[1] + 1 : args[1][2] ? args[1] + 2 : args[2];
		char *end;
		*count = number ? strtol(number, &end, 10) : -1;
		if (!number || *end || *count < 0 || *number == '+')
			return shell_unknown(run, "the command '%s %s' is not known here", args[0], args[1]);
		*files += number == args[2] ? 2 : 1;
	}
	return 0;
}

static int do_head_tail(struct shell_run *run, char **args)
{
	struct shell_input in, all;
	char **files, *line;
	long count, lines = 0, n = 0;
	int status = line_count(run, args, &count, &files);

	if (!status)
		status = shell_gather(run, files, &in);
	if (status < 0)
		return status;
	all = in;
	while (shell_line(run, &in))
		lines++;
	for (in = all; (line = shell_line(run, &in)); n++)
		if (!strcmp(args[0], "head") ? n < count : n >= lines - count)
			shell_print(run, "%s\n", line);
	return status;
}

static int do_wc(struct shell_run *run, char **args)
{
	struct shell_input in;
	const char what = args[1] && args[1][0] == '-' ? args[1][1] : 0;
	bool word = false;
	size_t lines = 0, words = 0;

	if (!what || !strchr("lwc", what) || args[1][2] || (args[2] && args[3]))
		return shell_unknown(run, "the command 'wc' is known here as: wc -l, wc -w, wc -c");
	int status = shell_gather(run, args + 2, &in);
	if (status)
		return status;
	for (size_t i = 0; i < in.length; i++) {
		bool space = isspace((unsigned char)in.at[i]);
		lines += in.at[i] == '\n';
		words += !space && !word;
		word = !space;
	}
	shell_print(run, "%zu%s%s\n", what == 'l' ? lines : what == 'w' ? words : in.length, args[2] ? " " : "",
	            args[2] ? args[2] : "");
	return 0;
}

static int do_seq(struct shell_run *run, char **args)
{
	int n = 0;
	long values[3];

	for (; args[n + 1]; n++) {
		char *end;
		if (n == 3)
			return STATUS_FAILED;
		values[n] = strtol(args[n + 1], &end, 10);
		if (*end || end == args[n + 1])
			return shell_unknown(run, "the command 'seq %s' is not known here", args[n + 1]);
	}
	if (!n)
		return STATUS_FAILED;
	long first = n > 1 ? values[0] : 1, step = n > 2 ? values[1] : 1, last = values[n - 1], count = 0;
	if (!step || labs(first) > 1000000000 || labs(last) > 1000000000 || labs(step) > 1000000000)
		return STATUS_FAILED;
	for (long i = first; step > 0 ? i <= last : i >= last; i += step) {
		if (++count > SEQUENCE)
			return shell_unknown(run, "the command 'seq' makes more than %d numbers", SEQUENCE);
		shell_print(run, "%ld\n", i);
	}
	return 0;
}

static int do_tee(struct shell_run *run, char **args)
{
	const bool append = args[1] && !strcmp(args[1], "-a");
	struct buf text = BUF_INIT;
	int status = 0;

	buf_add(&text, run->in->at, run->in->length);
	if (run->out)
		buf_add(run->out, text.data, text.length);
	for (char **a = args + 1 + append; *a && !status; a++)
		status = run->shell->host->store(run, *a, &text, append);
	buf_free(&text);
	return status;
}

static int do_expr(struct shell_run *run, char **args)
{
	struct buf text = BUF_INIT;
	int64_t value;

	for (char **a = args + 1; *a; a++)
		buf_printf(&text, "%s ", strcmp(*a, "=") ? *a : "==");
	bool good = shell_arithmetic(NULL, text.data, &value);
	buf_free(&text);
	if (!good)
		return shell_unknown(run, "the command 'expr' is known here with numbers only");
	shell_print(run, "%" PRId64 "\n", value);
	return value == 0;
}

static int do_basename(struct shell_run *run, char **args)
{
	if (!args[1] || *args[1] == '-')
		return STATUS_FAILED;
	const char *slash = strrchr(args[1], '/');
	const bool name = !strcmp(args[0], "basename");
	size_t length = name ? strlen(slash ? slash + 1 : args[1]) : slash ? (size_t)(slash - args[1]) : 1;
	size_t suffix = name && args[2] ? strlen(args[2]) : 0;
	const char *text = name ? (slash ? slash + 1 : args[1]) : slash ? args[1] : ".";

	if (slash && !slash[1])
		return shell_unknown(run, "the command '%s' of a path that ends with a slash is not known here",
		                     args[0]);
	if (suffix && suffix < length && !strcmp(text + length - suffix, args[2]))
		length -= suffix;
	shell_print(run, "%.*s\n", (int)(length ? length : 1), length ? text : "/");
	return 0;
}

const struct shell_tool shell_text_tools[] = {
	{ "echo", do_echo, false }, { "printf", do_printf, false }, { "cat", do_cat, false },
	{ "head", do_head_tail, false }, { "tail", do_head_tail, false },
	{ "wc", do_wc, false }, { "seq", do_seq, false }, { "tee", do_tee, false }, { "expr", do_expr, false },
	{ "basename", do_basename, false }, { "dirname", do_basename, false }, { NULL, NULL, false },
};
