/* SPDX-License-Identifier: MIT
 *
 * profile.c - reading profiles with libyaml
 */
#include "target/builtin/profile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

#include "util/buf.h"
#include "util/checked.h"
#include "util/table.h"

enum { NESTING = 4 };

struct profile {
	struct arena *arena;
	struct diags *diags;
	const struct source *source;
	yaml_document_t document;
	struct stack_config *config;
	const char *summary;
	int nesting;                                         /* how many are based on this one */
};

static bool load_named(const char *name, struct profile *from, struct loc loc);

/* ---- places ---- */

static struct loc loc_of(const struct profile *p, yaml_mark_t start, yaml_mark_t end)
{
	return (struct loc){
		.source = p->source,
		.line = (int)start.line + 1,
		.column = (int)start.column + 1,
		.end_line = (int)end.line + 1,
		.end_column = (int)end.column + 1,
	};
}

static struct loc node_loc(const struct profile *p, const yaml_node_t *node)
{
	return loc_of(p, node->start_mark, node->end_mark);
}

static bool wrong(struct profile *p, const yaml_node_t *node, const char *headline, const char *what)
{
	return diag_error(p->diags, DIAG_OPTION, node_loc(p, node), headline, "%s", what);
}

/* The text of a scalar, or NULL with an error. A NUL inside ends it, and is then no known word. */
static const char *scalar(struct profile *p, const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE) {
		wrong(p, node, "bad profile", "want a word or a number here");
		return NULL;
	}
	return (const char *)node->data.scalar.value;
}

/* ---- parameters ---- */

static bool unknown_parameter(struct profile *p, const yaml_node_t *node, const char *name)
{
	struct guess guess = { .wanted = name };

	for (size_t i = 0; i < stack_parameter_count; i++)
		guess_offer(&guess, stack_parameters[i].name);
	return diag_error(p->diags, DIAG_OPTION, node_loc(p, node), "unknown parameter", "'%s'%s%s%s", name,
			  guess.nearest ? "; did you mean '" : "", guess.nearest ? guess.nearest : "",
			  guess.nearest ? "'?" : "");
}

static bool set_parameter(struct profile *p, const yaml_node_t *key, const yaml_node_t *value)
{
	const char *name = scalar(p, key), *text = name ? scalar(p, value) : NULL;
	const struct stack_parameter *parameter = text ? stack_parameter_find(name) : NULL;
	int64_t number;
	char *end;

	if (!text)
		return false;
	if (!parameter || strcmp(parameter->name, name))
		return unknown_parameter(p, key, name);
	errno = 0;
	number = strtoll(text, &end, 0);
	if (!stack_choice_value(name, text, &number) && (end == text || *end || errno))
		return diag_error(p->diags, DIAG_OPTION, node_loc(p, value), "bad value", "'%s' for %s", text, name);
	if (!stack_parameter_set(p->config, parameter, number))
		return diag_error(p->diags, DIAG_OPTION, node_loc(p, value), "value out of range",
		                  "%s for %s: want %" PRId64 " to %" PRId64, text, name, parameter->minimum,
		                  parameter->maximum);
	return true;
}

/* Was the same key there before? */
static bool is_repeated(struct profile *p, const yaml_node_t *map, const yaml_node_pair_t *pair)
{
	const yaml_node_t *key = yaml_document_get_node(&p->document, pair->key);

	for (const yaml_node_pair_t *q = map->data.mapping.pairs.start; q < pair; q++) {
		const yaml_node_t *other = yaml_document_get_node(&p->document, q->key);
		if (key->type == YAML_SCALAR_NODE && other->type == YAML_SCALAR_NODE &&
		    !strcmp((const char *)key->data.scalar.value, (const char *)other->data.scalar.value))
			return !wrong(p, key, "repeated key", (const char *)key->data.scalar.value);
	}
	return false;
}

typedef bool pair_function(struct profile *p, const yaml_node_t *key, const yaml_node_t *value);

/* All pairs, also after an error: every mistake is told in one go. */
static bool each_pair(struct profile *p, const yaml_node_t *map, pair_function *function)
{
	bool good = true;

	if (map->type != YAML_MAPPING_NODE)
		return wrong(p, map, "bad profile", "want a map of keys and values here");
	for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start; pair < map->data.mapping.pairs.top; pair++) {
		const yaml_node_t *key = yaml_document_get_node(&p->document, pair->key);
		const yaml_node_t *value = yaml_document_get_node(&p->document, pair->value);
		good &= !is_repeated(p, map, pair) && function(p, key, value);
	}
	return good;
}

/* ---- the whole ---- */

/* The base comes first, wherever it is written. */
static bool take_base(struct profile *p, const yaml_node_t *key, const yaml_node_t *value)
{
	const char *name = key->type == YAML_SCALAR_NODE ? (const char *)key->data.scalar.value : "";
	const char *base;

	if (strcmp(name, "based-on"))
		return true;
	base = scalar(p, value);
	return base && load_named(base, p, node_loc(p, value));
}

static bool take_rest(struct profile *p, const yaml_node_t *key, const yaml_node_t *value)
{
	const char *name = scalar(p, key), *text;

	if (!name)
		return false;
	if (!strcmp(name, "based-on"))
		return true;
	if (!strcmp(name, "parameters"))
		return each_pair(p, value, set_parameter);
	if (strcmp(name, "summary"))
		return diag_error(p->diags, DIAG_OPTION, node_loc(p, key), "unknown key",
		                  "'%s': there are summary, based-on and parameters", name);
	text = scalar(p, value);
	p->summary = text ? arena_strdup(p->arena, text) : "";
	return text;
}

static bool take_document(struct profile *p)
{
	const yaml_node_t *root = yaml_document_get_root_node(&p->document);
	struct loc start = { .source = p->source, .line = 1, .column = 1, .end_line = 1, .end_column = 2 };

	if (!root)
		return diag_error(p->diags, DIAG_OPTION, start, "bad profile", "it is empty");
	return each_pair(p, root, take_base) && each_pair(p, root, take_rest);
}

static bool parse(struct profile *p)
{
	yaml_parser_t parser;
	bool good;

	if (!yaml_parser_initialize(&parser))
		checked_exhausted();
	yaml_parser_set_input_string(&parser, (const unsigned char *)p->source->text, p->source->length);
	if (yaml_parser_load(&parser, &p->document)) {
		good = take_document(p);
		yaml_document_delete(&p->document);
	} else {
		struct loc loc = loc_of(p, parser.problem_mark, parser.problem_mark);
		loc.end_column++;
		good = diag_error(p->diags, DIAG_OPTION, loc, "bad YAML", "%s", parser.problem);
	}
	yaml_parser_delete(&parser);
	return good;
}

bool profile_parse(const char *name, const char *text, size_t length, struct stack_config *c, struct arena *arena,
                   struct diags *diags)
{
	struct source *source = arena_new_object(arena, struct source);
	struct profile p = { .arena = arena, .diags = diags, .source = source, .config = c };

	*source = (struct source){ arena_strdup(arena, name), arena_strndup(arena, text, length), length };
	stack_config_init(c);
	return parse(&p);
}

/* ---- by name ---- */

static bool is_path(const char *name)
{
	const char *dot = strrchr(name, '.');

	return strchr(name, '/') || (dot && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml")));
}

static bool unknown_profile(const char *name, struct diags *diags, struct loc loc)
{
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < embedded_profile_count; i++)
		buf_printf(&list, "%s%s", i ? ", " : "", embedded_profiles[i].name);
	diag_error(diags, DIAG_OPTION, loc, "unknown profile", "'%s': there are %s, and files that end in .yaml", name,
	           list.data);
	buf_free(&list);
	return false;
}

static bool read_file(const char *path, struct buf *text)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && buf_read_fd(text, fd);

	if (fd >= 0)
		close(fd);
	return good;
}

/* @from: the profile that is based on it. */
static bool load_named(const char *name, struct profile *from, struct loc loc)
{
	struct source *source = arena_new_object(from->arena, struct source);
	struct profile p = *from;
	bool good;

	p.source = source;
	if (++p.nesting > NESTING)
		return diag_error(p.diags, DIAG_OPTION, loc, "bad profile", "'%s' is based on itself", name);
	source->name = arena_strdup(p.arena, name);
	if (is_path(name)) {
		struct buf text = BUF_INIT;

		good = read_file(name, &text);
		source->text = arena_strndup(p.arena, text.data, text.length);
		source->length = text.length;
		buf_free(&text);
		if (!good)
			return diag_error(p.diags, DIAG_FILE, loc, "cannot read the profile", "%s: %s", name,
			                  strerror(errno));
	}
	for (size_t i = 0; i < embedded_profile_count && !source->text; i++)
		if (!strcmp(embedded_profiles[i].name, name))
			source->text = embedded_profiles[i].text;
	if (!source->text)
		return unknown_profile(name, p.diags, loc);
	source->length = is_path(name) ? source->length : strlen(source->text);
	good = parse(&p);
	if (!from->source)
		from->summary = p.summary;
	return good;
}

bool profile_load(const char *name, struct stack_config *c, struct arena *arena, struct diags *diags)
{
	struct profile none = { .arena = arena, .diags = diags, .config = c };

	stack_config_init(c);
	return load_named(name, &none, (struct loc){ 0 });
}

const char *profile_summary(size_t index, struct arena *arena)
{
	struct stack_config ignored;
	struct diags diags;
	struct profile none = { .arena = arena, .diags = &diags, .config = &ignored };

	stack_config_init(&ignored);
	diags_init(&diags);
	load_named(embedded_profiles[index].name, &none, (struct loc){ 0 });
	diags_free(&diags);
	return none.summary ? none.summary : "";
}
