/* SPDX-License-Identifier: MIT
 *
 * internal.h - what the files of the kernel target share; nobody else includes it
 *
 * Each part has a structure of its own with an open and a close; all closes accept a part that was never
 * opened (descriptors -1, pointers NULL). Functions that can fail return false and write the problem.
 */
#ifndef TARGET_KERNEL_INTERNAL_H
#define TARGET_KERNEL_INTERNAL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "target/kernel/kernel.h"
#include "target/stalls.h"
#include "target/target.h"
#include "util/buf.h"
#include "util/punctual.h"

#define TUN_DEVICE "tun0"

/* ---- clock.c: CLOCK_REALTIME ---- */

vtime_t kernel_now(void);
/* A quarter of a tick behind an edge of the kernel's timer wheel; takes up to two ticks. */
vtime_t kernel_start_time(void);
/* The tick of the kernel's timer wheel, in which TCP's timers are. */
vtime_t kernel_tick_length(void);
/* False when a signal handler ran meanwhile. */
bool kernel_sleep_until(struct stalls *s, vtime_t until);

/* ---- process.c: punctuality, SIGPIPE, strays; restored at the end ---- */

struct process_state {
	bool changed, adopts;
	struct punctual punctual;
	struct sigaction on_pipe;
};

void kernel_process_prepare(struct process_state *p);
void kernel_process_restore(struct process_state *p);

/* ---- shortage.c: what the machine could not give the tester ---- */

struct shortage {
	char text[200];                                      /* for a message; "": nothing was missing */
	bool of_stack;                                       /* the stack was built or set up without it */
};

/* Are there as many unused descriptors as a script and the tester need? */
bool kernel_descriptors_suffice(struct buf *problem);
void kernel_shortage_clear(struct shortage *s);
/* A call of the script came back. */
void kernel_shortage_of_call(struct shortage *s, const struct call_result *result);
/* A call that does not block is over: did it set an option to a value that this kernel does not have? */
void kernel_shortage_of_option(struct shortage *s, const struct call *call, const struct call_result *result);
/* Something that the tester itself did failed with @error. */
void kernel_shortage_of_tester(struct shortage *s, int error);
/* The command @text ran, and failed. */
void kernel_shortage_of_command(struct shortage *s, const char *text);

/* ---- congestion.c: algorithms that this machine lacks, or keeps for itself ---- */

#define CONGESTION_SETTING "tcp_congestion_control"

/* @name, of @length bytes, could not be chosen: does the kernel lack it, or, if it was to be the @setting of a network
 * namespace, is it not allowed there? */
void kernel_congestion_refused(struct shortage *s, const char *name, size_t length, bool setting);
/* The same for each algorithm that @text, a command that failed, makes the setting. */
void kernel_congestion_of_command(struct shortage *s, const char *text);

/* ---- namespace.c ---- */

struct net_namespace {
	int previous;                                        /* descriptor of the namespace to go back to, or -1 */
};

bool kernel_namespace_enter(struct net_namespace *n, struct buf *problem);
void kernel_namespace_leave(struct net_namespace *n);

/* ---- device.c: the TUN device, seen from the wire ---- */

/* Non-blocking descriptor of a new tun0, or -1. The device dies with the descriptor, or in a namespace of our own with
 * that. */
int kernel_device_open(bool own_namespace, struct buf *problem);
/* Why the device cannot be opened by this user; true when it can. */
bool kernel_device_permitted(struct buf *problem);
int kernel_device_inject(int fd, const struct injection *injection);

enum { DEVICE_ROOM = 10 + 65536 + 40 };
/* The next packet that the stack sent: its length, 0 when there is none, -1 with errno. @bytes: room for DEVICE_ROOM.
 * @checksum_at: where the data of the checksum begin that the stack left to the device, else 0; @checksum_field: the
 * place of its field. */
struct device_packet {
	uint8_t *bytes;
	size_t length;
	size_t checksum_at, checksum_field;
	uint8_t room[DEVICE_ROOM];
};
int kernel_device_read(int fd, struct device_packet *out);
/* Do what the stack left to the device. */
void kernel_device_finish(struct device_packet *p);

/* ---- netlink.c ---- */

bool kernel_network_configure(const struct kernel_options *o, struct buf *problem);

/* ---- capture.c: stamps from libpcap, bytes from the device ---- */

struct capture {
	struct pcap *pcap;
	int fd;                                              /* readable when a packet may be there */
	int device;                                          /* borrowed: the TUN descriptor */
	struct device_packet *packet;
	uint8_t *stand_in;                                   /* room for a packet whose bytes are lost */
	bool held;                                           /* .packet was read, but belongs to a later stamp */
	uint64_t overruns;                                  /* of the ring: for how many packets the bytes were thrown
	                                                       away already */
	uint64_t reported;                                   /* of the ring: how many were in earlier reports */
	uint64_t lost;                                       /* by the device, since the last report */
};

bool kernel_capture_open(struct capture *c, int device, struct buf *problem);
/* 1: a packet; 0: none; -1: out->problem. */
int kernel_capture_take(struct capture *c, struct observation *out);
uint64_t kernel_capture_lost(struct capture *c);
void kernel_capture_close(struct capture *c);

/* ---- calls.c ---- */

/* Capabilities belong to a thread: what cap_set() changes is noted here for the other thread. */
struct capability_sets {
	uint32_t changes;                                    /* how many cap_set() calls so far */
	uint32_t bits[6];                                    /* effective, permitted, inheritable; low and high words */
};

void kernel_call_run(const struct call *call, struct call_result *out);
bool kernel_capabilities_get(struct capability_sets *out);
void kernel_capabilities_apply(const struct capability_sets *sets);

/* ---- limit.c: an end to calls of this thread that do not return ---- */

struct call_limit {
	bool ready;
	timer_t timer;
	struct sigaction before;
};

void kernel_limit_open(struct call_limit *l);
/* Run @call; at its limit the kernel is asked to break it off. */
void kernel_limit_call(struct call_limit *l, const struct call *call, struct call_result *out);
void kernel_limit_close(struct call_limit *l);

/* ---- worker.c: the thread that may block ---- */

struct worker;

/* @stalls, which must outlive it, is told when this thread or the caller's could not run when it should have. */
struct worker *kernel_worker_open(struct stalls *stalls, struct buf *problem);
/* Hand over @call; returns when it is asleep in the kernel (out->pending) or has returned. */
void kernel_worker_call(struct worker *w, const struct call *call, const struct capability_sets *capabilities,
                        struct call_result *out);
int kernel_worker_fd(const struct worker *w);            /* readable when the pending call has returned */
bool kernel_worker_take(struct worker *w, struct call_result *out);
void kernel_worker_close(struct worker *w);

/* ---- command.c ---- */

/* What commands wrote, and process groups in which somebody was left behind. */
struct command_groups {
	int output;                                     /* where they write, both outputs; -1: to ours */
	int *leashes;                                        /* see command.c */
	size_t count;
};

enum { COMMAND_OUTPUT_BYTES = 1 << 18 };

enum command_end { COMMAND_DONE, COMMAND_FAILED, COMMAND_NOT_STARTED };

/* @why: unless it succeeded. COMMAND_NOT_STARTED: with *error. */
enum command_end kernel_command_run(struct command_groups *g, const struct process_state *before, const char *text,
                                    struct buf *why, int *error);
/* From now on keep what commands write: up to COMMAND_OUTPUT_BYTES, beyond which writing fails. False with errno
 * set. */
bool kernel_commands_keep_output(struct command_groups *g);
/* What was kept so far. */
void kernel_commands_output(const struct command_groups *g, struct buf *out);
/* Ends all groups; who has left them is for strays_end(). */
void kernel_commands_close(struct command_groups *g);

/* ---- commands.c: commands that need no process ---- */

/* Do @text here, as a shell would: *failed with @why. False: it is left to the shell, and nothing was done. In both
 * cases @s says what was tried in vain because something was lacking. */
bool kernel_command_read(const struct command_groups *g, const char *text, struct buf *why, bool *failed,
                         struct shortage *s);

/* ---- info.c ---- */

const char *kernel_info(int fd, struct tcp_state_info *out);

#endif
