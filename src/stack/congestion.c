/* SPDX-License-Identifier: MIT
 *
 * congestion.c - the congestion controls that there are
 */
#include "stack/congestion.h"

#include <string.h>

#include "stack/tcp_mss.h"
#include "util/common.h"

static const struct congestion_ops *const controls[] = { &congestion_reno };

const struct congestion_ops *congestion_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(controls); i++)
		if (strcmp(controls[i]->name, name) == 0)
			return controls[i];
	return NULL;
}

const struct congestion_ops *congestion_default(const struct stack *st)
{
	/* Others come as rows of controls[]; until then every choice means Reno. */
	(void)st;
	return &congestion_reno;
}

uint32_t congestion_initial_window(const struct tcp *t)
{
	const struct stack *st = tcp_stack(t);
	const struct stack_route *route = ip_route(st, &t->socket->remote.ip);
	uint32_t mss = tcp_send_mss(t);

	if (t->rtx.syn_lost)
		return mss;                                      /* RFC 5681, 3.1: after a lost SYN, one segment */
	if (route && route->initial_window)
		return route->initial_window * mss;
	if (st->config.tcp_initial_window)
		return (uint32_t)st->config.tcp_initial_window * mss;
	return mss > 2190 ? 2 * mss : mss > 1095 ? 3 * mss : 4 * mss;      /* RFC 5681, 3.1, equation 1 */
}
