/* SPDX-License-Identifier: MIT
 *
 * plan.c - turns plans into cases: scripts times cells of the matrix, less what is excluded
 *
 * Two rounds: all cells of all plans first, because the name of a case depends on what differs between them.
 */
#include "suite/plan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "suite/plan_cells.h"
#include "suite/plan_value.h"
#include "util/text_set.h"
#include "util/version.h"

struct maker {
	const struct plan_request *request;
	const struct plan_surroundings *around;
	struct suite_plan *plan;
	struct arena *arena;
	struct diags *diags;
	struct plan_part *parts, **last_part;
	char **only;                                         /* real paths of the request's paths; NULL: no limits */
	size_t only_count, room;
	struct text_set ids;
};

static const struct loc no_place;

/* ---- which cases something is about ---- */

static bool has_value(const struct plan_words *values, const char *value)
{
	for (size_t i = 0; value && i < values->count; i++)
		if (!strcmp(values->list[i].text, value))
			return true;
	return false;
}

/* Does the command line decide, because the plan says nothing? */
static bool is_open(const struct plan_spec *spec, enum plan_axis_kind kind)
{
	for (size_t i = 0; i < spec->matrix.count; i++)
		if (spec->matrix.list[i].kind == kind)
			return false;
	return kind == AXIS_TARGET || kind == AXIS_PROFILE;
}

/* With @or_might: also where another command line would make it fit. */
static bool fits_cell(const struct plan_spec *spec, const struct plan_selector *s, const struct plan_cell *cell,
                      bool or_might)
{
	for (size_t i = 0; i < s->axes.count; i++) {
		const struct plan_axis *axis = &s->axes.list[i];
		const char *other = axis->kind == AXIS_TARGET ? cell->target->stands_for : NULL;
		if (!has_value(&axis->values, plan_cell_value(cell, axis->kind, axis->name)) &&
		    !(other && has_value(&axis->values, other)) &&
		    !(or_might && is_open(spec, axis->kind)))
			return false;
	}
	return true;
}

static bool fits(const struct plan_spec *spec, struct plan_selector *s, const struct plan_cell *cell, const char *path)
{
	if (s->paths.count && !plan_files_fit(&s->paths, path))
		return false;
	s->used = s->used || fits_cell(spec, s, cell, true);
	return fits_cell(spec, s, cell, false);
}

static bool is_excluded(const struct plan_spec *spec, const struct plan_cell *cell, const char *path)
{
	bool excluded = false;

	for (struct plan_exclusion *e = spec->exclusions; e; e = e->next)
		excluded |= fits(spec, &e->where, cell, path);
	return excluded;
}

/* "" if @target has it, else what is missing and why. Each target is asked only once, except for kernels that are
 * booted. */
static const char *answer_of(struct maker *m, struct plan_need *n, const struct plan_target *target)
{
	const size_t index = (size_t)(plan_target_find(m->around->targets, target->name) - m->around->targets);
	const char *answer = target->kernel_of ? NULL : n->answers[index];
	struct buf why = BUF_INIT;

	if (!answer) {
		bool there = !target->kernel_of ? target->has(&n->need, &why) :
		             target->kernel ? target->kernel_has(target->kernel, &n->need, &why) :
		                              n->need.kind != NEED_BUILT;
		if (!there && !why.length)
			buf_puts(&why, "there is no such kernel (scripts/build-linux, make linux)");
		answer = there ? "" : arena_printf(m->arena, "it needs %s: %s", n->need.text, why.data);
	}
	if (!target->kernel_of)
		n->answers[index] = answer;
	buf_free(&why);
	return answer;
}

/* Does it hold on this target, as far as kernels are concerned? */
static bool holds_on(struct maker *m, struct plan_expected *e, const struct plan_target *target)
{
	const struct need version = { .kind = NEED_KERNEL, .argument = e->kernel };
	struct buf why = BUF_INIT;
	bool holds = true;

	if (e->kernel && target->kernel)
		holds = target->kernel_has(target->kernel, &version, &why);
	else if (e->kernel)
		holds = version_in_range(m->around->release, e->kernel);
	for (struct plan_need *n = e->needs; n && holds; n = n->next)
		holds = !*answer_of(m, n, target);
	buf_free(&why);
	return holds;
}

/* The first that fits counts, but all are checked, to find those that fit nothing. */
static const struct plan_expectation *expectation_of(struct maker *m, const struct plan_spec *spec,
                                                     const struct plan_cell *cell, const char *path)
{
	const struct plan_expectation *first = NULL;

	for (struct plan_expected *e = spec->expected; e; e = e->next) {
		bool elsewhere = (e->kernel || e->needs) && cell->target->virtual_time;
		if ((elsewhere && !is_open(spec, AXIS_TARGET)) || !fits(spec, &e->where, cell, path) || elsewhere)
			continue;
		if (!first && holds_on(m, e, cell->target))
			first = &e->expectation;
	}
	return first;
}

/* Nothing is asked for a case that is not @wanted. */
static const char *lacking_of(struct maker *m, const struct plan_spec *spec, const struct plan_cell *cell,
                              const char *path, bool wanted)
{
	const char *lacking = "";

	for (struct plan_need *n = spec->needs; n; n = n->next)
		if (fits(spec, &n->where, cell, path) && wanted && !*lacking)
			lacking = answer_of(m, n, cell->target);
	return *lacking ? lacking : NULL;
}

static void take_needs(struct maker *m, const struct plan_spec *spec, const struct plan_cell *cell, const char *path,
                       struct suite_case *out)
{
	struct need *list = NULL;
	size_t room = 0;

	for (const struct plan_need *n = spec->needs; n; n = n->next) {
		if (!fits_cell(spec, &n->where, cell, false) ||
		    (n->where.paths.count && !plan_files_fit(&n->where.paths, path)))
			continue;
		list = arena_grow(m->arena, list, out->need_count, &room, sizeof(*list));
		list[out->need_count++] = n->need;
	}
	out->needs = list;
}

/* ---- traits ---- */

/* Are the traits of @name those of @target: by its whole name, by its kind, or as a kernel that stands for it? */
static bool is_name_of(const char *name, const struct plan_target *target)
{
	const size_t kind = strcspn(target->name, ":");

	return !strcmp(name, target->name) || (strlen(name) == kind && !strncmp(name, target->name, kind)) ||
	       (target->kernel_of && target->stands_for && !strcmp(name, target->stands_for));
}

/* What the command line says of @target; NULL: nothing. */
static const char *asked_traits(const struct maker *m, const struct plan_target *target)
{
	const char *const *all = m->request->traits, *file = NULL;

	for (; all && *all; all++) {
		const char *equals = strchr(*all, '=');
		const char *name = equals ? arena_strndup(m->arena, *all, (size_t)(equals - *all)) : "";
		if (!equals || (!plan_target_find(m->around->targets, name) &&
		                !plan_target_is_kind(m->around->targets, name)))
			file = *all;
		else if (is_name_of(name, target))
			file = equals + 1;
	}
	return file;
}

/* The whole name of a target counts more than its kind. */
static const char *traits_of(const struct maker *m, const struct plan_spec *spec, const struct plan_target *target)
{
	const char *asked = asked_traits(m, target), *file = NULL;
	bool exact = false;

	for (struct plan_traits *t = spec->traits; t; t = t->next) {
		if (!is_name_of(t->target.text, target))
			continue;
		t->used = true;
		if (!exact)
			file = t->file.text;
		exact |= !strcmp(t->target.text, target->name);
	}
	return asked ? asked : file;
}

/* ---- cases ---- */

/* The second case of a name gets "#2", unless a script has that name. */
static const char *unique_id(struct maker *m, const char *path, const char *variant)
{
	const char *name = *variant ? arena_printf(m->arena, "%s%s", path, variant) : path, *id = name;

	for (unsigned n = text_set_count(&m->ids, name); n > 1; n = text_set_count(&m->ids, id) > 1 ? n + 1 : 1)
		id = arena_printf(m->arena, "%s#%u", name, n);
	return id;
}

/* @variant with what the command line defines: "@builtin/MSS=1400". Of two definitions of a name the last counts. */
static const char *with_definitions(const struct maker *m, const char *variant)
{
	const char *const *all = m->request->definitions;
	struct buf text = BUF_INIT;

	buf_puts(&text, variant);
	for (; all && *all; all++) {
		size_t name = strcspn(*all, "=") + 1;
		const char *const *later = all + 1;
		while (*later && strncmp(*later, *all, name) != 0)
			later++;
		if (!*later)
			buf_printf(&text, "%c%s", text.length ? '/' : '@', *all);
	}
	plan_cells_replace_blanks(&text);
	const char *copy = arena_strdup(m->arena, text.data);
	buf_free(&text);
	return copy;
}

static void add_case(struct maker *m, const struct plan_spec *spec, const struct plan_cell *cell, const char *path,
                     struct suite_case *model)
{
	struct suite_plan *plan = m->plan;

	if (plan->count == m->room) {
		m->room = m->room ? 2 * m->room : 64;
		struct suite_case *larger = arena_new_array(m->arena, struct suite_case, m->room);
		if (plan->count)
			memcpy(larger, plan->cases, plan->count * sizeof(*larger));
		plan->cases = larger;
	}
	model->number = plan->count + 1;
	model->path = arena_strdup(m->arena, path);
	model->id = unique_id(m, model->path, with_definitions(m, cell->variant));
	model->target = cell->target->name;
	model->profile = plan_cell_value(cell, AXIS_PROFILE, "profile");
	model->address = plan_cell_value(cell, AXIS_ADDRESS, "address");
	model->defect = plan_cell_value(cell, AXIS_DEFECT, "defect");
	if (model->defect && !strcmp(model->defect, "none"))
		model->defect = NULL;
	model->settings = cell->settings;
	model->setting_count = cell->setting_count;
	model->retries = spec->retries;
	model->timeout_s = spec->timeout_s;
	plan->cases[plan->count++] = *model;
}

/* Is @path one of the paths that the command line limits the plans to, or below one? */
static bool is_within_limits(const struct maker *m, const char *path)
{
	char real[PATH_MAX];
	bool inside = !m->only;

	if (m->only && !realpath(path, real))
		return false;
	for (size_t i = 0; i < m->only_count && !inside; i++) {
		size_t length = strlen(m->only[i]);
		inside = !strncmp(real, m->only[i], length) && (!real[length] || real[length] == '/' || length == 1);
	}
	return inside;
}

static void make_cases(struct maker *m, struct plan_part *part)
{
	for (struct plan_cell *cell = part->cells; cell; cell = cell->next) {
		const char *traits = traits_of(m, part->spec, cell->target);
		for (size_t i = 0; i < part->files.count; i++) {
			const char *path = part->files.path[i], *below = plan_files_relative(path, part->spec->folder);
			struct suite_case model = { .traits = traits };
			if (is_excluded(part->spec, cell, below))
				continue;
			bool wanted = cell->asked_for && is_within_limits(m, path);
			model.expectation = expectation_of(m, part->spec, cell, below);
			model.lacking = lacking_of(m, part->spec, cell, below, wanted);
			if (wanted)
				take_needs(m, part->spec, cell, below, &model);
			if (wanted)
				add_case(m, part->spec, cell, path, &model);
		}
	}
}

/* An entry that fits no case is a mistake: a misspelt path or word. */
static bool check_used(struct maker *m, const struct plan_selector *s, const char *what)
{
	return s->used ||
	       diag_error(m->diags, DIAG_OPTION, s->loc, what, "no case of the plan fits all that is named here");
}

static bool check_all_used(struct maker *m, const struct plan_spec *spec)
{
	bool good = true;

	for (const struct plan_exclusion *e = spec->exclusions; e; e = e->next)
		good &= check_used(m, &e->where, "nothing to exclude");
	for (const struct plan_need *n = spec->needs; n; n = n->next)
		good &= check_used(m, &n->where, "a need of no case");
	for (const struct plan_expected *e = spec->expected; e; e = e->next)
		good &= check_used(m, &e->where, "an expectation of no case");
	for (const struct plan_traits *t = spec->traits; t; t = t->next)
		if (!t->used && !is_open(spec, AXIS_TARGET))
			good = diag_error(m->diags, DIAG_OPTION, t->target.loc, "traits of no target",
			                  "no case of the plan is for the target '%s'", t->target.text);
	return good;
}

static uint64_t digest_of(const struct suite_plan *plan)
{
	uint64_t hash = HASH_START;

	for (size_t i = 0; i < plan->count; i++) {
		const struct suite_case *c = &plan->cases[i];
		const char *texts[] = { c->id, c->path, c->target, c->profile, c->defect, c->traits,
		                        c->expectation ? c->expectation->kind : NULL,
		                        c->expectation ? c->expectation->expires : NULL };
		const int32_t numbers[] = { c->expectation ? (int32_t)c->expectation->verdict : -1,
		                            c->expectation ? c->expectation->line : -1, (int32_t)c->setting_count };
		for (size_t t = 0; t < ARRAY_LEN(texts); t++)
			hash = hash_text(hash, texts[t]);
		for (size_t n = 0; n < ARRAY_LEN(numbers); n++)
			hash = hash_bytes(hash, &numbers[n], sizeof(numbers[n]));
		for (size_t s = 0; s < c->setting_count; s++)
			hash = hash_text(hash_text(hash, c->settings[s].name), c->settings[s].value);
	}
	return hash;
}

/* ---- the parts ---- */

static struct plan_part *add_part(struct maker *m, struct plan_spec *spec)
{
	struct plan_part *part = arena_new_object(m->arena, struct plan_part);

	part->spec = spec;
	part->last_cell = &part->cells;
	*m->last_part = part;
	m->last_part = &part->next;
	return part;
}

enum { INCLUDE_DEPTH = 8 };

/* The plans that are being read, the innermost first. */
struct including {
	dev_t device;
	ino_t file;
	const struct including *by;
	int depth;
};

static bool is_being_read(const struct including *plans, const struct stat *info)
{
	while (plans && (plans->device != info->st_dev || plans->file != info->st_ino))
		plans = plans->by;
	return plans;
}

/* Included plans come first, each as if it were alone. */
static bool read_plan(struct maker *m, const char *path, struct loc loc, const struct including *by)
{
	struct stat info = { 0 };
	struct plan_spec *spec;
	bool good = true;

	if (stat(path, &info) == 0 && is_being_read(by, &info))
		return diag_error(m->diags, DIAG_OPTION, loc, "bad plan", "'%s' includes itself", path);
	const struct including self = { info.st_dev, info.st_ino, by, by ? by->depth + 1 : 0 };
	if (self.depth > INCLUDE_DEPTH)
		return diag_error(m->diags, DIAG_OPTION, loc, "bad plan", "plans are included too deeply, at most %d "
		                  "levels", INCLUDE_DEPTH);
	spec = plan_read(path, loc, m->around, m->arena, m->diags);
	for (size_t i = 0; spec && i < spec->include.count; i++)
		good &= read_plan(m, plan_join(spec->folder, spec->include.list[i].text, m->arena),
		                  spec->include.list[i].loc, &self);
	if (!spec || !good)
		return false;
	if (!by)
		m->plan->name = m->plan->name ? arena_printf(m->arena, "%s, %s", m->plan->name, spec->name)
		                              : spec->name;
	return !spec->paths.count || plan_files_find(add_part(m, spec), m->arena, m->diags);
}

static bool read_plans(struct maker *m)
{
	bool good = true;

	for (const char *const *path = m->request->plans; *path; path++)
		good &= read_plan(m, *path, no_place, NULL);
	return good;
}

/* The paths of the command line as a plan: every one as often as it is named. */
static bool plan_paths(struct maker *m)
{
	const char *const *paths = m->request->paths;
	struct plan_part *part = add_part(m, plan_spec_new(m->arena, "", "."));
	size_t count = 0;
	bool good = true;

	for (; paths[count]; count++)
		good &= discover(&part->files, paths[count], m->diags);
	m->plan->name = count > 1 ? arena_printf(m->arena, "%s and %zu more", paths[0], count - 1)
	                : count   ? paths[0]
	                          : "";
	return good;
}

static bool limit_to_paths(struct maker *m)
{
	const char *const *paths = m->request->paths;
	bool good = true;
	size_t count = 0;

	while (paths[count])
		count++;
	if (!count)
		return true;
	m->only = arena_new_array(m->arena, char *, count);
	for (size_t i = 0; i < count; i++) {
		char *real = realpath(paths[i], NULL);
		if (!real)
			good = diag_error(m->diags, DIAG_FILE, no_place, paths[i], "%s", strerror(errno));
		else
			m->only[m->only_count++] = arena_strdup(m->arena, real);
		free(real);
	}
	return good;
}

static bool make(struct maker *m)
{
	bool from_plans = m->request->plans && *m->request->plans, good;

	good = from_plans ? read_plans(m) && limit_to_paths(m) : plan_paths(m);
	for (struct plan_part *part = m->parts; part && good; part = part->next)
		good = plan_cells_make(part, m->request, m->around, m->arena, m->diags);
	if (!good)
		return false;
	plan_cells_name(m->parts, m->arena);
	for (struct plan_part *part = m->parts; part; part = part->next)
		make_cases(m, part);
	for (const struct plan_part *part = m->parts; part; part = part->next)
		good &= check_all_used(m, part->spec);
	if (good && !m->plan->count)
		good = diag_error(m->diags, DIAG_OPTION, no_place, "no case selected", "%s",
		                  from_plans ? "nothing of the plan is left" : "name scripts or folders");
	m->plan->digest = digest_of(m->plan);
	return good;
}

bool suite_plan_make(const struct plan_request *request, const struct plan_surroundings *around, struct suite_plan *out,
                     struct diags *diags)
{
	struct maker m = { .request = request, .around = around, .plan = out, .diags = diags };
	bool good;

	*out = (struct suite_plan){ .arena = arena_new() };
	m.arena = out->arena;
	m.last_part = &m.parts;
	good = make(&m);
	for (struct plan_part *part = m.parts; part; part = part->next)
		discover_free(&part->files);
	text_set_free(&m.ids);
	return good;
}

void suite_plan_free(struct suite_plan *plan)
{
	arena_free(plan->arena);
	*plan = (struct suite_plan){ 0 };
}
