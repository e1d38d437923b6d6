/* SPDX-License-Identifier: MIT
 *
 * moment_test.c - how things stand, event by event
 */
#include "report/moment.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report/step_view.h"
#include "util/common.h"

#define AT(n) .happened = true, .actual = { (n) * INT64_C(1000000) }
#define TOLD(n, what) { .kind = ENTRY_TRACE, AT(n), .sign = "|", .text = "8080-9: " what }
#define SENT(n, what) { .kind = ENTRY_OUTBOUND, AT(n), .sign = ">", .text = (what), .expected = (what), .line = (n) }
#define CAME(n, what) { .kind = ENTRY_INBOUND, AT(n), .sign = "<", .text = (what), .expected = (what), .line = (n) }

static const struct result_event events[] = {
	CAME(1, "S 0:0(0) win 65535 <mss 1000>"),                /* 0 */
	TOLD(1, "CLOSED -> SYN-RECEIVED (SYN)"),
	TOLD(1, "timer retransmission: in 1 s"),
	TOLD(1, "cwnd: 4000 bytes"),
	SENT(2, ". 1:4001(4000) ack 1"),                         /* 4 */
	CAME(3, ". 1:1(0) ack 1001 win 65535 <nop,nop,sack 2001:3001 4001:5001>"),
	TOLD(3, "cwnd: 4000 -> 5000 bytes"),
	TOLD(3, "timer retransmission: in 37.5 ms"),
	TOLD(40, "timer retransmission: off"),                   /* 8: it fired, 37 ms later */
	SENT(40, ". 1001:2001(1000) ack 1"),                     /* 9 */
	CAME(50, ". 1:1(0) ack 4001 win 65535"),                 /* 10 */
	{ .kind = ENTRY_TRACE, AT(50), .sign = "|", .text = "port 9: packet dropped: wrong UDP checksum" },
	TOLD(50, "SYN-RECEIVED -> ESTABLISHED (ACK of SYN)"),
};

static const struct result result = { .id = "case", .events = events, .event_count = ARRAY_LEN(events) };

static struct moment moment_at(struct arena *arena, size_t event)
{
	struct moment m;

	moment_of(&result, event, arena, &m);
	return m;
}

static void what_was_told(void **state)
{
	struct arena *arena = arena_new();
	struct moment first = moment_at(arena, 0), grown = moment_at(arena, 5), fired = moment_at(arena, 9);
	const struct moment last = moment_at(arena, 10);

	(void)state;
	assert_string_equal(first.connections->name, "8080-9");
	assert_string_equal(first.connections->state, "SYN-RECEIVED");
	assert_string_equal(first.connections->variables->value, "4000 bytes");
	assert_int_equal(first.connections->timers->due.ns, 1001000000);
	assert_string_equal(grown.connections->variables->value, "5000 bytes");
	assert_true(grown.connections->variables->changed);
	assert_int_equal(grown.connections->timers->due.ns, 40500000);
	assert_int_equal(grown.at.ns, 3000000);                  /* not the time at which the timer fires */
	assert_null(fired.connections->timers);
	assert_false(fired.connections->variables->changed);
	assert_string_equal(last.connections->state, "ESTABLISHED");
	assert_true(last.connections->changed);
	assert_null(last.connections->next);
	arena_free(arena);
}

static void assert_flights(struct arena *arena, size_t event, const char *want)
{
	const struct moment m = moment_at(arena, event);
	struct buf text = BUF_INIT;

	for (const struct moment_flight *f = m.flights; f; f = f->next)
		buf_printf(&text, "%u:%u x%d%s;", f->start, f->end, f->times, f->selected ? " selected" : "");
	assert_string_equal(text.data, want);
	buf_free(&text);
}

static void what_is_on_its_way(void **state)
{
	struct arena *arena = arena_new();

	(void)state;
	assert_flights(arena, 0, "");
	assert_flights(arena, 4, "1:4001 x1;");
	assert_flights(arena, 5, "1001:4001 x1;");
	assert_flights(arena, 9, "1001:2001 x2;2001:4001 x1;");
	assert_flights(arena, 10, "");
	arena_free(arena);
}

/* Parts of what was sent are acknowledged selectively, and the numbers wrap. */
static void numbers(void **state)
{
	static const struct result_event round[] = {
		SENT(1, ". 4294966296:704(1704) ack 1"),
		SENT(1, ". 704:1704(1000) ack 1"),
		CAME(2, ". 1:1(0) ack 4294967295 win 9 <sack 704:1704>"),
		SENT(3, "P. 104:904(800) ack 1"),
		SENT(3, "udp (100)"),
	};
	const struct result other = { .events = round, .event_count = ARRAY_LEN(round) };
	struct arena *arena = arena_new();
	struct moment m;
	const struct moment_flight *f;

	(void)state;
	moment_of(&other, 2, arena, &m);
	assert_int_equal(m.flights->start, 4294967295);
	assert_false(m.flights->selected);
	assert_true(m.flights->next->selected);
	moment_of(&other, 4, arena, &m);
	f = m.flights->next;
	assert_int_equal(f->start, 104);
	assert_int_equal(f->end, 904);
	assert_int_equal(f->times, 2);
	assert_int_equal(f->next->start, 904);
	assert_null(f->next->next);
	arena_free(arena);
}

static void screen(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	step_view(&text, &result, 9, &(struct step_style){ 0 });
	assert_non_null(strstr(text.data, "case  event 4 of 5  0.040000 s  PASS\n"));
	assert_non_null(strstr(text.data, "  |      8080-9: timer retransmission: off\n"
	                                  "  >      . 1001:2001(1000) ack 1\n"));
	assert_non_null(strstr(text.data, "acknowledged: 3000\n"));
	assert_non_null(strstr(text.data, "1001:2001(1000)  sent at 0.040000, for the 2nd time\n"));
	assert_non_null(strstr(text.data, "cwnd            5000 bytes\n"));
	buf_clear(&text);
	step_view(&text, &result, 9, &(struct step_style){ .columns = 20 });
	for (const char *at = text.data; *at; at += strcspn(at, "\n") + 1)
		assert_true(strcspn(at, "\n") <= 20);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_told), cmocka_unit_test(what_is_on_its_way), cmocka_unit_test(numbers),
		cmocka_unit_test(screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
