/* SPDX-License-Identifier: MIT
 *
 * sink.c - where one report goes
 */
#include "report/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

const char *report_sink_why(int error)
{
	return error == ELOOP ? "a symbolic link, which reports do not follow: name what it leads to" : strerror(error);
}

void report_sink_drain(struct report_sink *sink)
{
	FILE *file = sink->error ? NULL : sink->file;

	/* Written at once: others write to standard output, too, and whatever stayed in a buffer would be copied into
	 * the buffers of processes that are forked meanwhile. */
	if (file && sink->out.length &&
	    (fwrite(sink->out.data, 1, sink->out.length, file) != sink->out.length || fflush(file) != 0))
		failed(sink, report_sink_name(sink));
	buf_clear(&sink->out);
}

void report_sink_fail(struct report_sink *sink)
{
	failed(sink, report_sink_name(sink));
}

/* ---- files in a folder ---- */

/* The folder of @name within that of @sink; missing folders on the way are made, and links are not followed. Returns a
 * descriptor, which is the caller's, and in @last the last part of the name; -1 with errno. */
static int open_folder_of(const struct report_sink *sink, const char *name, const char **last)
{
	int folder = fcntl(sink->folder, F_DUPFD_CLOEXEC, 0);
	const char *slash;

	for (; folder >= 0 && (slash = strchr(name, '/')); name = slash + 1) {
		struct buf part = BUF_INIT;
		buf_add(&part, name, (size_t)(slash - name));
		int next = -1;
		if (mkdirat(folder, part.data, 0777) == 0 || errno == EEXIST)
			next = openat(folder, part.data, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		int error = errno;
		buf_free(&part);
		close(folder);
		errno = error;
		folder = next;
	}
	*last = name;
	return folder;
}

static bool write_stream(FILE *file, const struct buf *content)
{
	bool good = file && fwrite(content->data, 1, content->length, file) == content->length;

	return file && fclose(file) == 0 && good;
}

static bool write_whole(const struct report_sink *sink, const char *name, const struct buf *content)
{
	struct replace_file replace = REPLACE_FILE_INIT;
	const char *last;
	int folder = open_folder_of(sink, name, &last);
	bool good = folder >= 0 && replace_file_begin_at(&replace, folder, last) &&
		    write_stream(replace_file_stream(&replace), content) && replace_file_commit(&replace);

	replace_file_end(&replace);
	if (folder >= 0)
		close(folder);
	return good;
}

static void failed_in_folder(struct report_sink *sink, const char *name)
{
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", sink->path, name);
	failed(sink, path.data);
	buf_free(&path);
}

void report_sink_file(struct report_sink *sink, const char *name, const struct buf *content)
{
	errno = 0;
	if (!sink->error && !write_whole(sink, name, content))
		failed_in_folder(sink, name);
}

void report_sink_append(struct report_sink *sink, const char *name, const struct buf *content)
{
	if (sink->error)
		return;
	errno = 0;
	int fd = openat(sink->folder, name, O_WRONLY | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	FILE *file = fd >= 0 ? fdopen(fd, "a") : NULL;
	if (!file && fd >= 0)
		close(fd);
	if (!write_stream(file, content))
		failed_in_folder(sink, name);
}

/* ---- names of cases ---- */

/* Longer than people name their scripts, and with room for a suffix within the 255 bytes that file systems allow. */
enum { LONGEST_NAME = 200 };

static void add_plain(struct buf *out, const char *text, size_t length, const char *special)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		buf_add_byte(out, c < 0x20 || c == 0x7f || strchr(special, c) ? '-' : text[i]);
	}
}

/* The length to which @name must be cut for its last part not to be too long; it is cut between whole characters. */
static size_t length_allowed(const struct buf *name)
{
	const char *slash = strrchr(name->data, '/');
	size_t start = slash ? (size_t)(slash + 1 - name->data) : 0, length = name->length;

	if (length - start > LONGEST_NAME)
		for (length = start + LONGEST_NAME; ((unsigned char)name->data[length] & 0xc0) == 0x80;)
			length--;
	return length;
}

/* "./a/b.pkt@kernel" becomes "a/b@kernel": what tells the variants of a script apart is kept. Nothing leaves the
 * folder. */
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

/* The case's number in the plan, which is unique, makes up for what a name has lost. */
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

/* ---- from open to commit ---- */

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

/* The folder that the user named is used, but a link of that name is not followed: somebody else may have put it there.
 * With a slash behind it, the name means what the link leads to. */
static bool open_folder(struct report_sink *sink)
{
	struct replace_file probe;
	struct stat info;

	if (!make_folders(arena_printf(sink->arena, "%s/", sink->path)))
		return false;
	sink->folder = open(sink->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (sink->folder < 0) {
		int error = errno;
		errno = lstat(sink->path, &info) == 0 && S_ISLNK(info.st_mode) ? ELOOP : error;
		return false;
	}
	/* The folder must not only exist, but accept files. */
	bool good = replace_file_begin_at(&probe, sink->folder, ".probe");
	replace_file_end(&probe);
	return good;
}

bool report_sink_open(struct report_sink *sink)
{
	if (sink->kind->folder)
		return open_folder(sink);
	if (sink->path && !replace_file_begin(&sink->replace, sink->path, REPLACE_LINKS))
		return false;
	sink->file = sink->path ? replace_file_stream(&sink->replace) : stdout;
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
	if (sink->folder >= 0)
		close(sink->folder);
	sink->folder = -1;
	text_set_free(&sink->names);
	buf_free(&sink->out);
}
