/* SPDX-License-Identifier: MIT
 *
 * rxq.h - text that arrived out of order (RFC 9293, 3.10.7.4, seventh step; SHLD-31)
 *
 * Pieces never overlap: where a segment overlaps what is there, the first copy stays.
 */
#ifndef STACK_RXQ_H
#define STACK_RXQ_H

#include "stack/charge.h"
#include "stack/memory.h"
#include "stack/seq.h"

struct rxq;                                              /* defined in rxq.c alone */

struct rxq_range {
	seq_t start, end;                                    /* start == end: none */
};

/* At most @segments pieces are held. NULL: no memory. */
struct rxq *rxq_new(struct stack *st, size_t segments);
void rxq_free(struct rxq *q);                            /* NULL is fine */
/* Returns the bytes that were new; *duplicate (may be NULL): the first part that was there already. Without
 * memory, or beyond the limit, bytes are left out, as if the network had lost them. @charge: of the packet. */
size_t rxq_insert(struct rxq *q, seq_t at, const uint8_t *data, size_t length, struct charge charge,
                  struct rxq_range *duplicate);
/* The first part of [start, end) that is there already; start == end: none is. */
struct rxq_range rxq_overlap(const struct rxq *q, seq_t start, seq_t end);
/* Counts segments that have become needless: pieces within [start, end), or that range itself if it lies within a
 * piece. */
size_t rxq_covered(const struct rxq *q, seq_t start, seq_t end);
/* The bytes from @next on, 0 if there are none; they stay valid until rxq_pop(). Forgets what lies before @next. */
size_t rxq_front(struct rxq *q, seq_t next, const uint8_t **bytes);
void rxq_pop(struct rxq *q);                             /* remove the piece that rxq_front() returned */
struct charge rxq_front_charge(const struct rxq *q);     /* of that piece */
/* Give up the last piece; there must be one. */
void rxq_drop_last(struct rxq *q);
void rxq_drop_all(struct rxq *q);                        /* NULL is fine */
/* The ranges held now are not reported until something touches them again (RFC 2018, 8). */
void rxq_keep_silent(struct rxq *q);
/* Ranges held, latest changed first: what SACK options report (RFC 2018, 4). Returns how many of @room. */
size_t rxq_ranges(const struct rxq *q, struct rxq_range *out, size_t room);
size_t rxq_bytes(const struct rxq *q);
uint32_t rxq_memory(const struct rxq *q);                /* as charged */
seq_t rxq_last(const struct rxq *q);                     /* where the last piece begins; there must be one */
seq_t rxq_end(const struct rxq *q);                      /* behind the last byte; there must be one */

#endif
