/* SPDX-License-Identifier: MIT
 *
 * process_bench.c - what a question to an adapter and its answer cost
 *
 * Each argument is the command of an adapter. The question is ADVANCE to a time that has come, which costs the stack
 * nothing: what is left are two system calls and a change of processes on either side. What these alone cost on this
 * machine is measured as well, with a process that sends back what it has read: machines differ by a factor of five.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/protodrill-adapter.h"
#include "target/process/adapter.h"
#include "util/little_endian.h"
#include "util/monotonic.h"

enum { EXCHANGES = 20000, ROUNDS = 5 };

static const int64_t BEGINNING = 946684800000000000;     /* 2000-01-01 */

/* Nanoseconds for a question and its answer, the best of several rounds; 0: the adapter has failed. */
static int64_t measure(struct adapter *a)
{
	struct buf question = BUF_INIT;
	const uint8_t *body;
	size_t length;
	int64_t best = 0;

	little_endian_add(&question, PROTODRILL_PROTOCOL, 4);
	buf_printf(&question, "local=192.168.0.1/16\nremote=192.0.2.1\nmtu=1500\nnow=%" PRId64 "\nseed=1\n", BEGINNING);
	bool good = adapter_ask(a, PROTODRILL_HELLO, &question, &body, &length);
	buf_clear(&question);
	little_endian_add(&question, BEGINNING, 8);
	little_endian_add(&question, PROTODRILL_WANT_PACKET, 4);
	for (int round = 0; round < ROUNDS && good; round++) {
		vtime_t began = monotonic_now();
		for (int i = 0; i < EXCHANGES && good; i++)
			good = adapter_ask(a, PROTODRILL_ADVANCE, &question, &body, &length);
		int64_t took = vtime_sub(monotonic_now(), began).ns / EXCHANGES;
		best = best && best < took ? best : took;
	}
	buf_free(&question);
	return good ? best : 0;
}

static void echo(int fd)
{
	char bytes[64];
	ssize_t length;

	while ((length = read(fd, bytes, sizeof(bytes))) > 0)
		if (write(fd, bytes, (size_t)length) != length)
			break;
	_exit(0);
}

/* The same for as many octets through a pair of sockets, and nothing else; 0: it failed. */
static int64_t measure_bare(void)
{
	enum { OCTETS = 20 };
	char bytes[OCTETS] = { 0 };
	int64_t best = 0;
	bool good = true;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return 0;
	pid_t child = fork();
	if (child == 0) {
		close(pair[0]);
		echo(pair[1]);
	}
	close(pair[1]);
	for (int round = 0; round < ROUNDS && good && child > 0; round++) {
		vtime_t began = monotonic_now();
		for (int i = 0; i < EXCHANGES && good; i++)
			good = write(pair[0], bytes, OCTETS) == OCTETS && read(pair[0], bytes, OCTETS) == OCTETS;
		int64_t took = vtime_sub(monotonic_now(), began).ns / EXCHANGES;
		best = best && best < took ? best : took;
	}
	close(pair[0]);
	if (child > 0)
		waitpid(child, NULL, 0);
	return good ? best : 0;
}

int main(int argc, char **argv)
{
	int64_t bare = measure_bare();

	printf("exchange         %.1f us, bare: octets to another process and back\n", (double)bare / 1000);
	for (int i = 1; i < argc; i++) {
		struct buf problem = BUF_INIT;
		const struct adapter_source source = { .command = argv[i] };
		struct adapter *a = adapter_start(&source, 0, &problem);
		int64_t ns = a ? measure(a) : 0;

		printf("exchange         %.1f us a question with its answer, %.2f of the bare one (%s)%s\n",
		       (double)ns / 1000, bare ? (double)ns / (double)bare : 0, argv[i], ns ? "" : " FAILED");
		adapter_free(a);
		buf_free(&problem);
	}
	return 0;
}
