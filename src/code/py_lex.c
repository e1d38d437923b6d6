/* SPDX-License-Identifier: MIT
 *
 * py_lex.c - tokens of a code block
 *
 * A block has no nested suites, so a statement must start in the first column; an indented one is python3's.
 * Text outside comments is plain ASCII.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "code/py.h"

/* Longer spellings before their own beginnings. */
static const char *const operators[] = {
	"**=", "//=", "<<=", ">>=", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "+=", "-=", "*=", "/=", "%=", "&=",
	"|=", "^=", "+", "-", "*", "/", "%", "&", "|", "^", "~", "<", ">", "=", "(", ")", ",", ";",
};

static const char *const keywords[] = {
	"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
	"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
	"not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
};

static bool starts_name(char c)
{
	return isalpha((unsigned char)c) || c == '_';
}

static bool continues_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The bytes of one UTF-8 character at @p, or 0. Python refuses a text with anything else, even in a comment. */
static size_t utf8_length(const unsigned char *p)
{
	static const struct {
		unsigned char low, high, second_low, second_high, length;
	} forms[] = {
		{ 0x20, 0x7f, 0, 0, 1 }, { '\t', '\t', 0, 0, 1 }, { 0xc2, 0xdf, 0x80, 0xbf, 2 }, { 0xe0, 0xe0, 0xa0, 0xbf, 3 },
		{ 0xe1, 0xec, 0x80, 0xbf, 3 }, { 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 }, { 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		if (*p < forms[i].low || *p > forms[i].high)
			continue;
		if (forms[i].length > 1 && (p[1] < forms[i].second_low || p[1] > forms[i].second_high))
			return 0;
		for (size_t k = 2; k < forms[i].length; k++)
			if ((p[k] & 0xc0) != 0x80)
				return 0;
		return forms[i].length;
	}
	return 0;
}

/* The length of a line end at @p (also "\r\n"), or 0. */
static size_t line_end(const char *p)
{
	if (*p == '\n')
		return 1;
	return p[0] == '\r' && p[1] == '\n' ? 2 : 0;
}

static bool skip_comment(struct py_lexer *lexer)
{
	while (*lexer->at && !line_end(lexer->at)) {
		size_t length = utf8_length((const unsigned char *)lexer->at);

		if (!length)
			return py_decline(lexer->py, "a comment that is not UTF-8");
		lexer->at += length;
	}
	return true;
}

/* Blanks, comments, joined lines. A backslash at the very end joins nothing: an empty line follows the block. */
static bool skip_blanks(struct py_lexer *lexer)
{
	for (;;) {
		const char *p = lexer->at;

		if (*p == ' ' || *p == '\t')
			lexer->at++;
		else if (*p == '#')
			return skip_comment(lexer);
		else if (*p == '\\' && !p[1])
			lexer->at++;
		else if (*p == '\\' && line_end(p + 1))
			lexer->at += 1 + line_end(p + 1);
		else
			return true;
	}
}

static bool token_is(struct py_lexer *lexer, enum py_token_kind kind, const char *text)
{
	lexer->token.kind = kind;
	lexer->token.text = text;
	return true;
}

static bool token_literal(struct py_lexer *lexer, struct py_value value)
{
	lexer->token.value = value;
	return token_is(lexer, PY_LITERAL, "a literal");
}

static bool lex_name(struct py_lexer *lexer)
{
	const char *from = lexer->at;

	while (continues_name(*lexer->at))
		lexer->at++;
	if (*lexer->at == '\'' || *lexer->at == '"')
		return py_decline(lexer->py, "a string with a prefix");
	const char *text = arena_strndup(lexer->py->arena, from, (size_t)(lexer->at - from));
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (!strcmp(text, keywords[i]))
			return token_is(lexer, PY_KEYWORD, text);
	return token_is(lexer, PY_NAME, text);
}

static int digit_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return found ? (int)(found - digits) : 99;
}

static bool lex_integer(struct py_lexer *lexer, int base)
{
	const char *from = lexer->at;
	py_int i = 0;

	for (; digit_value(*lexer->at) < base; lexer->at++)
		if (__builtin_mul_overflow(i, (py_int)base, &i) ||
		    __builtin_add_overflow(i, (py_int)digit_value(*lexer->at), &i))
			return py_decline(lexer->py, "an integer of more than 127 bits");
	if (lexer->at == from || continues_name(*lexer->at) || *lexer->at == '.')
		return py_decline(lexer->py, "an unusual number");
	if (base == 10 && *from == '0' && i)
		return py_decline(lexer->py, "a number with leading zeros");
	return token_literal(lexer, py_from_int(i));
}

static bool lex_float(struct py_lexer *lexer, const char *end)
{
	struct py_value value;
	char *text = arena_strndup(lexer->py->arena, lexer->at, (size_t)(end - lexer->at));

	if (continues_name(*end) || *end == '.')
		return py_decline(lexer->py, "an unusual number");
	if (!py_from_float(lexer->py, strtod(text, NULL), &value))
		return false;
	lexer->at = end;
	return token_literal(lexer, value);
}

static const char *after_digits(const char *p)
{
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

static const char *after_exponent(const char *p)
{
	if (tolower((unsigned char)*p) != 'e')
		return p;
	const char *digits = p + 1 + (p[1] == '+' || p[1] == '-');
	return isdigit((unsigned char)*digits) ? after_digits(digits) : p;
}

static bool lex_number(struct py_lexer *lexer)
{
	static const struct {
		char letter;
		int base;
	} prefixes[] = { { 'x', 16 }, { 'o', 8 }, { 'b', 2 } };
	const char *p = lexer->at;

	for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
		if (*p == '0' && tolower((unsigned char)p[1]) == prefixes[i].letter) {
			lexer->at += 2;
			return lex_integer(lexer, prefixes[i].base);
		}
	const char *end = after_digits(p);
	bool is_float = *end == '.';
	if (is_float)
		end = after_digits(end + 1);
	const char *exponent = after_exponent(end);
	return is_float || exponent != end ? lex_float(lexer, exponent) : lex_integer(lexer, 10);
}

/* One escape, @p at the backslash; the byte is appended. Returns what follows, or NULL: python3's. */
static const char *add_escape(struct buf *text, const char *p)
{
	static const char letters[] = "\\'\"abfnrtv", bytes[] = "\\'\"\a\b\f\n\r\t\v";
	const char *known = p[1] ? strchr(letters, p[1]) : NULL;

	if (known) {
		buf_add_byte(text, bytes[known - letters]);
		return p + 2;
	}
	if (p[1] != 'x' || digit_value(p[2]) >= 8 || digit_value(p[3]) >= 16 || (p[2] == '0' && p[3] == '0'))
		return NULL;
	buf_add_byte(text, (char)(digit_value(p[2]) * 16 + digit_value(p[3])));
	return p + 4;
}

static bool lex_string(struct py_lexer *lexer)
{
	const char quote = *lexer->at, *p = lexer->at + 1;
	struct buf text = BUF_INIT;

	if (p[0] == quote && p[1] == quote)
		return py_decline(lexer->py, "a string in triple quotes");
	while (p && *p != quote && *p >= ' ' && *p < 127) {
		if (*p == '\\')
			p = add_escape(&text, p);
		else
			buf_add_byte(&text, *p++);
	}
	struct py_value value;
	bool good = p && *p == quote ? py_from_text(lexer->py, text.data, text.length, &value)
	                             : py_decline(lexer->py, "an unusual string");
	buf_free(&text);
	if (!good)
		return false;
	lexer->at = p + 1;
	return token_literal(lexer, value);
}

static bool lex_operator(struct py_lexer *lexer)
{
	for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
		size_t length = strlen(operators[i]);

		if (strncmp(lexer->at, operators[i], length))
			continue;
		lexer->at += length;
		lexer->open += *operators[i] == '(' ? 1 : *operators[i] == ')' ? -1 : 0;
		return token_is(lexer, PY_OPERATOR, operators[i]);
	}
	if (*lexer->at > ' ' && *lexer->at < 127)
		return py_decline(lexer->py, "'%c'", *lexer->at);
	return py_decline(lexer->py, "a character that is not plain ASCII");
}

static bool lex_token(struct py_lexer *lexer)
{
	const char c = *lexer->at;

	if (starts_name(c))
		return lex_name(lexer);
	if (isdigit((unsigned char)c) || (c == '.' && isdigit((unsigned char)lexer->at[1])))
		return lex_number(lexer);
	if (c == '\'' || c == '"')
		return lex_string(lexer);
	return lex_operator(lexer);
}

bool py_lex_next(struct py_lexer *lexer)
{
	lexer->before = lexer->at;
	for (;;) {
		const char *from = lexer->at;

		if (!skip_blanks(lexer))
			return false;
		size_t end = line_end(lexer->at);
		if (!end && !*lexer->at) {
			lexer->line_start = true;
			return token_is(lexer, PY_END, "the end");
		}
		if (!end && lexer->line_start && lexer->at != from)
			return py_decline(lexer->py, "indentation");
		if (!end) {
			lexer->line_start = false;
			lexer->start = lexer->at;
			return lex_token(lexer);
		}
		lexer->at += end;
		if (lexer->open <= 0 && !lexer->line_start) {
			lexer->line_start = true;
			return token_is(lexer, PY_NEWLINE, "the line end");
		}
	}
}

bool py_lex_start(struct py_lexer *lexer, struct py *py, const char *text)
{
	*lexer = (struct py_lexer){ .py = py, .at = text, .line_start = true };
	return py_lex_next(lexer);
}
