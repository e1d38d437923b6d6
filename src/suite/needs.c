/* SPDX-License-Identifier: MIT
 *
 * needs.c - the needs of a case, one by one
 */
#include "suite/needs.h"

#include <string.h>

#include "script/case_header.h"

/* The next of the needs in @text, without the comma behind it; false at the end. */
static bool next_need(const char **text, size_t *left, const char **need, size_t *length)
{
	const char *comma = *left ? memchr(*text, ',', *left) : NULL;

	if (!*left)
		return false;
	*need = *text;
	*length = comma ? (size_t)(comma - *text) : *left;
	*text += *length + (comma ? 1 : 0);
	*left -= *length + (comma ? 1 : 0);
	return true;
}

static struct loc loc_of(const struct source *source, const char *need, size_t length)
{
	while (length && (*need == ' ' || *need == '\t')) {
		need++;
		length--;
	}
	return header_loc(source, need, length);
}

bool needs_check(const struct source *source, struct diags *diags)
{
	struct arena *arena = NULL;
	const char *text, *at;
	size_t left, length;
	struct need need;
	bool good = true;

	if (!header_find(source, "needs", &text, &left))
		return true;
	arena = arena_new();
	while (next_need(&text, &left, &at, &length)) {
		struct buf problem = BUF_INIT;
		if (!need_parse(at, length, arena, &need, &problem))
			good = diag_error(diags, DIAG_OPTION, loc_of(source, at, length), "unknown need", "%s",
			                  problem.data);
		buf_free(&problem);
	}
	arena_free(arena);
	return good;
}

bool needs_trait_met(const struct traits *traits, const struct need *need, struct buf *why)
{
	const bool there = trait_there(traits, need->argument);

	if (!there)
		buf_printf(why, "%s has not: %s", traits && traits->stack ? traits->stack : "this stack",
		           trait_find(need->argument)->help);
	return there;
}

static bool meets(const struct needs_judge *judge, const struct need *need, struct buf *why)
{
	if (need->kind == NEED_TRAIT)
		return needs_trait_met(judge->traits, need, why);
	return judge->kernel ? judge->kernel_has(judge->kernel, need, why) : judge->has(need, why);
}

bool needs_met(const char *text, const struct needs_judge *judge, struct arena *arena, struct buf *why)
{
	struct need need;

	return need_parse(text, strlen(text), arena, &need, why) && meets(judge, &need, why);
}

const char *needs_lacking(const struct source *source, const struct needs_judge *judge, struct arena *arena,
                          struct buf *why)
{
	struct buf ignored = BUF_INIT;
	const char *text, *at, *lacking = NULL;
	size_t left, length;
	struct need need;

	if (!header_find(source, "needs", &text, &left))
		return NULL;
	while (!lacking && next_need(&text, &left, &at, &length))
		if (need_parse(at, length, arena, &need, &ignored) && !meets(judge, &need, why))
			lacking = need.text;
	buf_free(&ignored);
	return lacking;
}

const struct need *needs_of(const struct script *script, const struct need *more, size_t more_count, size_t *count)
{
	struct need *list = NULL;
	struct buf ignored = BUF_INIT;
	const char *text, *at;
	size_t left = 0, length, room = 0;

	*count = 0;
	header_find(&script->source, "needs", &text, &left);
	while (next_need(&text, &left, &at, &length)) {
		list = arena_grow(script->arena, list, *count, &room, sizeof(*list));
		*count += need_parse(at, length, script->arena, &list[*count], &ignored);
	}
	const struct need own[] = {
		{ .kind = NEED_UDPLITE, .text = "udplite", .argument = "" },
		{ .kind = NEED_TCP_IN_UDP, .text = "tcp-in-udp", .argument = "" },
	};
	const bool wanted[] = { script->needs_udplite, script->config.udp_encapsulation };
	for (size_t i = 0; i < ARRAY_LEN(own); i++) {
		if (!wanted[i])
			continue;
		list = arena_grow(script->arena, list, *count, &room, sizeof(*list));
		list[(*count)++] = own[i];
	}
	for (size_t i = 0; i < more_count; i++) {
		list = arena_grow(script->arena, list, *count, &room, sizeof(*list));
		list[(*count)++] = more[i];
	}
	buf_free(&ignored);
	return list;
}
