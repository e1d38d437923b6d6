/* SPDX-License-Identifier: MIT
 *
 * shell_parse.c - from the text of a script to a tree of commands
 *
 * The grammar is that of POSIX (IEEE Std 1003.1, Shell Command Language, 2.10) with what scripts use of bash: [[ ]],
 * ((...)), `function`, "&>" and "<<<". A shell reads one complete command, executes it and reads the next. So does this
 * one, since a script may end before something that is not grammatical. Words stay as written; shell_expand.c expands
 * them. Left out: jobs in the background, arrays, process substitution, aliases.
 */
#include <ctype.h>
#include <string.h>

#include "shell/internal.h"
#include "util/common.h"

enum { DEPTH = 60 };

struct parser {
	struct shell_run *run;
	const char *at;
	int line, status, depth;
	struct shell_redirection *here[8];                   /* their texts begin on the next line */
	int here_count;
};

static void stop_syntax(struct parser *p)
{
	p->status = p->status ? p->status : STATUS_USAGE;
}

static void stop_unknown(struct parser *p, const char *what)
{
	if (!p->status)
		p->status = shell_unknown(p->run, "%s in a command needs a shell", what);
}

/* ---- the pieces of a word ---- */

size_t shell_name_length(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return isdigit((unsigned char)*text) ? 0 : n;
}

static const char *behind_piece(const char *at, int depth);

/* The place after the @close that matches the opening at @at; NULL: there is none. */
static const char *behind(const char *at, char open, char close, int depth)
{
	if (depth > DEPTH)
		return NULL;
	while (at && *at && *at != close) {
		if (*at == open && open) {
			at = behind(at + 1, open, close, depth + 1);
		} else {
			at = behind_piece(at, depth + 1);
		}
	}
	return at && *at ? at + 1 : NULL;
}

static const char *behind_double_quotes(const char *at, int depth)
{
	while (at && *at && *at != '"')
		at = *at == '\\' && at[1] ? at + 2 : *at == '$' || *at == '`' ? behind_piece(at, depth) : at + 1;
	return at && *at ? at + 1 : NULL;
}

/* The place after a character, or after everything that a quote or a dollar sign begins. */
static const char *behind_piece(const char *at, int depth)
{
	const char *end;

	switch (*at) {
	case '\\':
		return at[1] ? at + 2 : at + 1;
	case '\'':
	case '`':
		for (end = at + 1; *end && *end != *at; end++)
			end += *at == '`' && *end == '\\' && end[1];
		return *end ? end + 1 : NULL;
	case '"':
		return behind_double_quotes(at + 1, depth);
	case '$':
		if (at[1] == '(')
			return behind(at + 2, '(', ')', depth);
		return at[1] == '{' ? behind(at + 2, '\0', '}', depth) : at + 1;
	default:
		return at + 1;
	}
}

ptrdiff_t shell_enclosed(const char *text)
{
	const char *end = behind(text, '(', ')', 0);

	return end ? end - text - 1 : -1;
}

/* ---- tokens ---- */

static void read_here_text(struct parser *p, struct shell_redirection *r)
{
	const bool tabs = *r->target == '-';
	const char *word = r->target + tabs;
	struct buf text = BUF_INIT, delimiter = BUF_INIT;

	for (const char *c = word; *c; c++)
		if (!strchr("'\"\\", *c))
			buf_add_byte(&delimiter, *c);
	r->kind = strlen(word) == delimiter.length ? SHELL_HERE : SHELL_HERE_LITERAL;
	while (*p->at) {
		p->at += tabs ? strspn(p->at, "\t") : 0;
		size_t length = strcspn(p->at, "\n");
		const char *from = p->at;
		p->at += length + (p->at[length] == '\n');
		p->line += from[length] == '\n';
		if (length == delimiter.length && !memcmp(from, delimiter.data, length))
			break;
		buf_add(&text, from, length);
		buf_add_byte(&text, '\n');
	}
	r->target = arena_strndup(p->run->arena, text.data, text.length);
	buf_free(&text);
	buf_free(&delimiter);
}

/* At the end of a line. */
static void pass_newline(struct parser *p)
{
	p->at++;
	p->line++;
	for (int i = 0; i < p->here_count; i++)
		read_here_text(p, p->here[i]);
	p->here_count = 0;
}

static void skip_space(struct parser *p)
{
	for (;;) {
		if (p->at[0] == '\\' && p->at[1] == '\n') {
			p->at += 2;
			p->line++;
		} else if (*p->at && strchr(" \t\r", *p->at)) {
			p->at++;
		} else {
			break;
		}
	}
	if (*p->at == '#')
		p->at += strcspn(p->at, "\n");
}

static void skip_lines(struct parser *p)
{
	for (skip_space(p); *p->at == '\n'; skip_space(p))
		pass_newline(p);
}

/* Is @sign here? It is passed then. */
static bool take(struct parser *p, const char *sign)
{
	skip_space(p);
	if (strncmp(p->at, sign, strlen(sign)))
		return false;
	p->at += strlen(sign);
	return true;
}

static const char *word_end(const char *at)
{
	while (at && *at && !strchr(" \t\r\n;&|<>()", *at))
		at = behind_piece(at, 0);
	return at;
}

/* The next word as it is written, or NULL: there is none. */
static const char *read_word(struct parser *p)
{
	skip_space(p);
	const char *end = word_end(p->at), *from = p->at;

	if (!end) {
		stop_syntax(p);
		return NULL;
	}
	if (end == from)
		return NULL;
	if (end[-1] == '=' && *end == '(') {
		stop_unknown(p, "an array");
		return NULL;
	}
	for (const char *c = from; c < end; c++)
		p->line += *c == '\n';
	p->at = end;
	return arena_strndup(p->run->arena, from, (size_t)(end - from));
}

/* Does the reserved word @word come next? It stays. */
static bool is_next(struct parser *p, const char *word)
{
	skip_space(p);
	return !strncmp(p->at, word, strlen(word)) && word_end(p->at) == p->at + strlen(word);
}

static bool take_word(struct parser *p, const char *word)
{
	if (!is_next(p, word))
		return false;
	p->at += strlen(word);
	return true;
}

static void need_word(struct parser *p, const char *word)
{
	skip_lines(p);
	if (!p->status && !take_word(p, word))
		stop_syntax(p);
}

static struct shell_node *new_node(struct parser *p, enum shell_kind kind)
{
	struct shell_node *node = arena_alloc(p->run->arena, sizeof(*node));

	*node = (struct shell_node){ .kind = kind, .line = p->line };
	return node;
}

static void add_word(struct parser *p, struct shell_word ***last, const char *raw)
{
	struct shell_word *word = arena_alloc(p->run->arena, sizeof(*word));

	*word = (struct shell_word){ .raw = raw };
	**last = word;
	*last = &word->next;
}

/* ---- redirections ---- */

static struct shell_redirection *add_redirection(struct parser *p, struct shell_node *node,
                                                 enum shell_redirection_kind kind, int fd, const char *target)
{
	struct shell_redirection **last = &node->redirections, *r = arena_alloc(p->run->arena, sizeof(*r));

	while (*last)
		last = &(*last)->next;
	*r = (struct shell_redirection){ .kind = kind, .fd = fd, .target = target };
	*last = r;
	return r;
}

/* At "<", ">" or "&>", or at a digit before it. False: at something else. */
static bool read_redirection(struct parser *p, struct shell_node *node)
{
	static const struct {
		const char *sign;
		enum shell_redirection_kind kind;
		int fd;
	} signs[] = {
		{ "<<<", SHELL_STRING, 0 }, { "<<", SHELL_HERE, 0 }, { "<&", SHELL_COPY, 0 }, { "<", SHELL_FROM, 0 },
		{ ">>", SHELL_APPEND, 1 }, { ">&", SHELL_COPY, 1 }, { ">|", SHELL_TO, 1 }, { ">", SHELL_TO, 1 },
	};
	skip_space(p);
	const bool number = isdigit((unsigned char)p->at[0]) && (p->at[1] == '<' || p->at[1] == '>');
	const bool both = !strncmp(p->at, "&>", 2);
	const char *at = p->at + (number || both);
	size_t i = 0;

	while (i < ARRAY_LEN(signs) && strncmp(at, signs[i].sign, strlen(signs[i].sign)))
		i++;
	if (i == ARRAY_LEN(signs))
		return false;
	int fd = number ? *p->at - '0' : signs[i].fd;
	if ((both || signs[i].kind == SHELL_STRING) && shell_is_strict(p->run))
		stop_unknown(p, "this redirection");
	p->at = at + strlen(signs[i].sign);
	if ((signs[i].kind == SHELL_FROM || signs[i].kind == SHELL_TO) && *p->at == '(') {
		stop_unknown(p, "a process substitution");
		return true;
	}
	const bool tabs = signs[i].kind == SHELL_HERE && *p->at == '-';
	p->at += tabs;
	const char *target = read_word(p);
	if (!target) {
		stop_syntax(p);
		return true;
	}
	if (tabs)
		target = arena_printf(p->run->arena, "-%s", target);
	struct shell_redirection *r = add_redirection(p, node, signs[i].kind, fd, target);
	if (both)
		add_redirection(p, node, SHELL_COPY, 2, "1");
	if (signs[i].kind == SHELL_HERE && p->here_count == ARRAY_LEN(p->here))
		stop_unknown(p, "so many here-documents");
	else if (signs[i].kind == SHELL_HERE)
		p->here[p->here_count++] = r;
	return true;
}

/* ---- commands ---- */

static struct shell_node *parse_list(struct parser *p);
static struct shell_node *parse_and_or(struct parser *p);

static struct shell_node *need_list(struct parser *p)
{
	struct shell_node *list = parse_list(p);

	if (!list)
		stop_syntax(p);
	return list;
}

/* Behind "if" or "elif". */
static struct shell_node *parse_if(struct parser *p)
{
	struct shell_node *node = new_node(p, SHELL_IF);

	node->first = need_list(p);
	need_word(p, "then");
	node->second = need_list(p);
	skip_lines(p);
	if (p->status)
		return node;
	if (take_word(p, "elif")) {
		if (++p->depth > DEPTH)
			stop_unknown(p, "a nesting so deep");
		else
			node->third = parse_if(p);
		p->depth--;
		return node;
	}
	if (take_word(p, "else"))
		node->third = need_list(p);
	need_word(p, "fi");
	return node;
}

static struct shell_node *parse_loop(struct parser *p, enum shell_kind kind)
{
	struct shell_node *node = new_node(p, kind);

	node->first = need_list(p);
	need_word(p, "do");
	node->second = need_list(p);
	need_word(p, "done");
	return node;
}

static struct shell_node *parse_for(struct parser *p)
{
	struct shell_node *node = new_node(p, SHELL_FOR);
	struct shell_word **last = &node->words;
	const char *word;

	if (take(p, "((")) {
		stop_unknown(p, "a loop 'for ((...))'");
		return node;
	}
	node->name = read_word(p);
	if (!node->name || shell_name_length(node->name) != strlen(node->name))
		stop_syntax(p);
	skip_lines(p);
	node->in = take_word(p, "in");
	while (node->in && !p->status && (word = read_word(p)))
		add_word(p, &last, word);
	take(p, ";");
	need_word(p, "do");
	node->first = need_list(p);
	need_word(p, "done");
	return node;
}

static struct shell_node *parse_item(struct parser *p)
{
	struct shell_node *item = new_node(p, SHELL_ITEM);
	struct shell_word **last = &item->words;

	take(p, "(");
	do {
		const char *word = read_word(p);
		if (!word)
			stop_syntax(p);
		else
			add_word(p, &last, word);
	} while (!p->status && take(p, "|"));
	if (!take(p, ")"))
		stop_syntax(p);
	if (!p->status)
		item->first = parse_list(p);
	skip_lines(p);
	if (!take(p, ";;") && !is_next(p, "esac"))
		stop_syntax(p);
	return item;
}

static struct shell_node *parse_case(struct parser *p)
{
	struct shell_node *node = new_node(p, SHELL_CASE), **last_item = &node->first;
	struct shell_word **last = &node->words;
	const char *word = read_word(p);

	if (word)
		add_word(p, &last, word);
	else
		stop_syntax(p);
	need_word(p, "in");
	for (skip_lines(p); !p->status && !take_word(p, "esac"); skip_lines(p)) {
		*last_item = parse_item(p);
		last_item = &(*last_item)->second;
	}
	return node;
}

/* [[ ... ]]: its operators are words, and nothing in it is split. */
static struct shell_node *parse_test(struct parser *p)
{
	static const char *const operators[] = { "&&", "||", "(", ")", "<", ">" };
	struct shell_node *node = new_node(p, SHELL_TEST);
	struct shell_word **last = &node->words;

	while (!p->status) {
		size_t i = 0;
		skip_lines(p);
		while (i < ARRAY_LEN(operators) && !take(p, operators[i]))
			i++;
		const char *word = i < ARRAY_LEN(operators) ? operators[i] : read_word(p);
		if (!word)
			stop_syntax(p);
		else
			add_word(p, &last, word);
		if (word && !strcmp(word, "]]"))
			break;
	}
	return node;
}

static struct shell_node *parse_compute(struct parser *p)
{
	struct shell_node *node = new_node(p, SHELL_COMPUTE);
	struct shell_word **last = &node->words;
	ptrdiff_t length = shell_enclosed(p->at);

	if (length < 0 || p->at[length + 1] != ')') {
		stop_syntax(p);
		return node;
	}
	add_word(p, &last, arena_strndup(p->run->arena, p->at, (size_t)length));
	p->at += length + 2;
	return node;
}

static struct shell_node *parse_group(struct parser *p, enum shell_kind kind)
{
	struct shell_node *node = new_node(p, kind);

	node->first = need_list(p);
	skip_lines(p);
	if (kind == SHELL_GROUP)
		need_word(p, "}");
	else if (!take(p, ")"))
		stop_syntax(p);
	return node;
}

static struct shell_node *parse_compound(struct parser *p);

static struct shell_node *parse_function(struct parser *p, const char *name)
{
	struct shell_node *node = new_node(p, SHELL_FUNCTION);

	node->name = name;
	skip_lines(p);
	if (!name || !(node->first = parse_compound(p)))
		stop_syntax(p);
	return node;
}

/* What a reserved word or a bracket begins; NULL: nothing of that here. */
static struct shell_node *parse_compound(struct parser *p)
{
	struct shell_node *node = NULL;

	if (take(p, "(("))
		node = parse_compute(p);
	else if (take(p, "("))
		node = parse_group(p, SHELL_SUBSHELL);
	else if (take_word(p, "{"))
		node = parse_group(p, SHELL_GROUP);
	else if (take_word(p, "if"))
		node = parse_if(p);
	else if (take_word(p, "while"))
		node = parse_loop(p, SHELL_WHILE);
	else if (take_word(p, "until"))
		node = parse_loop(p, SHELL_UNTIL);
	else if (take_word(p, "for"))
		node = parse_for(p);
	else if (take_word(p, "case"))
		node = parse_case(p);
	else if (take_word(p, "[["))
		node = parse_test(p);
	while (node && !p->status && read_redirection(p, node))
		;
	return node;
}

static bool is_closing(struct parser *p)
{
	static const char *const words[] = { "then", "elif", "else", "fi", "do", "done", "esac", "}" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (is_next(p, words[i]))
			return true;
	return false;
}

static struct shell_node *parse_simple(struct parser *p)
{
	struct shell_node *node = new_node(p, SHELL_COMMAND);
	struct shell_word **last = &node->words;

	while (!p->status) {
		const char *word;
		if (read_redirection(p, node))
			continue;
		word = read_word(p);
		if (!word)
			break;
		add_word(p, &last, word);
		if (node->words->next || !take(p, "("))
			continue;
		if (!take(p, ")"))
			stop_syntax(p);
		else if (!p->status)
			return parse_function(p, word);
	}
	return node->words || node->redirections ? node : NULL;
}

static struct shell_node *parse_command(struct parser *p)
{
	struct shell_node *node = NULL;

	if (++p->depth > DEPTH) {
		stop_unknown(p, "a nesting so deep");
	} else if (take_word(p, "!")) {
		node = new_node(p, SHELL_NOT);
		node->first = parse_command(p);
		if (!node->first)
			stop_syntax(p);
	} else if (take_word(p, "function")) {
		const char *name = read_word(p);
		if (shell_is_strict(p->run))
			stop_unknown(p, "the word 'function'");
		if (take(p, "(") && !take(p, ")"))
			stop_syntax(p);
		node = parse_function(p, name);
	} else if (!is_closing(p)) {
		node = parse_compound(p);
		if (!node && !p->status)
			node = parse_simple(p);
	}
	p->depth--;
	return node;
}

static struct shell_node *join(struct parser *p, enum shell_kind kind, struct shell_node *first,
                               struct shell_node *second)
{
	struct shell_node *node = new_node(p, kind);

	if (!first || !second)
		stop_syntax(p);
	node->first = first;
	node->second = second;
	node->line = first ? first->line : p->line;
	return node;
}

/* "|", but not the first of "||". */
static bool take_pipe(struct parser *p)
{
	skip_space(p);
	return p->at[0] == '|' && p->at[1] != '|' && take(p, "|");
}

static struct shell_node *parse_pipe(struct parser *p)
{
	struct shell_node *first = parse_command(p);

	while (!p->status && take_pipe(p)) {
		bool both = *p->at == '&';
		p->at += both;
		if (both && shell_is_strict(p->run))
			stop_unknown(p, "'|&'");
		if (both && first)
			add_redirection(p, first, SHELL_COPY, 2, "1");
		skip_lines(p);
		first = join(p, SHELL_PIPE, first, parse_command(p));
	}
	/* "! a | b" is the opposite of the whole pipe. */
	struct shell_node *pipe = first;
	if (pipe && pipe->kind == SHELL_PIPE) {
		while (pipe->first && pipe->first->kind == SHELL_PIPE)
			pipe = pipe->first;
		if (pipe->first && pipe->first->kind == SHELL_NOT) {
			struct shell_node *not = pipe->first;
			pipe->first = not->first;
			not->first = first;
			first = not;
		}
	}
	return first;
}

static struct shell_node *parse_and_or(struct parser *p)
{
	struct shell_node *first = parse_pipe(p);

	while (!p->status) {
		bool and = take(p, "&&");
		if (!and && !take(p, "||"))
			break;
		skip_lines(p);
		first = join(p, and ? SHELL_AND : SHELL_OR, first, parse_pipe(p));
	}
	skip_space(p);
	if (!p->status && p->at[0] == '&' && p->at[1] != '>')
		stop_unknown(p, "'&'");
	return first;
}

/* Commands up to a word or sign that ends them; NULL: none. */
static struct shell_node *parse_list(struct parser *p)
{
	struct shell_node *list = NULL, **last = &list;

	for (skip_lines(p); !p->status && *p->at && *p->at != ')' && strncmp(p->at, ";;", 2) && !is_closing(p);
	     skip_lines(p)) {
		struct shell_node *node = new_node(p, SHELL_LIST);
		node->first = parse_and_or(p);
		if (!node->first)
			stop_syntax(p);
		*last = node;
		last = &node->second;
		skip_space(p);
		if (!strncmp(p->at, ";;", 2))
			break;
		if (!take(p, ";") && *p->at != '\n')
			break;
	}
	return list;
}

int shell_parse(struct shell_run *run, const char **text, int *line, struct shell_node **out)
{
	struct parser p = { .run = run, .at = *text, .line = *line };

	*out = NULL;
	skip_space(&p);
	run->line = p.line;
	if (*p.at && *p.at != '\n') {
		*out = parse_and_or(&p);
		if (!*out)
			stop_syntax(&p);
		skip_space(&p);
		if (!p.status && *p.at == ';' && p.at[1] != ';')
			p.at++;
		else if (!p.status && *p.at && *p.at != '\n')
			stop_syntax(&p);
	}
	if (!p.status && *p.at == '\n')
		pass_newline(&p);
	*text = p.at;
	*line = p.line;
	return p.status;
}
