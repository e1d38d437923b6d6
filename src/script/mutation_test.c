/* SPDX-License-Identifier: MIT
 *
 * mutation_test.c - copies of a script in which one packet is another one
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "script/mutation.h"

static const char text[] = "--ip_version=ipv4\n"
                           "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                           "+0 bind(3, ..., ...) = 0\n"
                           "+0 listen(3, 1) = 0\n"
                           "+0.05 < S 0:0(0) win 1000 <mss 1000>\n"
                           "+0 > S. 0:0(0) ack 1 <...>\n"
                           "+0.02 < P. 1:11(10) ack 1 win 1000\n";

struct fixture {
	struct script *script;
	struct mutation *all;
	size_t count;
	struct arena *arena;
	struct diags diags;
};

static void open_script(struct fixture *f, const char *source, int pairs)
{
	diags_init(&f->diags);
	f->arena = arena_new();
	f->script = script_parse("case.pkt", source, strlen(source), NULL, NULL, &f->diags);
	assert_true(script_check(f->script, &f->diags));
	f->count = script_mutations(f->script, pairs, 1, f->arena, &f->all);
}

static void close_script(struct fixture *f)
{
	script_free(f->script);
	diags_free(&f->diags);
	arena_free(f->arena);
}

/* Does some mutation yield a text with @line, and how is it described? */
static const char *how(const struct fixture *f, const char *line, struct buf *said)
{
	struct buf copy = BUF_INIT;

	buf_clear(said);
	for (size_t i = 0; i < f->count && !said->length; i++) {
		buf_clear(&copy);
		if (mutation_print(&copy, f->script, &f->all[i]) && strstr(copy.data, line))
			mutation_describe(said, &f->all[i]);
	}
	buf_free(&copy);
	return said->data;
}

static void each_kind_of_change_is_there(void **state)
{
	static const struct { const char *line, *said; } cases[] = {
		{ "< - 0:0(0) win 1000 <mss 1000>", "line 5: flags: S changes" },
		{ "< P 1:11(10) win 1000", "line 7: flags: no ACK" },
		{ "< P. 0:10(10) ack 1", "line 7: sequence number: one less" },
		{ "< P. 1:11(10) ack 2 ", "line 7: acknowledgement: one more" },
		{ "ack 1 win 0\n", "line 7: window: 0" },
		{ "< P. 1:1401(1400) ack", "line 7: length: 1400 octets of text" },
		{ "< UP. 1:11(10) ack 1 win 1000 urg 1\n", "line 7: urgent pointer: 1" },
		{ "< S 0:0(0) win 1000\n", "line 5: options: none" },
		{ "ack 1 win 1000 <nop,nop,sack 1000001:1001001>", "line 7: options: a SACK block far ahead" },
		{ "win 1000 <mss 1000> {sum bad}\n+0 > S.", "line 5: checksum: wrong" },
		{ "< [len 30] ", "line 5: IP: length: 30" },
		{ "< [ce] P.", "line 7: IP: ECN: CE" },
		{ "+0.05 < P. 1:11(10)", "line 5: changes places with line 7" },
		{ "+0.02 < P. 1:11(10) ack 1 win 1000\n+0 < P. 1:11(10)", "line 7: duplication: twice" },
	};

	(void)state;
	struct fixture f;
	struct buf said = BUF_INIT;
	open_script(&f, text, 0);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_memory_equal(how(&f, cases[i].line, &said), cases[i].said, strlen(cases[i].said));
	buf_free(&said);
	close_script(&f);
}

/* Whatever is printed can be read again. */
static void each_copy_is_a_script(void **state)
{
	(void)state;
	struct fixture f;
	struct buf copy = BUF_INIT;
	open_script(&f, text, 20);
	assert_true(f.count > 80);
	for (size_t i = 0; i < f.count; i++) {
		struct diags diags;
		diags_init(&diags);
		buf_clear(&copy);
		if (mutation_print(&copy, f.script, &f.all[i])) {
			struct script *s = script_parse("copy", copy.data, copy.length, NULL, NULL, &diags);
			assert_int_equal(diags.errors, 0);
			script_free(s);
		}
		diags_free(&diags);
	}
	buf_free(&copy);
	close_script(&f);
}

/* A harmless packet is put beside the one that is written, which stays as it is. */
static void harmless_packets_are_put_in(void **state)
{
	(void)state;
	struct fixture f;
	struct buf copy = BUF_INIT;
	size_t harmless = 0;
	open_script(&f, text, 0);
	for (size_t i = 0; i < f.count; i++) {
		if (f.all[i].effect != MUTATION_HARMLESS)
			continue;
		buf_clear(&copy);
		assert_true(mutation_print(&copy, f.script, &f.all[i]));
		assert_non_null(strstr(copy.data, "< S 0:0(0) win 1000 <mss 1000>\n"));
		assert_non_null(strstr(copy.data, "< P. 1:11(10) ack 1 win 1000\n"));
		harmless++;
	}
	assert_true(harmless > 5);
	buf_free(&copy);
	close_script(&f);
}

/* Behind the reset, and not behind the packet that the script had, an ACK may come. */
static void what_a_reset_draws_may_be_allowed(void **state)
{
	static const char before[] = "< R 3000000000:3000000000(0) win 0\n+0 >? . *:*(0) ack * <...>\n"
	                             "+0 < P. 1:11(10) ack 1 win 1000\n";
	static const char behind[] = "< P. 1:11(10) ack 1 win 1000\n+0 < R 3000000000:3000000000(0) win 0\n"
	                             "+0 >? . *:*(0) ack * <...>\n";
	struct fixture f;
	struct buf copy = BUF_INIT;
	size_t found = 0;

	(void)state;
	open_script(&f, text, 0);
	for (size_t i = 0; i < f.count; i++) {
		if (!mutation_is_far_reset(&f.all[i]))
			continue;
		f.all[i].answered = true;
		buf_clear(&copy);
		assert_true(mutation_print(&copy, f.script, &f.all[i]));
		found += strstr(copy.data, before) || strstr(copy.data, behind);
	}
	assert_int_equal(found, 2);
	buf_free(&copy);
	close_script(&f);
}

/* What a script counts, or what is bytes, is left alone. */
static void some_packets_are_not_touched(void **state)
{
	static const char counting[] = "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
	                               "+0 < S 0:0(0) win 1000\n+0 `nstat -asz`\n";
	static const char bytes[] = "--ip_version=ipv4\n0 `true`\n+0 < raw \"45\"\n";

	(void)state;
	struct fixture f;
	open_script(&f, bytes, 0);
	assert_int_equal(f.count, 0);
	close_script(&f);
	open_script(&f, counting, 0);
	assert_true(f.count > 0);
	for (size_t i = 0; i < f.count; i++)
		assert_int_equal(f.all[i].effect, MUTATION_FREE);
	close_script(&f);
}

static void the_same_seed_chooses_the_same(void **state)
{
	(void)state;
	struct fixture a, b;
	open_script(&a, text, 8);
	open_script(&b, text, 8);
	assert_int_equal(a.count, b.count);
	for (size_t i = 0; i < a.count; i++)
		assert_true(a.all[i].first == b.all[i].first && a.all[i].second == b.all[i].second);
	close_script(&a);
	close_script(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_of_change_is_there),
		cmocka_unit_test(each_copy_is_a_script),
		cmocka_unit_test(harmless_packets_are_put_in),
		cmocka_unit_test(what_a_reset_draws_may_be_allowed),
		cmocka_unit_test(some_packets_are_not_touched),
		cmocka_unit_test(the_same_seed_chooses_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
