/* SPDX-License-Identifier: MIT
 *
 * congestion.h - congestion control as a table of operations
 *
 * Operations change cwnd, ssthresh and cwnd_acked of the connection (bytes) and nothing else; what is sent and
 * when is decided elsewhere. They are called before snd_una moves, unless they say otherwise.
 */
#ifndef STACK_CONGESTION_H
#define STACK_CONGESTION_H

#include "stack/tcp.h"

struct congestion_ops {
	const char *name;                                    /* "reno": TCP_CONGESTION */
	void (*start)(struct tcp *t);                        /* established: initial window (RFC 5681, 3.1; RFC 6928) */
	void (*acked)(struct tcp *t, uint32_t bytes);        /* new data acknowledged, no recovery under way */
	void (*duplicate)(struct tcp *t);                    /* another duplicate ACK during recovery */
	void (*partial)(struct tcp *t, uint32_t bytes);      /* RFC 6582, 3.2, step 3 */
	void (*loss)(struct tcp *t);                         /* fast retransmit: RFC 5681, 3.2 */
	void (*recovered)(struct tcp *t);
	void (*timeout)(struct tcp *t);                      /* RFC 5681, 3.1, equation 4 */
	void (*idle)(struct tcp *t);                         /* restart window: RFC 5681, 4.1 */
};

extern const struct congestion_ops congestion_reno;
/* NULL: no such. */
const struct congestion_ops *congestion_find(const char *name);
/* What the host's parameters ask for. */
const struct congestion_ops *congestion_default(const struct stack *st);
/* Initial window in bytes, for this connection. */
uint32_t congestion_initial_window(const struct tcp *t);

#endif
