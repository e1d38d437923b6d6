/* SPDX-License-Identifier: MIT
 *
 * record.c - appending to a record
 */
#include "drill/record.h"

#include <assert.h>

const char *const verdict_name[] = {
	[VERDICT_PASS] = "PASS",
	[VERDICT_FAIL] = "FAIL",
	[VERDICT_INCONCLUSIVE] = "INCONCLUSIVE",
	[VERDICT_SKIP] = "SKIP",
	[VERDICT_ERROR] = "ERROR",
};
static_assert(ARRAY_LEN(verdict_name) == VERDICTS, "a verdict has no name");

const char *const mismatch_kind_name[] = {
	[MISMATCH_NONE] = "none",
	[MISMATCH_FIELDS] = "fields differ",
	[MISMATCH_MISSING] = "missing packet",
	[MISMATCH_EXTRA] = "extra packet",
	[MISMATCH_DUPLICATE] = "duplicate packet",
	[MISMATCH_RESEGMENTED] = "re-segmented data",
	[MISMATCH_EARLY] = "too early",
	[MISMATCH_LATE] = "too late",
	[MISMATCH_RESULT] = "other result",
	[MISMATCH_OUTPUT] = "other output",
	[MISMATCH_ASSERTION] = "assertion failed",
	[MISMATCH_COMMAND] = "command failed",
	[MISMATCH_BLOCKED] = "blocked call",
	[MISMATCH_BASIS] = "no basis",
	[MISMATCH_OTHER] = "cannot be played",
};
static_assert(ARRAY_LEN(mismatch_kind_name) == MISMATCH_KINDS, "a kind of mismatch has no name");

int verdict_exit_status(enum verdict v)
{
	static const int status[VERDICTS] = {
		[VERDICT_FAIL] = 1,
		[VERDICT_ERROR] = 2,
		[VERDICT_INCONCLUSIVE] = 3,
	};

	return status[v];
}

/* Everything in a record comes from one arena, and is released with it. */
struct record *record_new(const struct script *script, const char *target_name, bool virtual_time)
{
	struct arena *arena = arena_new();
	struct record *r = arena_new_object(arena, struct record);

	r->arena = arena;
	r->script = script;
	r->target_name = target_name;
	r->virtual_time = virtual_time;
	r->last = r->unseen = &r->first;
	r->last_sample = &r->samples;
	r->attempts = 1;
	return r;
}

void record_free(struct record *r)
{
	if (!r)
		return;
	arena_free(r->pending_call);
	arena_free(r->arena);
}

/* Zeros are a good start: nothing expected, nothing happened, nothing failed. */
struct entry *record_append(struct record *r, enum entry_kind kind, const struct event *event)
{
	struct entry *e = arena_new_object(r->arena, struct entry);

	e->kind = kind;
	e->event = event;
	e->line = event ? event_line(event, &event->time.loc) : 0;
	*r->last = e;
	r->last = &e->next;
	return e;
}

/* In order, and each once. Entries may change while their event lasts, so this is called after it. */
void record_publish(struct record *r)
{
	for (; r->observe && *r->unseen; r->unseen = &(*r->unseen)->next)
		r->observe(r, *r->unseen);
}

struct mismatch *record_mismatch(struct record *r, struct entry *e, const char *field, const char *expected,
                                 const char *observed, const char *text)
{
	struct mismatch **end = &e->mismatches, *m = arena_new_object(r->arena, struct mismatch);

	m->field = arena_strdup(r->arena, field);
	m->expected = expected ? arena_strdup(r->arena, expected) : NULL;
	m->observed = observed ? arena_strdup(r->arena, observed) : NULL;
	m->text = arena_strdup(r->arena, text);
	while (*end)
		end = &(*end)->next;
	*end = m;
	return m;
}

struct mismatch *record_field_mismatch(struct record *r, struct entry *e, enum packet_field id, const char *expected,
                                       const char *observed, const char *text)
{
	struct mismatch *m = record_mismatch(r, e, packet_fields[id].name, expected, observed, text);

	m->id = id;
	return m;
}
