/* SPDX-License-Identifier: MIT
 *
 * process_test.c - whatever is wrong with an adapter is said, in time, and no process is left
 *
 * The adapter is this program, started again with a fault and the number of the question at which it shows it
 * (faulty_adapter.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/protodrill-adapter.h"
#include "target/process/adapter.h"
#include "target/process/adapter_check.h"
#include "target/process/faulty_adapter.h"
#include "target/process/process.h"
#include "util/common.h"
#include "util/monotonic.h"

/* ---- playing against it ---- */

enum { PATIENCE_S = 30 };

static const char *command_of(enum fault fault, int at)
{
	static char command[64];

	snprintf(command, sizeof(command), "/proc/self/exe --fault %d %d", (int)fault, at);
	return command;
}

static struct target *open_with(enum fault fault, int at, struct adapter_shelf *shelf, const struct need *need,
                                struct buf *problem)
{
	/* Only one that hangs should take long: on a busy machine the others are slow to write their last words. */
	bool hangs = fault == STOPPED || fault == HUNG || fault == CUT_AND_HUNG || fault == DRIP;
	struct process_options options = {
		.local_prefix = 16, .mtu = 1500, .patience_s = hangs ? 1 : PATIENCE_S, .shelf = shelf,
		.needs = need, .need_count = need ? 1 : 0,
	};

	options.source.command = command_of(fault, at);
	assert_true(ip_address_parse("192.168.0.1", &options.local_ip));
	assert_true(ip_address_parse("192.0.2.1", &options.remote_ip));
	return process_target_open(&options, problem);
}

static struct target *open_shared(enum fault fault, int at, struct adapter_shelf *shelf, struct buf *problem)
{
	return open_with(fault, at, shelf, NULL, problem);
}

static struct target *open_faulty(enum fault fault, int at, struct buf *problem)
{
	return open_shared(fault, at, NULL, problem);
}

/* A socket, a packet, a second, bytes, the end: eight questions, that of the beginning included. @said: what is
 * reported. */
static void play(enum fault fault, int at, struct buf *said)
{
	static const uint8_t packet[20] = { 0x45 };
	struct target *t = open_faulty(fault, at, said);
	struct observation o;
	char bytes[10];
	struct call socket_call = { .id = CALL_SOCKET, .argument_count = 3 };
	struct call read_call = { .id = CALL_READ, .argument_count = 3 };
	struct call_result result;

	if (!t)
		return;
	socket_call.arguments[0].number = AF_INET;
	socket_call.arguments[1].number = SOCK_STREAM;
	read_call.arguments[0].number = 3;
	read_call.arguments[1].pointer = bytes;
	read_call.arguments[2].number = sizeof(bytes);
	t->ops->call(t, &socket_call, &result);
	t->ops->inject(t, &(struct injection){ .bytes = packet, .length = sizeof(packet) });
	t->ops->wait(t, vtime_add(t->ops->now(t), vtime_s(1)), TARGET_WANT_PACKET, &o);
	t->ops->call(t, &read_call, &result);
	const char *wrong = t->ops->end(t), *lacking = t->ops->lacking(t);
	assert_true(!wrong == !lacking);
	buf_puts(said, wrong ? wrong : "");
	t->ops->close(t);
}

static void assert_nothing_left(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* ---- tests ---- */

/* Which words report each fault, and whether it can show at any question, or only in the answer to one type. */
static const struct {
	enum fault fault;
	const char *words;
	unsigned type;                                       /* 0: any */
	bool slow;                                           /* it takes a second to be noticed */
} faults[] = {
	{ KILLED, "was ended by SIGKILL", 0, false },
	{ ABORTED, "was ended by SIGABRT", 0, false },
	{ ENDED, "ended with status 0", 0, false },
	{ ENDED_BADLY, "ended with status 7", 0, false },
	{ CLOSED, "closed its end of the stream", 0, true },
	{ STOPPED, "did not answer for 1 s", 0, true },
	{ HUNG, "did not answer for 1 s", 0, true },
	{ CUT, "ended with status 0", 0, false },
	{ CUT_AND_HUNG, "did not answer for 1 s", 0, true },
	{ DAEMON, "was ended by SIGKILL", 0, false },
	{ DEAF, "closed its end of the stream", 0, true },
	{ HEIR, "was not there any more at the end: it ended with status 0", PROTODRILL_CALL, false },
	{ HEIR, "was not there any more at the end: it ended with status 0", PROTODRILL_PACKET, false },
	{ DRIP, "did not answer for 1 s", 0, true },
	{ WRONG_TAG, "answered with the tag", 0, false },
	{ WRONG_TYPE, "with one of type", 0, false },
	{ HUGE_FRAME, "sent a frame of 2147483647 bytes", 0, false },
	{ NEGATIVE, "sent a frame of 4294967295 bytes", 0, false },
	{ REVERSED, "sent a frame of", 0, false },
	{ TWICE, "unasked", 0, false },
	{ NOISE, "sent text where an answer begins, 'HTTP/1.1 400 Bad Request'", 0, false },
	{ TALKATIVE, "was ended by SIGABRT", 0, false },
	{ EMPTY, "bytes; at least", PROTODRILL_HELLO, false },
	{ EMPTY, "bytes; at least", PROTODRILL_ADVANCE, false },
	{ EMPTY, "less than a value and an address", PROTODRILL_CALL, false },
	{ UNKNOWN, "does not know the question HELLO", PROTODRILL_HELLO, false },
	{ UNKNOWN, "does not know the question PACKET", PROTODRILL_PACKET, false },
	{ UNKNOWN, "does not know the question ADVANCE", PROTODRILL_ADVANCE, false },
	{ UNKNOWN, "does not know the question BYE", PROTODRILL_BYE, false },
	{ CLOCK_BACK, "set its clock back", PROTODRILL_ADVANCE, false },
	{ CLOCK_FAR, "further than it was told to", PROTODRILL_ADVANCE, false },
	{ CLOCK_SHORT, "its clock", PROTODRILL_ADVANCE, false },
	{ WRONG_KIND, "the kind 9", PROTODRILL_ADVANCE, false },
	{ IDLE_TOO_SOON, "nothing to do", PROTODRILL_ADVANCE, false },
	{ NO_PACKET, "a packet without a byte", PROTODRILL_ADVANCE, false },
	{ A_FRAME, "sent 54 bytes that are no IP packet: its first four bits", PROTODRILL_ADVANCE, false },
	{ A_PIECE, "sent 19 bytes that are no IP packet: it is shorter", PROTODRILL_ADVANCE, false },
	{ SURPLUS, "bytes, and of that kind it has 12", PROTODRILL_ADVANCE, false },
	{ SURPLUS, "answered PACKET with 1 byte, and there is nothing to say", PROTODRILL_PACKET, false },
	{ SURPLUS, "answered BYE with 1 byte, and there is nothing to say", PROTODRILL_BYE, false },
	{ SURPLUS, " bytes", PROTODRILL_CALL, false },
	{ BAD_VALUE, "neither a result nor minus an errno", PROTODRILL_CALL, false },
	{ ODD_ERRNO, "neither a result nor minus an errno", PROTODRILL_CALL, false },
	{ BAD_FAMILY, "an unknown family", PROTODRILL_CALL, false },
	{ OTHER_VERSION, "speaks version 2", PROTODRILL_HELLO, false },
	{ ON_A_DEVICE, "packets on a network card", PROTODRILL_HELLO, false },
	{ NAMELESS, "what the stack is called", PROTODRILL_HELLO, false },
	{ OTHER_TIME, "says that it is another", PROTODRILL_HELLO, false },
	{ MISSPELT, "need=tpc: there are tcp, udp", PROTODRILL_HELLO, false },
};

/* The questions of play(), in their order. */
static const unsigned questions[] = {
	PROTODRILL_HELLO, PROTODRILL_CALL, PROTODRILL_ADVANCE, PROTODRILL_PACKET, PROTODRILL_ADVANCE,
	PROTODRILL_ADVANCE,
	PROTODRILL_CALL, PROTODRILL_ADVANCE, PROTODRILL_BYE,
};

static void fine(void **state)
{
	struct buf said = BUF_INIT;

	(void)state;
	play(FINE, -1, &said);
	assert_string_equal(said.data, "");
	play(LOUD, -1, &said);
	assert_string_equal(said.data, "");
	buf_free(&said);
	assert_nothing_left();
}

static void each_fault_at_each_question(void **state)
{
	int tried = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		for (int at = 0; at < (int)ARRAY_LEN(questions); at++) {
			struct buf said = BUF_INIT;
			vtime_t began = monotonic_now();

			if ((faults[i].type && faults[i].type != questions[at]) || (faults[i].slow && at != 4))
				continue;
			play(faults[i].fault, at, &said);
			if (!strstr(said.data, faults[i].words))
				fail_msg("fault %d at question %d: '%s' does not say '%s'", (int)faults[i].fault, at,
				         said.data, faults[i].words);
			assert_non_null(strstr(said.data, "its last words: adapter: this is fault"));
			assert_true(vtime_before(vtime_sub(monotonic_now(), began), vtime_s(PATIENCE_S)));
			assert_nothing_left();
			buf_free(&said);
			tried++;
		}
	}
	assert_true(tried > 100);
}

/* Values that no system call returns: of one that returns 0, of poll(), of one that fails. */
static void values_that_no_call_has(void **state)
{
	enum { AT_READ = 3 };                                /* behind HELLO, CALL, ADVANCE */
	struct pollfd asked = { .fd = 3, .events = POLLIN };
	char room[10];
	static const struct {
		enum fault fault;
		enum call_id id;
		const char *words;
	} lies[] = {
		{ FINE, CALL_LISTEN, "answered listen with a value above 0, and it returns 0 or minus an errno" },
		{ FINE, CALL_POLL, "answered poll for the events 0x1 with 0x3, which has others than these" },
		{ BYTES_OF_AN_ERROR, CALL_READ, "answered recvmsg with an error, and bytes behind it" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		struct buf said = BUF_INIT;
		struct target *t = open_faulty(lies[i].fault, AT_READ, &said);
		struct call socket_call = { .id = CALL_SOCKET, .argument_count = 3 };
		struct call call = { .id = lies[i].id, .argument_count = 3 };
		struct call_result result;

		t->ops->call(t, &socket_call, &result);
		call.arguments[0].number = 3;
		call.arguments[1].number = 1;
		call.arguments[2].number = call.id == CALL_READ ? sizeof(room) : 0;
		if (call.id == CALL_POLL)
			call.arguments[0].pointer = &asked;
		if (call.id == CALL_READ)
			call.arguments[1].pointer = room;
		for (int round = 0; round < 2; round++)
			t->ops->call(t, &call, &result);
		buf_puts(&said, t->ops->end(t) ? t->ops->end(t) : "");
		if (!strstr(said.data, lies[i].words))
			fail_msg("'%s' does not say '%s'", said.data, lies[i].words);
		t->ops->close(t);
		buf_free(&said);
		assert_nothing_left();
	}
}

/* A refusal whose text is nothing that can be read is a refusal, and never a failure of the stack. */
static void a_refusal_without_words(void **state)
{
	(void)state;
	for (int at = 0; at < 2; at++) {
		struct buf said = BUF_INIT;
		struct target *t = open_faulty(MUTE, at, &said);
		struct call socket_call = { .id = CALL_SOCKET, .argument_count = 3 };
		struct call_result result;

		t->ops->call(t, &socket_call, &result);
		assert_true(t->ops->cannot(t) && *t->ops->cannot(t));
		assert_null(t->ops->end(t));
		t->ops->close(t);
		buf_free(&said);
		assert_nothing_left();
	}
}

/* The second case of a process begins with RESET, whose answer is judged as that of HELLO. */
static void faults_at_reset(void **state)
{
	enum { AT_RESET = 3 };                               /* behind HELLO, CALL, ADVANCE */
	static const struct {
		enum fault fault;
		const char *words;                           /* NULL: a new process plays it just as well */
	} lies[] = {
		{ OTHER_VERSION, "speaks version 2" }, { OTHER_TIME, "says that it is another" },
		{ NAMELESS, "what the stack is called" }, { ON_A_DEVICE, "packets on a network card" },
		{ EMPTY, "bytes; at least" }, { KILLED, "was ended by SIGKILL" }, { CUT, "ended with status 0" },
		{ WRONG_TAG, "answered with the tag" }, { TWICE, "unasked" }, { HUNG, "did not answer for 1 s" },
		{ HEIR, "was not there any more at the end" }, { UNKNOWN, NULL }, { FINE, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
		struct adapter_shelf shelf = { NULL };
		struct buf said = BUF_INIT;
		struct call socket = { .id = CALL_SOCKET, .argument_count = 3 };
		struct call_result result;

		for (int round = 0; round < 2; round++) {
			struct target *t = open_shared(lies[i].fault, AT_RESET, &shelf, &said);
			const char *wrong = NULL;
			if (t) {
				t->ops->call(t, &socket, &result);
				wrong = t->ops->end(t);
				buf_puts(&said, wrong ? wrong : "");
				t->ops->close(t);
			}
			if (round == 0 || !lies[i].words)
				assert_string_equal(said.data ? said.data : "", "");
		}
		if (lies[i].words && !strstr(said.data, lies[i].words))
			fail_msg("'%s' does not say '%s'", said.data, lies[i].words);
		adapter_shelf_put(&shelf, NULL);
		buf_free(&said);
		assert_nothing_left();
	}
}

static void faults_after_bye(void **state)
{
	static const struct {
		enum fault fault;
		const char *words;
	} late[] = {
		{ LATE_WORDS, "unasked" }, { BAD_STATUS, "ended with status 3 after BYE" },
		{ STAYS, "did not end within" }, { DIES_LATE, "was ended by SIGABRT after BYE" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(late); i++) {
		struct buf said = BUF_INIT;

		play(late[i].fault, -1, &said);
		assert_non_null(strstr(said.data, late[i].words));
		buf_free(&said);
		assert_nothing_left();
	}
}

/* With timers that never rest, a call without a limit that waits for what never comes ends all the same, and soon:
 * after ten thousand steps, here of a millisecond each. */
static void nothing_can_end_it(void **state)
{
	struct buf problem = BUF_INIT;
	struct target *t = open_faulty(RESTLESS, -1, &problem);
	struct call socket = { .id = CALL_SOCKET, .argument_count = 3 };
	struct pollfd fds = { .fd = 3, .events = 0 };
	struct call poll = {
		.id = CALL_POLL, .argument_count = 3, .arguments = { { .pointer = &fds }, { 1 }, { -1 } },
	};
	struct call_result result;

	(void)state;
	assert_non_null(t);
	t->ops->call(t, &socket, &result);
	assert_int_equal(result.value, 3);
	const vtime_t began = t->ops->now(t);
	t->ops->call(t, &poll, &result);
	assert_int_equal(vtime_sub(t->ops->now(t), began).ns, vtime_s(10).ns);
	assert_int_equal(result.error, EDEADLK);
	assert_false(result.broken_off);
	assert_null(t->ops->lacking(t));
	t->ops->close(t);
	buf_free(&problem);
	assert_nothing_left();
}

/* Who asks stays on the processor of the adapter as long as a case lasts, and no longer. */
static void one_processor_for_a_case(void **state)
{
	const int before = processors_of(0);
	struct adapter_shelf shelf = { NULL };
	struct buf said = BUF_INIT;

	(void)state;
	for (int round = 0; round < 2; round++) {
		struct target *t = open_shared(FINE, -1, &shelf, &said);
		assert_non_null(t);
		assert_int_equal(processors_of(0), 1);
		t->ops->close(t);
		assert_int_equal(processors_of(0), before);
	}
	adapter_shelf_put(&shelf, NULL);
	buf_free(&said);
	assert_nothing_left();
}

/* With a clock that is real an adapter works by itself, in threads that began before HELLO as well. */
static void all_threads_are_let_go(void **state)
{
	struct buf said = BUF_INIT;
	struct call socket = { .id = CALL_SOCKET, .argument_count = 3 };
	struct target *t = open_faulty(THREADS, 0, &said);
	struct call_result result;

	(void)state;
	assert_non_null(t);
	t->ops->call(t, &socket, &result);
	assert_int_equal(result.value, processors_of(0));
	assert_null(t->ops->end(t));
	t->ops->close(t);
	buf_free(&said);
	assert_nothing_left();
}

/* Reads from an adapter that lets calls wait: one read that must not wait, and one that may. What is wrong, or NULL. */
static const char *read_waiting(struct target *t)
{
	char bytes[10];
	struct call socket = { .id = CALL_SOCKET, .argument_count = 3, .arguments = { { AF_INET }, { SOCK_STREAM } } };
	struct call recv = {
		.id = CALL_RECV, .argument_count = 4,
		.arguments = { { 3 }, { .pointer = bytes }, { sizeof(bytes) }, { MSG_DONTWAIT } },
	};
	const vtime_t began = t->ops->now(t);
	struct call_result result;

	t->ops->call(t, &socket, &result);
	t->ops->call(t, &recv, &result);
	assert_int_equal(result.error, EAGAIN);
	recv.arguments[3].number = 0;
	t->ops->call(t, &recv, &result);
	if (!t->ops->lacking(t)) {
		assert_int_equal(result.value, 3);
		assert_int_equal(vtime_sub(result.returned, began).ns, 500000000);
	}
	return t->ops->end(t);
}

static void calls_that_wait_in_the_stack(void **state)
{
	(void)state;
	for (enum fault fault = BLOCKS; fault <= LIES; fault++) {
		struct buf problem = BUF_INIT;
		struct target *t = open_faulty(fault, -1, &problem);
		const char *wrong = t ? read_waiting(t) : problem.data;

		if (fault == BLOCKS)
			assert_null(wrong);
		else
			assert_non_null(strstr(wrong, "told the end of a call with the tag"));
		t->ops->close(t);
		buf_free(&problem);
		assert_nothing_left();
	}
}

/* An answer of type 0 to a call or a packet may give a reason: that is no fault, and the case is skipped for it. */
static void reasons_are_told(void **state)
{
	enum { AT_CALL = 1, AT_PACKET = 3 };                 /* index in questions[] */
	static const uint8_t packet[20] = { 0x45 };
	struct call call = { .id = CALL_SOCKET, .argument_count = 3 };

	(void)state;
	for (int at = AT_CALL; at <= AT_PACKET; at += AT_PACKET - AT_CALL) {
		struct buf problem = BUF_INIT;
		struct target *t = open_faulty(REFUSES, at, &problem);
		struct call_result result;

		assert_non_null(t);
		t->ops->call(t, &call, &result);
		assert_int_equal(result.value, at == AT_CALL ? -1 : 3);
		if (at == AT_PACKET)
			t->ops->inject(t, &(struct injection){ .bytes = packet, .length = sizeof(packet) });
		assert_string_equal(t->ops->cannot(t), at == AT_CALL
		                    ? "faulty has not got that: there is no such thing"
		                    : "faulty cannot be given this packet: there is no such thing");
		assert_null(t->ops->end(t));
		t->ops->close(t);
		buf_free(&problem);
		assert_nothing_left();
	}
}

/* A case that needs what the stack says it lacks is skipped, and the adapter ends well. */
static void needs_are_declared(void **state)
{
	static const struct {
		const char *need, *reason;                       /* NULL: it can be played */
	} cases[] = {
		{ "udp", NULL }, { "tcp", "it needs tcp: faulty has udp" }, { "kernel >=6.1 <6.2", NULL },
		{ "kernel >=6.12", "it needs kernel >=6.12: faulty has kernel 6.1.9-x" }, { "hz >=250", NULL },
		{ "congestion-control reno", NULL }, { "tun", NULL }, { "config CONFIG_NET", NULL },
		{ "config CONFIG_HZ=250", NULL },
		{ "config CONFIG_TCP_AO",
		  "it needs config CONFIG_TCP_AO: faulty has config CONFIG_NET=y, config CONFIG_HZ=250" },
		{ "congestion-control bbr", "it needs congestion-control bbr: faulty has congestion-control reno" },
	};
	struct arena *arena = arena_new();
	struct call call = { .id = CALL_SOCKET, .argument_count = 3 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf problem = BUF_INIT;
		struct need need;
		struct call_result result;

		assert_true(need_parse(cases[i].need, strlen(cases[i].need), arena, &need, &problem));
		struct target *t = open_with(POOR, 0, NULL, &need, &problem);
		t->ops->call(t, &call, &result);
		if (cases[i].reason)
			assert_string_equal(t->ops->cannot(t), cases[i].reason);
		else
			assert_int_equal(result.value, 3);
		assert_null(t->ops->end(t));
		t->ops->close(t);
		assert_nothing_left();
		buf_free(&problem);
	}
	arena_free(arena);
}

/* A value that is NULL reaches those that take it, with its length; to others it is bad in the way that is usual. */
static void null_as_a_value(void **state)
{
	static const struct {
		enum fault fault;
		int length, error;
	} cases[] = {
		{ FINE, 0, EINVAL }, { FINE, 3, EINVAL }, { FINE, 4, EFAULT },
		{ POINTERS, 0, 101 }, { POINTERS, 4, 105 }, { POINTERS, -1, EINVAL }, { POINTERS, INT32_MAX, EFAULT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct buf problem = BUF_INIT;
		struct target *t = open_faulty(cases[i].fault, 0, &problem);
		struct call call = {
			.id = CALL_SETSOCKOPT, .argument_count = 5,
			.arguments = { { 3 }, { SOL_SOCKET }, { SO_RCVTIMEO }, { .pointer = NULL },
			               { cases[i].length } },
		};
		struct call_result result;

		t->ops->call(t, &call, &result);
		assert_int_equal(result.value, -1);
		assert_int_equal(result.error, cases[i].error);
		assert_null(t->ops->end(t));
		t->ops->close(t);
		buf_free(&problem);
		assert_nothing_left();
	}
}

/* What would be cut to an int would look like another answer. */
static void numbers_make_sense(void **state)
{
	static const struct {
		enum fault fault;
		int at;
		const char *words;
	} odd[] = {
		{ LARGE_VALUE, 1, "answered socket with a value that is too large" },
		{ BAD_RESOLUTION, 0, "the resolution of its timers is negative" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		struct buf said = BUF_INIT;

		play(odd[i].fault, odd[i].at, &said);
		assert_non_null(strstr(said.data, odd[i].words));
		buf_free(&said);
		assert_nothing_left();
	}
}

/* 16 MB of debugging output do not slow the answer down: a pipe holds 64 KB, which would be read every 50 ms. */
static void debugging_output_is_read(void **state)
{
	const vtime_t began = monotonic_now();
	struct buf said = BUF_INIT;

	(void)state;
	play(VERBOSE, 4, &said);
	assert_string_equal(said.data, "");
	assert_true(vtime_to_s(vtime_sub(monotonic_now(), began)) < 8);
	buf_free(&said);
	assert_nothing_left();
}

/* Descriptors of calls to socket() are the numbers of these questions. After the first call all is done that there was
 * to do since the beginning. */
static int64_t questions_from_call_to_call(enum fault fault)
{
	struct buf problem = BUF_INIT;
	struct target *t = open_faulty(fault, -1, &problem);
	struct call socket = { .id = CALL_SOCKET, .argument_count = 3 };
	struct call_result first, second;

	assert_non_null(t);
	t->ops->call(t, &socket, &first);
	t->ops->call(t, &socket, &first);
	t->ops->call(t, &socket, &second);
	assert_null(t->ops->end(t));
	t->ops->close(t);
	buf_free(&problem);
	assert_nothing_left();
	return second.value - first.value;
}

/* Who tells that nothing came of a call is not asked for it; and must not be wrong. */
static void adapters_that_tell(void **state)
{
	struct buf said = BUF_INIT;

	(void)state;
	assert_int_equal(questions_from_call_to_call(QUIET), 1);
	assert_int_equal(questions_from_call_to_call(CHATTY), 2);
	play(HIDES, -1, &said);
	assert_non_null(strstr(said.data, "has a packet of which no answer told"));
	buf_free(&said);
}

/* What an adapter says is shown, in part, and nothing in it reaches a terminal. */
static void reasons_are_readable(void **state)
{
	struct call call = { .id = CALL_SOCKET, .argument_count = 3 };
	struct buf problem = BUF_INIT;
	struct target *t = open_faulty(RAMBLES, 1, &problem);
	struct call_result result;

	(void)state;
	t->ops->call(t, &call, &result);
	const char *why = t->ops->cannot(t);
	assert_true(strlen(why) < 400);
	assert_null(strchr(why, '\x1b'));
	assert_non_null(strstr(why, "so red \\x1b so red"));
	assert_string_equal(why + strlen(why) - 3, "...");
	assert_null(t->ops->end(t));
	t->ops->close(t);
	buf_free(&problem);
	assert_nothing_left();
}

/* More bytes than there is room for: only a call that receives can do this wrong. */
static void too_many_bytes(void **state)
{
	struct buf said = BUF_INIT;

	(void)state;
	play(TOO_MUCH, 6, &said);
	assert_non_null(strstr(said.data, "there is room for 10"));
	buf_free(&said);
	assert_nothing_left();
}

/* What an answer says of itself must be true, whichever call it is. */
static void answers_agree_with_themselves(void **state)
{
	struct pollfd fds = { .fd = 3, .events = POLLIN };
	const struct {
		enum fault fault;
		struct call call;
		const char *words;
	} odd[] = {
		{ HALF_COUNT, { .id = CALL_POLL, .argument_count = 3, .arguments = { { .pointer = &fds }, { 1 } } },
		  "answered poll with a generation that is not of eight bytes" },
		{ FINE, { .id = CALL_ACCEPT, .argument_count = 3, .arguments = { { 3 } } },
		  "answered accept with a descriptor, and not the address of the other side" },
	};
	struct buf said = BUF_INIT;

	(void)state;
	play(TOO_LITTLE, 6, &said);
	assert_non_null(strstr(said.data, "answered receive with 3 and only 2 bytes"));
	buf_free(&said);
	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		struct target *t = open_faulty(odd[i].fault, 1, &said);
		struct call_result result;

		assert_non_null(t);
		t->ops->call(t, &odd[i].call, &result);
		const char *wrong = t->ops->end(t);
		if (!wrong || !strstr(wrong, odd[i].words))
			fail_msg("'%s' is not in '%s'", odd[i].words, wrong ? wrong : "");
		t->ops->close(t);
		buf_free(&said);
	}
	assert_nothing_left();
}

/* Each answer comes at once, but the time of the case passes. */
static void answers_without_end(void **state)
{
	struct process_options options = {
		.source.command = command_of(TREADMILL, -1), .patience_s = PATIENCE_S, .duration = vtime_ms(300),
	};
	struct buf problem = BUF_INIT;
	struct observation o;

	(void)state;
	ip_address_parse("192.168.0.1", &options.local_ip);
	ip_address_parse("192.0.2.1", &options.remote_ip);
	struct target *t = process_target_open(&options, &problem);
	assert_non_null(t);
	t->ops->wait(t, vtime_add(t->ops->now(t), vtime_s(1)), TARGET_WANT_PACKET, &o);
	const char *wrong = t->ops->end(t);
	assert_non_null(wrong);
	/* ... behind so many answers, or, on a slow machine, while one of them is on its way */
	assert_non_null(strstr(wrong, ", and then the time of the case was over (the question was ADVANCE)"));
	assert_non_null(strstr(wrong, "its last words: adapter: this is fault"));
	t->ops->close(t);
	buf_free(&problem);
	assert_nothing_left();
}

static void no_such_program(void **state)
{
	static const struct {
		const char *command, *words;
	} bad[] = {
		{ "/nowhere/adapter", "cannot be started: No such file" }, { "", "it has no words" },
		{ "~/adapter", "no shell reads the" }, { "/tmp", "it is a folder" }, { "A=1 x", "no shell reads the" },
		{ "sh 'x", "a quote has no end" }, { "sleep 20", "did not answer" }, { "true", "ended with status 0" },
		{ "sh -c 'exit 4'", "ended with status 4" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct process_options options = { .source.command = bad[i].command, .patience_s = 1 };
		struct buf problem = BUF_INIT;

		ip_address_parse("192.168.0.1", &options.local_ip);
		ip_address_parse("192.0.2.1", &options.remote_ip);
		assert_null(process_target_open(&options, &problem));
		assert_non_null(strstr(problem.data, bad[i].words));
		buf_free(&problem);
		assert_nothing_left();
	}
}

/* The test of adapters names the broken rule, and what was wrong. */
static void rules_are_named(void **state)
{
	static const struct {
		enum fault fault;
		int at;
		const char *rule, *words;
	} broken[] = {
		{ NAMELESS, 0, "not ok  HELLO has", "no line name=" },
		{ OTHER_VERSION, 0, "not ok  HELLO has", "the version is 2" },
		{ ON_A_DEVICE, 0, "not ok  HELLO has", "PACKETS (2)" },
		{ CLOCK_FAR, 1, "not ok  ADVANCE goes to", "1 ns further" },
		{ CLOCK_SHORT, 1, "not ok  ADVANCE goes to", "before it" },
		{ WRONG_KIND, 1, "not ok  ADVANCE goes to", "the kind" },
		{ KILLED, 1, "not ok  PACKET takes", "was ended by SIGKILL" },
		{ BAD_STATUS, -1, "not ok  BYE has", "status 3 after BYE" },
		{ WRONG_TAG, 1, "not ok  sockets have", "answered with the tag" },
		{ MISSPELT, 0, "not ok  need= in it", "need=tpc: there are tcp, udp" },
		{ FINE, -1, "not ok  a call that there is not", "the call 9999" },
		{ HIDES, -1, "not ok  TELLS: bit 15", "a packet waited, and bit 15" },
		{ CHATTY, -1, "not ok  TELLS: bit 15", "to HELLO, and nothing was due" },
		{ QUIET, -1, "not ok  TELLS is only for", "HELLO had no line tells=1" },
		{ UNFLAGGED, 0, "not ok  HELLO has", "has not the flag TELLS" },
		{ UNFLAGGED, 1, "not ok  ADVANCE goes to", "bit 15 is for the flag TELLS" },
		{ TELLS_AND_RUNS, 0, "not ok  TELLS: bit 15", "and the clock is real" },
	};

	const struct adapter_source nothing = { .command = "/nowhere/adapter" };

	(void)state;
	assert_int_equal(adapter_check(&nothing, 1, stderr), ADAPTER_NOT_CHECKED);
	for (size_t i = 0; i < ARRAY_LEN(broken); i++) {
		char command[64], *text = NULL;
		const struct adapter_source source = { .command = command };
		size_t length;
		FILE *out = open_memstream(&text, &length);

		snprintf(command, sizeof(command), "/proc/self/exe --fault %d %d", (int)broken[i].fault, broken[i].at);
		assert_true(adapter_check(&source, 1, out) > 0);
		fclose(out);
		const char *rule = strstr(text, broken[i].rule);
		if (!rule || !strstr(rule, broken[i].words))
			fail_msg("fault %d: no '%s' with '%s' in:\n%s", (int)broken[i].fault, broken[i].rule,
			         broken[i].words, text);
		free(text);
		assert_nothing_left();
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fine), cmocka_unit_test(each_fault_at_each_question),
		cmocka_unit_test(values_that_no_call_has), cmocka_unit_test(a_refusal_without_words),
		cmocka_unit_test(faults_at_reset), cmocka_unit_test(faults_after_bye),
		cmocka_unit_test(too_many_bytes), cmocka_unit_test(no_such_program), cmocka_unit_test(rules_are_named),
		cmocka_unit_test(reasons_are_told), cmocka_unit_test(nothing_can_end_it),
		cmocka_unit_test(one_processor_for_a_case), cmocka_unit_test(calls_that_wait_in_the_stack),
		cmocka_unit_test(needs_are_declared), cmocka_unit_test(null_as_a_value),
		cmocka_unit_test(all_threads_are_let_go), cmocka_unit_test(numbers_make_sense),
		cmocka_unit_test(debugging_output_is_read), cmocka_unit_test(answers_agree_with_themselves),
		cmocka_unit_test(answers_without_end), cmocka_unit_test(reasons_are_readable),
		cmocka_unit_test(adapters_that_tell),
	};

	if (argc == 4 && !strcmp(argv[1], "--fault"))
		return adapter((enum fault)atoi(argv[2]), atoi(argv[3]));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
