/* SPDX-License-Identifier: MIT
 *
 * run_case.c - one script of protodrill run
 */
#include "cli/run_case.h"

#include <stdlib.h>
#include <string.h>

#include "cli/boot_case.h"
#include "cli/case_check.h"
#include "cli/case_lines.h"
#include "cli/occasion.h"
#include "report/capture.h"
#include "report/observed/observed.h"
#include "report/result.h"
#include "script/additions.h"
#include "script/case_header.h"
#include "stack/defect.h"
#include "suite/expectation.h"
#include "suite/needs.h"
#include "suite/player.h"
#include "suite/settle.h"
#include "util/printable.h"

/* Is the corrected script to be played again? In real time only if somebody asked for that report. */
static bool settles(const struct run_case *c)
{
	return c->request->results && (c->request->observed || c->target->virtual_time);
}

static const char *profile_of(const struct run_case *c)
{
	if (!c->target->reference)
		return NULL;
	return c->builtin->profile ? c->builtin->profile : "rfc";
}

/* Does a line of the script's text stand for several events? */
static bool is_unfolded(const struct script *script)
{
	for (const struct event *e = script->events; e; e = e->next)
		if (e->via)
			return true;
	return false;
}

/* Where a line of the text stands for several events, no single one of them can be corrected in it: the text in plain
 * lines is corrected instead, and the first round of settle() does that. NULL where nothing is played again. */
static const char *observed_unfolded(const struct run_case *c, const struct record *record)
{
	struct buf text = BUF_INIT;
	const char *kept = NULL;

	if (settles(c)) {
		additions_expand(&text, record->script);
		kept = arena_strdup(record->arena, text.data);
	}
	buf_free(&text);
	return kept;
}

/* NULL where there is nothing to correct. If it will be played again, only the first correction; see settle(). */
static const char *observed_text(const struct run_case *c, const struct record *record)
{
	struct buf text = BUF_INIT;
	const char *kept = NULL;

	if (is_unfolded(record->script))
		return observed_unfolded(c, record);
	observed_correct(&text, record, NULL);
	bool changed = strcmp(text.data, record->script->source.text);
	if (changed && !settles(c)) {
		buf_clear(&text);
		observed_script(&text, record);
	}
	if (changed)
		kept = arena_strdup(record->arena, text.data);
	buf_free(&text);
	return kept;
}

/* The names of the defects that the case reached, for somebody who asked; NULL: nobody did. */
static const char *reached_defects(const struct builtin_setup *builtin, struct arena *arena)
{
	struct buf names = BUF_INIT;
	const char *list;

	if (!builtin->reached)
		return NULL;
	for (size_t i = 0; i < DEFECT_COUNT; i++)
		if (builtin->reached[i / 64] >> (i % 64) & 1)
			buf_printf(&names, "%s%s", names.length ? "," : "", stack_defects[i].name);
	list = arena_strdup(arena, names.length ? names.data : "");
	buf_free(&names);
	return list;
}

static void write_result(const struct run_case *c, struct result *result, struct attempt_output *out)
{
	struct arena *arena = arena_new();
	struct result_setting *settings = arena_new_array(arena, struct result_setting, c->what->setting_count);

	for (size_t i = 0; i < c->what->setting_count; i++)
		settings[i] = (struct result_setting){ c->what->settings[i].name, c->what->settings[i].value };
	result->number = (int64_t)c->what->number;
	result->id = c->what->id;
	result->settings = settings;
	result->setting_count = c->what->setting_count;
	result->profile = profile_of(c);
	if (c->target->reference) {
		result->defects = c->builtin->defects;
		result->reached = reached_defects(c->builtin, arena);
	}
	if (c->target->virtual_time)
		result->seed = c->builtin->seed_set ? c->builtin->seed : c->target->boots ? LINUX_SEED : 0;
	if (c->request->occasion)
		result->wall = vtime_sub(occasion_clock(), c->begun);
	result_write(&out->result, result);
	arena_free(arena);
}

static void render(const struct record *record, const void *user, struct attempt_output *out)
{
	const struct run_case *c = user;
	struct result result;

	if (c->request->text)
		text_report(&out->out, record, &c->request->style);
	if (c->request->capture)
		capture_pack(&out->capture, record);
	if (!c->request->results)
		return;
	result_of_record(&result, record);
	if ((record->verdict == VERDICT_FAIL || record->unplayable) && record->script->source.text)
		result.observed_script = observed_text(c, record);
	write_result(c, &result, out);
}

/* Commands of a script name their helpers relative to the script's folder, since test drivers change into it first. */
static const char *directory_of(const struct script *script)
{
	const char *slash = strrchr(script->source.name, '/');

	if (!slash)
		return NULL;
	return arena_strndup(script->arena, script->source.name, slash == script->source.name ? 1 :
	                     (size_t)(slash - script->source.name));
}

static int plan_or_run(int planned, int otherwise)
{
	return planned < 0 ? otherwise : planned;
}

static bool apply_settings(struct config *config, void *user, struct diags *diags)
{
	const struct run_case *c = user;
	bool good = true;

	target_kind_traits(c->target, profile_of(c), c->image ? c->image->release : NULL, config);
	config->traits = c->traits;
	for (size_t i = 0; i < c->what->setting_count; i++)
		good &= config_set(config, c->what->settings[i].name, c->what->settings[i].value, "plan",
		                   (struct loc){ 0 }, diags);
	return settings_apply(config, (void *)&c->request->settings, diags) && good;
}

static void follow_settings(struct script *script, void *user)
{
	const struct run_case *c = user;

	(void)case_follow_settings(script, c->target->reference);
}

/* Play the corrected script of a failure until it passes or cannot be corrected, and put it into the result line. */
static void settle(const struct run_case *c, const struct attempt_plan *plan, struct attempt *attempt)
{
	struct buf *line = &attempt->output.result, first = BUF_INIT, whole = BUF_INIT, problem = BUF_INIT;
	struct arena *arena = arena_new();
	struct result_line parsed;
	const struct builtin_setup *builtin = c->builtin;
	struct settle_plan rounds = {
		.attempt = plan, .apply = apply_settings, .user = (void *)c, .prepare = follow_settings,
		.name = plan->target_name,
	};

	if (profile_of(c))
		rounds.name = arena_printf(arena, "%s (%s%s%s)", plan->target_name, profile_of(c),
		                           builtin->defects ? ", " : "", builtin->defects ? builtin->defects : "");
	if (result_line_read(line->data, line->length, arena, &parsed, &problem) && parsed.result.observed_script) {
		buf_puts(&first, parsed.result.observed_script);
		attempt->signal = settle_observed(&rounds, &first, &whole);
		parsed.result.observed_script = whole.data;
		buf_clear(line);
		result_line_write(line, &parsed);
	}
	buf_free(&first);
	buf_free(&whole);
	buf_free(&problem);
	arena_free(arena);
}

static bool sets_sysctls(const struct command_spec *command)
{
	static const char *const signs[] = { "sysctl", "/proc/sys/net/", "common/defaults.sh" };

	for (size_t i = 0; i < ARRAY_LEN(signs); i++)
		if (!command->meant && strstr(command->text, signs[i]))
			return true;
	return false;
}

/* Was the script written for Linux? It was if it sets Linux's sysctls, unless it has headers, which say what it is
 * for. */
static bool means_linux(const struct run_case *c, const struct script *script)
{
	const char *profile = profile_of(c), *text;
	size_t length;

	if (!profile || strcmp(profile, "rfc") || c->builtin->defects ||
	    header_find(&script->source, "title", &text, &length) ||
	    header_find(&script->source, "targets", &text, &length))
		return false;
	if (script->init && sets_sysctls(script->init))
		return true;
	for (const struct event *e = script->events; e; e = e->next)
		if (e->kind == EVENT_COMMAND && sets_sysctls(e->command))
			return true;
	return false;
}

static void play(const struct run_case *c, const struct script *script, struct attempt *attempt)
{
	const struct run_request *request = c->request;
	const struct attempt_plan plan = {
		.script = script,
		.id = c->what->id,
		.target_name = c->what->target,
		.directory = directory_of(script),
		.open = c->target->open,
		.target_options = c->builtin,
		.needs = c->what->needs,
		.need_count = c->what->need_count,
		.render = render,
		.user = c,
		.own_namespace = true,
		.virtual_time = c->target->virtual_time,
		.obey_headers = true,
		.expectation = c->what->expectation,
		.today = request->today,
		.force_python = request->python,
		.allow_python = request->python || !c->target->reference,
		.show_printed = true,
		.sample = request->results,
		.retries = plan_or_run(c->what->retries, request->retries),
		.timeout_s = plan_or_run(c->what->timeout_s, request->timeout_s),
		.memory_mb = request->memory_mb,
	};

	if (plan.virtual_time)
		player_play(&plan, attempt);
	else
		attempt_settle(&plan, attempt);
	const bool failed = attempt->verdict == VERDICT_FAIL || attempt->verdict == VERDICT_ERROR;
	if (failed && !attempt->signal && settles(c))
		settle(c, &plan, attempt);
	const bool command = attempt->reason.data && strstr(attempt->reason.data, "error executing");
	if (attempt->verdict == VERDICT_FAIL && request->text && !command && means_linux(c, script))
		buf_puts(&attempt->output.out, "     hint: it sets sysctls of Linux, and the profile rfc is not Linux: "
		         "play it with --profile linux, or -t kernel\n\n");
}

static bool is_for_target(const struct run_case *c, const struct script *script)
{
	const char *stands_for = c->target->stands_for;

	return header_allows(&script->source, "targets", c->target->name) ||
	       (stands_for && header_allows(&script->source, "targets", stands_for));
}

/* The profile of the reference stack, or the one by which another stack is judged; or NULL. */
static const char *profile_for(const struct run_case *c)
{
	return c->target->reference ? profile_of(c) : c->target->profile;
}

/* What a case says of one profile it says of those that are based on it, too. */
static bool is_for_profile(const struct run_case *c, const struct script *script)
{
	const char *profile = profile_for(c), *const *base = c->builtin->bases.names;

	if (!profile || header_allows(&script->source, "profiles", profile))
		return true;
	while (c->target->reference && *base && !header_allows(&script->source, "profiles", *base))
		base++;
	return c->target->reference && *base;
}

/* The answer of a case that was not played. */
static void answer(const struct run_case *c, const struct script *script, enum verdict verdict, const char *reason,
                   struct attempt *out)
{
	struct record *record = record_new(script, c->what->target, false);

	record->id = c->what->id;
	record->verdict = verdict;
	record->verdict_reason = reason;
	record->elsewhere = verdict == VERDICT_SKIP && !(is_for_target(c, script) && is_for_profile(c, script));
	expectation_settle(record, c->what->expectation, c->request->today);
	out->verdict = record->verdict;
	out->expected = record->expected;
	buf_puts(&out->reason, reason ? reason : "");
	render(record, c, &out->output);
	record_free(record);
}

/* Why the case is not to be played; NULL: it is. Only a declaration makes a case SKIP; the name of an option, an error
 * or a call that only other systems have counts as one. */
static const char *reason_to_skip(const struct run_case *c, struct script *script)
{
	struct buf why = BUF_INIT;
	const char *lacking = NULL, *reason = c->what->lacking;
	const struct needs_judge judge = { c->target->has, linux_image_has, c->image, c->traits };

	if (!is_for_target(c, script))
		return arena_printf(script->arena, "the case is not for the target %s", c->target->name);
	if (!is_for_profile(c, script))
		return arena_printf(script->arena, "the case is not for the profile %s", profile_for(c));
	if (!reason)
		lacking = needs_lacking(&script->source, &judge, script->arena, &why);
	/* A case that uses UDP-Lite, or TCP within UDP, need not also declare the need. */
	if (!reason && !lacking && script->needs_udplite && !needs_met("udplite", &judge, script->arena, &why))
		lacking = "udplite";
	if (!reason && !lacking && script->config.udp_encapsulation &&
	    !needs_met("tcp-in-udp", &judge, script->arena, &why))
		lacking = "tcp-in-udp";
	if (lacking)
		reason = arena_printf(script->arena, "it needs %s: %s", lacking, why.data);
	else if (!reason && !target_kind_obeys(c->target, &script->config, &why))
		reason = arena_strdup(script->arena, why.data);
	buf_free(&why);
	return reason ? reason : case_follow_settings(script, c->target->reference);
}

void run_case_lose(const struct run_case *c, const char *reason, struct attempt *out)
{
	const struct script script = { .source.name = c->what->path };

	answer(c, &script, VERDICT_ERROR, reason, out);
}

/* ---- scripts that cannot be played ---- */

static void add_diags(struct buf *out, const struct diags *diags, bool colour)
{
	char *text = NULL;
	size_t length = 0;
	FILE *file = diags->count ? open_memstream(&text, &length) : NULL;

	if (!file)
		return;
	diags_print(diags, file, colour);
	fclose(file);
	buf_add(out, text, length);
	free(text);
}

/* " (in m(a=1) of FILE:3)" */
static const char *way_text(struct arena *arena, const struct via *via)
{
	const char *text = "";

	for (const struct via *v = via; v; v = v->outer)
		text = arena_printf(arena, "%s%s%s of %s:%d", text, *text ? ", " : " (in ", v->text,
		                    v->loc.source->name, v->loc.line);
	return via ? arena_printf(arena, "%s)", text) : text;
}

static struct result_diagnostic *list_diags(struct arena *arena, const struct diags *diags)
{
	struct result_diagnostic *list = arena_new_array(arena, struct result_diagnostic, (size_t)diags->count);
	size_t n = 0;

	for (const struct diag *d = diags->first; d; d = d->next)
		list[n++] = (struct result_diagnostic){
			.severity = d->kind == DIAG_WARNING ? "warning" : "error",
			.line = d->loc.line,
			.column = d->loc.column,
			.text = arena_printf(arena, "%s%s%s%s", d->headline, d->detail ? ": " : "",
			                     d->detail ? d->detail : "", way_text(arena, d->via)),
		};
	return list;
}

/* NULL: there are warnings alone. */
static const struct diag *first_error(const struct diags *diags)
{
	const struct diag *d = diags->first;

	while (d && d->kind == DIAG_WARNING)
		d = d->next;
	return d;
}

/* What is wrong, so that cases with one cause are told alike: the first of @errors, without its place. */
static const char *cause(struct arena *arena, const struct diag *first, int errors)
{
	const char *others = errors > 1 ? arena_printf(arena, " (and %d more)", errors - 1) : "";

	return arena_printf(arena, "%s%s%s%s", first->headline, first->detail ? ": " : "",
	                    first->detail ? first->detail : "", others);
}

/* An ERROR, unless the plan expects one. @script NULL: it could not be read. */
static void refuse(const struct run_case *c, const struct script *script, const struct diags *diags,
                   struct attempt *out)
{
	const struct script bare = { .source = { .name = c->what->path, .text = script ? script->source.text : NULL } };
	struct record *record = record_new(&bare, c->what->target, false);
	const struct diag *first = first_error(diags);

	record->verdict = VERDICT_ERROR;
	const char *reason = record->verdict_reason = cause(record->arena, first, diags->errors);
	expectation_settle(record, c->what->expectation, c->request->today);
	/* The errors stand above it: their number is enough, unless there is something about what was expected. */
	const char *number = arena_printf(record->arena, "%d error%s", diags->errors, diags->errors == 1 ? "" : "s");
	const char *line = arena_printf(record->arena, "%s  %s  %s\n", record->expected ? "XFAIL" : "ERROR",
	                                printable(record->arena, c->what->id),
	                                record->verdict_reason == reason ? number : record->verdict_reason);
	struct result result = {
		.path = c->what->path,
		.target = c->what->target,
		.verdict = record->verdict,
		.expected = record->expected,
		.observed_verdict = record->expected ? record->observed_verdict : VERDICT_PASS,
		.reason = record->verdict_reason,
		.line = first->loc.line,
		.diagnostics = list_diags(record->arena, diags),
		.diagnostic_count = (size_t)diags->count,
		.script = bare.source.text,
		.text = line,
	};
	out->verdict = record->verdict;
	out->expected = record->expected;
	if (first->loc.line)
		buf_printf(&out->reason, "line %d: ", first->loc.line);
	buf_puts(&out->reason, record->verdict_reason);
	if (c->request->text)
		buf_puts(&out->output.out, line);
	if (c->request->results)
		write_result(c, &result, &out->output);
	record_free(record);
}

/* How long the user waited is known only outside of the kernel. */
static void add_wall(const struct run_case *c, struct buf *line)
{
	struct arena *arena = arena_new();
	struct buf problem = BUF_INIT;
	struct result_line parsed;

	if (result_line_read(line->data, line->length, arena, &parsed, &problem)) {
		parsed.result.wall = vtime_sub(occasion_clock(), c->begun);
		buf_clear(line);
		result_line_write(line, &parsed);
	}
	buf_free(&problem);
	arena_free(arena);
}

/* ---- in a booted kernel ---- */

static struct task task_of(const struct run_case *c)
{
	return (struct task){
		.target = c->target->name, .request = *c->request, .setup = *c->builtin, .what = *c->what,
		.traits = (struct traits *)c->traits,
	};
}

/* Play it in a kernel that is booted for it, or for the whole queue. */
static void boot(const struct run_case *c, const struct script *script, struct attempt *out)
{
	const struct task task = task_of(c);
	struct buf reason = BUF_INIT;
	int timeout_s = plan_or_run(c->what->timeout_s, c->request->timeout_s);
	bool answered = c->queue ? boot_queue_play(c->queue, c->what->number, timeout_s, out, &reason) :
	                           boot_case(c->image->path, c->stock, &task, timeout_s, out, &reason);

	if (answered && c->request->lines)
		answered = case_lines_read(c->what->id, &out->output.lines, &reason);
	if (!answered)
		answer(c, script, VERDICT_ERROR, arena_strdup(script->arena, reason.data), out);
	else if (c->request->occasion && out->output.result.length)
		add_wall(c, &out->output.result);
	buf_free(&reason);
}

/* ---- all ---- */

enum fate { FATE_REFUSED, FATE_READ_ONLY, FATE_SKIPPED, FATE_BOOTED, FATE_PLAYED };

/* @script is from script_load() with @diags, and checked. *@skip is the reason for FATE_SKIPPED. */
static enum fate decide(const struct run_case *c, struct script *script, struct diags *diags, const char **skip)
{
	if (script)
		case_check(script, diags);
	if (!script || diags->errors)
		return FATE_REFUSED;
	if (script->config.dry_run)
		return FATE_READ_ONLY;
	*skip = reason_to_skip(c, script);
	if (*skip)
		return FATE_SKIPPED;
	return c->target->boots && !c->request->inside ? FATE_BOOTED : FATE_PLAYED;
}

void run_case_queue(const struct run_case *c)
{
	const struct task task = task_of(c);
	const char *skip;
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_load(c->what->path, apply_settings, (void *)c, &diags);
	if (decide(c, script, &diags, &skip) == FATE_BOOTED)
		boot_queue_add(c->queue, c->image->path, &task);
	script_free(script);
	diags_free(&diags);
}

void run_case_play(const struct run_case *c, struct attempt *out)
{
	const char *skip = NULL;
	struct diags diags;

	if (c->builtin->reached)
		memset(c->builtin->reached, 0, DEFECT_WORDS * sizeof(*c->builtin->reached));
	diags_init(&diags);
	struct script *script = script_load(c->what->path, apply_settings, (void *)c, &diags);
	const enum fate fate = decide(c, script, &diags, &skip);
	if (c->request->text && !c->request->inside)     /* outside, they have been printed */
		add_diags(&out->output.err, &diags, c->request->colour_errors);
	switch (fate) {
	case FATE_REFUSED: refuse(c, script, &diags, out); break;
	case FATE_READ_ONLY: answer(c, script, VERDICT_PASS, "(not played: --dry_run)", out); break;
	case FATE_SKIPPED: answer(c, script, VERDICT_SKIP, skip, out); break;
	case FATE_BOOTED: boot(c, script, out); break;
	case FATE_PLAYED: play(c, script, out); break;
	}
	script_free(script);
	diags_free(&diags);
}
