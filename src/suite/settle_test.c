/* SPDX-License-Identifier: MIT
 *
 * settle_test.c - corrected scripts against the reference stack, played until they pass
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "report/observed/observed.h"
#include "suite/player.h"
#include "suite/settle.h"
#include "target/builtin/builtin.h"

static struct target *open_builtin(const struct attempt_plan *plan, struct buf *problem)
{
	const struct config *c = &plan->script->config;

	return builtin_target_open(&(struct builtin_options){ .local_ip = c->local_ip, .local_prefix = c->local_prefix,
							      .mtu = c->mtu, .config = plan->target_options },
				   problem);
}

static void correct(const struct record *record, const void *user, struct attempt_output *out)
{
	observed_correct(&out->out, record, NULL);
	(void)user;
}

/* What becomes of @text, which first fails and is then settled. */
static void settle(const char *text, struct buf *out)
{
	struct stack_config config;
	struct diags diags;
	struct attempt first = ATTEMPT_INIT;

	diags_init(&diags);
	stack_config_init(&config);
	struct script *script = script_parse("a.pkt", text, strlen(text), NULL, NULL, &diags);
	assert_true(script_check(script, &diags));
	const struct attempt_plan plan = {
		.script = script, .target_name = "builtin", .open = open_builtin, .target_options = &config,
		.render = correct, .virtual_time = true,
	};
	player_play(&plan, &first);
	assert_int_equal(first.verdict, VERDICT_FAIL);
	settle_observed(&(struct settle_plan){ .attempt = &plan, .name = "it" }, &first.output.out, out);
	attempt_free(&first);
	script_free(script);
	diags_free(&diags);
}

/* A connection with one byte received, and what is expected then. */
#define CONNECTION \
	"--ip_version=ipv4\n" \
	"0     socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n" \
	"+0    bind(3, ..., ...) = 0\n" \
	"+0    listen(3, 1) = 0\n" \
	"+0.1  < S 0:0(0) win 65535 <mss 1000>\n" \
	"+0    > S. 0:0(0) ack 1 <mss 1460>\n" \
	"+0.1  < . 1:1(0) ack 1 win 65535\n" \
	"+0    accept(3, ..., ...) = 4\n"

static const struct {
	const char *script, *settled;                        /* after CONNECTION */
	int lines;
	const char *doubt;                                   /* how the second line begins; NULL: there is none */
} rows[] = {
	/* Several mistakes, each of which ends a run. */
	{ "+0    write(4, ..., 2000) = 1000\n+0.3  > . 1:2001(2000) ack 7\n+0.1  < . 1:1(0) ack 2001 win 65535\n"
	  "+0.1  recv(4, ..., 9, MSG_DONTWAIT) = 9\n",
	  "// observed: other result; was: +0    write(4, ..., 2000) = 1000\n+0    write(4, ..., 2000) = 2000\n"
	  "// observed: fields differ; was: +0.3  > . 1:2001(2000) ack 7\n+0    > P. 1:2001(2000) ack 1\n"
	  "+0.1  < . 1:1(0) ack 2001 win 65535\n"
	  "// observed: other result; was: +0.1  recv(4, ..., 9, MSG_DONTWAIT) = 9\n"
	  "+0.1  recv(4, ..., 9, MSG_DONTWAIT) = -1 EAGAIN (Resource temporarily unavailable)\n",
	  3, NULL },
	/* The first piece has all the data. */
	{ "+0    write(4, ..., 800) = 800\n+0    > . 1:401(400) ack 1\n+0    > P. 401:801(400) ack 1\n",
	  "+0    write(4, ..., 800) = 800\n"
	  "// observed: re-segmented data; was: +0    > . 1:401(400) ack 1\n+0    > P. 1:801(800) ack 1\n"
	  "// observed: its data came with the line above; gone: +0    > P. 401:801(400) ack 1\n",
	  2, NULL },
	/* What the stack repeats while something else is awaited gets lines of its own. */
	{ "+0    write(4, ..., 9) = 9\n+0    > P. 1:10(9) ack 1\n+1.5  write(4, ..., 9) = 9\n"
	  "+0    > P. 10:19(9) ack 1\n"
	  "+0    < . 1:1(0) ack 19 win 65535\n",
	  "+0    write(4, ..., 9) = 9\n+0    > P. 1:10(9) ack 1\n+1.5  write(4, ..., 9) = 9\n"
	  "// observed: duplicate packet\n1.2   > P. 1:10(9) ack 1\n"
	  "// observed: duplicate packet\n+1.5  > P. 1:10(9) ack 1\n"
	  "// observed: missing packet; gone: +0    > P. 10:19(9) ack 1\n"
	  "+0    < . 1:1(0) ack 19 win 65535\n",
	  3, NULL },
	/* Without the descriptor nothing that uses it can be played, as the check says. */
	{ "+0    accept(3, ..., ...) = 5\n+0.2  close(5) = 0\n+0    close(4) = 0\n",
	  "// observed: blocked call: accept() has been blocked since 0.200000 s; gone: +0    accept(3, ..., ...) = 5\n"
	  "// observed: cannot be played: unable to find fd with script fd 5; gone: +0.2  close(5) = 0\n"
	  "// observed: the line above has gone; was: +0    close(4) = 0\n+0.2  close(4) = 0\n",
	  3, NULL },
	{ "+0    %{ assert tcpi_unacked == 3, tcpi_unacked }%\n+0    %{ x = 1; assert tcpi_unacked == 2; assert x }%\n",
	  "// observed: assertion failed: AssertionError: 0; was: +0    %{ assert tcpi_unacked == 3, tcpi_unacked }%\n"
	  "+0    %{ assert tcpi_unacked == 0, tcpi_unacked }%\n"
	  "// observed: assertion failed: AssertionError; was: +0    %{ x = 1; assert tcpi_unacked == 2; assert x }%\n"
	  "+0    %{ x = 1; assert tcpi_unacked == 0; assert x }%\n",
	  2, NULL },
	/* A mistake that shows only at the end, hidden so far by a failure. */
	{ "+0    > P. 1:10(9) ack 1\n+0    `no such tool at all`\n",
	  "// observed: missing packet; gone: +0    > P. 1:10(9) ack 1\n+0    `no such tool at all`\n", 1,
	  "// observed: it does not pass yet: SKIP: " },
};

static void settled(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf text = BUF_INIT, want = BUF_INIT, got = BUF_INIT;
		buf_printf(&text, "%s%s", CONNECTION, rows[i].script);
		buf_printf(&want, "// observed: what it did; %d line%s from a.pkt\n", rows[i].lines,
			   rows[i].lines == 1 ? " differs" : "s differ");
		settle(text.data, &got);
		char *rest = got.data + strcspn(got.data, "\n") + 1;
		if (strncmp(got.data, want.data, want.length) != 0)
			fail_msg("row %zu: the top: %s", i, got.data);
		if (rows[i].doubt) {
			if (strncmp(rest, rows[i].doubt, strlen(rows[i].doubt)) != 0)
				fail_msg("row %zu: no doubt: %s", i, got.data);
			rest += strcspn(rest, "\n") + 1;
		}
		buf_clear(&want);
		buf_printf(&want, "%s%s", CONNECTION, rows[i].settled);
		assert_string_equal(rest, want.data);
		buf_free(&text);
		buf_free(&want);
		buf_free(&got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
