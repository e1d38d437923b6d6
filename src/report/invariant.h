/* SPDX-License-Identifier: MIT
 *
 * invariant.h - what must hold for a stack whatever packets arrive
 *
 * If a script says what should happen, its lines decide. If packets were changed at random there are no such lines, and
 * one can only ask whether the stack did what it must do for any sequence of packets:
 *
 *     it lives            no crash, no end of memory, no endless loop: the case has a verdict
 *     it believes         no acknowledgement of an octet that did not arrive (RFC 9293, 3.4)
 *     it invents nothing  a user reads no more octets than arrived (RFC 9293, 3.7.2; RFC 768)
 *     it is calm          one segment is not answered by many (RFC 5961, 7; RFC 9293, 3.10.7.4)
 *     it ends             nothing is sent any more when the peer has been silent for long: R2 has passed, and what
 *                         comes behind it (RFC 9293, 3.8.3; RFC 1122, 4.2.3.5)
 *
 * Whatever also happens in the case as written is no violation: with keep-alives, say, it is right to go on. So both
 * plays are compared. Numbers are those of the wire; each pair of addresses and ports is treated by itself.
 */
#ifndef REPORT_INVARIANT_H
#define REPORT_INVARIANT_H

#include "report/result.h"

/* How long, at least, the peer is silent before the last line of a script, which is there to wait for. No sum of
 * time-outs is longer: fifteen of two minutes at most. */
enum { INVARIANT_SILENCE_S = 2000 };

/* Append, in words without numbers, the first invariant that @changed does not keep; nothing when it keeps all. @plain
 * is the play of the script as it was written. */
void invariant_judge(struct buf *out, const struct result *changed, const struct result *plain);

/* An RST outside the window is dropped in silence (RFC 9293, 3.10.7.4; RFC 5961, 3.2). A host that keeps no more of a
 * closed connection than two numbers may not know that it was an RST, and acknowledges it like any other segment there.
 * Did @played say no more than that: at most one ACK for each RST further from RCV.NXT than any window, in FIN-WAIT-2,
 * with the numbers that were said before? */
bool invariant_reset_only_acknowledged(const struct result *played);

#endif
