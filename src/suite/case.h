/* SPDX-License-Identifier: MIT
 *
 * case.h - one script played in one way, and a plan: all of them, in order
 */
#ifndef SUITE_CASE_H
#define SUITE_CASE_H

#include <stddef.h>
#include <stdint.h>

#include "drill/record.h"

/* An option of scripts, as option lines have it. */
struct setting {
	const char *name, *value;                            /* value NULL: none */
};

/* A failure that is known, for a while: see expectation.h. */
struct plan_expectation {
	enum verdict verdict;                                /* FAIL or ERROR */
	int line;                                            /* of the script; 0: any */
	const char *kind;                                    /* a name of mismatch_kind_name; NULL: any */
	const char *reason;                                  /* why it is expected */
	const char *expires;                                 /* the last day on which it counts: "2027-01-31" */
};

struct need;

struct suite_case {
	size_t number;                                       /* from 1, in the plan */
	const char *path;                                    /* of the script, as it is printed */
	/* Unique in the plan, the same in every run: PATH, or PATH@VARIANT where the plan has several
	 * ("a.pkt@kernel/ipv6/MSS=1460"), with "#2" appended if the same name comes twice. */
	const char *id;
	const char *target;
	const char *profile;                                 /* of the reference stack; NULL: what the run says */
	const char *defect;                                  /* likewise; NULL: none */
	const char *address;                        /* "ipv4", "ipv4-mapped-ipv6", "ipv6"; NULL: what the script says */
	const struct setting *settings;      /* overrule those of the script; those of the command line overrule them */
	size_t setting_count;
	const char *traits;                                  /* the file of the target; NULL: nothing is said */
	int retries, timeout_s;                              /* -1: what the run says */
	const char *lacking;                          /* a declared need that is not there, and why: SKIP. NULL: none */
	const struct need *needs;                     /* those of the plan, for a stack that says only as it starts what
	                                                 it has; NULL: none */
	size_t need_count;
	const struct plan_expectation *expectation;          /* NULL: to PASS */
};

/* Everything lives in .arena. */
struct suite_plan {
	struct arena *arena;
	const char *name;
	/* A digest of the ids, targets, settings and expectations of all cases, in their order. Two runs with the same
	 * digest play the same cases, even on different machines: so it depends neither on what the machine lacks nor
	 * on contents and dates of the scripts, which are read when they are played, nor on options of the command line
	 * for all cases. */
	uint64_t digest;
	struct suite_case *cases;
	size_t count;
};

#endif
