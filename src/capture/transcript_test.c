/* SPDX-License-Identifier: MIT
 *
 * transcript_test.c - captures of a few packets, and the scripts that tell them
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture/transcript.h"
#include "wire/checksum.h"
#include "wire/pcap.h"
#include "wire/tcp_option.h"

#define HOST "192.0.2.1"
#define PEER "198.51.100.7"

enum { CLIENT_ISN = 4000, SERVER_ISN = 0xfffffff0 };     /* the server's numbers wrap */

/* A capture file in the making. The client is the peer at port 40000, the server the host at port 80. */
struct fixture {
	struct pcap_writer *writer;
	char path[32];
	struct arena *arena;
	struct buf text, problem;
	uint16_t sum_change;                                 /* added to the checksums of packets; 0: they are right */
	bool unfinished;                                     /* checksums are those of pseudo-headers only */
};

static int open_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->path, "/tmp/transcriptXXXXXX");
	int fd = mkstemp(f->path);
	assert_true(fd >= 0);
	close(fd);
	f->writer = pcap_writer_open(f->path);
	assert_non_null(f->writer);
	f->arena = arena_new();
	*state = f;
	return 0;
}

static int close_fixture(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	arena_free(f->arena);
	buf_free(&f->text);
	buf_free(&f->problem);
	free(f);
	return 0;
}

/* Change the transport's checksum as the fixture wants it. */
static void change_checksum(const struct fixture *f, const struct packet *p, uint8_t *bytes, size_t length)
{
	bool tcp = p->headers[1].type == HEADER_TCP;
	uint8_t *field = bytes + IPV4_HEADER_BYTES + (tcp ? 16 : 6);
	uint16_t pseudo = (uint16_t)~checksum_finish(
		checksum_pseudo(&p->headers[0].ipv4.source, &p->headers[0].ipv4.destination,
		                tcp ? PROTOCOL_TCP : PROTOCOL_UDP, length - IPV4_HEADER_BYTES));
	uint16_t sum = f->unfinished ? pseudo : (uint16_t)((field[0] << 8 | field[1]) ^ f->sum_change);

	if (!tcp && p->headers[1].type != HEADER_UDP)
		return;
	field[0] = (uint8_t)(sum >> 8);
	field[1] = (uint8_t)sum;
}

static void add(struct fixture *f, int64_t ms, bool from_client, struct packet *p)
{
	uint8_t bytes[8000];
	struct tuple ends = { .source_port = 40000, .destination_port = 80 };

	ip_address_parse(PEER, &ends.source);
	ip_address_parse(HOST, &ends.destination);
	if (!from_client)
		ends = tuple_reversed(&ends);
	p->headers[0].ipv4.ttl = 64;
	p->headers[0].ipv4.header_length = 5;
	packet_set_tuple(p, &ends);
	assert_true(packet_fill_lengths(p));
	size_t length = packet_build_with_checksums(p, bytes, sizeof(bytes));
	assert_true(length > 0);
	change_checksum(f, p, bytes, length);
	pcap_writer_add(f->writer, vtime_add(vtime_s(1000000000), vtime_ms(ms)), bytes, length);
}

/* Numbers count from the initial ones of either side, as in scripts. */
struct segment {
	int64_t ms;
	bool from_client;
	uint16_t flags;
	uint32_t seq;
	size_t length;
	uint32_t ack;
	uint16_t window;                                     /* 0: 1000 */
	bool shut;                                           /* the window is 0 */
	bool odd_option;                                     /* it has an option of a kind that nobody knows */
};

static void add_segment(struct fixture *f, const struct segment *s)
{
	struct packet p = {
		.header_count = 2, .headers = { { .type = HEADER_IPV4 }, { .type = HEADER_TCP } }, 
		.payload_length = s->length,
	};
	struct tcp_header *h = &p.headers[1].tcp;

	h->seq = s->seq + (s->from_client ? CLIENT_ISN : SERVER_ISN);
	h->ack = s->flags & TCP_ACK ? s->ack + (s->from_client ? SERVER_ISN : CLIENT_ISN) : 0;
	h->flags = s->flags;
	h->window = s->shut ? 0 : s->window ? s->window : 1000;
	size_t used = 0;
	if (s->flags & TCP_SYN)
		tcp_option_add_mss(h->options, &used, 1460);
	if (s->odd_option) {
		memcpy(h->options + used, (const uint8_t[]){ 253, 4, 1, 2 }, 4);
		used += 4;
	}
	h->option_length = (uint8_t)used;
	add(f, s->ms, s->from_client, &p);
}

#define tcp_with(f, time, client, bits, start, octets, number, ...) \
	add_segment(f, &(struct segment){ .ms = time, .from_client = client, .flags = bits, .seq = start, \
	                                  .length = octets, .ack = number, __VA_ARGS__ })
#define tcp(f, ...) tcp_with(f, __VA_ARGS__, .shut = false)

static void udp(struct fixture *f, int ms, bool from_client, size_t length)
{
	struct packet p = {
		.header_count = 2, .headers = { { .type = HEADER_IPV4 }, { .type = HEADER_UDP } },
		.payload_length = length,
	};

	add(f, ms, from_client, &p);
}

/* The host's answer to a datagram of @length octets: nobody has a socket for it. */
static void unreachable(struct fixture *f, int ms, size_t length)
{
	struct tuple ends = { .source_port = 40000, .destination_port = 80 };
	uint8_t quoted[2000];
	struct packet datagram = {
		.header_count = 2, .headers = { { .type = HEADER_IPV4 }, { .type = HEADER_UDP } },
		.payload_length = length,
	};
	struct packet error = {
		.header_count = 2, .headers = { { .type = HEADER_IPV4 }, { .type = HEADER_ICMPV4 } },
		.payload = quoted, .payload_length = IPV4_HEADER_BYTES + UDP_HEADER_BYTES,
	};

	ip_address_parse(PEER, &ends.source);
	ip_address_parse(HOST, &ends.destination);
	datagram.headers[0].ipv4.header_length = 5;
	packet_set_tuple(&datagram, &ends);
	assert_true(packet_fill_lengths(&datagram));
	assert_true(packet_build_with_checksums(&datagram, quoted, sizeof(quoted)) > 0);
	error.headers[1].icmp.type = error.headers[1].icmp.code = 3;
	add(f, ms, false, &error);
}

/* The script of conversation @number; false: there is none. */
static bool tell_one(struct fixture *f, const char *side, size_t number)
{
	struct transcript_options options = { .name = "dir/some.pcap", .number = number };
	struct capture capture;
	size_t count, icmp;

	if (f->writer)
		assert_true(pcap_writer_close(f->writer));
	f->writer = NULL;
	assert_true(side_parse(side, &options.side));
	assert_true(capture_read(&capture, f->path, f->arena, &f->problem));
	const struct conversation *c = conversations_of(&capture, f->arena, &count, &icmp);
	for (size_t n = 1; c && n < number; n++)
		c = c->next;
	assert_non_null(c);
	buf_clear(&f->text);
	return transcript_write(&f->text, c, &options, &f->problem);
}

static void handshake(struct fixture *f)
{
	tcp(f, 0, true, TCP_SYN, 0, 0, 0);
	tcp(f, 0, false, TCP_SYN | TCP_ACK, 0, 0, 1);
	tcp(f, 20, true, TCP_ACK, 1, 0, 1);
}

#define HEAD "//! title: conversation 1 of some.pcap\n\n--ip_version=ipv4\n" \
	"`sysctl -q net.ipv4.tcp_timestamps=0 net.ipv4.tcp_sack=0 net.ipv4.tcp_window_scaling=0`\n\n"
#define SERVER_HEAD "//! title: conversation 1 of some.pcap\n\n--ip_version=ipv4\n\n"
#define LISTEN "0       socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n" \
	"+0      setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0\n" \
	"+0      bind(3, ..., ...) = 0\n" \
	"+0      listen(3, 5) = 0\n" \
	"+0      < S 0:0(0) win 1000 <mss 1460>\n" \
	"+0      > S. 0:0(0) ack 1 <mss 1460>\n" \
	"+0.02   < . 1:1(0) ack 1 win 1000\n" \
	"+0      accept(3, ..., ...) = 4\n"

static void a_server_accepts_reads_writes_and_closes(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 40, true, TCP_PSH | TCP_ACK, 1, 100, 1);
	tcp(f, 40, false, TCP_ACK, 1, 0, 101);
	tcp(f, 50, false, TCP_PSH | TCP_ACK, 1, 200, 101);
	tcp(f, 70, true, TCP_ACK, 101, 0, 201);
	tcp(f, 70, true, TCP_FIN | TCP_ACK, 101, 0, 201);
	tcp(f, 70, false, TCP_FIN | TCP_ACK, 201, 0, 102);
	tcp(f, 90, true, TCP_ACK, 102, 0, 202);
	assert_true(tell_one(f, "server", 1));
	assert_string_equal(f->text.data, SERVER_HEAD LISTEN
		"+0.02   < P. 1:101(100) ack 1 win 1000\n"
		"+0      read(4, ..., 100) = 100\n"
		"+0      > . 1:1(0) ack 101\n"
		"+0.01   write(4, ..., 200) = 200\n"
		"+0      > P. 1:201(200) ack 101\n"
		"+0.02   < . 101:101(0) ack 201 win 1000\n"
		"+0      < F. 101:101(0) ack 201 win 1000\n"
		"+0      read(4, ..., 1000) = 0\n"
		"+0      close(4) = 0\n"
		"+0      > F. 201:201(0) ack 102\n"
		"+0.02   < . 102:102(0) ack 202 win 1000\n");
}

static void the_client_of_the_same_capture_connects(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 40, true, TCP_PSH | TCP_ACK, 1, 100, 1);
	assert_true(tell_one(f, PEER ":40000", 1));
	assert_string_equal(f->text.data, HEAD
		"0       socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
		"+0...0  connect(3, ..., ...) = 0\n"
		"+0      > S 0:0(0) <mss 1460>\n"
		"+0      < S. 0:0(0) ack 1 win 1000 <mss 1460>\n"
		"+0.02   > . 1:1(0) ack 1\n"
		"+0.02   write(3, ..., 100) = 100\n"
		"+0      > P. 1:101(100) ack 1\n");
}

static bool says(const struct fixture *f, const char *line)
{
	return strstr(f->text.data, line);
}

/* Text acknowledged at once that nobody read: no stack does this by habit. */
static void acks_at_once_were_asked_for(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 40, true, TCP_PSH | TCP_ACK, 1, 100, 1);
	tcp_with(f, 40, false, TCP_ACK, 1, 0, 101, .window = 900);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "setsockopt(4, IPPROTO_TCP, TCP_QUICKACK, [1], 4) = 0\n"));
}

static void late_acks_were_not(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 40, true, TCP_PSH | TCP_ACK, 1, 100, 1);
	tcp_with(f, 40, false, TCP_ACK, 1, 0, 101, .window = 900);
	tcp(f, 60, true, TCP_PSH | TCP_ACK, 101, 100, 1);
	tcp_with(f, 240, false, TCP_ACK, 1, 0, 201, .window = 800);
	assert_true(tell_one(f, "server", 1));
	assert_false(says(f, "TCP_QUICKACK"));
}

static void a_shut_window_shows_the_buffer(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 40, true, TCP_PSH | TCP_ACK, 1, 1000, 1);
	tcp_with(f, 40, false, TCP_ACK, 1, 0, 1001, .shut = true);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "sysctl -q net.ipv4.tcp_adv_win_scale=0`\n"));
	assert_true(says(f, "setsockopt(3, SOL_SOCKET, SO_RCVBUF, [500], 4) = 0\n"));
}

static void a_refused_answer_was_given_up(void **state)
{
	struct fixture *f = *state;

	tcp(f, 0, true, TCP_SYN, 0, 0, 0);
	tcp(f, 20, false, TCP_SYN | TCP_ACK, 0, 0, 1);
	tcp(f, 20, true, TCP_RST, 1, 0, 0);
	assert_true(tell_one(f, "client", 1));
	assert_true(says(f, "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"));
	assert_true(says(f, "+0.02   close(3) = 0\n+0      < S. 0:0(0) ack 1"));
}

static void a_rest_after_silence_was_written_later(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 30, false, TCP_ACK, 1, 1460, 1);
	tcp(f, 40, true, TCP_ACK, 1, 0, 1461);
	tcp(f, 90, false, TCP_PSH | TCP_ACK, 1461, 540, 1);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "send(4, ..., 1460, MSG_MORE) = 1460\n"));
	assert_true(says(f, "+0.05   write(4, ..., 540) = 540\n"));
}

static void odd_options_are_octets(void **state)
{
	struct fixture *f = *state;

	tcp_with(f, 0, true, TCP_SYN, 0, 0, 0, .odd_option = true);
	tcp(f, 0, false, TCP_SYN | TCP_ACK, 0, 0, 1);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "< S 0:0(0) win 1000 <020405b4fd040102>\n"));
}

static void a_port_without_socket(void **state)
{
	struct fixture *f = *state;

	udp(f, 0, true, 10);
	udp(f, 10, false, 20);
	udp(f, 30, true, 30);
	unreachable(f, 30, 30);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "+0.02   close(3) = 0\n+0      < udp (30)\n+0      > icmp unreachable port_unreachable"));
}

static void what_lasts_too_long_is_not_told(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, INT64_C(1000000000) * 1000 + 20, true, TCP_ACK, 1, 0, 1);
	assert_false(tell_one(f, "server", 1));
	assert_non_null(strstr(f->problem.data, "longer than a script can say: 1000000000 s"));
}

static void stamps_that_run_backwards_tell_no_time(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 60, true, TCP_PSH | TCP_ACK, 1, 100, 1);
	tcp(f, 50, false, TCP_ACK, 1, 0, 101);
	tcp(f, 70, true, TCP_ACK, 101, 0, 1);
	assert_true(tell_one(f, "server", 1));
	assert_non_null(strstr(f->text.data, "\n+0.04   < P. 1:101(100) ack 1 win 1000\n"));
	assert_non_null(strstr(f->text.data, "\n+0      > . 1:1(0) ack 101\n"));
	assert_non_null(strstr(f->text.data, "\n+0.01   < . 101:101(0) ack 1 win 1000\n"));
}

/* No stack sends the last packet, but a capture may hold anything. */
static void who_connects_does_not_accept(void **state)
{
	struct fixture *f = *state;

	tcp(f, 0, true, TCP_SYN, 0, 0, 0);
	tcp(f, 0, false, TCP_SYN | TCP_ACK, 0, 0, 47);
	tcp(f, 20, true, TCP_SYN | TCP_FIN | TCP_ACK, 2, 0, 101);
	assert_true(tell_one(f, "client", 1));
	assert_null(strstr(f->text.data, "accept("));
}

static void a_stamp_far_ahead_is_not_told(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, INT64_C(1000000000) * 1000 + 20, true, TCP_ACK, 1, 0, 1);
	tcp(f, 40, true, TCP_ACK, 1, 0, 1);
	assert_false(tell_one(f, "server", 1));
}

static void what_leaves_again_is_not_written_again(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 30, false, TCP_ACK, 1, 1460, 1);
	tcp(f, 30, false, TCP_PSH | TCP_ACK, 1461, 540, 1);
	tcp(f, 1030, false, TCP_ACK, 1, 1460, 1);
	assert_true(tell_one(f, "server", 1));
	assert_string_equal(f->text.data, SERVER_HEAD LISTEN
		"+0.01   write(4, ..., 2000) = 2000\n"
		"+0      > P. 1:2001(2000) ack 1\n"
		"+1      > . 1:1461(1460) ack 1\n");
}

static void a_shutdown_is_no_close(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 30, false, TCP_FIN | TCP_ACK, 1, 0, 1);
	tcp(f, 50, true, TCP_PSH | TCP_ACK, 1, 10, 2);
	tcp(f, 50, false, TCP_ACK, 2, 0, 11);
	assert_true(tell_one(f, "server", 1));
	assert_non_null(strstr(f->text.data, "+0.01   shutdown(4, SHUT_WR) = 0\n+0      > F. 1:1(0) ack 1\n"));
	assert_non_null(strstr(f->text.data, "read(4, ..., 10) = 10\n"));
	assert_non_null(strstr(f->text.data, "\n+0      close(4) = 0\n"));
}

/* A capture in which packets have changed places. */
static void nothing_is_written_behind_a_close(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 30, true, TCP_FIN | TCP_ACK, 1, 0, 1);
	tcp(f, 40, false, TCP_FIN | TCP_ACK, 101, 0, 2);
	tcp(f, 50, false, TCP_PSH | TCP_ACK, 1, 100, 2);
	assert_true(tell_one(f, "server", 1));
	assert_non_null(strstr(f->text.data, "close(4) = 0\n"));
	assert_non_null(strstr(f->text.data, "> P. 1:101(100) ack 2\n"));
	assert_null(strstr(f->text.data, "write("));
	assert_null(strstr(f->text.data, "send("));
}

static void a_reset_without_cause_is_a_close_that_does_not_linger(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 80, false, TCP_RST | TCP_ACK, 1, 0, 1);
	assert_true(tell_one(f, "server", 1));
	assert_string_equal(f->text.data, SERVER_HEAD LISTEN
		"+0.06   setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0\n"
		"+0      close(4) = 0\n"
		"+0      > R. 1:1(0) ack 1\n");
}

static void datagrams_are_sent_and_read(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	udp(f, 30, true, 40);
	udp(f, 31, false, 90);
	assert_true(tell_one(f, "server", 2));
	assert_string_equal(f->text.data, "//! title: conversation 2 of some.pcap\n\n--ip_version=ipv4\n\n"
		"0       socket(..., SOCK_DGRAM, IPPROTO_UDP) = 3\n"
		"+0      bind(3, ..., ...) = 0\n"
		"+0      < udp (40)\n"
		"+0      recvfrom(3, ..., 40, 0, ..., ...) = 40\n"
		"+0.001  sendto(3, ..., 90, 0, ..., ...) = 90\n"
		"+0      > udp (90)\n");
}

static void ports_that_are_used_again_begin_a_conversation(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 30, true, TCP_RST | TCP_ACK, 1, 0, 1);
	tcp(f, 2000, true, TCP_SYN, 77000, 0, 0);
	tcp(f, 2000, false, TCP_RST | TCP_ACK, 0, 0, 77001);
	assert_true(tell_one(f, "server", 2));
	assert_null(strstr(f->text.data, "listen"));         /* the answer shows that there was no listener */
	assert_non_null(strstr(f->text.data, "> R. "));
}

/* Nobody waits in connect() for a reset that comes when the next SYN is overdue. */
static void a_late_reset_ends_no_call(void **state)
{
	struct fixture *f = *state;

	tcp(f, 0, true, TCP_SYN, 0, 0, 0);
	tcp(f, 1000, true, TCP_SYN, 0, 0, 0);
	tcp(f, 4000, false, TCP_RST | TCP_ACK, 0, 0, 1);
	assert_true(tell_one(f, "client", 1));
	assert_non_null(strstr(f->text.data, "connect(3, ..., ...) = -1 EINPROGRESS"));
	assert_null(strstr(f->text.data, "ECONNREFUSED"));
}

static void a_reset_in_time_refuses(void **state)
{
	struct fixture *f = *state;

	tcp(f, 0, true, TCP_SYN, 0, 0, 0);
	tcp(f, 1000, true, TCP_SYN, 0, 0, 0);
	tcp(f, 2900, false, TCP_RST | TCP_ACK, 0, 0, 1);
	assert_true(tell_one(f, "client", 1));
	assert_non_null(strstr(f->text.data, "connect(3, ..., ...) = -1 ECONNREFUSED"));
}

/* Numbers in lines do not wrap: a segment that leaves is compared without them, one that comes is left out. */
static void text_across_the_end_of_the_numbers(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 30, true, TCP_ACK | TCP_PSH, UINT32_MAX - 7, 100, 1);
	tcp(f, 31, false, TCP_ACK | TCP_PSH, UINT32_MAX - 7, 100, 1);
	assert_true(tell_one(f, "server", 1));
	assert_non_null(strstr(f->text.data, "// left out: 100 bytes across the end of the sequence numbers"));
	assert_non_null(strstr(f->text.data, "> P. ...(100) ack 1"));
	assert_null(strstr(f->text.data, "4294967288"));
}

static void what_cannot_be_told_says_why(void **state)
{
	struct fixture *f = *state;

	tcp(f, 0, true, TCP_ACK, 5000, 0, 5000);
	assert_false(tell_one(f, "server", 1));
	assert_non_null(strstr(f->problem.data, "its first packet is no SYN"));
	buf_clear(&f->problem);
	assert_false(tell_one(f, "203.0.113.5", 1));
	assert_non_null(strstr(f->problem.data, "neither end"));
}

static void sides_are_words_or_addresses(void **state)
{
	static const char *const wrong[] = {
		"", "clients", "1.2.3", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:70000", "[::1]80",
	};
	struct side side;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_false(side_parse(wrong[i], &side));
	assert_true(side_parse("[2001:db8::1]:443", &side));
	assert_int_equal(side.port, 443);
	assert_int_equal(side.address.version, 6);
	assert_true(side_parse("2001:db8::1", &side));
	assert_int_equal(side.port, 0);
}

/* A datagram with a wrong checksum reaches nobody; one whose checksum a card has yet to finish does. */
static void wrong_checksums_are_told(void **state)
{
	struct fixture *f = *state;

	f->sum_change = 4;
	udp(f, 0, true, 10);
	f->sum_change = 0;
	f->unfinished = true;
	udp(f, 10, true, 20);
	assert_true(tell_one(f, "server", 1));
	assert_non_null(strstr(f->text.data, "< udp (10) {sum bad}\n+0.01"));
	assert_non_null(strstr(f->text.data, "< udp (20)\n"));
	assert_null(strstr(f->text.data, "recvfrom(3, ..., 10"));
	assert_non_null(strstr(f->text.data, "recvfrom(3, ..., 20"));
}

/* ---- captures of real hosts ---- */

/* The client has been told to ask whether the server is still there, before it connects. */
static void a_client_keeps_its_connection_alive(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 2020, true, TCP_ACK, 0, 0, 1);
	tcp(f, 2020, false, TCP_ACK, 1, 0, 1);
	assert_true(tell_one(f, "client", 1));
	assert_true(says(f, "setsockopt(3, IPPROTO_TCP, TCP_KEEPIDLE, [2], 4) = 0\n+0...0  connect"));
}

/* A probe of a shut window asks for room, and not whether somebody is there: text has been written. */
static void a_probe_of_a_shut_window(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp_with(f, 40, true, TCP_ACK, 1, 0, 1, .shut = true);
	tcp(f, 1040, false, TCP_ACK, 0, 0, 1);
	tcp_with(f, 1060, true, TCP_ACK, 1, 0, 1, .shut = true);
	tcp(f, 3060, false, TCP_ACK, 0, 0, 1);
	tcp(f, 3080, true, TCP_ACK, 1, 0, 1);
	tcp(f, 3080, false, TCP_PSH | TCP_ACK, 1, 100, 1);
	assert_true(tell_one(f, "server", 1));
	assert_false(says(f, "KEEP"));
	assert_true(says(f, "win 0\n+0      write(4, ..., 100) = 100\n+1      > . 0:0(0)"));
}

/* Full segments that an ACK lets out while others are in flight had been written before it. */
static void text_waits_for_acks(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 30, false, TCP_PSH | TCP_ACK, 1, 1460, 1);
	tcp(f, 30, false, TCP_PSH | TCP_ACK, 1461, 1460, 1);
	tcp(f, 50, true, TCP_ACK, 1, 0, 1461);
	tcp(f, 50, false, TCP_PSH | TCP_ACK, 2921, 1460, 1);
	tcp(f, 90, true, TCP_ACK, 1, 0, 4381);
	tcp(f, 90, false, TCP_PSH | TCP_ACK, 4381, 1460, 1);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "write(4, ..., 1460) = 1460\n+0      write(4, ..., 1460) = 1460\n+0      > P. 1461:2921"));
	assert_true(says(f, "+0.04   < . 1:1(0) ack 4381 win 1000\n+0      write(4, ..., 1460) = 1460\n"));
}

/* What is handed to a network card as one, and what comes from it joined. */
static void cards_join_segments(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 30, false, TCP_PSH | TCP_ACK, 1, 2920, 1);
	tcp(f, 50, true, TCP_ACK, 1, 0, 2921);
	tcp(f, 50, false, TCP_PSH | TCP_ACK, 2921, 1500, 1);
	tcp(f, 70, true, TCP_ACK, 1, 1460, 4421);
	tcp(f, 70, true, TCP_PSH | TCP_ACK, 1461, 2920, 4421);
	tcp_with(f, 70, false, TCP_ACK, 4421, 0, 4381, .window = 900);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "write(4, ..., 4420) = 4420\n+0      > P?. 1:2921(2920) ack 1\n"));
	assert_true(says(f, "+0      > P. 2921:4421(1500) ack 1\n"));
	assert_true(says(f, "+0.02   < P. 1:4381(4380) ack 4421 win 1000\n"));
}

/* Two packets of joined segments are too long for one, and the stack took them together. */
static void an_ack_may_come_between(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 70, true, TCP_PSH | TCP_ACK, 1, 2920, 1);
	tcp(f, 70, true, TCP_PSH | TCP_ACK | TCP_URG, 2921, 2920, 1);
	tcp(f, 70, false, TCP_ACK, 1, 0, 5841);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "< P. 1:2921(2920) ack 1 win 1000\n+0      >? . 1:1(0) ack 2921 <...>\n+0      <"));
}

/* The timer of a delayed ACK of 40 ms that came after 47. */
static void timers_of_real_systems_are_late(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 40, true, TCP_PSH | TCP_ACK, 1, 100, 1);
	tcp_with(f, 87, false, TCP_ACK, 1, 0, 101, .window = 900);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "+0.0411~+0.047 > . 1:1(0) ack 101\n"));
}

static void a_stack_gives_up(void **state)
{
	struct fixture *f = *state;

	tcp(f, 0, true, TCP_SYN, 0, 0, 0);
	tcp(f, 0, false, TCP_SYN | TCP_ACK, 0, 0, 1);
	tcp(f, 1000, false, TCP_SYN | TCP_ACK, 0, 0, 1);
	tcp(f, 3000, false, TCP_SYN | TCP_ACK, 0, 0, 1);
	tcp(f, 8000, true, TCP_ACK, 1, 0, 1);
	tcp(f, 8000, false, TCP_RST, 1, 0, 0);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "`sysctl -q net.ipv4.tcp_synack_retries=2`\n"));
}

static void retransmissions_in_vain(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	for (int ms = 30; ms < 5000; ms += 1000)
		tcp(f, ms, false, TCP_PSH | TCP_ACK, 1, 100, 1);
	tcp(f, 9000, true, TCP_ACK, 1, 0, 101);
	tcp(f, 9000, false, TCP_RST, 101, 0, 0);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "`sysctl -q net.ipv4.tcp_retries2=4`\n"));
}

/* A connection that was half closed is broken off. */
static void a_reset_after_a_shutdown(void **state)
{
	struct fixture *f = *state;

	handshake(f);
	tcp(f, 40, false, TCP_FIN | TCP_ACK, 1, 0, 1);
	tcp(f, 60, true, TCP_ACK, 1, 0, 2);
	tcp(f, 90, false, TCP_RST | TCP_ACK, 2, 0, 1);
	assert_true(tell_one(f, "server", 1));
	assert_true(says(f, "shutdown(4, SHUT_WR) = 0\n"));
	assert_true(says(f, "SO_LINGER, {onoff=1, linger=0}, 8) = 0\n+0      close(4) = 0\n+0      > R. 2:2(0)"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_server_accepts_reads_writes_and_closes),
		TEST(the_client_of_the_same_capture_connects),
		TEST(what_leaves_again_is_not_written_again),
		TEST(a_shutdown_is_no_close),
		TEST(nothing_is_written_behind_a_close),
		TEST(a_reset_without_cause_is_a_close_that_does_not_linger),
		TEST(datagrams_are_sent_and_read),
		TEST(ports_that_are_used_again_begin_a_conversation),
		TEST(a_late_reset_ends_no_call),
		TEST(a_reset_in_time_refuses),
		TEST(text_across_the_end_of_the_numbers),
		TEST(what_cannot_be_told_says_why),
		TEST(acks_at_once_were_asked_for), TEST(late_acks_were_not), TEST(a_shut_window_shows_the_buffer),
		TEST(a_refused_answer_was_given_up), TEST(a_rest_after_silence_was_written_later),
		TEST(odd_options_are_octets), TEST(a_port_without_socket), TEST(what_lasts_too_long_is_not_told),
		TEST(stamps_that_run_backwards_tell_no_time), TEST(a_stamp_far_ahead_is_not_told),
		TEST(who_connects_does_not_accept), TEST(wrong_checksums_are_told),
		TEST(a_client_keeps_its_connection_alive), TEST(a_probe_of_a_shut_window), TEST(text_waits_for_acks),
		TEST(cards_join_segments), TEST(an_ack_may_come_between), TEST(timers_of_real_systems_are_late),
		TEST(a_stack_gives_up), TEST(retransmissions_in_vain), TEST(a_reset_after_a_shutdown),
		cmocka_unit_test(sides_are_words_or_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
