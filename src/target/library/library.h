/* SPDX-License-Identifier: MIT
 *
 * library.h - a stack that is a library as a target, in virtual time, or on a clock of its own
 *
 * Nothing runs behind the drill's back and nothing outside is touched: the clock stands still until wait() moves it,
 * and files live in memory (files.h). The same driver with the same options and the same script gives the same packets,
 * byte for byte.
 *
 * What the contract of target.h leaves open:
 * - wait() without limit comes back with TARGET_TIME when nothing can happen any more, and the clock has not moved: in
 *   virtual time there is nobody who could change that.
 * - A call that blocks although it is not marked blocking runs the stack forward until it returns, or up to its limit;
 *   one without a limit would wait for ever when the stack has nothing left to do, or does nothing for it in
 *   LIBRARY_PATIENCE_S or LIBRARY_CALL_STEPS: it ends with EDEADLK, or with what it had done.
 * - There is no device: what the stack has sent is gone for it, whether a line has looked at it or not.
 * - On a clock of its own (library_set_real()) nothing of that holds that is about time: it goes on while nobody waits,
 *   and how late waits ended is told by disturbance().
 * - TARGET_FAILED comes when the driver is broken, when the stack has sent LIBRARY_QUEUE_BYTES that nobody asked for,
 *   and when it wants to do something LIBRARY_STEPS times at one and the same instant.
 */
#ifndef TARGET_LIBRARY_LIBRARY_H
#define TARGET_LIBRARY_LIBRARY_H

#include "target/library/driver.h"
#include "target/library/files.h"
#include "target/target.h"

enum {
	LIBRARY_EPOCH_S = 946684800,                         /* 2000-01-01: capture files show a date */
	LIBRARY_PATIENCE_S = 86400,
	LIBRARY_QUEUE_BYTES = 64 << 20,
	LIBRARY_STEPS = 1000000,
	LIBRARY_CALL_STEPS = 10000,
};

struct library;

/* A target whose clock stands at LIBRARY_EPOCH_S. @ports: the number from which the ports of the remote side follow.
 * Give it a driver before anything else happens; close() of the target frees the driver, too. */
struct library *library_new(uint64_t ports);
void library_set_driver(struct library *lib, struct stack_driver *driver);
struct target *library_target(struct library *lib);
/* The driver has a clock of its own, whose timers may be @resolution late. */
void library_set_real(struct library *lib, vtime_t resolution);
/* Something that is neither the stack's fault nor the script's took this long. */
void library_note_late(struct library *lib, vtime_t late);

/* ---- for drivers ---- */

/* The stack sends an IP packet. */
void library_output(struct library *lib, const void *bytes, size_t length, vtime_t now);
/* A command lets time pass. @library: a struct library. */
void library_sleep(void *library, vtime_t duration);
vtime_t library_now(const struct library *lib);
struct files *library_files(struct library *lib);

#endif
