/* SPDX-License-Identifier: MIT
 *
 * plug_in.c - the smallest plug-in of the interface of the original tool: UDP over IPv4, one socket
 *
 * scripts/check-plug-in plays against it (packetdrill --so_filename). A new stack should rather be written like udp.c:
 * this interface has no virtual time, and knows neither addresses nor the MTU. Real plug-ins differ, so flags choose
 * how this one behaves: with "wait" netdev_receive() waits, with "virtual" the clock moves only in usleep(), with
 * "deaf" nothing is ever sent, and with "hang" sendmsg() never returns.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "../plug_in.h"

enum { HEADERS = 28, MOST = 1472, START_S = 1000000000 };

static struct stack {
	bool waits, is_virtual, deaf, hangs;
	int64_t now_us;                                      /* of a clock that is virtual */
	int fd;                                              /* a real descriptor, as descriptors must be; -1: none */
	uint16_t port;
	bool received, sent;
	size_t received_length, sent_length;
	uint8_t in[HEADERS + MOST], out[HEADERS + MOST];     /* the last packet of each direction */
	long long sent_at;
	pthread_mutex_t lock;
	pthread_cond_t sending;
} stack = { .fd = -1, .lock = PTHREAD_MUTEX_INITIALIZER, .sending = PTHREAD_COND_INITIALIZER };

/* ---- the clock ---- */

static int my_gettimeofday(void *data, struct timeval *t, struct timezone *zone)
{
	const struct stack *s = data;

	(void)zone;
	if (!s->is_virtual)
		return gettimeofday(t, NULL);
	*t = (struct timeval){ START_S + s->now_us / 1000000, s->now_us % 1000000 };
	return 0;
}

static int my_usleep(void *data, useconds_t us)
{
	struct stack *s = data;

	if (!s->is_virtual)
		return usleep(us);
	s->now_us += us;
	return 0;
}

/* ---- calls ---- */

static int refuse(int error)
{
	errno = error;
	return -1;
}

static int my_socket(void *data, int domain, int type, int protocol)
{
	struct stack *s = data;

	if (domain != AF_INET || type != SOCK_DGRAM || (protocol && protocol != IPPROTO_UDP) || s->fd >= 0)
		return refuse(EPROTONOSUPPORT);
	return s->fd = eventfd(0, 0);
}

static int my_bind(void *data, int fd, const struct sockaddr *address, socklen_t length)
{
	struct stack *s = data;

	if (fd != s->fd || length < sizeof(struct sockaddr_in))
		return refuse(EINVAL);
	s->port = ((const struct sockaddr_in *)address)->sin_port;
	return 0;
}

static int my_close(void *data, int fd)
{
	struct stack *s = data;

	if (fd != s->fd)
		return refuse(EBADF);
	s->fd = -1;
	return close(fd);
}

static int my_poll(void *data, struct pollfd *fds, nfds_t count, int timeout)
{
	const struct stack *s = data;

	(void)timeout;                                       /* this caller does not wait */
	for (nfds_t i = 0; i < count; i++)
		fds[i].revents = fds[i].events & (short)(POLLOUT | (s->received ? POLLIN : 0));
	return (int)count;
}

/* Into the first of the buffers. */
static ssize_t my_recvmsg(void *data, int fd, struct msghdr *message, int flags)
{
	struct stack *s = data;
	size_t got = s->received_length - HEADERS;
	struct sockaddr_in *a = message->msg_name;
	struct iovec *part = message->msg_iov;

	(void)flags;
	if (fd != s->fd || !s->received)
		return refuse(fd != s->fd ? EBADF : EAGAIN);
	s->received = false;
	message->msg_flags = got > part->iov_len ? MSG_TRUNC : 0;
	message->msg_controllen = 0;
	got = got < part->iov_len ? got : part->iov_len;
	memcpy(part->iov_base, s->in + HEADERS, got);
	*a = (struct sockaddr_in){ .sin_family = AF_INET };
	memcpy(&a->sin_addr, s->in + 12, 4);
	memcpy(&a->sin_port, s->in + 20, 2);
	message->msg_namelen = sizeof(*a);
	return (ssize_t)got;
}

/* RFC 1071. */
static uint16_t checksum(const uint8_t *bytes, size_t length)
{
	unsigned sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += i % 2 ? bytes[i] : (unsigned)bytes[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* Our address is the destination of the last packet that came. A UDP checksum of 0 means none (RFC 768). */
static ssize_t my_sendmsg(void *data, int fd, const struct msghdr *message, int flags)
{
	struct stack *s = data;
	const struct sockaddr_in *a = message->msg_name;
	const void *bytes = message->msg_iov->iov_base;
	const size_t length = message->msg_iov->iov_len;
	const uint16_t whole = htons((uint16_t)(HEADERS + length)), part = htons((uint16_t)(8 + length));
	struct timeval now;

	(void)flags;
	while (s->hangs)
		pause();
	if (fd != s->fd || message->msg_namelen < sizeof(*a) || length > MOST)
		return refuse(EINVAL);
	if (s->deaf)
		return (ssize_t)length;
	pthread_mutex_lock(&s->lock);
	memset(s->out, 0, HEADERS);
	s->out[0] = 0x45;
	memcpy(s->out + 2, &whole, 2);
	s->out[8] = 64;
	s->out[9] = IPPROTO_UDP;
	memcpy(s->out + 12, s->in + 16, 4);
	memcpy(s->out + 16, &a->sin_addr, 4);
	const uint16_t sum = checksum(s->out, 20);
	memcpy(s->out + 10, &sum, 2);
	memcpy(s->out + 20, &s->port, 2);
	memcpy(s->out + 22, &a->sin_port, 2);
	memcpy(s->out + 24, &part, 2);
	memcpy(s->out + HEADERS, bytes, length);
	s->sent_length = HEADERS + length;
	my_gettimeofday(s, &now, NULL);
	s->sent_at = (long long)now.tv_sec * 1000000 + now.tv_usec;
	s->sent = true;
	pthread_cond_signal(&s->sending);
	pthread_mutex_unlock(&s->lock);
	return (ssize_t)length;
}

/* ---- packets ---- */

static int my_netdev_send(void *data, const void *packet, size_t length)
{
	struct stack *s = data;
	const uint8_t *p = packet;

	if (length < HEADERS || length > sizeof(s->in) || p[0] != 0x45 || p[9] != IPPROTO_UDP ||
	    memcmp(p + 22, &s->port, 2) != 0)
		return 0;
	memcpy(s->in, packet, length);
	s->received_length = length;
	s->received = true;
	return 0;
}

static int my_netdev_receive(void *data, void *buffer, size_t *length, long long *time_us)
{
	struct stack *s = data;

	pthread_mutex_lock(&s->lock);
	while (s->waits && !s->sent)
		pthread_cond_wait(&s->sending, &s->lock);
	const bool any = s->sent && s->sent_length <= *length;
	if (any) {
		memcpy(buffer, s->out, s->sent_length);
		*length = s->sent_length;
		*time_us = s->sent_at;
	}
	s->sent = false;
	pthread_mutex_unlock(&s->lock);
	return any ? 0 : -1;
}

__attribute__((visibility("default"))) void packetdrill_interface_init(const char *flags,
                                                                       struct packetdrill_interface *interface)
{
	flags = flags ? flags : "";
	stack.waits = strstr(flags, "wait") != NULL;
	stack.is_virtual = strstr(flags, "virtual") != NULL;
	stack.deaf = strstr(flags, "deaf") != NULL;
	stack.hangs = strstr(flags, "hang") != NULL;
	*interface = (struct packetdrill_interface){
		.userdata = &stack, .socket = my_socket, .bind = my_bind, .recvmsg = my_recvmsg, .sendmsg = my_sendmsg,
		.close = my_close, .poll = my_poll, .netdev_send = my_netdev_send, .netdev_receive = my_netdev_receive,
		.usleep = my_usleep, .gettimeofday = my_gettimeofday,
	};
}
