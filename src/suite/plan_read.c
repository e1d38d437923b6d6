/* SPDX-License-Identifier: MIT
 *
 * plan_read.c - reads a plan's file: its keys, and the values that they take
 *
 * Reading is by tables of keys (util/yaml_tree.h): a row names a key, the function that takes its value, and what to
 * say about a wrong one. All errors of a file are reported in one go, each at its place, with the value seen and those
 * allowed; an unknown key is an error with a suggestion, since a misspelt `exclude` would play too much and a misspelt
 * `expected` too little. Names of targets, profiles, defects and options are looked up here already: a plan that reads
 * without a complaint can be played.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "suite/expectation.h"
#include "suite/plan_value.h"
#include "util/version.h"

enum { LONGEST_TIMEOUT_S = 1000000, MOST_RETRIES = 1000, LAST_LINE = 1000000000 };

static const char bad_plan[] = "bad plan";

/* Where values of an axis go: to the matrix, or to what selects from it. */
struct axes_reader {
	struct plan_reader *reader;
	struct plan_axes *axes;
	enum plan_axis_kind kind;
	const char *name;
	struct plan_axis *axis;
};

struct words_reader {
	struct plan_reader *reader;
	struct plan_words *words;
	const char *want;
};

/* ---- lists of words ---- */

/* The list grows by doubling: there is room for one more after this. */
static void *with_room(struct arena *arena, void *list, size_t count, size_t size)
{
	void *larger;

	if (count & (count - 1))
		return list;
	larger = arena_alloc(arena, 2 * (count + 1) * size);
	if (count)
		memcpy(larger, list, count * size);
	return larger;
}

void plan_words_add(struct plan_words *words, const char *text, struct loc loc, struct arena *arena)
{
	words->list = with_room(arena, words->list, words->count, sizeof(*words->list));
	words->list[words->count++] = (struct plan_word){ arena_strdup(arena, text), loc };
}

struct plan_axis *plan_axes_add(struct plan_axes *axes, enum plan_axis_kind kind, const char *name, struct arena *arena)
{
	axes->list = with_room(arena, axes->list, axes->count, sizeof(*axes->list));
	axes->list[axes->count] = (struct plan_axis){ .kind = kind, .name = arena_strdup(arena, name) };
	return &axes->list[axes->count++];
}

static bool take_word(struct yaml_tree *t, const yaml_node_t *item, void *to)
{
	struct words_reader *r = to;
	const char *text = yaml_tree_text(t, item, r->want);

	if (text)
		plan_words_add(r->words, text, yaml_tree_loc(t, item), r->reader->arena);
	return text;
}

static bool take_words(struct yaml_tree *t, const yaml_node_t *value, struct plan_reader *reader,
                       struct plan_words *words, const char *want)
{
	return yaml_tree_list(t, value, take_word, &(struct words_reader){ reader, words, want });
}

/* ---- values of the matrix ---- */

static bool is_repeated_value(const struct plan_axis *axis, const char *text)
{
	for (size_t i = 0; i < axis->values.count; i++)
		if (!strcmp(axis->values.list[i].text, text))
			return true;
	return false;
}

static bool take_value(struct yaml_tree *t, const yaml_node_t *item, void *to)
{
	struct axes_reader *r = to;
	const char *text = plan_value(t, item, r->kind, r->name, r->reader);

	if (!text)
		return false;
	if (is_repeated_value(r->axis, text))
		return yaml_tree_error(t, item, "repeated value", "'%s'", text);
	plan_words_add(&r->axis->values, text, yaml_tree_loc(t, item), r->reader->arena);
	return true;
}

static bool take_axis(struct yaml_tree *t, const yaml_node_t *value, const struct axes_reader *where,
                      enum plan_axis_kind kind, const char *name)
{
	struct axes_reader r = *where;

	r.kind = kind;
	r.name = name;
	r.axis = plan_axes_add(r.axes, kind, name, r.reader->arena);
	return yaml_tree_list(t, value, take_value, &r);
}

#define TAKE_AXIS(key_name, kind) \
	static bool take_##key_name(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to) \
	{ (void)key; return take_axis(t, value, to, kind, #key_name); }

TAKE_AXIS(target, AXIS_TARGET)
TAKE_AXIS(profile, AXIS_PROFILE)
TAKE_AXIS(address, AXIS_ADDRESS)
TAKE_AXIS(defect, AXIS_DEFECT)

static bool take_option_axis(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	return take_axis(t, value, to, AXIS_OPTION, (const char *)key->data.scalar.value);
}

static bool take_define_axis(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	const char *name = (const char *)key->data.scalar.value;

	if (strchr(name, '='))
		return yaml_tree_error(t, key, bad_plan, "'%s': a symbol has no '='", name);
	return take_axis(t, value, to, AXIS_DEFINE, name);
}

static bool take_option(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_pairs(t, value, take_option_axis, to);
}

static bool take_define(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_pairs(t, value, take_define_axis, to);
}

/* ---- what selects cases ---- */

/* A selector, and what else its map may hold. */
struct selector_reader {
	struct axes_reader axes;                             /* first: the functions for axes get it */
	struct plan_selector *where;
	struct plan_need *need;
	struct plan_expected *expected;
};

static struct selector_reader selector_reader(struct plan_reader *reader, struct plan_selector *where)
{
	return (struct selector_reader){ .axes = { .reader = reader, .axes = &where->axes }, .where = where };
}

/* Patterns are compared as text, so there must be only one way to write a path. */
static const char *clean_pattern(struct arena *arena, const char *text)
{
	size_t length;

	while (!strncmp(text, "./", 2))
		text += 2;
	length = strlen(text);
	while (length > 1 && text[length - 1] == '/')
		length--;
	return length ? arena_strndup(arena, text, length) : ".";
}

static bool take_patterns(struct yaml_tree *t, const yaml_node_t *value, struct plan_reader *reader,
                          struct plan_words *words)
{
	bool good = take_words(t, value, reader, words, "a path or pattern");

	for (size_t i = 0; i < words->count; i++)
		words->list[i].text = clean_pattern(reader->arena, words->list[i].text);
	return good;
}

static bool take_selected_paths(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct selector_reader *r = to;

	(void)key;
	return take_patterns(t, value, r->axes.reader, &r->where->paths);
}

/* What people write for `paths`. */
#define OF_PATHS "script scripts file files test tests case cases"

#define SELECTOR_KEYS \
	{ .name = "paths", .take = take_selected_paths, .synonyms = OF_PATHS }, \
	{ .name = "target", .take = take_target }, \
	{ .name = "profile", .take = take_profile }, \
	{ .name = "address", .take = take_address }, \
	{ .name = "defect", .take = take_defect }, \
	{ .name = "option", .take = take_option }, \
	{ .name = "define", .take = take_define }

static bool take_exclusion(struct yaml_tree *t, const yaml_node_t *item, void *to)
{
	static const struct yaml_key keys[] = { SELECTOR_KEYS };
	struct plan_reader *reader = to;
	struct plan_exclusion *e = arena_new_object(reader->arena, struct plan_exclusion);
	struct selector_reader r = selector_reader(reader, &e->where);

	e->where.loc = yaml_tree_loc(t, item);
	*reader->spec->last_exclusion = e;
	reader->spec->last_exclusion = &e->next;
	return yaml_tree_map(t, item, keys, ARRAY_LEN(keys), &r);
}

static bool take_exclusions(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_list(t, value, take_exclusion, ((struct axes_reader *)to)->reader);
}

static bool take_matrix(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	static const struct yaml_key keys[] = {
		{ .name = "target", .take = take_target },
		{ .name = "profile", .take = take_profile },
		{ .name = "address", .take = take_address },
		{ .name = "defect", .take = take_defect },
		{ .name = "option", .take = take_option },
		{ .name = "define", .take = take_define },
		{ .name = "exclude", .take = take_exclusions },
	};
	struct plan_reader *reader = to;
	struct axes_reader r = { .reader = reader, .axes = &reader->spec->matrix };

	(void)key;
	return yaml_tree_map(t, value, keys, ARRAY_LEN(keys), &r);
}

/* ---- needs ---- */

static struct plan_need *add_need(struct plan_reader *reader, struct yaml_tree *t, const yaml_node_t *node)
{
	struct plan_need *n = arena_new_object(reader->arena, struct plan_need);

	n->where.loc = yaml_tree_loc(t, node);
	n->answers = arena_new_array(reader->arena, const char *, plan_value_targets(reader->around));
	*reader->spec->last_need = n;
	reader->spec->last_need = &n->next;
	return n;
}

static bool read_need(struct yaml_tree *t, const yaml_node_t *node, struct plan_reader *reader, struct need *out)
{
	const char *text = yaml_tree_text(t, node, "a need");
	struct buf problem = BUF_INIT;
	bool good = text && need_parse(text, strlen(text), reader->arena, out, &problem);

	if (text && !good)
		yaml_tree_error(t, node, "unknown need", "%s", problem.data);
	if (good && out->kind == NEED_TRAIT)
		good = yaml_tree_error(t, node, bad_plan, "'%s': which traits it needs is for a case to say, in its "
		                       "header", out->text);
	buf_free(&problem);
	return good;
}

static bool take_need_word(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct selector_reader *r = to;

	(void)key;
	return read_need(t, value, r->axes.reader, &r->need->need);
}

/* A need alone is one of all cases; a map has it under 'need', with what it is about beside it. */
static bool take_need(struct yaml_tree *t, const yaml_node_t *item, void *to)
{
	static const struct yaml_key keys[] = {
		{ .name = "need", .take = take_need_word, .required = true },
		SELECTOR_KEYS,
	};
	struct plan_reader *reader = to;
	struct plan_need *n = add_need(reader, t, item);
	struct selector_reader r = selector_reader(reader, &n->where);

	r.need = n;
	if (item->type != YAML_MAPPING_NODE)
		return read_need(t, item, reader, &n->need);
	return yaml_tree_map(t, item, keys, ARRAY_LEN(keys), &r);
}

static bool take_needs(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_list(t, value, take_need, to);
}

/* ---- expected failures ---- */

static bool take_kernel(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct selector_reader *r = to;
	const char *text = yaml_tree_text(t, value, "a range of kernel versions"), *problem;

	(void)key;
	problem = text ? version_range_problem(text) : NULL;
	if (problem)
		return yaml_tree_error(t, value, "bad range of versions", "'%s': %s; for example \">=6.1 <6.12\"", text,
		                       problem);
	r->expected->kernel = text ? arena_strdup(r->axes.reader->arena, text) : NULL;
	return text;
}

/* A need of the target, whatever the case: so it has no selector of its own. */
static bool take_condition(struct yaml_tree *t, const yaml_node_t *item, void *to)
{
	struct selector_reader *r = to;
	struct plan_need *n = arena_new_object(r->axes.reader->arena, struct plan_need);

	n->answers = arena_new_array(r->axes.reader->arena, const char *, plan_value_targets(r->axes.reader->around));
	n->next = r->expected->needs;
	r->expected->needs = n;
	return read_need(t, item, r->axes.reader, &n->need);
}

static bool take_conditions(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_list(t, value, take_condition, to);
}

static bool take_verdict(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	static const char *const names[] = { "FAIL", "ERROR", NULL };
	struct selector_reader *r = to;
	const char *text = yaml_tree_text(t, value, "a verdict");

	(void)key;
	if (text && !plan_value_is_among(names, text))
		return plan_value_unknown(t, value, "bad verdict", names);
	r->expected->expectation.verdict = text && !strcmp(text, "ERROR") ? VERDICT_ERROR : VERDICT_FAIL;
	return text;
}

static bool take_kind(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	const char *names[MISMATCH_KINDS] = { 0 };           /* without the first: no mismatch */
	struct selector_reader *r = to;
	const char *text = yaml_tree_text(t, value, "a kind of mismatch");

	(void)key;
	for (int k = 1; k < MISMATCH_KINDS; k++) {
		names[k - 1] = mismatch_kind_name[k];
		if (text && !strcmp(text, mismatch_kind_name[k]))
			r->expected->expectation.kind = mismatch_kind_name[k];
	}
	if (text && !r->expected->expectation.kind)
		return plan_value_unknown(t, value, "unknown kind", names);
	return text;
}

static bool take_reason(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct selector_reader *r = to;
	const char *text = yaml_tree_text(t, value, "why it is expected");

	(void)key;
	if (text && text[strcspn(text, "\n\r")])
		return yaml_tree_error(t, value, bad_plan, "want one line here");
	r->expected->expectation.reason = text ? arena_strdup(r->axes.reader->arena, text) : NULL;
	return text;
}

static bool take_expires(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct selector_reader *r = to;
	const char *text = yaml_tree_text(t, value, "a day");

	(void)key;
	if (text && !expectation_is_day(text))
		return yaml_tree_error(t, value, "bad day", "'%s': want YYYY-MM-DD", text);
	r->expected->expectation.expires = text ? arena_strdup(r->axes.reader->arena, text) : NULL;
	return text;
}

static const struct yaml_key expected_keys[] = {
	SELECTOR_KEYS,
	{ .name = "kernel", .take = take_kernel },
	{ .name = "needs", .take = take_conditions },
	{ .name = "verdict", .take = take_verdict, .required = true },
	YAML_NUMBER("line", struct selector_reader, expected, struct plan_expected, expectation.line, 1,
	            LAST_LINE),
	{ .name = "kind", .take = take_kind },
	{ .name = "reason", .take = take_reason, .required = true },
	{ .name = "expires", .take = take_expires, .required = true, .synonyms = "until till end" },
};

static bool take_expected(struct yaml_tree *t, const yaml_node_t *item, void *to)
{
	struct plan_reader *reader = to;
	struct plan_expected *e = arena_new_object(reader->arena, struct plan_expected);
	struct selector_reader r = selector_reader(reader, &e->where);

	r.expected = e;
	e->where.loc = yaml_tree_loc(t, item);
	*reader->spec->last_expected = e;
	reader->spec->last_expected = &e->next;
	return yaml_tree_map(t, item, expected_keys, ARRAY_LEN(expected_keys), &r);
}

static bool take_expect(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_list(t, value, take_expected, to);
}

/* ---- the whole ---- */

static bool take_name(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct plan_reader *reader = to;
	const char *text = yaml_tree_text(t, value, "a name");

	(void)key;
	if (text)
		reader->spec->name = arena_strdup(reader->arena, text);
	return text;
}

static bool take_include(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct plan_reader *reader = to;

	(void)key;
	return take_words(t, value, reader, &reader->spec->include, "the path of a plan");
}

static bool take_paths(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct plan_reader *reader = to;

	(void)key;
	return take_patterns(t, value, reader, &reader->spec->paths);
}

static bool take_exclude(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct plan_reader *reader = to;

	(void)key;
	return take_patterns(t, value, reader, &reader->spec->exclude);
}

/* The target is one that may be played, in the matrix or by -t. */
static bool take_traits_of(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct plan_reader *reader = to;
	const char *target = yaml_tree_text(t, key, "a target");
	const char *file = yaml_tree_text(t, value, "a file of traits");
	struct plan_traits *traits = arena_new_object(reader->arena, struct plan_traits);

	if (target && !plan_target_is_kind(reader->around->targets, target))
		target = plan_value(t, key, AXIS_TARGET, "target", reader);
	if (!target || !file)
		return false;
	file = plan_join(reader->spec->folder, file, reader->arena);
	if (access(file, R_OK) != 0)
		return yaml_tree_error(t, value, "cannot read the traits", "%s: %s", file, strerror(errno));
	traits->target = (struct plan_word){ arena_strdup(reader->arena, target), yaml_tree_loc(t, key) };
	traits->file = (struct plan_word){ file, yaml_tree_loc(t, value) };
	traits->next = reader->spec->traits;
	reader->spec->traits = traits;
	return true;
}

static bool take_traits(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	(void)key;
	return yaml_tree_pairs(t, value, take_traits_of, to);
}

static const struct yaml_key plan_keys[] = {
	{ .name = "name", .take = take_name },
	{ .name = "include", .take = take_include },
	{ .name = "paths", .take = take_paths, .synonyms = OF_PATHS },
	{ .name = "exclude", .take = take_exclude },
	{ .name = "matrix", .take = take_matrix,
	  .synonyms = "target targets profile profiles address addresses defect option options define defines" },
	{ .name = "traits", .take = take_traits },
	{ .name = "needs", .take = take_needs },
	YAML_NUMBER("timeout", struct plan_reader, spec, struct plan_spec, timeout_s, 0, LONGEST_TIMEOUT_S),
	YAML_NUMBER("retries", struct plan_reader, spec, struct plan_spec, retries, 0, MOST_RETRIES),
	{ .name = "expect", .take = take_expect },
};

struct plan_spec *plan_spec_new(struct arena *arena, const char *name, const char *folder)
{
	struct plan_spec *spec = arena_new_object(arena, struct plan_spec);

	*spec = (struct plan_spec){ .name = name, .folder = folder, .timeout_s = -1, .retries = -1 };
	spec->last_exclusion = &spec->exclusions;
	spec->last_need = &spec->needs;
	spec->last_expected = &spec->expected;
	return spec;
}

static const char *folder_of(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/');

	while (!strncmp(path, "./", 2))
		path += 2;
	if (!slash || slash < path)
		return ".";
	return arena_strndup(arena, path, slash == path ? 1 : (size_t)(slash - path));
}

static const char *name_of(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path, *dot = strrchr(base, '.');

	return dot && dot != base ? arena_strndup(arena, base, (size_t)(dot - base)) : base;
}

struct plan_spec *plan_read_text(const char *path, const char *text, size_t length,
                                 const struct plan_surroundings *around, struct arena *arena, struct diags *diags)
{
	struct source *source = arena_new_object(arena, struct source);
	struct plan_reader reader = { around, arena, NULL };
	struct yaml_tree tree;
	bool good;

	*source = (struct source){ arena_strdup(arena, path), arena_strndup(arena, text, length), length };
	reader.spec = plan_spec_new(arena, name_of(source->name, arena), folder_of(source->name, arena));
	if (!strncmp(source->text, "{\"kind\":", 8))
		return diag_error(diags, DIAG_OPTION, (struct loc){ .source = source, 1, 1, 1, 2 }, bad_plan,
		                  "these are results: 'protodrill report FILE' shows them"), NULL;
	good = yaml_tree_load(&tree, source, diags, bad_plan) &&
	       yaml_tree_map(&tree, yaml_tree_root(&tree), plan_keys, ARRAY_LEN(plan_keys), &reader);
	if (good && !reader.spec->paths.count && !reader.spec->include.count)
		good = yaml_tree_error(&tree, yaml_tree_root(&tree), "missing key", "'paths' or 'include'");
	yaml_tree_free(&tree);
	return good ? reader.spec : NULL;
}

struct plan_spec *plan_read(const char *path, struct loc loc, const struct plan_surroundings *around,
                            struct arena *arena, struct diags *diags)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct plan_spec *spec = NULL;
	struct buf text = BUF_INIT;

	if (fd >= 0 && buf_read_fd(&text, fd))
		spec = plan_read_text(path, text.data, text.length, around, arena, diags);
	else
		diag_error(diags, DIAG_FILE, loc, "cannot read the plan", "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	return spec;
}
