/* SPDX-License-Identifier: MIT
 *
 * sink.c - where one report goes
 */
#include "report/sink.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "util/checked.h"

/* ---- writing ---- */

static void failed(struct report_sink *sink, const char *path)
{
	if (!sink->error) {
		sink->error = errno ? errno : EIO;
		sink->error_path = arena_strdup(sink->arena, path);
	}
}

const char *report_sink_name(const struct report_sink *sink)
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
		failed(sink, report_sink_name(sink));
	buf_clear(&sink->out);
}

void report_sink_fail(struct report_sink *sink)
{
	failed(sink, report_sink_name(sink));
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

/* ---- from open to commit ---- */

bool report_sink_open(struct report_sink *sink)
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

void report_sink_commit(struct report_sink *sink)
{
	FILE *file = sink->file;

	if (!file)
		return;
	sink->file = NULL;
	if (file == stdout)
		return;
	errno = 0;
	if (fflush(file) != 0 || ferror(file))
		failed(sink, report_sink_name(sink));
	if (fclose(file) != 0)
		failed(sink, report_sink_name(sink));
	if (!sink->error && !replace_file_commit(&sink->replace))
		failed(sink, report_sink_name(sink));
}

void report_sink_close(struct report_sink *sink)
{
	if (sink->file && sink->file != stdout)
		fclose(sink->file);
	replace_file_end(&sink->replace);
	text_set_free(&sink->names);
	buf_free(&sink->out);
}
