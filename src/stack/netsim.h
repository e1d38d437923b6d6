/* SPDX-License-Identifier: MIT
 *
 * netsim.h - for tests: two stacks over a bad link, and two users that send each other the same bytes
 *
 * Or several pairs of stacks share the link, and each pair sends as much as it can in one direction for some time
 * (play_bulk): that measures how congestion control uses and shares the link.
 *
 * All is in virtual time and follows from the seed. Include it after cmocka.h; call pattern_fill() first.
 */
#ifndef STACK_NETSIM_H
#define STACK_NETSIM_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stack/host.h"
#include "stack/socket.h"
#include "util/common.h"

enum { PATTERN_BYTES = 65521, PORT = 80, FLIGHT_LIMIT = 4096, PAIRS = 2, MOST_S = 86400 };

static uint8_t pattern[2 * PATTERN_BYTES];

static void pattern_fill(void)
{
	for (size_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = (uint8_t)((i % PATTERN_BYTES) * 167 >> 3 ^ (i % PATTERN_BYTES) >> 5);
}

/* ---- the link ---- */

struct link_quality {
	int64_t rate;                                        /* bytes a second */
	int64_t delay_ns, jitter_ns;
	size_t queue;                                        /* bytes that wait for the line at most */
	int loss, duplication, reordering, corruption;       /* of 1000 packets */
	int rare_loss;                                       /* of 1000000 packets that go from side 0 to side 1 */
	size_t marks_from;                               /* while more bytes than that wait there, what can be
	                                                    marked is (RFC 3168, 5); 0: never */
	bool polices;                                /* that way nothing waits: .queue is the depth of a token bucket */
	int64_t batch_ns;                                    /* back, packets arrive together, at multiples of this */
};

/* What hosts do: the names of parameter values; NULL: the default. */
struct host_kind {
	const char *congestion, *recovery;
};

struct flying {
	vtime_t at;
	uint64_t order;
	int to;
	size_t length;
	uint8_t *bytes;
};

struct sim;

struct side {
	struct sim *sim;
	int index;
	struct stack *stack;
	uint64_t activity;
	int listener, fd;
	size_t sent, received;
	bool closed, ended;
	size_t blocks;
};

struct sim {
	struct link_quality link;
	struct random random;
	struct side side[2 * PAIRS];                         /* 2 i connects to 2 i + 1 */
	int sides;
	bool bulk;                                           /* one way, without end */
	bool marks;                                          /* the packet that leaves now met a queue */
	vtime_t line_free[2];                          /* when the line will have sent all that waits, there and back */
	double waited;                                       /* seconds, summed over all packets that went there ... */
	uint64_t packets, dropped;                           /* ... how many these were, and how many found no room */
	struct flying heap[FLIGHT_LIMIT];
	size_t flying;
	uint64_t order;
	vtime_t now;
	size_t bytes;                                        /* to send, by each user; a test may change it ... */
	vtime_t wake;                                  /* ... and have them look again at this time; in the past: not */
	int64_t hold_ns;                                    /* how much later the next packet that goes there arrives */
	const char *trouble;
	void (*event)(void *side, const struct stack_event *e);              /* is told what happens
	                                                                        inside; may be NULL */
	vtime_t done_at;
};

static bool earlier(const struct flying *a, const struct flying *b)
{
	return a->at.ns != b->at.ns ? a->at.ns < b->at.ns : a->order < b->order;
}

static void heap_swap(struct sim *m, size_t a, size_t b)
{
	struct flying f = m->heap[a];

	m->heap[a] = m->heap[b];
	m->heap[b] = f;
}

static void heap_add(struct sim *m, const struct flying *f)
{
	size_t i = m->flying++;

	m->heap[i] = *f;
	for (; i && earlier(&m->heap[i], &m->heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap_swap(m, i, (i - 1) / 2);
}

static struct flying heap_take(struct sim *m)
{
	struct flying first = m->heap[0];

	m->heap[0] = m->heap[--m->flying];
	for (size_t i = 0, child; (child = 2 * i + 1) < m->flying; i = child) {
		if (child + 1 < m->flying && earlier(&m->heap[child + 1], &m->heap[child]))
			child++;
		if (!earlier(&m->heap[child], &m->heap[i]))
			break;
		heap_swap(m, i, child);
	}
	return first;
}

static bool chance(struct sim *m, int of_1000)
{
	return of_1000 && random_below(&m->random, 1000) < (uint64_t)of_1000;
}

/* The checksum of the header changes by as much as its first word (RFC 1624, 3). */
static void mark(uint8_t *ip)
{
	enum { TOS = 1, SUM = 10, CE = 3 };
	int ecn = ip[TOS] & CE;
	uint32_t sum;

	if (!ecn || ecn == CE)
		return;
	ip[TOS] |= CE;
	sum = (uint32_t)(uint16_t)~(ip[SUM] << 8 | ip[SUM + 1]) + (uint32_t)(CE - ecn);
	sum = ~(sum + (sum >> 16));
	ip[SUM] = (uint8_t)(sum >> 8);
	ip[SUM + 1] = (uint8_t)sum;
}

static void fly(struct sim *m, int to, const uint8_t *bytes, size_t length, vtime_t at)
{
	struct flying f = { .at = at, .order = m->order++, .to = to, .length = length };

	if (m->flying == FLIGHT_LIMIT)
		return;
	f.bytes = malloc(length);
	assert_non_null(f.bytes);
	memcpy(f.bytes, bytes, length);
	if (m->marks)
		mark(f.bytes);
	if (chance(m, m->link.corruption)) {
		size_t bit = (size_t)random_below(&m->random, length * 8);
		f.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);     /* a checksum notices every single bit */
	}
	heap_add(m, &f);
}

/* When what has just been put on the line comes out. */
static vtime_t arrival(struct sim *m, int back, vtime_t now)
{
	const struct link_quality *q = &m->link;
	vtime_t at = vtime_add(q->polices && !back ? now : m->line_free[back], vtime_ns(q->delay_ns));

	if (back && q->batch_ns)
		return vtime_ns((at.ns / q->batch_ns + 1) * q->batch_ns);
	if (!back) {
		at = vtime_add(at, vtime_ns(m->hold_ns));
		m->hold_ns = 0;
	}
	return at;
}

static void output(void *context, const uint8_t *bytes, size_t length, vtime_t now)
{
	struct side *from = context;
	struct sim *m = from->sim;
	const struct link_quality *q = &m->link;
	int back = from->index & 1;
	vtime_t *line_free = &m->line_free[back], start = vtime_max(*line_free, now);
	int64_t waiting = (start.ns - now.ns) * q->rate / 1000000000;

	bool fits = (size_t)waiting + length <= q->queue;
	m->dropped += !back && !fits;
	if (!fits || chance(m, q->loss) ||
	    (!back && q->rare_loss && random_below(&m->random, 1000000) < (uint64_t)q->rare_loss))
		return;
	if (!back) {
		m->waited += vtime_to_s(vtime_sub(start, now));
		m->packets++;
	}
	*line_free = vtime_add(start, vtime_ns((int64_t)length * 1000000000 / q->rate));
	m->marks = !back && q->marks_from && (size_t)waiting > q->marks_from;
	for (int copies = 1 + chance(m, q->duplication); copies; copies--) {
		vtime_t at = arrival(m, back, now);
		if (chance(m, q->reordering))
			at = vtime_add(at, vtime_ns((int64_t)random_below(&m->random, (uint64_t)q->jitter_ns + 1)));
		fly(m, from->index ^ 1, bytes, length, at);
	}
}

/* ---- allocation, counted ---- */

static void *allocate(void *context, size_t size)
{
	struct side *side = context;

	side->blocks++;
	return malloc(size);
}

static void release(void *context, void *memory)
{
	struct side *side = context;

	side->blocks--;
	free(memory);
}

/* NETSIM_TRACE: prints what happens inside, for looking into a seed that failed. */
static void trace(void *context, const struct stack_event *e)
{
	const struct side *side = context;

	printf("%.6f %d %s%s%s%s%s %lld %lld\n", vtime_to_s(e->at), side->index, e->name ? e->name : "",
	       e->from ? e->from : "", e->to ? " -> " : "", e->to ? e->to : "", e->reason ? e->reason : "",
	       (long long)e->before, (long long)e->after);
}

/* ---- the two users ---- */

static struct sockaddr_in address(int side)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(PORT) };

	in.sin_addr.s_addr = htonl(0x0a000001u + (uint32_t)side);
	return in;
}

static void user_writes(struct side *u)
{
	struct sim *m = u->sim;

	while (u->sent < m->bytes && !(m->bulk && u->index & 1)) {
		size_t at = (u->sent + (size_t)(u->index & 1) * 31) % PATTERN_BYTES, left = m->bytes - u->sent;
		struct iovec v = { pattern + at, left < 16384 ? left : 16384 };
		struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };
		int64_t n = stack_sendmsg(u->stack, u->fd, &h, 0);
		if (n == -EAGAIN)
			return;
		if (n <= 0) {
			m->trouble = "send";
			return;
		}
		u->sent += (size_t)n;
	}
	if (!u->closed && !m->bulk) {
		u->closed = true;
		stack_shutdown(u->stack, u->fd, SHUT_WR);
	}
}

static void user_reads(struct side *u)
{
	static uint8_t buffer[65536 - 32];
	struct sim *m = u->sim;

	while (!u->ended) {
		struct iovec v = { buffer, sizeof(buffer) / 2 };
		struct msghdr h = { .msg_iov = &v, .msg_iovlen = 1 };
		int64_t n = stack_recvmsg(u->stack, u->fd, &h, 0);
		if (n == -EAGAIN)
			return;
		if (n < 0) {
			m->trouble = "receive";
			return;
		}
		u->ended = n == 0;
		if (memcmp(buffer, pattern + (u->received + (size_t)!(u->index & 1) * 31) % PATTERN_BYTES,
		           (size_t)n) != 0)
			m->trouble = "content";
		u->received += (size_t)n;
		if (m->trouble)
			return;
	}
}

static void user_runs(struct side *u)
{
	if (u->activity == stack_activity(u->stack))
		return;
	u->activity = stack_activity(u->stack);
	if (u->fd < 0 && u->listener >= 0)
		u->fd = stack_accept4(u->stack, u->listener, NULL, NULL, 0);
	if (u->fd < 0)
		return;
	if (!(u->index & 1)) {
		int result = stack_connect_result(u->stack, u->fd);
		if (result == -EINPROGRESS)
			return;
		if (result)
			u->sim->trouble = "connect";
	}
	user_writes(u);
	user_reads(u);
	if (u->closed && u->ended) {
		stack_close(u->stack, u->fd);
		u->fd = -1;
		if (u->listener >= 0)
			stack_close(u->stack, u->listener);
		u->listener = -2;
		u->sim->done_at = u->sim->now;
	}
}

/* ---- a run ---- */

/* Hosts differ: options, buffers, ways of acknowledging and probing. No cookies: a host that keeps no state resets a
 * connection whose second segment overtakes the first (RFC 4987, 3.6). */
static void vary(struct stack_config *c, struct random *r)
{
	c->tcp_timestamps = (int64_t)random_below(r, 2);
	c->tcp_window_scaling = (int64_t)random_below(r, 2);
	c->tcp_sack = (int64_t)random_below(r, 2);
	c->tcp_receive_buffer = 2000 << random_below(r, 9);
	c->tcp_receive_moderation = (int64_t)random_below(r, 2);
	c->tcp_send_buffer = 2000 << random_below(r, 9);
	c->tcp_reorder_segments = 1 << random_below(r, 11);
	c->tcp_ack_policy = (int64_t)random_below(r, 3);
	c->tcp_nagle_minshall = (int64_t)random_below(r, 2);
	c->tcp_probe_without_text = (int64_t)random_below(r, 2);
	c->tcp_override_by_probe = (int64_t)random_below(r, 2);
	c->tcp_window_update_doubles = (int64_t)random_below(r, 2);
	c->tcp_window_share = (int64_t)random_below(r, 3) - 1;
	c->tcp_initial_window = (int64_t)random_below(r, 12);
	c->tcp_rto_min_ms = random_below(r, 2) ? 1000 : 200;
	c->mtu = 576 << random_below(r, 3);
	c->tcp_recovery = (int64_t)random_below(r, TCP_RECOVERY_RACK + 1);
	c->tcp_reduction = (int64_t)random_below(r, TCP_REDUCTION_PRR + 1);
	c->tcp_window_in_segments = (int64_t)random_below(r, 2);
	c->tcp_reduction_from_window = (int64_t)random_below(r, 2);
	c->tcp_rtt_every_ack = (int64_t)random_below(r, 2);
	c->tcp_rto_linux_variance = (int64_t)random_below(r, 2);
	c->socket_memory_charged = (int64_t)random_below(r, 2);
	c->tcp_segments_cut = (int64_t)random_below(r, 2);
	c->tcp_segments_measured = (int64_t)random_below(r, 2);
	c->tcp_retransmit_collapse = (int64_t)random_below(r, 2);
	c->tcp_retransmit_into_shut = (int64_t)random_below(r, 2);
	c->tcp_tail_loss_probe = random_below(r, 2) ? 3 : 0;
	c->tcp_frto = (int64_t)random_below(r, 3);
	c->tcp_rack_choices = (int64_t)random_below(r, 8);
	/* Windows may shrink; a host that sends its ACKs beyond the new edge would not be heard any more. */
	c->tcp_shrink_window = (int64_t)random_below(r, 2);
	c->tcp_ack_inside_window = TCP_ACK_AT_EDGE;
	/* By the letter of RFC 9293, 3.10.7.4, table 6, a peer refuses the ACKs of a host that has filled its
	 * window; if both windows are full, and the ACKs of both are lost, neither hears the other any more. */
	c->tcp_window_edge_acceptable = 1;
}

static void choose(struct stack_config *c, const char *parameter, const char *word)
{
	int64_t value;

	if (!word)
		return;
	assert_true(stack_choice_value(parameter, word, &value));
	assert_true(stack_parameter_set(c, stack_parameter_find(parameter), value));
}

/* A present-day host whose buffers limit nothing. */
static void make_modern(struct stack_config *c)
{
	c->tcp_receive_buffer = c->tcp_receive_buffer_max = c->tcp_send_buffer = 16 << 20;
	c->tcp_initial_window = 10;
	c->tcp_slow_start_segments = 65535;
	c->tcp_rto_min_ms = 200;
	c->tcp_window_in_segments = c->tcp_reduction_from_window = c->tcp_undo_in_full = 1;
	c->tcp_timestamps = 0;
}

static void side_start(struct sim *m, int i, int64_t seed, const struct host_kind *kind)
{
	struct side *u = &m->side[i];
	struct stack_config c;
	struct stack_hooks hooks = { .context = u, .output = output, .allocate = allocate, .release = release };
	struct sockaddr_in in = address(i);

	stack_config_init(&c);
	c.seed = seed * 2 + i;
	if (m->bulk)
		make_modern(&c);
	else if (seed > 1)
		vary(&c, &m->random);
	choose(&c, "tcp_congestion", kind->congestion);
	choose(&c, "tcp_recovery", kind->recovery);
	c.tcp_new_cwv = !m->bulk && kind->recovery && seed % 2;                /* every second link: RFC 7661 */
	hooks.event = getenv("NETSIM_TRACE") ? trace : m->event;
	c.tcp_syn_retries = c.tcp_synack_retries = c.tcp_retries2 = c.tcp_orphan_retries = 30;
	*u = (struct side){ .sim = m, .index = i, .listener = -1, .fd = -1 };
	u->stack = stack_new(&c, &hooks);
	assert_non_null(u->stack);
	struct ip_address ip = { 4, { 10, 0, 0, (uint8_t)(1 + i) } };
	assert_int_equal(stack_add_address(u->stack, &ip, 24), 0);
	int fd = stack_socket(u->stack, AF_INET, SOCK_STREAM, 0);
	assert_true(fd >= 0);
	if (i & 1) {
		assert_int_equal(stack_bind(u->stack, fd, (struct sockaddr *)&in, sizeof(in)), 0);
		assert_int_equal(stack_listen(u->stack, fd, 1), 0);
		u->listener = fd;
	} else {
		in = address(i + 1);
		assert_int_equal(stack_connect(u->stack, fd, (struct sockaddr *)&in, sizeof(in)), -EINPROGRESS);
		u->fd = fd;
	}
}

/* Plays one event, the next packet or timer. False: nothing is left to happen. */
static bool step(struct sim *m)
{
	vtime_t next = VTIME_NEVER;
	bool sleeping = vtime_before(m->now, m->wake);

	for (int i = 0; i < m->sides; i++)
		next = vtime_min(next, stack_deadline(m->side[i].stack));
	next = sleeping ? vtime_min(next, m->wake) : next;
	if (m->flying && !vtime_before(next, m->heap[0].at)) {
		struct flying f = heap_take(m);
		m->now = f.at;
		stack_input(m->side[f.to].stack, f.bytes, f.length, f.at);
		free(f.bytes);
	} else if (vtime_is_never(next)) {
		return false;
	} else {
		m->now = next;
		for (int i = 0; i < m->sides; i++)
			stack_tick(m->side[i].stack, next);
	}
	bool woken = sleeping && !vtime_before(m->now, m->wake);
	for (int i = 0; i < m->sides; i++) {
		if (woken)
			m->side[i].activity = UINT64_MAX;
		user_runs(&m->side[i]);
	}
	return true;
}

/* Virtual seconds until both users had all; negative: *trouble says what went wrong. */
static double play_kind(const struct link_quality *link, const struct host_kind *kind, int64_t seed, size_t bytes,
			const char **trouble)
{
	struct sim *m = calloc(1, sizeof(*m));
	double seconds;

	assert_non_null(m);
	m->link = *link;
	m->bytes = bytes;
	m->sides = 2;
	random_seed(&m->random, (uint64_t)seed);
	side_start(m, 1, seed, kind);
	side_start(m, 0, seed, kind);
	while (!m->trouble && step(m))
		if (vtime_before(vtime_s(MOST_S), m->now))
			m->trouble = "nothing comes any more";
	for (int i = 0; i < 2; i++) {
		struct side *u = &m->side[i];
		struct stack_counts counts;
		stack_count(u->stack, &counts);
		if (!m->trouble && (!u->ended || u->received != bytes))
			m->trouble = "data are missing";
		if (!m->trouble && (counts.sockets || counts.timers))
			m->trouble = "a socket or a timer is left";
		stack_free(u->stack);
		if (!m->trouble && u->blocks)
			m->trouble = "memory is left";
	}
	while (m->flying)
		free(heap_take(m).bytes);
	seconds = m->trouble ? -1 : vtime_to_s(m->done_at);
	*trouble = m->trouble;
	free(m);
	return seconds;
}

static inline double play(const struct link_quality *link, int64_t seed, size_t bytes, const char **trouble)
{
	return play_kind(link, &(struct host_kind){ 0 }, seed, bytes, trouble);
}

/* What became of a link on which @pairs connections sent for some time. */
struct bulk_result {
	double rate[PAIRS];                                  /* octets of text a second that arrived in
	                                                        the second half */
	double queue_s, dropped;                       /* mean wait for the line; share of packets that found no room */
};

/* @kinds: one for each pair; the second pair starts a second later. */
static inline struct bulk_result play_bulk(const struct link_quality *link, const struct host_kind *kinds, int pairs,
					   int64_t seed, double seconds)
{
	struct sim *m = calloc(1, sizeof(*m));
	struct bulk_result r = { 0 };
	size_t half[PAIRS] = { 0 };
	bool halfway = false;

	assert_non_null(m);
	m->link = *link;
	m->bulk = true;
	m->bytes = SIZE_MAX;
	random_seed(&m->random, (uint64_t)seed);
	for (int i = 0; i < pairs; i++) {
		vtime_t until = vtime_from_s(i + 1 < pairs ? i + 1 : seconds);
		side_start(m, 2 * i + 1, seed + i, &kinds[i]);
		side_start(m, 2 * i, seed + i, &kinds[i]);
		m->sides = 2 * i + 2;
		while (vtime_before(m->now, until) && !m->trouble && step(m)) {
			if (halfway || vtime_to_s(m->now) < seconds / 2)
				continue;
			halfway = true;
			m->waited = 0;
			m->packets = m->dropped = 0;
			for (int k = 0; k < pairs; k++)
				half[k] = m->side[2 * k + 1].received;
		}
	}
	if (m->trouble)
		fail_msg("%s", m->trouble);
	for (int i = 0; i < pairs; i++)
		r.rate[i] = (double)(m->side[2 * i + 1].received - half[i]) / (seconds / 2);
	r.queue_s = m->packets ? m->waited / (double)m->packets : 0;
	r.dropped = m->packets ? (double)m->dropped / (double)(m->packets + m->dropped) : 0;
	for (int i = 0; i < m->sides; i++)
		stack_free(m->side[i].stack);
	while (m->flying)
		free(heap_take(m).bytes);
	free(m);
	return r;
}

#endif
