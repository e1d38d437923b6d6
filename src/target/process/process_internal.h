/* SPDX-License-Identifier: MIT
 *
 * process_internal.h - between the files of the driver of a stack in a process
 */
#ifndef TARGET_PROCESS_PROCESS_INTERNAL_H
#define TARGET_PROCESS_PROCESS_INTERNAL_H

#include "adapter/protodrill-adapter.h"
#include "target/library/commands_internal.h"
#include "target/library/library.h"
#include "target/process/adapter.h"
#include "target/process/process.h"
#include "target/process/wire.h"
#include "target/stalls.h"
#include "util/punctual.h"
#include "util/watch_set.h"

/* What is kept about a socket on this side. */
struct process_socket {
	int fd;                                              /* the adapter's number */
	int domain, type;
	int flags, fd_flags;                                 /* O_NONBLOCK; FD_CLOEXEC */
	int error;                                           /* handed back by return_error(), or 0 */
	vtime_t receive_timeout, send_timeout;
	bool opening;                                        /* its SYN took data along */
};

struct process_pending;

enum { CALL_HEAD = 8 + PROTODRILL_ADDRESS };                 /* the size of what the answer to CALL begins with */
#define CALL_PENDING INT64_MIN                               /* the value of one that is not answered yet */

struct process_commands {
	struct commands base;
	struct process *process;
};

/* What is known about the clock of another machine. */
struct device_clock {
	bool known;
	vtime_t offset;                                      /* how far it is ahead of ours */
	vtime_t fastest, slowest;                            /* the round trips of questions to it */
	vtime_t step;                                        /* by how much one of the two clocks was set meanwhile */
	int mtu;                                             /* of its card; 0: unknown */
	bool reports;                                        /* of groups: they may be repeated */
	vtime_t late;                                        /* how much longer we slept or sent than planned, or a
	                                                        thread of it was ready to run and did not */
};

/* This machine, while a card of it is played at. */
struct tester {
	bool begun;
	struct punctual punctual;
	struct stalls stalls;
};

struct process {
	struct stack_driver base;
	struct library *lib;
	struct adapter *adapter;
	struct adapter_shelf *shelf;                         /* where it goes if all was well to the end, or NULL */
	bool ended;                                          /* it has ended, well */
	bool settled;                                        /* the question .settled_by has moved the clock to */
	uint64_t settled_by;                                 /* .settled_at, and there was nothing more to do until
	                                                        then */
	vtime_t settled_at;
	char *name;                                          /* of the stack, as the adapter told it */
	unsigned flags;                                      /* enum protodrill_flag, of the answer to HELLO */
	char *unfit;                                         /* why the stack cannot play this script, or NULL */
	struct buf question;
	struct buf cannot;                                   /* what the last call could not do; "" for nothing */
	struct process_socket *sockets;                      /* in no particular order */
	size_t socket_count;
	struct watch_sets epolls;
	struct process_commands commands;
	bool real;                                           /* its clock runs by itself */
	struct wire *wire;                                   /* packets go through it, on our clock; NULL: through the
	                                                        stream */
	struct device_clock device;                          /* if there is a wire */
	struct tester tester;
	bool no_messages, no_connect_result;                 /* the adapter does not know RECVMSG, CONNECT_RESULT */
	struct process_pending *pending;                     /* calls that wait in the stack, the latest first */
	struct buf ended_call;                               /* the answer of a call that has ended */
};

static inline struct process *process_of(struct stack_driver *d)
{
	return (struct process *)d;
}

/* ---- process_remote.c: another machine, behind .wire ---- */

/* Called where the options name an interface. False: @problem says why there is no way to the machine. */
bool process_remote_open(struct process *p, const struct process_options *options, struct buf *problem);
/* The adapter has begun: from now on this process is punctual, and it is measured how late the machine lets it be. */
void process_remote_begin(struct process *p);
void process_remote_close(struct process *p);
/* 0 or DRIVER_CANNOT. */
int process_remote_send(struct process *p, const void *bytes, size_t length, uint16_t segment);
vtime_t process_remote_advance(struct process *p, vtime_t until, bool step);
/* A call that was made at @began has been answered now. */
void process_remote_note_call(struct process *p, vtime_t began);
void process_remote_compare_clocks(struct process *p);
/* That, and how late the other machine was. */
void process_remote_note_device(struct process *p);
/* After a case in which the other machine reported groups: wait until it does so no more. */
void process_remote_let_groups_rest(struct process *p);
void process_remote_disturbance(struct stack_driver *driver, struct disturbance *out);

/* ---- process_command.c ---- */

extern const struct commands_world process_world;

/* ---- process_ask.c: questions ---- */

/* Ask SET or GET about @key. Returns the status, or -1: the question is not known. The text of the answer goes to
 * @out. */
int process_ask_setting(struct process *p, unsigned type, const char *key, const char *value, struct buf *out);
/* 0, or minus the errno for an address that the protocol has no words for. */
int process_judge_address(const struct sockaddr *address, socklen_t length);
/* Append the address. NULL, and one that process_judge_address() refuses, count as none. */
void question_address(struct buf *question, const struct sockaddr *address, socklen_t length);

/* A call and its answer. */
struct process_call {
	unsigned op;
	int a[4];
	const struct sockaddr *address;                      /* NULL: none */
	socklen_t address_length;
	const void *bytes;                                   /* sent along, behind .more */
	size_t length;
	/* filled in */
	struct sockaddr_storage from;
	socklen_t from_length;                               /* 0: no address */
	const uint8_t *out;                                  /* lives until the next question */
	size_t out_length;
};

/* What the call returned, minus an errno, or DRIVER_CANNOT with .cannot. */
int64_t process_call(struct process *p, struct process_call *call);
/* A call that takes nothing but numbers. */
int64_t process_plain(struct process *p, unsigned op, int a0, int a1, int a2);
/* Note that the last call cannot be made. DRIVER_CANNOT. */
int process_cannot(struct process *p, const char *format, ...) PRINTF_LIKE(2, 3);
/* A text that an adapter gave may be long, and hold anything. */
void process_make_readable(struct buf *text);
/* Fill in an address that the call's user wants, cut to *@length. */
void process_give_address(const struct process_call *call, struct sockaddr *address, socklen_t *length);

/* ---- process_pending.c: calls that wait in the stack ---- */

/* True: @call waits in the stack, or did. *@value is what a blocking call returns meanwhile; or, if it has ended,
 * @answer has its answer to CALL, which is empty otherwise. The end is told once. */
bool process_pending_again(struct process *p, const struct process_call *call, struct buf *answer, int64_t *value);
/* The last question, @call, is not answered yet. Returns what a blocking call returns meanwhile. */
int64_t process_pending_add(struct process *p, const struct process_call *call);
/* ADVANCE has told the end of a call: the tag of its question, and its answer. */
void process_pending_end(struct process *p, const uint8_t *bytes, size_t length);
bool process_pending_any(const struct process *p);
bool process_pending_is(struct process *p, unsigned op, int fd);
/* The call has ended, and nobody has been told yet. */
bool process_pending_has_ended(struct process *p, unsigned op, int fd);
/* Forget the waiting calls on @fd, or with -1 all of them. */
void process_pending_forget(struct process *p, int fd);

/* ---- process_socket.c: what is kept about sockets ---- */

struct process_socket *process_socket_find(struct process *p, int fd);
struct process_socket *process_socket_add(struct process *p, int fd, int domain, int type);

int process_socket_op(struct stack_driver *d, int domain, int type, int protocol);
int process_accept4(struct stack_driver *d, int fd, struct sockaddr *address, socklen_t *length, int flags);
/* Called once nobody watches it any more. */
int process_socket_close(struct process *p, int fd);
int process_setsockopt(struct stack_driver *d, int fd, int level, int name, const void *value, socklen_t length);
int process_getsockopt(struct stack_driver *d, int fd, int level, int name, void *value, socklen_t *length);
int process_ioctl(struct stack_driver *d, int fd, unsigned long request, void *value);
int process_fcntl(struct stack_driver *d, int fd, int command, int64_t argument);
bool process_is_blocking(struct stack_driver *d, int fd);
vtime_t process_receive_timeout(struct stack_driver *d, int fd);
vtime_t process_send_timeout(struct stack_driver *d, int fd);
int process_take_error(struct stack_driver *d, int fd);
void process_return_error(struct stack_driver *d, int fd, int error);

/* ---- process_message.c: bytes ---- */

int64_t process_sendmsg(struct stack_driver *d, int fd, const struct msghdr *message, int flags);
int64_t process_recvmsg(struct stack_driver *d, int fd, struct msghdr *message, int flags);

/* ---- process_poll.c: readiness, and epoll, which is made of it ---- */

short process_poll(struct stack_driver *d, int fd, short events);
int process_epoll_create(struct stack_driver *d, int flags);
int process_epoll_ctl(struct stack_driver *d, int epfd, int operation, int fd, const struct epoll_event *event);
int process_epoll_wait(struct stack_driver *d, int epfd, struct epoll_event *events, int count);
/* Called before the first epoll set is made: tells the sets whom to ask. */
void process_epolls_begin(struct process *p);

#endif
