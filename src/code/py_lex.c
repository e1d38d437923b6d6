/* SPDX-License-Identifier: MIT
 *
 * py_lex.c - tokens of a code block
 *
 * A block has no nested suites, so a statement must start in the first column. Text outside comments is plain ASCII.
 */
#include <ctype.h>
#include <string.h>

#include "code/py.h"
#include "util/utf8.h"

/* Longer spellings before their prefixes. Anything that Python has and py_parse.c lacks is declined as soon as it is
 * seen: what follows could mean anything. */
static const struct {
	const char *text;
	enum { NATIVE, PYTHONS, WRONG } kind;
	const char *instead;                                 /* if wrong: what was probably meant, or NULL */
} operators[] = {
	{ "===", WRONG, "==" }, { "**=", PYTHONS, NULL }, { "//=", NATIVE, NULL }, { "<<=", PYTHONS, NULL },
	{ ">>=", PYTHONS, NULL }, { "&&", WRONG, "and" }, { "||", WRONG, "or" }, { "=>", WRONG, ">=" },
	{ "=<", WRONG, "<=" },
	{ "<>", WRONG, "!=" }, { "**", PYTHONS, NULL }, { "//", NATIVE, NULL }, { "<<", PYTHONS, NULL },
	{ ">>", PYTHONS, NULL }, { "<=", NATIVE, NULL }, { ">=", NATIVE, NULL }, { "==", NATIVE, NULL },
	{ "!=", NATIVE, NULL },
	{ "+=", NATIVE, NULL }, { "-=", NATIVE, NULL }, { "*=", NATIVE, NULL }, { "/=", PYTHONS, NULL },
	{ "%=", NATIVE, NULL },
	{ "&=", NATIVE, NULL }, { "|=", NATIVE, NULL }, { "^=", PYTHONS, NULL }, { "+", NATIVE, NULL },
	{ "-", NATIVE, NULL },
	{ "*", NATIVE, NULL }, { "/", PYTHONS, NULL }, { "%", NATIVE, NULL }, { "&", NATIVE, NULL },
	{ "|", NATIVE, NULL },
	{ "^", PYTHONS, NULL }, { "~", PYTHONS, NULL }, { "<", NATIVE, NULL }, { ">", NATIVE, NULL },
	{ "=", NATIVE, NULL },
	{ "(", NATIVE, NULL }, { ")", NATIVE, NULL }, { ",", NATIVE, NULL }, { ";", NATIVE, NULL },
	{ "!", WRONG, "not" },
	{ "?", WRONG, NULL }, { "$", WRONG, NULL }, { "`", WRONG, NULL },
};

static const char *const keywords[] = {
	"False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
	"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
	"not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
};

static bool continues_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
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
		size_t length = utf8_length(lexer->at);

		if (!length || ((unsigned char)*lexer->at < ' ' && *lexer->at != '\t'))
			return py_decline(lexer->py, "a comment that is not UTF-8");
		lexer->at += length;
	}
	return true;
}

/* Blanks, comments, joined lines. A backslash at the very end does not join lines: an empty line follows the block. */
static bool skip_blanks(struct py_lexer *lexer)
{
	for (;;) {
		const char *p = lexer->at;

		if (*p == '#')
			return skip_comment(lexer);
		if (*p == ' ' || *p == '\t' || (*p == '\\' && !p[1]))
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

/* Keywords that Python lets stand directly after a number, by their first letters; and the "j" of a complex one. */
static bool may_follow_number(const char *p)
{
	static const char *const words[] = { "and", "else", "for", "if", "in", "is", "not", "or", "j", "J" };
	size_t length = 0;

	while (continues_name(p[length]))
		length++;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == length && !strncmp(p, words[i], length))
			return true;
	return false;
}

/* The value of a digit, or 16. */
static unsigned digit_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *found = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return found ? (unsigned)(found - digits) : 16;
}

static const struct radix {
	char letter;
	unsigned base;
} radices[] = { { 'x', 16 }, { 'o', 8 }, { 'b', 2 }, { '\0', 10 } };

static const struct radix *radix_of(const char *p)
{
	const struct radix *r = radices;

	while (r->letter && (p[0] != '0' || tolower((unsigned char)p[1]) != r->letter))
		r++;
	return r;
}

/* Is it an exponent, with its first digit? */
static bool is_exponent(const char *p)
{
	return tolower((unsigned char)*p) == 'e' && isdigit((unsigned char)p[1 + (p[1] == '+' || p[1] == '-')]);
}

/* Digits of @base, with single underscores between them, from lexer->at on; @after_prefix: and before them. */
static bool lex_digits(struct py_lexer *lexer, unsigned base, bool after_prefix, py_int *value)
{
	const char *from = lexer->at;

	for (;; lexer->at++) {
		const bool underscore = *lexer->at == '_' && (lexer->at > from || after_prefix);

		if (underscore && digit_value(lexer->at[1]) < base)
			lexer->at++;
		else if (underscore && lexer->at > from)
			return py_wrong(lexer->py, lexer->at, 1, "a single '_' may stand between two digits, and "
			                "nowhere else in a number");
		const unsigned digit = digit_value(*lexer->at);
		if (digit >= base)
			return true;
		if (__builtin_mul_overflow(*value, (py_int)base, value) ||
		    __builtin_add_overflow(*value, (py_int)digit, value))
			return py_decline(lexer->py, "an integer of more than 127 bits");
	}
}

/* Does "1,000" end here, with a part that Python alone would read as a number of its own? A part of three digits of
 * which the first is 0 shows it. */
static bool is_thousand(const struct py_lexer *lexer, const char *from)
{
	return lexer->at - from == 3 && *from == '0' && lexer->number && lexer->number_end == from - 1 &&
	       from[-1] == ',' && !continues_name(*lexer->at) && *lexer->at != '.';
}

static bool wrong_thousand(struct py_lexer *lexer)
{
	const char *from = lexer->number, *end = lexer->at;
	struct buf plain = BUF_INIT, under = BUF_INIT;
	int commas = 0;

	while (*end == ',' && strspn(end + 1, "0123456789") == 3)
		end += 4;
	for (const char *p = from; p < end; p++) {
		commas += *p == ',';
		buf_add_byte(&under, *p == ',' ? '_' : *p);
		if (*p != ',')
			buf_add_byte(&plain, *p);
	}
	py_wrong(lexer->py, from, (size_t)(end - from),
	         "'%.*s' is %s values in Python; one of them is written %s or %s", (int)(end - from), from,
	         commas > 1 ? "several" : "two", plain.data, under.data);
	buf_free(&plain);
	buf_free(&under);
	return false;
}

static bool lex_number(struct py_lexer *lexer)
{
	const char *start = lexer->at;
	const struct radix *r = radix_of(start);
	const char *from = lexer->at += r->letter ? 2 : 0;
	py_int i = 0;

	if (!lex_digits(lexer, r->base, r->letter, &i))
		return false;
	if (!r->letter && (*lexer->at == '.' || is_exponent(lexer->at)))
		return py_decline(lexer->py, "a float");
	if (is_thousand(lexer, from))
		return wrong_thousand(lexer);
	if (isdigit((unsigned char)*lexer->at))
		return py_wrong(lexer->py, lexer->at, 1, "'%c' is no digit of a number that begins with '%.2s'",
		                *lexer->at, start);
	if (lexer->at == from)
		return py_wrong(lexer->py, start, 2, "no digits stand behind '%.2s'", start);
	if (continues_name(*lexer->at) && !may_follow_number(lexer->at))
		return py_wrong(lexer->py, start, (size_t)(lexer->at - start) + 1,
		                "a number and letters without a blank between "
		                "them are neither a number nor a name; there are no units");
	if (i > 0 && !r->letter && *from == '0' && !continues_name(*lexer->at))
		return py_wrong(lexer->py, from, (size_t)(lexer->at - from), "a number does not begin with 0; one in "
		                "octal is written 0o17");
	if (continues_name(*lexer->at))
		return py_decline(lexer->py, "an unusual number");
	if (!lexer->number || lexer->number_end != start - 1 || start[-1] != ',')
		lexer->number = start;
	lexer->number_end = lexer->at;
	return token_literal(lexer, py_from_int(i));
}

/* One escape, @p at the backslash; the byte is appended. Returns what follows, or NULL: python3's. */
static const char *add_escape(struct buf *text, const char *p)
{
	static const char letters[] = "\\'\"nt", bytes[] = "\\'\"\n\t";
	const char *known = p[1] ? strchr(letters, p[1]) : NULL;

	if (!known)
		return NULL;
	buf_add_byte(text, bytes[known - letters]);
	return p + 2;
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
	bool good = false;
	if (p && *p == quote)
		good = py_from_text(lexer->py, text.data, text.length, &value);
	else if (p && (!*p || line_end(p)))
		py_wrong(lexer->py, lexer->at, (size_t)(p - lexer->at),
			 "the string is not closed: want %c at its end", quote);
	else
		py_decline(lexer->py, "an unusual string");
	buf_free(&text);
	if (!good)
		return false;
	lexer->at = p + 1;
	return token_literal(lexer, value);
}

/* The typographic quotes that word processors put in place of ' and ". */
static bool is_curly_quote(const char *p)
{
	return !strncmp(p, "\xe2\x80", 2) && (unsigned char)p[2] >= 0x98 && (unsigned char)p[2] <= 0x9f;
}

static bool lex_operator(struct py_lexer *lexer)
{
	const char *at = lexer->at;

	for (size_t i = 0; i < ARRAY_LEN(operators); i++) {
		size_t length = strlen(operators[i].text);

		if (strncmp(at, operators[i].text, length))
			continue;
		if (operators[i].kind == PYTHONS)
			return py_decline(lexer->py, "'%s'", operators[i].text);
		if (operators[i].kind == WRONG && operators[i].instead)
			return py_wrong(lexer->py, at, length, "'%s' is no operator of Python; did you mean '%s'?",
			                operators[i].text, operators[i].instead);
		if (operators[i].kind == WRONG)
			return py_wrong(lexer->py, at, length, "'%s' means nothing in Python", operators[i].text);
		lexer->at += length;
		lexer->open += *at == '(' ? 1 : *at == ')' ? -1 : 0;
		return token_is(lexer, PY_OPERATOR, operators[i].text);
	}
	if (is_curly_quote(at))
		return py_wrong(lexer->py, at, 3, "this quotation mark is none of Python's: write ' or \"");
	if (*at > ' ' && *at < 127)
		return py_decline(lexer->py, "'%c'", *at);
	return py_decline(lexer->py, "a character that is not plain ASCII");
}

static bool lex_token(struct py_lexer *lexer)
{
	const char c = *lexer->at;

	if (isalpha((unsigned char)c) || c == '_')
		return lex_name(lexer);
	if (isdigit((unsigned char)c))
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
			return py_wrong(lexer->py, lexer->at, 1, "a statement of a block starts in the first column");
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
