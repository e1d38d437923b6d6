/* SPDX-License-Identifier: MIT
 *
 * history.c - results of earlier runs
 */
#include "report/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/checked.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct history_case *)a)->name, ((const struct history_case *)b)->name);
}

struct history_case *history_find(struct history *h, const char *name)
{
	const struct history_case wanted = { .name = name };

	return h->sorted ? bsearch(&wanted, h->list, h->sorted, sizeof(*h->list), by_name) : NULL;
}

static struct history_case *append(struct history *h, const char *name)
{
	if (h->count == h->room) {
		h->room = h->room ? 2 * h->room : 256;
		h->list = checked_memory(realloc(h->list, h->room * sizeof(*h->list)));
	}
	h->list[h->count] = (struct history_case){ .name = arena_strdup(h->arena, name) };
	return &h->list[h->count++];
}

static int by_name_and_place(const void *a, const void *b)
{
	const struct history_case *x = a, *y = b;
	int order = by_name(a, b);

	return order ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

/* New names are sorted in once their file has been read. */
static bool sort(struct history *h, const char *path, enum history_rule rule, struct buf *problem)
{
	size_t kept = 0;

	if (h->count)
		qsort(h->list, h->count, sizeof(*h->list), by_name_and_place);
	for (size_t i = 0; i < h->count; i++) {
		if (!kept || strcmp(h->list[kept - 1].name, h->list[i].name)) {
			h->list[kept++] = h->list[i];
		} else if (rule == HISTORY_UNIQUE) {
			buf_printf(problem, "%s: two results of %s", path, h->list[i].name);
			return false;
		}
	}
	h->count = h->sorted = kept;
	return true;
}

static bool read_cases(struct history *h, struct result_file *file, history_name_fn name, struct buf *problem)
{
	const char *path = arena_strdup(h->arena, file->path);
	bool more = true;

	while (more) {
		struct arena *arena = arena_new();
		struct result result;
		long offset = ftell(file->file);
		more = result_file_next(file, arena, &result, problem);
		if (more) {
			const char *its_name = name(arena, &result);
			struct history_case *c = history_find(h, its_name);
			c = c ? c : append(h, its_name);
			past_add(&c->past, &result);
			c->path = path;
			c->offset = offset;
		}
		arena_free(arena);
	}
	return !problem->length;
}

bool history_add_file(struct history *h, const char *path, history_name_fn name, enum history_rule rule,
                      struct buf *problem)
{
	struct result_file file;
	bool good = result_file_open(&file, path, problem);

	if (!h->arena)
		h->arena = arena_new();
	if (good && ftell(file.file) < 0) {
		buf_printf(problem, "%s: %s: want a file that can be read twice", path, strerror(errno));
		good = false;
	}
	good = good && read_cases(h, &file, name, problem) && sort(h, path, rule, problem);
	result_file_close(&file);
	return good;
}

bool history_read(const struct history_case *c, struct arena *arena, struct result *out, struct buf *problem)
{
	FILE *file = fopen(c->path, "r");
	struct result_line line;
	char *text = NULL;
	size_t room = 0;
	ssize_t length = file && fseek(file, c->offset, SEEK_SET) == 0 ? getline(&text, &room, file) : -1;
	bool good = length > 0 && result_line_read(text, (size_t)length, arena, &line, problem);

	if (good)
		*out = line.result;
	else if (!problem->length)
		buf_printf(problem, "%s: %s", c->path, errno ? strerror(errno) : "changed while it was read");
	free(text);
	if (file)
		fclose(file);
	return good;
}

void history_free(struct history *h)
{
	free(h->list);
	arena_free(h->arena);
	*h = (struct history){ 0 };
}
