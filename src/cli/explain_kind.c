/* SPDX-License-Identifier: MIT
 *
 * explain_kind.c - what each kind of failure means, for readers of reports
 */
#include <ctype.h>
#include <stdio.h>
#include <strings.h>

#include "cli/explain_kind.h"
#include "drill/record.h"

/* What it means, and what to look at first. */
static const char *const texts[MISMATCH_KINDS][2] = {
	[MISMATCH_FIELDS] = {
		"A packet came for the line, in its time, and other fields were in it. All that differ are listed; "
		"the one named first explains the others.",
		"Look at the carets under both packets. What does not matter is left open: win *, <...>, P?. "
		"(pkt(5), What may differ).",
	},
	[MISMATCH_MISSING] = {
		"No packet of the connection came until the end of the line's time and some two seconds more.",
		"Was the packet that would cause it injected before, and the call made? Does the line belong to the"
		" connection that you mean? -v shows what came of others.",
	},
	[MISMATCH_EXTRA] = {
		"A packet came that answers another line, or none, while another one was expected.",
		"The line for it may be missing in the script, or stand further down. Silence itself is asserted by"
		" '> nothing'.",
	},
	[MISMATCH_DUPLICATE] = {
		"A packet that had been sent was sent again: a retransmission, as a rule.",
		"Is an acknowledgment missing in the script, or the line for the retransmission? The note beside it"
		" says which timer it probably was.",
	},
	[MISMATCH_RESEGMENTED] = {
		"The data that the line expects came, cut in other places.",
		"'stream * P?. 1:3001(3000)' takes it in whatever segments; --strict_segments and --mss say more.",
	},
	[MISMATCH_EARLY] = {
		"The packet is the right one and came before the line's time.",
		"Times after + count from the event before. A range is written +0.1~+0.3.",
	},
	[MISMATCH_LATE] = {
		"The packet is the right one and came after the line's time and the tolerance (--tolerance_usecs).",
		"If the machine was late itself, a run is INCONCLUSIVE instead; so this is the target's own time.",
	},
	[MISMATCH_RESULT] = {
		"A call returned something else than its line says, or failed with another errno.",
		"The report has both. $name in the place of the result takes whatever comes.",
	},
	[MISMATCH_OUTPUT] = {
		"A call returned what it should, and what it wrote was different: an option's value, flags, a "
		"control message, contents.",
		"[...] leaves the value of an option open, and an ellipsis most members of structures.",
	},
	[MISMATCH_ASSERTION] = {
		"An assert of a code block did not hold, or the block could not be run.",
		"The report shows the expression with its values, as they were when the event of the block was due.",
	},
	[MISMATCH_COMMAND] = {
		"A command of the shell failed or had another exit status than 0.",
		"Its output is in the report. A sysctl that the kernel does not have is such a failure.",
	},
	[MISMATCH_BLOCKED] = {
		"A call did not return when it should have.",
		"A call that is to block is marked by its end: +0...0.200 read(...). The report says since when it "
		"has waited, and for what.",
	},
	[MISMATCH_BASIS] = {
		"A line builds on something that has not happened: it echoes a time-stamp that never came, uses a "
		"name that got no value, or calls what may block while another call still waits.",
		"Either the target owes it, or the script should not count on it: the lines before this one say which.",
	},
	[MISMATCH_OTHER] = {
		"No target could play the line: there is no socket that the packet could belong to, no key that "
		"signs it, or the packet cannot be sent as it is written.",
		"This is about the script, not about the target, so the verdict is ERROR.",
	},
};

/* "missing packet", "missing-packet", "Missing": the words may be joined, and the last ones left out. */
static bool is_called(const char *name, const char *word)
{
	for (; *name && *word; name++, word++)
		if (tolower((unsigned char)*word) != *name && !((*word == '-' || *word == '_') && *name == ' '))
			return false;
	return !*word && (!*name || *name == ' ');
}

bool explain_kind(const char *word)
{
	for (int i = MISMATCH_NONE + 1; i < MISMATCH_KINDS; i++) {
		if (!is_called(mismatch_kind_name[i], word))
			continue;
		printf("%s: a kind of failure\n  %s\n  %s\n", mismatch_kind_name[i], texts[i][0], texts[i][1]);
		return true;
	}
	return false;
}

const char *explain_kind_at(int index)
{
	return index + 1 < MISMATCH_KINDS ? mismatch_kind_name[index + 1] : NULL;
}
