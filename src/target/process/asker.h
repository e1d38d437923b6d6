/* SPDX-License-Identifier: MIT
 *
 * asker.h - who asks an adapter under test (adapter_check.c): questions, and what the form of each answer must be
 *
 * The first thing that is wrong is kept in words, and nothing more is asked then.
 */
#ifndef TARGET_PROCESS_ASKER_H
#define TARGET_PROCESS_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "adapter/protodrill-adapter.h"
#include "target/process/adapter.h"
#include "target/process/check_packet.h"
#include "util/buf.h"

enum {
	ASKER_CALL_HEAD = 8 + PROTODRILL_ADDRESS, ASKER_PORT = 8080, ASKER_PEER_PORT = 40000,
	ASKER_MOMENT = 100000000                             /* for which a real clock is awaited, in nanoseconds */
};

#define ASKER_BEGINNING 946684800000000000L                  /* 2000-01-01 */

struct asker {
	struct adapter *adapter;
	bool plain;                                          /* HELLO has only the keys that all must know */
	unsigned flags;                                      /* of the answer to HELLO */
	int64_t now;                                         /* the adapter's clock */
	struct buf question, wrong;                          /* .wrong: "" as long as all is well */
	struct buf heard;                                    /* all answers, one after another */
	const uint8_t *body;                                 /* of the last answer */
	size_t length;
	const char *lacks;                                   /* why the rule does not apply; NULL: it does */
	int still;                                           /* how many steps the clock has stood still */
	struct buf asked, asked_before;                      /* names of the last two questions */
	bool due, due_before;                                /* what the answers to them told with the flag TELLS */
	struct buf mistold;                                  /* in which way that was wrong */
};

void asker_init(struct asker *a, bool plain);
void asker_free(struct asker *a);                            /* but for the adapter */


bool asker_can_go_on(const struct asker *a);
void asker_lacks_unless(struct asker *a, bool there, const char *why);

/* Ask @a->question, and wait for its answer. False: it is not known, which is no fault yet, or the adapter broke. */
bool asker_ask(struct asker *a, unsigned type);
/* A question that must be known, with at least @least bytes in its answer. */
bool asker_must(struct asker *a, unsigned type, size_t least, const char *name);
bool asker_hello(struct asker *a, unsigned type);            /* @type: PROTODRILL_HELLO, PROTODRILL_RESET */

/* Its clock runs by itself, and nobody can stop it. */
bool asker_is_real(const struct asker *a);
/* Do packets go through the stream, between the addresses of HELLO? Else they go through a network card. */
bool asker_has_packets(const struct asker *a);

/* The kind of the answer; -1: something was wrong. The clock is checked here for all rules; a real one may be late, and
 * tells when a packet left. So is what the flag TELLS says (.mistold). */
int asker_advance(struct asker *a, int64_t until, unsigned want);

struct asked {
	unsigned op;
	int a[4];
	int port;                                            /* comes with the address of the other side; 0: no
	                                                        address */
};

/* The value, or INT64_MIN: not known. bind() gets the stack's own address. */
int64_t asker_call(struct asker *a, struct asked q);
#define CALL(op, port, ...) asker_call(a, (struct asked){ PROTODRILL_OP_##op, { __VA_ARGS__ }, (port) })

/* What @what gave must be @expected. */
void asker_expect(struct asker *a, const char *what, int64_t value, int64_t expected);
int asker_socket(struct asker *a, int type);                 /* SOCK_STREAM, SOCK_DGRAM */
int asker_any_socket(struct asker *a);                       /* of a kind that the stack has */

/* The other side sends @packet; its addresses and ports are filled in. */
void asker_send(struct asker *a, struct check_packet packet);
/* The next segment or datagram that leaves now; with a real clock it may take a moment. False: there is none. */
bool asker_next_packet(struct asker *a, struct check_packet *out);
/* Is the packet of the last answer a SYN, nothing else, and between the two ends? */
bool asker_has_syn(const struct asker *a);
/* The address that came along with the last call must be that of the other side. */
void asker_expect_peer(struct asker *a, const char *what);
/* What the last receive() gave must be @text. */
void asker_expect_text(struct asker *a, const char *text);

#endif
