/* SPDX-License-Identifier: MIT
 *
 * attempt_test.c - the policy of repeating, the answer of a child, and children that come to no good end
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "suite/attempt.h"
#include "suite/doubt.h"
#include "suite/player.h"

static void policy(void **state)
{
	static const struct {
		enum verdict verdict;
		bool doubtful;
		int left;
		bool again;
	} rows[] = {
		{ VERDICT_PASS, false, 2, false },
		{ VERDICT_PASS, true, 2, false },
		{ VERDICT_FAIL, false, 2, false },
		{ VERDICT_FAIL, true, 2, true },
		{ VERDICT_FAIL, true, 0, false },
		{ VERDICT_INCONCLUSIVE, true, 1, true },
		{ VERDICT_INCONCLUSIVE, false, 1, true },
		{ VERDICT_INCONCLUSIVE, true, 0, false },
		{ VERDICT_SKIP, true, 2, false },
		{ VERDICT_ERROR, true, 2, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (doubt_repeats(rows[i].verdict, rows[i].doubtful, rows[i].left) != rows[i].again)
			fail_msg("row %zu", i);
}

/* The doubt that remains when there is no further attempt. */
static void the_last_doubt(void **state)
{
	static const struct {
		struct attempt attempt;
		int near_misses;
		const char *why;                             /* NULL: it counts */
	} rows[] = {
		{ { .worst_lateness = { 900000 }, .disturbance.worst_wake = { 999000 } }, 0, NULL },
		{ { .worst_lateness = { 3400000 } }, 0, "the harness was late by up to 3.4 ms" },
		{ { .worst_lateness = { 3400000 }, .near_miss = 7 }, 7, "the harness was late by up to 3.4 ms" },
		{ { .disturbance.worst_wake = { 4100000 } }, 0, "the harness was late by up to 4.1 ms" },
		{ { .disturbance.stolen = { 20000000 } }, 0, "the host took 20.0 ms of processor time away" },
		{ { .disturbance.clock_step = { 2000000 } }, 0, "the clock was set by 2.0 ms meanwhile" },
		{ { .disturbance.lost_packets = 3 }, 0, "the capture lost 3 packets" },
		{ { .near_miss = 7 }, 0,
		  "a packet was late by less than a tick of the kernel's timers, and not in each attempt" },
		{ { .near_miss = 7 }, 9,
		  "a packet was late by less than a tick of the kernel's timers, and not in each attempt" },
		{ { .near_miss = 7 }, 7, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct buf why = BUF_INIT;
		assert_int_equal(doubt_remains(&rows[i].attempt, rows[i].near_misses, &why), rows[i].why != NULL);
		assert_string_equal(why.data, rows[i].why ? rows[i].why : "");
		buf_free(&why);
	}
}

static void what_is_doubtful(void **state)
{
	static const struct {
		struct attempt attempt;
		bool doubtful;
	} rows[] = {
		{ { .worst_lateness = { 900000 }, .disturbance.worst_wake = { 999000 } }, false },
		{ { .worst_lateness = { 1100000 } }, true },
		{ { .disturbance.stolen = { 2000000 } }, true },
		{ { .disturbance.lost_packets = 1 }, true },
		{ { .near_miss = 7 }, true },
		{ { .waited = true, .disturbance.stolen = { 900000000 } }, false },
		{ { .waited = true, .disturbance.worst_wake = { 1100000000 } }, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(doubt_of_attempt(&rows[i].attempt), rows[i].doubtful);
}

static void answer_survives_the_pipe(void **state)
{
	struct attempt a = ATTEMPT_INIT, b = ATTEMPT_INIT;
	struct buf bytes = BUF_INIT;

	(void)state;
	a.verdict = VERDICT_SKIP;
	a.worst_lateness = vtime_us(77);
	a.near_miss = 7;
	a.waited = true;
	a.disturbed = true;
	a.latest = vtime_ms(5);
	buf_puts(&a.reason, "why");
	buf_puts(&a.output.err, "text");
	buf_add(&a.output.capture, "\0\1", 2);
	attempt_pack(&bytes, &a);
	assert_true(attempt_unpack(&bytes, &b));
	assert_int_equal(b.verdict, VERDICT_SKIP);
	assert_int_equal(b.worst_lateness.ns, 77000);
	assert_int_equal(b.near_miss, 7);
	assert_true(b.waited);
	assert_true(b.disturbed);
	assert_int_equal(b.latest.ns, 5000000);
	assert_string_equal(b.reason.data, "why");
	assert_string_equal(b.output.err.data, "text");
	assert_int_equal(b.output.capture.length, 2);
	attempt_free(&b);
	for (bytes.length--; bytes.length; bytes.length--)
		assert_false(attempt_unpack(&bytes, &b));
	attempt_free(&a);
	buf_free(&bytes);
}

/* ---- children ---- */

static struct target *no_device(const struct attempt_plan *plan, struct buf *problem)
{
	(void)plan;
	buf_puts(problem, "no device");
	return NULL;
}

static struct target *killed(const struct attempt_plan *plan, struct buf *problem)
{
	raise(SIGKILL);
	return no_device(plan, problem);
}

static struct target *stuck(const struct attempt_plan *plan, struct buf *problem)
{
	pause();
	return no_device(plan, problem);
}

static struct target *interrupted(const struct attempt_plan *plan, struct buf *problem)
{
	kill(getppid(), SIGINT);
	return no_device(plan, problem);
}

static void render(const struct record *record, const void *user, struct attempt_output *out)
{
	(void)user;
	buf_printf(&out->out, "%s: %s", verdict_name[record->verdict], record->verdict_reason);
}

static struct attempt settle(const struct attempt_plan *plan)
{
	struct attempt attempt = ATTEMPT_INIT;
	struct attempt_plan full = *plan;
	struct script empty = { .source.name = "x.pkt" };

	full.render = render;
	full.target_name = "none";
	if (!full.script)
		full.script = &empty;
	attempt_settle(&full, &attempt);
	return attempt;
}

static void bad_ends(void **state)
{
	static const struct {
		struct attempt_plan plan;
		const char *text;
	} rows[] = {
		{ { .open = no_device }, "ERROR: no device" },
		{ { .open = killed }, "ERROR: the process that played it was ended by SIGKILL (Killed)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct attempt a = settle(&rows[i].plan);
		assert_int_equal(a.verdict, VERDICT_ERROR);
		assert_int_equal(a.signal, 0);
		assert_string_equal(a.output.out.data, rows[i].text);
		attempt_free(&a);
	}
}

static void an_interrupt_is_no_verdict(void **state)
{
	struct attempt a = settle(&(struct attempt_plan){ .open = interrupted });

	(void)state;
	assert_int_equal(a.signal, SIGINT);
	attempt_free(&a);
}

static void time_out(void **state)
{
	struct attempt a = settle(&(struct attempt_plan){ .open = stuck, .timeout_s = 1 });

	(void)state;
	assert_string_equal(a.output.out.data, "ERROR: no verdict within 1 s");
	attempt_free(&a);
}

/* ---- what a killed child leaves behind ---- */

static struct target *killed_with_a_daemon(const struct attempt_plan *plan, struct buf *problem)
{
	pid_t *stray = plan->target_options;
	pid_t child = fork();

	if (child == 0) {
		setsid();
		*stray = getpid();
		if (fork() == 0)
			for (;;)
				pause();
		_exit(0);
	}
	waitpid(child, NULL, 0);
	return killed(plan, problem);
}

static void a_killed_child_leaves_no_daemon(void **state)
{
	pid_t *stray = mmap(NULL, sizeof(*stray), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(stray, MAP_FAILED);
	for (int keep = 0; keep < 2; keep++) {
		struct attempt a = settle(&(struct attempt_plan){ .open = killed_with_a_daemon, .target_options = stray,
		                                                  .keep_background = keep });
		assert_int_equal(a.verdict, VERDICT_ERROR);
		assert_int_not_equal(*stray, 0);
		assert_int_equal(kill(-*stray, 0), -1);
		assert_int_equal(errno, ESRCH);
		attempt_free(&a);
	}
	munmap(stray, sizeof(*stray));
}

/* From here on pidfd_open() is refused, as in a container whose filter does not know it. */
static void refuse_pidfd_open(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pidfd_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { ARRAY_LEN(filter), filter };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* The daemon holds the child's pipe, so only the end of the child itself ends the waiting. */
static void an_end_is_noticed_without_a_descriptor(void **state)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		refuse_pidfd_open();
		alarm(30);
		a_killed_child_leaves_no_daemon(state);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void killed_child_is_cleaned_up(void **state)
{
	char path[] = "/tmp/attempt_test.XXXXXX", command[128], seen[64] = "";
	struct command_spec init = { .text = "true" }, cleanup = { .text = command };
	struct script script = { .source.name = "x.pkt", .init = &init, .cleanup = &cleanup };
	int ppid = 0, environment = -1;

	(void)state;
	close(mkstemp(path));
	snprintf(command, sizeof(command), "echo ${PPID} $PACKETDRILL_PID >%s", path);
	struct attempt a = settle(&(struct attempt_plan){ .open = killed, .script = &script });
	attempt_free(&a);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(seen, sizeof(seen), file));
	fclose(file);
	unlink(path);
	assert_int_equal(sscanf(seen, "%d %d", &ppid, &environment), 2);
	assert_int_equal(ppid, environment);
	assert_int_not_equal(ppid, getpid());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(policy),
		cmocka_unit_test(the_last_doubt),
		cmocka_unit_test(what_is_doubtful),
		cmocka_unit_test(answer_survives_the_pipe),
		cmocka_unit_test(bad_ends),
		cmocka_unit_test(an_interrupt_is_no_verdict),
		cmocka_unit_test(time_out),
		cmocka_unit_test(a_killed_child_leaves_no_daemon),
		cmocka_unit_test(an_end_is_noticed_without_a_descriptor),
		cmocka_unit_test(killed_child_is_cleaned_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
