/* SPDX-License-Identifier: MIT
 *
 * protodrill-frames.h - a part of protodrill-adapter.h, which includes it: state, bodies of frames
 */
#ifndef PROTODRILL_FRAMES_H
#define PROTODRILL_FRAMES_H

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Without _GNU_SOURCE the C library does not declare it, and an author need not know that. */
#ifndef POLLRDHUP
#define POLLRDHUP 0x2000
#endif

/* ---- the state of an adapter ---- */

struct protodrill_packet {
	struct protodrill_packet *next;
	size_t length;
	int64_t time;                                        /* when it was sent; the bytes follow */
};

struct protodrill_queue { struct protodrill_packet *first, **last; };

enum { PROTODRILL_FIRST_FD = 3, PROTODRILL_FDS = 1024, PROTODRILL_STILL = 100000 /* steps at one time: too many */ };

static struct protodrill_adapter {
	const struct protodrill_stack_v1 *stack;
	int fd;
	int64_t now;
	int started;
	struct protodrill_queue sent, ended;                 /* messages that were not asked for: tags and answers of
	                                                        calls that waited */
	unsigned tag;                                        /* of the question */
	const struct protodrill_asked *call;                 /* that it is, or NULL */
	uint8_t *question, *answer;                          /* bodies */
	size_t length, at;                                   /* of the question; what is read of it */
	size_t filled;                                       /* of the answer */
	int bad;                                             /* the question was too short */
	int tells;                                           /* answers say whether something is due */
	char option[512];
	void *objects[PROTODRILL_FDS];                       /* by descriptor */
} protodrill;

int64_t protodrill_now(void)
{
	if (protodrill.stack->clock)
		protodrill.now = protodrill.stack->clock();
	return protodrill.now;
}

int protodrill_open(void *object)
{
	int fd = PROTODRILL_FIRST_FD;

	while (fd < PROTODRILL_FDS && protodrill.objects[fd])
		fd++;
	if (fd == PROTODRILL_FDS)
		return -EMFILE;
	protodrill.objects[fd] = object;
	return fd;
}

void *protodrill_object(int fd)
{
	return fd >= 0 && fd < PROTODRILL_FDS ? protodrill.objects[fd] : NULL;
}

static void protodrill_fail(const char *what)
{
	fprintf(stderr, "adapter: %s\n", what);
	exit(2);
}

static uint8_t *protodrill_append(struct protodrill_queue *q, size_t length, int64_t time)
{
	struct protodrill_packet *p = (struct protodrill_packet *)malloc(sizeof(*p) + length);

	if (!p)
		protodrill_fail("no memory for a packet");
	p->next = NULL;
	p->length = length;
	p->time = time;
	*q->last = p;
	q->last = &p->next;
	return (uint8_t *)(p + 1);
}

static void protodrill_forget(struct protodrill_queue *q)
{
	struct protodrill_packet *p = q->first;

	q->first = p->next;
	q->last = q->first ? q->last : &q->first;
	free(p);
}

void protodrill_output(const void *bytes, size_t length)
{
	protodrill_output_at(bytes, length, protodrill_now());
}

void protodrill_output_at(const void *bytes, size_t length, int64_t time)
{
	memcpy(protodrill_append(&protodrill.sent, length, time), bytes, length);
}

/* ---- numbers and texts in frames ---- */

static uint64_t protodrill_take(int bytes)
{
	uint64_t value = 0;

	if (protodrill.length - protodrill.at < (size_t)bytes) {
		protodrill.bad = 1;
		protodrill.at = protodrill.length;
		return 0;
	}
	for (int i = 0; i < bytes; i++)
		value |= (uint64_t)protodrill.question[protodrill.at++] << 8 * i;
	return value;
}

static void protodrill_put(uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		protodrill.answer[protodrill.filled++] = (uint8_t)(value >> 8 * i);
}

static void protodrill_put_bytes(const void *bytes, size_t length)
{
	memmove(protodrill.answer + protodrill.filled, bytes, length);
	protodrill.filled += length;
}

static void protodrill_put_text(const char *first, const char *second)
{
	protodrill.filled += (size_t)sprintf((char *)protodrill.answer + protodrill.filled, "%s%s", first, second);
}

static void protodrill_take_address(struct protodrill_address *a)
{
	a->family = (uint16_t)protodrill_take(2);
	a->port = (uint16_t)protodrill_take(2);
	a->scope = (uint32_t)protodrill_take(4);
	for (int i = 0; i < 16; i++)
		a->bytes[i] = (uint8_t)protodrill_take(1);
}

static void protodrill_put_address(const struct protodrill_address *a)
{
	protodrill_put(a->family, 2);
	protodrill_put(a->port, 2);
	protodrill_put(a->scope, 4);
	protodrill_put_bytes(a->bytes, sizeof(a->bytes));
}

void protodrill_refuse(const char *why)
{
	protodrill.filled = 0;
	protodrill_put_text(why, "");
}

#endif
