/* SPDX-License-Identifier: MIT
 *
 * transcript.h - a conversation told as a script
 *
 * The script has the peer's packets as they were, those of the stack under test as expectations, and the calls that its
 * program must have made. Nothing in it reveals who the two were: no address, no port, no initial number, no octet of a
 * payload.
 */
#ifndef CAPTURE_TRANSCRIPT_H
#define CAPTURE_TRANSCRIPT_H

#include "capture/conversation.h"

struct transcript_options {
	struct side side;                                    /* which end is the stack under test */
	bool windows;                                        /* expect the windows that it offered, too */
	const char *name;                                    /* of the capture, for the title */
	size_t number;                                       /* of the conversation in it, from 1 */
};

/* Append the script of @c. False: @problem says why there is none. */
bool transcript_write(struct buf *out, const struct conversation *c, const struct transcript_options *options,
                      struct buf *problem);

#endif
