/* SPDX-License-Identifier: MIT
 *
 * plan_cells.c - the combinations of a plan's matrix, their names and settings
 *
 * A cell has one value for each axis. People see its name in reports and use it in expected failures, so it must be
 * short and stay the same from run to run: it has the values of those axes that have several over all plans of the run.
 * A value that depends on another one, like a prefix on its address, is left out unless two cells would have the same
 * name without it. A target with a kernel of its own has no profile and no defects; for it these axes have no values,
 * and so its cells do not multiply by them.
 *
 * What a cell sets are options of scripts, in the order of the axes, so that a later one wins over an earlier one.
 */
#include "suite/plan_cells.h"

#include <string.h>

#include "script/config.h"
#include "util/text_set.h"

enum { MOST_CELLS = 100000 };

struct maker {
	const struct plan_request *request;
	const struct plan_surroundings *around;
	struct arena *arena;
	struct diags *diags;
};

static const struct loc no_place;

/* ---- cells ---- */

static const struct plan_target *target_find(const struct maker *m, const char *name)
{
	const struct plan_target *row = plan_target_find(m->around->targets, name);

	if (!row->takes_text)
		return row;
	struct plan_target *target = arena_new_object(m->arena, struct plan_target);
	*target = *row;
	target->name = name;
	target->kernel = row->kernel_of ? row->kernel_of(name, m->arena) : NULL;
	return target;
}

static const struct plan_axis *axis_find(const struct plan_axes *axes, enum plan_axis_kind kind, const char *name)
{
	for (size_t i = 0; i < axes->count; i++)
		if (axes->list[i].kind == kind && !strcmp(axes->list[i].name, name))
			return &axes->list[i];
	return NULL;
}

static bool has_word(const struct plan_words *words, const char *text)
{
	for (size_t i = 0; i < words->count; i++)
		if (!strcmp(words->list[i].text, text))
			return true;
	return false;
}

/* Those of the targets asked for that play what is for @name, and are not among @named, the targets of the plan. */
static void add_stand_ins(struct maker *m, struct plan_words *values, const char *name, const struct plan_words *named,
                          struct loc loc)
{
	for (const char *const *asked = m->request->targets; asked && *asked; asked++) {
		const struct plan_target *target = plan_target_find(m->around->targets, *asked);
		if (target->stands_for && !strcmp(target->stands_for, name) && !has_word(named, *asked) &&
		    !has_word(values, *asked))
			plan_words_add(values, *asked, loc, m->arena);
	}
}

/* The targets of the plan, each followed by those that were asked for and stand for it. */
static void copy_targets(struct maker *m, struct plan_axes *to, const struct plan_axis *axis)
{
	struct plan_axis *copy = plan_axes_add(to, AXIS_TARGET, axis->name, m->arena);

	for (size_t i = 0; i < axis->values.count; i++) {
		plan_words_add(&copy->values, axis->values.list[i].text, axis->values.list[i].loc, m->arena);
		add_stand_ins(m, &copy->values, axis->values.list[i].text, &axis->values, axis->values.list[i].loc);
	}
}

static void copy_axis(struct maker *m, struct plan_axes *to, const struct plan_axis *axis)
{
	plan_axes_add(to, axis->kind, axis->name, m->arena)->values = axis->values;
}

/* The axis as the plan has it; else as the command line has it, if it says anything; else with @otherwise, or none. */
static void settle_axis(struct maker *m, struct plan_part *part, enum plan_axis_kind kind, const char *key,
                        const char *const *asked, const char *otherwise)
{
	const struct plan_axis *said = axis_find(&part->spec->matrix, kind, key);
	struct plan_axis *axis;

	if (said && kind == AXIS_TARGET) {
		copy_targets(m, &part->axes, said);
		return;
	}
	if (said) {
		copy_axis(m, &part->axes, said);
		return;
	}
	if (!asked && !otherwise)
		return;
	axis = plan_axes_add(&part->axes, kind, key, m->arena);
	for (size_t i = 0; asked && asked[i]; i++)
		plan_words_add(&axis->values, asked[i], no_place, m->arena);
	if (!asked)
		plan_words_add(&axis->values, otherwise, no_place, m->arena);
}

/* Targets outermost: what is played in virtual time and what is not stay together. */
static void settle_axes(struct maker *m, struct plan_part *part)
{
	const struct plan_axes *matrix = &part->spec->matrix;

	settle_axis(m, part, AXIS_TARGET, "target", m->request->targets, m->around->targets->name);
	settle_axis(m, part, AXIS_PROFILE, "profile", m->request->profiles, NULL);
	settle_axis(m, part, AXIS_ADDRESS, "address", NULL, NULL);
	settle_axis(m, part, AXIS_DEFECT, "defect", NULL, NULL);
	for (size_t i = 0; i < matrix->count; i++)
		if (matrix->list[i].kind == AXIS_OPTION || matrix->list[i].kind == AXIS_DEFINE)
			copy_axis(m, &part->axes, &matrix->list[i]);
}

static bool is_about_stack(enum plan_axis_kind kind)
{
	return kind == AXIS_PROFILE || kind == AXIS_DEFECT;
}

static bool is_named(const char *const *names, const char *name)
{
	while (names && *names && strcmp(*names, name))
		names++;
	return !names || *names;
}

const char *plan_cell_value(const struct plan_cell *cell, enum plan_axis_kind kind, const char *name)
{
	for (size_t i = 0; i < cell->axes->count; i++)
		if (cell->axes->list[i].kind == kind && !strcmp(cell->axes->list[i].name, name))
			return cell->values[i];
	return NULL;
}

/* Do -t and --profile leave the cell in? They do not restrict what the plan leaves open to them. */
static bool is_asked_for(const struct maker *m, const struct plan_cell *cell)
{
	const char *profile = plan_cell_value(cell, AXIS_PROFILE, "profile");

	return is_named(m->request->targets, cell->target->name) &&
	       (!profile || is_named(m->request->profiles, profile));
}

/* A cell from the indexes of its values. NULL: it would be a copy of another, since its target is a real one, to which
 * the value of a profile or defect means nothing. */
static struct plan_cell *make_cell(struct maker *m, const struct plan_part *part, const size_t *index)
{
	const struct plan_axes *axes = &part->axes;
	struct plan_cell *cell = arena_new_object(m->arena, struct plan_cell);

	cell->axes = axes;
	cell->values = arena_new_array(m->arena, const char *, axes->count);
	cell->target = target_find(m, axes->list[0].values.list[index[0]].text);
	for (size_t i = 0; i < axes->count; i++) {
		bool without = !cell->target->virtual_time && is_about_stack(axes->list[i].kind);
		if (without && index[i])
			return NULL;
		cell->values[i] = without ? NULL : axes->list[i].values.list[index[i]].text;
	}
	cell->asked_for = is_asked_for(m, cell);
	return cell;
}

/* Move to the next combination, the last axis first; false after the last one. */
static bool advance(const struct plan_axes *axes, size_t *index)
{
	for (size_t i = axes->count; i-- > 0;) {
		if (++index[i] < axes->list[i].values.count)
			return true;
		index[i] = 0;
	}
	return false;
}

static bool make_cells(struct maker *m, struct plan_part *part)
{
	size_t *index, combinations = 1;

	settle_axes(m, part);
	for (size_t i = 0; i < part->axes.count; i++) {
		combinations *= part->axes.list[i].values.count;
		if (combinations > MOST_CELLS)
			return diag_error(m->diags, DIAG_OPTION, part->axes.list[i].values.list[0].loc,
			                  "the matrix is too large", "there may be at most %d combinations",
			                  MOST_CELLS);
	}
	index = arena_new_array(m->arena, size_t, part->axes.count);
	do {
		struct plan_cell *cell = make_cell(m, part, index);
		if (cell) {
			*part->last_cell = cell;
			part->last_cell = &cell->next;
		}
	} while (advance(&part->axes, index));
	return true;
}

/* ---- names of variants ---- */

struct namer {
	struct arena *arena;
	struct plan_part *parts;
	struct plan_axes differing;                          /* by kind and name, with all values that there are */
	bool brief;                                          /* without what goes along with the rest */
};

static void note_value(struct namer *n, const struct plan_axis *axis, const char *value)
{
	struct plan_axis *seen = (struct plan_axis *)axis_find(&n->differing, axis->kind, axis->name);

	if (!seen)
		seen = plan_axes_add(&n->differing, axis->kind, axis->name, n->arena);
	for (size_t i = 0; i < seen->values.count; i++)
		if (!strcmp(seen->values.list[i].text, value))
			return;
	plan_words_add(&seen->values, value, no_place, n->arena);
}

/* A cell whose plan does not know an axis has no value there, which is one of its own. */
static void note_absence(struct namer *n, const struct plan_cell *cell)
{
	for (size_t i = 0; i < n->differing.count; i++) {
		const struct plan_axis *axis = &n->differing.list[i];
		if (!axis_find(cell->axes, axis->kind, axis->name) &&
		    !(is_about_stack(axis->kind) && !cell->target->virtual_time))
			note_value(n, axis, "");
	}
}

static void note_cells(struct namer *n)
{
	for (const struct plan_part *part = n->parts; part; part = part->next)
		for (const struct plan_cell *cell = part->cells; cell; cell = cell->next)
			for (size_t i = 0; i < cell->axes->count; i++)
				if (cell->values[i])
					note_value(n, &cell->axes->list[i], cell->values[i]);
	for (const struct plan_part *part = n->parts; part; part = part->next)
		for (const struct plan_cell *cell = part->cells; cell; cell = cell->next)
			note_absence(n, cell);
}

static bool is_flag(const struct plan_axis *axis)
{
	const struct config_option *option = axis->kind == AXIS_OPTION ? config_option_find(axis->name) : NULL;

	return option && !option->argument;
}

static void add_variant(struct buf *out, const struct plan_axis *axis, const char *value)
{
	buf_add_byte(out, out->length ? '/' : '@');
	if (axis->kind == AXIS_OPTION || axis->kind == AXIS_DEFINE)
		buf_printf(out, "%s=%s", axis->name, value);
	else
		buf_puts(out, value);
}

void plan_cells_replace_blanks(struct buf *text)
{
	for (size_t i = 0; i < text->length; i++)
		if ((unsigned char)text->data[i] <= ' ' || text->data[i] == 0x7f)
			text->data[i] = '_';
}

/* An option that a plan only sets goes along with what it plays there: an address with its prefix. */
static bool goes_along(const struct plan_axis *axis)
{
	return (axis->kind == AXIS_OPTION || axis->kind == AXIS_DEFINE) && axis->values.count == 1;
}

static void name_variant(struct namer *n, struct plan_cell *cell)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < cell->axes->count; i++) {
		const struct plan_axis *axis = &cell->axes->list[i];
		const struct plan_axis *seen = axis_find(&n->differing, axis->kind, axis->name);
		if (cell->values[i] && seen->values.count > 1 && !(n->brief && goes_along(axis)))
			add_variant(&text, axis, cell->values[i]);
	}
	plan_cells_replace_blanks(&text);
	cell->variant = arena_strdup(n->arena, text.data);
	buf_free(&text);
}

/* ---- what a variant sets ---- */

/* As the drivers of other suites set it: addresses for documentation and tests, and room for the longer header, so
 * that segments are of the same size. The words are those that scripts for several families use in place of what
 * differs: what the machine's Fast Open cookies are under the keys that those scripts set, the ICMP code of a host
 * that cannot be reached, the level and type of control messages with errors. A socket of AF_INET6 that speaks IPv4
 * has those of IPv6. */
static const struct address_setting {
	const char *address;
	struct setting setting;
} address_settings[] = {
	{ "ipv4", { "ip_version", "ipv4" } },
	{ "ipv4-mapped-ipv6", { "ip_version", "ipv4-mapped-ipv6" } },
	{ "ipv6", { "ip_version", "ipv6" } },
	{ "ipv4", { "local_ip", "192.168.0.1" } },
	{ "ipv4", { "gateway_ip", "192.168.0.1" } },
	{ "ipv4", { "netmask_ip", "255.255.0.0" } },
	{ "ipv4", { "remote_ip", "192.0.2.1" } },
	{ "ipv4", { "define", "TFO_COOKIE=3021b9d889017eeb" } },
	{ "ipv4", { "define", "TFO_COOKIE_ZERO=b7c12350a90dc8f5" } },
	{ "ipv4", { "define", "CODE=host_unreachable" } },
	{ "ipv4", { "define", "CMSG_LEVEL_IP=SOL_IP" } },
	{ "ipv4", { "define", "CMSG_TYPE_RECVERR=IP_RECVERR" } },
	{ "ipv4-mapped-ipv6", { "local_ip", "192.168.0.1" } },
	{ "ipv4-mapped-ipv6", { "gateway_ip", "192.168.0.1" } },
	{ "ipv4-mapped-ipv6", { "netmask_ip", "255.255.0.0" } },
	{ "ipv4-mapped-ipv6", { "remote_ip", "192.0.2.1" } },
	{ "ipv4-mapped-ipv6", { "define", "TFO_COOKIE=3021b9d889017eeb" } },
	{ "ipv4-mapped-ipv6", { "define", "TFO_COOKIE_ZERO=b7c12350a90dc8f5" } },
	{ "ipv4-mapped-ipv6", { "define", "CODE=host_unreachable" } },
	{ "ipv4-mapped-ipv6", { "define", "CMSG_LEVEL_IP=SOL_IPV6" } },
	{ "ipv4-mapped-ipv6", { "define", "CMSG_TYPE_RECVERR=IPV6_RECVERR" } },
	{ "ipv6", { "mtu", "1520" } },
	{ "ipv6", { "local_ip", "fd3d:0a0b:17d6::1" } },
	{ "ipv6", { "gateway_ip", "fd3d:0a0b:17d6:8888::1" } },
	{ "ipv6", { "remote_ip", "fd3d:fa7b:d17d::1" } },
	{ "ipv6", { "define", "TFO_COOKIE=c1d1e9742a47a9bc" } },
	{ "ipv6", { "define", "TFO_COOKIE_ZERO=82af1a8f9a205c34" } },
	{ "ipv6", { "define", "CODE=address_unreachable" } },
	{ "ipv6", { "define", "CMSG_LEVEL_IP=SOL_IPV6" } },
	{ "ipv6", { "define", "CMSG_TYPE_RECVERR=IPV6_RECVERR" } },
};

static size_t set_address(struct setting *out, const char *address)
{
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(address_settings); i++)
		if (!strcmp(address_settings[i].address, address))
			out[count++] = address_settings[i].setting;
	return count;
}

static size_t set_value(struct setting *out, const struct plan_axis *axis, const char *value, struct arena *arena)
{
	switch (axis->kind) {
	case AXIS_ADDRESS:
		return set_address(out, value);
	case AXIS_OPTION:
		*out = (struct setting){ axis->name, is_flag(axis) ? NULL : value };
		return is_flag(axis) && strcmp(value, "true") ? 0 : 1;
	case AXIS_DEFINE:
		*out = (struct setting){ "define", arena_printf(arena, "%s=%s", axis->name, value) };
		return 1;
	default:
		return 0;
	}
}

/* An option that the plan sets replaces what goes along with its address. */
static size_t without(struct setting *list, size_t count, const char *option)
{
	size_t kept = 0;

	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, option))
			list[kept++] = list[i];
	return kept;
}

static void make_settings(struct plan_cell *cell, struct arena *arena)
{
	struct setting *settings =
		arena_new_array(arena, struct setting, cell->axes->count + ARRAY_LEN(address_settings));

	for (size_t i = 0; i < cell->axes->count; i++) {
		const struct plan_axis *axis = &cell->axes->list[i];

		if (!cell->values[i])
			continue;
		if (axis->kind == AXIS_OPTION)
			cell->setting_count = without(settings, cell->setting_count, axis->name);
		cell->setting_count += set_value(settings + cell->setting_count, axis, cell->values[i], arena);
	}
	cell->settings = settings;
}

bool plan_cells_make(struct plan_part *part, const struct plan_request *request, const struct plan_surroundings *around,
                     struct arena *arena, struct diags *diags)
{
	struct maker m = { request, around, arena, diags };

	return make_cells(&m, part);
}

/* False: two cells have the same name. */
static bool name_cells(struct namer *n)
{
	struct text_set names = { 0 };
	bool distinct = true;

	for (struct plan_part *part = n->parts; part; part = part->next) {
		for (struct plan_cell *cell = part->cells; cell; cell = cell->next) {
			name_variant(n, cell);
			distinct &= text_set_add(&names, cell->variant);
		}
	}
	text_set_free(&names);
	return distinct;
}

void plan_cells_name(struct plan_part *parts, struct arena *arena)
{
	struct namer n = { .arena = arena, .parts = parts, .brief = true };

	note_cells(&n);
	if (!name_cells(&n)) {
		n.brief = false;
		name_cells(&n);
	}
	for (const struct plan_part *part = parts; part; part = part->next)
		for (struct plan_cell *cell = part->cells; cell; cell = cell->next)
			make_settings(cell, arena);
}
