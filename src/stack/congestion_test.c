/* SPDX-License-Identifier: MIT
 *
 * congestion_test.c - the shapes that the literature knows of congestion controls, on simulated links
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/netsim.h"

enum { MSS = 1460 };

/* Octets a second of one flow that losses limit, not the line: @loss of 1000000. */
static double rate_of(const char *control, double rtt_s, int loss, double seconds)
{
	const struct link_quality link = {
		.rate = 50000000, .delay_ns = (int64_t)(rtt_s * 5e8), .queue = 1 << 22, .rare_loss = loss,
	};
	const struct host_kind kind = { control, "rack" };

	return play_bulk(&link, &kind, 1, 7, seconds).rate[0];
}

static double root(double x)
{
	double r = x > 1 ? x : 1;

	for (int i = 0; i < 60; i++)
		r = (r + x / r) / 2;
	return r;
}

/* Mathis et al., The macroscopic behavior of the TCP congestion avoidance algorithm: MSS / RTT *
 * sqrt(3/2) / sqrt(p). */
static void reno_goes_with_the_root_of_loss(void **state)
{
	static const int losses[] = { 1000, 4000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(losses); i++) {
		double expected = MSS / 0.1 * root(1.5 / (losses[i] / 1e6));
		double rate = rate_of("reno", 0.1, losses[i], 200);
		if (rate < 0.85 * expected || rate > 1.15 * expected)
			fail_msg("loss %d of 1000000: %.0f octets a second, not %.0f", losses[i], rate, expected);
	}
}

/* RFC 9438, 5.1: the rate of Reno goes with 1 / RTT, that of CUBIC with its fourth root. */
static void cubic_hardly_depends_on_the_round_trip(void **state)
{
	double near = rate_of("cubic", 0.1, 100, 80), far = rate_of("cubic", 0.4, 100, 120);
	double reno_near = rate_of("reno", 0.1, 100, 80), reno_far = rate_of("reno", 0.4, 100, 120);

	(void)state;
	if (near > 1.8 * far)
		fail_msg("CUBIC: %.0f octets a second at 100 ms, %.0f at 400 ms", near, far);
	if (reno_near < 3 * reno_far)
		fail_msg("Reno: %.0f octets a second at 100 ms, %.0f at 400 ms", reno_near, reno_far);
	assert_true(far > 2 * reno_far);
}

static void bbr_ignores_random_loss_and_keeps_queues_short(void **state)
{
	const struct link_quality link = { .rate = 1000000, .delay_ns = 20000000, .queue = 160000, .rare_loss = 10000 };
	const struct host_kind bbr = { "bbr", "rack" }, cubic = { "cubic", "rack" };
	struct bulk_result r = play_bulk(&link, &bbr, 1, 3, 20), c = play_bulk(&link, &cubic, 1, 3, 30);
	struct link_quality clean = link;

	(void)state;
	assert_true(r.rate[0] > 0.8 * 1000000);
	assert_true(c.rate[0] < 0.5 * 1000000);
	clean.rare_loss = 0;
	r = play_bulk(&clean, &bbr, 1, 3, 20);
	c = play_bulk(&clean, &cubic, 1, 3, 20);
	assert_true(r.rate[0] > 0.9 * 1000000);
	assert_true(r.queue_s < 0.010);                      /* a quarter of a round trip; the buffer has
	                                                        room for four */
	assert_true(c.queue_s > 0.080);
}

static void two_flows_share(void **state)
{
	static const char *const controls[] = { "reno", "cubic", "dctcp", "bbr" };
	const struct link_quality link = { .rate = 2000000, .delay_ns = 20000000, .queue = 80000 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		const struct host_kind kinds[] = { { controls[i], "rack" }, { controls[i], "rack" } };
		struct bulk_result r = play_bulk(&link, kinds, 2, 5, 30);
		double a = r.rate[0], b = r.rate[1], jain = (a + b) * (a + b) / (2 * (a * a + b * b));
		if (a + b < 0.9 * 2000000 || jain < 0.85)
			fail_msg("%s: %.0f and %.0f octets a second, Jain's index %.3f", controls[i], a, b, jain);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reno_goes_with_the_root_of_loss),
		cmocka_unit_test(cubic_hardly_depends_on_the_round_trip),
		cmocka_unit_test(bbr_ignores_random_loss_and_keeps_queues_short),
		cmocka_unit_test(two_flows_share),
	};

	pattern_fill();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
