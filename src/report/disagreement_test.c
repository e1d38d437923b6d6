/* SPDX-License-Identifier: MIT
 *
 * disagreement_test.c - the first difference between two plays, in words without numbers
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "report/disagreement.h"

static const char *const names[] = { "one", "other" };

static struct result_event packet(int line, const char *observed, int64_t ms)
{
	return (struct result_event){
		.kind = line ? ENTRY_OUTBOUND : ENTRY_UNEXPECTED, .line = line, .sign = ">", .text = observed,
		.status = RESULT_OK, .happened = observed, .actual = vtime_ms(ms), .observed = observed,
	};
}

static struct result_event call(int line, const char *live)
{
	return (struct result_event){ .kind = ENTRY_CALL, .line = line, .sign = "call", .text = live, .live = live,
	                              .status = RESULT_FAILED, .happened = true };
}

static void expect(const char *wanted, struct result_event a, struct result_event b)
{
	const struct result left = { .events = &a, .event_count = 1, .virtual_time = true };
	const struct result right = { .events = &b, .event_count = 1, .virtual_time = true };
	struct buf out = BUF_INIT;

	assert_int_equal(disagreement_describe(&out, &left, &right, names, vtime_ms(10)), *wanted != '\0');
	assert_string_equal(out.data, wanted);
	buf_free(&out);
}

static void packets(void **state)
{
	(void)state;
	expect("", packet(3, ". 1:1(0) ack 1 win 100", 5), packet(3, ". 1:1(0) ack 1 win 100", 9));
	expect("another time of .", packet(3, ". 1:1(0) ack 1 win 100", 5), packet(3, ". 1:1(0) ack 1 win 100", 50));
	expect("other fields of .: ack win", packet(3, ". 1:1(0) ack 1 win 100", 5),
	       packet(3, ". 1:1(0) ack 2 win 99", 5));
	expect("other fields of P. with text: sequence number", packet(3, "P. 1:11(10) ack 1 win 100", 5),
	       packet(3, "P. 2:12(10) ack 1 win 100", 5));
	expect("other fields of S.: options", packet(3, "S. 0:0(0) ack 1 win 100 <mss 1460>", 5),
	       packet(3, "S. 0:0(0) ack 1 win 100 <mss 1000>", 5));
	expect(". here, R there", packet(3, ". 1:1(0) ack 1 win 100", 5), packet(3, "R 1:1(0) win 0", 5));
	expect("only one sends R.", packet(3, "R. 1:1(0) ack 1 win 0", 5), packet(3, NULL, 5));
}

static void calls(void **state)
{
	(void)state;
	expect("read(): one a number, other EAGAIN", call(4, "read(4, ..., 9) = 5 -> 5"),
	       call(4, "read(4, ..., 9) = 5 -> -1 EAGAIN (Resource temporarily unavailable)"));
	expect("close(): one 0, other EBADF", call(4, "close(4) = 0 -> 0"), call(4, "close(4) = 0 -> -1 EBADF"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(packets), cmocka_unit_test(calls) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
