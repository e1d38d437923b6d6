/* SPDX-License-Identifier: MIT
 *
 * plot_test.c - connections read from packets, and what is drawn of them
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/connection.h"
#include "report/plot.h"
#include "report/xml_check.h"
#include "wire/packet.h"

/* ---- results made of packets ---- */

enum { MANY = 64, BYTES = 128 };

struct made {
	struct result result;
	struct result_event events[MANY];
	struct result_packet packets[MANY];
	uint8_t bytes[MANY][BYTES];
	bool ipv6;
	uint16_t port;                                       /* of the remote side */
};

struct spec {
	char direction;                                      /* '<', '>' */
	int ms;
	uint16_t flags;
	uint32_t seq, ack;
	uint16_t window, payload;
	uint8_t wscale;                                      /* 0: no such option */
	uint32_t sack[2];
};

static struct header ip_header(const struct made *m, bool inbound)
{
	const char *local = m->ipv6 ? "2001:db8::1" : "192.168.0.1", *remote = m->ipv6 ? "2001:db8::2" : "192.0.2.1";
	struct header h = { .type = m->ipv6 ? HEADER_IPV6 : HEADER_IPV4 };
	struct ip_address *source = m->ipv6 ? &h.ipv6.source : &h.ipv4.source;
	struct ip_address *destination = m->ipv6 ? &h.ipv6.destination : &h.ipv4.destination;

	h.ipv4.ttl = m->ipv6 ? h.ipv4.ttl : 64;
	assert_true(ip_address_parse(inbound ? remote : local, source));
	assert_true(ip_address_parse(inbound ? local : remote, destination));
	return h;
}

static void add(struct made *m, const struct spec *s)
{
	size_t n = m->result.event_count++, used = 0;
	bool inbound = s->direction == '<';
	uint16_t port = m->port ? m->port : 40000;
	struct packet p = {
		.header_count = 2, .headers = { ip_header(m, inbound), { .type = HEADER_TCP } },
		.payload_length = s->payload,
	};
	struct tcp_header *tcp = &p.headers[1].tcp;

	*tcp = (struct tcp_header){
		.source_port = inbound ? port : 8080, .destination_port = inbound ? 8080 : port, .seq = s->seq,
		.ack = s->ack,
		.flags = s->flags, .window = s->window,
	};
	if (s->wscale)
		assert_true(tcp_option_add_wscale(tcp->options, &used, s->wscale) &&
		            tcp_option_add_nop(tcp->options, &used));
	if (s->sack[1]) {
		const uint8_t block[] = { (uint8_t)(s->sack[0] >> 24), (uint8_t)(s->sack[0] >> 16),
			                  (uint8_t)(s->sack[0] >> 8),  (uint8_t)s->sack[0],
			                  (uint8_t)(s->sack[1] >> 24), (uint8_t)(s->sack[1] >> 16),
			                  (uint8_t)(s->sack[1] >> 8),  (uint8_t)s->sack[1] };
		assert_true(tcp_option_add(tcp->options, &used, TCP_OPTION_SACK, block, sizeof(block)));
		assert_true(tcp_option_add_nop(tcp->options, &used) && tcp_option_add_nop(tcp->options, &used));
	}
	tcp->option_length = (uint8_t)used;
	assert_true(packet_fill_lengths(&p));
	m->packets[n] = (struct result_packet){ .at = vtime_ms(s->ms), .bytes = m->bytes[n] };
	m->packets[n].length = packet_build_with_checksums(&p, m->bytes[n], BYTES);
	assert_true(m->packets[n].length > 0);
	m->events[n] = (struct result_event){
		.kind = inbound ? ENTRY_INBOUND : ENTRY_OUTBOUND, .line = (int)n + 1, .text = "packet",
		.happened = true,
		.actual = vtime_ms(s->ms), .packets = &m->packets[n], .packet_count = 1,
	};
	m->result.events = m->events;
}

#define ISN_OUT 0xfffffff0u                              /* numbers wrap to 0 soon */
#define ISN_IN 1000u

/* A SYN in, 20 bytes out that have to be sent again, with a SACK block, and a FIN. */
static const struct spec transfer[] = {
	{ '<', 50, TCP_SYN, ISN_IN, 0, 500, 0, 7, { 0 } },
	{ '>', 50, TCP_SYN | TCP_ACK, ISN_OUT, ISN_IN + 1, 600, 0, 3, { 0 } },
	{ '<', 70, TCP_ACK, ISN_IN + 1, ISN_OUT + 1, 500, 0, 0, { 0 } },
	{ '>', 70, TCP_ACK, ISN_OUT + 1, ISN_IN + 1, 600, 10, 0, { 0 } },
	{ '>', 70, TCP_ACK, ISN_OUT + 11, ISN_IN + 1, 600, 10, 0, { 0 } },
	{ '<', 90, TCP_ACK, ISN_IN + 1, ISN_OUT + 1, 500, 0, 0, { ISN_OUT + 11, ISN_OUT + 21 } },
	{ '>', 300, TCP_ACK, ISN_OUT + 1, ISN_IN + 1, 600, 10, 0, { 0 } },
	{ '<', 320, TCP_ACK | TCP_FIN, ISN_IN + 1, ISN_OUT + 21, 400, 0, 0, { 0 } },
};

static void make(struct made *m, const struct spec *specs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add(m, &specs[i]);
}

/* ---- connections ---- */

static void segments_of_a_transfer(void **state)
{
	static const struct {
		int64_t seq, end, ack, window;
		bool again;
	} want[] = {
		{ 0, 1, 0, 500, false },   { 0, 1, 1, 600, false },     { 1, 1, 1, 64000, false },
		{ 1, 11, 1, 4800, false },
		{ 11, 21, 1, 4800, false }, { 1, 1, 1, 64000, false },   { 1, 11, 1, 4800, true },
		{ 1, 2, 21, 51200, false },
	};

	(void)state;
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		struct made m = { .ipv6 = ipv6 };
		struct arena *arena = arena_new();
		struct connection c;

		make(&m, transfer, ARRAY_LEN(transfer));
		assert_true(connection_of_result(&c, &m.result, arena));
		assert_int_equal(c.count, ARRAY_LEN(want));
		for (size_t i = 0; i < c.count; i++) {
			assert_int_equal(c.segments[i].event, i);
			assert_int_equal(c.segments[i].inbound, transfer[i].direction == '<');
			assert_int_equal(c.segments[i].seq, want[i].seq);
			assert_int_equal(c.segments[i].end, want[i].end);
			assert_int_equal(c.segments[i].ack, want[i].ack);
			assert_int_equal(c.segments[i].window, want[i].window);
			assert_int_equal(c.segments[i].again, want[i].again);
		}
		assert_int_equal(c.segments[5].sack_count, 1);
		assert_int_equal(c.segments[5].sacks[0].left, 11);
		assert_int_equal(c.segments[5].sacks[0].right, 21);
		assert_int_equal(c.payload[false], 30);
		assert_int_equal(c.payload[true], 0);
		arena_free(arena);
	}
}

/* Of several connections, the one with most data; ports used again after a reset make a new connection. */
static void the_connection_with_most_data(void **state)
{
	static const struct spec small = { '>', 1, TCP_ACK, 5, 0, 9, 5, 0, { 0 } },
				 large = { '>', 2, TCP_ACK, 700, 0, 9, 50, 0, { 0 } },
				 reset = { '<', 3, TCP_RST, 1, 0, 0, 0, 0, { 0 } },
				 syn = { '<', 4, TCP_SYN, 99, 0, 9, 0, 0, { 0 } },
				 late = { '<', 5, TCP_ACK, 100, 0, 9, 60, 0, { 0 } };
	struct made m = { .port = 1 };
	struct arena *arena = arena_new();
	struct connection c;

	(void)state;
	add(&m, &small);
	m.port = 2;
	add(&m, &large);
	add(&m, &reset);
	assert_true(connection_of_result(&c, &m.result, arena));
	assert_int_equal(c.count, 2);
	assert_int_equal(c.segments[0].event, 1);
	add(&m, &syn);
	add(&m, &late);
	assert_true(connection_of_result(&c, &m.result, arena));
	assert_int_equal(c.connections, 3);
	assert_int_equal(c.count, 2);
	assert_int_equal(c.segments[0].event, 3);
	assert_int_equal(c.segments[1].seq, 1);
	arena_free(arena);
}

/* Whether data were sent before is known by range, not by the highest number: data beyond the window must not make
 * everything that follows look like a repetition. */
static void sent_again(void **state)
{
	static const struct {
		uint32_t seq;
		bool again;
	} rows[] = { { 1, false }, { 1000, false }, { 21, false }, { 11, false },
		     { 5, true },  { 30, true },    { 40, false }, { 1009, true } };
	struct made m = { 0 };
	struct arena *arena = arena_new();
	struct connection c;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		add(&m, &(struct spec){ .direction = '<', .flags = TCP_ACK, .seq = rows[i].seq, .payload = 10 });
	assert_true(connection_of_result(&c, &m.result, arena));
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(c.segments[i].again, rows[i].again);
	arena_free(arena);
}

/* ---- pictures ---- */

static void draw(struct buf *out, const struct result *result)
{
	assert_true(plot_svg(out, result));
	const char *fault = xml_fault(out->data);
	if (fault)
		fail_msg("not well-formed: %.60s", fault);
}

static void parts_of_a_plot(void **state)
{
	static const char *const parts[] = {
		"<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture plot\" role=\"img\"",
		">Sequence numbers from the stack under test<", "<path class=\"data\"", "<path class=\"again\"",
		">R</text>", ">SYN</text>", "<path class=\"ack\"", "<path class=\"window\"", "<path class=\"sack\"",
		"<a href=\"#event-6\"", "(line 7)</title>", ">Congestion window, segments<", ">ssthresh<",
		">Windows, bytes<", ">Timers<", ">time since the start of the script, ms<",
	};
	static const struct result_sample samples[] = {
		{ .at = { 70000000 }, .fd = 4, .values.cwnd = 10, .values.ssthresh = 0x7fffffff,
		  .values.snd_wnd = 64000, .values.rcv_wnd = 4800, .values.rto = 1000000, .values.unacked = 2 },
		{ .at = { 300000000 }, .fd = 4, .values.cwnd = 1, .values.ssthresh = 5, .values.snd_wnd = 64000,
		  .values.rcv_wnd = 4800, .values.rto = 2000000, .values.rtt = 20000 },
		{ .at = { 900000000 }, .fd = 5, .values.cwnd = 1000 },
	};
	struct made m = { .result = { .path = "<&>", .title = "\xff" } };
	struct buf picture = BUF_INIT, again = BUF_INIT;

	(void)state;
	make(&m, transfer, ARRAY_LEN(transfer));
	m.result.samples = samples;
	m.result.sample_count = ARRAY_LEN(samples);
	draw(&picture, &m.result);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!strstr(picture.data, parts[i]))
			fail_msg("'%s' is not in\n%s", parts[i], picture.data);
	assert_null(strstr(picture.data, "to the stack under test<"));
	/* A point tells its value; a pause of 210 ms out of 270 is no dead time. */
	assert_non_null(strstr(picture.data, "<title>0.300000 s: retransmission time-out 2 s</title>"));
	assert_null(strstr(picture.data, "class=\"cut\""));
	draw(&again, &m.result);
	assert_string_equal(picture.data, again.data);
	buf_free(&picture);
	buf_free(&again);
}

/* Before a retransmission nothing happens for long: the axis leaves that out, and says so. */
static void dead_time_is_cut(void **state)
{
	struct spec specs[ARRAY_LEN(transfer)];
	struct made m = { .result = { .path = "a" } };
	struct buf picture = BUF_INIT;

	(void)state;
	memcpy(specs, transfer, sizeof(specs));
	specs[6].ms = 3090;
	specs[7].ms = 3110;
	make(&m, specs, ARRAY_LEN(specs));
	draw(&picture, &m.result);
	assert_non_null(strstr(picture.data, "<title>nothing happened for 3 s</title>"));
	assert_non_null(strstr(picture.data, ">3090</text>"));
	assert_null(strstr(picture.data, ">1000</text>"));
	buf_free(&picture);
}

static void without_samples(void **state)
{
	struct made m = { 0 };
	struct buf picture = BUF_INIT;

	(void)state;
	make(&m, transfer, ARRAY_LEN(transfer));
	draw(&picture, &m.result);
	assert_null(strstr(picture.data, "Congestion"));
	buf_free(&picture);
}

/* A direction has a panel for its data or its resets; without any data both have. */
static void directions(void **state)
{
	static const struct spec syn = { '<', 0, TCP_SYN, 1, 0, 9, 0, 0, { 0 } },
				 out = { '>', 1, TCP_ACK, 1, 2, 9, 5, 0, { 0 } },
				 reset = { '<', 2, TCP_RST, 900, 0, 0, 0, 0, { 0 } };
	static const struct {
		const struct spec *specs[4];
		bool from, to;
		const char *word;
	} rows[] = {
		{ { &syn }, true, true, ">SYN<" },
		{ { &syn, &out }, true, false, "class=\"data\"" },
		{ { &syn, &out, &reset }, true, true, ">RST \xe2\x86\x91<" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct made m = { 0 };
		struct buf picture = BUF_INIT;

		for (size_t n = 0; rows[i].specs[n]; n++)
			add(&m, rows[i].specs[n]);
		draw(&picture, &m.result);
		assert_int_equal(!!strstr(picture.data, ">Sequence numbers from"), rows[i].from);
		assert_int_equal(!!strstr(picture.data, ">Sequence numbers to"), rows[i].to);
		assert_non_null(strstr(picture.data, rows[i].word));
		buf_free(&picture);
	}
}

/* A decision that is told twice has one text and two marks; setting a timer, changing a state, and numbers have
 * none. */
static void decisions_and_variables(void **state)
{
	static const struct {
		int ms;
		const char *text;
	} lines[] = {
		{ 100, "8080-40000: BBR: STARTUP" }, { 100, "8080-40000: bbr_bw: 0 -> 100000" },
		{ 110, "8080-40000: timer recovery: in 30 ms" }, { 140, "8080-40000: timer recovery: fires" },
		{ 140, "8080-40000: timer pacing: fires" }, { 150, "8080-40000: BBR: STARTUP" },
		{ 150, "8080-40000: bbr_bw_shortterm: 0 -> -1" }, { 150, "8080-40000: snd_una: 1 -> 1001" },
		{ 160, "socket 3: CLOSED -> LISTEN (listen)" }, { 160, "8080-40000: bbr_min_rtt: 0 -> infinite" },
	};
	struct made m = { 0 };
	struct buf picture = BUF_INIT;

	(void)state;
	make(&m, transfer, ARRAY_LEN(transfer));
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		m.events[m.result.event_count++] = (struct result_event){
			.kind = ENTRY_TRACE, .text = lines[i].text, .happened = true, .actual = vtime_ms(lines[i].ms),
		};
	draw(&picture, &m.result);
	const char *first = strstr(picture.data, ">BBR: STARTUP<"), *marks = strstr(picture.data, "class=\"decision\"");
	assert_non_null(first);
	assert_null(strstr(first + 1, ">BBR: STARTUP<"));
	assert_non_null(marks);
	const char *end = strchr(marks, '>'), *mark = strchr(marks, 'M');
	assert_true(mark && strchr(mark + 1, 'M') < end);
	assert_non_null(strstr(picture.data, ">timer recovery: fires<"));
	assert_non_null(strstr(picture.data, ">BBR, bytes a second<"));
	static const char *const absent[] = {
		"in 30 ms", "pacing: fires", "snd_una", "LISTEN", "short-term", "BBR, round",
	};
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		assert_null(strstr(picture.data, absent[i]));
	buf_free(&picture);
}

static void nothing_to_plot(void **state)
{
	static const uint8_t junk[] = { 0x45, 0, 0, 1 };
	const struct result_packet packets[] = { { .bytes = junk, .length = sizeof(junk) }, { .length = 0 } };
	const struct result_event events[] = {
		{ .kind = ENTRY_OUTBOUND, .packets = packets, .packet_count = 2 }, { .kind = ENTRY_CALL },
	};
	struct result result = { .events = events, .event_count = 2 };
	struct buf picture = BUF_INIT;

	(void)state;
	assert_false(plot_svg(&picture, &result));
	assert_int_equal(picture.length, 0);
}

/* Values that no target gives, but a file may hold. */
static void wild_values(void **state)
{
	static const struct result_sample samples[] = {
		{ .at = { INT64_MAX }, .values.cwnd = INT64_MAX, .values.ssthresh = INT64_MIN, .values.rto = INT64_MAX,
		  .values.rtt = INT64_MIN, .values.snd_wnd = -1 },
		{ .at = { INT64_MIN }, .values.cwnd = 1, .values.rto = 1 },
	};
	struct made m = { 0 };
	struct buf picture = BUF_INIT;

	(void)state;
	make(&m, transfer, ARRAY_LEN(transfer));
	m.packets[0].at.ns = INT64_MIN;
	m.packets[7].at.ns = INT64_MAX;
	m.result.samples = samples;
	m.result.sample_count = ARRAY_LEN(samples);
	draw(&picture, &m.result);
	assert_null(strstr(picture.data, "nan"));
	assert_null(strstr(picture.data, "inf"));
	buf_free(&picture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_of_a_transfer),
		cmocka_unit_test(the_connection_with_most_data),
		cmocka_unit_test(sent_again),
		cmocka_unit_test(parts_of_a_plot),
		cmocka_unit_test(dead_time_is_cut),
		cmocka_unit_test(without_samples),
		cmocka_unit_test(directions),
		cmocka_unit_test(decisions_and_variables),
		cmocka_unit_test(nothing_to_plot),
		cmocka_unit_test(wild_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
