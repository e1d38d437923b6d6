/* SPDX-License-Identifier: MIT
 *
 * task.c - a task as bytes, and back
 *
 * Both ends are one program, so the layout is that of this machine; and both directions are one function (carry_task),
 * so that nothing can be written and not read.
 */
#include "cli/task.h"

#include <string.h>

struct carrier {
	struct buf *bytes;
	size_t at;                                           /* reading: how far we are */
	bool reading, good;
	struct arena *arena;                                 /* reading: for texts */
};

static void carry(struct carrier *c, void *data, size_t length)
{
	if (!c->reading) {
		buf_add(c->bytes, data, length);
	} else if (c->good && length <= c->bytes->length - c->at) {
		memcpy(data, c->bytes->data + c->at, length);
		c->at += length;
	} else {
		c->good = false;
	}
}

static void carry_text(struct carrier *c, const char **text)
{
	int64_t length = !c->reading && *text ? (int64_t)strlen(*text) : -1;

	carry(c, &length, sizeof(length));
	if (!c->reading && *text)
		buf_puts(c->bytes, *text);
	if (!c->reading)
		return;
	*text = NULL;
	if (!c->good || length < 0)
		return;
	c->good = (size_t)length <= c->bytes->length - c->at;
	if (c->good)
		*text = arena_strndup(c->arena, c->bytes->data + c->at, (size_t)length);
	c->at += c->good ? (size_t)length : 0;
}

static void carry_settings(struct carrier *c, const struct setting **list, size_t *count)
{
	struct setting *settings = (struct setting *)*list;

	carry(c, count, sizeof(*count));
	if (c->reading && (!c->good || *count > c->bytes->length)) {
		*count = 0;
		c->good = false;
	}
	if (c->reading)
		settings = arena_new_array(c->arena, struct setting, *count);
	for (size_t i = 0; i < *count; i++) {
		carry_text(c, &settings[i].name);
		carry_text(c, &settings[i].value);
	}
	*list = settings;
}

static void carry_request(struct carrier *c, struct run_request *r)
{
	const struct setting *settings = r->settings.list;

	carry(c, &r->style, sizeof(r->style));
	carry(c, &r->text, sizeof(r->text));
	carry(c, &r->results, sizeof(r->results));
	carry(c, &r->observed, sizeof(r->observed));
	carry(c, &r->capture, sizeof(r->capture));
	carry(c, &r->lines, sizeof(r->lines));
	carry(c, &r->colour_errors, sizeof(r->colour_errors));
	carry(c, &r->python, sizeof(r->python));
	carry_text(c, &r->today);
	carry_settings(c, &settings, &r->settings.count);
	r->settings.list = (struct setting *)settings;
}

/* The expectation of a case that comes in is stored in @expectation. */
static void carry_case(struct carrier *c, struct suite_case *what, struct plan_expectation *expectation)
{
	bool expects = what->expectation != NULL;

	if (!c->reading && expects)
		*expectation = *what->expectation;
	carry(c, &what->number, sizeof(what->number));
	carry_text(c, &what->path);
	carry_text(c, &what->id);
	carry_text(c, &what->target);
	carry_text(c, &what->address);
	carry_settings(c, &what->settings, &what->setting_count);
	carry(c, &expects, sizeof(expects));
	if (!expects)
		return;
	carry(c, &expectation->verdict, sizeof(expectation->verdict));
	carry(c, &expectation->line, sizeof(expectation->line));
	carry_text(c, &expectation->kind);
	carry_text(c, &expectation->reason);
	carry_text(c, &expectation->expires);
	what->expectation = expectation;
}

static void carry_traits(struct carrier *c, struct traits **traits)
{
	bool said = *traits;

	carry(c, &said, sizeof(said));
	if (!said)
		return;
	if (c->reading)
		*traits = traits_new(c->arena);
	carry_text(c, &(*traits)->stack);
	for (size_t i = 0; i < trait_count; i++)
		carry_text(c, &(*traits)->values[i]);
}

static bool carry_task(struct carrier *c, struct task *t)
{
	carry_text(c, &t->directory);
	carry_text(c, &t->program_folder);
	carry_text(c, &t->target);
	carry(c, &t->old_face, sizeof(t->old_face));
	carry(c, &t->setup.seed, sizeof(t->setup.seed));
	carry(c, &t->setup.seed_set, sizeof(t->setup.seed_set));
	carry_request(c, &t->request);
	carry_case(c, &t->what, &t->expectation);
	carry_traits(c, &t->traits);
	return c->good && (!c->reading || (c->at == c->bytes->length && t->target && t->what.path && t->directory));
}

bool task_write(const struct task *task, struct buf *bytes)
{
	struct carrier carrier = { .bytes = bytes, .good = true };
	struct task copy = *task;

	return carry_task(&carrier, &copy);
}

bool task_read(struct buf *bytes, struct arena *arena, struct task *out)
{
	struct carrier carrier = { .bytes = bytes, .reading = true, .good = true, .arena = arena };

	*out = (struct task){ .what = { .retries = -1, .timeout_s = -1 } };
	return carry_task(&carrier, out);
}
