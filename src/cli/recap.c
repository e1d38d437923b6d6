/* SPDX-License-Identifier: MIT
 *
 * recap.c - what did not pass, once more at the end of a run, where it is seen
 */
#include "cli/recap.h"

#include <stdlib.h>
#include <string.h>

#include "util/checked.h"
#include "util/printable.h"

enum { REASON_BYTES = 160 };

void recap_add(struct recap *recap, const struct suite_case *what, const struct attempt *answer, bool virtual_time)
{
	recap->played++;
	if (virtual_time)
		recap->virtual_time = vtime_add(recap->virtual_time, vtime_max(VTIME_ZERO, answer->duration));
	if (answer->verdict == VERDICT_PASS || answer->verdict == VERDICT_SKIP)
		return;
	if (!recap->arena)
		recap->arena = arena_new();
	if (recap->count == recap->room) {
		recap->room = recap->room ? 2 * recap->room : 16;
		recap->list = checked_memory(realloc(recap->list, recap->room * sizeof(*recap->list)));
	}
	recap->list[recap->count++] = (struct recap_line){
		what, answer->verdict,
		arena_strndup(recap->arena, answer->reason.data, strcspn(answer->reason.data, "\n")),
	};
}

/* A reason that is cut short ends between whole characters. */
static void add_reason(struct buf *out, const char *reason)
{
	struct buf text = BUF_INIT;

	printable_add(&text, reason, "");
	if (text.length > REASON_BYTES) {
		size_t end = REASON_BYTES;

		while (((unsigned char)text.data[end] & 0xc0) == 0x80)
			end--;
		text.length = end;
		text.data[end] = '\0';
		buf_puts(&text, "...");
	}
	buf_printf(out, "  %s", text.data);
	buf_free(&text);
}

void recap_print(struct buf *out, const struct recap *recap)
{
	if (recap->count)
		buf_puts(out, "\nWhat did not pass:\n");
	for (size_t i = 0; i < recap->count && i < RECAP_LINES; i++) {
		const struct recap_line *line = &recap->list[i];

		buf_printf(out, "  %s  ", verdict_name[line->verdict]);
		printable_add(out, line->what->id, "");
		if (*line->reason)
			add_reason(out, line->reason);
		buf_puts(out, "\n");
	}
	if (recap->count > RECAP_LINES)
		buf_printf(out, "  ... and %zu more\n", recap->count - RECAP_LINES);
	if (recap->count)
		buf_puts(out, "\n");
}

void recap_times(struct buf *out, const struct recap *recap, vtime_t wall)
{
	buf_printf(out, "%zu case%s in %.1f s", recap->played, recap->played == 1 ? "" : "s", vtime_to_s(wall));
	if (recap->virtual_time.ns)
		buf_printf(out, "; %.1f s of virtual time", vtime_to_s(recap->virtual_time));
}

void recap_free(struct recap *recap)
{
	free(recap->list);
	arena_free(recap->arena);
	*recap = (struct recap){ 0 };
}
