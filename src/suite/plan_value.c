/* SPDX-License-Identifier: MIT
 *
 * plan_value.c - the values of a matrix, as they may stand in a plan
 */
#include "suite/plan_value.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "script/config.h"
#include "util/table.h"

bool plan_value_unknown(struct yaml_tree *t, const yaml_node_t *node, const char *headline, const char *const *names)
{
	const char *value = (const char *)node->data.scalar.value;
	struct guess guess = { .wanted = value };
	struct buf list = BUF_INIT;

	for (size_t i = 0; names[i]; i++) {
		guess_offer(&guess, names[i]);
		buf_printf(&list, "%s%s", i ? ", " : "", names[i]);
	}
	if (guess.nearest)
		yaml_tree_error(t, node, headline, "'%s'; did you mean '%s'? There are %s", value, guess.nearest,
		                list.data);
	else
		yaml_tree_error(t, node, headline, "'%s': there are %s", value, list.data);
	buf_free(&list);
	return false;
}

bool plan_value_is_among(const char *const *names, const char *name)
{
	while (*names && strcmp(*names, name))
		names++;
	return *names;
}

size_t plan_value_targets(const struct plan_surroundings *around)
{
	size_t count = 0;

	while (around->targets[count].name)
		count++;
	return count;
}

const struct plan_target *plan_target_find(const struct plan_target *targets, const char *name)
{
	for (; targets->name; targets++) {
		const size_t length = strlen(targets->name);
		if (!strncmp(targets->name, name, length) &&
		    (name[length] ? name[length] == ':' && targets->takes_text : !targets->needs_text))
			return targets;
	}
	return NULL;
}

bool plan_target_is_kind(const struct plan_target *targets, const char *name)
{
	while (targets->name && strcmp(targets->name, name))
		targets++;
	return targets->name;
}

static const char *const *target_names(const struct plan_reader *reader)
{
	const struct plan_target *targets = reader->around->targets;
	const size_t count = plan_value_targets(reader->around);
	const char **names = arena_new_array(reader->arena, const char *, count + 1);
	for (size_t i = 0; i < count; i++)
		names[i] = targets[i].name;
	return names;
}

const char *plan_join(const char *folder, const char *path, struct arena *arena)
{
	while (!strncmp(path, "./", 2))
		path += 2;
	if (*path == '/' || !strcmp(folder, "."))
		return arena_strdup(arena, path);
	if (!strcmp(path, ".") || !*path)
		return arena_strdup(arena, folder);
	return arena_printf(arena, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", path);
}

/* A file of profiles is looked for beside the plan. NULL with an error. */
static const char *profile_value(struct yaml_tree *t, const yaml_node_t *node, const char *text,
                                 struct plan_reader *reader)
{
	if (!yaml_is_file(text)) {
		bool known = plan_value_is_among(reader->around->profiles, text);
		if (!known)
			plan_value_unknown(t, node, "unknown profile", reader->around->profiles);
		return known ? text : NULL;
	}
	text = plan_join(reader->spec->folder, text, reader->arena);
	if (access(text, R_OK) == 0)
		return text;
	yaml_tree_error(t, node, "cannot read the profile", "%s: %s", text, strerror(errno));
	return NULL;
}

/* Set the option on a configuration that nobody uses: what is wrong with it is told at its place in the plan. */
static bool try_option(struct yaml_tree *t, const yaml_node_t *node, const char *name, const char *value,
                       struct plan_reader *reader)
{
	struct config scratch;

	config_init(&scratch, reader->arena);
	return config_set(&scratch, name, value, "", yaml_tree_loc(t, node), t->diags);
}

static bool option_value(struct yaml_tree *t, const yaml_node_t *node, const char *name, const char *text,
                         struct plan_reader *reader)
{
	const struct config_option *option = config_option_find(name);
	bool on = !strcmp(text, "true");

	if (!option || option->argument)
		return try_option(t, node, name, text, reader);
	if (!on && strcmp(text, "false"))
		return yaml_tree_error(t, node, t->headline, "'%s' for the flag %s: want true or false", text, name);
	return try_option(t, node, name, NULL, reader);
}

/* There are too many to name. */
static bool unknown_defect(struct yaml_tree *t, const yaml_node_t *node, const char *const *defects)
{
	const char *value = (const char *)node->data.scalar.value;
	struct guess guess = { .wanted = value };

	for (; *defects; defects++)
		guess_offer(&guess, *defects);
	if (guess.nearest)
		return yaml_tree_error(t, node, "unknown defect",
		                       "'%s'; did you mean '%s'? There are none and what "
		                       "'protodrill list --defects' names",
		                       value, guess.nearest);
	return yaml_tree_error(t, node, "unknown defect",
	                       "'%s': there are none and what 'protodrill list --defects' names", value);
}

const char *plan_value(struct yaml_tree *t, const yaml_node_t *item, enum plan_axis_kind kind, const char *name,
                       struct plan_reader *reader)
{
	static const char *const addresses[] = { "ipv4", "ipv4-mapped-ipv6", "ipv6", NULL };
	const char *const *defects = reader->around->defects;
	const char *text = yaml_tree_text(t, item, "a value");
	bool good = text;

	if (text && kind == AXIS_PROFILE)
		return profile_value(t, item, text, reader);
	if (text && kind == AXIS_TARGET)
		good = plan_target_find(reader->around->targets, text) ||
		       plan_value_unknown(t, item, "unknown target", target_names(reader));
	if (text && kind == AXIS_ADDRESS)
		good = plan_value_is_among(addresses, text) ||
		       plan_value_unknown(t, item, "unknown address variant", addresses);
	if (text && kind == AXIS_DEFECT)
		good = !strcmp(text, "none") || plan_value_is_among(defects, text) || unknown_defect(t, item, defects);
	if (text && kind == AXIS_OPTION)
		good = option_value(t, item, name, text, reader);
	return good ? text : NULL;
}
