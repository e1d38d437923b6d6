/* SPDX-License-Identifier: MIT
 *
 * line_run.c - run --coverage DIR: the folder, from the first case to the tables and pages
 */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/case_lines.h"
#include "cli/cli.h"
#include "report/line_coverage_html.h"

static bool write_text(const char *folder, const char *name, const struct buf *text, struct buf *problem)
{
	struct arena *arena = arena_new();
	const char *path = arena_printf(arena, "%s/%s", folder, name);
	struct replace_file file = REPLACE_FILE_INIT;
	bool good = replace_file_begin(&file, path, REPLACE_LINKS);
	FILE *out = good ? replace_file_stream(&file) : NULL;

	good = out && fwrite(text->data, 1, text->length, out) == text->length;
	good = out && fclose(out) == 0 && good && replace_file_commit(&file);
	if (!good)
		buf_printf(problem, "%s: %s", path, strerror(errno));
	replace_file_end(&file);
	arena_free(arena);
	return good;
}

bool line_run_begin(struct line_run *run, const char *path, const struct linux_image *image, struct buf *problem)
{
	struct arena *arena = arena_new();
	struct buf line = BUF_INIT;

	*run = (struct line_run){ .path = path, .image = image, .file = REPLACE_FILE_INIT };
	bool good = case_lines_possible(image, problem) && case_lines_all(image, &line, problem);
	if (good && mkdir(path, 0777) < 0 && errno != EEXIST) {
		buf_printf(problem, "%s: %s", path, strerror(errno));
		good = false;
	}
	if (good && replace_file_begin(&run->file, arena_printf(arena, "%s/lines.json", path), REPLACE_LINKS))
		run->out = replace_file_stream(&run->file);
	if (good && !run->out)
		buf_printf(problem, "%s: %s", path, strerror(errno));
	if (run->out)
		line_run_add(run, &line);
	buf_free(&line);
	arena_free(arena);
	return run->out;
}

void line_run_add(struct line_run *run, const struct buf *line)
{
	if (fwrite(line->data, 1, line->length, run->out) != line->length && !run->error)
		run->error = errno;
}

static void write_pages(const struct line_run *run, const struct line_coverage *coverage, struct buf *problem)
{
	struct buf page = BUF_INIT;

	line_coverage_html_index(&page, coverage, PROTODRILL_VERSION);
	bool good = write_text(run->path, "index.html", &page, problem);
	for (size_t i = 0; good && i < coverage->source.file_count; i++) {
		struct buf name = BUF_INIT;
		buf_clear(&page);
		line_coverage_html_file(&page, coverage, &coverage->source.files[i], PROTODRILL_VERSION);
		line_coverage_html_name(&name, coverage->source.files[i].name);
		good = write_text(run->path, name.data, &page, problem);
		buf_free(&name);
	}
	buf_free(&page);
}

bool line_run_end(struct line_run *run, struct buf *table, struct buf *problem)
{
	struct line_coverage coverage = { 0 };
	struct arena *arena = arena_new();
	struct buf functions = BUF_INIT;
	bool good = fclose(run->out) == 0 && !run->error && replace_file_commit(&run->file);
	if (!good)
		buf_printf(problem, "%s/lines.json: %s", run->path, strerror(run->error ? run->error : errno));
	replace_file_end(&run->file);
	if (good && line_coverage_read(arena_printf(arena, "%s/lines.json", run->path), &coverage, problem)) {
		line_coverage_table(table, &coverage, false);
		line_coverage_table(&functions, &coverage, true);
		if (write_text(run->path, "functions.txt", &functions, problem))
			write_pages(run, &coverage, problem);
	}
	line_coverage_free(&coverage);
	buf_free(&functions);
	arena_free(arena);
	return !problem->length;
}
