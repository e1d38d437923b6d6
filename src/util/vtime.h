/* SPDX-License-Identifier: MIT
 *
 * vtime.h - instants and durations, in nanoseconds, as a type of their own
 *
 * One type for real and for virtual clocks. It is a structure so that "time + 3" does not compile.
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

static inline vtime_t vtime_ns(int64_t ns) { return (vtime_t){ ns }; }
static inline vtime_t vtime_us(int64_t us) { return (vtime_t){ us * 1000 }; }
static inline vtime_t vtime_ms(int64_t ms) { return (vtime_t){ ms * 1000000 }; }
static inline vtime_t vtime_s(int64_t s) { return (vtime_t){ s * 1000000000 }; }

/* Whole microseconds, toward minus infinity. */
static inline int64_t vtime_to_us(vtime_t t)
{
	return t.ns / 1000 - (t.ns % 1000 < 0);
}

static inline double vtime_to_s(vtime_t t) { return (double)t.ns / 1e9; }

/* Sums stay at VTIME_NEVER once they are there. */
static inline vtime_t vtime_add(vtime_t a, vtime_t b)
{
	return a.ns == INT64_MAX || b.ns == INT64_MAX ? VTIME_NEVER : (vtime_t){ a.ns + b.ns };
}

static inline vtime_t vtime_sub(vtime_t a, vtime_t b) { return (vtime_t){ a.ns - b.ns }; }
static inline bool vtime_before(vtime_t a, vtime_t b) { return a.ns < b.ns; }
static inline vtime_t vtime_min(vtime_t a, vtime_t b) { return a.ns < b.ns ? a : b; }
static inline vtime_t vtime_max(vtime_t a, vtime_t b) { return a.ns > b.ns ? a : b; }
static inline bool vtime_is_never(vtime_t t) { return t.ns == INT64_MAX; }

#endif
