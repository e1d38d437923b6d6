/* SPDX-License-Identifier: MIT
 *
 * signature.h - one table that describes every system call a script can make
 *
 * A row says the name, the shape of each argument, how the result is compared and whether the call may
 * block. `check` reads it to judge a script, the drill to prepare, run and compare a call. A new call is
 * a row here and a row in each target.
 */
#ifndef SCRIPT_SIGNATURE_H
#define SCRIPT_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>

#include "script/call_id.h"
#include "util/buf.h"

enum { CALL_ARGUMENTS = 6 };

/* How an argument is written in a script, and what it becomes. */
enum shape {
	SHAPE_NONE,                                          /* no such argument */
	SHAPE_FD,                                            /* script descriptor -> live descriptor */
	SHAPE_INT,                                           /* 32-bit integer expression */
	SHAPE_INT64,
	SHAPE_DOMAIN,                                        /* ...: the domain of the ip_version; or integer */
	SHAPE_LOCAL_ADDRESS,                                 /* ...: local address and bind_port */
	SHAPE_REMOTE_ADDRESS,                                /* ...: remote address and connect_port; integer:
	                                                        a zeroed sockaddr of that family */
	SHAPE_ADDRESS_OUT,                                   /* ...: room for an address, not compared */
	SHAPE_ADDRESS_LENGTH,                                /* ...: length of the address before it */
	SHAPE_ADDRESS_LENGTH_OUT,                            /* ...: in-out length of the address before it */
	SHAPE_SEND_BUFFER, SHAPE_RECEIVE_BUFFER,             /* ... or NULL; the next argument is its length */
	SHAPE_SEND_IOVEC, SHAPE_RECEIVE_IOVEC,               /* [{..., N}, ...]; the next argument is the count */
	SHAPE_SEND_MSGHDR, SHAPE_RECEIVE_MSGHDR,
	SHAPE_SEND_MMSGHDRS, SHAPE_RECEIVE_MMSGHDRS,         /* [{msg_hdr=, msg_len=}, ...];
	                                                        the next argument is the count */
	SHAPE_TIMEOUT_REF,                                   /* NULL or {tv_sec=, tv_nsec=}, passed by address */
	SHAPE_TIMEVAL_REF,                                   /* NULL or {tv_sec=, tv_usec=}, passed by address */
	SHAPE_FD_COUNT,                                      /* select: n, or ...: enough for all that are in the
	                                                        sets */
	SHAPE_FD_SET,                                        /* select: NULL, [fd, ...], or {[fd, ...], [fd, ...]}: the
	                                                        question, and the answer */
	SHAPE_NEW_FD,                                        /* dup2, dup3: a descriptor, open or not */
	SHAPE_OPTION_VALUE,                                  /* setsockopt: [n], "text", linger, ... */
	SHAPE_OPTION_RESULT,                                 /* getsockopt: the same, compared afterwards */
	SHAPE_OPTION_LENGTH,                                 /* setsockopt: n, or ...: the length of the value */
	SHAPE_OPTION_LENGTH_REF,                             /* getsockopt: [n], in-out; ...: the length of the value,
	                                                        and not compared */
	SHAPE_INT_REF_OUT,                                   /* ioctl: [n], compared afterwards */
	SHAPE_OPTIONAL_INT,                                  /* fcntl: may be absent */
	SHAPE_OPTIONAL_INT_REF_OUT,                          /* ioctl: may be absent */
	SHAPE_POLLFDS,                                       /* [{fd=, events=, revents=}, ...] */
	SHAPE_EPOLL_EVENT,                                   /* epoll_ctl: passed in */
	SHAPE_EPOLL_EVENT_RESULT,                            /* epoll_wait: first entry compared */
	SHAPE_PATH,                                          /* "text" */
	SHAPE_OFFSET_REF,                                    /* sendfile: [n], 64-bit, passed by address */
	SHAPE_OFFSET_POINTER,                                /* splice: 64-bit number used as the pointer itself */
	SHAPE_FD_PAIR,                                       /* pipe, socketpair: [a, b], binds two descriptors */
};

enum result_mode {
	RESULT_EXACT,
	RESULT_FD,                                           /* any live value >= 0 passes and the
	                                                        script number becomes its name */
	RESULT_NON_NEGATIVE,                                 /* any live value >= 0 passes when the script's is >= 0 */
};

struct signature {
	const char *name;
	enum call_id id;
	enum result_mode result;
	bool can_block;                                      /* may be written with ...END: all but splice */
	enum shape shapes[CALL_ARGUMENTS];
};

/* NULL if there is no such call. */
const struct signature *signature_find(const char *name);
const struct signature *signature_of(enum call_id id);
/* The known call that @name was probably meant to be, or NULL. */
const char *signature_guess(const char *name);
/* Calls that only another dialect knows (sctp_..., psp_...): the dialect's name, or NULL. */
const char *signature_dialect(const char *name);
/* Fewest and most arguments. */
void signature_arity(const struct signature *s, int *least, int *most);
/* Append how the call is written: "listen(fd, backlog)", "fcntl(fd, command[, argument])". */
void signature_print(struct buf *out, const struct signature *s);

#endif
