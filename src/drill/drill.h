/* SPDX-License-Identifier: MIT
 *
 * drill.h - plays one script against one target and records what happened
 */
#ifndef DRILL_DRILL_H
#define DRILL_DRILL_H

#include "drill/record.h"

struct drill_options {
	bool force_python;                                   /* never evaluate code blocks natively */
	/* python3 may be started for what the evaluator does not know */
	bool allow_python;
	bool show_printed;                                   /* what code blocks print, also before a failure */
	bool sample;                                         /* fill record.samples */
};

/* Play @script (checked without errors) against @target, which stays open. Fills @record up to its verdict:
 * PASS, FAIL, SKIP, or INCONCLUSIVE when the harness or the machine was later than the tolerance. Runs the
 * clean-up command in every case that the language asks for; also when the run ends early because
 * interrupt_ask() was called (util/interrupt.h). */
void drill_play(const struct script *script, struct target *target, const struct drill_options *options,
                struct record *record);

#endif
