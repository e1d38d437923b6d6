/* SPDX-License-Identifier: MIT
 *
 * profile.h - profiles: parameters of the stack under a name, as YAML
 *
 *	summary: what it is like, in one line
 *	based-on: rfc                 # another profile; without it, the parameters' own defaults
 *	parameters:
 *	  tcp_initial_window: 10      # a number in the range of stack/config.h, or the word of a choice
 *
 * Some are part of the program: the files in profiles/, of which `rfc` (the defaults) is the first.
 */
#ifndef TARGET_BUILTIN_PROFILE_H
#define TARGET_BUILTIN_PROFILE_H

#include "stack/config.h"
#include "util/arena.h"
#include "util/diag.h"

/* The profiles in the program on which another one is based, directly or not, up to a NULL. Not rfc, on which all are:
 * what is said of it need not hold for any other. */
enum { PROFILE_BASES = 4 };
struct profile_bases {
	const char *names[PROFILE_BASES];
};

/* Set *c to profile @name: one of those in the program, or the path of a file (with a slash, or ending in
 * .yaml or .yml), and *bases, if it is not NULL, to what that is based on. False with errors in @diags, whose places
 * point into memory of @arena. */
bool profile_load(const char *name, struct stack_config *c, struct profile_bases *bases, struct arena *arena,
                  struct diags *diags);
/* The same from a text; @name is for messages. */
bool profile_parse(const char *name, const char *text, size_t length, struct stack_config *c, struct arena *arena,
                   struct diags *diags);

/* The one-line summary of a profile in the program, allocated from @arena; "" if it has none. */
const char *profile_summary(size_t index, struct arena *arena);

/* Those in the program; generated when it is built. */
struct embedded_profile {
	const char *name, *text;
};

extern const struct embedded_profile embedded_profiles[];
extern const size_t embedded_profile_count;

#endif
