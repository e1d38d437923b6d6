/* SPDX-License-Identifier: MIT
 *
 * absent_test.c - what is absent, and what no system has
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "target/builtin/absent.h"

static void kinds_that_linux_has(void **state)
{
	(void)state;
	assert_non_null(absent_socket(AF_UNIX, SOCK_STREAM, 0));
	assert_non_null(absent_socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK, IPPROTO_ICMP));
	assert_non_null(absent_socket(AF_INET6, SOCK_DGRAM, IPPROTO_ICMPV6));
	assert_null(absent_socket(AF_INET, SOCK_STREAM, IPPROTO_UDP));
	assert_null(absent_socket(AF_INET, SOCK_DGRAM, IPPROTO_TCP));
	assert_null(absent_socket(9999, SOCK_STREAM, 0));
}

static void options_that_linux_has(void **state)
{
	(void)state;
	assert_non_null(absent_option(SOL_SOCKET, SO_ATTACH_BPF));
	assert_non_null(absent_option(SOL_SOCKET, SO_ATTACH_FILTER));
	assert_null(absent_option(IPPROTO_TCP, TCP_NODELAY));
	assert_null(absent_option(IPPROTO_UDP, SO_ATTACH_FILTER));
	assert_null(absent_option(9999, SO_ATTACH_FILTER));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_that_linux_has),
		cmocka_unit_test(options_that_linux_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
