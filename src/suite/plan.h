/* SPDX-License-Identifier: MIT
 *
 * plan.h - plans: which scripts, in which variants, with what to expect
 *
 * A plan is a YAML file (docs/protodrill-plan.5 describes it), or just the paths of a command line.
 */
#ifndef SUITE_PLAN_H
#define SUITE_PLAN_H

#include "suite/case.h"
#include "suite/needs.h"
#include "util/diag.h"

struct plan_target {
	const char *name;
	bool virtual_time;                                   /* takes profiles and defects, has no kernel */
	needs_has_function *has;
	bool takes_text, needs_text;                         /* NAME:TEXT is one of it, and NAME alone is none */
	/* A target that boots kernels: the kernel that @name boots, from @arena; NULL where there is none. NULL: it
	 * boots none. */
	const void *(*kernel_of)(const char *name, struct arena *arena);
	/* As far as it can be told without booting. */
	needs_kernel_function *kernel_has;
	const char *stands_for;                              /* it plays what is for this target, too; NULL: none */
	const void *kernel;                                  /* what kernel_of() said, where plans are made */
};

/* What there is, and what day it is. */
struct plan_surroundings {
	const struct plan_target *targets;                   /* the default first; ends with name NULL */
	const char *const *profiles, *const *defects;        /* names; end with NULL */
	const char *release;                                 /* of the kernel: "6.1.7-amd64" */
};

struct plan_request {
	const char *const *plans;                            /* files; ends with NULL */
	const char *const *paths;                            /* without plans: scripts and folders to play; else:
	                                                        nothing but these of the plans' scripts, if there are
	                                                        any. Ends with NULL. */
	const char *const *definitions;                      /* of the command line, "MSS=1400": part of every name,
	                                                        as those of a plan. Ends with NULL, or is NULL */
	/* Files of traits: FILE for all targets, or TARGET=FILE. They win over those of plans, and of several the last.
	 * Ends with NULL, or is NULL. */
	const char *const *traits;
	const char *const *targets, *const *profiles;        /* of the command line, known ones; each ends with NULL, or
	                                                        is NULL. Where a plan says nothing: the values; else:
	                                                        only these */
};

/* The row of @targets that @name is one of; NULL: none. */
const struct plan_target *plan_target_find(const struct plan_target *targets, const char *name);

/* Is @name that of a row, whether or not a target can be called so by itself? */
bool plan_target_is_kind(const struct plan_target *targets, const char *name);

/* Make the plan. False with errors in @diags, all of them; no case at all is one. suite_plan_free() is due in any
 * case. */
bool suite_plan_make(const struct plan_request *request, const struct plan_surroundings *around, struct suite_plan *out,
                     struct diags *diags);
void suite_plan_free(struct suite_plan *plan);

#endif
