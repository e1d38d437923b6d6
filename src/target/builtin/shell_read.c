/* SPDX-License-Identifier: MIT
 *
 * shell_read.c - from the text of a script to the words of simple commands
 */
#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "target/builtin/shell_internal.h"
#include "util/common.h"

/* Scripts make names of files from it; nobody is there to compare it with. */
#define PROCESS_ID "1000"

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

/* ---- arithmetic ---- */

enum { ARITHMETIC_DEPTH = 64 };

struct arithmetic {
	const char *at;
	int depth;
	bool good;
};

static const struct {
	const char *sign;
	int level;
} operators[] = {
	{ "||", 1 }, { "&&", 2 }, { "|", 3 }, { "^", 4 }, { "&", 5 }, { "==", 6 }, { "!=", 6 }, { "<=", 7 },
	{ ">=", 7 }, { "<<", 8 }, { ">>", 8 }, { "<", 7 }, { ">", 7 }, { "+", 9 }, { "-", 9 }, { "*", 10 }, { "/",
	  10 }, { "%", 10 },
};

static int64_t expression(struct arithmetic *a, int level);

static void skip_blanks(struct arithmetic *a)
{
	a->at += strspn(a->at, " \t\n");
}

static int64_t operand(struct arithmetic *a)
{
	int64_t value = 0;
	char *end;

	skip_blanks(a);
	if (++a->depth > ARITHMETIC_DEPTH) {
		a->good = false;
	} else if (*a->at == '(') {
		a->at++;
		value = expression(a, 1);
		skip_blanks(a);
		a->good &= *a->at == ')';
		a->at += *a->at == ')';
	} else if (*a->at && strchr("-+!~", *a->at)) {
		char sign = *a->at++;

		value = operand(a);
		if (sign == '-')
			value = (int64_t)(0 - (uint64_t)value);
		else
			value = sign == '!' ? !value : sign == '~' ? ~value : value;
	} else {
		a->good &= isdigit((unsigned char)*a->at) != 0;
		value = strtoll(a->at, &end, 0);
		a->at = end;
	}
	a->depth--;
	return value;
}

/* Additions wrap, as they do in a shell; shifts take the low bits of their count. */
static int64_t combine(struct arithmetic *a, const char *sign, int64_t left, int64_t right)
{
	const uint64_t l = (uint64_t)left, r = (uint64_t)right;
	bool twice = sign[1];

	if (strchr("/%", *sign) && (right == 0 || right == -1)) {
		a->good &= right != 0;
		return *sign == '/' ? (int64_t)(0 - l) : 0;
	}
	switch (*sign) {
	case '|': return twice ? left || right : left | right;
	case '&': return twice ? left && right : left & right;
	case '^': return left ^ right;
	case '=': return left == right;
	case '!': return left != right;
	case '<': return !twice ? left < right : sign[1] == '=' ? left <= right : (int64_t)(l << (r & 63));
	case '>': return !twice ? left > right : sign[1] == '=' ? left >= right : left >> (r & 63);
	case '+': return (int64_t)(l + r);
	case '-': return (int64_t)(l - r);
	case '*': return (int64_t)(l * r);
	case '/': return left / right;
	default:  return left % right;
	}
}

/* Index of the operator at the present place that binds at least as tightly as @level, or -1. */
static int next_operator(struct arithmetic *a, int level)
{
	skip_blanks(a);
	for (size_t i = 0; i < ARRAY_LEN(operators); i++)
		if (!strncmp(a->at, operators[i].sign, strlen(operators[i].sign)))
			return operators[i].level >= level ? (int)i : -1;
	return -1;
}

static int64_t expression(struct arithmetic *a, int level)
{
	int64_t left = operand(a);
	int i;

	while (a->good && (i = next_operator(a, level)) >= 0) {
		a->at += strlen(operators[i].sign);
		int64_t right = expression(a, operators[i].level + 1);
		left = combine(a, operators[i].sign, left, right);
	}
	return left;
}

bool shell_arithmetic(const char *text, int64_t *value)
{
	struct arithmetic a = { .at = text, .good = true };

	*value = expression(&a, 1);
	skip_blanks(&a);
	return a.good && !*a.at;
}

/* ---- words ---- */

struct reader {
	struct shell_run *run;
	const char *at;
	struct buf word;
	bool in_word;                                        /* also an empty one: '' */
	int status;                                          /* 0, or why reading stopped */
};

static void stop_unknown(struct reader *r, const char *what)
{
	r->status = shell_unknown(r->run, "%s in a command needs a shell", what);
}

/* The rest of the line is wrong: what a shell says with status 2. */
static void stop_syntax(struct reader *r)
{
	r->status = STATUS_USAGE;
}

static const char *variable(const char *name, size_t length)
{
	static const char *const names[] = { "PPID", "PACKETDRILL_PID" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strlen(names[i]) == length && !strncmp(names[i], name, length))
			return PROCESS_ID;
	return NULL;
}

static size_t name_length(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return isdigit((unsigned char)*text) ? 0 : n;
}

/* Copy @text with its variables replaced; false: one is not known. */
static bool replace_names(struct buf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length;) {
		size_t name;

		if (text[i] == '$')
			i++;
		name = name_length(text + i);
		if (!name) {
			buf_add_byte(out, text[i++]);
			/* Digits and letters of a number such as 0x1f are no name. */
			while (isdigit((unsigned char)text[i - 1]) && isalnum((unsigned char)text[i]) && i < length)
				buf_add_byte(out, text[i++]);
			continue;
		}
		const char *value = variable(text + i, name);
		if (!value)
			return false;
		buf_puts(out, value);
		i += name;
	}
	return true;
}

/* Behind "$((". */
static void read_arithmetic(struct reader *r)
{
	struct buf text = BUF_INIT;
	const char *end = r->at;
	int64_t value;
	int open = 0;

	for (; *end && (open || strncmp(end, "))", 2)); end++)
		open += *end == '(' ? 1 : *end == ')' ? -1 : 0;
	if (!*end)
		stop_syntax(r);
	else if (!replace_names(&text, r->at, (size_t)(end - r->at)))
		stop_unknown(r, "a variable");
	else if (!shell_arithmetic(text.data, &value))
		stop_syntax(r);
	else
		buf_printf(&r->word, "%" PRId64, value);
	buf_free(&text);
	r->at = *end ? end + 2 : end;
}

/* At a dollar sign. */
static void read_dollar(struct reader *r)
{
	bool braces = r->at[1] == '{';
	const char *name = r->at + 1 + braces;
	size_t length = name_length(name);
	const char *value = variable(name, length);

	if (!strncmp(r->at, "$((", 3)) {
		r->at += 3;
		read_arithmetic(r);
	} else if (value && (!braces || name[length] == '}')) {
		buf_puts(&r->word, value);
		r->at = name + length + braces;
	} else if (r->at[1] == '(') {
		stop_unknown(r, "$(...)");
	} else if (length) {
		r->status = shell_unknown(r->run, "the variable $%.*s is not known here", (int)length, name);
	} else if (braces || (r->at[1] && strchr("?$!#@*0123456789-", r->at[1]))) {
		stop_unknown(r, "a parameter such as $?");
	} else {
		buf_add_byte(&r->word, *r->at++);
	}
}

static void read_single_quotes(struct reader *r)
{
	const char *end = strchr(++r->at, '\'');

	if (!end) {
		stop_syntax(r);
		return;
	}
	buf_add(&r->word, r->at, (size_t)(end - r->at));
	r->at = end + 1;
}

static void read_double_quotes(struct reader *r)
{
	r->at++;
	while (!r->status && *r->at && *r->at != '"') {
		if (*r->at == '\\' && r->at[1] == '\n') {
			r->at += 2;
		} else if (*r->at == '\\' && r->at[1] && strchr("$`\"\\", r->at[1])) {
			buf_add_byte(&r->word, r->at[1]);
			r->at += 2;
		} else if (*r->at == '$') {
			read_dollar(r);
		} else if (*r->at == '`') {
			stop_unknown(r, "a command in back-quotes");
		} else {
			buf_add_byte(&r->word, *r->at++);
		}
	}
	if (!r->status && *r->at != '"')
		stop_syntax(r);
	r->at += *r->at == '"';
}

/* The piece of a word at the present place. */
static void read_piece(struct reader *r)
{
	r->in_word = true;
	switch (*r->at) {
	case '\'':
		read_single_quotes(r);
		break;
	case '"':
		read_double_quotes(r);
		break;
	case '$':
		read_dollar(r);
		break;
	case '`':
		stop_unknown(r, "a command in back-quotes");
		break;
	case '*':
	case '?':
		stop_unknown(r, "a pattern of file names");
		break;
	case '\\':
		r->at += r->at[1] != 0;
		buf_add_byte(&r->word, *r->at++);
		break;
	default:
		buf_add_byte(&r->word, *r->at++);
	}
}

/* Up to the next blank or operator. The word, or NULL if there is none; it lives as long as the run. */
static char *read_word(struct reader *r)
{
	buf_clear(&r->word);
	r->in_word = false;
	while (!r->status && *r->at && !strchr(" \t\r\n;&|<>()", *r->at)) {
		if (r->at[0] == '\\' && r->at[1] == '\n')
			r->at += 2;
		else
			read_piece(r);
	}
	return r->in_word && !r->status ? arena_strndup(r->run->arena, r->word.data, r->word.length) : NULL;
}

static void skip_space(struct reader *r)
{
	for (;;) {
		if (r->at[0] == '\\' && r->at[1] == '\n')
			r->at += 2;
		else if (*r->at && strchr(" \t\r", *r->at))
			r->at++;
		else
			break;
	}
	if (*r->at == '#')
		r->at += strcspn(r->at, "\n");
}

/* ---- commands ---- */

/* At "<" or ">"; @fd is the number in front of it, or -1. */
static void read_redirection(struct reader *r, struct shell_command *out, int fd)
{
	struct shell_redirection *to = &out->redirections[out->redirection_count];
	bool copy;

	if (out->redirection_count == SHELL_REDIRECTIONS || !strncmp(r->at, "<<", 2) || !strncmp(r->at, "<>", 2)) {
		stop_unknown(r, "such a redirection");
		return;
	}
	to->output = *r->at++ == '>';
	to->fd = fd >= 0 ? fd : to->output;
	if (to->output && (*r->at == '>' || *r->at == '|'))
		r->at++;
	copy = *r->at == '&';
	r->at += copy;
	skip_space(r);
	char *target = read_word(r);
	if (!target && !r->status)
		stop_syntax(r);
	to->target = copy ? arena_printf(r->run->arena, "&%s", target ? target : "") : target;
	out->redirection_count++;
}

/* A word, or the number of a descriptor that is redirected. */
static void read_item(struct reader *r, struct shell_command *out)
{
	char *word;

	if (isdigit((unsigned char)r->at[0]) && (r->at[1] == '<' || r->at[1] == '>')) {
		int fd = *r->at++ - '0';
		read_redirection(r, out, fd);
		return;
	}
	word = read_word(r);
	if (word && out->count == SHELL_WORDS)
		stop_unknown(r, "such a number of words");
	else if (word)
		out->words[out->count++] = word;
}

static bool read_end(struct reader *r, struct shell_command *out)
{
	static const struct {
		const char *sign;
		enum shell_end end;
	} ends[] = {
		{ "&&", SHELL_END_AND }, { "||", SHELL_END_OR }, { ";", SHELL_END_SEMICOLON }, { "\n", SHELL_END_LINE },
	};

	if (!*r->at) {
		out->end = SHELL_END_TEXT;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
		if (strncmp(r->at, ends[i].sign, strlen(ends[i].sign)))
			continue;
		out->end = ends[i].end;
		r->at += strlen(ends[i].sign);
		return true;
	}
	return false;
}

/* What stands here is neither word nor end: grammar that only a shell knows. */
static void refuse(struct reader *r, const struct shell_command *out)
{
	const char *command = out->count ? out->words[0] : "";

	r->status = shell_unknown(r->run, "'%c' in the command '%s' needs a shell", *r->at, command);
}

int shell_read(struct shell_run *run, const char **text, struct shell_command *out)
{
	struct reader r = { .run = run, .at = *text, .word = BUF_INIT };

	out->count = out->redirection_count = 0;
	while (!r.status) {
		skip_space(&r);
		if (read_end(&r, out))
			break;
		if (*r.at == '<' || *r.at == '>')
			read_redirection(&r, out, -1);
		else if (strchr("&|()", *r.at))
			refuse(&r, out);
		else
			read_item(&r, out);
	}
	out->words[out->count] = NULL;
	buf_free(&r.word);
	*text = r.at;
	return r.status;
}
