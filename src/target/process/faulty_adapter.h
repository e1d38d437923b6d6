/* SPDX-License-Identifier: MIT
 *
 * faulty_adapter.h - for process_test.c: an adapter that has a fault, and shows it at one question
 */
#ifndef TARGET_PROCESS_FAULTY_ADAPTER_H
#define TARGET_PROCESS_FAULTY_ADAPTER_H

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
#include <unistd.h>

#include "adapter/protodrill-adapter.h"

enum fault {
	KILLED, ABORTED, ENDED, ENDED_BADLY, CLOSED, STOPPED, HUNG, CUT, CUT_AND_HUNG, WRONG_TAG, WRONG_TYPE,
	HUGE_FRAME, NEGATIVE, REVERSED, EMPTY, TWICE, NOISE, TALKATIVE, UNKNOWN, CLOCK_BACK, CLOCK_FAR,
	CLOCK_SHORT, WRONG_KIND, IDLE_TOO_SOON, NO_PACKET, BAD_VALUE, TOO_MUCH, BAD_FAMILY, LATE_WORDS, BAD_STATUS,
	STAYS, OTHER_VERSION, ON_A_DEVICE, NAMELESS, OTHER_TIME, REFUSES, DAEMON, DEAF, DRIP, DIES_LATE, LOUD,
	RESTLESS, BLOCKS, LIES, MISSPELT, POOR, SURPLUS, POINTERS, THREADS, ODD_ERRNO, LARGE_VALUE,
	BAD_RESOLUTION, VERBOSE, RAMBLES, QUIET, CHATTY,
	HIDES, UNFLAGGED, TELLS_AND_RUNS, HEIR, TREADMILL, TOO_LITTLE, HALF_COUNT, BYTES_OF_AN_ERROR, MUTE,
	A_FRAME, A_PIECE, FINE,
};

static const int64_t BEGINNING = 946684800000000000;

static void put(uint8_t *to, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static int early_thread;                                     /* one that began before HELLO; 0: there is none yet */

static int processors_of(int thread)
{
	cpu_set_t set;

	assert_int_equal(sched_getaffinity(thread, sizeof(set), &set), 0);
	return CPU_COUNT(&set);
}

static void *live_on(void *nothing)
{
	__atomic_store_n(&early_thread, gettid(), __ATOMIC_RELEASE);
	pause();
	return nothing;
}

static void begin_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, live_on, NULL);
	while (!__atomic_load_n(&early_thread, __ATOMIC_ACQUIRE))
		sched_yield();
}

static size_t answer_advance(const uint8_t *question, uint8_t *body, enum fault fault)
{
	static int64_t clock = BEGINNING;
	int64_t until;

	memcpy(&until, question, sizeof(until));
	if (fault == HIDES && until > clock) {
		put(body, (uint64_t)clock, 8);
		put(body + 8, PROTODRILL_SENT, 4);
		body[12] = 0x45;
		return 12 + 20;
	}
	if (fault == A_FRAME || fault == A_PIECE) {          /* with the header of Ethernet, or cut off */
		put(body, (uint64_t)clock, 8);
		put(body + 8, PROTODRILL_SENT, 4);
		body[12] = fault == A_FRAME ? 0x02 : 0x45;
		return 12 + (fault == A_FRAME ? 54 : 19);
	}
	if (fault == TREADMILL) {
		put(body, (uint64_t)clock, 8);
		put(body + 8, PROTODRILL_STEPPED, 4);
		return 12;
	}
	if (fault == RESTLESS && until >= clock + 1000000) {
		put(body, (uint64_t)(clock += 1000000), 8);
		put(body + 8, PROTODRILL_STEPPED, 4);
		return 12;
	}
	until += fault == CLOCK_BACK ? -2000000000 : fault == CLOCK_FAR ? 1 : fault == CLOCK_SHORT ? -1 : 0;
	put(body, (uint64_t)until, 8);
	put(body + 8, fault == WRONG_KIND ? 9 : fault == IDLE_TOO_SOON ? 3 : fault == NO_PACKET ? 1 : 0, 4);
	return 12;
}

/* Writes the body of a good answer, or of one whose contents are faulty. Returns its length. */
static size_t answer(unsigned type, const uint8_t *question, uint8_t *body, enum fault fault)
{
	static const char poor[] = "name=faulty\nneed=udp\nneed=kernel 6.1.9-x\nneed=congestion-control reno\n"
	                           "need=config CONFIG_NET=y\nneed=config CONFIG_HZ=250";
	static const char *const names[FINE + 1] = {
		[NAMELESS] = "version=1\n", [MISSPELT] = "name=faulty\nneed=udp\nneed=tpc\n", [POOR] = poor,
	};
	const unsigned flags = PROTODRILL_VIRTUAL | PROTODRILL_PACKETS | PROTODRILL_CAN_RESET;

	memset(body, 0, 256);
	switch (type) {
	case PROTODRILL_HELLO: case PROTODRILL_RESET:
		put(body, fault == OTHER_VERSION ? 2 : 1, 4);
		put(body + 4, fault == ON_A_DEVICE ? PROTODRILL_VIRTUAL :
		              fault == POINTERS ? flags | PROTODRILL_TAKES_NULL : flags, 4);
		put(body + 8, (uint64_t)BEGINNING + (fault == OTHER_TIME), 8);
		put(body + 16, (uint64_t)-(fault == BAD_RESOLUTION), 8);
		if (fault == QUIET || fault == CHATTY || fault == HIDES)
			put(body + 4, flags | PROTODRILL_TELLS, 4);
		if (fault == TELLS_AND_RUNS)                 /* with a clock that is real */
			put(body + 4, PROTODRILL_PACKETS | PROTODRILL_TELLS, 4);
		if (fault == THREADS)                        /* with a clock that is real */
			put(body + 4, PROTODRILL_PACKETS, 4);
		return 24 + (size_t)snprintf((char *)body + 24, 200, "%s",
		                             names[fault] ? names[fault] : "name=faulty\n");
	case PROTODRILL_ADVANCE:
		return answer_advance(question, body, fault);
	case PROTODRILL_CALL:
		if (fault == RESTLESS && question[0] == PROTODRILL_OP_POLL)
			return 32;
		if (fault == HALF_COUNT && question[0] == PROTODRILL_OP_POLL)
			return 32 + 4;
		if (question[0] == PROTODRILL_OP_SETSOCKOPT) {
			put(body, (uint64_t)-(100 + question[16]), 8);
			return 32;
		}
		if (fault == THREADS) {
			put(body, (uint64_t)processors_of(early_thread), 8);
			return 32;
		}
		if (fault == QUIET || fault == CHATTY) {     /* descriptors tell how many questions there were */
			put(body, question[-2] + (uint64_t)question[-1] * 256, 8);
			return 32;
		}
		put(body, fault == BAD_VALUE ? (uint64_t)-5000 : fault == ODD_ERRNO ? (uint64_t)-1000 :
		          fault == LARGE_VALUE ? ((uint64_t)1 << 40) + 3 : fault == TOO_MUCH ? 100 :
		          fault == BYTES_OF_AN_ERROR ? (uint64_t)-EAGAIN : 3, 8);
		put(body + 8, fault == BAD_FAMILY ? 99 : 0, 2);
		if (question[0] != PROTODRILL_OP_RECVMSG)
			return 32;
		/* As recvmsg answers: flags, control data, bytes. */
		return 32 + 8 + (fault == TOO_MUCH ? 100 : fault == TOO_LITTLE ? 2 : 3);
	default:
		return 0;
	}
}

/* For an adapter that lets reads wait: its answer, where that is not what any adapter answers. A read that waits ends
 * half a second later, with three bytes; LIES: with the tag of another question. */
static size_t answer_waiting(unsigned type, const uint8_t *question, uint8_t *body, enum fault fault)
{
	static int64_t ends;
	static uint16_t tag;
	const unsigned op = question[0], flags = question[8];
	int64_t until;

	if (type == PROTODRILL_HELLO)
		put(body + 4, PROTODRILL_VIRTUAL | PROTODRILL_PACKETS | PROTODRILL_BLOCKS, 4);
	if (type == PROTODRILL_CALL && op == PROTODRILL_OP_RECVMSG) {
		put(body, flags & MSG_DONTWAIT ? (uint64_t)-EAGAIN : (uint64_t)INT64_MIN, 8);
		tag = (uint16_t)(question[-2] | question[-1] << 8);
		ends = BEGINNING + 500000000;
		return 32;
	}
	if (type != PROTODRILL_ADVANCE || !ends)
		return 0;
	memcpy(&until, question, sizeof(until));
	if (until < ends || !(question[8] & PROTODRILL_WANT_RETURN))
		return 0;
	put(body, (uint64_t)ends, 8);
	put(body + 8, PROTODRILL_RETURNED, 4);
	put(body + 12, tag + (fault == LIES), 2);
	put(body + 14, 3, 8);
	ends = 0;
	return 12 + 2 + 32 + 8 + 3;
}

/* From now on a process answers that nobody has started. */
static void live_on_in_a_child(void)
{
	const pid_t parent = getpid();

	if (fork() > 0)
		_exit(0);
	setsid();
	while (getppid() == parent)
		usleep(1000);
}

/* What happens instead of an answer, or before it. */
static void misbehave(enum fault fault, uint8_t *frame, size_t length)
{
	static const char lines[4096] = "debugging output\n";
	static const char noise[64] = "HTTP/1.1 400 Bad Request\r\nServer: none\r\n\r\n";

	fprintf(stderr, "adapter: this is fault %d\n", (int)fault);
	switch (fault) {
	case KILLED: kill(getpid(), SIGKILL); break;
	case ABORTED: abort();
	case ENDED: _exit(0);
	case ENDED_BADLY: _exit(7);
	case CLOSED: close(0); close(1); break;
	case STOPPED: kill(getpid(), SIGSTOP); break;
	case HUNG: break;
	case CUT: case CUT_AND_HUNG: dprintf(1, "%.*s", 1, "\1"); write(1, frame + 1, 4); break;
	case NOISE: write(1, noise, sizeof(noise)); break;
	case DAEMON:
		if (fork() > 0)
			kill(getpid(), SIGKILL);
		setsid();
		sleep(3);
		_exit(0);
	case HEIR: live_on_in_a_child(); break;
	case DEAF: shutdown(0, SHUT_RD); break;
	case DRIP:
		for (size_t i = 0; i < length; i++) {
			write(1, frame + i, 1);
			usleep(200000);
		}
		break;
	case VERBOSE:
		for (int i = 0; i < 4000; i++)
			write(2, lines, sizeof(lines));
		break;
	case LOUD: case TALKATIVE:
		for (int i = 0; i < 5000; i++)
			fprintf(stderr, "this is line %d of very many lines about nothing\n", i);
		if (fault == TALKATIVE)
			abort();
		break;
	default: break;
	}
	if (fault == CUT)
		_exit(0);
	if (fault <= CUT_AND_HUNG || fault == NOISE)
		for (;;)
			pause();
	if (fault == WRONG_TAG)
		frame[6] ^= 64;
	if (fault == WRONG_TYPE)
		frame[4] ^= 32;
	if (fault == HUGE_FRAME)
		put(frame, 0x7fffffff, 4);
	if (fault == NEGATIVE)
		put(frame, UINT32_MAX, 4);
	if (fault == REVERSED)
		put(frame, __builtin_bswap32((uint32_t)length - PROTODRILL_HEAD + 1), 4);
	if (fault == SURPLUS)
		put(frame, length - PROTODRILL_HEAD + 1, 4);
	if (fault == TWICE)
		write(1, frame, length);
}

static void after_bye(enum fault fault)
{
	if (fault == LATE_WORDS)
		write(1, "one more thing", 14);
	if (fault == STAYS)
		for (;;)
			pause();
	if (fault == DIES_LATE)
		abort();
	_exit(fault == BAD_STATUS ? 3 : 0);
}

static int adapter(enum fault fault, int at)
{
	uint8_t bytes[8 + 4096], frame[512], *head = bytes, *question = bytes + 8;

	if (fault == THREADS)
		begin_thread();
	for (int number = 0; recv(0, head, 8, MSG_WAITALL) == 8; number++) {
		size_t length = head[0] | (size_t)head[1] << 8;
		const bool always = fault == RESTLESS || fault == LOUD || fault == THREADS || fault == TREADMILL ||
		                    (fault >= QUIET && fault <= HIDES);
		enum fault now = number == at || always ? fault : FINE;
		size_t waiting;

		if (length && recv(0, question, length, MSG_WAITALL) != (ssize_t)length)
			break;
		size_t answered = now == EMPTY || now == UNKNOWN ? 0 : answer(head[4], question, frame + 8, now);
		waiting = fault == BLOCKS || fault == LIES ? answer_waiting(head[4], question, frame + 8, fault) : 0;
		answered = waiting ? waiting : answered;
		memcpy(frame, head, 8);
		if (now == REFUSES)
			answered = (size_t)sprintf((char *)frame + 8, "there is no such thing");
		if (now == MUTE)
			answered = (size_t)sprintf((char *)frame + 8, "%c%s", 0, "said behind it");
		for (answered = now == RAMBLES ? 0 : answered; now == RAMBLES && answered < 450; answered += 9)
			sprintf((char *)frame + 8 + answered, "so red \x1b ");
		put(frame, answered, 4);
		if (now == UNKNOWN || now == REFUSES || now == RAMBLES || now == MUTE)
			put(frame + 4, 0, 2);
		if (now != FINE && now != REFUSES && now != RESTLESS)
			misbehave(now, frame, 8 + answered);
		frame[5] |= fault == CHATTY || now == UNFLAGGED ? PROTODRILL_DUE >> 8 : 0;
		write(1, frame, 8 + answered + (now == SURPLUS));
		if (head[4] == PROTODRILL_BYE)
			after_bye(fault);
	}
	if (fault == DEAF)
		for (;;)
			pause();
	return 0;
}

#endif
