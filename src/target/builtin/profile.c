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

#include "util/buf.h"
#include "util/table.h"
#include "util/yaml_tree.h"

enum { NESTING = PROFILE_BASES };

struct profile {
	struct arena *arena;
	struct diags *diags;
	const struct source *source;
	struct stack_config *config;
	struct profile_bases *bases;                         /* or NULL */
	const char *summary;
	int nesting;                                         /* how many are based on this one */
};

static bool load_named(const char *name, struct profile *from, struct loc loc);

/* ---- parameters ---- */

/* A sysctl has a parameter of its own name here, of which a profile takes no other. */
static bool unknown_parameter(struct yaml_tree *t, const yaml_node_t *node, const char *name)
{
	const struct stack_parameter *of_sysctl = stack_parameter_find(name);
	struct guess guess = { .wanted = name, .nearest = of_sysctl ? of_sysctl->field.name : NULL };

	for (size_t i = 0; i < stack_parameter_count && !of_sysctl; i++)
		guess_offer(&guess, stack_parameters[i].field.name);
	return yaml_tree_error(t, node, "unknown parameter", "'%s'%s%s%s", name,
	                       guess.nearest ? "; did you mean '" : ": src/stack/config.h lists them all",
	                       guess.nearest ? guess.nearest : "", guess.nearest ? "'?" : "");
}

/* The words of a named choice, or the range of a number. */
static void add_allowed(struct buf *out, const struct stack_parameter *parameter)
{
	const struct field *f = &parameter->field;

	buf_puts(out, ": want ");
	if (stack_choice_name(f->name, f->minimum))
		for (int64_t value = f->minimum; value <= f->maximum; value++)
			buf_printf(out, "%s%s", value == f->minimum ? "" : value == f->maximum ? " or " : ", ",
			           stack_choice_name(f->name, value));
	else
		buf_printf(out, "a number from %" PRId64 " to %" PRId64, f->minimum, f->maximum);
}

static bool bad_value(struct yaml_tree *t, const yaml_node_t *value, const struct stack_parameter *parameter,
                      const char *headline, const char *text)
{
	struct buf allowed = BUF_INIT;

	add_allowed(&allowed, parameter);
	yaml_tree_error(t, value, headline, "'%s' for %s%s", text, parameter->field.name, allowed.data);
	buf_free(&allowed);
	return false;
}

static bool set_parameter(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	const char *name = yaml_tree_text(t, key, "a parameter");
	const char *text = yaml_tree_text(t, value, "a word or a number");
	const struct stack_parameter *parameter = text ? stack_parameter_find(name) : NULL;
	struct profile *p = to;
	int64_t number;
	char *end;

	if (!text)
		return false;
	if (!parameter || strcmp(parameter->field.name, name))
		return unknown_parameter(t, key, name);
	errno = 0;
	number = strtoll(text, &end, 0);
	if (!stack_choice_value(name, text, &number) && (end == text || *end || errno))
		return bad_value(t, value, parameter, "bad value", text);
	if (!stack_parameter_set(p->config, parameter, number))
		return bad_value(t, value, parameter, "value out of range", text);
	return true;
}

/* ---- the whole ---- */

/* The base comes first, wherever it is written: there are two rounds. */
static bool take_base(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	const char *name = yaml_tree_text(t, value, "the name of a profile");

	(void)key;
	return name && load_named(name, to, yaml_tree_loc(t, value));
}

static bool take_summary(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	const char *text = yaml_tree_text(t, value, "a line of text");
	struct profile *p = to;

	(void)key;
	p->summary = text ? arena_strdup(p->arena, text) : "";
	return text;
}

static bool take_parameters(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_pairs(t, value, set_parameter, to);
}

static bool pass_over(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)t;
	(void)key;
	(void)value;
	(void)to;
	return true;
}

/* What people write for the three keys; a parameter at the top belongs below the last one. */
#define X(name, ...) " " #name
static const char for_parameters[] = "settings sysctls values options" STACK_PARAMETERS(X);
#undef X
static const char for_base[] = "base basis parent inherits extends from profile", for_summary[] = "name title";

static const struct yaml_key first_round[] = {
	{ .name = "summary", .take = pass_over, .synonyms = for_summary },
	{ .name = "based-on", .take = take_base, .synonyms = for_base },
	{ .name = "parameters", .take = pass_over, .synonyms = for_parameters },
};

static const struct yaml_key second_round[] = {
	{ .name = "summary", .take = take_summary },
	{ .name = "based-on", .take = pass_over },
	{ .name = "parameters", .take = take_parameters },
};

static bool parse(struct profile *p)
{
	struct yaml_tree tree;
	bool good = yaml_tree_load(&tree, p->source, p->diags, "bad profile") &&
	            yaml_tree_map(&tree, yaml_tree_root(&tree), first_round, ARRAY_LEN(first_round), p) &&
	            yaml_tree_map(&tree, yaml_tree_root(&tree), second_round, ARRAY_LEN(second_round), p);

	yaml_tree_free(&tree);
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

static bool unknown_profile(const char *name, struct diags *diags, struct loc loc)
{
	struct guess guess = { .wanted = name };
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < embedded_profile_count; i++) {
		guess_offer(&guess, embedded_profiles[i].name);
		buf_printf(&list, "%s%s", i ? ", " : "", embedded_profiles[i].name);
	}
	if (guess.nearest)
		diag_error(diags, DIAG_OPTION, loc, "unknown profile",
		           "'%s'; did you mean '%s'? There are %s, and files that end in .yaml", name, guess.nearest,
		           list.data);
	else
		diag_error(diags, DIAG_OPTION, loc, "unknown profile",
		           "'%s': there are %s, and files that end in .yaml", name, list.data);
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

static void add_base(const struct profile *p, const char *name)
{
	size_t i = 0;

	if (!p->bases || p->nesting < 2)
		return;
	while (p->bases->names[i])
		i++;
	if (i + 1 < PROFILE_BASES)
		p->bases->names[i] = name;
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
	if (yaml_is_file(name)) {
		struct buf text = BUF_INIT;

		good = read_file(name, &text);
		source->text = arena_strndup(p.arena, text.data, text.length);
		source->length = text.length;
		buf_free(&text);
		if (!good)
			return diag_error(p.diags, DIAG_FILE, loc, "cannot read the profile", "%s: %s", name,
			                  strerror(errno));
	}
	for (size_t i = 0; i < embedded_profile_count && !source->text; i++) {
		if (strcmp(embedded_profiles[i].name, name))
			continue;
		source->text = embedded_profiles[i].text;
		if (i)
			add_base(&p, embedded_profiles[i].name);
	}
	if (!source->text)
		return unknown_profile(name, p.diags, loc);
	source->length = yaml_is_file(name) ? source->length : strlen(source->text);
	good = parse(&p);
	if (!from->source)
		from->summary = p.summary;
	return good;
}

bool profile_load(const char *name, struct stack_config *c, struct profile_bases *bases, struct arena *arena,
                  struct diags *diags)
{
	struct profile none = { .arena = arena, .diags = diags, .config = c, .bases = bases };

	if (bases)
		*bases = (struct profile_bases){ 0 };
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
