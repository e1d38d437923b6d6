/* SPDX-License-Identifier: MIT
 *
 * charge.c - what a packet that waits for its reader costs of SO_RCVBUF
 *
 * A receive buffer is a limit of memory, and a host that keeps packets as they came in spends more of it than their
 * text: a flood of small ones fills a buffer with little text in it. How much more decides when a datagram is dropped
 * and how far a window opens, so a script can see it. What follows was measured on Linux, with packets from a TUN
 * device, as the memory that SO_MEMINFO tells of:
 *
 * - A packet lies in a block of 576, 1024, 2048 octets or a multiple of 4096, whichever is the first that has room for
 *   it, headers included, and for 64 octets of head room and 320 of book-keeping. A descriptor of 256 comes on top.
 * - What the block has to spare takes the text of the packet behind it, if that fits as a whole. Larger packets than a
 *   block of 4096 holds lie in pages and spare nothing.
 *
 * Where socket_memory_charged is 0 a buffer counts text, as the RFCs do, who know of no memory. Who charges what, and
 * what happens when the buffer is full, is said in udp.c and tcp_memory.c.
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
