/* SPDX-License-Identifier: MIT
 *
 * last_failed.h - which cases did not pass when they were last played: what --last-failed selects
 *
 * Remembered for each current directory, since names of cases are relative to it, in a file of its own below
 * $PROTODRILL_STATE, $XDG_STATE_HOME/protodrill or ~/.local/state/protodrill, whichever is the first that is set; an
 * empty PROTODRILL_STATE remembers nothing. A case that is played again replaces what was known of it, all others
 * stay. The file is a convenience: that it cannot be read or written is no error.
 */
#ifndef CLI_LAST_FAILED_H
#define CLI_LAST_FAILED_H

#include "cli/recap.h"
#include "suite/case.h"

struct last_failed {
	struct failed_case {
		const char *path, *id;
	} *list;
	size_t count;
};

/* @id without a leading "./", which makes no difference. */
const char *last_failed_name(const char *id);

/* All texts are from @arena. */
struct last_failed last_failed_load(struct arena *arena);
/* Remember which cases did not pass: of @plan the first @played ones were played, and @recap has those that did not
 * pass. */
void last_failed_save(const struct suite_plan *plan, size_t played, const struct recap *recap);

#endif
