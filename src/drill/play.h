/* SPDX-License-Identifier: MIT
 *
 * play.h - one run of one script: what the parts of the drill share
 *
 * The functions that handle an event return false when the run has ended: then the record has its
 * failure or verdict.
 */
#ifndef DRILL_PLAY_H
#define DRILL_PLAY_H

#include "drill/call.h"
#include "code/code.h"
#include "drill/drill.h"
#include "drill/flow.h"
#include "drill/timeline.h"

/* Its bytes are in the record's arena. */
struct held_packet {
	struct held_packet *next;
	struct observation seen;
	const struct flow *flow;                             /* whose lines it is for; NULL: for the next line */
};

/* Held packets that the present wait cannot use, in the order in which they came. */
struct set_aside {
	struct held_packet *first, **last;
};

struct play {
	const struct script *script;
	const struct config *config;
	struct target *target;
	const struct drill_options *options;
	struct record *record;
	struct flows flows;
	struct call_context calls;
	struct timeline timeline;
	/* script time when the last event was over, as it happened */
	vtime_t reached;
	vtime_t gap;                                         /* from then until its successor's time was resolved */
	/* how far the last event was behind its time because of us */
	vtime_t own_delay;
	uint16_t first_remote_port;                          /* reserved before the clock starts; 0: used */
	/* the blocking call in progress */
	struct running_call *pending;                        /* NULL: none */
	struct entry *pending_entry;
	struct due pending_due;
	/* packets that were looked at and belong to later lines, in the order in which they left */
	struct held_packet *held;
	bool wants_any;                                      /* any held packet will do, of whatever flow */
	uint32_t fragmented;                                 /* packets that were injected in fragments */
	/* of names, newest first; and the event at work as it is written, where the one that is played is a copy */
	struct value *values;
	const struct event *written;
	/* code blocks met so far */
	struct code_block *code, **code_last;
};

/* ---- play.c: what everything stands on ---- */

vtime_t play_now(struct play *p);                       /* since script start */

/* The time of @event. A relative time counts from what happened last, not from when we look. False: it goes backwards,
 * and @why is the sentence. */
bool play_resolve(struct play *p, const struct event *event, struct due *out, struct buf *why);

void play_set_verdict(struct play *p, enum verdict verdict, struct entry *e, const char *reason);
/* Add what the target knows about delays of the machine to the record. */
void play_collect_disturbance(struct play *p);

/* @e failed, with a message and a kind: FAIL; INCONCLUSIVE when the machine was disturbed or we were
 * interrupted; ERROR when the machine did not give us what we need. @place stands in front of the reason: "line
 * 7: ", or nothing. */
void play_set_failure(struct play *p, struct entry *e, const char *place);

/* Was @what of @e something that the target has no means for? Then the verdict is SKIP, and that is the reason. */
bool play_skip(struct play *p, struct entry *e, const char *what);
/* Let @e fail, as play_set_failure() does, with the old wording. False. */
bool play_fail(struct play *p, struct entry *e, enum mismatch_kind kind, const char *format, ...) PRINTF_LIKE(4, 5);
#define play_fail(...) always_false(play_fail(__VA_ARGS__))
/* The packet of @e is of a protocol that the socket under test does not speak, or there is no socket. Always false. */
bool play_fail_without_socket(struct play *p, struct entry *e);
/* The harness was later than the tolerance: the run says nothing about the target. False. */
bool play_inconclusive(struct play *p, struct entry *e, vtime_t lateness, vtime_t tolerance);
/* Show observers what has happened so far. The target is not blamed for the time that takes. */
void play_publish(struct play *p);
/* If somebody has asked us to stop, sets the verdict and returns false. */
bool play_not_interrupted(struct play *p, struct entry *e);

/* packet_parse(), with TCP within UDP where the script has that. */
enum packet_parse_result play_parse(const struct play *p, const uint8_t *bytes, size_t length, struct packet *out,
                                    const char **why);
struct live_packet *play_keep_packet(struct play *p, const uint8_t *bytes, size_t length, vtime_t at);
/* Keep a packet for the lines of @flow (NULL: for the next line), its bytes being those of a record. */
void play_hold(struct play *p, const struct observation *seen, const struct flow *flow);
/* While packets of all connections are looked at, those of @owner's lines go to @aside, which begins as zeros; and all
 * of it back, in front of what is still held. */
void play_set_aside(struct play *p, struct set_aside *aside, const struct observation *seen, const struct flow *owner);
void play_give_back(struct play *p, struct set_aside *aside);
/* The first held packet for the flow under test, or for anybody. */
bool play_next_held(struct play *p, struct observation *out);
/* A packet that the flow under test does not take: of another connection with a name, for whose lines it is kept, or
 * foreign, which the record tells. */
void play_pass_over(struct play *p, const struct observation *seen, struct live_packet *live);
/* The entry of the line @event, which expects a packet within @due. */
struct entry *play_expect(struct play *p, const struct event *event, const struct due *due);
/* Append @sentence (NULL: nothing) to what explains @e. */
void play_explain(struct play *p, struct entry *e, const char *sentence);
/* What @e differs in, if anything, ends the run, as @kind; with --non_fatal=packet it becomes a warning. True when the
 * run goes on. */
bool play_conclude(struct play *p, struct entry *e, enum mismatch_kind kind);
/* Did @e happen in time? If not, "time" becomes a mismatch, of the kind that is returned. */
enum mismatch_kind play_judge_time(struct play *p, struct entry *e, const struct due *due, const char *what);
/* Take what still waits in the capture queue, as unexpected packets, without waiting. */
void play_drain(struct play *p);
/* A port for a new child of a listening socket; @user is the struct play. */
uint16_t play_next_remote_port(void *user);

/* ---- drill_return.c: what came back from a call, or did not ---- */

/* Judge what came back, and let it take effect. */
bool play_settle(struct play *p, struct running_call *r, const struct call_result *result, struct entry *e);
/* Fail with the first mismatch of @e, as the old wording says it. False. */
bool play_fail_call(struct play *p, struct entry *e, const char *name);
/* When the call in progress, if any, has been waited for long enough; else never. Script time. */
vtime_t play_pending_limit(const struct play *p);
/* The call @r has not come back since @since: fail, and say how far it has come. @result: of a call that was broken
 * off, else NULL. False. */
bool play_fail_blocked(struct play *p, struct running_call *r, const struct event *event, vtime_t since,
                       const struct call_result *result);
/* The call in progress returned. */
bool play_returned(struct play *p, const struct call_result *result);

/* ---- play_wait.c ---- */

/* Ask the target for @interest until @until (script time); handles the return of the pending call. *event is
 * what came: TARGET_TIME or TARGET_PACKET. */
bool play_wait(struct play *p, vtime_t until, unsigned interest, struct observation *out, enum target_event *event);
/* Sleep until @due and judge how late we are; @what names the event in messages. */
bool play_wait_for(struct play *p, struct entry *e, const struct due *due, const char *what);
/* The packet of @e has left at .actual: until then it was built, for which we alone took the time. */
void play_left_later(struct play *p, struct entry *e);
/* Is a packet the one that a line is about? @line is what the file of that kind of line knows of it. */
typedef bool play_wanted_fn(struct play *p, const struct live_packet *live, void *line);
/* Wait, as long as @due allows, for the first packet that is @wanted: it becomes the live packet of @e. The line is of
 * no connection, so what came before stays for the lines of those that have one, and is foreign otherwise. False when
 * none came, or somebody asked us to stop; then @e has failed. */
bool play_await_packet(struct play *p, struct entry *e, const struct due *due, play_wanted_fn *wanted, void *line);
/* Wait for the pending call, but not for ever; *idle says whether there is none any more. */
bool play_await_return(struct play *p, bool *idle);

/* ---- above these: one file a kind of event; they do not see each other ---- */

bool play_call(struct play *p, const struct event *event);                                 /* drill_call.c */
bool play_inbound(struct play *p, const struct event *event, const struct due *due);        /* drill_inbound.c */
/* Reset the connections that are still open. */
void play_reset_flows(struct play *p);
bool play_outbound(struct play *p, const struct event *event, const struct due *due);       /* drill_outbound.c */
/* "> nothing" (drill_silence.c). */
bool play_nothing(struct play *p, const struct event *event, const struct due *due);
/* Is the next packet, in its time, the one of the optional line @event? Then play_outbound() takes it. False when the
 * run ends. */
bool play_may_come(struct play *p, const struct event *event, const struct due *due, bool *comes);
/* Segments until there are as many bytes as the line wants (drill_stream.c). */
bool play_stream(struct play *p, const struct event *event, const struct due *due);
/* The next message of IGMP or MLD (drill_membership.c). */
bool play_membership(struct play *p, const struct event *event, const struct due *due);
/* The fragments of one packet (drill_fragment.c). */
bool play_fragments(struct play *p, const struct event *event, const struct due *due);
/* The lines of the block that begins with @first; each that is answered is played by @play (drill_group.c). */
bool play_group(struct play *p, const struct event *first,
                bool (*play)(struct play *, const struct event *));
bool play_raw_inbound(struct play *p, const struct event *event, const struct due *due);    /* drill_raw.c */
bool play_raw_outbound(struct play *p, const struct event *event, const struct due *due);
bool play_let(struct play *p, const struct event *event, const struct due *due);            /* drill_let.c */

/* Sample the variables of the connections under test, if the options ask for it (sample.c). */
void play_sample(struct play *p);

/* A sentence about what @packet (script space), which left @at while @e was to be answered, probably was, and
 * what prevents such a packet (likely.c); or NULL. */
const char *play_likely(struct play *p, const struct entry *e, const struct packet *packet, vtime_t at);
/* A sentence that says so if Nagle's algorithm seems to hold back the segment that the line of @e expects; or NULL. */
const char *play_held_back(struct play *p, const struct entry *e);

/* Is @observed, in script space, what the line expects, apart from its time and its payload's octets (diagnose.c)? */
bool play_answers(struct play *p, const struct scripted_packet *scripted, const struct packet *observed);
/* What kind of event a packet that does not match probably was; fills kind and explanation (diagnose.c). */
void play_diagnose(struct play *p, struct entry *e, const struct due *due);
/* A sentence about @e, a line whose packet never came, when a line behind it has what would have caused the packet; or
 * NULL (diagnose.c). */
const char *play_misplaced(struct play *p, const struct entry *e);

#endif
