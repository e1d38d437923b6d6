/* SPDX-License-Identifier: MIT
 *
 * settle.c - the rounds of a corrected script
 */
#include "suite/settle.h"

#include <string.h>

#include "report/observed.h"
#include "suite/player.h"

enum { ROUNDS_A_LINE = 4, MOST_ROUNDS = 1000, LIVE_ROUNDS = 8 };

static void correct(const struct record *record, const void *user, struct attempt_output *out)
{
	observed_correct(&out->out, record, user);
}

static int most_rounds(const struct attempt_plan *plan)
{
	const struct source *source = &plan->script->source;
	int lines = 1;

	if (!plan->virtual_time)
		return LIVE_ROUNDS;
	for (size_t i = 0; i < source->length && lines < MOST_ROUNDS / ROUNDS_A_LINE; i++)
		lines += source->text[i] == '\n';
	return lines * ROUNDS_A_LINE;
}

/* The corrected script, checked; NULL with *doubt if it cannot be played. */
static struct script *read_script(const struct settle_plan *plan, const struct buf *text, struct buf *doubt)
{
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_parse(plan->attempt->script->source.name, text->data, text->length, plan->apply,
	                                     plan->user, &diags);
	bool good = !diags.errors && script_check(script, &diags);
	if (!good && diags.first)
		buf_printf(doubt, "it cannot be played: line %d: %s", diags.first->loc.line, diags.first->headline);
	diags_free(&diags);
	if (good)
		return script;
	script_free(script);
	return NULL;
}

/* Play @text once; it is corrected in place. True if there may be more to correct. */
static bool play_round(const struct settle_plan *plan, struct buf *text, struct buf *doubt)
{
	buf_clear(doubt);
	struct script *script = read_script(plan, text, doubt);
	struct attempt_plan attempt = *plan->attempt;
	struct attempt answer = ATTEMPT_INIT;
	bool more = false;

	if (!script)
		return false;
	attempt.script = script;
	attempt.render = correct;
	attempt.user = &plan->attempt->script->source;
	attempt.observe = NULL;
	attempt.expectation = NULL;                          /* of a failure, which is corrected */
	if (attempt.virtual_time)
		player_play(&attempt, &answer);
	else
		attempt_settle(&attempt, &answer);
	if (answer.signal) {
		buf_puts(doubt, "interrupted: it is unverified");
	} else if (answer.verdict != VERDICT_PASS) {
		buf_printf(doubt, "it does not pass yet: %s: %s", verdict_name[answer.verdict], answer.reason.data);
		more = answer.verdict == VERDICT_FAIL &&
		       (answer.output.out.length != text->length ||
		        memcmp(answer.output.out.data, text->data, text->length) != 0);
	}
	if (more) {
		buf_clear(text);
		buf_add(text, answer.output.out.data, answer.output.out.length);
	}
	attempt_free(&answer);
	script_free(script);
	return more;
}

void settle_observed(const struct settle_plan *plan, const struct buf *first, struct buf *out)
{
	struct buf text = BUF_INIT, doubt = BUF_INIT;
	int left = most_rounds(plan->attempt);

	buf_add(&text, first->data, first->length);
	while (play_round(plan, &text, &doubt) && --left > 0)
		;
	for (char *c = doubt.data; *c; c++)
		if (*c == '\n')
			*c = ' ';
	observed_whole(out, &text, plan->name, &plan->attempt->script->source, doubt.length ? doubt.data : NULL);
	buf_free(&text);
	buf_free(&doubt);
}
