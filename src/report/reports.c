/* SPDX-License-Identifier: MIT
 *
 * reports.c - several reports of one run
 */
#include "report/reports.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/kinds.h"
#include "util/checked.h"
#include "util/table.h"

/* ---- what is wanted ---- */

static const struct report_kind *find_kind(const char *name, struct buf *problem)
{
	struct guess guess = { .wanted = name };

	for (const struct report_kind *const *k = report_kinds; *k; k++) {
		if (!strcmp((*k)->name, name))
			return *k;
		guess_offer(&guess, (*k)->name);
	}
	buf_printf(problem, "unknown report '%s'", name);
	if (guess.nearest)
		buf_printf(problem, "; did you mean '%s'?", guess.nearest);
	buf_puts(problem, guess.nearest ? " There are:" : "; there are:");
	for (const struct report_kind *const *k = report_kinds; *k; k++)
		buf_printf(problem, "%s %s", k == report_kinds ? "" : ",", (*k)->name);
	return NULL;
}

void reports_print_kinds(FILE *out)
{
	for (const struct report_kind *const *k = report_kinds; *k; k++)
		fprintf(out, "  %-10s %s%s\n", (*k)->name, (*k)->help, (*k)->folder ? " (a folder)" : "");
}

static bool same_place(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Standard output can be shared only with the text report. */
static bool is_taken(const struct reports *reports, const struct report_kind *kind, const char *path,
		     struct buf *problem)
{
	for (size_t i = 0; i < reports->count; i++) {
		const struct report_sink *other = &reports->list[i];
		if (!same_place(other->path, path) || (!path && (kind->beside_text || other->kind->beside_text)))
			continue;
		buf_printf(problem, "two reports, %s and %s, to %s", other->kind->name, kind->name,
		           path ? path : "standard output");
		return true;
	}
	return false;
}

bool reports_add_path(struct reports *reports, const char *name, const char *path, struct buf *problem)
{
	const struct report_kind *kind = find_kind(name, problem);

	if (!kind)
		return false;
	if (path && !*path) {
		buf_printf(problem, "report %s: no path behind '='", kind->name);
		return false;
	}
	if (!reports->arena)
		reports->arena = arena_new();
	path = path && strcmp(path, "-") ? arena_strdup(reports->arena, path) : NULL;
	if (kind->folder && !path) {
		buf_printf(problem, "report %s wants a folder: %s=DIR", kind->name, kind->name);
		return false;
	}
	if (is_taken(reports, kind, path, problem))
		return false;
	reports->list = checked_memory(realloc(reports->list, (reports->count + 1) * sizeof(*reports->list)));
	reports->list[reports->count++] = (struct report_sink){
		.kind = kind, .path = path, .arena = reports->arena, .out = BUF_INIT, .replace = REPLACE_FILE_INIT,
		.folder = -1,
	};
	reports->results |= !kind->lines_only;
	reports->observed |= kind->observed;
	reports->trace |= kind->trace;
	reports->occasion |= kind->occasion;
	return true;
}

static bool add_one(struct reports *reports, char *spec, struct buf *problem)
{
	char *path = strchr(spec, '=');

	if (path)
		*path++ = '\0';
	return reports_add_path(reports, spec, path, problem);
}

bool reports_add(struct reports *reports, const char *list, struct buf *problem)
{
	if (!reports->arena)
		reports->arena = arena_new();
	char *rest = arena_strdup(reports->arena, list), *spec;
	bool good = true;

	while (good && (spec = strsep(&rest, ",")))
		good = add_one(reports, spec, problem);
	return good;
}

bool reports_replace_text(const struct reports *reports)
{
	for (size_t i = 0; i < reports->count; i++)
		if (!reports->list[i].path && !reports->list[i].kind->beside_text)
			return true;
	return false;
}

/* ---- a run ---- */

static bool open_and_ask(struct report_sink *sink, struct buf *problem)
{
	if (report_sink_open(sink))
		return !sink->kind->open || sink->kind->open(sink, problem);
	buf_printf(problem, "cannot write %s: %s", report_sink_name(sink), report_sink_why(errno));
	return false;
}

bool reports_open(struct reports *reports, struct buf *problem)
{
	struct buf one = BUF_INIT;
	bool good = true;

	for (size_t i = 0; i < reports->count; i++) {
		if (open_and_ask(&reports->list[i], &one))
			continue;
		buf_printf(problem, "%s%s", problem->length ? "\n" : "", one.data);
		buf_clear(&one);
		good = false;
	}
	buf_free(&one);
	return good;
}

void reports_begin(struct reports *reports, const struct result_run *run)
{
	for (size_t i = 0; i < reports->count; i++) {
		struct report_sink *sink = &reports->list[i];
		sink->run = *run;
		if (sink->kind->begin)
			sink->kind->begin(sink, run);
		report_sink_drain(sink);
	}
}

void reports_add_result(struct reports *reports, const struct result *result, const char *line, size_t length)
{
	for (size_t i = 0; i < reports->count; i++) {
		struct report_sink *sink = &reports->list[i];
		if (sink->kind->add && !sink->error)
			sink->kind->add(sink, sink->kind->lines_only ? NULL : result, line, length);
		report_sink_drain(sink);
	}
}

void reports_add_case(struct reports *reports, const char *line, size_t length)
{
	struct result_line parsed = { .kind = RESULT_LINE_CASE };
	struct buf problem = BUF_INIT;
	struct arena *arena = arena_new();

	if (!reports->results || result_line_read(line, length, arena, &parsed, &problem)) {
		reports_add_result(reports, &parsed.result, line, length);
	} else {
		errno = EBADMSG;
		for (size_t i = 0; i < reports->count; i++)
			report_sink_fail(&reports->list[i]);
	}
	arena_free(arena);
	buf_free(&problem);
}

void reports_end(struct reports *reports, const struct result_end *end)
{
	for (size_t i = 0; i < reports->count; i++) {
		struct report_sink *sink = &reports->list[i];
		if (sink->kind->end && !sink->error)
			sink->kind->end(sink, end);
		report_sink_drain(sink);
	}
}

bool reports_commit(struct reports *reports, struct buf *problem)
{
	bool good = true;

	for (size_t i = 0; i < reports->count; i++) {
		struct report_sink *sink = &reports->list[i];
		report_sink_commit(sink);
		if (!sink->error)
			continue;
		buf_printf(problem, "%scannot write %s: %s", problem->length ? "\n" : "", sink->error_path,
		           report_sink_why(sink->error));
		good = false;
	}
	return good;
}

bool reports_lost_output(const struct reports *reports)
{
	for (size_t i = 0; i < reports->count; i++)
		if (!reports->list[i].path && reports->list[i].error)
			return true;
	return false;
}

void reports_free(struct reports *reports)
{
	for (size_t i = 0; i < reports->count; i++) {
		struct report_sink *sink = &reports->list[i];
		if (sink->kind->release)
			sink->kind->release(sink);
		report_sink_close(sink);
	}
	free(reports->list);
	arena_free(reports->arena);
	*reports = (struct reports){ 0 };
}
