/* SPDX-License-Identifier: MIT
 *
 * plug_in.c - a stack that was written as a plug-in of the original tool, as an adapter in real time
 *
 * Such a plug-in (language reference, section 25) has the calls of the C library, which may block, a function that
 * takes a packet and one that waits for the next, and the clock. It runs in a process of its own, like each adapter:
 * what hangs in there is ended with it.
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

#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "adapter/plug_in.h"
#include "adapter/protodrill-adapter.h"
#include "cli/cli.h"
#include "cli/console.h"

enum { ROOM = 65536, NAP_US = 500, STEP_US = 200, SOON_NS = 1000000 };

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
	bool waits;                                          /* its netdev_receive() does, in a thread */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t judged;
	bool is_judged;                                      /* .waits is known */
	struct received *first, **last;                      /* by the thread, under .lock */
} plug_in = { .lock = PTHREAD_MUTEX_INITIALIZER, .judged = PTHREAD_COND_INITIALIZER, .last = &plug_in.first };

/* The same function of the plug-in, if it has it. */
#define ASK(function, ...) (plug_in.calls.function(plug_in.calls.userdata, __VA_ARGS__))
#define HAS(function) (plug_in.calls.function != NULL)

static int64_t result(int64_t value)
{
	return value < 0 ? -(errno ? errno : EIO) : value;
}

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

static void judge(bool waits)
{
	pthread_mutex_lock(&plug_in.lock);
	plug_in.waits = waits;
	plug_in.is_judged = true;
	pthread_cond_signal(&plug_in.judged);
	pthread_mutex_unlock(&plug_in.lock);
}

/* The thread that waits for packets, for good. */
static void *listen_to_device(void *unused)
{
	struct timespec began, ended;

	(void)unused;
	for (bool first = true; ; first = false) {
		clock_gettime(CLOCK_MONOTONIC, &began);
		struct received *r = receive_packet();
		clock_gettime(CLOCK_MONOTONIC, &ended);
		int64_t took = (ended.tv_sec - began.tv_sec) * 1000000000 + ended.tv_nsec - began.tv_nsec;
		if (first)
			judge(r || took > SOON_NS);
		if (!r && took <= SOON_NS && first)
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

/* Short naps: nobody wakes us when a packet leaves, but each has its time. */
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
	const struct timespec patience = { .tv_nsec = SOON_NS };

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
	/* One that never waits has been asked by now; any other waits. */
	nanosleep(&patience, NULL);
	pthread_mutex_lock(&plug_in.lock);
	plug_in.waits = !plug_in.is_judged || plug_in.waits;
	plug_in.is_judged = true;
	pthread_mutex_unlock(&plug_in.lock);
	return 0;
}

/* Not while netdev_receive() is in there: it may be waiting for what would be freed. The process ends anyway. */
static void stop(void)
{
	if (HAS(free) && !plug_in.waits)
		plug_in.calls.free(plug_in.calls.userdata);
}

/* ---- addresses ---- */

static socklen_t to_sockaddr(const struct protodrill_address *from, struct sockaddr_storage *to)
{
	struct sockaddr_in *four = (struct sockaddr_in *)to;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	if (from->family == 6) {
		*six = (struct sockaddr_in6){
			.sin6_family = AF_INET6, .sin6_port = htons(from->port), .sin6_scope_id = from->scope,
		};
		memcpy(&six->sin6_addr, from->bytes, sizeof(six->sin6_addr));
		return sizeof(*six);
	}
	four->sin_family = from->family == 4 ? AF_INET : AF_UNSPEC;
	four->sin_port = htons(from->port);
	memcpy(&four->sin_addr, from->bytes, sizeof(four->sin_addr));
	return sizeof(*four);
}

static void from_sockaddr(const struct sockaddr_storage *from, socklen_t length, struct protodrill_address *to)
{
	const struct sockaddr_in *four = (const struct sockaddr_in *)from;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)from;

	if (length >= sizeof(*four) && from->ss_family == AF_INET) {
		to->family = 4;
		to->port = ntohs(four->sin_port);
		memcpy(to->bytes, &four->sin_addr, sizeof(four->sin_addr));
	} else if (length >= sizeof(*six) && from->ss_family == AF_INET6) {
		to->family = 6;
		to->port = ntohs(six->sin6_port);
		to->scope = six->sin6_scope_id;
		memcpy(to->bytes, &six->sin6_addr, sizeof(six->sin6_addr));
	}
}

/* ---- calls ---- */

static int never_waits(int fd)
{
	if (fd >= 0 && HAS(fcntl))
		ASK(fcntl, fd, F_SETFL, O_RDWR | O_NONBLOCK);
	return (int)result(fd);
}

static int do_socket(int domain, int type, int protocol)
{
	errno = 0;
	return never_waits(ASK(socket, domain, type, protocol));
}

static int do_bind(int fd, const struct protodrill_address *address)
{
	struct sockaddr_storage a;
	socklen_t length = to_sockaddr(address, &a);

	errno = 0;
	return HAS(bind) ? (int)result(ASK(bind, fd, (struct sockaddr *)&a, length)) : PROTODRILL_UNKNOWN;
}

static int do_listen(int fd, int backlog)
{
	errno = 0;
	return HAS(listen) ? (int)result(ASK(listen, fd, backlog)) : PROTODRILL_UNKNOWN;
}

static int do_poll(int fd, int events, uint64_t *generation)
{
	struct pollfd p = { .fd = fd, .events = (short)events };

	(void)generation;
	errno = 0;
	if (!HAS(poll))
		return events;                               /* one can only try */
	return ASK(poll, &p, 1, 0) < 0 ? (int)result(-1) : (uint16_t)p.revents;
}

static int do_accept(int fd, struct protodrill_address *peer)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof(a);
	uint64_t unused;

	if (!HAS(accept))
		return PROTODRILL_UNKNOWN;
	if (!(do_poll(fd, POLLIN, &unused) & ~POLLOUT))
		return -EAGAIN;
	errno = 0;
	int child = never_waits(ASK(accept, fd, (struct sockaddr *)&a, &length));
	if (child >= 0)
		from_sockaddr(&a, length, peer);
	return child;
}

static int do_connect(int fd, const struct protodrill_address *address, int waits)
{
	struct sockaddr_storage a;
	socklen_t length = to_sockaddr(address, &a);

	(void)waits;
	errno = 0;
	return HAS(connect) ? (int)result(ASK(connect, fd, (struct sockaddr *)&a, length)) : PROTODRILL_UNKNOWN;
}

static int64_t do_sendmsg(int fd, int flags, const struct protodrill_message *m)
{
	struct sockaddr_storage a;
	socklen_t size = m->address.family ? to_sockaddr(&m->address, &a) : 0;
	struct iovec part = { m->bytes, m->length };
	struct msghdr message = {
		.msg_name = size ? &a : NULL, .msg_namelen = size, .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = m->control, .msg_controllen = m->control_length,
	};

	errno = 0;
	return HAS(sendmsg) ? result(ASK(sendmsg, fd, &message, flags)) : PROTODRILL_UNKNOWN;
}

static int64_t do_recvmsg(int fd, int flags, struct protodrill_message *m)
{
	struct sockaddr_storage a = { 0 };
	struct iovec part = { m->bytes, m->length };
	struct msghdr message = {
		.msg_name = &a, .msg_namelen = sizeof(a), .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = m->control, .msg_controllen = m->control_length,
	};

	if (!HAS(recvmsg))
		return PROTODRILL_UNKNOWN;
	errno = 0;
	int64_t got = result(ASK(recvmsg, fd, &message, flags));
	if (got < 0)
		return got;
	m->flags = (uint32_t)message.msg_flags;
	m->length = (size_t)got < m->length ? (size_t)got : m->length;
	m->control_length = message.msg_controllen;
	from_sockaddr(&a, message.msg_namelen, &m->address);
	return got;
}

static int64_t do_send(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length)
{
	struct sockaddr_storage a;
	socklen_t size = to ? to_sockaddr(to, &a) : 0;

	errno = 0;
	if (HAS(sendto))
		return result(ASK(sendto, fd, bytes, length, flags, to ? (struct sockaddr *)&a : NULL, size));
	if (HAS(sendmsg))
		return do_sendmsg(fd, flags, &(struct protodrill_message){
			.address = to ? *to : (struct protodrill_address){ 0 }, .bytes = (void *)bytes,
			.length = length,
		});
	if (!to && HAS(send))
		return result(ASK(send, fd, bytes, length, flags));
	return to || flags & ~MSG_DONTWAIT || !HAS(write) ? PROTODRILL_UNKNOWN : result(ASK(write, fd, bytes, length));
}

static int64_t do_receive(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	struct sockaddr_storage a = { 0 };
	socklen_t size = sizeof(a);
	uint64_t unused;
	int64_t got;

	/* It would wait on a descriptor that fcntl() could not change. */
	if (room && !(do_poll(fd, POLLIN, &unused) & ~POLLOUT))
		return -EAGAIN;
	errno = 0;
	if (HAS(recvfrom)) {
		got = result(ASK(recvfrom, fd, bytes, room, flags, (struct sockaddr *)&a, &size));
		if (got >= 0)
			from_sockaddr(&a, size, from);
		return got;
	}
	if (HAS(recvmsg)) {
		struct protodrill_message m = { .bytes = bytes, .length = room };

		got = do_recvmsg(fd, flags, &m);
		*from = m.address;
		return got;
	}
	if (HAS(recv))
		return result(ASK(recv, fd, bytes, room, flags));
	return flags & ~MSG_DONTWAIT || !HAS(read) ? PROTODRILL_UNKNOWN : result(ASK(read, fd, bytes, room));
}

static int do_close(int fd)
{
	errno = 0;
	return (int)result(ASK(close, fd));
}

static int do_shutdown(int fd, int how)
{
	errno = 0;
	return HAS(shutdown) ? (int)result(ASK(shutdown, fd, how)) : PROTODRILL_UNKNOWN;
}

static int do_getsockopt(int fd, int level, int name, void *value, uint32_t *length)
{
	socklen_t size = *length;

	if (!HAS(getsockopt))
		return PROTODRILL_UNKNOWN;
	errno = 0;
	int status = (int)result(ASK(getsockopt, fd, level, name, value, &size));
	*length = size;
	return status;
}

static int do_setsockopt(int fd, int level, int name, const void *value, uint32_t length)
{
	errno = 0;
	return HAS(setsockopt) ? (int)result(ASK(setsockopt, fd, level, name, value, length)) : PROTODRILL_UNKNOWN;
}

static int do_ioctl(int fd, uint32_t request, void *value, size_t length)
{
	errno = 0;
	if (!HAS(ioctl) || length < sizeof(int))
		return PROTODRILL_UNKNOWN;
	return (int)result(ASK(ioctl, fd, request, value));
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
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE | RTLD_DEEPBIND);
	void *symbol = object ? dlsym(object, "packetdrill_interface_init") : NULL;

	if (!symbol) {
		console_error("%s: %s", path, dlerror());
		return EXIT_STATUS_ERROR;
	}
	memcpy(&plug_in.init, &symbol, sizeof(plug_in.init));
	plug_in.path = path;
	plug_in.flags = flags;
	return protodrill_adapter_main(&adapter);
}
