/* SPDX-License-Identifier: MIT
 *
 * drill.c - the run of a script: clock, events in order, commands, code, clean-up (language
 * reference, sections 6, 7, 19 to 21)
 *
 * What a run is. A script is a list of events in the order in which they are to happen. The drill goes through that
 * list once, with one target, and writes what happened into a record. It decides the verdict, and nothing else: it
 * prints nothing, and knows neither reports nor what kind of target it has.
 *
 * The rules:
 *
 * - One event after the other. The next one begins only when the one before it is over: a packet has been injected or
 *   has come, a call has returned. The single exception is a call that the script marks as waiting (TIME...END): it
 *   is over when it sleeps, and its return is judged whenever it comes (play_wait.c).
 * - Time is the target's. Script time 0 is an instant that the target chooses, and every time in the record is
 *   counted from there. So the same code plays in real and in virtual time.
 * - The first failure ends the run, since everything behind it would be a consequence. What ends it is an entry of
 *   the record with a kind, the wording of the original tool, and a verdict: FAIL where the target is to blame,
 *   INCONCLUSIVE where the machine or the harness was too slow, ERROR where the harness lacks something, SKIP where
 *   the target cannot do what the script asks.
 * - Everything that was set up is taken down, whatever the verdict: the clean-up command runs, sockets are closed,
 *   and connections that are still open get a reset, so that the next script finds nothing left.
 * - Code blocks only collect what they need when their time comes. They are evaluated at the end of the run, as in
 *   the original: a script may print after its last packet, and a failing assertion never hides a packet.
 *
 * How it is divided. play.h declares the services that everything uses (play.c), waiting (play_wait.c) and what came
 * back from a call (drill_return.c). Above these there is one file for each kind of event, which do not use each other.
 * This file uses them all, and none of them uses it.
 *
 * What it leaves out: reading and checking scripts (src/script), comparing two packets (match.c),
 * names of numbers (flow.c, translate.c), repeating inconclusive runs and bounding the time of one
 * (src/suite).
 */
#include "drill/drill.h"

#include <inttypes.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "drill/play.h"
#include "drill/values.h"
#include "drill/signing.h"

/* ---- commands ---- */

/* Run @command; false when it failed or cannot be run here. *reason is NULL if it is to be skipped. */
static bool run_command(struct play *p, const struct command_spec *command, const char **reason)
{
	const char *text = command->meant ? command->meant : command->text;
	struct buf why = BUF_INIT;
	int status = p->target->ops->command(p->target, text, &why);

	*reason = status > 0 ? arena_strdup(p->record->arena, why.data) : NULL;
	if (status < 0 && p->record->verdict == VERDICT_PASS)
		play_set_verdict(p, VERDICT_SKIP, NULL, arena_strdup(p->record->arena, why.data));
	buf_free(&why);
	return !status;
}

/* The time that a command takes is the target's: it may well configure the stack for a second. */
static bool play_command(struct play *p, const struct event *event, const struct due *due)
{
	struct entry *e = record_append(p->record, ENTRY_COMMAND, event);
	const char *reason;

	if (!play_wait_for(p, e, due, "command"))
		return false;
	bool done = run_command(p, event->command, &reason);
	p->reached = play_now(p);
	if (done)
		return true;
	return reason &&
	       play_fail(p, e, MISMATCH_COMMAND, "error executing `%s` command: %s", event->command->text, reason);
}

/* A command outside the events: the init and the clean-up command. */
static bool frame_command(struct play *p, const struct command_spec *command, const char *what)
{
	const char *reason;

	if (run_command(p, command, &reason))
		return true;
	if (!reason)
		return false;
	const char *message = arena_printf(p->record->arena, "%s: error executing %s: %s", p->script->source.name, what,
	                                   reason);
	if (p->record->verdict != VERDICT_PASS) {
		p->record->cleanup_message = message;
		return false;
	}
	struct entry *e = record_append(p->record, ENTRY_COMMAND, NULL);
	const size_t first = strcspn(command->text, "\n");       /* line of it */
	p->record->old_message = message;
	e->line = command->loc.line;
	e->mismatch_kind = MISMATCH_COMMAND;
	e->message = arena_printf(p->record->arena, "error executing %s: %s: `%.*s%s`", what, reason, (int)first,
	                          command->text, command->text[first] ? " ..." : "");
	play_set_failure(p, e, "");
	return false;
}

/* ---- code ---- */

/* A block sees the variables as they are now. It runs later, with what is collected here. */
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
	if (problem && play_skip(p, e, "variables of a connection"))
		return false;
	if (problem)
		return play_fail(p, e, MISMATCH_BASIS, "runtime error in code: %s", problem);
	block->line = event->time.loc.line;
	block->text = event->code->text;
	block->user = e;
	*p->code_last = block;
	p->code_last = &block->next;
	return true;
}

/* Where it is not known which block failed, the first one of the line stands for it, or the first of all. */
static struct entry *code_entry(struct play *p, const struct code_outcome *outcome)
{
	struct entry *found = NULL;

	if (outcome->block)
		return outcome->block->user;
	for (struct entry *e = p->record->first; e; e = e->next)
		if (e->kind == ENTRY_CODE && (!found || e->line == outcome->line))
			found = e;
	return found;
}

/* The failed statement on one line, or NULL. */
static const char *statement_text(struct arena *arena, const struct entry *e)
{
	if (!e->statement_length)
		return NULL;
	char *text = arena_strndup(arena, e->event->code->text + e->statement_at, e->statement_length);
	for (char *p = text; *p; p++)
		*p = strchr("\t\r\n", *p) ? ' ' : *p;
	return text;
}

static void judge_code(struct play *p, const struct code_outcome *outcome)
{
	struct arena *arena = p->record->arena;
	struct entry *e = code_entry(p, outcome);

	if (outcome->status == CODE_NO_PYTHON) {
		const char *why = outcome->construct ? outcome->construct : "--python";

		play_set_verdict(p, VERDICT_SKIP, e,
		                 arena_printf(arena, "a code block needs python3, which is not here: %s", why));
		return;
	}
	if (outcome->status == CODE_NOT_RUN) {
		play_set_verdict(
		        p, VERDICT_SKIP, e,
		        arena_printf(arena, "a code block needs python3: %s; --python runs it", outcome->construct));
		return;
	}
	p->record->old_message = arena_printf(arena, "%s: error executing code: '%s' %s", p->script->source.name,
					      p->config->code_command, outcome->exit_reason);
	e->statement_at = outcome->statement_at;
	e->statement_length = outcome->statement_length;
	e->statement_corrected = outcome->corrected;
	if (outcome->headline)
		record_mismatch(p->record, e, "assertion", statement_text(arena, e), outcome->values,
		                outcome->headline);
	/* The line that failed, or that of the block if the line is not known. */
	if (outcome->headline && outcome->line) {
		struct loc at = e->event->code->loc;
		at.line += outcome->line_of_block;
		e->line = event_line(e->event, &at);
	}
	if (outcome->status == CODE_NO_ANSWER) {
		play_set_verdict(p, VERDICT_ERROR, e, arena_printf(arena, "code: '%s' %s", p->config->code_command,
		                                                   outcome->exit_reason));
		return;
	}
	if (outcome->status == CODE_WRONG) {
		play_set_verdict(p, VERDICT_ERROR, e, arena_printf(arena, "line %d: bad code block: %s", e->line,
		                                                   outcome->headline));
		return;
	}
	if (outcome->status == CODE_NO_MEMORY) {
		play_set_verdict(p, VERDICT_ERROR, e,
		                 arena_printf(arena, "code ran out of memory: %s", outcome->headline));
		return;
	}
	play_fail(p, e, MISMATCH_ASSERTION, "%s", outcome->headline ? outcome->headline : outcome->exit_reason);
}

/* Blocks share their names, so they run in one go and in their order. */
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

/* The output of blocks before the failure may help to explain it. They no longer decide anything, so python3 is not
 * started for them. */
static void show_printed(struct play *p)
{
	const struct code_options options = { .path = p->script->source.name, .command = p->config->code_command };
	struct code_outcome outcome = { 0 };

	if (!p->code)
		return;
	code_run(p->code, &options, p->record->arena, &outcome);
	if (outcome.native && outcome.output.length)
		p->record->code_output = arena_strdup(p->record->arena, outcome.output.data);
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

/* Lines of literal bytes have players of their own: they need no socket, and nothing in them is
 * translated. */
static bool play_packet(struct play *p, const struct event *event)
{
	static bool (*const players[2][2])(struct play *, const struct event *, const struct due *) = {
		{ play_outbound, play_inbound },
		{ play_raw_outbound, play_raw_inbound },
	};
	bool inbound = event->packet->direction == DIRECTION_INBOUND;
	struct buf why = BUF_INIT;
	struct due due;

	bool forward = play_resolve(p, event, &due, &why);
	if (!forward)
		play_fail(p, record_append(p->record, inbound ? ENTRY_INBOUND : ENTRY_OUTBOUND, event), MISMATCH_OTHER,
		          "%s", why.data);
	buf_free(&why);
	if (!forward)
		return false;
	if (event->scripted->nothing)
		return play_nothing(p, event, &due) && (timeline_advance(&p->timeline, event, &due), true);
	bool comes = true;
	if (event->scripted->optional && !play_may_come(p, event, &due, &comes))
		return false;
	if (!comes)
		return true;
	bool (*player)(struct play *, const struct event *, const struct due *) =
	        players[event->scripted->raw != NULL][inbound];
	if (event->scripted->membership && !inbound)
		player = play_membership;
	else if (event->scripted->stream)
		player = play_stream;
	else if (event->scripted->fragment && !inbound)
		player = play_fragments;
	if (!player(p, event, &due))
		return false;
	timeline_advance(&p->timeline, event, &due);
	return true;
}

static bool play_one(struct play *p, const struct event *event)
{
	static bool (*const players[])(struct play *, const struct event *, const struct due *) = {
		[EVENT_COMMAND] = play_command, [EVENT_CODE] = play_code, [EVENT_LET] = play_let,
	};
	struct buf why = BUF_INIT;
	struct due due;

	if (event->kind == EVENT_PACKET)
		return play_packet(p, event);
	if (event->kind == EVENT_CALL)
		return play_call(p, event);
	bool forward = play_resolve(p, event, &due, &why);
	if (!forward) {
		struct entry *e = record_append(p->record, ENTRY_COMMAND, event);
		play_fail(p, e, MISMATCH_OTHER, "%s", why.data);
	}
	buf_free(&why);
	if (!forward || !players[event->kind](p, event, &due))
		return false;
	timeline_advance(&p->timeline, event, &due);
	return true;
}

static bool play_event(struct play *p, const struct event *event)
{
	p->written = event;
	event = values_in(p, event);
	bool good = event && play_one(p, event);
	if (!good && p->record->failure && p->record->failure->event == event)
		values_explain(p, p->record->failure);
	return good;
}

/* After each event come the observers: samples for plots, the trace of the stack, a user who watches. They take time,
 * so times are not counted from when they are done. */
static bool play_events(struct play *p)
{
	struct arena *arena = p->record->arena;
	const struct event *first = p->script->events;

	p->record->start = p->target->ops->start_time(p->target);
	p->reached = play_now(p);
	if (first && first->time.kind != TIME_ANY && first->time.start.ns != 0) {
		struct entry *e = record_append(p->record, ENTRY_CALL, first);
		return play_fail(p, e, MISMATCH_OTHER, "first event should be at time 0");
	}
	for (const struct event *event = first, *next; event; event = next) {
		bool good = event->group ? play_group(p, event, play_event) : play_event(p, event);

		next = event->next;
		while (event->group && next && next->group == event->group)
			next = next->next;
		play_sample(p);
		collect_trace(p);
		play_publish(p);
		if (!good || !play_not_interrupted(p, NULL))
			return false;
	}
	bool idle;
	if (!play_await_return(p, &idle))
		return false;
	struct observation ignored;
	enum target_event event;
	if (idle)                                            /* a target that broke meanwhile says so now */
		return play_wait(p, play_now(p), TARGET_WANT_NOTHING, &ignored, &event);
	p->record->old_message = arena_printf(
	        arena, "%s:%d: runtime error: exiting while a blocking system call is in progress",
	        p->script->source.name, p->pending->spec->loc.line);
	return play_fail_blocked(p, p->pending, p->pending_entry->event, p->pending_entry->actual, NULL);
}

static void start(struct play *p)
{
	p->record->start = p->target->ops->now(p->target);
	p->code_last = &p->code;
	p->flows = (struct flows){
		.arena = p->record->arena, .config = p->config, .peers = p->script->peers,
		.remote_port = play_next_remote_port, .user = p,
	};
	if (p->config->tcp_md5_secret)
		signing_default(&p->flows, p->config->tcp_md5_secret);
	p->calls = (struct call_context){ .config = p->config, .record = p->record, .flows = &p->flows };
	p->timeline.config = p->config;
	p->first_remote_port = p->target->ops->remote_port(p->target);
}

/* A call that never returned still uses its memory, which must live until the target is closed. */
static void finish(struct play *p)
{
	const char *wrong = p->target->ops->end ? p->target->ops->end(p->target) : NULL;

	if (wrong && p->record->verdict != VERDICT_ERROR)
		play_set_verdict(p, VERDICT_ERROR, NULL, arena_strdup(p->record->arena, wrong));
	p->record->duration = play_now(p);
	collect_trace(p);
	play_collect_disturbance(p);
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
	if (!script->init || frame_command(&p, script->init, "init command")) {
		bool played = play_events(&p);
		/* Also after a failed line: what had left by then is evidence. */
		if (played || p.record->verdict == VERDICT_FAIL || p.record->unplayable)
			play_drain(&p);
		/* Also after a failure: nothing that the init command set up may stay behind. */
		bool cleaned = !cleanup || frame_command(&p, cleanup, "cleanup command");
		if (played && cleaned)
			run_code(&p);
		else if (options->show_printed)
			show_printed(&p);
		play_reset_flows(&p);
	}
	finish(&p);
}
