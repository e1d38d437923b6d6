/* SPDX-License-Identifier: MIT
 *
 * waits.c - the adapter of udp.c, but with a receive() that waits in the stack if there is nothing
 *
 * A datagram ends the call that has waited for it the longest. protodrill-waits.h has the rules.
 */
#define UDP_WITHOUT_MAIN
#define PROTODRILL_ADAPTER_IMPLEMENTATION
#include "../protodrill-adapter.h"
#include "../protodrill-waits.h"

#include "udp.c"

enum { MOST_WAITING = 16 };

/* Those that wait, in their order. */
static struct waiting {
	int ticket, fd;
	size_t room;
} waiting[MOST_WAITING];
static int waiting_count;

static void forget_waiting(int i)
{
	memmove(&waiting[i], &waiting[i + 1], (size_t)(--waiting_count - i) * sizeof(waiting[i]));
}

static int64_t receive_or_wait(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	const int64_t value = do_receive(fd, flags & ~MSG_DONTWAIT, from, bytes, room);
	const int ticket = value == -EAGAIN && waiting_count < MOST_WAITING ? protodrill_ticket() : 0;

	if (!ticket)
		return value;
	waiting[waiting_count++] = (struct waiting){ ticket, fd, room };
	return PROTODRILL_WAITS;
}

static void packet_for_waiting(const void *packet_bytes, size_t length)
{
	uint8_t bytes[MOST];

	packet(packet_bytes, length);
	for (int i = 0; i < waiting_count;) {
		struct waiting *w = &waiting[i];
		struct protodrill_message m = { .bytes = bytes };
		const size_t room = w->room < sizeof(bytes) ? w->room : sizeof(bytes);
		const int64_t got = do_receive(w->fd, 0, &m.address, bytes, room);
		m.length = got < 0 ? 0 : (size_t)got < room ? (size_t)got : room;
		if (got != -EAGAIN) {
			protodrill_returned(w->ticket, got, &m);
			forget_waiting(i);
		} else {
			i++;
		}
	}
}

static int close_and_forget(int fd)
{
	for (int i = waiting_count; i--;)
		if (waiting[i].fd == fd)
			forget_waiting(i);
	return do_close(fd);
}

int main(void)
{
	struct protodrill_stack_v1 table = protodrill_stack_v1;

	table.waits = 1;
	table.packet = packet_for_waiting;
	table.receive = receive_or_wait;
	table.close = close_and_forget;
	return protodrill_adapter_main(&table);
}
