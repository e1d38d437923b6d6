/* SPDX-License-Identifier: MIT
 *
 * linux.h - a Linux kernel that runs as a program, in virtual time
 *
 * User Mode Linux is the whole kernel as one program of an ordinary user. In its time-travel mode it has a clock of its
 * own, which stands while it computes and leaps to the next timer when it has nothing to do: so no machine is ever too
 * slow for it, and with a fixed seed of its random numbers it does the same every time.
 *
 * A kernel is booted for a task, which is handed to pid 1 as bytes and gives any number of answers. What they mean is
 * not known here: see cli/task.h. pid 1 is this same program, with the argument LINUX_INSIDE_COMMAND.
 *
 * The rules:
 *  - What happens inside is a function of kernel, seed and task. The kernel mixes its command line into its random
 *    numbers, so that is always the same but for the size of memory, and the task comes in another way
 *    (preload/files.c): as a file that only this kernel sees on its host.
 *  - Files of the host are seen read-only at their places; what is written goes to memory. No file of ours ever has a
 *    name on the host.
 *  - Whoever boots waits for the end on the clock of the host, and ends a kernel that takes too long. A kernel ends
 *    with the thread that booted it, however that ends, and its processes with the kernel.
 */
#ifndef TARGET_LINUX_LINUX_H
#define TARGET_LINUX_LINUX_H

#include <stdint.h>
#include <sys/types.h>

#include "target/need.h"
#include "util/buf.h"
#include "util/vtime.h"

#define LINUX_INSIDE_COMMAND "inside"

/* ---- image.c: which kernel ---- */

enum { LINUX_RELEASE_ROOM = 65 };

struct linux_image {
	const char *path;                                    /* of the program */
	char release[LINUX_RELEASE_ROOM];                    /* "6.12.117" */
	int hz;
	const char *source;                               /* what build-linux noted of the source; NULL: nothing */
	const char *config;                                  /* its configuration, as lines CONFIG_X=y */
};

/* The kernel that @name means. "": `linux` in the folder of kernels, which is $PROTODRILL_LINUX or else
 * ~/.cache/protodrill/linux; a word: NAME/linux there; a name with a slash: that file, or `linux` in that folder. Texts
 * are from @arena. False: @problem says what is missing, and what would help. */
bool linux_image_find(const char *name, struct arena *arena, struct linux_image *out, struct buf *problem);

/* Does this kernel (a struct linux_image) have what a case needs? @why: if not. Needs that only a running kernel can
 * tell (congestion controls, commands) are granted here and checked inside. */
bool linux_image_has(const void *image, const struct need *need, struct buf *why);

/* ---- stock.c: kernels that are booted often ---- */

/* Belongs to one process; holds a booted copy of each kernel that was wanted twice. */
struct linux_stock;

struct linux_stock *linux_stock_new(void);
void linux_stock_free(struct linux_stock *stock);        /* NULL will do */

/* ---- boot.c: from outside ---- */

struct linux_boot {
	const char *kernel;                                  /* its program */
	const struct buf *task;                              /* what linux_inside_begin() is given */
	int64_t seed;
	int memory_mb;                                       /* how much it is told to have; 0: LINUX_MEMORY_MB */
	int timeout_s;                                       /* for each answer, on the clock of the host; 0: none */
	struct linux_stock *stock;                           /* where to take it from; NULL: it is booted */
};

enum { LINUX_MEMORY_MB = 1024, LINUX_SEED = 1 };           /* unless something else is asked for */

/* How a kernel ended without giving an answer. */
struct linux_end {
	struct buf console;                                  /* the last lines of the kernel's console */
	bool timed_out;
	int status;                                          /* as waitpid() has it */
};

/* A kernel that runs, from linux_guest_boot() to linux_guest_end(). */
struct linux_guest {
	struct linux_boot boot;
	pid_t child;                                         /* 0: it has ended */
	int pidfd;
	int answer, console;                                 /* our ends of its pipes */
	struct buf received;                                 /* answers, or parts of one, that nobody has taken */
	bool asked;                                          /* an answer was asked for, at least once */
	struct linux_end end;
};

#define LINUX_GUEST_INIT { .received = BUF_INIT, .end.console = BUF_INIT }

/* @g is from LINUX_GUEST_INIT. Of what @boot points to only .kernel is needed afterwards. False: it could not be
 * started, and @problem says why. */
bool linux_guest_boot(struct linux_guest *g, const struct linux_boot *boot, struct buf *problem);
/* Wait for its next answer, for .timeout_s at most. False: there is none, and the kernel has ended. */
bool linux_guest_answer(struct linux_guest *g, struct buf *answer);
/* How it ended, with the last lines of its console. */
void linux_describe_end(struct linux_guest *g, struct buf *out);
/* End it, if it has not ended, and free what it holds. @g is then as at the beginning. */
void linux_guest_end(struct linux_guest *g);

/* ---- frame.c: several texts in one stream ---- */

/* Append @bytes with their length in front. */
void linux_frame_add(struct buf *stream, const struct buf *bytes);
/* Take the text that begins at @at, which moves behind it; @bytes is cleared before. False: it has not come whole. */
bool linux_frame_next(const struct buf *stream, size_t *at, struct buf *bytes);

/* ---- inside.c: as pid 1 ---- */

/* Mount what a program expects, and read the task. False, with the reason on the console. */
bool linux_inside_begin(struct buf *task);
/* Make @folder of the host visible, with what is beside it, even below a folder that is ours inside. */
bool linux_inside_show(const char *folder);
/* Send the next answer. */
void linux_inside_answer(const struct buf *bytes);

/* Switch the machine off; returns only if that failed. */
void linux_inside_end(void);

/* ---- counts.c: which lines of the kernel ran, if it counts them ---- */

struct linux_counts;

/* Set all counts to zero. */
struct linux_counts *linux_counts_begin(void);
/* Append, for each object that ran since, two frames: its path on the machine that built it, NAME.gcda, and that file.
 * Frees @counts. */
void linux_counts_end(struct linux_counts *counts, struct buf *out);

/* ---- shared.c: one kernel for several cases, in pid 1 ---- */

struct linux_shared_settings;

/* The settings of a kernel that has just booted. Free with linux_settings_free(). */
struct linux_shared_settings *linux_settings_note(void);
void linux_settings_free(struct linux_shared_settings *settings);
/* Called in the process that is to play the next case. False, with the reason on the console. */
bool linux_shared_enter(void);
/* In pid 1: wait for @child, which played a case, and restore the kernel to what it was. False: the child has not ended
 * well, and the console says how. */
bool linux_shared_leave(pid_t child, const struct linux_shared_settings *settings);

#endif
