/* SPDX-License-Identifier: MIT
 *
 * code_check.c - reports what is certainly wrong with the code blocks of a script, before it is played
 *
 * A slip in a block must not look like a need of python3, which would make the case SKIP. So a block that no Python
 * would accept is an error, and so is an unknown name: any such name if all blocks are understood here; if one of them
 * may do more than is understood, only names that look like a field or constant of TCP_INFO and that no block assigns.
 * Left out: what depends on values, and blocks for another interpreter (--code_command).
 */
#include <ctype.h>
#include <string.h>

#include "code/code.h"
#include "code/code_names.h"
#include "code/py.h"
#include "script/foreign.h"
#include "script/names.h"
#include "util/table.h"

struct code_checker {
	struct script *script;
	struct diags *diags;
	const struct code_spec *block;                       /* the one at work */
	struct py py;                                        /* holds the names that have a value */
	struct {
		const char *name;
		bool known;                                  /* it occurs other than in front of a dot */
	} object;                                            /* see check_object() */
};

/* The functions that Python itself has; a block that calls one is python3's, and right. */
static const char *const functions[] = {
	"abs", "all", "any", "ascii", "bin", "bool", "bytearray", "bytes", "callable", "chr", "complex", "dict", "dir",
	"divmod", "enumerate", "eval", "exec", "exit", "filter", "float", "format", "frozenset", "getattr", "globals",
	"hasattr", "hash", "hex", "id", "input", "int", "isinstance", "issubclass", "iter", "len", "list", "locals",
	"map", "max", "min", "next", "object", "oct", "open", "ord", "pow", "print", "quit", "range", "repr",
	"reversed", "round", "set", "setattr", "slice", "sorted", "str", "sum", "super", "tuple", "type", "vars", "zip",
};

/* ---- places ---- */

/* The place of @at in the block's text, whose token begins with "%{" and blanks. */
static struct loc place_of(const struct code_checker *c, const char *at, size_t length)
{
	struct loc loc = c->block->loc;
	const char *text = loc.source->text;

	for (int line = 1; line < loc.line; line++)
		text = strchr(text, '\n') + 1;
	text += loc.column - 1;
	size_t before = strlen("%{");
	before += strspn(text + before, " \t");
	loc.column += (int)before;
	for (const char *p = c->block->text; p < at; p++) {
		loc.column = *p == '\n' ? 1 : loc.column + 1;
		loc.line += *p == '\n';
	}
	loc.end_line = loc.line;
	loc.end_column = loc.column + (int)length;
	return loc;
}

/* ---- names ---- */

static void assign_name(void *context, const char *name, uint64_t value MAYBE_UNUSED)
{
	const struct py_value some = py_from_int(1);

	py_assign(context, name, &some);
}

static void offer_name(void *context, const char *name)
{
	guess_offer(context, name);
}

/* Part of a name, as people may remember it: "tcpi_cwnd", "cwnd". */
struct part {
	const char *text;
	const char *found;                                   /* the shortest name that ends with it */
};

static void offer_end(void *context, const char *name)
{
	struct part *part = context;
	size_t length = strlen(name), wanted = strlen(part->text);

	if (length > wanted && name[length - wanted - 1] == '_' && !strcmp(name + length - wanted, part->text) &&
	    (!part->found || length < strlen(part->found)))
		part->found = name;
}

static const char *name_by_part(const struct code_checker *c, const char *name)
{
	struct part part = { .text = strncmp(name, "tcpi_", 5) ? name : name + 5 };

	if (strlen(part.text) > 2)
		py_each_name(&c->py, offer_end, &part);
	return part.found;
}

/* A field of TCP_INFO that another system has makes the case SKIP. */
static bool is_foreign(struct code_checker *c, const char *name, struct loc place)
{
	struct buf where = BUF_INIT;
	bool foreign = foreign_tcp_info(name, &where);

	if (foreign)
		diag_warning(c->diags, place, "not on this system", "'%s' is known on %s; the case will be SKIP", name,
		             where.data);
	if (foreign && !c->script->foreign)
		c->script->foreign = arena_printf(c->script->arena, "line %d: %s is not on this system (but on %s)",
		                                  place.line, name, where.data);
	buf_free(&where);
	return foreign;
}

static void offer_part(const struct code_checker *c, struct guess *guess)
{
	const char *by_part = name_by_part(c, guess->wanted);

	if (by_part && (!guess->nearest || guess->distance > 1))
		guess->nearest = by_part;
}

static void report_name(struct code_checker *c, const char *name, const char *at, const char *otherwise)
{
	char *headline = arena_printf(c->py.arena, "unknown name in code: '%s'", name);
	struct guess guess = { .wanted = name };
	struct loc place = place_of(c, at, strlen(name));

	if (is_foreign(c, name, place))
		return;
	guess_offer(&guess, "True");
	guess_offer(&guess, "False");
	guess_offer(&guess, "print");
	py_each_name(&c->py, offer_name, &guess);
	offer_part(c, &guess);
	/* Any two short names are near. */
	if (guess.nearest && strlen(name) > 2)
		diag_error(c->diags, DIAG_SEMANTIC, place, headline, "did you mean '%s'?", guess.nearest);
	else
		diag_error(c->diags, DIAG_SEMANTIC, place, headline, "%s", otherwise);
}

static bool is_function(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(functions); i++)
		if (!strcmp(functions[i], name))
			return true;
	return false;
}

static void check_node_name(struct code_checker *c, const struct py_node *n)
{
	if (!n->name || py_lookup(&c->py, n->name) || is_function(n->name))
		return;
	if (n->kind == PY_N_NAME || n->kind == PY_N_AUGMENT)
		report_name(c, n->name, n->text, "the target tells no such value, and no block before this assigns it");
	else if (n->kind == PY_N_CALL)
		report_name(c, n->name, n->text, "Python has no such function");
}

static void check_names(struct code_checker *c, const struct py_node *n)
{
	if (!n)
		return;
	check_node_name(c, n);
	check_names(c, n->a);
	for (const struct py_node *item = n->items; item; item = item->next) {
		if (n->kind == PY_N_ASSIGN)
			assign_name(&c->py, item->name, 0);
		else
			check_names(c, item);
	}
	check_names(c, n->b);
}

/* ---- names in a text that is not understood ---- */

static bool continues_name(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The end of the string or comment that begins at @at; @at itself if none does. */
static const char *skip_text(const char *at)
{
	if (*at == '#')
		return at + strcspn(at, "\n");
	if (*at != '\'' && *at != '"')
		return at;
	size_t quotes = at[1] == *at && at[2] == *at ? 3 : 1;
	const char *end = at + quotes;
	while (*end && strncmp(end, at, quotes))
		end += *end == '\\' && end[1] ? 2 : 1;
	return *end ? end + quotes : end;
}

typedef void name_visitor(struct code_checker *c, const char *name, const char *at);

static void each_name(struct code_checker *c, name_visitor *visit)
{
	for (const char *at = c->block->text, *end; *at; at = end) {
		end = skip_text(at);
		if (end != at)
			continue;
		while (continues_name(*end))
			end++;
		if (end > at && !isdigit((unsigned char)*at) && (at == c->block->text || at[-1] != '.'))
			visit(c, arena_strndup(c->py.arena, at, (size_t)(end - at)), at);
		end += end == at;
	}
}

static void learn_name(struct code_checker *c, const char *name, const char *at)
{
	const char *next = at + strlen(name);

	next += strspn(next, " \t");
	if (*next == '=' && next[1] != '=')
		assign_name(&c->py, name, 0);
}

static void check_name(struct code_checker *c, const char *name, const char *at)
{
	bool looks_like_field = !strncmp(name, "tcpi_", 5) || !strncmp(name, "TCPI_", 5) ||
	                        !strncmp(name, "__tcpi_", 7);

	if (looks_like_field && !py_lookup(&c->py, name))
		report_name(c, name, at, "TCP_INFO has no such field, and no block assigns it");
}

static void look_for_object(struct code_checker *c, const char *name, const char *at)
{
	const char *next = at + strlen(name);

	next += strspn(next, " \t");
	if (!strcmp(c->object.name, name))
		c->object.known |= *next != '.';
}

static void visit_blocks(struct code_checker *c, name_visitor *visit);

/* `tcp_info.tcpi_rtt` or `tcpi.rtt`, of an object that occurs nowhere else: no block gives it a value. */
static void check_object(struct code_checker *c, const char *name, const char *at)
{
	const struct code_spec *block = c->block;
	const char *field = at + strlen(name) + 1, *end = field;

	while (continues_name(*end))
		end++;
	const char *prefix = strncmp(field, "tcpi_", 5) ? "tcpi_" : "";
	const char *meant = arena_printf(c->py.arena, "%s%.*s", prefix, (int)(end - field), field);
	if (field[-1] != '.' || (*prefix && !py_lookup(&c->py, meant)) || is_function(name) ||
	    py_lookup(&c->py, name))
		return;
	c->object.name = name;
	c->object.known = false;
	visit_blocks(c, look_for_object);
	c->block = block;
	if (!c->object.known)
		diag_error(c->diags, DIAG_SEMANTIC, place_of(c, at, (size_t)(end - at)),
		           arena_printf(c->py.arena, "unknown name in code: '%s'", name),
		           "the fields of TCP_INFO are names of their own: %s", meant);
}

/* ---- tests that are not understood here ---- */

static bool is_keyword_of_test(const char *name)
{
	static const char *const words[] = { "if", "elif", "while", "assert" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (!strcmp(words[i], name))
			return true;
	return false;
}

static int depth_change(char c)
{
	return (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
}

/* Does a statement begin at @at? */
static bool begins_statement(const char *text, const char *at)
{
	const char *before = at, *end;
	int depth = 0;

	while (before > text && (before[-1] == ' ' || before[-1] == '\t'))
		before--;
	for (const char *p = text; p < at; p = end) {
		end = skip_text(p);
		depth += end == p ? depth_change(*p) : 0;
		end += end == p;
	}
	return !depth && (before == text || strchr("\n;:", before[-1]));
}

/* Python allows no assignment there; inside parentheses it would be a keyword argument. */
static void check_test(struct code_checker *c, const char *name, const char *at)
{
	int depth = 0;

	if (!is_keyword_of_test(name) || !begins_statement(c->block->text, at))
		return;
	for (const char *p = at + strlen(name), *end; *p && *p != '\n' && *p != ';'; p = end) {
		end = skip_text(p);
		if (end != p)
			continue;
		end++;
		depth += depth_change(*p);
		if (*p == ':' && *end != '=' && !depth)
			return;
		if (*p != '=' || depth || strchr("=!<>:", p[-1]) || *end == '=')
			continue;
		diag_error(c->diags, DIAG_SEMANTIC, place_of(c, p, 1), "bad code block",
		           "'=' assigns and cannot stand here; did you mean '=='?");
		return;
	}
}

/* May a dictionary or set follow the word or operator that ends at @end? */
static bool wants_value(const char *begin, const char *end)
{
	static const char *const words[] = { "in", "not", "and", "or", "is", "if", "elif", "while", "lambda" };
	const char *word;

	while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	for (word = end; word > begin && continues_name(word[-1]); word--)
		;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strlen(words[i]) == (size_t)(end - word) && !strncmp(words[i], word, strlen(words[i])))
			return true;
	return word == end && (end == begin || !strchr(")]}'\"", end[-1]));
}

/* `if a { b }`: a brace behind a value, as in no Python. */
static void check_brace(struct code_checker *c, const char *name, const char *at)
{
	static const char *const heads[] = { "if", "elif", "else", "while", "for", "def", "try" };
	const char *p = at + strlen(name);
	bool is_head = false;
	int depth = 0;

	for (size_t i = 0; i < ARRAY_LEN(heads); i++)
		is_head |= !strcmp(heads[i], name);
	if (!is_head || !begins_statement(c->block->text, at))
		return;
	for (; *p && *p != '\n' && *p != ';' && (*p != ':' || depth); depth += depth_change(*p++)) {
		if (*p != '{' || depth || wants_value(at, p))
			continue;
		diag_error(c->diags, DIAG_SEMANTIC, place_of(c, p, 1), "bad code block",
		           "Python has no braces around statements: 'if TEST:', and what depends on it indented in "
		           "the next line");
		return;
	}
}

/* ---- blocks ---- */

/* In the arithmetic of 'let' the fields of TCP_INFO have their names of blocks. */
static void check_let(struct code_checker *c, const struct event *e)
{
	for (const struct open_name *n = e->names; n; n = n->next) {
		const char *name = n->name->name.text;
		struct guess guess = { .wanted = name };

		if (!names_is_variable(name) || py_lookup(&c->py, name) || is_foreign(c, name, n->name->loc))
			continue;
		py_each_name(&c->py, offer_name, &guess);
		offer_part(c, &guess);
		const char *nearest = guess.nearest;
		diag_error(c->diags, DIAG_SEMANTIC, n->name->loc, "unknown field of TCP_INFO", "'%s'%s%s%s", name,
		           nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	}
}

/* Reads all blocks, and stores the statements of each at @statements. True if all are understood. */
static bool parse_blocks(struct code_checker *c, struct py_node **statements)
{
	bool understood = true;

	for (const struct event *e = c->script->events; e; e = e->next) {
		if (e->kind != EVENT_CODE)
			continue;
		c->block = e->code;
		if (py_parse(&c->py, e->code->text, statements++))
			continue;
		understood = false;
		if (c->py.wrong)
			diag_error(c->diags, DIAG_SEMANTIC, place_of(c, c->py.wrong_at, c->py.wrong_length),
				   "bad code block",
			           "%s", c->py.wrong);
		c->py.declined = c->py.wrong = NULL;
	}
	return understood;
}

static void visit_blocks(struct code_checker *c, name_visitor *visit)
{
	for (const struct event *e = c->script->events; e; e = e->next) {
		if (e->kind != EVENT_CODE)
			continue;
		c->block = e->code;
		each_name(c, visit);
	}
}

/* Python allows a comparison whose result is not used, but the author must have meant to assert it. */
static void check_use(struct code_checker *c, const struct py_node *n)
{
	if (n->kind == PY_N_EXPRESSION && n->a && n->a->kind == PY_N_COMPARE && n->text)
		diag_warning(c->diags, place_of(c, n->text, n->length), "a comparison that decides nothing",
		             "write 'assert' in front of it");
}

static bool is_constant(const struct py_node *n, enum py_kind kind)
{
	return n->kind == PY_N_CONST && n->value.kind == kind;
}

/* A number of the connection on one side, a text on the other. */
static bool compares_with_text(const struct py_node *n)
{
	const struct py_node *other = n->items;

	return n->kind == PY_N_COMPARE && other && (other->op == PY_EQ || other->op == PY_NE) &&
	       n->a->kind == PY_N_NAME && !strncmp(n->a->name, "tcpi_", 5) && is_constant(other->b, PY_STR);
}

/* Why the test @n always holds, or never; NULL: it depends on the connection. */
static const char *decided_by(const struct py_node *n)
{
	if (n->kind == PY_N_TUPLE && n->count)
		return "two values in parentheses always hold: write 'assert TEST, MESSAGE' without them";
	if (is_constant(n, PY_STR))
		return "a text always holds: a test has no quotation marks";
	if (compares_with_text(n))
		return "a number never equals a text: write the name of the value without quotation marks";
	if (n->kind == PY_N_NOT)
		return decided_by(n->a);
	if (n->kind != PY_N_EITHER && n->kind != PY_N_BOTH)
		return NULL;
	if (n->kind == PY_N_EITHER && is_constant(n->b, PY_INT) && py_truth(&n->b->value))
		return "a number behind 'or' always holds: each side is a test of its own, as in 'a == 1 or a == 2'";
	const char *left = decided_by(n->a);
	return left ? left : decided_by(n->b);
}

/* Python accepts them as well, but no run can make them fail. */
static void check_assertion(struct code_checker *c, const struct py_node *n)
{
	const char *why = n->kind == PY_N_ASSERT ? decided_by(n->a) : NULL;

	/* "assert True" is written on purpose, where a statement has to stand. */
	if (n->kind == PY_N_ASSERT && is_constant(n->a, PY_INT) && isdigit((unsigned char)*n->a->text))
		why = "a number is no test: compare it with something, as in 'tcpi_snd_cwnd == 10'";
	if (why)
		diag_warning(c->diags, place_of(c, n->a->text, n->a->length), "an assertion that decides nothing",
		             "%s", why);
}

/* "assert a > 1,460" compares with 1: what stands behind the comma is a message, and nobody means such a one. */
static void check_comma(struct code_checker *c, const struct py_node *n)
{
	if (n->kind != PY_N_ASSERT || !n->b || !is_constant(n->b, PY_INT) || n->a->kind != PY_N_COMPARE)
		return;
	const struct py_node *last = n->a->items;
	while (last->next)
		last = last->next;
	const char *end = last->b->text + last->b->length;
	if (is_constant(last->b, PY_INT) && end[0] == ',' && isdigit((unsigned char)end[1]))
		diag_warning(c->diags, place_of(c, last->b->text, (size_t)(n->text + n->length - last->b->text)),
		             "a number with a comma", "Python takes the digits behind it for a message: numbers have "
		             "no commas, and a fraction has a point");
}

static void check_statements(struct code_checker *c, struct py_node *const *statements)
{
	for (const struct event *e = c->script->events; e; e = e->next) {
		if (e->kind != EVENT_CODE)
			continue;
		c->block = e->code;
		for (const struct py_node *n = *statements++; n; n = n->next) {
			check_names(c, n);
			check_use(c, n);
			check_assertion(c, n);
			check_comma(c, n);
		}
	}
}

static void check_blocks(struct code_checker *c, struct py_node **statements)
{
	const int errors = c->diags->errors;

	if (parse_blocks(c, statements)) {
		check_statements(c, statements);
		return;
	}
	visit_blocks(c, learn_name);
	visit_blocks(c, check_name);
	visit_blocks(c, check_object);
	if (c->diags->errors == errors)
		visit_blocks(c, check_test);
	if (c->diags->errors == errors)
		visit_blocks(c, check_brace);
}

static bool asks(const struct script *script)
{
	for (const struct event *e = script->events; e; e = e->next)
		if (e->kind == EVENT_CODE || (e->kind == EVENT_LET && e->names))
			return true;
	return false;
}

bool code_check(struct script *script, struct diags *diags)
{
	const struct tcp_state_info everything = { .cc_info_length = CC_INFO_BYTES };
	struct code_checker c = { .script = script, .diags = diags };
	const int errors = diags->errors;
	struct py_node **statements;

	if (!asks(script))
		return true;
	c.py.arena = arena_new();
	statements = arena_new_array(c.py.arena, struct py_node *, (size_t)script->event_count);
	code_names_visit(&everything, assign_name, &c.py);
	assign_name(&c.py, "_file", 0);
	assign_name(&c.py, "_line", 0);
	for (const struct event *e = script->events; e; e = e->next)
		if (e->kind == EVENT_LET)
			check_let(&c, e);
	if (code_is_plain_python(script->config.code_command))
		check_blocks(&c, statements);
	arena_free(c.py.arena);
	return diags->errors == errors;
}
