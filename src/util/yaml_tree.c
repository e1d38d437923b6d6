/* SPDX-License-Identifier: MIT
 *
 * yaml_tree.c - maps with tables of keys, on libyaml's documents
 */
#include "util/yaml_tree.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/checked.h"
#include "util/table.h"
#include "util/text_set.h"

bool yaml_is_file(const char *word)
{
	const char *dot = strrchr(word, '.');

	return strchr(word, '/') || (dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml")));
}

/* ---- places ---- */

/* libyaml counts characters, and places count bytes: this is how many bytes stand before character @column of line
 * @line (both from 0). To libyaml a lone CR and the end of the text end a line, too; the text may have no such line. */
static int byte_column(const struct source *source, size_t line, size_t column)
{
	const char *at = source->text ? source->text : "", *end = at + source->length, *start;

	for (; line; line--) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			return (int)column;
		at = newline + 1;
	}
	for (start = at; at < end && column && *at != '\n'; column--) {
		at++;
		while (at < end && ((unsigned char)*at & 0xc0) == 0x80)
			at++;
	}
	return (int)(at - start) + (int)column;
}

static struct loc loc_of(const struct source *source, yaml_mark_t start, yaml_mark_t end)
{
	return (struct loc){
		.source = source,
		.line = (int)start.line + 1,
		.column = byte_column(source, start.line, start.column) + 1,
		.end_line = (int)end.line + 1,
		.end_column = byte_column(source, end.line, end.column) + 1,
	};
}

struct loc yaml_tree_loc(const struct yaml_tree *t, const yaml_node_t *node)
{
	return loc_of(t->source, node->start_mark, node->end_mark);
}

bool (yaml_tree_error)(struct yaml_tree *t, const yaml_node_t *node, const char *headline, const char *format, ...)
{
	struct buf text = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&text, format, args);
	va_end(args);
	diag_error(t->diags, DIAG_OPTION, yaml_tree_loc(t, node), headline, "%s", text.data);
	buf_free(&text);
	return false;
}

/* ---- the document ---- */

/* What is no UTF-8 has no mark but an offset. */
static struct loc loc_of_problem(const struct yaml_tree *t, const yaml_parser_t *parser)
{
	struct loc loc = { .source = t->source, .line = 1, .column = 1 };

	if (parser->error != YAML_READER_ERROR)
		return loc_of(t->source, parser->problem_mark, parser->problem_mark);
	for (size_t i = 0; i < parser->problem_offset && i < t->source->length; i++) {
		loc.column = t->source->text[i] == '\n' ? 1 : loc.column + 1;
		loc.line += t->source->text[i] == '\n';
	}
	loc.end_line = loc.line;
	loc.end_column = loc.column;
	return loc;
}

static bool bad_yaml(struct yaml_tree *t, const yaml_parser_t *parser)
{
	struct loc loc = loc_of_problem(t, parser);

	const size_t at = parser->error == YAML_READER_ERROR ? parser->problem_offset : parser->problem_mark.index;
	const bool tab = at < t->source->length && t->source->text[at] == '\t';
	const bool star = at && at <= t->source->length && t->source->text[at - 1] == '*';
	const char *way = tab    ? ": lines are indented by blanks, not by tabs"
	                  : star ? ": what begins with '*' stands between quotation marks, \"*.pkt\""
	                         : "";

	loc.end_column++;
	return diag_error(t->diags, DIAG_OPTION, loc, "bad YAML", "%s%s", parser->problem, way);
}

/* There must not be a second document, since it would be ignored. */
static bool is_last(struct yaml_tree *t, yaml_parser_t *parser)
{
	yaml_document_t next;

	if (!yaml_parser_load(parser, &next))
		return bad_yaml(t, parser);
	const yaml_node_t *root = yaml_document_get_root_node(&next);
	if (root)
		yaml_tree_error(t, root, t->headline, "want one document, here begins another");
	yaml_document_delete(&next);
	return !root;
}

/* How many maps and lists @event is in, when there were @depth before it. */
static int depth_after(const yaml_event_t *event, int depth)
{
	switch (event->type) {
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		return depth + 1;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return depth - 1;
	default:
		return depth;
	}
}

/* libyaml takes time that grows with the square of the depth, so the depth is checked before a document is loaded.
 * Other errors are found in loading. */
static bool is_shallow(struct yaml_tree *t)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool more = true;
	int depth = 0;

	if (!yaml_parser_initialize(&parser))
		checked_exhausted();
	yaml_parser_set_input_string(&parser, (const unsigned char *)t->source->text, t->source->length);
	while (more && depth <= YAML_TREE_DEPTH && yaml_parser_parse(&parser, &event)) {
		depth = depth_after(&event, depth);
		if (depth > YAML_TREE_DEPTH)
			diag_error(t->diags, DIAG_OPTION, loc_of(t->source, event.start_mark, event.end_mark),
			           t->headline, "maps and lists are %d deep within each other here, and may be %d",
			           depth, YAML_TREE_DEPTH);
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return depth <= YAML_TREE_DEPTH;
}

bool yaml_tree_load(struct yaml_tree *t, const struct source *source, struct diags *diags, const char *headline)
{
	const struct loc start = { .source = source, .line = 1, .column = 1, .end_line = 1, .end_column = 2 };
	yaml_parser_t parser;

	*t = (struct yaml_tree){ .source = source, .diags = diags, .headline = headline };
	if (!is_shallow(t))
		return false;
	if (!yaml_parser_initialize(&parser))
		checked_exhausted();
	yaml_parser_set_input_string(&parser, (const unsigned char *)source->text, source->length);
	t->loaded = yaml_parser_load(&parser, &t->document);
	bool good = t->loaded || bad_yaml(t, &parser);
	if (good && !yaml_tree_root(t))
		good = diag_error(diags, DIAG_OPTION, start, headline, "it is empty");
	good = good && is_last(t, &parser);
	yaml_parser_delete(&parser);
	return good;
}

void yaml_tree_free(struct yaml_tree *t)
{
	if (t->loaded)
		yaml_document_delete(&t->document);
	t->loaded = false;
}

const yaml_node_t *yaml_tree_root(struct yaml_tree *t)
{
	return yaml_document_get_root_node(&t->document);
}

/* ---- scalars ---- */

static const char *kind_of(const yaml_node_t *node)
{
	switch (node->type) {
	case YAML_SEQUENCE_NODE: return "a list";
	case YAML_MAPPING_NODE: return "a map";
	default: return "nothing";
	}
}

static bool is_plain(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE && node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static bool is_null(const yaml_node_t *node)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (is_plain(node) && !strcmp((const char *)node->data.scalar.value, words[i]))
			return true;
	return false;
}

const char *yaml_tree_text(struct yaml_tree *t, const yaml_node_t *node, const char *want)
{
	const char *text = node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;

	if (!text || is_null(node)) {
		yaml_tree_error(t, node, t->headline, "want %s here, not %s", want, kind_of(node));
		return NULL;
	}
	if (!*text || strlen(text) != node->data.scalar.length) {
		yaml_tree_error(t, node, t->headline, "want %s here, not %s", want,
		                *text ? "a text with a NUL byte" : "an empty text");
		return NULL;
	}
	return text;
}

static bool take_number(struct yaml_tree *t, const struct yaml_key *key, const yaml_node_t *node, void *to)
{
	const char *text = node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : "";
	char *end;

	errno = 0;
	int64_t number = strtoll(text, &end, 10);
	bool is_number = is_plain(node) && !is_null(node) && end != text && !*end && !errno;
	if (is_number && field_set(*(void **)((char *)to + key->pointer), &key->number, number))
		return true;
	return yaml_tree_error(t, node, t->headline, "want a number from %" PRId64 " to %" PRId64 " here, not %s%s%s",
	                       key->number.minimum, key->number.maximum, *text ? "'" : "",
	                       *text ? text : kind_of(node), *text ? "'" : "");
}

/* ---- maps and lists ---- */

static const char *spelling(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

bool yaml_tree_pairs(struct yaml_tree *t, const yaml_node_t *node,
                     bool (*take)(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to),
                     void *to)
{
	struct text_set seen = { 0 };
	bool good = true;

	if (node->type != YAML_MAPPING_NODE)
		return yaml_tree_error(t, node, t->headline, "want a map of keys and values here, as in 'key: value'");
	for (const yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top; p++) {
		const yaml_node_t *key = yaml_document_get_node(&t->document, p->key);
		const yaml_node_t *value = yaml_document_get_node(&t->document, p->value);
		if (!yaml_tree_text(t, key, "a key"))
			good = false;
		else if (!text_set_add(&seen, spelling(key)))
			good = yaml_tree_error(t, key, "repeated key", "'%s'", spelling(key));
		else
			good &= take(t, key, value, to);
	}
	text_set_free(&seen);
	return good;
}

struct by_table {
	const struct yaml_key *keys;
	size_t count;
	void *to;
};

static bool has_word(const char *words, const char *word)
{
	const size_t length = strlen(word);

	for (; *words; words += strspn(words, " ")) {
		const size_t end = strcspn(words, " ");
		if (end == length && !memcmp(words, word, length))
			return true;
		words += end;
	}
	return false;
}

static bool unknown_key(struct yaml_tree *t, const yaml_node_t *key, const struct by_table *table)
{
	struct guess guess = { .wanted = spelling(key) };
	const char *synonym = NULL;
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < table->count; i++) {
		guess_offer(&guess, table->keys[i].name);
		if (table->keys[i].synonyms && has_word(table->keys[i].synonyms, guess.wanted))
			synonym = table->keys[i].name;
		buf_printf(&list, "%s%s", !i ? "" : i + 1 < table->count ? ", " : " and ", table->keys[i].name);
	}
	const char *meant = synonym ? synonym : guess.nearest;
	if (meant)
		yaml_tree_error(t, key, "unknown key", "'%s'; did you mean '%s'? There are %s", guess.wanted, meant,
		                list.data);
	else
		yaml_tree_error(t, key, "unknown key", "'%s': there are %s", guess.wanted, list.data);
	buf_free(&list);
	return false;
}

static bool take_by_table(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	const struct by_table *table = to;

	for (size_t i = 0; i < table->count; i++)
		if (!strcmp(table->keys[i].name, spelling(key)))
			return table->keys[i].take ? table->keys[i].take(t, key, value, table->to)
			                           : take_number(t, &table->keys[i], value, table->to);
	return unknown_key(t, key, table);
}

static bool has_key(struct yaml_tree *t, const yaml_node_t *map, const char *name)
{
	for (const yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
		const char *key = spelling(yaml_document_get_node(&t->document, p->key));
		if (key && !strcmp(key, name))
			return true;
	}
	return false;
}

bool yaml_tree_map(struct yaml_tree *t, const yaml_node_t *node, const struct yaml_key *keys, size_t count, void *to)
{
	struct by_table table = { keys, count, to };
	bool good = yaml_tree_pairs(t, node, take_by_table, &table);

	for (size_t i = 0; i < count && node->type == YAML_MAPPING_NODE; i++)
		if (keys[i].required && !has_key(t, node, keys[i].name))
			good = yaml_tree_error(t, node, "missing key", "'%s'", keys[i].name);
	return good;
}

bool yaml_tree_list(struct yaml_tree *t, const yaml_node_t *node,
                    bool (*take)(struct yaml_tree *t, const yaml_node_t *item, void *to), void *to)
{
	bool good = true;

	if (node->type != YAML_SEQUENCE_NODE)
		return take(t, node, to);
	if (node->data.sequence.items.start == node->data.sequence.items.top)
		return yaml_tree_error(t, node, t->headline, "the list is empty");
	for (const yaml_node_item_t *item = node->data.sequence.items.start; item < node->data.sequence.items.top;
	     item++)
		good &= take(t, yaml_document_get_node(&t->document, *item), to);
	return good;
}
