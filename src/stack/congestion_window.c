/* SPDX-License-Identifier: MIT
 *
 * congestion_window.c - whether the congestion window is what limits a connection
 */
#include "stack/congestion.h"
#include "stack/config.h"
#include "stack/defect.h"

bool congestion_limits(const struct congestion *c, const struct congestion_event *e)
{
	if (stack_defect_is_on(e->config, DEFECT_TCP_UNUSED_WINDOW_GROWS))
		return true;
	if (e->config->tcp_increase_by_most_flight)          /* the growth is limited afterwards */
		return true;
	if (e->unvalidated)                                  /* RFC 7661, 4.4: only a window that is full */
		return e->filled;
	bool full = e->filled && (e->whole || c->cwnd >= c->ssthresh);

	return full || (c->cwnd < c->ssthresh && c->cwnd < 2 * e->peak_flight);
}
