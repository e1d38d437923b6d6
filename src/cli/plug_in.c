/* SPDX-License-Identifier: MIT
 *
 * plug_in.c - a stack that was written as a plug-in of the original tool, as an adapter in real time
 *
 * Such a plug-in has the calls of the C library, which may block, a function that takes a packet and one that waits for
 * the next, and the clock. It runs in a process of its own, like each adapter: what hangs in there is ended with it.
 *
 * - Calls never wait here: each socket is made non-blocking by the plug-in's own fcntl(), and whoever waits is
 *   protodrill, which asks again. read, readv, recv and recvfrom are all asked as recvfrom, or as what there is
 *   instead; their counterparts as sendto.
 * - Waiting for a packet has no time-out, so a thread does it, which is always there. One whose netdev_receive() comes
 *   back at once with nothing never waits, and is asked from the main thread instead.
 * - The clock is gettimeofday() and moves in usleep(), which may well be one that is not real.
 * - What the interface has no function for (getsockname, for example) is unknown: the case is SKIP.
 */
#include "cli/plug_in.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "adapter/plug_in.h"
#include "adapter/protodrill-adapter.h"
#include "cli/cli.h"
#include "cli/object.h"

/* What AddressSanitizer puts in place of the C library must count for the plug-in, too. */
#ifdef __SANITIZE_ADDRESS__
#define OWN_SYMBOLS_FIRST 0
#else
#define OWN_SYMBOLS_FIRST RTLD_DEEPBIND
#endif

enum { ROOM = 65536, NAP_US = 500, STEP_US = 200, SOON_NS = 1000000, PATIENCE_NS = 5000000 };

struct received {
	struct received *next;
	int64_t time;
	size_t length;
	uint8_t bytes[];
};

/* The plug-in of this process; the table of an adapter has no place for a pointer to it. */
static struct plug_in {
	const char *path, *flags;
	void (*init)(const char *flags, struct packetdrill_interface *interface);
	struct packetdrill_interface calls;
	bool waits;                                          /* its netdev_receive() waits, so it is called in a
	                                                        thread */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t judged;
	bool is_judged;                                      /* .waits is known */
	struct received *first, **last;                      /* by the thread, under .lock */
} plug_in = { .lock = PTHREAD_MUTEX_INITIALIZER, .judged = PTHREAD_COND_INITIALIZER, .last = &plug_in.first };

/* Call this function of the plug-in, if it has it. */
#define ASK(function, ...) (plug_in.calls.function(plug_in.calls.userdata, __VA_ARGS__))
#define HAS(function) (plug_in.calls.function != NULL)
#define FCNTL_IS_OBEYED 0

#include "adapter/socket_calls.h"

/* ---- time and packets ---- */

static int64_t clock_ns(void)
{
	struct timeval t = { 0 };

	ASK(gettimeofday, &t, NULL);
	return (int64_t)t.tv_sec * 1000000000 + (int64_t)t.tv_usec * 1000;
}

/* The next packet, or NULL: the plug-in said that there is none. */
static struct received *receive_packet(void)
{
	struct received *r = malloc(sizeof(*r) + ROOM);
	size_t length = ROOM;
	long long time_us = 0;

	if (!r)
		abort();
	if (ASK(netdev_receive, r->bytes, &length, &time_us) != 0) {
		free(r);
		return NULL;
	}
	if (!length || length > ROOM) {
		fprintf(stderr, "%s: netdev_receive() gave a packet of %zu bytes\n", plug_in.path, length);
		exit(EXIT_STATUS_ERROR);
	}
	*r = (struct received){ .time = (int64_t)time_us * 1000, .length = length };
	return r;
}

/* Does the plug-in wait? Whatever was found first counts, since one of the two threads has begun to act on it. */
static bool judge(bool waits)
{
	pthread_mutex_lock(&plug_in.lock);
	if (!plug_in.is_judged)
		plug_in.waits = waits;
	plug_in.is_judged = true;
	waits = plug_in.waits;
	pthread_cond_signal(&plug_in.judged);
	pthread_mutex_unlock(&plug_in.lock);
	return waits;
}

/* The thread that waits for packets, as long as the process lives. */
static void *listen_to_device(void *unused)
{
	struct timespec began, ended;

	(void)unused;
	for (bool first = true; ; first = false) {
		clock_gettime(CLOCK_MONOTONIC, &began);
		struct received *r = receive_packet();
		clock_gettime(CLOCK_MONOTONIC, &ended);
		int64_t took = (ended.tv_sec - began.tv_sec) * 1000000000 + ended.tv_nsec - began.tv_nsec;
		if (first && !judge(r || took > SOON_NS))
			return NULL;
		if (!r) {
			usleep(STEP_US);
			continue;
		}
		pthread_mutex_lock(&plug_in.lock);
		*plug_in.last = r;
		plug_in.last = &r->next;
		pthread_mutex_unlock(&plug_in.lock);
	}
	return NULL;
}

static struct received *next_packet(void)
{
	struct received *r;

	if (!plug_in.waits)
		return receive_packet();
	pthread_mutex_lock(&plug_in.lock);
	r = plug_in.first;
	if (r)
		plug_in.first = r->next;
	if (!plug_in.first)
		plug_in.last = &plug_in.first;
	pthread_mutex_unlock(&plug_in.lock);
	return r;
}

static bool hand_over_packets(void)
{
	struct received *r;
	bool any = false;

	while ((r = next_packet())) {
		protodrill_output_at(r->bytes, r->length, r->time);
		free(r);
		any = true;
	}
	return any;
}

/* Sleep in short naps: nobody wakes us when a packet leaves, but the time at which each is taken counts. */
static void nap(int64_t until, int step)
{
	int64_t left_us = (until - clock_ns() + 999) / 1000;
	int64_t most = step ? STEP_US : NAP_US;

	if (!hand_over_packets() && left_us > 0)
		ASK(usleep, (useconds_t)(left_us < most ? left_us : most));
	hand_over_packets();
}

static void packet(const void *bytes, size_t length)
{
	if (ASK(netdev_send, bytes, length) != 0)
		fprintf(stderr, "%s: netdev_send() refuses a packet of %zu bytes\n", plug_in.path, length);
}

static int start(const struct protodrill_start *how)
{
	struct timespec patience;

	(void)how;                                           /* a plug-in is never told addresses */
	plug_in.init(plug_in.flags, &plug_in.calls);
	if (!HAS(socket) || !HAS(close) || !HAS(netdev_send) || !HAS(netdev_receive) || !HAS(usleep) ||
	    !HAS(gettimeofday)) {
		fprintf(stderr, "%s: the interface lacks socket, close, netdev_send, netdev_receive, usleep or "
		        "gettimeofday\n", plug_in.path);
		return -ENOSYS;
	}
	if (pthread_create(&plug_in.thread, NULL, listen_to_device, NULL) != 0)
		return -EAGAIN;
	/* On a busy machine the thread may get its turn late; then it remains the one who asks, whatever it finds. */
	clock_gettime(CLOCK_REALTIME, &patience);
	patience.tv_nsec += PATIENCE_NS;
	patience.tv_sec += patience.tv_nsec / 1000000000;
	patience.tv_nsec %= 1000000000;
	pthread_mutex_lock(&plug_in.lock);
	while (!plug_in.is_judged && pthread_cond_timedwait(&plug_in.judged, &plug_in.lock, &patience) == 0)
		continue;
	pthread_mutex_unlock(&plug_in.lock);
	judge(true);
	return 0;
}

/* Not while netdev_receive() is running: it may be waiting for what would be freed. The process ends anyway. */
static void stop(void)
{
	if (HAS(free) && !plug_in.waits)
		plug_in.calls.free(plug_in.calls.userdata);
}

static const struct protodrill_stack_v1 adapter = {
	.size = sizeof(adapter), .version = PROTODRILL_PROTOCOL, .name = "plug-in",
	.start = start, .stop = stop, .packet = packet, .clock = clock_ns, .wait = nap,
	.socket = do_socket, .bind = do_bind, .listen = do_listen, .accept = do_accept, .connect = do_connect,
	.send = do_send, .receive = do_receive, .close = do_close, .shutdown = do_shutdown,
	.getsockopt = do_getsockopt, .setsockopt = do_setsockopt, .poll = do_poll, .ioctl = do_ioctl,
	.sendmsg = do_sendmsg, .recvmsg = do_recvmsg,
};

int plug_in_serve(const char *path, const char *flags)
{
	const int how = RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE | OWN_SYMBOLS_FIRST;
	void *object, *symbol = object_load(path, how, OBJECT_PLUG_IN, &object);

	if (!symbol)
		return EXIT_STATUS_ERROR;
	memcpy(&plug_in.init, &symbol, sizeof(plug_in.init));
	plug_in.path = path;
	plug_in.flags = flags;
	return protodrill_adapter_main(&adapter);
}
