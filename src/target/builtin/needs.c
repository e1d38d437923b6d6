/* SPDX-License-Identifier: MIT
 *
 * needs.c - what a case may need, and the reference stack has or has not
 */
#include "stack/congestion.h"
#include "target/builtin/builtin.h"
#include "target/builtin/builtin_commands.h"
#include "util/table.h"

static void no_such_control(struct buf *why, const char *name)
{
	struct guess guess = { .wanted = name };

#define OFFER(word) guess_offer(&guess, #word);
	TCP_CONGESTION_CONTROLS(OFFER)
#undef OFFER
	buf_puts(why, "the reference stack has no such congestion control");
	if (guess.nearest)
		buf_printf(why, "; did you mean '%s'?", guess.nearest);
}

bool builtin_target_has(const struct need *need, struct buf *why)
{
	bool there = true;

	switch (need->kind) {
	case NEED_CONGESTION_CONTROL:
		there = congestion_find(need->argument);
		if (!there)
			no_such_control(why, need->argument);
		break;
	case NEED_COMMAND:
		there = commands_know(&builtin_world, need->argument);
		buf_puts(why, there ? "" : "in virtual time commands are read, and this one is not known");
		break;
	case NEED_PYTHON3:
		there = need_finds_command("python3");
		buf_puts(why, there ? "" : "there is no such command");
		break;
	default:                                             /* protocols it has; the machine's kernel is not used */
		break;
	}
	return there;
}
