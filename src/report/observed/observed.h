/* SPDX-License-Identifier: MIT
 *
 * observed.h - the script as it would have to read to pass
 *
 * A run ends at its first failure, so one record tells of one place only: suite/settle.h plays the result again until
 * nothing fails any more.
 */
#ifndef REPORT_OBSERVED_H
#define REPORT_OBSERVED_H

#include "drill/record.h"
#include "util/buf.h"

/* The script of @r, a FAIL, with what differed as it was observed. All else stays as the author wrote it; each change
 * has a comment "// observed: WHY; was: OLD TEXT" (or "gone:"). @original, if not NULL, is the text that the author
 * wrote, where r->script is already the result of an earlier round: one line gets one comment. */
void observed_correct(struct buf *out, const struct record *r, const struct source *original);

/* The same for a result that cannot be played: what @diags, of script_check(), complain of goes. */
void observed_refuse(struct buf *out, const struct script *script, const struct diags *diags,
                     const struct source *original);

/* @text, which observed_correct() made of @original, with a comment at the top: what @target did, how many lines that
 * changed, and why it may not be the whole (@doubt, one line; NULL: it is the whole). */
void observed_whole(struct buf *out, const struct buf *text, const char *target, const struct source *original,
                    const char *doubt);

/* Both for a single record: what follows the failed line is unverified, and the top says so. */
void observed_script(struct buf *out, const struct record *r);

#endif
