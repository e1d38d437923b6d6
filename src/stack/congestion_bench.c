/* SPDX-License-Identifier: MIT
 *
 * congestion_bench.c - how each congestion control uses a link, and shares it: tables for `make bench`
 *
 * All is in virtual time (netsim.h). The share is that of the line's rate which arrives as text in the second half of a
 * run; the queue is the mean wait for the line; lost are packets that found no room in it. Jain's index of two flows is
 * 1 when they share evenly, and 0.5 when one has all.
 *
 * Where packets are lost by chance, one run says little: BBR at 40 Mbit/s and 1 % has 63 to 90 % of the line, depending
 * on whether more than a fiftieth of some round is among them, and any other order of a few packets draws another run.
 * So these rows are means of many.
 *
 * Runs have nothing to do with each other: as many are played at a time as there are processors.
 */
#include <setjmp.h>
#include <math.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "stack/netsim.h"

static const char *const controls[] = { "reno", "cubic", "dctcp", "bbr" };

static const struct setting {
	double mbit, rtt_ms, buffer;                         /* the last in products of rate and round trip */
	int rare_loss;                                       /* of 1000000 packets */
	int reordering;                            /* of 1000, which arrive up to a quarter of a round trip later */
	double marks_from;                                   /* products; 0: no marks */
} settings[] = {
	{ .mbit = 8, .rtt_ms = 10, .buffer = 1 }, { .mbit = 8, .rtt_ms = 100, .buffer = 1 },
	{ .mbit = 8, .rtt_ms = 100, .buffer = 0.25 }, { .mbit = 8, .rtt_ms = 40, .buffer = 4 },
	{ .mbit = 40, .rtt_ms = 20, .buffer = 1 }, { .mbit = 40, .rtt_ms = 100, .buffer = 1 },
	{ .mbit = 8, .rtt_ms = 40, .buffer = 4, .marks_from = 0.25 },
	{ .mbit = 40, .rtt_ms = 20, .buffer = 4, .marks_from = 0.25 },
	{ .mbit = 8, .rtt_ms = 40, .buffer = 1, .reordering = 20 },
	{ .mbit = 40, .rtt_ms = 40, .buffer = 1, .reordering = 20 },
	{ .mbit = 8, .rtt_ms = 40, .buffer = 1, .rare_loss = 1000 },
	{ .mbit = 8, .rtt_ms = 40, .buffer = 1, .rare_loss = 10000 },
	{ .mbit = 40, .rtt_ms = 40, .buffer = 1, .rare_loss = 10000 },
};

static struct link_quality link_of(const struct setting *s)
{
	double rate = s->mbit * 125000, product = rate * s->rtt_ms / 1000;

	return (struct link_quality){
		.rate = (int64_t)rate, .delay_ns = (int64_t)(s->rtt_ms * 500000),
		.queue = (size_t)(s->buffer * product), .marks_from = (size_t)(s->marks_from * product),
		.rare_loss = s->rare_loss, .reordering = s->reordering, .jitter_ns = (int64_t)(s->rtt_ms * 250000),
	};
}

struct run {
	struct link_quality link;
	struct host_kind kinds[2];
	int flows;
	int64_t seed;
	double seconds;
	struct bulk_result result;
};

enum { RUNS_MOST = 1024 };

/* Filled, played and read in turn. In memory that the processes share, which take one run after the other. */
static struct table {
	atomic_size_t next;
	size_t count;
	struct run runs[RUNS_MOST];
} *table;

static void table_play(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	fflush(stdout);
	table->next = 0;
	for (long i = 0; i < processors; i++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child)
			continue;
		for (size_t n; (n = atomic_fetch_add(&table->next, 1)) < table->count; ) {
			struct run *r = &table->runs[n];
			r->result = play_bulk(&r->link, r->kinds, r->flows, r->seed, r->seconds);
		}
		_exit(0);
	}
	for (int status; wait(&status) > 0; )
		assert_int_equal(status, 0);
}

static void table_add(const struct run *r)
{
	assert_true(table->count < RUNS_MOST);
	table->runs[table->count++] = *r;
}

enum { RUNS_BY_CHANCE = 16 };

static int runs_of(const struct setting *s)
{
	return s->rare_loss || s->reordering ? RUNS_BY_CHANCE : 1;
}

/* The share of the line in percent, the queue in milliseconds, and what found no room in percent. */
struct use {
	double share, queue, dropped;
};

/* @r: the first of as many runs as it takes. */
static struct use use_of(const struct run *r, int runs)
{
	struct use u = { 0, 0, 0 };

	for (const struct run *end = r + runs; r < end; r++) {
		u.share += r->result.rate[0] / (double)r->link.rate * 100 / runs;
		u.queue += r->result.queue_s * 1000 / runs;
		u.dropped += r->result.dropped * 100 / runs;
	}
	return u;
}

/* One percent of chance is below the 2 % at which BBR gives way (draft-ietf-ccwg-bbr, LossThresh): it keeps most of the
 * line, and the queue short, where the others fall to a third or less. */
static void check_indifference(const struct setting *s, const struct use *of)
{
	assert_string_equal(controls[0], "reno");
	assert_string_equal(controls[ARRAY_LEN(controls) - 1], "bbr");
	const struct use *bbr = &of[ARRAY_LEN(controls) - 1];
	assert_true(bbr->share > 75 && bbr->share > 2 * of[0].share);
	assert_true(bbr->queue < s->rtt_ms / 2);
}

/* DCTCP keeps the line busy with a queue about as long as where marks begin, as RFC 8257, 4.1 wants, and nothing finds
 * no room; the others, which do not ask for marks, fill the buffer. */
static void check_marks(const struct setting *s, const struct use *of)
{
	assert_string_equal(controls[2], "dctcp");
	assert_true(of[2].share > 90 && of[2].dropped <= 0);
	assert_true(of[2].queue < 2 * s->marks_from * s->rtt_ms && of[2].queue < of[0].queue / 4);
}

static void one_flow(void **state)
{
	(void)state;
	table->count = 0;
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		for (size_t k = 0; k < ARRAY_LEN(controls); k++)
			for (int seed = 1; seed <= runs_of(&settings[i]); seed++)
				table_add(&(struct run){ .link = link_of(&settings[i]), .flows = 1, .seed = seed,
				                         .kinds = { { controls[k], "rack" } }, .seconds = 30 });
	table_play();
	const struct run *run = table->runs;
	printf("one flow:  Mbit/s  RTT ms  buffer  marks  reord %%  loss %%  |  share %%, queue ms, lost %% of");
	for (size_t k = 0; k < ARRAY_LEN(controls); k++)
		printf(" %s%s", controls[k], k + 1 < ARRAY_LEN(controls) ? "," : "\n");
	for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
		const struct setting *s = &settings[i];
		struct use of[ARRAY_LEN(controls)];
		printf("         %8.0f %7.0f %7.2f %6.2f %8.1f %7.2f  |", s->mbit, s->rtt_ms, s->buffer, s->marks_from,
		       s->reordering / 10.0, s->rare_loss / 1e4);
		for (size_t k = 0; k < ARRAY_LEN(controls); k++) {
			of[k] = use_of(run, runs_of(s));
			run += runs_of(s);
			printf("  %5.1f %6.1f %5.2f", of[k].share, of[k].queue, of[k].dropped);
		}
		printf("\n");
		if (s->rare_loss >= 10000)
			check_indifference(s, of);
		if (s->marks_from > 0)
			check_marks(s, of);
	}
}

static void two_flows(void **state)
{
	static const struct setting shared = { .mbit = 16, .rtt_ms = 40, .buffer = 1 };
	struct link_quality link = link_of(&shared);

	(void)state;
	table->count = 0;
	for (size_t i = 0; i < ARRAY_LEN(controls); i++)
		for (size_t k = i; k < ARRAY_LEN(controls); k++)
			table_add(&(struct run){ .link = link, .flows = 2, .seed = 1, .seconds = 40,
			                         .kinds = { { controls[i], "rack" }, { controls[k], "rack" } } });
	table_play();
	const struct run *run = table->runs;
	printf("two flows on 16 Mbit/s, 40 ms, 1 BDP of buffer:  share %% of each, Jain's index\n");
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		for (size_t k = i; k < ARRAY_LEN(controls); k++) {
			double a = run->result.rate[0], b = run->result.rate[1];
			run++;
			printf("         %-6s %-6s %6.1f %6.1f %7.3f\n", controls[i], controls[k],
			       a / (double)link.rate * 100, b / (double)link.rate * 100,
			       (a + b) * (a + b) / (2 * (a * a + b * b)));
		}
	}
}

enum { FLOW_SECONDS = 600, SEGMENT = 1460 };

/* A line that has room for all, where one of 1000000 / @of_million is lost by chance. */
static void add_wide(const char *control, double rtt_s, int of_million)
{
	const struct link_quality wide = { .rate = 100000000, .delay_ns = (int64_t)(rtt_s / 2 * 1e9),
	                                   .queue = 10000000, .rare_loss = of_million };

	table_add(&(struct run){ .link = wide, .kinds = { { control, "rack" } }, .flows = 1, .seed = 1,
	                         .seconds = FLOW_SECONDS });
}

/* Segments a round trip. */
static double window_of(const struct run *r)
{
	return r->result.rate[0] * (double)r->link.delay_ns * 2 / 1e9 / SEGMENT;
}

/* Reno: sqrt(3 / 2p), the model of RFC 9438, 5.1's reference. CUBIC: the average window of RFC 9438, 5.1, equation 5,
 * 1.054 (RTT / p)^(3/4): its rate hardly depends on the round trip, where Reno's falls as that grows. */
static void response(void **state)
{
	static const int losses[] = { 400, 1600, 6400 };

	(void)state;
	table->count = 0;
	for (size_t k = 0; k < 2; k++) {
		add_wide(controls[k], 0.08, 100);
		add_wide(controls[k], 0.32, 100);
	}
	for (size_t i = 0; i < ARRAY_LEN(losses); i++)
		add_wide("reno", 0.04, losses[i]);
	table_play();
	const struct run *distant = table->runs, *lossy = distant + 4;
	printf("response to loss, one flow, RTT 40 ms:  lost %%, window, sqrt(3/2p), ratio\n");
	for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
		double p = losses[i] / 1e6, model = sqrt(1.5 / p);
		double window = window_of(&lossy[i]);
		printf("         reno   %6.2f %7.1f %7.1f %6.2f\n", p * 100, window, model, window / model);
		assert_true(window > 0.85 * model && window < 1.15 * model);
	}
	printf("round trips four times as long, 0.01 %% lost:  window at 80 ms, at 320 ms, ratio of the rates\n");
	double cost[2];
	for (size_t k = 0; k < 2; k++) {
		double near = window_of(&distant[2 * k]), far = window_of(&distant[2 * k + 1]);
		cost[k] = near / 0.08 / (far / 0.32);
		printf("         %-6s %7.1f %7.1f %6.2f\n", controls[k], near, far, cost[k]);
	}
	/* The fourth root of the round trip for CUBIC; Reno pays for all of it. */
	assert_string_equal(controls[0], "reno");
	assert_string_equal(controls[1], "cubic");
	assert_true(cost[1] > 0.85 * sqrt(2) && cost[1] < 1.15 * sqrt(2));
	assert_true(cost[0] > 2 * cost[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_flow), cmocka_unit_test(two_flows), cmocka_unit_test(response),
	};

	pattern_fill();
	table = mmap(NULL, sizeof(*table), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
