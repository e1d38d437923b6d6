/* SPDX-License-Identifier: MIT
 *
 * adapter.h - a process that has a stack: started, asked, ended
 *
 * Strictly question and answer, over one stream socket that is the process's standard input (docs/adapter-protocol.md).
 * What it writes to standard error is kept, as far as somebody would want to read it: its last words.
 *
 * Whatever the process does, a question ends: with an answer, or with an adapter that is broken from then on. Broken it
 * is when it dies, stays silent for too long, answers what was not asked, or sends what is no frame. Then the
 * process and all of its group are killed at once, and adapter_problem() is the sentence that tells what happened.
 */
#ifndef TARGET_PROCESS_ADAPTER_H
#define TARGET_PROCESS_ADAPTER_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/vtime.h"

enum { ADAPTER_PATIENCE_S = 10 };

/* How many bytes stand at the beginning of the answers to HELLO and ADVANCE (docs/adapter-protocol.md). */
enum { HELLO_HEAD = 24, ADVANCE_HEAD = 12 };

struct adapter;
struct mould;

/* Where an adapter comes from. A command is words with blanks between them, any of which may be quoted; no shell reads
 * it. The program is looked for along PATH, and runs in the folder @home; NULL: the current one. With @serve the
 * command is only a name, and the process is a copy of this one that ends with what serve(path) returns: loading
 * another program costs more than most cases do. With @mould it may be a copy of the program whose words are @copier,
 * too, which has loaded the object (mould.h). Messages call it by its @name, if it has one. */
struct adapter_source {
	const char *command, *home;
	int (*serve)(const char *path);
	const char *path;
	const char *name;
	struct mould *mould;
	char *const *copier;
};

/* @patience_s: for one answer; 0: ADAPTER_PATIENCE_S. NULL with @problem. */
struct adapter *adapter_start(const struct adapter_source *source, int patience_s, struct buf *problem);

/* Ask, and wait for the answer; its body, *length bytes from *body on, lives until the next question. False: the
 * adapter does not know the question, or it is broken. */
bool adapter_ask(struct adapter *a, unsigned type, const struct buf *question, const uint8_t **body, size_t *length);

/* Answers are awaited for at most @duration from now on, so that there is time left to say what was wrong. */
void adapter_hurry(struct adapter *a, vtime_t duration);

/* It has a clock of its own, and works while nobody asks: until then it has the processor of this thread (processor.h).
 */
void adapter_works_alone(struct adapter *a);

/* After HELLO: does it have the flag TELLS? Bit 15 in the type of an answer is wrong without it. */
void adapter_tells(struct adapter *a, bool tells);

/* Has anything come as the answer to the last question, be it nonsense? */
bool adapter_was_heard(const struct adapter *a);
/* The number of the last question. */
uint16_t adapter_tag(const struct adapter *a);
/* How many questions there have been, and the number of the last one whose answer said that something is due. */
uint64_t adapter_count(const struct adapter *a);
uint64_t adapter_last_due(const struct adapter *a);

/* Declare it broken for a reason that only its user can see: "answered ..."; the first reason counts. */
void adapter_break(struct adapter *a, const char *format, ...) PRINTF_LIKE(2, 3);
/* NULL, or why it is broken. Lives as long as @a. */
const char *adapter_problem(const struct adapter *a);

/* An adapter that waits for its next case, if it can be reset (RESET); a zeroed shelf is empty. One that stays on it is
 * freed by whoever takes or puts the next, or ends with this process. */
struct adapter_shelf {
	struct adapter *adapter;
};

/* NULL: no adapter of that @command is there. */
struct adapter *adapter_shelf_take(struct adapter_shelf *shelf, const char *command);
void adapter_shelf_put(struct adapter_shelf *shelf, struct adapter *a);

/* Is the process there that was started, and not another one that answers in its place? Else it is broken. */
bool adapter_is_there(struct adapter *a);
/* Take leave of a process that is not broken, and wait for its end; adapter_problem() tells whether it ended badly. */
void adapter_end(struct adapter *a);
/* Close our half of the stream without a word. False: two seconds later the process is still there. */
bool adapter_hang_up(struct adapter *a);
void adapter_free(struct adapter *a);                    /* ends the process if it is still there; NULL is fine */

#endif
