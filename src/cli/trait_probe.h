/* SPDX-License-Identifier: MIT
 *
 * trait_probe.h - the scripts that ask a stack for its traits from the outside
 *
 * A probe is a short script and a rule how to read its result: whether it passed, or a time or an octet in it. No probe
 * knows a target; what can be seen is all that it goes by. Where timers of a stack tick, one script says little: those
 * about long timers are played several times, each a little later on the stack's clock.
 */
#ifndef CLI_TRAIT_PROBE_H
#define CLI_TRAIT_PROBE_H

#include "report/result.h"
#include "script/trait.h"

enum trait_measure {
	MEASURE_PASSED,                                      /* 1 if it passed */
	MEASURE_PAUSE,                                       /* seconds before the last packet that was expected */
	MEASURE_WAIT,                                        /* the longest of the waits with which it passed */
	MEASURE_FIRST,                                       /* the number, from 1, of the first play that passed */
	MEASURE_TTL, MEASURE_QUOTE, MEASURE_WINDOW, MEASURE_MSS, /* of the last packet that was expected */
	MEASURE_OPTIONS,                                     /* the same, as a word */
	MEASURE_COUNT,                                       /* how often the line that fails in the end came true */
	MEASURE_FLIGHT,                                      /* octets that were expected, in thousands */
};

struct trait_probe {
	const char *trait;
	enum trait_measure measure;
	const char *script;                                  /* without its first line, which chooses the version of
	                                                        IP */
	int plays;                                           /* how many, each PROBE_STEP_MS later, with another wait,
	                                                        or with another COUNT; 0: one */
};

enum { PROBE_STEP_MS = 50, PROBE_WORD = 160 };

/* What one play yields. */
struct trait_reading {
	double number;
	char word[PROBE_WORD];                               /* MEASURE_OPTIONS */
};

extern const struct trait_probe trait_probes[];
extern const size_t trait_probe_count;

/* The script of play number @play (from 0) of @probe. */
void trait_probe_script(const struct trait_probe *probe, int play, struct buf *out);

/* Read @result, of play number @play of @probe. False: it says nothing. */
bool trait_probe_read(const struct trait_probe *probe, int play, const struct result *result,
                      struct trait_reading *out);

/* Set in @traits what follows from @readings, one for each of those plays, @count of them, that said something. */
void trait_probe_conclude(const struct trait_probe *probe, const struct trait_reading *readings, size_t count,
                          struct traits *traits, struct arena *arena);

#endif
