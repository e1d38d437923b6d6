/* SPDX-License-Identifier: MIT
 *
 * vtime.h - instants and durations, in nanoseconds, as a type of their own
 *
 * One type for real and for virtual clocks. It is a structure so that "time + 3" does not compile.
 *
 * An int64_t of nanoseconds lasts for 292 years, and a script can ask for more. So nothing here wraps: a time that is
 * too late is VTIME_NEVER, and sums and differences with it stay that; one that is too early is the earliest time
 * possible.
 */
#ifndef UTIL_VTIME_H
#define UTIL_VTIME_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
	int64_t ns;
} vtime_t;

#define VTIME_ZERO  ((vtime_t){ 0 })
#define VTIME_NEVER ((vtime_t){ INT64_MAX })

static inline vtime_t vtime_limit(bool late) { return late ? VTIME_NEVER : (vtime_t){ INT64_MIN }; }

/* @count times @unit nanoseconds; @unit is positive. */
static inline vtime_t vtime_units(int64_t count, int64_t unit)
{
	vtime_t t = { 0 };

	return __builtin_mul_overflow(count, unit, &t.ns) ? vtime_limit(count > 0) : t;
}

static inline vtime_t vtime_ns(int64_t ns) { return (vtime_t){ ns }; }
static inline vtime_t vtime_us(int64_t us) { return vtime_units(us, 1000); }
static inline vtime_t vtime_ms(int64_t ms) { return vtime_units(ms, 1000000); }
static inline vtime_t vtime_s(int64_t s) { return vtime_units(s, 1000000000); }

/* NaN is no time, and so 0. */
static inline vtime_t vtime_from_s(double s)
{
	const double most = 9223372036.0;                    /* 2^63 ns, rounded down */

	return s >= most || s <= -most ? vtime_limit(s > 0) : (vtime_t){ s == s ? (int64_t)(s * 1e9) : 0 };
}

/* Whole microseconds, toward minus infinity. */
static inline int64_t vtime_to_us(vtime_t t)
{
	return t.ns / 1000 - (t.ns % 1000 < 0);
}

static inline double vtime_to_s(vtime_t t) { return (double)t.ns / 1e9; }

static inline vtime_t vtime_add(vtime_t a, vtime_t b)
{
	vtime_t t = { 0 };

	if (a.ns == INT64_MAX || b.ns == INT64_MAX)
		return VTIME_NEVER;
	return __builtin_add_overflow(a.ns, b.ns, &t.ns) ? vtime_limit(a.ns > 0) : t;
}

/* VTIME_NEVER minus anything is VTIME_NEVER. */
static inline vtime_t vtime_sub(vtime_t a, vtime_t b)
{
	vtime_t t = { 0 };

	if (a.ns == INT64_MAX)
		return VTIME_NEVER;
	return __builtin_sub_overflow(a.ns, b.ns, &t.ns) ? vtime_limit(b.ns < 0) : t;
}

static inline bool vtime_before(vtime_t a, vtime_t b) { return a.ns < b.ns; }
static inline vtime_t vtime_min(vtime_t a, vtime_t b) { return a.ns < b.ns ? a : b; }
static inline vtime_t vtime_max(vtime_t a, vtime_t b) { return a.ns > b.ns ? a : b; }
static inline bool vtime_is_never(vtime_t t) { return t.ns == INT64_MAX; }

#endif
