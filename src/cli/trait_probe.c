/* SPDX-License-Identifier: MIT
 *
 * trait_probe.c - probes: scripts, and what follows from their results
 */
#include "cli/trait_probe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/packet.h"
#include "wire/tcp_option.h"

enum { OFFSETS = 10, SEGMENT = 1000, LONGEST_PAUSE_S = 1000 };

#define SYSCTL(name) "`sysctl -q net.ipv4." name "=1`\n"
#define SOCKET " 0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
#define LISTENER SOCKET "+0 bind(3, ..., ...) = 0\n+0 listen(3, 8) = 0\n"
#define OPEN "+0 < S 0:0(0) win 65535 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n" \
	"+0.02 < . 1:1(0) ack 1 win 65535\n+0 accept(3, ..., ...) = 4\n"
#define SERVER LISTENER OPEN
#define CONNECT "+0 fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n" \
	"+0 connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
#define DATAGRAM " 0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n+0 bind(3, ..., ...) = 0\n" \
	"+0 connect(3, ..., ...) = 0\n+0 write(3, ..., 10) = 10\n"
#define TIME_WAIT SERVER "+0 close(4) = 0\n+0 > F. 1:1(0) ack 1\n" \
	"+0.02 < F. 1:1(0) ack 2 win 65535\n+0 > . 2:2(0) ack 2\n"
/* A round trip of 0.1 s, so that no timer ends while the segments sent at once are counted. */
#define FLIGHT LISTENER "+0 < S 0:0(0) win 65535 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n" \
	"+0.1 < . 1:1(0) ack 1 win 65535\n+0 accept(3, ..., ...) = 4\n" \
	"+0 fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n+0 write(4, ..., 60000) = $n\n" \
	"repeat 16 {\n+0~+0.001 >? P?. *:*(*) ack 1\n}\n"

/* A question and an answer of ten octets each: whoever answers this soon starts to delay ACKs. Some stacks go by the
 * rate of questions: they delay for long if each takes a little longer than the one before, as these do. */
#define EXCHANGE(pause, from, to) "+" pause " < P. " from ":" to "(10) ack " from " win 65535\n" \
	"+0~+0.001 >? . " from ":" from "(0) ack " to "\n+0 read(4, ..., 100) = 10\n+0 write(4, ..., 10) = 10\n" \
	"+0 > P. " from ":" to "(10) ack " to "\n"
#define EXCHANGES EXCHANGE("0.02", "1", "11") EXCHANGE("0.02", "11", "21") EXCHANGE("0.03", "21", "31") \
	EXCHANGE("0.039", "31", "41") EXCHANGE("0.051", "41", "51") EXCHANGE("0.066", "51", "61") \
	EXCHANGE("0.086", "61", "71") EXCHANGE("0.111", "71", "81") EXCHANGE("0.145", "81", "91") \
	EXCHANGE("0.188", "91", "101") EXCHANGE("0.245", "101", "111") EXCHANGE("0.318", "111", "121") \
	EXCHANGE("0.414", "121", "131") EXCHANGE("0.538", "131", "141")

/* How long TIME-WAIT may last, in seconds: twice the segment lifetimes that people choose. */
static const int waits[] = { 1, 2, 5, 10, 20, 30, 60, 90, 120, 180, 240, 300 };

const struct trait_probe trait_probes[] = {
	{ "sack", MEASURE_PASSED, LISTENER "+0 < S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>\n"
	  "+0 > S. 0:0(0) ack 1 <...,sackOK>\n", 0 },
	{ "timestamps", MEASURE_PASSED, LISTENER "+0 < S 0:0(0) win 65535 <mss 1000,nop,nop,TS val 1 ecr 0>\n"
	  "+0 > S. 0:0(0) ack 1 <...,TS val * ecr *>\n", 0 },
	{ "window_scaling", MEASURE_PASSED, LISTENER "+0 < S 0:0(0) win 65535 <mss 1000,nop,wscale 2>\n"
	  "+0 > S. 0:0(0) ack 1 <...,wscale *>\n", 0 },
	{ "ecn", MEASURE_PASSED, LISTENER "+0 < SEW 0:0(0) win 65535 <mss 1000>\n+0 > SE. 0:0(0) ack 1 <...>\n", 0 },
	{ "sack", MEASURE_PASSED, SYSCTL("tcp_sack") LISTENER "+0 < S 0:0(0) win 65535 <mss 1000,nop,nop,sackOK>\n"
	  "+0 > S. 0:0(0) ack 1 <...,sackOK>\n", 0 },
	{ "timestamps", MEASURE_PASSED, SYSCTL("tcp_timestamps") LISTENER
	  "+0 < S 0:0(0) win 65535 <mss 1000,nop,nop,TS val 1 ecr 0>\n+0 > S. 0:0(0) ack 1 <...,TS val * ecr *>\n", 0 },
	{ "ecn", MEASURE_PASSED, SYSCTL("tcp_ecn") LISTENER "+0 < SEW 0:0(0) win 65535 <mss 1000>\n"
	  "+0 > SE. 0:0(0) ack 1 <...>\n", 0 },
	{ "limited_transmit", MEASURE_PASSED, FLIGHT "+0 < . 1:1(0) ack 1 win 65535\n"
	  "+0~+0.02 > P?. *:*(*) ack 1\n", 0 },
	{ "time_wait_reopen", MEASURE_PASSED, TIME_WAIT "+0.1 < S 100000:100000(0) win 65535 <mss 1000>\n"
	  "+0 > S. 0:0(0) ack 100001 <...>\n", 0 },
	{ "time_wait_ahead", MEASURE_PASSED, TIME_WAIT "+0.6 < . 102:102(0) ack 2 win 65535\n"
	  "+0 > . 2:2(0) ack 2\n", 0 },
	{ "old_ack_challenge", MEASURE_PASSED, SERVER "+0.02 < P. 1:101(100) ack 4294000000 win 65535\n"
	  "+0 > . 1:1(0) ack 1\n", 0 },
	{ "path_mtu_discovery", MEASURE_PASSED, DATAGRAM "+0 > [df] udp (10)\n", 0 },
	{ "overlap_dropped", MEASURE_PASSED, "--local_ip=192.168.0.5\n--remote_ip=192.0.2.1\n"
	  " 0 socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n+0 bind(3, ..., ...) = 0\n"
	  "+0.02 < raw \"45000024 00772000 4011d7a3 c0000201 c0a80005 23281f90 0020b5b6 00010203 04050607\"\n"
	  "+0 < raw \"4500002c 00770001 4011f79a c0000201 c0a80005 00010203 04050607 08090a0b 0c0d0e0f 10111213"
	  " 14151617\"\n+0 recv(3, ..., 100, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)\n"
	  "+0 < raw \"45000024 00770002 4011f7a1 c0000201 c0a80005 08090a0b 0c0d0e0f 10111213 14151617\"\n"
	  "+0 recv(3, ..., 100, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)\n", 0 },
	{ "posix_errors", MEASURE_PASSED, SERVER "+0 shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 1\n"
	  "+0.02 < . 1:1(0) ack 2 win 65535\n+0 send(4, ..., 10, MSG_NOSIGNAL) = -1 EPIPE (Broken pipe)\n", 0 },
	{ "linux_sockets", MEASURE_PASSED, SERVER "+0.02 < F. 1:1(0) ack 1 win 65535\n+0~+0.5 > . 1:1(0) ack 2\n"
	  "+0 poll([{fd=4, events=POLLIN|POLLRDHUP, revents=POLLIN|POLLRDHUP}], 1, 0) = 1\n", 0 },
	{ "linux_settings", MEASURE_PASSED, SERVER "+0 setsockopt(4, SOL_TCP, TCP_QUICKACK, [1], 4) = 0\n", 0 },
	{ "receive_buffer", MEASURE_PASSED, SOCKET "+0 setsockopt(3, SOL_SOCKET, SO_RCVBUF, [4096], 4) = 0\n"
	  "+0 getsockopt(3, SOL_SOCKET, SO_RCVBUF, [8192], [4]) = 0\n", 0 },
	{ "inherited_options", MEASURE_PASSED, SOCKET "+0 setsockopt(3, SOL_IP, IP_TTL, [13], 4) = 0\n"
	  "+0 bind(3, ..., ...) = 0\n+0 listen(3, 8) = 0\n+0 < S 0:0(0) win 65535 <mss 1000>\n"
	  "+0 > [ttl 13] S. 0:0(0) ack 1 <...>\n", 0 },
	{ "tcp_info", MEASURE_PASSED, SERVER "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n"
	  "+0 %{ assert tcpi_state == TCP_ESTABLISHED and tcpi_unacked == 1 }%\n", 0 },
	{ "proc_net", MEASURE_PASSED, SERVER "+0 `grep -q '^TcpExt: SyncookiesSent' /proc/net/netstat`\n", 0 },
	/* This comes before other probes about time-outs, since it shows how the timer ticks. */
	{ "first_rto", MEASURE_PAUSE, SERVER "+$LATER write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n"
	  "* > P. 1:101(100) ack 1\n", OFFSETS },
	{ "initial_rto", MEASURE_PAUSE, SOCKET "+$LATER bind(3, ..., ...) = 0\n" CONNECT
	  "+0 > S 0:0(0) <...>\n* > S 0:0(0) <...>\n", OFFSETS },
	{ "delayed_ack", MEASURE_PAUSE, SERVER EXCHANGES
	  "+$(0.538+LATER) < P. 141:151(10) ack 141 win 65535\n* > . 141:141(0) ack 151\n", OFFSETS },
	{ "time_wait", MEASURE_WAIT, TIME_WAIT "+$WAIT < P. 2:12(10) ack 2 win 65535\n+0 > . 2:2(0) ack 2\n",
	  ARRAY_LEN(waits) },
	{ "initial_window", MEASURE_FLIGHT, FLIGHT, 0 },
	/* A number of full segments, each read at once, and one ACK for all of them. A stack that goes by the window
	 * sends none as long as nothing is read. */
	{ "ack_every", MEASURE_FIRST, SERVER EXCHANGE("0.02", "1", "11") EXCHANGE("0.02", "11", "21")
	  EXCHANGE("0.02", "21", "31") "+0.02 < . 31:31(0) ack 31 win 65535\n"
	  "for $i in 1..$COUNT {\n+0 < P. $(1000*i-969):$(1000*i+31)(1000) ack 31 win 65535\n"
	  "+0 read(4, ..., 1000) = 1000\n}\n"
	  "+0~+0.002 > . 31:31(0) ack $(1000*COUNT+31)\n", 8 },
	{ "syn_options", MEASURE_OPTIONS, SOCKET CONNECT "+0 > S 0:0(0) <...>\n", 0 },
	{ "default_mss", MEASURE_MSS, SOCKET CONNECT "+0 > S 0:0(0) <...>\n", 0 },
	{ "syn_retries", MEASURE_COUNT, SOCKET CONNECT "+0 > S 0:0(0) <...>\nrepeat 40 {\n* > S 0:0(0) <...>\n}\n", 0 },
	{ "data_retries", MEASURE_COUNT, SERVER "+0 write(4, ..., 100) = 100\n+0 > P. 1:101(100) ack 1\n"
	  "repeat 40 {\n* > P. 1:101(100) ack 1\n}\n", 0 },
	{ "default_ttl", MEASURE_TTL, LISTENER "+0 < S 0:0(0) win 65535 <mss 1000>\n+0 > raw \"45\" ...\n", 0 },
	{ "icmp_quote", MEASURE_QUOTE,
	  DATAGRAM "+0 > udp (10)\n+0.02 < udp 5555 > 7777 (1000)\n+0 > raw \"45\" ...\n", 0 },
	{ "reset_window", MEASURE_WINDOW, " 0 < S 0:0(0) win 65535 <mss 1000>\n+0 > raw \"45\" ...\n", 0 },
};
const size_t trait_probe_count = ARRAY_LEN(trait_probes);

void trait_probe_script(const struct trait_probe *probe, int play, struct buf *out)
{
	buf_printf(out, "--ip_version=ipv4\n--define=\"LATER=%.2f\"\n", play * PROBE_STEP_MS / 1000.0);
	if (probe->measure == MEASURE_COUNT)
		buf_printf(out, "--wildcard_limit_secs=%d\n", LONGEST_PAUSE_S);
	if (probe->measure == MEASURE_WAIT)
		buf_printf(out, "--define=\"WAIT=%d.8\"\n", waits[play] - 1);
	if (probe->measure == MEASURE_FIRST)
		buf_printf(out, "--define=COUNT=%d\n", play + 1);
	buf_puts(out, probe->script);
}

/* ---- results ---- */

/* The last packet that a line expected, and in *before the time of the event before it; NULL: none came. */
static const struct result_event *last_expected(const struct result *r, vtime_t *before)
{
	const struct result_event *last = NULL;
	vtime_t latest = VTIME_ZERO;

	for (size_t i = 0; i < r->event_count; i++) {
		const struct result_event *e = &r->events[i];
		if (!e->happened || !e->line)
			continue;
		if (!strcmp(e->sign, ">") && e->packet_count) {
			last = e;
			*before = latest;
		}
		latest = e->actual;
	}
	return last;
}

enum { IP_HEADER = 20, TCP_HEADER = 20, ICMP_HEADER = 8 };

/* The options of the segment @p, of @length octets, one after another, as tcp_option_next() gives them. */
static bool next_option(const uint8_t *p, size_t length, size_t *offset, struct tcp_option *out)
{
	const size_t end = IP_HEADER + (size_t)(p[IP_HEADER + 12] >> 4) * 4, begin = IP_HEADER + TCP_HEADER;
	const char *why;

	return end <= length && end >= begin && tcp_option_next(p + begin, end - begin, offset, out, &why) == 1;
}

/* The value of its MSS option; 0: there is none. */
static double mss_of(const uint8_t *p, size_t length)
{
	struct tcp_option o;
	size_t offset = 0;

	while (next_option(p, length, &offset, &o))
		if (o.kind == TCP_OPTION_MSS)
			return tcp_option_u16(&o, 0);
	return 0;
}

/* Its options as one word: "mss_sackOK_TS_nop_wscale". */
static void write_options(const uint8_t *p, size_t length, char *out)
{
	struct buf word = BUF_INIT;
	struct tcp_option o;
	size_t offset = 0;

	while (next_option(p, length, &offset, &o)) {
		const struct tcp_option_row *row = tcp_option_row(o.kind);
		buf_puts(&word, word.length ? "_" : "");
		if (row && row->word)
			buf_puts(&word, row->word);
		else
			buf_printf(&word, "option%u", o.kind);
	}
	snprintf(out, PROBE_WORD, "%s", word.length ? word.data : "none");
	buf_free(&word);
}

static bool read_packet(const struct trait_probe *probe, const struct result *r, struct trait_reading *out)
{
	enum { TTL_AT = 8, WINDOW_AT = 34 };
	vtime_t before;
	const struct result_event *e = r->verdict == VERDICT_PASS ? last_expected(r, &before) : NULL;
	const struct result_packet *p = e ? &e->packets[e->packet_count - 1] : NULL;

	if (!p || p->length < 2 * IP_HEADER)
		return false;
	switch (probe->measure) {
	case MEASURE_TTL:     out->number = p->bytes[TTL_AT]; break;
	case MEASURE_MSS:     out->number = mss_of(p->bytes, p->length); break;
	case MEASURE_OPTIONS: write_options(p->bytes, p->length, out->word); break;
	case MEASURE_WINDOW:  out->number = p->bytes[WINDOW_AT] << 8 | p->bytes[WINDOW_AT + 1]; break;
	default:              out->number = (double)p->length - 2 * IP_HEADER - ICMP_HEADER; break;
	}
	return true;
}

static bool read_flight(const struct result *r, double *out)
{
	enum { HEADERS = 40 };

	*out = 0;
	for (size_t i = 0; i < r->event_count; i++)
		for (size_t k = 0; !strcmp(r->events[i].sign, ">") && k < r->events[i].packet_count; k++)
			if (r->events[i].line && r->events[i].packets[k].length > HEADERS)
				*out += (double)(r->events[i].packets[k].length - HEADERS) / SEGMENT;
	*out = floor(*out);
	return *out > 0;
}

/* The line that failed in the end tells how often it came true before; a run that was broken off says nothing. */
static bool read_count(const struct result *r, double *out)
{
	*out = 0;
	for (size_t i = 0; i < r->event_count; i++)
		*out += r->line > 0 && r->events[i].line == r->line && r->events[i].packet_count > 0;
	return *out > 0 && r->verdict == VERDICT_FAIL && r->mismatch == MISMATCH_MISSING;
}

bool trait_probe_read(const struct trait_probe *probe, int play, const struct result *result,
                      struct trait_reading *out)
{
	const bool passed = result->verdict == VERDICT_PASS, judged = passed || result->verdict == VERDICT_FAIL;
	const struct result_event *last;
	vtime_t before = VTIME_ZERO;

	switch (probe->measure) {
	case MEASURE_PASSED:
		/* a stack lacks what it declares to lack */
		out->number = passed;
		return judged || result->verdict == VERDICT_SKIP;
	case MEASURE_PAUSE:
		last = passed ? last_expected(result, &before) : NULL;
		out->number = last ? vtime_to_s(vtime_sub(last->actual, before)) : 0;
		return last;
	case MEASURE_WAIT:
		out->number = waits[play];
		return passed;
	case MEASURE_FIRST:
		out->number = play + 1;
		return passed;
	case MEASURE_COUNT:  return read_count(result, &out->number);
	case MEASURE_FLIGHT: return judged && read_flight(result, &out->number);
	default:             return read_packet(probe, result, out);
	}
}

/* ---- conclusions ---- */

static void say_word(struct traits *traits, const char *name, const char *word, struct arena *arena)
{
	struct buf problem = BUF_INIT;

	trait_set(traits, trait_find(name), word, arena, &problem);
	buf_free(&problem);
}

static void say(struct traits *traits, const char *name, double value, struct arena *arena)
{
	char text[32];

	snprintf(text, sizeof(text), "%g", value);
	say_word(traits, name, text, arena);
}

/* Rounded up to a whole number of steps, of which @steps make a second. An excess of a hundredth is the machine's
 * doing. */
static double up(double seconds, double steps)
{
	return ceil(seconds * steps - 0.01) / steps;
}

/* People choose times of two digits at most; digits behind those are the machine's doing. */
static double two_digits(double seconds)
{
	const double digit = pow(10, floor(log10(fmax(seconds, 0.001))) - 1);

	return round(seconds / digit) * digit;
}

/* A timer that ticks ends up to a tick early. So the spread of many is nearly the tick, and the time is the next whole
 * number of ticks. Other timers are never early, but late by the granularity of their wheel: the least of many is
 * nearest to what was set. */
static void say_timer(const struct trait_probe *probe, double least, double most, struct traits *traits,
                      struct arena *arena)
{
	enum { TENTHS = 10, TWENTIETHS = 20 };
	static const double jitter = 0.02;
	const double spread = most - least;

	if (!strcmp(probe->trait, "delayed_ack")) {
		if (most > jitter)                       /* else none was delayed here, but others may be */
			say(traits, probe->trait, spread < jitter ? two_digits(least) : up(most, TWENTIETHS), arena);
		return;
	}
	if (!strcmp(probe->trait, "first_rto"))
		say(traits, "timer_tick", spread < jitter ? 0 : up(spread, TENTHS), arena);
	const double tick = strtod(trait_value(traits, "timer_tick"), NULL);
	say(traits, probe->trait, tick > 0 ? up(most, 1 / tick) : two_digits(least), arena);
}

/* If a trait has several probes, it is enough that one of them says something. */
static bool said_before(const struct traits *traits, const struct trait_probe *probe, double value)
{
	const char *said = traits->values[trait_find(probe->trait) - traits_known];

	return said && probe->measure == MEASURE_PASSED && value < 1;
}

void trait_probe_conclude(const struct trait_probe *probe, const struct trait_reading *readings, size_t count,
                          struct traits *traits, struct arena *arena)
{
	double least = count ? readings->number : 0, most = least;

	for (size_t i = 0; i < count; i++) {
		least = fmin(least, readings[i].number);
		most = fmax(most, readings[i].number);
	}
	if (count && probe->measure == MEASURE_PAUSE)
		say_timer(probe, least, most, traits, arena);
	else if (count && probe->measure == MEASURE_OPTIONS)
		say_word(traits, probe->trait, readings->word, arena);
	else if (count && !said_before(traits, probe, most))
		say(traits, probe->trait, probe->measure == MEASURE_FIRST ? least : most, arena);
}
