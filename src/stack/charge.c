/* SPDX-License-Identifier: MIT
 *
 * charge.c - how much of SO_RCVBUF a packet uses while it waits for its reader
 *
 * A receive buffer is a limit on memory, and a host that keeps packets as they came in spends more memory than the
 * length of their text: a flood of small packets fills a buffer that has little text in it. The overhead decides when a
 * datagram is dropped and how far a window opens, so a script can see it. What follows was measured on Linux, with
 * packets from a TUN device, as the memory that SO_MEMINFO reports:
 *
 * - A packet lies in a block of 576, 1024, 2048 octets or a multiple of 4096, the smallest that has room for it,
 *   headers included, and for 64 octets of head room and 320 of bookkeeping. A descriptor of 256 comes on top.
 * - Spare room in the block takes the text of the next packet, if all of it fits. Packets that are too large for a
 *   block of 4096 lie in pages and have no room to spare.
 *
 * Where socket_memory_charged is 0 a buffer counts text, as the RFCs do, which say nothing about memory. udp.c and
 * tcp_memory.c say who charges what, and what happens when the buffer is full.
 */
#include "stack/charge.h"

#include "stack/host.h"

enum { DESCRIPTOR = 256, HEAD_ROOM = 64, BOOK_KEEPING = 320, PAGE = 4096 };

static size_t block_for(size_t need)
{
	static const size_t small[] = { 576, 1024, 2048 };

	for (size_t i = 0; i < ARRAY_LEN(small); i++)
		if (need <= small[i])
			return small[i];
	return (need + PAGE - 1) / PAGE * PAGE;
}

static struct charge charge_for(size_t need)
{
	size_t block = block_for(need);

	return (struct charge){
		.memory = (uint32_t)(DESCRIPTOR + block), .spare = block <= PAGE ? (uint32_t)(block - need) : 0,
	};
}

bool charge_counts_memory(const struct stack *st)
{
	return st->config.socket_memory_charged && !defect(st, DEFECT_MEMORY_FREE);
}

struct charge charge_packet(size_t length)
{
	return charge_for(length + HEAD_ROOM + BOOK_KEEPING);
}

struct charge charge_copy(size_t length)
{
	return charge_for(length + BOOK_KEEPING);
}

bool charge_is_wasteful(const struct charge *charge, uint32_t length, uint32_t share)
{
	return (uint64_t)charge->memory * share / 256 > length;
}
