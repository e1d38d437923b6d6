/* SPDX-License-Identifier: MIT
 *
 * result.h - the outcome of one case as it is sent and kept: one line of JSON, and back
 *
 * A result is a record without pointers into the script: everything that reports need, in numbers and texts. It is made
 * in the process that played, sent as a line of JSON, and read where reports are written: in the same run, or later
 * from a file. docs/json.md describes the lines; result.c has a row for each name in them.
 */
#ifndef REPORT_RESULT_H
#define REPORT_RESULT_H

#include "drill/record.h"
#include "util/buf.h"

struct result_packet {
	vtime_t at;                                          /* since the start of the script */
	vtime_t wall;                                        /* the target's clock: for capture files */
	const uint8_t *bytes;                                /* an IP packet */
	size_t length;
};

struct result_mismatch {
	const char *field;
	const char *expected, *observed;                     /* NULL: no values, .text says it */
	const char *text;
};

enum result_status { RESULT_OK, RESULT_FAILED, RESULT_WARNED, RESULT_NOT_REACHED, RESULT_STATUSES };
extern const char *const result_status_name[RESULT_STATUSES];
extern const char *const result_kind_name[ENTRY_TRACE + 1];

struct result_event {
	enum entry_kind kind;
	enum result_status status;
	int line;                                            /* of the script; 0: none asked for this */
	const char *sign;                                    /* "<", ">", "call", "return", "shell", "code", "|" */
	const char *way;                                     /* from there to the line: macros, loops; NULL: none */
	const char *text;                            /* as the script has it, without time; of a trace: what happened */
	bool timed;                                          /* planned times are meant */
	vtime_t planned, planned_end;
	bool happened;                                       /* .actual is a time */
	vtime_t actual, lateness;
	const char *expected, *observed;                     /* packets of script space in script syntax; or NULL */
	const char *live;                                    /* a call with live arguments and its result; or NULL */
	enum mismatch_kind mismatch;
	const struct result_mismatch *mismatches;
	size_t mismatch_count;
	const char *message, *explanation;                   /* see struct entry; or NULL */
	const struct result_packet *packets;                 /* live ones */
	size_t packet_count;
};

/* State of the connection under test after an event. Windows and thresholds in bytes or in segments, as Linux has them
 * in struct tcp_info. */
struct result_sample {
	vtime_t at;
	int fd;                                              /* of the script */
	struct sampled values;
};

struct result_diagnostic {
	const char *severity;                                /* "error", "warning" */
	int line, column;                                    /* 0: none */
	const char *text;
};

struct result_setting {
	const char *name, *value;
};

struct result {
	int64_t number;                                      /* in the plan, from 1 */
	const char *id;                                      /* unique in the plan, stable from run to run */
	const char *path;
	const char *target, *profile, *address;              /* profile: NULL where the target has none */
	const char *defects;                                 /* of the reference stack, with commas; NULL: none */
	const char *reached;                                 /* defects it could have noticed, likewise; or NULL */
	int64_t seed;                                        /* of its random numbers; 0: none was asked for */
	const struct result_setting *settings;               /* script options that this variant sets */
	size_t setting_count;
	const char *title;                                   /* from the headers of the case; NULL: it has none */
	const char *covers, *needs;
	enum verdict verdict;
	bool expected;                                       /* a known failure that a plan expects: .verdict is PASS */
	enum verdict observed_verdict;                       /* what the verdict would be without the plan */
	const char *headline;                               /* what went wrong, see headline.h; NULL: not at an event */
	const char *reason;                                  /* one line; NULL for PASS */
	bool elsewhere;                                 /* a SKIP: the case is for other targets or profiles */
	int attempts;
	bool virtual_time;
	vtime_t duration;                                    /* on the clock of the target */
	vtime_t wall;                                        /* on our clock; 0: no report asked for it */
	vtime_t worst_lateness, worst_wake, stolen;          /* of the harness and the machine */
	vtime_t round_trip, clock_offset;                    /* of another machine; 0: there is none */
	int line;                                            /* of the failure; 0: none */
	enum mismatch_kind mismatch;                         /* of the failure, as all up to .explanation; or none */
	const char *message, *explanation;
	const char *cleanup_message;                         /* of a clean-up command that failed; or NULL */
	const struct result_diagnostic *diagnostics;         /* what is wrong with the script */
	size_t diagnostic_count;
	const char *script;                                  /* its text; NULL: it could not be read */
	const char *text;                                    /* the report for a person, plain */
	const char *code_output, *code_errors;               /* of code blocks; or NULL */
	const char *observed_script;                         /* the script as it would have to read to pass; or NULL */
	const struct result_event *events;                   /* in the order in which they happened */
	size_t event_count;
	const struct result_sample *samples;
	size_t sample_count;
};

/* A kernel that was booted to play cases. */
struct result_kernel {
	const char *target;                                  /* as the cases have it */
	const char *release;                                 /* "6.12.117" */
	int hz;
	const char *source;                                  /* "v6.12-3-g0123456789ab-dirty"; NULL: unknown */
	const char *configuration;                           /* its options, as lines CONFIG_X=y */
};

/* Append it in one line of words, without .target; of the configuration there are 16 digits. */
void result_kernel_text(struct buf *out, const struct result_kernel *kernel);

/* The first line: what the cases belong to. Parts of one plan have the same .plan, .digest, .version and .cases. */
struct result_run {
	int64_t format;                                      /* RESULT_FORMAT */
	const char *version;                                 /* of protodrill */
	const char *plan, *digest;                           /* name, and what its cases mean in 16 hex digits */
	int64_t cases;                                       /* in the whole plan */
	int64_t shard, shards;                               /* from 1; 0: the whole plan */
	int64_t shard_cases;                                 /* that are to come in this shard */
	const char *system;                                  /* of the machine, where its kernel is tested; or NULL */
	const struct result_kernel *kernels;                 /* each once */
	size_t kernel_count;
	/* Only where a report asked for it: */
	vtime_t started;                                     /* since 1970; 0: unknown */
	const char *command;                                 /* the command line; NULL: unknown */
};

/* The last line: the counts, and whether anything is missing. */
struct result_end {
	int64_t passed, failed, inconclusive, skipped, errors;
	int64_t expected;                                    /* of the passed: known failures */
	bool complete;                                       /* every case of the plan, or of its shard, has its line */
	const char *interrupted;                             /* "INT"; or NULL */
	vtime_t wall;                                        /* how long the run took; 0: unknown */
};

enum { RESULT_FORMAT = 1 };
enum result_line_kind { RESULT_LINE_RUN, RESULT_LINE_CASE, RESULT_LINE_END };

struct result_line {
	enum result_line_kind kind;
	union {
		struct result_run run;
		struct result result;
		struct result_end end;
	};
};

/* The table of a line, but for its "kind": for tests of docs/json.md, which describes it. */
struct json_shape;
const struct json_shape *result_line_shape(enum result_line_kind kind);

/* What @r came to. Texts are borrowed from @r and its script or made in @r's arena. Leaves .number, .id, .settings and
 * what else belongs to the plan to the caller. */
void result_of_record(struct result *out, const struct record *r);

/* The event at which it failed; NULL: it did not, or not at an event. */
const struct result_event *result_failure(const struct result *result);

/* What a report says first about a case that did not pass: its headline, or else its reason. Never NULL. */
const char *result_headline(const struct result *result);
/* Did an event end it, which says why? A FAIL, and an ERROR of the script's own. */
bool result_has_failed(const struct result *result);

/* Append why a run is not complete, in one sentence; nothing when it is. */
void result_end_text(struct buf *out, const struct result_end *end);

/* Append one line of JSON with its newline. The same object gives the same bytes. Bytes that are no UTF-8 become
 * U+FFFD. */
void result_line_write(struct buf *out, const struct result_line *line);
/* The same for a case. */
void result_write(struct buf *out, const struct result *result);

/* Read a line back; texts are allocated from @arena. False if it is not such a line: @problem says why. Names that are
 * not known are ignored: they may come from a newer version. */
bool result_line_read(const char *text, size_t length, struct arena *arena, struct result_line *out,
                      struct buf *problem);

#endif
