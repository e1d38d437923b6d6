/* SPDX-License-Identifier: MIT
 *
 * duplicates.h - descriptors that dup() made
 *
 * A stack and the files in memory know one number for each thing that is open. The numbers of dup() are known here
 * only: each is another one for a real number, and calls get the real one. What is open stays open until the last of
 * its numbers is closed; a real number whose turn came earlier is hidden until then, and cannot be used.
 *
 * Left out: flags of a descriptor of its own (FD_CLOEXEC), and that epoll tells two numbers of one thing apart.
 */
#ifndef TARGET_LIBRARY_DUPLICATES_H
#define TARGET_LIBRARY_DUPLICATES_H

#include <stddef.h>

#include "target/target.h"

/* Duplicates begin above the descriptors of files, and fit into a set of select(). */
enum { DUPLICATES = 64, DUPLICATES_FIRST = 900 };

struct duplicates {
	int real[DUPLICATES];                                /* by number - DUPLICATES_FIRST; 0: free */
	int hidden[DUPLICATES];                              /* real numbers that are closed except for their
	                                                        duplicates */
	size_t hidden_count;
};

/* The number that the stack knows; an invalid one if @fd is hidden. */
int duplicates_real(const struct duplicates *d, int fd);
/* Another number for @real, or -EMFILE. */
int duplicates_add(struct duplicates *d, int real);
/* @fd is closed: returns the real number that is to be closed, or -1 if something else keeps it open. */
int duplicates_close(struct duplicates *d, int fd);
/* Put real numbers in the place of all descriptors of @call, except those of close() and select(). */
void duplicates_resolve(const struct duplicates *d, struct call *call);

#endif
