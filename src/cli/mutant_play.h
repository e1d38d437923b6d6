/* SPDX-License-Identifier: MIT
 *
 * mutant_play.h - plays texts that nobody has in files
 */
#ifndef CLI_MUTANT_PLAY_H
#define CLI_MUTANT_PLAY_H

#include "report/result.h"

enum { MUTANT_TARGETS = 2 };

struct mutant_player {
	const char *targets;                                 /* of `run`, separated by a comma */
	const char *names[MUTANT_TARGETS];                   /* each of them */
	bool coarse[MUTANT_TARGETS];                         /* it is a kernel, whose long timers may be an eighth
	                                                        late */
	size_t target_count;
	const char *profile, *defect, *jobs;                 /* of `run`; NULL: not given */
	bool shared;                                         /* one boot of a kernel serves many scripts */
};

/* Play the @count scripts @texts on each target. The results are in @arena, those of text I from
 * (*out)[I * .target_count] on, in the order of the targets; NULL where there is none. False: the message is on
 * standard error. */
bool mutants_play(const struct mutant_player *player, const struct buf *texts, size_t count, struct arena *arena,
                  const struct result ***out);

#endif
