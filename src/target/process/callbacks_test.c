/* SPDX-License-Identifier: MIT
 *
 * callbacks_test.c - adapter/protodrill-callbacks.h: what a stack says is there when a call asks for it
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#define PROTODRILL_ADAPTER_IMPLEMENTATION
#include "adapter/protodrill-adapter.h"
#include "adapter/protodrill-callbacks.h"

/* A stack that does nothing by itself, and notes what it is asked. */
static struct {
	struct protodrill_socket *socket;                    /* the last that was opened */
	char connection, listener, child;                    /* what they point to */
	size_t room, taken, sent;
	int closed, aborted, connects_at_once, binds;
	uint32_t sleep;
} stack;

static void *open_(struct protodrill_socket *socket, int family, int protocol)
{
	stack.socket = socket;
	return family == 4 && (protocol == IPPROTO_TCP || protocol == IPPROTO_UDP) ? &stack.connection : NULL;
}

static void *listen_(void *connection, int backlog)
{
	assert_ptr_equal(connection, &stack.connection);
	return backlog < 0 ? NULL : &stack.listener;
}

static int connect_(void *connection, const struct protodrill_address *address)
{
	assert_ptr_equal(connection, &stack.connection);
	if (stack.connects_at_once)
		protodrill_on_connect(stack.socket);
	return address->port || address->family == PROTODRILL_UNSPECIFIED ? 0 : -ENETUNREACH;
}

static size_t room_(void *connection)
{
	assert_non_null(connection);
	return stack.room;
}

static int64_t send_(void *connection, const void *bytes, size_t length)
{
	assert_non_null(connection);
	assert_non_null(bytes);
	stack.sent += length;
	return (int64_t)length;
}

static int bind_(void *connection, const struct protodrill_address *address)
{
	assert_non_null(connection);
	return stack.binds ? address->port ? 0 : -EADDRNOTAVAIL : PROTODRILL_UNKNOWN;
}

static int64_t send_to(void *connection, const struct protodrill_address *to, const void *bytes, size_t length)
{
	(void)to;
	return send_(connection, bytes, length);
}

static void taken_(void *connection, size_t length)
{
	assert_non_null(connection);
	stack.taken += length;
}

static int close_(void *connection)
{
	assert_non_null(connection);
	stack.closed++;
	return 0;
}

static void abort_(void *connection)
{
	assert_ptr_equal(connection, &stack.child);
	stack.aborted++;
}

static int shutdown_(void *connection, int how)
{
	assert_non_null(connection);
	return how == SHUT_WR ? 0 : PROTODRILL_UNKNOWN;
}

static uint32_t sleep_(void)
{
	return stack.sleep;
}

static void timers_(void)
{
	stack.sleep = PROTODRILL_FOREVER;
}

const struct protodrill_connections protodrill_connections = {
	.open = open_, .bind = bind_, .sleep = sleep_, .timers = timers_, .listen = listen_, .connect = connect_,
	.room = room_, .send = send_, .send_to = send_to, .taken = taken_, .close = close_, .abort = abort_,
	.shutdown = shutdown_,
};

static const struct protodrill_stack_v1 table = {
	.name = "callbacks", PROTODRILL_CALLBACKS, PROTODRILL_TIMERS
};
static const struct protodrill_address peer = { .family = 4, .port = 4000, .bytes = { 192, 0, 2, 1 } };

static int begin(void **state)
{
	(void)state;
	memset(&stack, 0, sizeof(stack));
	stack.room = 1000;
	protodrill.stack = &table;
	return 0;
}

static int end(void **state)
{
	(void)state;
	protodrill.started = 1;
	protodrill_stop();
	return 0;
}

static int ready(int fd)
{
	uint64_t generation = 0;

	return table.poll(fd, POLLIN | POLLOUT | POLLRDHUP, &generation);
}

static int connected(void)
{
	int fd = table.socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(table.connect(fd, &peer, 1), -EINPROGRESS);
	protodrill_on_connect(stack.socket);
	assert_int_equal(table.connect_result(fd), 0);
	return fd;
}

static int64_t receive(int fd, int flags, size_t room, const char *expected)
{
	struct protodrill_address from = { 0 };
	char bytes[64] = "";
	int64_t got = table.receive(fd, flags, &from, bytes, room);

	if (expected)
		assert_string_equal(bytes, expected);
	return got;
}

static int option_error(int fd)
{
	int value = -1;
	uint32_t length = sizeof(value);

	assert_int_equal(table.getsockopt(fd, SOL_SOCKET, SO_ERROR, &value, &length), 0);
	return value;
}

static void what_the_stack_lacks_is_unknown(void **state)
{
	(void)state;
	int fd = connected(), value = 0;
	uint32_t length = sizeof(value);

	assert_int_equal(table.socket(AF_INET6, SOCK_STREAM, 0), PROTODRILL_UNKNOWN);
	assert_int_equal(table.socket(AF_UNIX, SOCK_STREAM, 0), PROTODRILL_UNKNOWN);
	assert_int_equal(table.socket(AF_INET, SOCK_RAW, 0), PROTODRILL_UNKNOWN);
	assert_int_equal(table.bind(fd, &peer), PROTODRILL_UNKNOWN);
	assert_int_equal(table.shutdown(fd, SHUT_RD), PROTODRILL_UNKNOWN);
	assert_int_equal(table.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, &length), PROTODRILL_UNKNOWN);
	assert_int_equal(table.setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, length), PROTODRILL_UNKNOWN);
	assert_int_equal(receive(fd, MSG_OOB, 4, ""), PROTODRILL_UNKNOWN);
	assert_int_equal(table.send(fd, MSG_OOB, NULL, "a", 1), PROTODRILL_UNKNOWN);
}

static void text_waits_until_it_is_read(void **state)
{
	(void)state;
	int fd = connected();

	assert_int_equal(receive(fd, 0, 8, ""), -EAGAIN);
	assert_int_equal(ready(fd), POLLOUT);
	protodrill_on_receive(stack.socket, NULL, "abc", 3);
	protodrill_on_receive(stack.socket, NULL, "def", 3);
	protodrill_on_end(stack.socket);
	assert_int_equal(ready(fd), POLLIN | POLLOUT | POLLRDHUP);
	assert_int_equal(receive(fd, MSG_PEEK, 5, "abcde"), 5);
	assert_int_equal(receive(fd, 0, 0, ""), 0);
	assert_int_equal(stack.taken, 0);
	assert_int_equal(receive(fd, 0, 2, "ab"), 2);
	assert_int_equal(receive(fd, MSG_PEEK, 8, "cdef"), 4);
	assert_int_equal(receive(fd, 0, 3, "cde"), 3);
	assert_int_equal(stack.taken, 5);
	assert_int_equal(receive(fd, 0, 8, "f"), 1);
	assert_int_equal(receive(fd, 0, 8, ""), 0);
	assert_int_equal(stack.taken, 6);
}

static void datagrams_stay_apart(void **state)
{
	(void)state;
	int fd = table.socket(AF_INET, SOCK_DGRAM, 0);
	struct protodrill_address from = { 0 };
	char bytes[8];

	assert_int_equal(receive(fd, 0, 8, ""), -EAGAIN);
	protodrill_on_receive(stack.socket, &peer, "abc", 3);
	protodrill_on_receive(stack.socket, &peer, NULL, 0);
	protodrill_on_receive(stack.socket, &peer, "de", 2);
	assert_int_equal(table.receive(fd, MSG_PEEK, &from, bytes, 8), 3);
	assert_int_equal(from.port, 4000);
	assert_int_equal(receive(fd, 0, 2, "ab"), 3);        /* its length; and the rest is lost */
	assert_int_equal(receive(fd, 0, 8, ""), 0);
	assert_int_equal(receive(fd, 0, 8, "de"), 2);
	assert_int_equal(receive(fd, 0, 8, ""), -EAGAIN);
	assert_int_equal(table.send(fd, 0, &peer, "abc", 3), 3);
}

static void datagrams_have_another_side_at_once(void **state)
{
	(void)state;
	int fd = table.socket(AF_INET, SOCK_DGRAM, 0);
	const struct protodrill_address nobody = { .family = PROTODRILL_UNSPECIFIED }, nowhere = { .family = 4 };
	struct protodrill_address who = { 0 };

	assert_int_equal(table.shutdown(fd, SHUT_WR), -ENOTCONN);
	assert_int_equal(table.connect(fd, &peer, 1), 0);
	assert_int_equal(table.getpeername(fd, &who), 0);
	assert_int_equal(who.port, 4000);
	assert_int_equal(table.connect(fd, &nowhere, 1), -ENETUNREACH);
	assert_int_equal(table.getpeername(fd, &who), 0);
	assert_int_equal(table.shutdown(fd, SHUT_WR), 0);
	assert_int_equal(table.send(fd, 0, &peer, "abc", 3), -EPIPE);
	assert_int_equal(table.connect(fd, &nobody, 1), 0);
	assert_int_equal(table.getpeername(fd, &who), -ENOTCONN);
	fd = connected();
	assert_int_equal(table.connect(fd, &nobody, 1), PROTODRILL_UNKNOWN);
}

static void an_error_does_not_end_datagrams(void **state)
{
	(void)state;
	int fd = table.socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(table.connect(fd, &peer, 1), 0);
	protodrill_on_receive(stack.socket, &peer, "abc", 3);
	protodrill_on_error(stack.socket, ECONNREFUSED);
	assert_int_equal(ready(fd), POLLIN | POLLOUT | POLLERR);
	assert_int_equal(receive(fd, 0, 8, ""), -ECONNREFUSED);
	assert_int_equal(receive(fd, 0, 8, "abc"), 3);
	assert_int_equal(receive(fd, 0, 8, ""), -EAGAIN);
	protodrill_on_error(stack.socket, ECONNREFUSED);
	assert_int_equal(table.send(fd, 0, NULL, "abc", 3), -ECONNREFUSED);
	assert_int_equal(table.send(fd, 0, NULL, "abc", 3), 3);
	assert_int_equal(option_error(fd), 0);
}

static void who_is_bound_stays_so(void **state)
{
	(void)state;
	int fd = table.socket(AF_INET, SOCK_DGRAM, 0);
	const struct protodrill_address nowhere = { .family = 4 };

	stack.binds = 1;
	assert_int_equal(table.bind(fd, &nowhere), -EADDRNOTAVAIL);
	assert_int_equal(table.bind(fd, &peer), 0);
	assert_int_equal(table.bind(fd, &peer), -EINVAL);
}

static void timers_of_milliseconds_have_a_deadline(void **state)
{
	(void)state;
	protodrill.now = 5 * 1000000 + 1;
	assert_int_equal(protodrill_milliseconds(), 5);
	stack.sleep = 0;
	assert_int_equal(table.deadline(), 5 * 1000000);     /* due */
	stack.sleep = 250;
	assert_int_equal(table.deadline(), 255 * 1000000);
	table.run(protodrill.now);
	assert_int_equal(table.deadline(), PROTODRILL_NEVER);
}

static void sending_keeps_to_the_room(void **state)
{
	(void)state;
	int fd = table.socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(table.send(fd, 0, NULL, "abc", 3), -EPIPE);
	assert_int_equal(table.close(fd), 0);
	protodrill.objects[fd] = NULL;
	fd = connected();
	stack.room = 2;
	assert_int_equal(table.send(fd, 0, NULL, "abc", 3), 2);
	stack.room = 0;
	assert_int_equal(table.send(fd, 0, NULL, "abc", 3), -EAGAIN);
	assert_int_equal(ready(fd), 0);
	assert_int_equal(stack.sent, 2);
	stack.room = 5;
	assert_int_equal(table.shutdown(fd, SHUT_WR), 0);
	assert_int_equal(table.send(fd, 0, NULL, "abc", 3), -EPIPE);
}

static void connections_wait_in_order(void **state)
{
	(void)state;
	int fd = table.socket(AF_INET, SOCK_STREAM, 0), child;
	struct protodrill_address who = { 0 }, other = peer;
	struct protodrill_socket *listener = stack.socket, *second;

	assert_int_equal(table.accept(fd, &who), -EINVAL);
	assert_int_equal(table.listen(fd, -1), -EADDRINUSE);
	assert_int_equal(table.listen(fd, 4), 0);
	assert_int_equal(table.accept(fd, &who), -EAGAIN);
	assert_non_null(protodrill_on_accept(listener, &stack.child, peer));
	other.port = 4001;
	second = protodrill_on_accept(listener, &stack.child, other);
	assert_int_equal(ready(fd), POLLIN);
	protodrill_on_receive(second, NULL, "early", 5);     /* before anybody accepts it */
	child = table.accept(fd, &who);
	assert_int_equal(who.port, 4000);
	assert_int_equal(table.getpeername(child, &who), 0);
	assert_int_equal(who.port, 4000);
	child = table.accept(fd, &who);
	assert_int_equal(who.port, 4001);
	assert_int_equal(receive(child, 0, 8, "early"), 5);
	protodrill_on_accept(listener, &stack.child, peer);
	assert_int_equal(table.close(fd), 0);
	protodrill.objects[fd] = NULL;
	assert_int_equal(stack.closed, 1);
	assert_int_equal(stack.aborted, 1);                  /* the one that nobody has accepted */
}

static void an_error_is_told_once(void **state)
{
	(void)state;
	int fd = connected();

	protodrill_on_receive(stack.socket, NULL, "last", 4);
	protodrill_on_error(stack.socket, ECONNRESET);
	assert_int_equal(ready(fd), POLLIN | POLLOUT | POLLRDHUP | POLLERR | POLLHUP);
	assert_int_equal(receive(fd, 0, 8, "last"), 4);
	assert_int_equal(stack.taken, 0);                    /* there is no connection any more */
	assert_int_equal(receive(fd, 0, 8, ""), -ECONNRESET);
	assert_int_equal(receive(fd, 0, 8, ""), 0);
	assert_int_equal(option_error(fd), 0);
	assert_int_equal(table.send(fd, 0, NULL, "a", 1), -EPIPE);
	assert_int_equal(table.close(fd), 0);
	protodrill.objects[fd] = NULL;
	assert_int_equal(stack.closed, 0);
}

static void a_connect_ends_as_the_stack_says(void **state)
{
	(void)state;
	int fd = table.socket(AF_INET, SOCK_STREAM, 0);
	const struct protodrill_address nowhere = { .family = 4 };

	assert_int_equal(table.connect(fd, &nowhere, 1), -ENETUNREACH);
	assert_int_equal(table.connect(fd, &peer, 1), -EINPROGRESS);
	assert_int_equal(table.connect(fd, &peer, 1), -EALREADY);
	assert_int_equal(table.connect_result(fd), -EINPROGRESS);
	assert_int_equal(table.send(fd, 0, NULL, "a", 1), -EAGAIN);
	assert_int_equal(receive(fd, 0, 8, ""), -EAGAIN);
	protodrill_on_error(stack.socket, ECONNRESET);
	assert_int_equal(table.connect_result(fd), -ECONNREFUSED);
	assert_int_equal(table.connect_result(fd), 0);
	fd = connected();
	assert_int_equal(table.connect(fd, &peer, 1), -EISCONN);
	fd = table.socket(AF_INET, SOCK_STREAM, 0);
	stack.connects_at_once = 1;
	assert_int_equal(table.connect(fd, &peer, 1), 0);
	assert_int_equal(ready(fd), POLLOUT);
}

static void a_closed_socket_hears_nothing(void **state)
{
	(void)state;
	int fd = table.socket(AF_INET, SOCK_STREAM, 0);
	struct protodrill_socket *listener = stack.socket;

	assert_int_equal(table.listen(fd, 4), 0);
	assert_non_null(protodrill_on_accept(listener, &stack.child, peer));
	assert_int_equal(table.close(fd), 0);
	protodrill.objects[fd] = NULL;
	assert_null(protodrill_on_accept(listener, &stack.child, peer));
	assert_null(protodrill_on_accept(NULL, &stack.child, peer));
	fd = connected();
	assert_int_equal(table.close(fd), 0);
	protodrill.objects[fd] = NULL;
	protodrill_on_connect(stack.socket);
	protodrill_on_receive(stack.socket, NULL, "a", 1);
	protodrill_on_end(stack.socket);
	protodrill_on_error(stack.socket, ECONNRESET);
	protodrill_on_connect(NULL);
	protodrill_on_receive(NULL, NULL, "a", 1);
	protodrill_on_end(NULL);
	protodrill_on_error(NULL, ECONNRESET);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_the_stack_lacks_is_unknown, begin, end),
		cmocka_unit_test_setup_teardown(text_waits_until_it_is_read, begin, end),
		cmocka_unit_test_setup_teardown(datagrams_stay_apart, begin, end),
		cmocka_unit_test_setup_teardown(datagrams_have_another_side_at_once, begin, end),
		cmocka_unit_test_setup_teardown(an_error_does_not_end_datagrams, begin, end),
		cmocka_unit_test_setup_teardown(who_is_bound_stays_so, begin, end),
		cmocka_unit_test_setup_teardown(timers_of_milliseconds_have_a_deadline, begin, end),
		cmocka_unit_test_setup_teardown(sending_keeps_to_the_room, begin, end),
		cmocka_unit_test_setup_teardown(connections_wait_in_order, begin, end),
		cmocka_unit_test_setup_teardown(an_error_is_told_once, begin, end),
		cmocka_unit_test_setup_teardown(a_connect_ends_as_the_stack_says, begin, end),
		cmocka_unit_test_setup_teardown(a_closed_socket_hears_nothing, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
