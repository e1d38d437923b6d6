/* SPDX-License-Identifier: MIT
 *
 * player.c - the child's side of an attempt: it plays, renders its reports and sends them to its guard
 *
 * The player leads a process group of its own, so that one signal reaches it and everything it runs. SIGTERM, SIGINT
 * and SIGHUP ask it to end, and it gets SIGTERM when its guard dies, because then nobody else would clean up. The first
 * of these starts a clock of ten ticks a second. Each tick interrupts whatever system call we wait in, so it does not
 * matter whether the signal came before the wait or during it. A command that ignores SIGTERM is killed after some
 * ticks, and after END_S the player kills itself with its whole group. So it ends in bounded time even if nobody
 * watches it. SIGKILL cannot be caught: then the kernel ends the commands (target/kernel/command.c) and the guard
 * cleans up.
 *
 * The answer is one message: a header of fixed size, followed by texts, in the layout of this machine, because both
 * ends are the same program. An incomplete message does not count.
 */
#include "suite/player.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report/headline.h"
#include "suite/doubt.h"
#include "suite/environment.h"
#include "suite/expectation.h"
#include "suite/memory_limit.h"
#include "suite/stats.h"
#include "util/interrupt.h"

enum { TICKS_A_SECOND = 10, END_S = 10 };

static volatile sig_atomic_t ticks;

/* A signal that came just before a wait began did not end that wait: the next one does. A player that still exists
 * after END_S hangs in something that no signal ends, and is killed with its whole group; the kernel then ends its
 * commands. */
static void on_tick(int number)
{
	(void)number;
	if (++ticks > END_S * TICKS_A_SECOND)
		kill(0, SIGKILL);
}

/* The first signal starts the clock and goes on to what runs in our group just now, so that the script need not wait
 * for it. If our parent was killed with SIGKILL, nobody else makes us end, so we must end by ourselves. */
static void on_signal(int number)
{
	static const struct timeval tick = { .tv_usec = 1000000 / TICKS_A_SECOND };

	(void)number;
	if (!interrupt_asked()) {
		setitimer(ITIMER_REAL, &(struct itimerval){ tick, tick }, NULL);
		interrupt_ask();
		kill(0, SIGTERM);
	}
}

static void end_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		raise(SIGTERM);
}

static void join_session(const struct player *player)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction handler = { .sa_handler = on_signal };

	setpgid(0, 0);
	for (size_t i = 0; i < ARRAY_LEN(signals); i++)
		sigaction(signals[i], &handler, NULL);
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_tick }, NULL);
	sigset_t mask = *player->unblocked;
	sigdelset(&mask, SIGTERM);                           /* ours, whatever the caller ignores */
	sigdelset(&mask, SIGALRM);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	end_with(player->parent);
}

/* ---- init scripts ---- */

static const char *end_text(struct record *record, int status)
{
	if (status < 0)
		return strerror(errno);
	if (WIFSIGNALED(status))
		return arena_printf(record->arena, "got signal %d (%s)", WTERMSIG(status),
		                    strsignal(WTERMSIG(status)));
	return arena_printf(record->arena, "non-zero status %d", WEXITSTATUS(status));
}

/* VERDICT_PASS, or another one with *why @command was not done. @target NULL: by the shell, there is no target yet. */
static enum verdict init_script(struct record *record, struct target *target, const char *command, const char **why)
{
	struct buf text = BUF_INIT;

	if (!target) {
		int status = system(command);
		*why = status ? end_text(record, status) : NULL;
		return status < 0 ? VERDICT_ERROR : status ? VERDICT_FAIL : VERDICT_PASS;
	}
	int result = target->ops->command(target, command, &text);
	const char *lacking = result > 0 && target->ops->lacking ? target->ops->lacking(target) : NULL;
	if (lacking)
		buf_printf(&text, ": %s", lacking);
	const char *absent = result > 0 && target->ops->absent ? target->ops->absent(target) : NULL;
	if (absent)
		buf_printf(&text, ": %s", absent);
	*why = arena_strdup(record->arena, text.data);
	buf_free(&text);
	if (absent)
		return VERDICT_SKIP;
	return result == 0 ? VERDICT_PASS : result < 0 ? VERDICT_SKIP : lacking ? VERDICT_ERROR : VERDICT_FAIL;
}

/* The comma-separated commands of --init_scripts. */
static bool run_init_scripts(struct record *record, struct target *target)
{
	const char *list = record->script->config.init_scripts, *why;
	char *rest = arena_strdup(record->arena, list ? list : ""), *command;

	while (record->verdict == VERDICT_PASS && (command = strsep(&rest, ","))) {
		record->verdict = *command ? init_script(record, target, command, &why) : VERDICT_PASS;
		if (record->verdict != VERDICT_PASS)
			record->verdict_reason = arena_printf(
				record->arena, "error executing init script '%s': %s", command, why);
	}
	return record->verdict == VERDICT_PASS;
}

/* ---- playing ---- */

static bool open_target(const struct attempt_plan *plan, struct record *record, struct target **target)
{
	struct buf problem = BUF_INIT;

	*target = plan->open(plan, &problem);
	if (!*target) {
		record->verdict = VERDICT_ERROR;
		record->verdict_reason = arena_strdup(record->arena, problem.data);
	}
	buf_free(&problem);
	return *target;
}

static void keep_command_output(struct record *record, struct target *target)
{
	struct buf text = BUF_INIT;

	if (!target->ops->command_output)
		return;
	target->ops->command_output(target, &text);
	if (text.length)
		record->command_output = arena_strdup(record->arena, text.data);
	buf_free(&text);
}

/* Init scripts run before the device is made. But if the target has a namespace they must run inside it, and if it has
 * no machine at all only the target can read them. */
static void play(const struct attempt_plan *plan, const struct player *player, struct record *record)
{
	const struct drill_options options = {
		.force_python = plan->force_python,
		.allow_python = plan->allow_python,
		.show_printed = plan->show_printed,
		.sample = plan->sample,
	};
	struct target *target = NULL;

	/* In virtual time nothing may depend on the process that happens to play. */
	environment_set(plan->virtual_time ? 1 : getpid());
	const bool inside = plan->own_namespace || plan->virtual_time;
	if (!inside && !run_init_scripts(record, NULL))
		return;
	if (!open_target(plan, record, &target))
		return;
	if (player)
		end_with(player->parent);                    /* a new user namespace has made the kernel forget it */
	record->virtual_time = target->ops->virtual_time;
	if (!inside || run_init_scripts(record, target))
		drill_play(plan->script, target, &options, record);
	keep_command_output(record, target);
	target->ops->close(target);
	if (plan->obey_headers)
		expectation_apply(record);
}

static bool send_all(int fd, const struct buf *bytes)
{
	for (size_t at = 0; at < bytes->length;) {
		ssize_t n = write(fd, bytes->data + at, bytes->length - at);
		if (n < 0 && errno != EINTR)
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* @player NULL: in this process, see player_play(). */
static void play_there(const struct attempt_plan *plan, const struct player *player, struct record *record)
{
	if (plan->directory && chdir(plan->directory) < 0) {
		record->verdict = VERDICT_ERROR;
		record->verdict_reason = arena_printf(record->arena, "%s: %s", plan->directory, strerror(errno));
	} else {
		play(plan, player, record);
	}
}

/* A FAIL that was in doubt in each attempt is still in doubt in the last one, and no verdict about the target. */
static void give_up(struct record *record, const struct player *player, const struct attempt *a)
{
	struct buf why = BUF_INIT;

	if (doubt_remains(a, player->near_misses, &why)) {
		record->verdict = VERDICT_INCONCLUSIVE;
		record->verdict_reason = arena_printf(record->arena, "%s: %s", why.data, record->verdict_reason);
	}
	buf_free(&why);
}

/* The reason ends with the message of the failure, in the wording of the original tool: here it says the cause, as
 * reports do. */
static void add_reason(struct buf *out, const struct record *record)
{
	const struct entry *e = record->failure;
	const char *reason = record->verdict_reason ? record->verdict_reason : "";
	size_t whole = strlen(reason), said = e && e->message ? strlen(e->message) : 0;

	if ((record->verdict != VERDICT_FAIL && !record->unplayable) || !said || said > whole ||
	    strcmp(reason + whole - said, e->message) != 0) {
		buf_puts(out, reason);
		return;
	}
	buf_add(out, reason, whole - said);
	headline_add(out, e);
}

/* The plan's expectation comes last, except for doubt, since it is about what the verdict would otherwise be. Neither
 * an expected failure nor an unexpected pass can be in doubt. @player NULL: in virtual time, without doubt. */
static void fill_answer(const struct attempt_plan *plan, const struct player *player, struct record *record,
                        struct attempt *out)
{
	const bool failed = record->verdict == VERDICT_FAIL;

	expectation_settle(record, plan->expectation, plan->today);
	out->expected = record->expected;
	out->duration = record->duration;
	out->worst_lateness = record->worst_lateness;
	out->disturbance = record->disturbance;
	out->near_miss = record->near_miss && record->failure ? record->failure->line : 0;
	out->waited = record->failure && record->failure->mismatch_kind == MISMATCH_BLOCKED;
	if (player && player->last && failed && record->verdict == VERDICT_FAIL)
		give_up(record, player, out);
	out->verdict = record->verdict;
	add_reason(&out->reason, record);
	plan->render(record, plan->user, &out->output);
}

noreturn void player_run(const struct attempt_plan *plan, const struct player *player)
{
	struct attempt a = ATTEMPT_INIT;
	struct buf bytes = BUF_INIT;

	join_session(player);
	memory_limit_set(plan->memory_mb, true);
	struct record *record = record_new(plan->script, plan->target_name, false);
	record->id = plan->id;
	record->attempts = player->number;
	record->observe = plan->observe;
	play_there(plan, player, record);
	fill_answer(plan, player, record, &a);
	attempt_pack(&bytes, &a);
	bool sent = send_all(player->pipe, &bytes);
	stats_player(record);
	buf_free(&bytes);
	attempt_free(&a);
	record_free(record);
	_exit(!sent);
}

void player_play(const struct attempt_plan *plan, struct attempt *out)
{
	int home = plan->directory ? open(".", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	struct record *record = record_new(plan->script, plan->target_name, false);

	record->id = plan->id;
	record->attempts = 1;
	record->observe = plan->observe;
	if (plan->directory && home < 0) {
		record->verdict = VERDICT_ERROR;
		record->verdict_reason = arena_printf(record->arena, "the current directory: %s", strerror(errno));
	} else {
		play_there(plan, NULL, record);
	}
	fill_answer(plan, NULL, record, out);
	record_free(record);
	if (home >= 0 && fchdir(home) < 0)
		abort();                                     /* all further paths would mean something else */
	if (home >= 0)
		close(home);
}

static void describe_exhausted(int memory_mb, struct buf *reason)
{
	int limit = memory_limit_effective(memory_mb);

	buf_puts(reason, "the process that played it ran out of memory");
	if (limit)
		buf_printf(reason, ", of which it may have %d MiB", limit);
}

void player_describe_end(int status, int memory_mb, struct buf *reason)
{
	int number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (WIFEXITED(status) && WEXITSTATUS(status) == MEMORY_EXHAUSTED_STATUS)
		describe_exhausted(memory_mb, reason);
	else if (number && sigabbrev_np(number))
		buf_printf(reason, "the process that played it was ended by SIG%s (%s)", sigabbrev_np(number),
		           sigdescr_np(number));
	else if (number)
		buf_printf(reason, "the process that played it was ended by signal %d", number);
	else
		buf_printf(reason, "the process that played it ended with status %d and no verdict",
		           WEXITSTATUS(status));
}

/* ---- the answer ---- */

enum { ANSWER_TEXTS = 6, ANSWER_MAGIC = 0x70643031 };

struct answer_head {
	uint32_t magic, verdict;
	uint64_t expected;
	vtime_t duration, worst_lateness;
	struct disturbance disturbance;
	vtime_t latest;
	int64_t near_miss;
	uint64_t waited;
	uint64_t disturbed;
	uint64_t lengths[ANSWER_TEXTS];
};

static void answer_texts(struct attempt *a, struct buf *texts[ANSWER_TEXTS])
{
	texts[0] = &a->reason;
	texts[1] = &a->output.out;
	texts[2] = &a->output.err;
	texts[3] = &a->output.capture;
	texts[4] = &a->output.result;
	texts[5] = &a->output.lines;
}

void attempt_pack(struct buf *bytes, const struct attempt *a)
{
	struct answer_head head = {
		.magic = ANSWER_MAGIC,
		.verdict = a->verdict,
		.expected = a->expected,
		.duration = a->duration,
		.worst_lateness = a->worst_lateness,
		.disturbance = a->disturbance,
		.latest = a->latest,
		.near_miss = a->near_miss,
		.waited = a->waited,
		.disturbed = a->disturbed,
	};
	struct attempt copy = *a;
	struct buf *texts[ANSWER_TEXTS];

	answer_texts(&copy, texts);
	for (size_t i = 0; i < ANSWER_TEXTS; i++)
		head.lengths[i] = texts[i]->length;
	buf_add(bytes, &head, sizeof(head));
	for (size_t i = 0; i < ANSWER_TEXTS; i++)
		buf_add(bytes, texts[i]->data, texts[i]->length);
}

bool attempt_unpack(const struct buf *bytes, struct attempt *out)
{
	struct answer_head head;
	struct buf *texts[ANSWER_TEXTS];
	size_t at = sizeof(head);

	if (bytes->length < sizeof(head))
		return false;
	memcpy(&head, bytes->data, sizeof(head));
	size_t left = bytes->length - sizeof(head);
	for (size_t i = 0; i < ANSWER_TEXTS; i++) {
		if (head.lengths[i] > left)
			return false;
		left -= head.lengths[i];
	}
	if (left || head.magic != ANSWER_MAGIC || head.verdict >= VERDICTS)
		return false;
	out->verdict = (enum verdict)head.verdict;
	out->expected = head.expected;
	out->duration = head.duration;
	out->worst_lateness = head.worst_lateness;
	out->disturbance = head.disturbance;
	out->latest = head.latest;
	out->near_miss = (int)head.near_miss;
	out->waited = head.waited;
	out->disturbed = head.disturbed;
	answer_texts(out, texts);
	for (size_t i = 0; i < ANSWER_TEXTS; i++) {
		buf_add(texts[i], bytes->data + at, head.lengths[i]);
		at += head.lengths[i];
	}
	return true;
}

void attempt_output_clear(struct attempt_output *o)
{
	buf_free(&o->out);
	buf_free(&o->err);
	buf_free(&o->capture);
	buf_free(&o->result);
	buf_free(&o->lines);
}

void attempt_free(struct attempt *a)
{
	attempt_output_clear(&a->output);
	buf_free(&a->reason);
	*a = (struct attempt)ATTEMPT_INIT;
}
