/* SPDX-License-Identifier: MIT
 *
 * sink.c - where reports go
 */
#include "report/sink.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
	buf_puts(problem, "; there are:");
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

/* Only what stands beside the text may share standard output. */
static bool is_taken(const struct reports *reports, const struct report_kind *kind, const char *path, struct buf *problem)
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
		.kind = kind, .path = path, .arena = reports->arena, .out = BUF_INIT,
	};
	reports->results |= !kind->lines_only;
	reports->observed |= kind->observed;
	reports->trace |= kind->trace;
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

/* ---- writing ---- */

static void failed(struct report_sink *sink, const char *path)
{
	if (!sink->error) {
		sink->error = errno ? errno : EIO;
		sink->error_path = arena_strdup(sink->arena, path);
	}
}

static const char *name_of(const struct report_sink *sink)
{
	return sink->path ? sink->path : "standard output";
}

void report_sink_drain(struct report_sink *sink)
{
	FILE *file = sink->error ? NULL : sink->file;

	/* It goes out at once: standard output has other writers, too, and what stays in a buffer is in those of the processes
	 * that are forked meanwhile. */
	if (file && sink->out.length &&
	    (fwrite(sink->out.data, 1, sink->out.length, file) != sink->out.length || fflush(file) != 0))
		failed(sink, name_of(sink));
	buf_clear(&sink->out);
}

void report_sink_fail(struct report_sink *sink)
{
	failed(sink, name_of(sink));
}

static bool make_folders(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = '\0';
		bool made = mkdir(path, 0777) == 0 || errno == EEXIST;
		*slash = '/';
		if (!made)
			return false;
	}
	return true;
}

static bool write_whole(const char *path, const struct buf *content)
{
	struct replace_file replace;

	if (!replace_file_begin(&replace, path))
		return false;
	FILE *file = fopen(replace.writing, "w");
	bool good = file && fwrite(content->data, 1, content->length, file) == content->length;
	if (file && fclose(file) != 0)
		good = false;
	good = good && replace_file_commit(&replace);
	int error = errno;
	replace_file_end(&replace);
	errno = error;
	return good;
}

void report_sink_file(struct report_sink *sink, const char *name, const struct buf *content)
{
	struct buf path = BUF_INIT;

	if (sink->error)
		return;
	buf_printf(&path, "%s/%s", sink->path, name);
	errno = 0;
	if (!make_folders(path.data) || !write_whole(path.data, content))
		failed(sink, path.data);
	buf_free(&path);
}

/* Longer than the name of any script that people give, and with room for a suffix within the 255 bytes that file systems
 * allow. */
enum { LONGEST_NAME = 200 };

static void add_plain(struct buf *out, const char *text, size_t length, const char *special)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		buf_add_byte(out, c < 0x20 || c == 0x7f || strchr(special, c) ? '-' : text[i]);
	}
}

/* The length up to which @name may stand in a folder: its last part is not too long, and ends with a whole character. */
static size_t length_allowed(const struct buf *name)
{
	const char *slash = strrchr(name->data, '/');
	size_t start = slash ? (size_t)(slash + 1 - name->data) : 0, length = name->length;

	if (length - start > LONGEST_NAME)
		for (length = start + LONGEST_NAME; ((unsigned char)name->data[length] & 0xc0) == 0x80;)
			length--;
	return length;
}

/* "./a/b.pkt@kernel" is "a/b@kernel": what tells the variants of a script apart stays. Nothing leaves the folder. */
static void add_case_name(struct buf *out, const struct result *result)
{
	const char *path = result->path, *id = result->id ? result->id : path;
	size_t whole = strlen(path), length = whole;

	if (length > 4 && !strcmp(path + length - 4, ".pkt"))
		length -= 4;
	for (size_t at = 0, part; at < length; at += part + 1) {
		part = strcspn(path + at, "/");
		if (at + part > length)
			part = length - at;
		bool up = part == 2 && !strncmp(path + at, "..", 2), here = part == 1 && path[at] == '.';
		if (part && !here) {
			buf_puts(out, out->length ? "/" : "");
			add_plain(out, up ? "up" : path + at, part, "");
		}
	}
	id += strncmp(id, path, whole) ? 0 : whole;
	add_plain(out, id, strlen(id), "/ ");
}

/* The plan's number of the case, which no other has, makes up for what a name lost. */
static void make_unique(struct report_sink *sink, const struct result *result, struct buf *name)
{
	size_t length = length_allowed(name);
	bool lost = length < name->length || !length;

	for (; lost || !text_set_add(&sink->names, arena_strdup(sink->arena, name->data)); lost = false) {
		name->data[length] = '\0';
		name->length = length;
		buf_printf(name, "~%lld", (long long)result->number);
		length = name->length;
	}
}

void report_sink_case_file(struct report_sink *sink, const struct result *result, const char *suffix,
                           const struct buf *content)
{
	struct buf name = BUF_INIT;

	add_case_name(&name, result);
	make_unique(sink, result, &name);
	buf_puts(&name, suffix);
	report_sink_file(sink, name.data, content);
	buf_free(&name);
}

void report_sink_append(struct report_sink *sink, const char *name, const struct buf *content)
{
	struct buf path = BUF_INIT;

	if (sink->error)
		return;
	buf_printf(&path, "%s/%s", sink->path, name);
	errno = 0;
	FILE *file = fopen(path.data, "a");
	bool good = file && fwrite(content->data, 1, content->length, file) == content->length;
	if (file && fclose(file) != 0)
		good = false;
	if (!good)
		failed(sink, path.data);
	buf_free(&path);
}

/* ---- a run ---- */

static bool open_sink(struct report_sink *sink)
{
	struct stat info;

	if (sink->kind->folder) {
		char *path = arena_printf(sink->arena, "%s/", sink->path);
		if (!make_folders(path) || stat(path, &info) < 0)
			return false;
		/* Not only that it is there: that it takes files. */
		return replace_file_begin(&sink->replace, arena_printf(sink->arena, "%s.probe", path)) &&
		       (replace_file_end(&sink->replace), true);
	}
	if (!sink->path) {
		sink->file = stdout;
		return true;
	}
	if (!replace_file_begin(&sink->replace, sink->path))
		return false;
	sink->file = fopen(sink->replace.writing, "w");
	return sink->file;
}

static bool open_and_ask(struct report_sink *sink, struct buf *problem)
{
	if (open_sink(sink))
		return !sink->kind->open || sink->kind->open(sink, problem);
	buf_printf(problem, "cannot write %s: %s", name_of(sink), strerror(errno));
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
			failed(&reports->list[i], name_of(&reports->list[i]));
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

static void commit(struct report_sink *sink)
{
	FILE *file = sink->file;

	if (!file)
		return;
	sink->file = NULL;
	if (file == stdout)
		return;
	errno = 0;
	if (fflush(file) != 0 || ferror(file))
		failed(sink, name_of(sink));
	if (fclose(file) != 0)
		failed(sink, name_of(sink));
	if (!sink->error && !replace_file_commit(&sink->replace))
		failed(sink, name_of(sink));
}

bool reports_commit(struct reports *reports, struct buf *problem)
{
	bool good = true;

	for (size_t i = 0; i < reports->count; i++) {
		struct report_sink *sink = &reports->list[i];
		commit(sink);
		if (!sink->error)
			continue;
		buf_printf(problem, "%scannot write %s: %s", problem->length ? "\n" : "", sink->error_path,
		           strerror(sink->error));
		good = false;
	}
	return good;
}

void reports_free(struct reports *reports)
{
	for (size_t i = 0; i < reports->count; i++) {
		struct report_sink *sink = &reports->list[i];
		if (sink->file && sink->file != stdout)
			fclose(sink->file);
		replace_file_end(&sink->replace);
		if (sink->kind->release)
			sink->kind->release(sink);
		text_set_free(&sink->names);
		buf_free(&sink->out);
	}
	free(reports->list);
	arena_free(reports->arena);
	*reports = (struct reports){ 0 };
}
