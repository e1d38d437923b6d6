/* SPDX-License-Identifier: MIT
 *
 * mutant.h - a changed copy of a script: is what came of it a finding, and how little of it is needed for that?
 */
#ifndef CLI_MUTANT_H
#define CLI_MUTANT_H

#include "cli/mutant_play.h"
#include "script/mutation.h"

/* On one target a finding is a broken invariant, or a harmless change that had an effect; on two targets, a difference
 * between them. */
struct mutant {
	enum mutation_effect effect;
	const char *what;                                    /* what is changed: "flags" */
	bool milder;                                         /* the same change as in the text before it, with what
	                                                        this target is known to answer */
	struct buf changed, plain;                           /* the script with the change, and without it */
};

/* Append, in words without numbers, what was found, so that findings of one kind read alike. False: nothing was found.
 * @changed and @plain are the results of the targets in their order; some may be NULL. */
bool mutant_cause(struct buf *out, const struct mutant_player *player, const struct mutant *m,
                  const struct result *const *changed, const struct result *const *plain);

/* With what the target is known to answer, does @changed pass, and is nothing answered but that? */
bool mutant_is_known(const struct result *changed);

/* Did all targets come to a verdict on the copy? */
bool mutant_was_played(const struct mutant_player *player, const struct result *const *changed);

/* Did all targets play the script as it was written, so that its changed copies can show anything? */
bool mutant_plain_fits(const struct mutant_player *player, const struct result *const *plain);

/* Append what is left of m->changed when every line is left out without which @cause stays the same. False, and the
 * whole text, when it cannot be played any more. */
bool mutant_shrink(struct buf *out, const struct mutant_player *player, const struct mutant *m, const char *cause);

#endif
