/* SPDX-License-Identifier: MIT
 *
 * record.h - what was planned and what happened: every report is made from a record
 *
 * An append-only list of entries. The drill appends, nobody prints from inside the drill. All texts,
 * packets and entries live in the record's arena; nodes of the script are borrowed, so a record must not
 * outlive its script. Times are relative to the start of the script unless said otherwise.
 */
#ifndef DRILL_RECORD_H
#define DRILL_RECORD_H

#include "script/ast.h"
#include "target/target.h"
#include "util/arena.h"
#include "util/vtime.h"
#include "wire/packet.h"

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_INCONCLUSIVE, VERDICT_SKIP, VERDICT_ERROR, VERDICTS };
extern const char *const verdict_name[VERDICTS];
int verdict_exit_status(enum verdict v);                /* 0, 1, 3, 0, 2 */

/* What kind of difference a failed expectation shows. */
enum mismatch_kind {
	MISMATCH_NONE,
	MISMATCH_FIELDS,                                     /* the packet came, fields differ */
	MISMATCH_MISSING,                                    /* it never came, or a later expected one came instead */
	MISMATCH_EXTRA,                                      /* a packet that no line expects came first */
	MISMATCH_DUPLICATE,                                  /* ... which repeats one that had come before */
	MISMATCH_RESEGMENTED,                                /* the same bytes in other pieces */
	MISMATCH_EARLY, MISMATCH_LATE,                       /* right, but not in time */
	MISMATCH_RESULT,                                     /* a call returned another value or errno */
	MISMATCH_OUTPUT,                                     /* what a call returned otherwise:
	                                                        option value, revents ... */
	MISMATCH_ASSERTION,                                  /* code */
	MISMATCH_COMMAND,                                    /* a command failed */
	MISMATCH_BLOCKED,                                    /* a call does not return */
	MISMATCH_BASIS,                                      /* a line builds on what has not happened: a time-stamp
	                                                        that never came, a name without value ... */
	MISMATCH_OTHER,                                      /* cannot be played, whatever the target does: no socket,
	                                                        unknown descriptor ... The script's own fault */
	MISMATCH_KINDS
};
extern const char *const mismatch_kind_name[MISMATCH_KINDS];

/* One difference. @field is a span name of packet_dump(), "result", "errno", "time", "msg_flags" ... */
struct mismatch {
	struct mismatch *next;
	const char *field;
	enum packet_field id;                                /* of a packet; else PACKET_FIELD_NONE */
	const char *expected, *observed;                     /* values as text */
	const char *text;                                    /* the whole sentence, in the wording of the spec */
	const struct expr *place;                      /* of a call: the part of its line that differs; NULL: unknown */
	/* what would have to stand there, in the script's language */
	const char *written;
};

enum entry_kind {
	ENTRY_INBOUND,                                       /* injected by us */
	ENTRY_OUTBOUND,                                      /* expected, and what came for it */
	ENTRY_CALL,
	ENTRY_RETURN,                                        /* a blocking call came back */
	ENTRY_COMMAND,
	ENTRY_CODE,
	ENTRY_UNEXPECTED,                                    /* a packet that no line took; event NULL */
	ENTRY_FOREIGN,                                       /* a packet of another connection; event NULL */
	ENTRY_CLOSING,                                       /* a reset injected at the end; event NULL */
	ENTRY_TRACE,                                         /* .message: what happened inside the target; event NULL */
};

enum entry_status { ENTRY_OK, ENTRY_FAILED, ENTRY_WARNED };

/* One live packet: its bytes and times. */
struct live_packet {
	struct live_packet *next;
	vtime_t at;                                          /* since script start */
	vtime_t wall;                                        /* target clock: for capture files */
	const uint8_t *bytes;
	size_t length;
	struct packet packet;                                /* live numbers; payload points into bytes */
	const struct packet *in_script;                      /* in script space, where a line got several; else NULL */
};

struct entry {
	struct entry *next;
	enum entry_kind kind;
	enum entry_status status;
	const struct event *event;                           /* the script's line; NULL where none asked for this */
	int line;                                            /* for messages; 0: none */
	const char *connection;                              /* of a packet that no line took: the name of its
	                                                        connection, or NULL */
	bool stray;                 /* no line can be about the packet, since the script does not have its connection */
	bool timed;                                          /* planned times are meant (not for `*`) */
	vtime_t planned, planned_end;                        /* window without tolerance */
	vtime_t actual;
	vtime_t lateness;                                    /* ours: actual injection or call start minus planned */
	/* packets */
	const struct packet *expected;                       /* script space */
	const struct packet *observed;                       /* script space, after aggregation */
	struct live_packet *live;                            /* one, or several that were joined */
	bool show_packets;                                   /* the old wording dumps both packets after the message */
	/* calls */
	struct call_result result;
	const char *call_text;                               /* live arguments and result, for traces */
	int shifted;                                         /* mismatches: times that are no more wrong than .behind */
	/* code: the statement of the block's text that failed; length 0: unknown; and as it would hold, or NULL */
	size_t statement_at, statement_length;
	const char *statement_corrected;
	/* failures */
	enum mismatch_kind mismatch_kind;
	struct mismatch *mismatches;                         /* in checking order */
	const char *message;                                 /* the old wording after "FILE:LINE: ": "error handling
	                                                        packet: ...", "runtime error in read call: ..." */
	const char *explanation;                             /* one or more sentences for a person, or NULL */
};

/* The variables of a connection that are sampled: member here, name in struct tcp_info, key in lines of results,
 * heading in tables for people (NULL: not there). cwnd, ssthresh and unacked count segments, windows and mss bytes,
 * times are microseconds; retransmits are those since the last progress. What reports show of them besides is
 * theirs.
 *
 * Every target can report these. Others, which only the trace of the reference stack has, are not among them: SND.UNA,
 * SND.NXT and RCV.NXT, which struct tcp_info lacks and which plots take from the packets, and the variables of
 * congestion control algorithms, whose names differ. */
#define SAMPLED_VARIABLES(X) \
	X(state, state, "state", NULL) \
	X(cwnd, snd_cwnd, "cwnd", "cwnd") \
	X(ssthresh, snd_ssthresh, "ssthresh", "ssthresh") \
	X(snd_wnd, snd_wnd, "snd_wnd", "snd_wnd") \
	X(rcv_wnd, rcv_wnd, "rcv_wnd", "rcv_wnd") \
	X(mss, snd_mss, "mss", "mss") \
	X(rto, rto, "rto_us", "rto µs") \
	X(rtt, rtt, "rtt_us", "rtt µs") \
	X(rttvar, rttvar, "rttvar_us", "rttvar µs") \
	X(unacked, unacked, "unacked", "unacked") \
	X(retransmits, retransmits, "retransmits", "retransmits")

struct sampled {
#define X(member, tcpi, key, heading) int64_t member;
	SAMPLED_VARIABLES(X)
#undef X
};

/* Variables that had changed after an event. */
struct sample {
	struct sample *next;
	vtime_t at;                                          /* since script start */
	int fd;                                              /* of the script */
	struct sampled values;
};

struct record {
	struct arena *arena;
	const struct script *script;
	/* what reports call the case; NULL: the path of its script */
	const char *id;
	const char *target_name;
	bool virtual_time;
	struct entry *first, **last;
	/* in order of time; empty unless the drill was asked for them */
	struct sample *samples, **last_sample;
	struct entry *failure;                               /* the entry that ended the run, or NULL */
	enum verdict verdict;
	/* it failed as a plan expects: .verdict is PASS all the same */
	bool expected;
	enum verdict observed_verdict;                       /* the verdict without that expectation */
	const char *verdict_reason;                          /* one line; NULL for PASS */
	bool unplayable;                                     /* an ERROR that is the script's own: .failure says which,
	                                                        and reports show it as they show failures */
	bool elsewhere;                                      /* a SKIP because the case is for other targets */
	/* whole old-wording error text without entry: "F: error executing init command: ..." */
	const char *old_message;
	/* likewise, of a clean-up command that failed after something else */
	const char *cleanup_message;
	const char *code_output, *code_errors;               /* what code blocks wrote to stdout and stderr; or NULL */
	const char *command_output;                          /* what commands wrote, where it was kept; or NULL */
	vtime_t start;                                       /* target clock at script time 0 */
	vtime_t duration;
	vtime_t worst_lateness;
	struct disturbance disturbance;                      /* over the whole run */
	/* the most by which events, each within its tolerance, were behind the times that the script adds up to */
	vtime_t behind;
	/* the failure: a packet late by no more than timers are coarse */
	bool near_miss;
	struct arena *pending_call;                          /* memory of a call that never returned; NULL: none */
	int attempts;                                        /* 1, or more when INCONCLUSIVE runs were repeated */
	/* An observer of the run; NULL: none. Called once for each entry, in order, when its event is over, but for a
	 * call when it begins, so that a call that hangs is the last one seen. */
	void (*observe)(const struct record *r, const struct entry *e);
	struct entry **unseen;                               /* the first entry that was not shown to it */
};

struct record *record_new(const struct script *script, const char *target_name, bool virtual_time);
/* NULL is fine. Only after the target was closed: a call may be pending in it. */
void record_free(struct record *r);

/* A zeroed entry at the end of @r. */
struct entry *record_append(struct record *r, enum entry_kind kind, const struct event *event);
/* Show the observer the entries that it has not seen. */
void record_publish(struct record *r);
/* Append a mismatch, which is returned; texts are copied. */
struct mismatch *record_mismatch(struct record *r, struct entry *e, const char *field, const char *expected,
                                 const char *observed, const char *text);
/* The same about a field of a packet. */
struct mismatch *record_field_mismatch(struct record *r, struct entry *e, enum packet_field id, const char *expected,
                                       const char *observed, const char *text);

#endif
