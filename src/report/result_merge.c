/* SPDX-License-Identifier: MIT
 *
 * result_merge.c - the shards of a plan as one
 */
#include "report/result_merge.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/checked.h"

struct result_part {
	struct result_file file;
	struct arena *arena;                                 /* of .head; NULL: there is none */
	struct result head;                                  /* already read, not yet handed out */
};

/* Each problem gets a line of its own. */
static struct buf *another(struct buf *problem)
{
	if (problem->length)
		buf_puts(problem, "\n");
	return problem;
}

/* ---- do they belong together? ---- */

static bool differ(struct buf *problem, const struct result_file *a, const struct result_file *b, const char *what,
                   const char *of_a, const char *of_b)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): result_file_open() refuses a file that lacks one */
	if (!strcmp(of_a, of_b))
		return false;
	buf_printf(another(problem), "%s: %s %s, but %s: %s", b->path, what, of_b, a->path, of_a);
	return true;
}

static bool numbers_differ(struct buf *problem, const struct result_file *a, const struct result_file *b,
                           const char *what, int64_t of_a, int64_t of_b)
{
	if (of_a == of_b)
		return false;
	buf_printf(another(problem), "%s: %" PRId64 " %s, but %s: %" PRId64, b->path, of_b, what, a->path, of_a);
	return true;
}

/* In one line. */
static void list_kernels(struct buf *out, const struct result_run *run)
{
	for (size_t i = 0; i < run->kernel_count; i++) {
		buf_printf(out, "%s%s: ", i ? "; " : "", run->kernels[i].target);
		result_kernel_text(out, &run->kernels[i]);
	}
}

static bool kernels_differ(struct buf *problem, const struct result_file *a, const struct result_file *b)
{
	struct buf of_a = BUF_INIT, of_b = BUF_INIT;

	list_kernels(&of_a, &a->run);
	list_kernels(&of_b, &b->run);
	bool found = differ(problem, a, b, "kernels", of_a.data, of_b.data);
	buf_free(&of_a);
	buf_free(&of_b);
	return found;
}

/* Reports the first difference of each file; the most telling properties are compared first. */
static bool are_of_one_run(const struct result_merge *m, struct buf *problem)
{
	const struct result_file *a = &m->parts[0].file;

	for (size_t i = 1; i < m->count; i++) {
		const struct result_file *b = &m->parts[i].file;
		(void)(differ(problem, a, b, "results of protodrill", a->run.version, b->run.version) ||
		       differ(problem, a, b, "results of the plan", a->run.plan, b->run.plan) ||
		       numbers_differ(problem, a, b, "cases in the plan", a->run.cases, b->run.cases) ||
		       numbers_differ(problem, a, b, "shards", a->run.shards, b->run.shards) ||
		       differ(problem, a, b, "other cases, or played with other options: digest", a->run.digest,
		              b->run.digest) ||
		       kernels_differ(problem, a, b));
	}
	return !problem->length;
}

static bool are_shards(const struct result_merge *m, struct buf *problem)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct result_file *f = &m->parts[i].file;
		int64_t shard = f->run.shard, shards = f->run.shards;
		if (shards == 0)
			buf_printf(another(problem), "%s: of the whole plan, not of a shard of it", f->path);
		else if (shard < 1 || shard > shards)
			buf_printf(another(problem), "%s: there is no shard %" PRId64 " of %" PRId64, f->path, shard,
				   shards);
	}
	return !problem->length;
}

static int by_shard(const void *left, const void *right)
{
	const struct result_part *a = left, *b = right;

	return (a->file.run.shard > b->file.run.shard) - (a->file.run.shard < b->file.run.shard);
}

/* "shards 2, 5-7 of 9 are missing"; the parts in @m are ordered by shard, and no shard is there twice. */
static void name_missing(const struct result_merge *m, struct buf *problem)
{
	struct buf list = BUF_INIT;
	int64_t shards = m->parts[0].file.run.shards, next = 1, missing = 0;

	for (size_t i = 0; i <= m->count; i++) {
		int64_t here = i < m->count ? m->parts[i].file.run.shard : shards + 1;
		if (here > next)
			buf_printf(&list, "%s%" PRId64, list.length ? ", " : "", next);
		if (here > next + 1)
			buf_printf(&list, "-%" PRId64, here - 1);
		missing += here - next;
		next = here + 1;
	}
	if (missing)
		buf_printf(another(problem), "missing: shard%s %s of %" PRId64, missing == 1 ? "" : "s", list.data,
			   shards);
	buf_free(&list);
}

static void see_shards(struct result_merge *m, struct buf *problem)
{
	qsort(m->parts, m->count, sizeof(*m->parts), by_shard);
	for (size_t i = 1; i < m->count; i++) {
		const struct result_file *a = &m->parts[i - 1].file, *b = &m->parts[i].file;
		if (a->run.shard == b->run.shard)
			buf_printf(another(problem), "%s and %s: both are shard %" PRId64 " of %" PRId64, a->path,
				   b->path,
			           a->run.shard, a->run.shards);
	}
	if (!problem->length)
		name_missing(m, problem);
}

/* ---- opening ---- */

static bool is_listed(const char *list, const char *system)
{
	size_t length = strlen(system);

	for (const char *at = list; (at = strstr(at, system)); at += length)
		if ((at == list || at[-1] == ' ') && (!at[length] || at[length] == ','))
			return true;
	return false;
}

static void name_whole(struct result_merge *m)
{
	for (size_t i = 0; i < m->count; i++) {
		const char *system = m->parts[i].file.run.system;
		if (!system || is_listed(m->systems.data, system))
			continue;
		buf_printf(&m->systems, "%s%s", m->systems.length ? ", " : "", system);
		m->system_count++;
	}
	m->run = m->parts[0].file.run;
	m->run.shard = m->run.shards = m->run.shard_cases = 0;
	m->run.system = m->systems.length ? m->systems.data : NULL;
	m->run.command = NULL;                               /* each shard has its own */
	for (size_t i = 1; i < m->count; i++)
		m->run.started = vtime_min(m->run.started, m->parts[i].file.run.started);
}

bool result_merge_open(struct result_merge *m, const char *const *paths, size_t count, struct buf *problem)
{
	*m = (struct result_merge){ .systems = BUF_INIT, .next = 1 };
	m->parts = checked_memory(calloc(count + 1, sizeof(*m->parts)));
	for (; m->count < count; m->count++) {
		struct buf why = BUF_INIT;
		if (!result_file_open(&m->parts[m->count].file, paths[m->count], &why))
			buf_puts(another(problem), why.data);
		buf_free(&why);
	}
	if (problem->length || !are_shards(m, problem) || !are_of_one_run(m, problem))
		return false;
	see_shards(m, problem);
	name_whole(m);
	return !problem->length;
}

void result_merge_close(struct result_merge *m)
{
	for (size_t i = 0; i < m->count; i++) {
		result_file_close(&m->parts[i].file);
		arena_free(m->parts[i].arena);
	}
	free(m->parts);
	buf_free(&m->systems);
}

/* ---- reading ---- */

static bool add_end(struct result_merge *m, const struct result_file *f, struct buf *problem)
{
	const struct result_end *end = &f->end;

	if (!end->complete || end->interrupted) {
		buf_printf(problem,
			   "%s: not complete: shard %" PRId64 " of %" PRId64 " ended after %" PRId64 " of its cases",
		           f->path, f->run.shard, f->run.shards, f->cases);
		if (end->interrupted)
			buf_printf(problem, ", interrupted (%s)", end->interrupted);
		return false;
	}
	m->end.passed += end->passed;
	m->end.failed += end->failed;
	m->end.inconclusive += end->inconclusive;
	m->end.skipped += end->skipped;
	m->end.errors += end->errors;
	m->end.expected += end->expected;
	m->end.wall = vtime_add(m->end.wall, end->wall);
	return true;
}

static bool advance(struct result_merge *m, struct result_part *part, struct buf *problem)
{
	arena_free(part->arena);
	part->arena = arena_new();
	if (result_file_next(&part->file, part->arena, &part->head, problem))
		return true;
	arena_free(part->arena);
	part->arena = NULL;
	return !problem->length && add_end(m, &part->file, problem);
}

/* The part whose next case has the lowest number; NULL: no part has one. */
static struct result_part *lowest(const struct result_merge *m)
{
	struct result_part *found = NULL;

	for (struct result_part *p = m->parts; p < m->parts + m->count; p++)
		if (p->arena && (!found || p->head.number < found->head.number))
			found = p;
	return found;
}

/* Each number must come exactly once. */
static bool is_next(const struct result_merge *m, const struct result_part *part, struct buf *problem)
{
	if (part && part->head.number == m->next && m->next <= m->run.cases)
		return true;
	if (!part || (part->head.number > m->next && m->next <= m->run.cases)) {
		if (m->next <= m->run.cases)
			buf_printf(problem, "case %" PRId64 " of %" PRId64 " is missing: no shard has it", m->next,
				   m->run.cases);
		return false;
	}
	buf_printf(problem, "%s:%d: case %" PRId64 " (%s)", part->file.path, part->file.number, part->head.number,
	           part->head.id);
	if (part->head.number >= m->next)
		buf_printf(problem, ", but the plan has %" PRId64, m->run.cases);
	else if (m->given && m->given != part && part->head.number == m->next - 1)
		buf_printf(problem, " is in %s, too", m->given->file.path);
	else
		buf_puts(problem, " is there twice, or out of order");
	return false;
}

bool result_merge_next(struct result_merge *m, const struct result **out, const char **line, size_t *length,
                       struct buf *problem)
{
	for (struct result_part *p = m->parts; !m->given && p < m->parts + m->count; p++)
		if (!advance(m, p, problem))
			return false;
	if (m->given && !advance(m, m->given, problem))
		return false;
	struct result_part *part = lowest(m);
	if (!is_next(m, part, problem)) {
		m->end.complete = !problem->length;
		return false;
	}
	m->given = part;
	m->next++;
	*out = &part->head;
	*line = part->file.line;
	*length = part->file.length;
	return true;
}
