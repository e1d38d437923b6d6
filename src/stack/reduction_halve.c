/* SPDX-License-Identifier: MIT
 *
 * reduction_halve.c - the window of recovery is ssthresh from the first moment on (RFC 6675, 5, step 4.2)
 *
 * Nothing goes out until half of the flight has left the network; then a segment goes out for each that is delivered.
 * It is simple, and its silence is the reason why PRR was made (reduction_prr.c).
 */
#include "stack/reduction.h"
#include "stack/tcp_congestion.h"

static void take_threshold(struct tcp *t, const struct tcp_ack *a)
{
	(void)a;
	tcp_congestion_set_window(t, t->congestion.ssthresh);
}

static void acked(struct tcp *t, const struct tcp_ack *a)
{
	(void)t;
	(void)a;
}

const struct reduction_ops reduction_halve = {
	.name = "halve", .enter = take_threshold, .acked = acked, .leave = take_threshold,
};
