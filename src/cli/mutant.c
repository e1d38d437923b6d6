/* SPDX-License-Identifier: MIT
 *
 * mutant.c - judging changed copies of scripts
 */
#include "cli/mutant.h"

#include <string.h>

#include "report/disagreement.h"
#include "report/invariant.h"

/* The clocks of two stacks tick at different moments. */
enum { TOLERANCE_MS = 12 };

static bool was_played(const struct result *r)
{
	return r && r->verdict != VERDICT_ERROR && r->verdict != VERDICT_SKIP && r->verdict != VERDICT_INCONCLUSIVE;
}

bool mutant_was_played(const struct mutant_player *player, const struct result *const *changed)
{
	for (size_t t = 0; t < player->target_count; t++)
		if (!was_played(changed[t]))
			return false;
	return true;
}

static bool two_differ(struct buf *out, const struct mutant_player *player, const struct result *const *results)
{
	if (!mutant_was_played(player, results))
		return false;
	/* A kernel has coarse timers even on a virtual clock, and the comparison must know that. */
	struct result a = *results[0], b = *results[1];
	a.virtual_time = !player->coarse[0];
	b.virtual_time = !player->coarse[1];
	return disagreement_describe(out, &a, &b, player->names, vtime_ms(TOLERANCE_MS));
}

bool mutant_plain_fits(const struct mutant_player *player, const struct result *const *plain)
{
	struct buf difference = BUF_INIT;
	bool fits = was_played(plain[0]);

	if (player->target_count == 1)
		fits = fits && plain[0]->verdict == VERDICT_PASS;
	else
		fits = fits && was_played(plain[1]) && !two_differ(&difference, player, plain);
	buf_free(&difference);
	return fits;
}

/* Every packet that arrives is counted, even if it is dropped. */
static bool was_only_counted(const struct result *r)
{
	return strstr(result_headline(r), "tcpi_segs_in") != NULL;
}

static bool one_cause(struct buf *out, const struct mutant *m, const struct result *changed, const struct result *plain)
{
	const size_t before = out->length;

	if (!changed || !plain)
		return false;
	if (m->effect != MUTATION_FREE && changed->verdict == VERDICT_FAIL && plain->verdict == VERDICT_PASS &&
	    !was_only_counted(changed))
		buf_printf(out, "what no host may heed was heeded: %s", m->what);
	else
		invariant_judge(out, changed, plain);
	return out->length > before;
}

bool mutant_cause(struct buf *out, const struct mutant_player *player, const struct mutant *m,
                  const struct result *const *changed, const struct result *const *plain)
{
	return player->target_count == 1 ? one_cause(out, m, changed[0], plain[0]) : two_differ(out, player, changed);
}

bool mutant_is_known(const struct result *changed)
{
	return changed && changed->verdict == VERDICT_PASS && invariant_reset_only_acknowledged(changed);
}
