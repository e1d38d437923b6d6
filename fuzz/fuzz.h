/* SPDX-License-Identifier: MIT
 *
 * fuzz.h - what the fuzz targets share
 *
 * Each target is one file: the entry of libFuzzer, which hands over bytes that it makes from the seeds by what it has
 * seen of the code so far. A target asserts more than that nothing crashes: what is printed can be read again, nothing
 * that was allocated stays. What was found once lies in fuzz/found/TARGET/ and is played again before anything else.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Unlike assert() it is never compiled out. */
#define FUZZ_ASSERT(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
			abort(); \
		} \
	} while (0)

#endif
