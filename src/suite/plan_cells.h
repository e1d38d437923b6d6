/* SPDX-License-Identifier: MIT
 *
 * plan_cells.h - the scripts of a plan, and the cells of its matrix
 *
 * For the modules that make plans.
 */
#ifndef SUITE_PLAN_CELLS_H
#define SUITE_PLAN_CELLS_H

#include "suite/discover.h"
#include "suite/plan_spec.h"

/* A combination of the matrix: for each axis a value, NULL where it has no meaning. */
struct plan_cell {
	const struct plan_target *target;
	const struct plan_axes *axes;
	const char **values;
	bool asked_for;                                      /* by the command line */
	const char *variant;                                 /* "" or "@kernel/ipv6" */
	const struct setting *settings;
	size_t setting_count;
	struct plan_cell *next;
};

/* A plan, its scripts and its cells. Free .files with discover_free(). */
struct plan_part {
	struct plan_spec *spec;
	struct script_paths files;
	struct plan_axes axes;                               /* those of the matrix; the first is the target */
	struct plan_cell *cells, **last_cell;
	struct plan_part *next;
};

/* Fill part->files: each script once, however many of the plan's paths it fits. False with errors in @diags. */
bool plan_files_find(struct plan_part *part, struct arena *arena, struct diags *diags);
/* @path as patterns of a plan in @folder see it. */
const char *plan_files_relative(const char *path, const char *folder);
bool plan_files_fit(const struct plan_words *patterns, const char *relative);

/* Fill part->cells. False with an error in @diags: there are too many. */
bool plan_cells_make(struct plan_part *part, const struct plan_request *request, const struct plan_surroundings *around,
                     struct arena *arena, struct diags *diags);
/* Set .variant and .settings of all cells of all @parts: a name tells what differs between them. */
void plan_cells_name(struct plan_part *parts, struct arena *arena);
/* What is printed in lines, and put between tabs, has neither. */
void plan_cells_replace_blanks(struct buf *text);
/* NULL: the cell has none. */
const char *plan_cell_value(const struct plan_cell *cell, enum plan_axis_kind kind, const char *name);

#endif
