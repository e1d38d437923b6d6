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

#endif
