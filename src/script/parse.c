/* SPDX-License-Identifier: MIT
 *
 * parse.c - from a text to a script: loading, the tokens between scanner and grammar, recovery
 *
 * Between the generated scanner and the generated parser stands grammar_lex(). It replaces words that have
 * a definition, and after a syntax error it skips to what looks like the start of an option line or event.
 */
#include "script/parse.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define YYSTYPE union value
#define YYLTYPE struct loc
#include "grammar/lexer.h"
#include "grammar/parser.h"
#include "util/checked.h"
#include "util/suite.h"
#include "util/table.h"

enum { SOURCE_BYTES = 1 << 30 };

/* ---- tokens ---- */

void parse_advance(struct parse *p, struct loc *loc, const char *text, size_t length)
{
	const char *end = text + length;

	p->at += p->token_length;
	p->token_length = length;
	*loc = (struct loc){ p->source, p->line, p->column, 0, 0 };
	for (const char *newline; (newline = memchr(text, '\n', (size_t)(end - text))); text = newline + 1) {
		p->line++;
		p->column = 1;
	}
	p->column += (int)(end - text);
	loc->end_line = p->line;
	loc->end_column = p->column;
}

/* Blanks around a code block are not part of it; newlines are. */
static void trim_code(const char **text, size_t *length)
{
	while (*length && (**text == ' ' || **text == '\t')) {
		(*text)++;
		(*length)--;
	}
	while (*length && ((*text)[*length - 1] == ' ' || (*text)[*length - 1] == '\t'))
		(*length)--;
}

int parse_token(struct parse *p, int token, struct lexeme *out, const char *text, size_t length)
{
	if (token == TOKEN_CODE)
		trim_code(&text, &length);
	*out = (struct lexeme){ arena_strndup(p->arena, text, length), length, 0, false };
	return token;
}

int parse_number(struct parse *p, int token, struct lexeme *out, const char *text, size_t length)
{
	parse_token(p, token, out, text, length);
	errno = 0;
	out->value = strtoll(out->text, NULL, token == TOKEN_HEX ? 16 : 10);
	out->saturated = errno == ERANGE;
	return token;
}

int parse_option_kind(struct parse *p, int token, struct lexeme *out, const char *text)
{
	parse_token(p, token, out, text, strlen(text));
	out->value = strtoll(strchr(text, '-') + 1, NULL, token == TOKEN_OPTION_EXPERIMENT ? 16 : 10);
	return token;
}

void parse_comment(struct parse *p, const struct loc *loc, const char *text, size_t length)
{
	struct comment *c = arena_new_object(p->arena, struct comment);
	int line = p->token.loc.end_line > p->comment_line ? p->token.loc.end_line : p->comment_line;

	while (length && strchr(" \t\r", text[length - 1]))
		length--;
	c->loc = *loc;
	c->own_line = loc->line > line;
	c->text = arena_strndup(p->arena, text, length);
	p->comment_line = loc->end_line;
	*p->last_comment = c;
	p->last_comment = &c->next;
}

static int by_symbol(const void *wanted, const void *entry)
{
	return strcmp(wanted, (*(const struct definition *const *)entry)->symbol);
}

/* The look of a definition's value decides which kind of token it is. */
static int definition_token(struct parse *p, const struct definition *d, struct lexeme *out)
{
	size_t length = strlen(d->value);
	bool quoted = length >= 2;
	char *end;

	if (*d->value == '"' || *d->value == '`') {
		*out = (struct lexeme){ arena_strndup(p->arena, d->value + 1, quoted ? length - 2 : 0),
			                quoted ? length - 2 : 0, 0, false };
		return *d->value == '"' ? TOKEN_STRING : TOKEN_COMMAND;
	}
	errno = 0;
	*out = (struct lexeme){ d->value, length, strtoll(d->value, &end, 0), errno == ERANGE };
	return length && !*end && !strchr(" \t\n\v\f\r", *d->value) ? TOKEN_INTEGER : TOKEN_WORD;
}

/* Behind other tokens `stream` and `fragment` are words like any other. */
static bool packet_follows(int token)
{
	return token == '<' || token == '>' || token == '?' || token == ':';
}

/* A word that begins a statement. It is special only as the first of a line, so that old scripts may use these names
 * for anything. */
static int statement_token(const struct parse *p, const char *text)
{
	static const struct name_value words[] = {
		{ "include", TOKEN_INCLUDE }, { "macro", TOKEN_MACRO }, { "repeat", TOKEN_REPEAT },
		{ "for", TOKEN_FOR }, { "if", TOKEN_IF }, { "peer", TOKEN_PEER }, { "either", TOKEN_EITHER },
	};
	bool first = !p->token.loc.source || p->token.loc.end_line < p->line;
	int64_t token = 0;

	if (p->token.kind == '}' && !strcmp(text, "else"))
		return TOKEN_ELSE;
	if (p->token.kind == TOKEN_ELSE && !strcmp(text, "if"))
		return TOKEN_IF;
	if (packet_follows(p->token.kind) && !strcmp(text, "stream"))
		return TOKEN_STREAM;
	if (packet_follows(p->token.kind) && !strcmp(text, "fragment"))
		return TOKEN_FRAGMENT;
	if (!first || table_value(words, ARRAY_LEN(words), text, &token))
		return (int)token;
	return macro_find(p->macros, text) ? TOKEN_MACRO_NAME : 0;
}

int parse_word(struct parse *p, struct lexeme *out, const char *text, size_t length)
{
	parse_token(p, TOKEN_WORD, out, text, length);
	int keyword = keyword_token(out->text, &out->value);
	if (!keyword)
		keyword = statement_token(p, out->text);
	if (keyword)
		return keyword;

	const struct definition **d = p->definition_count ? bsearch(out->text, p->definitions, p->definition_count,
	                                                            sizeof(*p->definitions), by_symbol)
	                                                  : NULL;
	return d ? definition_token(p, *d, out) : TOKEN_WORD;
}

static void read_token(struct parse *p, struct token *t)
{
	int line = p->token.loc.source ? p->token.loc.end_line : 0;

	memset(&t->value, 0, sizeof(t->value));
	t->kind = scan_lex(&t->value, &t->loc, p->scanner);
	if (!t->kind) {
		t->loc = (struct loc){ p->source, p->line, p->column, p->line, p->column };
		p->at += p->token_length;
		p->token_length = 0;
	}
	t->at = p->at;
	t->length = p->token_length;
	t->first_on_line = t->loc.line > line;
}

static bool may_start(const struct parse *p, const struct token *t)
{
	if (!t->first_on_line)
		return false;
	if (t->kind == TOKEN_OPTION)
		return !p->options_ended;
	if (t->kind == '}')
		return p->block;
	switch (t->kind) {
	case '+': case '*': case TOKEN_INTEGER: case TOKEN_FLOAT: case TOKEN_COMMAND: case TOKEN_INCLUDE:
	case TOKEN_MACRO: case TOKEN_MACRO_NAME: case TOKEN_REPEAT: case TOKEN_FOR: case TOKEN_IF:
	case TOKEN_PEER: case TOKEN_EITHER:
		return true;
	case TOKEN_UNORDERED:
		return p->token.kind != '<';
	default:
		return false;
	}
}

/* Recovery stops at a token that may start an event. That may be the token at which the parser gave up, but only once,
 * so that recovery always moves on. */
static int resynchronise(struct parse *p, struct loc *loc)
{
	bool stuck = p->failed_before && p->failed_at == p->token.at;

	p->recovering = false;
	p->failed_before = true;
	p->failed_at = p->token.at;
	while (p->token.kind && (stuck || !may_start(p, &p->token))) {
		struct token next;
		read_token(p, &next);
		p->token = next;
		stuck = false;
	}
	p->held = p->token;
	p->has_held = true;
	*loc = p->token.loc;
	return p->token.kind ? TOKEN_RESYNC : 0;
}

int grammar_lex(union value *value, struct loc *loc, struct parse *p)
{
	if (p->recovering)
		return resynchronise(p, loc);
	if (p->has_held) {
		p->has_held = false;
	} else {
		struct token next;
		read_token(p, &next);
		p->before = p->token;
		p->token = next;
	}
	*value = p->token.value;
	*loc = p->token.loc;
	return p->token.kind;
}

/* ---- scripts ---- */

static struct script *new_script(const char *name, const char *text, size_t length)
{
	struct arena *arena = arena_new();
	struct script *s = arena_new_object(arena, struct script);
	static const char byte_order_mark[] = "\xef\xbb\xbf";
	size_t mark = strlen(byte_order_mark);

	/* Some editors begin every file with it. */
	if (length >= mark && !memcmp(text, byte_order_mark, mark)) {
		text += mark;
		length -= mark;
	}
	s->arena = arena;
	s->source = (struct source){ arena_strdup(arena, name), arena_strndup(arena, text, length), length };
	config_init(&s->config, arena);
	return s;
}

/* The length of the text that can be read; whatever follows is reported. */
static size_t readable_length(const struct source *source, struct diags *diags)
{
	size_t length = source->length < SOURCE_BYTES ? source->length : SOURCE_BYTES;
	const char *nul = memchr(source->text, 0, length);
	struct loc loc = { source, 1, 1, 1, 1 };

	if (length < source->length)
		diag_error(diags, DIAG_FILE, loc, "the script is too large", "at most %d bytes are read", SOURCE_BYTES);
	if (!nul)
		return length;
	for (const char *c = source->text; c < nul; c++, loc.column++) {
		if (*c == '\n') {
			loc.line++;
			loc.column = 0;
		}
	}
	loc.end_line = loc.line;
	loc.end_column = loc.column + 1;
	diag_syntax(diags, loc, "\\0", loc.line,
		    "a script is text and holds no NUL bytes; nothing after this one is read");
	return (size_t)(nul - source->text);
}

/* Read the text of @p; its statements. */
static struct statement *parse_text(struct parse *p)
{
	int errors = p->diags->errors;
	size_t readable = readable_length(p->source, p->diags);

	p->last_statement = &p->statements;
	p->line = p->column = 1;
	p->note = (struct buf)BUF_INIT;
	p->cut = readable < p->source->length;
	if (scan_lex_init_extra(p, &p->scanner))
		checked_exhausted();
	scan__scan_bytes(p->source->text, (int)readable, p->scanner);
	if (grammar_parse(p) && p->diags->errors == errors)
		diag_syntax(p->diags, p->token.loc, "", p->token.loc.line, NULL);
	scan_lex_destroy(p->scanner);
	if (p->condition && !p->condition->unknown)
		diag_error(p->diags, DIAG_SEMANTIC, p->condition->loc, "a condition without end",
		           "the text from here needs its #endif");
	buf_free(&p->note);
	return p->statements;
}

static const struct statement *include_file(struct parse *outer, struct loc loc, const char *path);

struct script *script_parse(const char *name, const char *text, size_t length, config_apply_fn apply, void *user,
                            struct diags *diags)
{
	struct script *s = new_script(name, text, length);
	struct parse p = {
		.script = s, .source = &s->source, .arena = s->arena, .diags = diags, .apply = apply, .user = user,
		.last_option = &s->options, .last_comment = &s->comments, .include = include_file,
	};

	s->statements = parse_text(&p);
	build_options_end(&p);
	unfold(&p);
	return s;
}

static bool read_failed(struct diags *diags, const char *path, const char *what, const char *why)
{
	struct buf headline = BUF_INIT;

	buf_printf(&headline, "parse error %s script file '%s': %s", what, path, why);
	diag_error(diags, DIAG_FILE, (struct loc){ 0 }, headline.data, NULL);
	buf_free(&headline);
	return false;
}

/* A descriptor to read @path from; opening it never waits for somebody to open the other end of a FIFO. */
static int open_script(const char *path)
{
	if (!strcmp(path, "-"))
		return STDIN_FILENO;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		fcntl(fd, F_SETFL, 0);
	return fd;
}

/* Is @path, which is named like a script, a link to something else that is no part of its collection? Whoever gives
 * somebody a folder of scripts could have lines of other files shown by it. */
static bool leads_astray(const char *path)
{
	const char *slash = strrchr(path, '/'), *end = strrchr(path, '.');
	struct stat info;

	if (!end || strcmp(end, ".pkt") || lstat(path, &info) || !S_ISLNK(info.st_mode) || access(path, F_OK) ||
	    suite_is_script_name(path))
		return false;
	struct arena *arena = arena_new();
	const char *folder = slash ? arena_strndup(arena, path, (size_t)(slash + 1 - path)) : ".";
	const bool astray = !suite_owns(folder, path, arena);

	arena_free(arena);
	return astray;
}

static bool read_script(const char *path, struct buf *text, struct diags *diags)
{
	struct stat info;
	int fd = open_script(path);

	if (fd < 0)
		return read_failed(diags, path, "opening", strerror(errno));
	if (fd != STDIN_FILENO && leads_astray(path)) {
		close(fd);
		return read_failed(diags, path, "reading",
		                   "It is a link to a file that is not named like a script, and not below its folder");
	}
	bool good = buf_read_fd(text, fd);
	if (!good)
		read_failed(diags, path, "reading", strerror(errno));
	else if (!text->length && fd != STDIN_FILENO && !fstat(fd, &info) && S_ISFIFO(info.st_mode))
		good = read_failed(diags, path, "reading", "Nobody writes to this FIFO");
	if (fd != STDIN_FILENO)
		close(fd);
	return good;
}

struct script *script_load(const char *path, config_apply_fn apply, void *user, struct diags *diags)
{
	struct buf text = BUF_INIT;
	struct script *s = NULL;

	if (read_script(path, &text, diags))
		s = script_parse(path, text.data, text.length, apply, user, diags);
	buf_free(&text);
	return s;
}

enum { MOST_INCLUDES = 1000, INCLUDE_DEPTH = 8 };

/* ---- included files ---- */

/* @name, looked for beside the file that names it. */
static const char *path_beside(struct arena *arena, const char *name, const char *path)
{
	const char *slash = strrchr(name, '/');

	return slash && *path != '/' ? arena_printf(arena, "%.*s%s", (int)(slash + 1 - name), name, path)
	                             : arena_strdup(arena, path);
}

/* The folder of the script itself, which may be standard input. */
static const char *folder_of_script(const struct parse *p)
{
	while (p->outer)
		p = p->outer;
	const char *slash = strrchr(p->source->name, '/');

	return slash ? arena_strndup(p->arena, p->source->name, (size_t)(slash + 1 - p->source->name)) : ".";
}

/* Only of a file: nobody waits for what a device or a FIFO might say. And beyond the script's own collection only of
 * one that is named like a script: the line with an error is shown, and may not be a secret of the machine. */
static bool read_include(const struct parse *p, const char *path, struct loc loc, struct buf *text)
{
	struct diags *diags = p->diags;
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	bool opened = fd >= 0 && !fstat(fd, &info), good = opened && S_ISREG(info.st_mode) && buf_read_fd(text, fd);

	if (opened && !S_ISREG(info.st_mode))
		diag_error(diags, DIAG_FILE, loc, "cannot include this", "'%s' is not a file", path);
	else if (good && !suite_holds(folder_of_script(p), path, p->arena) && !suite_is_script_name(path))
		good = diag_error(diags, DIAG_FILE, loc, "cannot include this",
		                  "'%s' is neither named *.inc or *.pkt, nor below the folder of the script, one above "
		                  "it that holds a folder 'common' or a '.git', or the current directory", path);
	else if (!good)
		diag_error(diags, DIAG_FILE, loc, "cannot include this", "'%s': %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

/* May @p include @path? The parser calls itself for it, so the depth is limited. */
static bool may_include(struct parse *p, struct loc loc, const char *path)
{
	int depth = 0;

	for (const struct parse *outer = p; outer; outer = outer->outer, depth++)
		if (!strcmp(outer->source->name, path))
			return diag_error(p->diags, DIAG_SEMANTIC, loc, "a file includes itself", "'%s'", path);
	if (depth > INCLUDE_DEPTH)
		return diag_error(p->diags, DIAG_SEMANTIC, loc, "files are included too deeply", "at most %d levels",
		                  INCLUDE_DEPTH);
	if (++p->included > MOST_INCLUDES)                   /* files that include each other twice double with each */
		return diag_error(p->diags, DIAG_SEMANTIC, loc, "too many included files", "more than %d",
		                  MOST_INCLUDES);
	return true;
}

static const struct statement *include_file(struct parse *outer, struct loc loc, const char *path)
{
	struct source *source = arena_new_object(outer->arena, struct source);
	const struct statement *first = NULL;
	struct comment *comments = NULL;
	struct option_line *options = NULL;
	struct parse p = *outer;
	struct buf text = BUF_INIT;

	source->name = path_beside(outer->arena, outer->source->name, path);
	if (!may_include(outer, loc, source->name))
		return NULL;
	p.included = outer->included;
	if (read_include(outer, source->name, loc, &text)) {
		source->text = arena_strndup(outer->arena, text.data, text.length);
		source->length = text.length;
		p.source = source;
		p.outer = outer;
		p.last_comment = &comments;
		p.last_option = &options;
		p.token = p.before = (struct token){ 0 };
		p.has_held = p.recovering = p.failed_before = false;
		p.condition = NULL;
		p.unopened = 0;
		p.block = NULL;
		p.at = p.token_length = 0;
		p.comment_line = 0;
		first = parse_text(&p);
		outer->macros = p.macros;
		outer->included = p.included;
	}
	buf_free(&text);
	return first;
}

void script_free(struct script *s)
{
	if (s)
		arena_free(s->arena);
}
