/* SPDX-License-Identifier: MIT
 *
 * reduction.h - how the congestion window falls during recovery, as a table of operations
 *
 * The methods of recovery call these; ssthresh is set before .enter is called. The operations set cwnd with
 * tcp_congestion_set_window() and _grow(). A new one is a file with its row; its variables are in
 * recovery.own_reduction.
 */
#ifndef STACK_REDUCTION_H
#define STACK_REDUCTION_H

#include "stack/recovery.h"

struct reduction_ops {
	const char *name;
	const char *variables[REDUCTION_VARIABLES];     /* names of what .tell reports, for traces; NULL ends them */
	void (*tell)(const struct recovery *r, int64_t values[REDUCTION_VARIABLES]);           /* NULL: nothing */
	void (*enter)(struct tcp *t, const struct tcp_ack *a);
	/* Each ACK until the point is reached. The ACK that began recovery is included, after .enter. */
	void (*acked)(struct tcp *t, const struct tcp_ack *a);
	void (*leave)(struct tcp *t, const struct tcp_ack *a);                 /* the point is acknowledged */
	void (*sent)(struct tcp *t, uint32_t bytes);                           /* between these; may be NULL */
};

extern const struct reduction_ops reduction_newreno, reduction_halve, reduction_prr;

#endif
