/* SPDX-License-Identifier: MIT
 *
 * text.h - a record as text: one line, and a ladder if something went wrong
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "drill/record.h"
#include "util/buf.h"

struct text_style {
	bool colour;
	bool verbose;                                        /* every event, not only those around a failure */
	bool trace;                                      /* what happened inside targets, if that is recorded */
};

/* The result line, and for a failure (or when verbose) the events as a ladder:
 *
 *	FAIL  a.pkt  0.10 s
 *	      line    planned     actual
 *	         4   0.000000   0.000012  call   listen(3, 1) = 0
 *	   !     5   0.100000   0.100034  >      S. 0:0(0) ack 1 <...>
 *	                        expected         S. 0:0(0) ack 1 <...>
 *	                        observed         S. 0:0(0) ack 2 win 100
 *	                                                   ^^^^^
 */
void text_report(struct buf *out, const struct record *r, const struct text_style *style);

/* "3 passed, 1 failed, 0 inconclusive, 0 skipped, 0 errors" */
void text_summary(struct buf *out, const int counts[VERDICTS], int expected, const struct text_style *style);

#endif
