/* SPDX-License-Identifier: MIT
 *
 * disagreement.c - the first difference between two plays, in words
 */
#include "report/disagreement.h"

#include <ctype.h>
#include <string.h>

#include "report/compare.h"
#include "util/arena.h"

static size_t word_length(const char *text)
{
	return *text == '<' ? strcspn(text, ">") + (strchr(text, '>') != NULL) : strcspn(text, " ");
}

static const char *next_word(const char *text)
{
	text += word_length(text);
	return text + strspn(text, " ");
}

/* The kind of a packet: its first word, which for TCP is the flags, and whether it carries data. */
static void add_kind(struct buf *out, const char *packet)
{
	const char *brackets = *packet == '[' ? strchr(packet, ']') : NULL;
	const char *text = brackets ? brackets + 1 + strspn(brackets + 1, " ") : packet;
	const char *length = strchr(text, '(');

	buf_add(out, text, word_length(text));
	if (length && strncmp(length, "(0)", 3) != 0)
		buf_puts(out, " with text");
}

static bool same_words(const char *a, const char *b)
{
	size_t length = word_length(a);

	return length == word_length(b) && !memcmp(a, b, length);
}

/* The names of what differs between two packets of one kind: a number is named by the word before it. */
static void add_fields(struct buf *out, const char *a, const char *b)
{
	const char *name = "flags";
	size_t name_length = strlen(name);

	for (int i = 0; *a && *b; i++) {
		if (!same_words(a, b)) {
			const char *what = *a == '<' || *b == '<' ? "options" : i == 1 ? "sequence number" : NULL;
			buf_add_byte(out, ' ');
			if (what)
				buf_puts(out, what);
			else
				buf_add(out, name, name_length);
		}
		if (islower((unsigned char)*a)) {
			name = a;
			name_length = word_length(a);
		}
		a = next_word(a);
		b = next_word(b);
	}
	if (*a || *b)
		buf_puts(out, " length of the line");
}

/* "read(...) = 0" of "read(4, ..., 1000) = 100 -> 0" */
static void add_call(struct buf *out, const char *live)
{
	const char *result = strstr(live, " -> "), *error;

	if (!result) {
		buf_puts(out, "no result");
		return;
	}
	result += strlen(" -> ");
	error = strstr(result, "-1 ");
	if (error)
		buf_add(out, error + 3, strcspn(error + 3, " ,("));
	else
		buf_puts(out, *result == '0' && !isalnum((unsigned char)result[1]) ? "0" : "a number");
}

static void describe_call(struct buf *out, const struct difference *d, const char *const names[2])
{
	const char *call = d->outcome_a;

	buf_add(out, call, strcspn(call, "("));
	if (d->only_time) {
		buf_puts(out, "() returns at another time");
		return;
	}
	buf_printf(out, "(): %s ", names[0]);
	add_call(out, d->outcome_a);
	buf_printf(out, ", %s ", names[1]);
	add_call(out, d->outcome_b);
}

static void describe_packets(struct buf *out, const struct difference *d)
{
	struct buf kinds[2] = { BUF_INIT, BUF_INIT };

	add_kind(&kinds[0], d->outcome_a);
	add_kind(&kinds[1], d->outcome_b);
	if (d->only_time)
		buf_printf(out, "another time of %s", kinds[0].data);
	else if (strcmp(kinds[0].data, kinds[1].data) != 0)
		buf_printf(out, "%s here, %s there", kinds[0].data, kinds[1].data);
	else {
		buf_printf(out, "other fields of %s:", kinds[0].data);
		add_fields(out, d->outcome_a, d->outcome_b);
	}
	buf_free(&kinds[0]);
	buf_free(&kinds[1]);
}

static bool is_packet(const struct result_event *e)
{
	return e->kind == ENTRY_OUTBOUND || e->kind == ENTRY_UNEXPECTED || e->kind == ENTRY_INBOUND;
}

static void describe(struct buf *out, const struct difference *of, const char *const names[2])
{
	const struct result_event *either = of->a ? of->a : of->b;
	const char *alone = of->outcome_a ? of->outcome_a : of->outcome_b;

	if (!of->outcome_a || !of->outcome_b) {
		buf_printf(out, "only %s %s ", names[of->outcome_a ? 0 : 1], is_packet(either) ? "sends" : "comes to");
		if (is_packet(either))
			add_kind(out, alone);
		else
			buf_add(out, alone, strcspn(alone, "("));
	} else if (either->kind == ENTRY_CALL || either->kind == ENTRY_RETURN) {
		describe_call(out, of, names);
	} else if (is_packet(either)) {
		describe_packets(out, of);
	} else {
		buf_puts(out, "a command or code block ends otherwise");
	}
}

bool disagreement_describe(struct buf *out, const struct result *a, const struct result *b, const char *const names[2],
                           vtime_t tolerance)
{
	struct arena *arena = arena_new();
	struct difference d;
	bool differs = compare_first(a, b, tolerance, arena, &d) && (d.outcome_a || d.outcome_b);

	if (differs)                                         /* what happened on neither side cannot differ */
		describe(out, &d, names);
	arena_free(arena);
	return differs;
}
