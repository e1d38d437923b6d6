/* SPDX-License-Identifier: MIT
 *
 * run_case.c - one script of protodrill run
 */
#include "cli/run_case.h"

#include <stdlib.h>
#include <string.h>

#include "report/capture.h"
#include "report/result.h"
#include "script/case_header.h"
#include "suite/player.h"

static void write_result(const struct run_case *c, struct result *result, struct attempt_output *out)
{
	result->number = (int64_t)c->number;
	result->id = c->path;
	if (c->request->target->virtual_time)
		result->profile = c->request->builtin.profile ? c->request->builtin.profile : "rfc";
	result_write(&out->result, result);
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
	write_result(c, &result, out);
}

/* Commands of a script name their helpers as seen from where the script is: test drivers go there first. */
static const char *directory_of(const struct script *script)
{
	const char *slash = strrchr(script->source.name, '/');

	if (!slash)
		return NULL;
	return arena_strndup(script->arena, script->source.name, slash == script->source.name ? 1 :
	                     (size_t)(slash - script->source.name));
}

static void play(const struct run_case *c, const struct script *script, struct attempt *attempt)
{
	struct run_request *request = c->request;
	const struct attempt_plan plan = {
		.script = script,
		.target_name = request->target->name,
		.directory = directory_of(script),
		.open = request->target->open,
		.target_options = &request->builtin,
		.render = render,
		.user = c,
		.own_namespace = true,
		.virtual_time = request->target->virtual_time,
		.obey_headers = true,
		.force_python = request->python,
		.allow_python = request->python || !request->target->virtual_time,
		.sample = request->results,
		.retries = request->retries,
		.timeout_s = request->timeout_s,
		.memory_mb = request->memory_mb,
	};

	if (plan.virtual_time)
		player_play(&plan, attempt);
	else
		attempt_settle(&plan, attempt);
}

/* The answer of a case that was not played. */
static void answer(const struct run_case *c, const struct script *script, enum verdict verdict, const char *reason,
                   struct attempt *out)
{
	struct record *record = record_new(script, c->request->target->name, false);

	record->verdict = out->verdict = verdict;
	record->verdict_reason = reason;
	render(record, c, &out->output);
	record_free(record);
}

static void skip(const struct run_case *c, const struct script *script, struct attempt *out)
{
	answer(c, script, VERDICT_SKIP,
	       arena_printf(script->arena, "the case is not for the target %s", c->request->target->name), out);
}

void run_case_lose(const struct run_case *c, const char *reason, struct attempt *out)
{
	const struct script script = { .source.name = c->path };

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

static struct result_diagnostic *list_diags(struct arena *arena, const struct diags *diags)
{
	struct result_diagnostic *list = arena_new_array(arena, struct result_diagnostic, (size_t)diags->count);
	size_t n = 0;

	for (const struct diag *d = diags->first; d; d = d->next)
		list[n++] = (struct result_diagnostic){
			.severity = d->kind == DIAG_WARNING ? "warning" : "error",
			.line = d->loc.line,
			.column = d->loc.column,
			.text = arena_printf(arena, "%s%s%s", d->headline, d->detail ? ": " : "", d->detail ? d->detail : ""),
		};
	return list;
}

/* @script NULL: it could not be read. */
static void refuse(const struct run_case *c, const struct script *script, const struct diags *diags,
                   struct attempt *out)
{
	struct arena *arena = arena_new();
	const char *reason = arena_printf(arena, "%d error%s", diags->errors, diags->errors == 1 ? "" : "s");
	const char *line = arena_printf(arena, "ERROR  %s  %s\n", c->path, reason);
	struct result result = {
		.path = c->path,
		.target = c->request->target->name,
		.verdict = VERDICT_ERROR,
		.reason = reason,
		.line = diags->first ? diags->first->loc.line : 0,
		.diagnostics = list_diags(arena, diags),
		.diagnostic_count = (size_t)diags->count,
		.script = script ? script->source.text : NULL,
		.text = line,
	};

	out->verdict = VERDICT_ERROR;
	if (c->request->text)
		buf_puts(&out->output.out, line);
	if (c->request->results)
		write_result(c, &result, &out->output);
	arena_free(arena);
}

void run_case_play(const struct run_case *c, struct attempt *out)
{
	struct diags diags;

	diags_init(&diags);
	struct script *script = script_load(c->path, settings_apply, &c->request->settings, &diags);
	if (script)
		script_check(script, &diags);
	if (c->request->text)
		add_diags(&out->output.err, &diags, c->request->colour_errors);
	if (!script || diags.errors)
		refuse(c, script, &diags, out);
	else if (script->config.dry_run)
		answer(c, script, VERDICT_PASS, "(not played: --dry_run)", out);
	else if (!header_allows(&script->source, "targets", c->request->target->name))
		skip(c, script, out);
	else
		play(c, script, out);
	script_free(script);
	diags_free(&diags);
}
