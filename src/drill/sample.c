/* SPDX-License-Identifier: MIT
 *
 * sample.c - how the connections under test stand after an event, for the plots of reports
 */
#include <netinet/in.h>
#include <string.h>

#include "drill/play.h"

enum { SAMPLED_FLOWS = 4 };                              /* the newest: the price of an event must not grow with them */

static struct sample sample_of(const struct flow *flow, const struct tcp_state_info *info)
{
	const uint64_t *tcpi = info->tcpi;

	return (struct sample){
		.fd = flow->script_fd,
		.state = (int64_t)tcpi[TCPI_state],
		.cwnd = (int64_t)tcpi[TCPI_snd_cwnd],
		.ssthresh = (int64_t)tcpi[TCPI_snd_ssthresh],
		.snd_wnd = (int64_t)tcpi[TCPI_snd_wnd],
		.rcv_wnd = (int64_t)tcpi[TCPI_rcv_wnd],
		.mss = (int64_t)tcpi[TCPI_snd_mss],
		.rto = (int64_t)tcpi[TCPI_rto],
		.rtt = (int64_t)tcpi[TCPI_rtt],
		.rttvar = (int64_t)tcpi[TCPI_rttvar],
		.unacked = (int64_t)tcpi[TCPI_unacked],
		.retransmits = (int64_t)tcpi[TCPI_retransmits],
	};
}

static bool says_the_same(const struct sample *a, const struct sample *b)
{
	return a->state == b->state && a->cwnd == b->cwnd && a->ssthresh == b->ssthresh && a->snd_wnd == b->snd_wnd &&
	       a->rcv_wnd == b->rcv_wnd && a->mss == b->mss && a->rto == b->rto && a->rtt == b->rtt &&
	       a->rttvar == b->rttvar && a->unacked == b->unacked && a->retransmits == b->retransmits;
}

/* Has variables worth asking for: not before it connects, and a listening socket means something else by them. */
static bool is_connection(const struct flow *flow)
{
	return flow->protocol == IPPROTO_TCP && flow->state != FLOW_NEW && flow->state != FLOW_LISTENING &&
	       flow->live_fd >= 0 && !flow->closed;
}

static void take_sample(struct play *p, struct flow *flow)
{
	struct tcp_state_info info;

	if (p->target->ops->info(p->target, flow->live_fd, &info))
		return;
	struct sample now = sample_of(flow, &info);
	if (flow->sample && says_the_same(flow->sample, &now))
		return;
	struct sample *kept = arena_copy(p->record->arena, &now, sizeof(now));
	kept->at = play_now(p);
	*p->record->last_sample = kept;
	p->record->last_sample = &kept->next;
	flow->sample = kept;
}

void play_sample(struct play *p)
{
	int count = 0;

	if (!p->options->sample)
		return;
	for (struct flow *flow = p->flows.newest; flow && count < SAMPLED_FLOWS; flow = flow->next) {
		if (is_connection(flow)) {
			take_sample(p, flow);
			count++;
		}
	}
}
