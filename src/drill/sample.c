/* SPDX-License-Identifier: MIT
 *
 * sample.c - how the connections under test stand after an event, for the plots of reports
 */
#include <netinet/in.h>
#include <string.h>

#include "drill/play.h"

enum { SAMPLED_FLOWS = 4 };                              /* only the newest, so that the cost of an event is bounded */

static struct sample sample_of(const struct flow *flow, const struct tcp_state_info *info)
{
	return (struct sample){
		.fd = flow->script_fd,
		.values = {
#define X(member, name, key, heading) .member = (int64_t)info->tcpi[TCPI_##name],
			SAMPLED_VARIABLES(X)
#undef X
		},
	};
}

/* Has the flow variables worth asking for? Not before it connects; and in a listening socket they mean something
 * else. */
static bool is_connection(const struct flow *flow)
{
	return flow->protocol == IPPROTO_TCP && flow->state != FLOW_NEW && flow->state != FLOW_LISTENING &&
	       flow->live_fd >= 0 && !flow->closed;
}

/* Only what has changed is kept: most events change nothing, and a plot needs the steps. */
static void take_sample(struct play *p, struct flow *flow)
{
	struct tcp_state_info info;

	if (p->target->ops->info(p->target, flow->live_fd, &info))
		return;
	struct sample now = sample_of(flow, &info);
	if (flow->sample && !memcmp(&flow->sample->values, &now.values, sizeof(now.values)))
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
