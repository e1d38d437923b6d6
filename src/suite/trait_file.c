/* SPDX-License-Identifier: MIT
 *
 * trait_file.c - reading and writing files of traits
 */
#include "suite/trait_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "util/yaml_tree.h"

struct reader {
	struct arena *arena;
	struct traits *traits;
	bool has;                                            /* it is below `has`, not below `chose` */
};

static const char bad_file[] = "bad file of traits";

static const char *section_of(const struct trait *trait)
{
	return trait->kind == TRAIT_HAS ? "has" : "chose";
}

static bool take_stack(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	const char *text = yaml_tree_text(t, value, "the name of a stack");
	struct reader *r = to;

	(void)key;
	if (text)
		r->traits->stack = arena_strdup(r->arena, text);
	return text;
}

static bool take_trait(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct reader *r = to;
	const char *name = yaml_tree_text(t, key, "the name of a trait");
	const char *text = name ? yaml_tree_text(t, value, r->has ? "true or false" : "a value") : NULL;
	const struct trait *trait = text ? trait_find(name) : NULL;
	struct buf problem = BUF_INIT;
	bool good = false;

	if (!text)
		return false;
	if (!trait) {
		trait_unknown(name, &problem);
		yaml_tree_error(t, key, "unknown trait", "%s", problem.data);
	} else if (r->has != (trait->kind == TRAIT_HAS)) {
		yaml_tree_error(t, key, bad_file, "'%s' belongs below '%s'", name, section_of(trait));
	} else {
		good = trait_set(r->traits, trait, text, r->arena, &problem);
		if (!good)
			yaml_tree_error(t, value, "bad value", "%s", problem.data);
	}
	buf_free(&problem);
	return good;
}

static bool take_section(struct yaml_tree *t, const yaml_node_t *key, const yaml_node_t *value, void *to)
{
	struct reader *r = to;

	r->has = !strcmp((const char *)key->data.scalar.value, "has");
	return yaml_tree_pairs(t, value, take_trait, r);
}

struct traits *trait_file_parse(const char *path, const char *text, size_t length, struct arena *arena,
                                struct diags *diags)
{
	static const struct yaml_key keys[] = {
		{ .name = "stack", .take = take_stack, .required = true },
		{ .name = "has", .take = take_section, .synonyms = "traits features supports" },
		{ .name = "chose", .take = take_section, .synonyms = "values choices choice chooses" },
	};
	struct source *source = arena_new_object(arena, struct source);
	struct reader r = { .arena = arena, .traits = traits_new(arena) };
	struct yaml_tree tree;

	*source = (struct source){ arena_strdup(arena, path), arena_strndup(arena, text, length), length };
	bool good = yaml_tree_load(&tree, source, diags, bad_file) &&
	            yaml_tree_map(&tree, yaml_tree_root(&tree), keys, ARRAY_LEN(keys), &r);
	yaml_tree_free(&tree);
	return good ? r.traits : NULL;
}

struct traits *trait_file_read(const char *path, struct loc loc, struct arena *arena, struct diags *diags)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct traits *traits = NULL;
	struct buf text = BUF_INIT;

	if (fd >= 0 && buf_read_fd(&text, fd))
		traits = trait_file_parse(path, text.data, text.length, arena, diags);
	else
		diag_error(diags, DIAG_FILE, loc, "cannot read the traits", "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	buf_free(&text);
	return traits;
}

/* In quotes where YAML would take it for something else. */
static void print_text(struct buf *out, const char *text)
{
	buf_puts(out, "\"");
	for (; *text; text++)
		buf_printf(out, "%s%c", *text == '"' || *text == '\\' ? "\\" : "", *text);
	buf_puts(out, "\"");
}

static void print_value(struct buf *out, const struct trait *trait, const char *value)
{
	const size_t start = out->length;

	buf_printf(out, "  %s: ", trait->name);
	if (trait->kind == TRAIT_HAS)
		buf_puts(out, strcmp(value, "0") != 0 ? "true" : "false");
	else if (trait->kind == TRAIT_WORD)
		print_text(out, value);
	else
		buf_puts(out, value);
	buf_printf(out, "%*s# %s\n", out->length - start < 32 ? (int)(32 - (out->length - start)) : 1, "", trait->help);
}

static void print_section(struct buf *out, const struct traits *traits, const char *section)
{
	bool begun = false;

	for (size_t i = 0; i < trait_count; i++) {
		if (!traits->values[i] || strcmp(section_of(&traits_known[i]), section) != 0)
			continue;
		if (!begun)
			buf_printf(out, "%s:\n", section);
		begun = true;
		print_value(out, &traits_known[i], traits->values[i]);
	}
}

void trait_file_print(struct buf *out, const struct traits *traits)
{
	buf_puts(out, "stack: ");
	print_text(out, traits->stack ? traits->stack : "unknown");
	buf_puts(out, "\n");
	print_section(out, traits, "has");
	print_section(out, traits, "chose");
}
