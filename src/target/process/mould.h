/* SPDX-License-Identifier: MIT
 *
 * mould.h - a process that has loaded a shared object once, and of which each case gets a copy
 *
 * To load an object costs more than most cases do: a dozen mappings, and a page fault for each page that is relocated.
 * So a program of our own loads it and then waits (mould_be()); for a case it is copied like a process that forks. A
 * copy has the memory that the mould had after loading, and shares none that can be written. It is a child of the one
 * who asked, not of the mould (CLONE_PARENT), so whatever is done with an adapter can be done with it: it is waited
 * for, killed and reaped in the same way, and ends with its parent.
 *
 * What loading leaves behind must not be shared: an object that starts a thread, keeps a descriptor open or maps shared
 * memory while it is loaded has no mould, nor has one that writes something or takes long. Then mould_cast() says so,
 * and the object is loaded for each case.
 */
#ifndef TARGET_PROCESS_MOULD_H
#define TARGET_PROCESS_MOULD_H

#include <stdbool.h>
#include <sys/types.h>

/* One for each process that plays cases; zeroed: nobody has asked yet. It ends with that process at the latest. */
struct mould {
	pid_t pid;                                           /* 0: there is none */
	int socket;
	char *command;                                       /* what it was made for */
	unsigned asked;                                      /* how often it was asked for that */
	bool cannot;                                         /* it cannot be had for that */
};

/* A process of words[0], which calls mould_be(), is made for the second case with @command, as one case alone is
 * played sooner without; it runs in the folder @home. */
struct mould_order {
	const char *command, *home;
	char *const *words;
};

/* A copy whose standard input and output are @socket, and whose standard error is @errors, on the one processor
 * @processor. 0: there is none, and the object is to be loaded. */
pid_t mould_cast(struct mould *m, const struct mould_order *order, int socket, int errors, int processor);
void mould_free(struct mould *m);

/* Be the mould of the object @path: load it, and let each copy end with what serve(path) returns. To be called by a
 * process that has no thread but this one. Returns the exit status. */
int mould_be(bool (*load)(const char *path), int (*serve)(const char *path), const char *path);

#endif
