/* SPDX-License-Identifier: MIT
 *
 * linux.h - a Linux kernel that runs as a program, in virtual time
 *
 * User Mode Linux is the whole kernel as one program of an ordinary user. In its time-travel mode it has a clock of its
 * own, which stands while it computes and leaps to the next timer when it has nothing to do: so no machine is ever too
 * slow for it, and with a fixed seed of its random numbers it does the same every time.
 *
 * A kernel is booted for one task, which is handed to pid 1 as bytes, answers with bytes, and switches off. What a task
 * means is not known here: see cli/inside.h. pid 1 is this same program, with the argument LINUX_INSIDE_COMMAND.
 *
 * The rules:
 *  - What happens inside is a function of kernel, seed and task. The kernel mixes its command line into its random
 *    numbers, so that is always the same but for the size of memory, and the task comes in another way
 *    (archive.c): by a file that the kernel itself opens before there is a file system of ours.
 *  - Files of the host are seen read-only at their places; what is written goes to memory. No file of ours ever has a
 *    name on the host.
 *  - Whoever boots waits for the end on the clock of the host, and ends a kernel that takes too long. A kernel ends
 *    with the thread that booted it, however that ends, and its processes with the kernel.
 */
#ifndef TARGET_LINUX_LINUX_H
#define TARGET_LINUX_LINUX_H

#include <stdint.h>

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

/* The kernel that @name means: "": `linux` in the folder of kernels, which is $PROTODRILL_LINUX or else
 * ~/.cache/protodrill/linux; a word: NAME/linux there; with a slash: that file, or `linux` in that folder. Texts are
 * from @arena. False: @problem says what is missing, and what would help. */
bool linux_image_find(const char *name, struct arena *arena, struct linux_image *out, struct buf *problem);

/* Has this kernel what a case needs? @why: if not. What only a running kernel knows (needs of congestion controls,
 * commands) is granted here and looked at inside. */
bool linux_image_has(const struct linux_image *image, const struct need *need, struct buf *why);

/* ---- boot.c: from outside ---- */

struct linux_boot {
	const char *kernel;                                  /* its program */
	const struct buf *task;
	int64_t seed;
	int memory_mb;                                       /* that it believes to have; 0: LINUX_MEMORY_MB */
	int timeout_s;                                       /* on the clock of the host; 0: none */
};

enum { LINUX_MEMORY_MB = 1024 };

struct linux_end {
	struct buf answer;                                   /* whatever pid 1 sent; whole if it .switched_off */
	struct buf console;                                  /* the last lines of the kernel's console */
	bool switched_off;                                   /* as pid 1 wanted */
	bool timed_out;
	int status;                                          /* as waitpid() has it */
};

#define LINUX_END_INIT { .answer = BUF_INIT, .console = BUF_INIT }

/* Boot, wait, collect. False: it could not be started, @problem says why. linux_end_free() is due in any case. */
bool linux_boot(const struct linux_boot *boot, struct linux_end *out, struct buf *problem);
void linux_end_free(struct linux_end *end);

/* How a boot ended that has no answer, with the end of the console. */
void linux_describe_end(const struct linux_boot *boot, const struct linux_end *end, struct buf *out);

/* ---- inside.c: as pid 1 ---- */

/* Mount what a program expects, and read the task. False, with the reason on the console. */
bool linux_inside_begin(struct buf *task);
/* Make @folder of the host visible, with what lies beside it, where it is below a folder that is ours inside. */
bool linux_inside_show(const char *folder);
void linux_inside_answer(const struct buf *bytes);
/* Switch off; comes back only where that failed. */
void linux_inside_end(void);

#endif
