/* SPDX-License-Identifier: MIT
 *
 * plan_spec.h - what a plan's file says, before anything is looked for or multiplied
 *
 * For the modules that make plans. Everything lives in the arena given to plan_read(), places point into sources there.
 */
#ifndef SUITE_PLAN_SPEC_H
#define SUITE_PLAN_SPEC_H

#include "suite/plan.h"

struct plan_word {
	const char *text;
	struct loc loc;
};

struct plan_words {
	struct plan_word *list;
	size_t count;
};

enum plan_axis_kind { AXIS_TARGET, AXIS_PROFILE, AXIS_ADDRESS, AXIS_DEFECT, AXIS_OPTION, AXIS_DEFINE };

/* One direction of the matrix, and its values. In a selector: the values that fit. */
struct plan_axis {
	enum plan_axis_kind kind;
	const char *name;                                    /* of the option or definition; else the key */
	struct plan_words values;
};

struct plan_axes {
	struct plan_axis *list;
	size_t count;
};

/* Which cases something is about: all that fit everything it names. */
struct plan_selector {
	struct loc loc;
	struct plan_words paths;                             /* patterns below the plan's folder; none: all */
	struct plan_axes axes;
	bool used;                                           /* it fits some case of the plan */
};

struct plan_exclusion {
	struct plan_selector where;
	struct plan_exclusion *next;
};

struct plan_need {
	struct plan_selector where;
	struct need need;
	const char **answers;                                /* of each target, when it was asked; else NULL */
	struct plan_need *next;
};

struct plan_expected {
	struct plan_selector where;
	const char *kernel;                                  /* a range of versions; NULL: any target */
	struct plan_need *needs;                             /* that its target must meet; without .where */
	struct plan_expectation expectation;
	struct plan_expected *next;
};

/* The file of traits of a target. */
struct plan_traits {
	struct plan_word target, file;                       /* the file as seen from the current folder */
	bool used;                                           /* some case of the plan is for this target */
	struct plan_traits *next;
};

struct plan_spec {
	const char *name, *folder;                           /* where it is; "." for the current one */
	struct plan_words include, paths, exclude;
	struct plan_axes matrix;
	struct plan_exclusion *exclusions, **last_exclusion;
	struct plan_need *needs, **last_need;
	struct plan_expected *expected, **last_expected;
	struct plan_traits *traits;
	int timeout_s, retries;                              /* -1: not said */
	struct plan_spec *next;
};

/* Read @path. NULL with errors in @diags, all of them. @loc: where it is named. */
struct plan_spec *plan_read(const char *path, struct loc loc, const struct plan_surroundings *around,
                            struct arena *arena, struct diags *diags);
/* The same from a text; @path is for messages and tells the folder. */
struct plan_spec *plan_read_text(const char *path, const char *text, size_t length,
                                 const struct plan_surroundings *around, struct arena *arena, struct diags *diags);

/* An empty one. */
struct plan_spec *plan_spec_new(struct arena *arena, const char *name, const char *folder);
void plan_words_add(struct plan_words *words, const char *text, struct loc loc, struct arena *arena);
struct plan_axis *plan_axes_add(struct plan_axes *axes, enum plan_axis_kind kind, const char *name,
                                struct arena *arena);

#endif
