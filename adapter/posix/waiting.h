/* SPDX-License-Identifier: MIT
 *
 * waiting.h - system calls that wait, each in a thread of its own
 *
 * Trying a non-blocking call again and again is not the same as waiting: on a non-blocking socket connect() reports its
 * error in another way, and after shutdown() recv() of UDP gives EAGAIN for ever, where a waiting reader is told of the
 * end. So a call that would wait is made once more, by a thread that waits. The thread that answers questions, which
 * calls all of these functions, notices its end (waiting_harvest()).
 *
 * A call in which nobody is interested any more keeps its thread until it ends by itself: nothing wakes it.
 *
 * On a busy machine such a thread wakes late, and what it returns comes late for a reason that is none of the stack's.
 * For how long it was ready to run and did not is counted by Linux (the second figure of schedstat), and told.
 */
#ifndef POSIX_WAITING_H
#define POSIX_WAITING_H

/* Everything here is static, like the functions of socket_calls.h that it calls: posix.c includes it after them. */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "../protodrill-waits.h"

enum { WAITERS = 64, NAP_US = 1000, MOST_NAPS = 500, STAT_ROOM = 512 };

static struct waiter {
	int ticket;                                          /* 0: this one is free */
	int fd, flags, forgotten;
	struct protodrill_message m;                         /* its arguments, then its results; bytes are its own */
	int64_t value;
	int thread;                                          /* its number, once it runs */
	int ended;                                           /* written by the thread, last of all */
} waiters[WAITERS];

static int64_t most_late;                                    /* ns; of all threads since it was asked for */

static void set_waiting(int fd, int waits)
{
	fcntl(fd, F_SETFL, O_RDWR | (waits ? 0 : O_NONBLOCK));
}

static int64_t call_of(struct waiter *w)
{
	switch (w->ticket >> 16) {
	case PROTODRILL_OP_ACCEPT:  return do_accept(w->fd, &w->m.address);
	case PROTODRILL_OP_CONNECT: return do_connect(w->fd, &w->m.address, 1);
	case PROTODRILL_OP_RECEIVE: return do_receive(w->fd, w->flags, &w->m.address, w->m.bytes, w->m.length);
	case PROTODRILL_OP_RECVMSG: return do_recvmsg(w->fd, w->flags, &w->m);
	default:                    return do_sendmsg(w->fd, w->flags, &w->m);
	}
}

static size_t read_whole(const char *path, char text[STAT_ROOM])
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const ssize_t got = fd < 0 ? 0 : read(fd, text, STAT_ROOM - 1);

	if (fd >= 0)
		close(fd);
	text[got > 0 ? got : 0] = '\0';
	return got > 0 ? (size_t)got : 0;
}

/* Of this thread, since it began; 0 where nobody counts that. */
static int64_t run_delay(void)
{
	char text[STAT_ROOM];

	return read_whole("/proc/thread-self/schedstat", text) ? strtoll(text + strcspn(text, " "), NULL, 10) : 0;
}

/* All of it, since a thread that begins late makes its call late. */
static void note_lateness(void)
{
	const int64_t late = run_delay();
	int64_t most = __atomic_load_n(&most_late, __ATOMIC_RELAXED);

	while (late > most && !__atomic_compare_exchange_n(&most_late, &most, late, 0, __ATOMIC_RELAXED,
	                                                   __ATOMIC_RELAXED))
		;
}

/* The lowest real-time priority, for the calling thread, unless it has been given another policy. */
static void run_urgently(void)
{
	const struct sched_param lowest = { .sched_priority = sched_get_priority_min(SCHED_RR) };

	if (sched_getscheduler(0) == SCHED_OTHER)
		sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &lowest);
}

static void *wait_in_call(void *data)
{
	struct waiter *w = data;

	run_urgently();
	__atomic_store_n(&w->thread, gettid(), __ATOMIC_RELEASE);
	w->value = call_of(w);
	note_lateness();
	__atomic_store_n(&w->ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void waiter_free(struct waiter *w)
{
	free(w->m.bytes);
	free(w->m.control);
	*w = (struct waiter){ 0 };
}

static void *copy_of(const void *bytes, size_t length)
{
	void *copy = malloc(length + 1);

	if (copy && length)
		memcpy(copy, bytes, length);
	return copy;
}

/* @value is what the call returned without waiting, and @m has its arguments. If the call would wait, and may, a thread
 * waits from now on: returns PROTODRILL_WAITS. Else @value. */
static int64_t waiting_begin(int64_t value, int fd, int flags, const struct protodrill_message *m)
{
	struct waiter *w = waiters;
	int ticket = value == -EAGAIN || value == -EINPROGRESS ? protodrill_ticket() : 0;
	pthread_t thread;

	/* Then there is no port left, and connect() does not wait for one. */
	if (ticket >> 16 == PROTODRILL_OP_CONNECT && value == -EAGAIN)
		ticket = 0;

	while (w < waiters + WAITERS && w->ticket)
		w++;
	if (!ticket || w == waiters + WAITERS)
		return value;
	*w = (struct waiter){ .ticket = ticket, .fd = fd, .flags = flags, .m = *m };
	w->m.bytes = copy_of(m->bytes, m->length);
	w->m.control = copy_of(m->control, m->control_length);
	set_waiting(fd, 1);
	if (!w->m.bytes || !w->m.control || pthread_create(&thread, NULL, wait_in_call, w) != 0) {
		waiter_free(w);
		return value;
	}
	pthread_detach(thread);
	return PROTODRILL_WAITS;
}

/* Report the calls that have ended. */
static void waiting_harvest(void)
{
	for (struct waiter *w = waiters; w < waiters + WAITERS; w++) {
		if (!w->ticket || !__atomic_load_n(&w->ended, __ATOMIC_ACQUIRE))
			continue;
		struct waiter done = *w;
		*w = (struct waiter){ 0 };
		if (done.ticket >> 16 == PROTODRILL_OP_RECEIVE && done.value >= 0)
			done.m.length = (size_t)done.value < done.m.length ? (size_t)done.value : done.m.length;
		else if (done.ticket >> 16 != PROTODRILL_OP_RECVMSG)
			done.m.length = 0;
		if (!done.forgotten)
			protodrill_returned(done.ticket, done.value, &done.m);
		else if (done.ticket >> 16 == PROTODRILL_OP_ACCEPT && done.value >= 0)
			close((int)done.value);
		waiter_free(&done);
	}
}

/* It has to begin, or was woken, and does not run. */
static int is_late(const struct waiter *w)
{
	const int thread = __atomic_load_n(&w->thread, __ATOMIC_ACQUIRE);
	char path[64], text[STAT_ROOM], *end;

	if (!w->ticket || __atomic_load_n(&w->ended, __ATOMIC_ACQUIRE))
		return 0;
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", thread);
	return !thread || (read_whole(path, text) && (end = strrchr(text, ')')) && !strncmp(end, ") R", 3));
}

/* For how long a thread was ready to run and did not, at most, since this was asked before. Linux counts it when the
 * thread runs at last, so that is waited for. */
static int64_t waiting_lateness(void)
{
	int naps = 0;

	for (const struct waiter *w = waiters; w < waiters + WAITERS; w++)
		while (is_late(w) && naps++ < MOST_NAPS)
			usleep(NAP_US);
	if (naps > MOST_NAPS)
		return (int64_t)MOST_NAPS * NAP_US * 1000;
	return __atomic_exchange_n(&most_late, 0, __ATOMIC_RELAXED);
}

/* @fd is closed: nobody asks for its calls any more. */
static void waiting_forget(int fd)
{
	for (struct waiter *w = waiters; w < waiters + WAITERS; w++)
		if (w->ticket && (fd < 0 || w->fd == fd))
			w->forgotten = 1;
}

#endif
