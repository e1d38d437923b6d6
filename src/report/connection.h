/* SPDX-License-Identifier: MIT
 *
 * connection.h - the TCP connection of a result, read from its live packets: what is plotted
 */
#ifndef REPORT_CONNECTION_H
#define REPORT_CONNECTION_H

#include "report/result.h"
#include "wire/tcp_option.h"

/* Sequence numbers count bytes from the first SYN of their direction (without one: from the first segment), and do not
 * wrap. */
struct connection_segment {
	vtime_t at;                                          /* since the start of the script */
	size_t event;                                        /* index in the result */
	bool inbound;                                        /* to the stack under test */
	uint16_t flags;
	int64_t seq, end;                                    /* .end: after payload, SYN and FIN */
	int64_t payload;                                     /* bytes */
	bool again;                                          /* some of it had been sent before */
	bool has_ack;
	int64_t ack, window;                                 /* of the other direction; bytes, scaled */
	int sack_count;
	struct {
		int64_t left, right;
	} sacks[TCP_SACK_BLOCKS];
};

struct connection {
	struct connection_segment *segments;                 /* in order of time */
	size_t count;
	vtime_t *icmp;                                       /* when there were ICMP messages, on any subject */
	size_t icmp_count;
	size_t connections;                                  /* how many there are, with this one */
	int64_t payload[2];                                  /* bytes from the stack under test, and to it */
};

/* The TCP connection that carries most data, allocated from @arena; false: there is no TCP packet. The resets that end
 * a run do not count. A pair of ports that is used again after FIN or RST makes a new connection. */
bool connection_of_result(struct connection *out, const struct result *result, struct arena *arena);

#endif
