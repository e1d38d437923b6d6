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

/* What arrived, and its charge: the texts of packets may overlap. */
struct rxq_packet {
	seq_t start, end;
	struct charge charge;
};

/* At most @segments pieces are held. NULL: no memory. */
struct rxq *rxq_new(struct stack *st, size_t segments);
void rxq_free(struct rxq *q);                            /* NULL is fine */
/* False: the packet is within another one, or there is no room for it. *duplicate (may be NULL): the first part that
 * was there already. Without memory, or beyond the limit, bytes are left out, as if the network had lost them.
 * @charge: of the packet. */
bool rxq_insert(struct rxq *q, seq_t at, const uint8_t *data, size_t length, struct charge charge,
                struct rxq_range *duplicate);
/* The first part of [start, end) that is there already; start == end: none is. */
struct rxq_range rxq_overlap(const struct rxq *q, seq_t start, seq_t end);
/* Counts packets that become needless: those within [start, end), or the new one if it lies within another. */
size_t rxq_covered(const struct rxq *q, seq_t start, seq_t end);
/* The bytes from @next on, 0 if there are none; they stay valid until rxq_pop(). Forgets what lies before @next. */
size_t rxq_front(struct rxq *q, seq_t next, const uint8_t **bytes);
void rxq_pop(struct rxq *q);                             /* remove the piece that rxq_front() returned */
/* Takes out the first packet, which is charged elsewhere from now on, if it ends before @next or there. */
bool rxq_pop_packet(struct rxq *q, seq_t next, struct rxq_packet *packet);
/* Copies together packets between which there is no gap, from the first on that overlaps the next or whose text is
 * less than @share, in 256ths, of its memory. Looks no further when packets between gaps use an eighth of @buffer.
 * Returns how many were copied. */
uint32_t rxq_collapse(struct rxq *q, uint32_t share, uint32_t buffer);
/* Give up the last packet; there must be one. */
void rxq_drop_last(struct rxq *q);
void rxq_drop_all(struct rxq *q);                        /* NULL is fine */
/* The ranges held now are not reported until something touches them again (RFC 2018, 8). */
void rxq_keep_silent(struct rxq *q);
/* What has numbers and is no text, behind all pieces: a FIN. */
struct rxq_mark {
	struct rxq_range range;
	uint64_t arrival;                                    /* of rxq_arrive(), when it came */
};
uint64_t rxq_arrive(struct rxq *q);                      /* something came that adds no text */
/* Ranges held, and @mark (NULL: none), latest changed first: what SACK options report (RFC 2018, 4). Returns how many
 * of @room. */
size_t rxq_ranges(const struct rxq *q, const struct rxq_mark *mark, struct rxq_range *out, size_t room);
size_t rxq_bytes(const struct rxq *q);
uint32_t rxq_memory(const struct rxq *q);                /* as charged */
seq_t rxq_last(const struct rxq *q);                     /* where the last packet begins; there must be one */
seq_t rxq_end(const struct rxq *q);                      /* behind the last byte; there must be one */

#endif
