/* SPDX-License-Identifier: MIT
 *
 * mutant_shrink.c - the least that is left of a script while what was found in it stays
 *
 * Lines are left out, not changed. The change itself stays: it lies between the lines that the script has with it and
 * without it alike, and only these are tried. In each round every line is left out once, all of these scripts are
 * played in one run, and then those lines that were not needed are left out together; where they were needed together,
 * only the last of them goes, and the next round tries the others again.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/mutant.h"
#include "util/checked.h"

enum { MOST_ROUNDS = 24 };

struct line {
	const char *text;
	size_t length;                                       /* with its newline */
	bool fixed, gone;
};

struct shrinking {
	const struct mutant_player *player;
	const struct mutant *m;
	const char *cause;
	struct line *lines;                                  /* of the changed script */
	size_t count;
	size_t head;                                         /* how many lines come before the change */
	struct buf middle;                                   /* the part of the script between the lines that stay */
};

static size_t split(const char *text, struct line *lines)
{
	size_t count = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");
		length += text[length] == '\n';
		lines[count++] = (struct line){ .text = text, .length = length };
		text += length;
	}
	return count;
}

static bool same_line(const struct line *a, const struct line *b)
{
	return a->length == b->length && !memcmp(a->text, b->text, a->length);
}

/* Find the lines of the change: all but those at the beginning and the end that both scripts share. */
static void find_change(struct shrinking *s, const struct line *plain, size_t plain_count)
{
	size_t head = 0, tail = 0, least = s->count < plain_count ? s->count : plain_count;

	while (head < least && same_line(&s->lines[head], &plain[head]))
		head++;
	while (tail < least - head && same_line(&s->lines[s->count - 1 - tail], &plain[plain_count - 1 - tail]))
		tail++;
	for (size_t i = head; i < s->count - tail; i++)
		s->lines[i].fixed = true;
	for (size_t i = head; i < plain_count - tail; i++)
		buf_add(&s->middle, plain[i].text, plain[i].length);
	s->head = head;
}

/* The script without what is gone and without line @out; with or without the change. */
static void put(const struct shrinking *s, struct buf *text, size_t out, bool changed)
{
	for (size_t i = 0; i <= s->count; i++) {
		if (i == s->head && !changed)
			buf_add(text, s->middle.data, s->middle.length);
		if (i < s->count && !s->lines[i].gone && i != out && (changed || !s->lines[i].fixed))
			buf_add(text, s->lines[i].text, s->lines[i].length);
	}
}

/* Is the cause the same without each of @outs? (A number behind the last line leaves out nothing more.) */
static bool try(const struct shrinking *s, const size_t *outs, size_t count, bool *stays)
{
	struct buf *texts = checked_memory(calloc(2 * count, sizeof(*texts)));
	struct arena *arena = arena_new();
	const struct result **results;
	const size_t targets = s->player->target_count;

	for (size_t i = 0; i < count; i++) {
		texts[2 * i] = texts[2 * i + 1] = (struct buf)BUF_INIT;
		put(s, &texts[2 * i], outs[i], true);
		put(s, &texts[2 * i + 1], outs[i], false);
	}
	bool good = mutants_play(s->player, texts, 2 * count, arena, &results);
	for (size_t i = 0; good && i < count; i++) {
		struct buf cause = BUF_INIT;
		stays[i] = mutant_cause(&cause, s->player, s->m, &results[2 * i * targets],
		                        &results[(2 * i + 1) * targets]) && !strcmp(cause.data, s->cause);
		buf_free(&cause);
	}
	for (size_t i = 0; i < 2 * count; i++)
		buf_free(&texts[i]);
	free(texts);
	arena_free(arena);
	return good;
}

static void set_gone(struct shrinking *s, const size_t *lines, const bool *which, size_t count, bool gone)
{
	for (size_t i = 0; i < count; i++)
		if (which[i])
			s->lines[lines[i]].gone = gone;
}

/* Leave out whatever can be left out in one pass. False: nothing more can be. */
static bool shrink_once(struct shrinking *s)
{
	size_t *outs = checked_memory(calloc(s->count + 1, sizeof(*outs))), count = 0, last = s->count;
	bool *stays = checked_memory(calloc(s->count + 1, sizeof(*stays))), together = false;

	for (size_t i = 0; i < s->count; i++)
		if (!s->lines[i].gone && !s->lines[i].fixed)
			outs[count++] = i;
	if (count && try(s, outs, count, stays))
		for (size_t i = 0; i < count; i++)
			last = stays[i] ? i : last;
	if (last < count) {
		const size_t none = s->count;
		set_gone(s, outs, stays, count, true);
		if (!try(s, &none, 1, &together) || !together) {
			set_gone(s, outs, stays, count, false);
			s->lines[outs[last]].gone = true;
		}
	}
	const bool more = last < count;
	free(outs);
	free(stays);
	return more;
}

bool mutant_shrink(struct buf *out, const struct mutant_player *player, const struct mutant *m, const char *cause)
{
	struct shrinking s = { .player = player, .m = m, .cause = cause, .middle = BUF_INIT };
	struct line *plain = checked_memory(calloc(m->plain.length + 1, sizeof(*plain)));
	bool stays = false;

	s.lines = checked_memory(calloc(m->changed.length + 1, sizeof(*s.lines)));
	s.count = split(m->changed.data, s.lines);
	find_change(&s, plain, split(m->plain.data, plain));
	const size_t none = s.count;
	if (try(&s, &none, 1, &stays) && stays)
		for (int round = 0; round < MOST_ROUNDS && shrink_once(&s); round++)
			;
	put(&s, out, none, true);
	buf_free(&s.middle);
	free(s.lines);
	free(plain);
	return stays;
}
