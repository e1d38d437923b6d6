/* SPDX-License-Identifier: MIT
 *
 * plan_value.h - the values of a matrix, as they may stand in a plan
 *
 * For the modules that make plans.
 */
#ifndef SUITE_PLAN_VALUE_H
#define SUITE_PLAN_VALUE_H

#include "suite/plan_spec.h"
#include "util/yaml_tree.h"

struct plan_reader {
	const struct plan_surroundings *around;
	struct arena *arena;
	struct plan_spec *spec;                              /* what is read */
};

/* The value of @item on an axis; @name is that of the option or definition. Profiles in files are found from the plan's
 * folder. NULL with an error. */
const char *plan_value(struct yaml_tree *t, const yaml_node_t *item, enum plan_axis_kind kind, const char *name,
                       struct plan_reader *reader);

/* For words out of a list that ends with NULL. */
bool plan_value_is_among(const char *const *names, const char *name);
/* An error with @headline that names those that there are, and the nearest one. Always false. */
bool plan_value_unknown(struct yaml_tree *t, const yaml_node_t *node, const char *headline, const char *const *names);

/* @path as seen from the current folder, when it is written in a file of @folder. */
const char *plan_join(const char *folder, const char *path, struct arena *arena);
size_t plan_value_targets(const struct plan_surroundings *around);       /* how many there are */

#endif
