/* SPDX-License-Identifier: MIT
 *
 * drill.c - the run of a script: clock, events in order, commands, code, clean-up (language reference,
 * sections 6, 7, 19 to 21)
 */
#include "drill/drill.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "drill/play.h"

static const vtime_t PENDING_PATIENCE = { 1000000000 };

static volatile sig_atomic_t interrupted;

void drill_interrupt(void)
{
	interrupted = 1;
}

vtime_t play_now(struct play *p)
{
	return vtime_sub(p->target->ops->now(p->target), p->record->start);
}

/* ---- verdicts ---- */

static double milliseconds(vtime_t t)
{
	return (double)t.ns / 1e6;
}

static void set_verdict(struct play *p, enum verdict verdict, struct entry *e, const char *reason)
{
	p->record->verdict = verdict;
	p->record->failure = e;
	p->record->verdict_reason = reason;
}

static void collect_disturbance(struct play *p)
{
	struct disturbance *all = &p->record->disturbance, now = { 0 };

	p->target->ops->disturbance(p->target, &now);
	all->worst_wake = vtime_max(all->worst_wake, now.worst_wake);
	all->stolen = vtime_add(all->stolen, now.stolen);
	all->clock_step = vtime_max(all->clock_step, now.clock_step);
	all->lost_packets += now.lost_packets;
}

void play_publish(struct play *p)
{
	struct disturbance *all = &p->record->disturbance;

	if (!p->record->observe)
		return;
	vtime_t began = play_now(p);
	record_publish(p->record);
	all->worst_wake = vtime_max(all->worst_wake, vtime_sub(play_now(p), began));
}

/* Kinds of failure that a stall of the machine can bring about by itself. */
static bool depends_on_time(enum mismatch_kind kind)
{
	return kind == MISMATCH_EARLY || kind == MISMATCH_LATE || kind == MISMATCH_MISSING || kind == MISMATCH_ASSERTION;
}

/* Why a failure of this run cannot be laid at the target's door; NULL if it can. */
static const char *disturbance_reason(struct play *p, enum mismatch_kind kind)
{
	const struct disturbance *d = &p->record->disturbance;
	struct arena *arena = p->record->arena;
	/* What never came was waited for at least 2 s: only a stall of that order can be the reason. */
	vtime_t tolerance = kind == MISMATCH_MISSING ? vtime_s(1) : p->config->tolerance;

	if (p->record->virtual_time || kind == MISMATCH_OTHER || kind == MISMATCH_COMMAND)
		return NULL;
	if (d->lost_packets)
		return arena_printf(arena, "the capture lost %" PRIu64 " packets", d->lost_packets);
	if (vtime_before(tolerance, d->worst_wake))
		return arena_printf(arena, "the machine stalled for %.1f ms (tolerance %.1f ms)", milliseconds(d->worst_wake),
				    milliseconds(tolerance));
	if (vtime_before(tolerance, d->clock_step))
		return arena_printf(arena, "the clock was set by %.1f ms meanwhile", milliseconds(d->clock_step));
	if (depends_on_time(kind) && vtime_before(tolerance, d->stolen))
		return arena_printf(arena, "the host took %.1f ms of processor time away (tolerance %.1f ms)",
				    milliseconds(d->stolen), milliseconds(tolerance));
	return NULL;
}

bool play_fail(struct play *p, struct entry *e, enum mismatch_kind kind, const char *format, ...)
{
	struct arena *arena = p->record->arena;
	va_list args;

	va_start(args, format);
	e->message = arena_vprintf(arena, format, args);
	va_end(args);
	e->status = ENTRY_FAILED;
	e->mismatch_kind = kind;
	collect_disturbance(p);
	const char *disturbed = disturbance_reason(p, kind);
	if (disturbed)
		set_verdict(p, VERDICT_INCONCLUSIVE, e, arena_printf(arena, "line %d: %s: %s", e->line, disturbed, e->message));
	else
		set_verdict(p, VERDICT_FAIL, e, arena_printf(arena, "line %d: %s", e->line, e->message));
	return false;
}

bool play_inconclusive(struct play *p, struct entry *e, vtime_t lateness, vtime_t tolerance)
{
	collect_disturbance(p);
	e->status = ENTRY_FAILED;
	set_verdict(p, VERDICT_INCONCLUSIVE, e,
		    arena_printf(p->record->arena, "the harness was %.1f ms late at line %d (tolerance %.1f ms)",
				 milliseconds(lateness), e->line, milliseconds(tolerance)));
	e->message = p->record->verdict_reason;
	return false;
}

bool play_not_interrupted(struct play *p, struct entry *e)
{
	if (!interrupted)
		return true;
	if (p->record->verdict == VERDICT_PASS)
		set_verdict(p, VERDICT_INCONCLUSIVE, e, "interrupted by a signal");
	return false;
}

/* ---- waiting ---- */

bool play_wait(struct play *p, vtime_t until, unsigned interest, struct observation *out, enum target_event *event)
{
	unsigned wanted = interest | (p->pending ? TARGET_WANT_RETURN : 0);
	vtime_t live_until = vtime_is_never(until) ? until : vtime_add(p->record->start, until);

	for (;;) {
		*event = p->target->ops->wait(p->target, live_until, wanted, out);
		if (!play_not_interrupted(p, NULL))
			return false;
		if (*event == TARGET_RETURN) {
			if (!play_returned(p, out))
				return false;
			if (interest & TARGET_WANT_RETURN)
				return true;
			wanted = interest;
		} else if (*event == TARGET_FAILED) {
			set_verdict(p, VERDICT_ERROR, NULL, arena_strdup(p->record->arena, out->problem));
			return false;
		} else if (*event == TARGET_PACKET || !vtime_before(p->target->ops->now(p->target), live_until) ||
			   (vtime_is_never(until) && p->target->ops->virtual_time)) {
			return true;
		}
	}
}

bool play_wait_for(struct play *p, struct entry *e, const struct due *due, const char *what)
{
	vtime_t ready = play_now(p);
	struct observation ignored;
	enum target_event event;

	e->timed = !due->any;
	e->planned = due->start;
	e->planned_end = due->end;
	if (vtime_before(ready, due->start) && !play_wait(p, due->start, TARGET_WANT_NOTHING, &ignored, &event))
		return false;
	e->actual = play_now(p);
	e->lateness = vtime_max(VTIME_ZERO, vtime_sub(e->actual, vtime_max(due->start, ready)));
	p->record->worst_lateness = vtime_max(p->record->worst_lateness, e->lateness);
	/* What we were late before, and have not made up since, is ours too. */
	vtime_t behind = vtime_max(VTIME_ZERO, vtime_sub(ready, due->start));
	p->own_delay = vtime_add(e->lateness, vtime_min(p->own_delay, behind));
	if (!p->timeline.has_previous || timeline_judge(due, e->actual) == TIME_RIGHT)
		return true;
	if (!p->record->virtual_time && timeline_judge(due, vtime_sub(e->actual, p->own_delay)) != TIME_TOO_LATE)
		return play_inconclusive(p, e, p->own_delay, due->tolerance);

	/* We came late because what went before took so long, not because we overslept. */
	struct buf text = BUF_INIT;
	timeline_explain(&text, e->event, due, e->actual, what);
	record_mismatch(p->record, e, "time", arena_printf(p->record->arena, "%.6f", vtime_to_s(due->start)),
			arena_printf(p->record->arena, "%.6f", vtime_to_s(e->actual)), text.data);
	play_fail(p, e, MISMATCH_LATE, "%s", text.data);
	buf_free(&text);
	return false;
}

/* ---- commands ---- */

/* Run @text; false when it failed or cannot be run here. *reason is NULL if it is to be skipped. */
static bool run_command(struct play *p, const char *text, const char **reason)
{
	struct buf why = BUF_INIT;
	int status = p->target->ops->command(p->target, text, &why);

	*reason = status > 0 ? arena_strdup(p->record->arena, why.data) : NULL;
	if (status < 0 && p->record->verdict == VERDICT_PASS)
		set_verdict(p, VERDICT_SKIP, NULL, arena_strdup(p->record->arena, why.data));
	buf_free(&why);
	return !status;
}

static bool play_command(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_COMMAND, event);
	const char *reason;

	if (!play_wait_for(p, e, due, "command"))
		return false;
	if (run_command(p, event->command->text, &reason))
		return true;
	return reason && play_fail(p, e, MISMATCH_COMMAND, "error executing `%s` command: %s", event->command->text, reason);
}

/* A command outside the events: the init and the clean-up command. */
static bool frame_command(struct play *p, const char *text, const char *what)
{
	const char *reason;

	if (run_command(p, text, &reason))
		return true;
	if (!reason)
		return false;
	const char *message = arena_printf(p->record->arena, "%s: error executing %s: %s", p->script->source.name, what, reason);
	if (p->record->verdict != VERDICT_PASS) {
		p->record->cleanup_message = message;
		return false;
	}
	struct entry *e = record_append(p->record, ENTRY_COMMAND, NULL);
	p->record->old_message = message;
	e->status = ENTRY_FAILED;
	e->mismatch_kind = MISMATCH_COMMAND;
	e->message = arena_printf(p->record->arena, "error executing %s: %s", what, reason);
	set_verdict(p, VERDICT_FAIL, e, e->message);
	return false;
}

/* ---- code ---- */

static bool play_code(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_CODE, event);
	struct flow *flow = p->flows.under_test;

	if (!play_wait_for(p, e, due, "data collection for code"))
		return false;
	if (!flow)
		return play_fail(p, e, MISMATCH_OTHER, "runtime error in code: no socket to use for code");
	struct code_block *block = arena_new_object(p->record->arena, struct code_block);
	const char *problem = p->target->ops->info(p->target, flow->live_fd, &block->info);
	if (problem)
		return play_fail(p, e, MISMATCH_OTHER, "runtime error in code: %s", problem);
	block->line = event->time.loc.line;
	block->text = event->code->text;
	*p->code_last = block;
	p->code_last = &block->next;
	return true;
}

static struct entry *code_entry(struct play *p, int line)
{
	struct entry *found = NULL;

	for (struct entry *e = p->record->first; e; e = e->next)
		if (e->kind == ENTRY_CODE && (!found || e->line == line))
			found = e;
	return found;
}

static void judge_code(struct play *p, const struct code_outcome *outcome)
{
	struct arena *arena = p->record->arena;
	struct entry *e = code_entry(p, outcome->line);

	if (outcome->status == CODE_NOT_RUN) {
		set_verdict(p, VERDICT_SKIP, e, arena_printf(arena, "code needs python3: %s", outcome->construct));
		return;
	}
	p->record->old_message = arena_printf(arena, "%s: error executing code: '%s' %s", p->script->source.name,
					      p->config->code_command, outcome->exit_reason);
	e->statement_at = outcome->statement_at;
	e->statement_length = outcome->statement_length;
	e->statement_corrected = outcome->corrected;
	if (outcome->headline)
		record_mismatch(p->record, e, "assertion", NULL, NULL, outcome->headline);
	if (outcome->status == CODE_NO_MEMORY) {
		set_verdict(p, VERDICT_ERROR, e, arena_printf(arena, "code ran out of memory: %s", outcome->headline));
		return;
	}
	play_fail(p, e, MISMATCH_ASSERTION, "%s", outcome->headline ? outcome->headline : outcome->exit_reason);
}

static void run_code(struct play *p)
{
	struct code_options options = {
		.path = p->script->source.name,
		.command = p->config->code_command,
		.force_python = p->options->force_python,
		.allow_python = p->options->allow_python,
		.verbose = p->config->verbose,
	};
	struct code_outcome outcome = { 0 };

	if (!p->code)
		return;
	code_run(p->code, &options, p->record->arena, &outcome);
	p->record->code_output = arena_strdup(p->record->arena, outcome.output.data);
	p->record->code_errors = arena_strdup(p->record->arena, outcome.errors.data);
	if (outcome.status != CODE_OK)
		judge_code(p, &outcome);
	code_outcome_free(&outcome);
}

/* ---- the run ---- */

/* Lines about the inside of the target get their place among the events by their time. */
static void collect_trace(struct play *p)
{
	const char *text;
	vtime_t at;

	while (p->target->ops->trace && p->target->ops->trace(p->target, &at, &text)) {
		struct entry *e = record_append(p->record, ENTRY_TRACE, NULL);
		e->actual = vtime_sub(at, p->record->start);
		e->message = arena_strdup(p->record->arena, text);
	}
}

static bool play_event(struct play *p, const struct event *event)
{
	struct buf why = BUF_INIT;
	struct due due;

	if (event->kind == EVENT_PACKET)
		return play_packet(p, event);
	if (event->kind == EVENT_CALL)
		return play_call(p, event);
	bool forward = timeline_resolve(&p->timeline, event, play_now(p), &due, &why);
	if (!forward) {
		struct entry *e = record_append(p->record, ENTRY_COMMAND, event);
		play_fail(p, e, MISMATCH_OTHER, "%s", why.data);
	}
	buf_free(&why);
	if (!forward || !(event->kind == EVENT_COMMAND ? play_command(p, event, &due) : play_code(p, event, &due)))
		return false;
	timeline_advance(&p->timeline, event, &due);
	return true;
}

static bool play_events(struct play *p)
{
	struct arena *arena = p->record->arena;
	const struct event *first = p->script->events;

	p->record->start = p->target->ops->start_time(p->target);
	if (first && first->time.kind != TIME_ANY && first->time.start.ns != 0) {
		struct entry *e = record_append(p->record, ENTRY_CALL, first);
		return play_fail(p, e, MISMATCH_OTHER, "first event should be at time 0");
	}
	for (const struct event *event = first; event; event = event->next) {
		bool good = play_event(p, event);
		play_sample(p);
		collect_trace(p);
		play_publish(p);
		if (!good || !play_not_interrupted(p, NULL))
			return false;
	}
	bool idle;
	if (!play_await_return(p, PENDING_PATIENCE, &idle))
		return false;
	if (idle)
		return true;
	p->record->old_message = arena_printf(arena, "%s:%d: runtime error: exiting while a blocking system call is in progress",
					      p->script->source.name, p->pending->spec->loc.line);
	return play_fail(p, p->pending_entry, MISMATCH_LATE,
			 "runtime error: exiting while a blocking system call is in progress");
}

static void start(struct play *p)
{
	p->record->start = p->target->ops->now(p->target);
	p->code_last = &p->code;
	p->flows = (struct flows){ .arena = p->record->arena, .config = p->config };
	p->calls = (struct call_context){ .config = p->config, .record = p->record, .flows = &p->flows };
	p->timeline.config = p->config;
	p->first_remote_port = p->target->ops->remote_port(p->target);
}

static void finish(struct play *p)
{
	p->record->duration = play_now(p);
	collect_trace(p);
	collect_disturbance(p);
	if (p->pending)
		p->record->pending_call = p->pending->arena;
	scratch_free(&p->calls.scratch);
	record_publish(p->record);
}

void drill_play(const struct script *script, struct target *target, const struct drill_options *options,
                struct record *record)
{
	struct play p = {
		.script = script, .config = &script->config, .target = target, .options = options, .record = record
	};
	const struct command_spec *cleanup = script->cleanup;

	start(&p);
	if (!script->init || frame_command(&p, script->init->text, "init command")) {
		bool played = play_events(&p);
		if (played)
			play_drain(&p);
		/* Also after a failure: what the init command set up must not stay behind. */
		bool cleaned = !cleanup || frame_command(&p, cleanup->text, "cleanup command");
		if (played && cleaned)
			run_code(&p);
		play_reset_flows(&p);
	}
	finish(&p);
}
