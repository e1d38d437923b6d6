/* SPDX-License-Identifier: MIT
 *
 * annotated_test.c - the comments of captures, and where captures go
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/annotated.h"
#include "report/reports.h"

static const struct result_packet early[] = { { { 1 }, { 1000 }, (const uint8_t *)"\x45yes", 4 } };
static const struct result_packet late[] = { { { 3 }, { 3000 }, (const uint8_t *)"\x45no!", 4 },
					     { { 2 }, { 2000 }, (const uint8_t *)"\x45mid", 4 } };
static const struct result_mismatch mismatches[] = { { "tcp_seq", "1", "2", "tcp_seq: 1, not 2" },
						     { "tcp_psh", NULL, NULL, "no PSH" } };
static const struct result_event events[] = {
	{ .kind = ENTRY_OUTBOUND, .status = RESULT_FAILED, .line = 12, .text = "S. 0:0(0) ack 1",
	  .mismatch = MISMATCH_FIELDS, .mismatches = mismatches, .mismatch_count = ARRAY_LEN(mismatches),
	  .explanation = "it may be late", .packets = late, .packet_count = ARRAY_LEN(late) },
	{ .kind = ENTRY_INBOUND, .line = 7, .text = "S 0:0(0)", .packets = early, .packet_count = 1 },
	{ .kind = ENTRY_UNEXPECTED, .packets = late, .packet_count = 1 },
	{ .kind = ENTRY_CLOSING, .packets = late, .packet_count = 1 },
};

static struct result result_of(const char *path, const char *id, int64_t number)
{
	return (struct result){
		.number = number, .id = id, .path = path, .target = "builtin", .verdict = VERDICT_FAIL,
		.reason = "line 12: x",
		.events = events, .event_count = ARRAY_LEN(events),
	};
}

static uint32_t number_at(const char *at, size_t bytes)
{
	uint32_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value |= (uint32_t)(unsigned char)at[i] << 8 * i;
	return value;
}

/* Comments and directions of all packets, in the order of the file. */
static void list_packets(struct buf *out, const struct buf *file)
{
	for (size_t at = 0; at < file->length; at += number_at(file->data + at + 4, 4)) {
		const char *block = file->data + at, *option = block + 28 + (number_at(block + 20, 4) + 3) / 4 * 4;
		if (number_at(block, 4) != 6)
			continue;
		buf_printf(out, "%.3s", block + 29);
		for (; number_at(option, 2); option += 4 + (number_at(option + 2, 2) + 3) / 4 * 4)
			if (number_at(option, 2) == 1)
				buf_printf(out, " %.*s", (int)number_at(option + 2, 2), option + 4);
			else if (number_at(option, 2) == 2)
				buf_printf(out, " (%u)\n", number_at(option + 4, 4));
	}
}

static void comments_in_the_order_of_time(void **state)
{
	const struct result r = result_of("a.pkt", "a.pkt", 1);
	struct buf file = BUF_INIT, list = BUF_INIT;

	(void)state;
	annotated_capture(&file, &r, "1.0");
	list_packets(&list, &file);
	assert_string_equal(list.data,
	                    "yes a.pkt:7: injected: < S 0:0(0) (1)\n"
	                    "mid a.pkt:12: expected: > S. 0:0(0) ack 1\nfields differ\ntcp_seq: expected 1, "
	                    "observed 2\nno PSH\n"
	                    "it may be late (2)\n"
	                    "no! a.pkt:12: expected: > S. 0:0(0) ack 1\nfields differ\ntcp_seq: expected 1, "
	                    "observed 2\nno PSH\n"
	                    "it may be late (2)\n"
	                    "no! no line expects this (2)\n"
	                    "no! injected to close the connection (1)\n");
	assert_non_null(memmem(file.data, file.length, "a.pkt: FAIL: line 12: x", 23));
	assert_non_null(memmem(file.data, file.length, "protodrill 1.0", 14));
	buf_free(&list);
	buf_free(&file);
}

/* What is in a folder, sorted; it is removed. */
static void empty_folder(struct buf *out, const char *folder, const char *below)
{
	struct dirent **entries;
	char path[4096], name[4096];
	int count = scandir(folder, &entries, NULL, alphasort);

	assert_true(count >= 0);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name);
		snprintf(name, sizeof(name), "%s%s/", below, entries[i]->d_name);
		if (!strcmp(entries[i]->d_name, ".") || !strcmp(entries[i]->d_name, ".."))
			;
		else if (entries[i]->d_type == DT_DIR)
			empty_folder(out, path, name);
		else {
			buf_printf(out, "%s%s\n", below, entries[i]->d_name);
			assert_int_equal(unlink(path), 0);
		}
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(rmdir(folder), 0);
}

static void names_are_safe_and_differ(void **state)
{
	static char long_path[300];
	static const struct {
		const char *path, *id;
	} cases[] = {
		{ "a/b.pkt", "a/b.pkt" }, { "a/b.pkt", "a/b.pkt@kernel/ipv6" }, { "a/b.pkt", "a/b.pkt@kernel-ipv6" },
		{ "./a/b.pkt", "./a/b.pkt" }, { "a/b~4.pkt", "a/b~4.pkt" }, { "../../c.pkt", "../../c.pkt" },
		{ "/d.pkt", "/d.pkt" }, { "e\n\x01.pkt", "e\n\x01.pkt" }, { long_path, long_path },
	};
	static const char want[] =
		"a/b.pcapng\na/b@kernel-ipv6.pcapng\na/b@kernel-ipv6~3.pcapng\na/b~4.pcapng\na/b~4~5.pcapng\n"
		"d.pcapng\ne--.pcapng\nup/up/c.pcapng\n";
	char folder[] = "/tmp/protodrill-annotated.XXXXXX";
	struct reports reports = { 0 };
	struct buf problem = BUF_INIT, spec = BUF_INIT, list = BUF_INIT;

	(void)state;
	for (size_t i = 0; i + 4 < sizeof(long_path); i += 3)
		snprintf(long_path + i, 4, "\xe2\x82\xac");
	assert_non_null(mkdtemp(folder));
	buf_printf(&spec, "pcapng=%s", folder);
	assert_true(reports_add(&reports, spec.data, &problem));
	assert_true(reports_open(&reports, &problem));
	reports_begin(&reports, &(struct result_run){ .version = "1", .plan = "p", .digest = "" });
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct result r = result_of(cases[i].path, cases[i].id, (int64_t)i + 1);
		reports_add_result(&reports, &r, "", 0);
	}
	reports_end(&reports, &(struct result_end){ .complete = true });
	reports_commit(&reports, &problem);
	assert_string_equal(problem.data, "");
	reports_free(&reports);
	empty_folder(&list, folder, "");
	assert_memory_equal(list.data, want, strlen(want));
	const char *last = list.data + strlen(want);
	assert_int_equal(strspn(last, "\xe2\x82\xac"), 198);
	assert_string_equal(last + 198, "~9.pcapng\n");
	buf_free(&list);
	buf_free(&spec);
}

static void only_what_did_not_pass(void **state)
{
	static const struct {
		enum verdict verdict;
		bool expected, written;
	} rows[] = {
		{ VERDICT_PASS, false, false }, { VERDICT_PASS, true, true }, { VERDICT_FAIL, false, true },
		{ VERDICT_INCONCLUSIVE, false, true }, { VERDICT_ERROR, false, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char folder[] = "/tmp/protodrill-annotated.XXXXXX";
		struct report_sink sink = {
			.kind = &report_pcapng, .path = mkdtemp(folder), .arena = arena_new(), .out = BUF_INIT,
			.replace = REPLACE_FILE_INIT,
		};
		struct result r = result_of("a.pkt", "a.pkt", 1);
		struct buf list = BUF_INIT;
		sink.run.version = "1";
		r.verdict = rows[i].verdict;
		r.expected = rows[i].expected;
		assert_true(report_sink_open(&sink));
		sink.kind->add(&sink, &r, NULL, 0);
		report_sink_close(&sink);
		empty_folder(&list, folder, "");
		assert_string_equal(list.data, rows[i].written ? "a.pcapng\n" : "");
		buf_free(&list);
		arena_free(sink.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments_in_the_order_of_time),
		cmocka_unit_test(names_are_safe_and_differ),
		cmocka_unit_test(only_what_did_not_pass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
