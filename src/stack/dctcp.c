/* SPDX-License-Identifier: MIT
 *
 * dctcp.c - Data Center TCP (RFC 8257): a window that falls in proportion to the marks
 *
 * Switches mark packets with CE as soon as there is a short queue, and the peer tells exactly how much was marked.
 * DCTCP keeps a moving average of the marked fraction, alpha, with one sample for each window of data (RFC 8257, 3.3),
 * and reduces the window by alpha / 2 where Reno would halve it. All else is Reno's: slow start, avoidance, and what
 * follows a loss.
 *
 * tcp_ecn.c makes a receiver echo each mark, and negotiates ECN in the first place (RFC 8257, 3.2). If the peer does
 * not agree to it, all that is left is Reno, and some hosts say so by another name.
 */
#include "stack/congestion.h"
#include "stack/defect.h"

#include <linux/inet_diag.h>
#include <string.h>

enum { GAIN_DIVISOR = 16, ALPHA_ONE = 1024 };            /* g = 1/16: RFC 8257, 4.3 */

struct dctcp {
	uint32_t reno;                                   /* the state of reno.c, which does the rest: must come first */
	seq_t end;                                           /* DCTCP.WindowEnd */
	uint32_t alpha;                                      /* DCTCP.Alpha, in 1024ths */
	uint64_t acked, marked;                              /* DCTCP.BytesAcked, DCTCP.BytesMarked */
};

static struct dctcp *own(struct congestion *c) { return CONGESTION_OWN(c, struct dctcp); }

static bool has(const struct congestion_event *e, enum defect d) { return stack_defect_is_on(e->config, d); }

static void start(struct congestion *c, const struct congestion_event *e)
{
	own(c)->alpha = has(e, DEFECT_TCP_DCTCP_CALM) ? 0 : ALPHA_ONE;   /* RFC 8257, 4.2 */
	own(c)->end = e->nxt;
}

/* Whole 1024ths, of which hosts keep alpha: what is less than one is lost. */
static void average(struct dctcp *d, uint32_t divisor)
{
	d->alpha -= d->alpha / divisor;
	if (d->acked)
		d->alpha += (uint32_t)(d->marked * (ALPHA_ONE / divisor) / d->acked);
	d->alpha = d->alpha < ALPHA_ONE ? d->alpha : ALPHA_ONE;
}

/* RFC 8257, 3.3, steps 1 to 8 */
static void sample(struct congestion *c, const struct congestion_event *e)
{
	struct dctcp *d = own(c);

	d->acked += e->delivered;
	d->marked += e->marked;
	bool ended = seq_after(e->una, d->end) ||
	             (e->config->tcp_dctcp_counts_to_end && seq_equal(e->una, d->end));
	if (!ended)
		return;
	/* A host whose windows end with their last octet ends one with each ACK of nothing, too: without marks. */
	if (d->acked || e->config->tcp_dctcp_counts_to_end)
		average(d, has(e, DEFECT_TCP_DCTCP_HASTY) ? 1 : GAIN_DIVISOR);
	d->acked = d->marked = 0;
	d->end = e->nxt;
}

static void acked(struct congestion *c, const struct congestion_event *e)
{
	congestion_reno.acked(c, e);
}

static uint32_t reno_threshold(struct congestion *c, const struct congestion_event *e)
{
	return congestion_reno.threshold(c, e);
}

/* RFC 8257, 3.3, step 9 for marks; 3.4 for losses */
static uint32_t threshold(struct congestion *c, const struct congestion_event *e)
{
	uint32_t unit = e->whole ? e->mss : 1;               /* a window of segments loses whole ones */
	uint32_t less = (uint32_t)((uint64_t)(c->cwnd / unit) * own(c)->alpha / ALPHA_ONE / 2) * unit;
	uint32_t reduced = c->cwnd - less;

	if (e->by_mark ? has(e, DEFECT_TCP_DCTCP_HALVES) : !has(e, DEFECT_TCP_DCTCP_LOSS_AS_MARK))
		return congestion_reno.threshold(c, e);
	own(c)->reno = 0;
	return reduced > 2 * e->mss ? reduced : 2 * e->mss;
}

static void tell(const struct congestion *c, int64_t values[CONGESTION_VARIABLES])
{
	values[0] = ((const struct dctcp *)(const void *)c->own)->alpha;
}

static size_t info(const struct congestion *c, void *bytes)
{
	const struct dctcp *d = (const struct dctcp *)(const void *)c->own;
	struct tcp_dctcp_info i = {
		.dctcp_enabled = 1, .dctcp_alpha = d->alpha,
		.dctcp_ab_ecn = (uint32_t)d->marked,
		.dctcp_ab_tot = (uint32_t)d->acked,
	};

	memcpy(bytes, &i, sizeof(i));
	return sizeof(i);
}

static size_t nothing(const struct congestion *c, void *bytes)
{
	(void)c;
	memset(bytes, 0, sizeof(struct tcp_dctcp_info));         /* .dctcp_enabled = 0 */
	return sizeof(struct tcp_dctcp_info);
}

const struct congestion_ops congestion_dctcp_reno = {
	.name = "dctcp-reno", .acked = acked, .threshold = reno_threshold, .info = nothing,
};

const struct congestion_ops congestion_dctcp = {
	.name = "dctcp", .needs_marks = true, .without_marks = &congestion_dctcp_reno, .start = start, .sample = sample,
	.acked = acked, .threshold = threshold, .variables = { "dctcp_alpha" }, .tell = tell, .info = info,
};
