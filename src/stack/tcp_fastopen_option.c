/* SPDX-License-Identifier: MIT
 *
 * tcp_fastopen_option.c - the socket options of Fast Open (RFC 7413, 2: only for applications that ask for it)
 *
 * A listener says how many connections may wait that a cookie alone has opened (TCP_FASTOPEN); a client, that connect()
 * waits for the first write() and lets its text go with the SYN (TCP_FASTOPEN_CONNECT); either, that no cookie is
 * needed (TCP_FASTOPEN_NO_COOKIE). TCP_FASTOPEN_KEY is the key that makes the cookies, or two of them, while one
 * replaces the other (RFC 7413, 4.1.2). Names and errors are those of Linux.
 */
#include "stack/tcp_fastopen_option.h"

#include <errno.h>

#include <linux/tcp.h>

#include "stack/option_value.h"
#include "stack/tcp_fastopen.h"
#include "util/common.h"

enum { KEY_BYTES = 16 };

static int set_keys(struct tcp *t, const void *value, socklen_t length)
{
	const uint8_t *bytes = value;
	struct fast_open_keys keys = { .count = (int)(length / KEY_BYTES) };

	if (!length || length % KEY_BYTES || keys.count > FAST_OPEN_KEYS)
		return -EINVAL;
	/* A key is two words, whose octets are in little-endian order on any machine. */
	for (size_t i = 0; i < length; i++)
		keys.key[i / KEY_BYTES][i / 8 % 2] |= (uint64_t)bytes[i] << 8 * (i % 8);
	return tcp_fast_open_set_keys(t, &keys) ? 0 : -ENOMEM;
}

static int get_keys(const struct tcp *t, void *value, socklen_t *length)
{
	const struct fast_open_keys keys = tcp_fast_open_keys(t);
	uint8_t bytes[FAST_OPEN_KEYS * KEY_BYTES];
	size_t count = (size_t)keys.count * KEY_BYTES;

	for (size_t i = 0; i < count; i++)
		bytes[i] = (uint8_t)(keys.key[i / KEY_BYTES][i / 8 % 2] >> 8 * (i % 8));
	return option_return_bytes(bytes, count, value, length);
}

static bool is_unconnected(const struct tcp *t)
{
	return tcp_in(t, TCPM_OVER | 1 << TCPS_LISTEN);
}

/* The limit of PendingFastOpenRequests (RFC 7413, 4.2 and 5.1): valid cookies, stolen or shared, must not fill the
 * accept queue with connections that nobody has completed. */
static int set_queue(struct tcp *t, int queue)
{
	if (queue < 0 || !is_unconnected(t))
		return -EINVAL;
	tcp_fast_open_listen(t, queue < tcp_stack(t)->config.somaxconn ? queue : (int)tcp_stack(t)->config.somaxconn);
	return 0;
}

static int set_connect(struct tcp *t, int on)
{
	if (on < 0 || on > 1)
		return -EINVAL;
	if (!tcp_fast_open_active(tcp_stack(t)))
		return -EOPNOTSUPP;
	if (!tcp_in(t, TCPM_OVER))
		return -EINVAL;
	t->options.fast_open_connect = on;
	return 0;
}

static int set_no_cookie(struct tcp *t, int on)
{
	if (on < 0 || on > 1 || !is_unconnected(t))
		return -EINVAL;
	t->options.fast_open_no_cookie = on;
	return 0;
}

int tcp_fast_open_set_option(struct tcp *t, int name, const void *value, socklen_t length, bool *mine)
{
	static const struct {
		int name;
		int (*set)(struct tcp *t, int number);
	} numbers[] = {
		{ TCP_FASTOPEN, set_queue }, { TCP_FASTOPEN_CONNECT, set_connect },
		{ TCP_FASTOPEN_NO_COOKIE, set_no_cookie },
	};
	int number;

	*mine = true;
	if (name == TCP_FASTOPEN_KEY)
		return set_keys(t, value, length);
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
		if (numbers[i].name == name)
			return option_int(value, length, &number) ? numbers[i].set(t, number) : -EINVAL;
	*mine = false;
	return -ENOPROTOOPT;
}

int tcp_fast_open_get_option(const struct tcp *t, int name, void *value, socklen_t *length, bool *mine)
{
	*mine = true;
	switch (name) {
	case TCP_FASTOPEN:
		return option_return_int(t->fast_open.limit, value, length);
	case TCP_FASTOPEN_KEY:
		return get_keys(t, value, length);
	case TCP_FASTOPEN_CONNECT:
		return option_return_int(t->options.fast_open_connect, value, length);
	case TCP_FASTOPEN_NO_COOKIE:
		return option_return_int(t->options.fast_open_no_cookie, value, length);
	}
	*mine = false;
	return -ENOPROTOOPT;
}
