/* SPDX-License-Identifier: MIT
 *
 * settle.c - the rounds of a corrected script
 */
#include "suite/settle.h"

#include <string.h>
#include <time.h>

#include "report/observed/observed.h"
#include "suite/player.h"

/* In virtual time the worker has the time limit of the case, which a report must not use up. */
enum { ROUNDS_A_LINE = 4, MOST_ROUNDS = 1000, LIVE_ROUNDS = 8, MOST_SECONDS = 10, TIMEOUT_PARTS = 4 };

static void correct(const struct record *record, const void *user, struct attempt_output *out)
{
	observed_correct(&out->out, record, user);
}

/* As the lines of the corrected script have it, since there loops are unrolled. */
static int most_rounds(const struct attempt_plan *plan, const struct buf *text)
{
	int lines = 1;

	if (!plan->virtual_time)
		return LIVE_ROUNDS;
	for (size_t i = 0; i < text->length && lines < MOST_ROUNDS / ROUNDS_A_LINE; i++)
		lines += text->data[i] == '\n';
	return lines * ROUNDS_A_LINE;
}

/* Reads and checks the corrected script; NULL if it cannot be played. Then *doubt says why, and *refused is the script
 * without the refused correction: a call that fails now may have made a descriptor. */
static struct script *read_script(const struct settle_plan *plan, const struct buf *text, struct buf *doubt,
                                  struct buf *refused)
{
	const struct source *original = &plan->attempt->script->source;
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_parse(original->name, text->data, text->length, plan->apply, plan->user, &diags);
	bool read = !diags.errors, good = read && script_check(script, &diags);
	if (!good && diags.first)
		buf_printf(doubt, "it cannot be played: line %d: %s", diags.first->loc.line, diags.first->headline);
	if (read && !good)
		observed_refuse(refused, script, &diags, original);
	diags_free(&diags);
	if (good && plan->prepare)
		plan->prepare(script, plan->user);
	if (good)
		return script;
	script_free(script);
	return NULL;
}

/* Take @next for @text; true if that changes anything. */
static bool take(struct buf *text, const struct buf *next)
{
	const bool same = text->length == next->length && !memcmp(text->data, next->data, next->length);
	const bool changed = next->length && !same;

	if (changed) {
		buf_clear(text);
		buf_add(text, next->data, next->length);
	}
	return changed;
}

/* Play @text once; it is corrected in place. True if there may be more to correct. */
static bool play_round(const struct settle_plan *plan, struct buf *text, struct buf *doubt, int *signal)
{
	struct buf refused = BUF_INIT;
	buf_clear(doubt);
	struct script *script = read_script(plan, text, doubt, &refused);
	struct attempt_plan attempt = *plan->attempt;
	struct attempt answer = ATTEMPT_INIT;
	bool more = false;

	if (!script) {
		more = take(text, &refused);
		buf_free(&refused);
		return more;
	}
	attempt.script = script;
	attempt.render = correct;
	attempt.user = &plan->attempt->script->source;
	attempt.observe = NULL;
	attempt.expectation = NULL;                          /* of a failure, which is corrected */
	if (attempt.virtual_time)
		player_play(&attempt, &answer);
	else
		attempt_settle(&attempt, &answer);
	*signal = answer.signal;
	if (answer.signal) {
		buf_puts(doubt, "interrupted: it is unverified");
	} else if (answer.verdict != VERDICT_PASS) {
		buf_printf(doubt, "it does not pass yet: %s: %s", verdict_name[answer.verdict], answer.reason.data);
		more = (answer.verdict == VERDICT_FAIL || answer.verdict == VERDICT_ERROR) &&
		       take(text, &answer.output.out);
	}
	attempt_free(&answer);
	script_free(script);
	return more;
}

static bool is_over(const struct attempt_plan *plan, const struct timespec *began)
{
	int seconds = MOST_SECONDS;
	struct timespec now;

	if (plan->timeout_s && plan->timeout_s / TIMEOUT_PARTS < seconds)
		seconds = plan->timeout_s / TIMEOUT_PARTS;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return plan->virtual_time && now.tv_sec - began->tv_sec > seconds;
}

int settle_observed(const struct settle_plan *plan, const struct buf *first, struct buf *out)
{
	struct buf text = BUF_INIT, doubt = BUF_INIT;
	int left = most_rounds(plan->attempt, first), signal = 0;
	struct timespec began;

	clock_gettime(CLOCK_MONOTONIC, &began);
	buf_add(&text, first->data, first->length);
	while (play_round(plan, &text, &doubt, &signal) && --left > 0 && !is_over(plan->attempt, &began))
		;
	for (char *c = doubt.data; *c; c++)
		if (*c == '\n')
			*c = ' ';
	observed_whole(out, &text, plan->name, &plan->attempt->script->source, doubt.length ? doubt.data : NULL);
	buf_free(&text);
	buf_free(&doubt);
	return signal;
}
