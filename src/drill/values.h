/* SPDX-License-Identifier: MIT
 *
 * values.h - the values of names while a script is played (script/names.h)
 *
 * An event with names in it is played as a copy with the values in their places, so nothing else in the drill knows of
 * names. A name that is to get a value leaves its place open in the copy, and the value is read from what was observed
 * once the event has passed.
 */
#ifndef DRILL_VALUES_H
#define DRILL_VALUES_H

#include "drill/play.h"

/* @event with values in the places of names, for this moment: itself if there are no names in it, else a copy in the
 * record's arena whose .names are those that take a value. NULL when it cannot be played: the run has failed. */
const struct event *values_in(struct play *p, const struct event *event);

/* The names of @event take their values from @observed, which has the numbers of the script. */
void values_of_packet(struct play *p, const struct event *event, const struct packet *observed);
/* Likewise from the call @r of @event, which returned @result. */
void values_of_call(struct play *p, const struct event *event, const struct running_call *r,
                    const struct call_result *result);

/* The value of @name so far; @user is the play. False: it has none. */
bool values_observed(const void *user, const char *name, int64_t *number);
/* Give @name a value, in line @line of the script. */
void values_give(struct play *p, const char *name, int64_t number, int line);

/* @e has failed: the explanation shows the values of its names. */
void values_explain(struct play *p, struct entry *e);

#endif
