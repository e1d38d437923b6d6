/* SPDX-License-Identifier: MIT
 *
 * tcp_mss.h - how much text a segment may have
 */
#ifndef STACK_TCP_MSS_H
#define STACK_TCP_MSS_H

#include "stack/tcp.h"

/* Bytes of text in a full segment: Eff.snd.MSS of RFC 9293, 3.7.1, less time-stamps, but not less SACK blocks. */
uint32_t tcp_send_mss(const struct tcp *t);
uint32_t tcp_largest_text(const struct tcp *t);          /* the same, disregarding the results of probing (RFC 4821) */
uint32_t tcp_path_mss(const struct tcp *t);              /* what the path takes, and TCP_MAXSEG; without options */
uint16_t tcp_offered_mss(const struct tcp *t);
/* The most that goes out in one piece, for the sake of a receiver with a small buffer: two pieces must fit into the
 * largest window that it ever had, or it would be late with ACKs and window updates (RFC 9293, 3.8.6.2.1 has the sender
 * think of half of it, too). A window of at most the default MSS is filled with one piece. UINT32_MAX: it never had
 * one. */
uint32_t tcp_window_part(const struct tcp *t);

#endif
