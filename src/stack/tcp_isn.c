/* SPDX-License-Identifier: MIT
 *
 * tcp_isn.c - numbers that strangers must not guess: initial sequence numbers and time-stamps
 *
 * RFC 6528; RFC 7323, 5.4 and 7.1.
 */
#include "stack/tcp_isn.h"

#include <string.h>

static uint64_t hash_addresses(struct stack *st, const struct endpoint *local, const struct endpoint *remote,
                               uint8_t purpose)
{
	uint8_t bytes[37] = { purpose };

	memcpy(bytes + 1, local->ip.bytes, 16);
	memcpy(bytes + 17, remote->ip.bytes, 16);
	memcpy(bytes + 33, &local->port, 2);
	memcpy(bytes + 35, &remote->port, 2);
	return keyed_hash(st->secret, bytes, sizeof(bytes));
}

seq_t tcp_initial_sequence(struct stack *st, const struct endpoint *local, const struct endpoint *remote)
{
	if (st->config.tcp_isn_policy == TCP_ISN_ZERO)
		return seq_from(0);
	if (defect(st, DEFECT_TCP_ISN_CONSTANT))
		return seq_from(1000000);
	/* RFC 6528, 3; RFC 9293, 3.4.1, MUST-8, SHLD-1: ISN = M + F(addresses, ports, secret); M counts 4 us. */
	return seq_from((uint32_t)(st->now.ns / 4000) + (uint32_t)hash_addresses(st, local, remote, 'i'));
}

/* RFC 1122, 4.2.2.13: a new incarnation begins beyond everything that the old one sent. */
seq_t tcp_sequence_after(struct stack *st, seq_t iss, seq_t old)
{
	const uint32_t step = (uint32_t)st->config.tcp_time_wait_isn_step;

	if (!step)
		return seq_max(iss, old);
	return seq_add(old, defect(st, DEFECT_TCP_REOPENED_ANYWHERE) ? 0 : step);
}

uint32_t tcp_stamp_offset(struct stack *st, const struct endpoint *local, const struct endpoint *remote)
{
	/* RFC 7323, 7.1 */
	bool random = st->config.tcp_timestamp_offset && st->config.tcp_timestamps == 1;

	return random ? (uint32_t)hash_addresses(st, local, remote, 't') : 0;
}

uint32_t tcp_stamp_at(const struct tcp *t, vtime_t time)
{
	/* RFC 7323, 5.4: between 1 ms and 1 s a tick. */
	return t->agreed.ts_offset + (uint32_t)(time.ns / (tcp_stack(t)->config.tcp_timestamp_tick_us * 1000));
}

uint32_t tcp_stamp_now(const struct tcp *t)
{
	return tcp_stamp_at(t, tcp_stack(t)->now);
}
