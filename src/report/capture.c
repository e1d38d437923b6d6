/* SPDX-License-Identifier: MIT
 *
 * capture.c - what was on the wire, packed for the way between two processes
 */
#include "report/capture.h"

#include <stdlib.h>
#include <string.h>

#include "util/checked.h"

struct packed_head {
	vtime_t at;
	uint64_t length;
};

struct place {
	const struct live_packet *packet;
	size_t order;                                     /* in which they were recorded: keeps packets of one instant
	                                                     in order */
};

static int by_time(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->packet->wall.ns != y->packet->wall.ns)
		return x->packet->wall.ns < y->packet->wall.ns ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static size_t live_packets(const struct record *r, struct place *places)
{
	size_t count = 0;

	for (const struct entry *e = r->first; e; e = e->next) {
		for (const struct live_packet *live = e->live; live; live = live->next, count++)
			if (places)
				places[count] = (struct place){ live, count };
	}
	return count;
}

void capture_pack(struct buf *out, const struct record *r)
{
	size_t count = live_packets(r, NULL);
	struct place *places = checked_memory(calloc(count + 1, sizeof(*places)));

	live_packets(r, places);
	qsort(places, count, sizeof(*places), by_time);
	for (size_t i = 0; i < count; i++) {
		const struct live_packet *live = places[i].packet;
		buf_add(out, &(struct packed_head){ live->wall, live->length }, sizeof(struct packed_head));
		buf_add(out, live->bytes, live->length);
	}
	free(places);
}

void capture_write(struct pcap_writer *w, const struct buf *packed)
{
	struct packed_head head;

	for (size_t at = 0; packed->length - at >= sizeof(head); at += head.length) {
		memcpy(&head, packed->data + at, sizeof(head));
		at += sizeof(head);
		if (head.length > packed->length - at)
			return;
		pcap_writer_add(w, head.at, (const uint8_t *)packed->data + at, head.length);
	}
}
