/* SPDX-License-Identifier: MIT
 *
 * call_test.c - arguments as memory, and what is compared in that memory afterwards
 *
 * Script descriptors 3, 4 and 5 are 103, 104 and 105. Nothing is called: each row plays the kernel itself.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <time.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/uio.h>

#include "drill/call.h"

enum { LIVE = 100, START_S = 1000 };

struct bench {
	struct diags diags;
	struct script *script;
	struct record *record;
	struct flows flows;
	struct call_context context;
	struct entry *entry;
	struct running_call *r;
};

/* Prepare the only call of @text; b->r is NULL when that fails. */
static void open_bench(struct bench *b, const char *text)
{
	char line[600];

	*b = (struct bench){ 0 };
	diags_init(&b->diags);
	snprintf(line, sizeof(line), "--ip_version=ipv4\n--local_ip=192.0.2.1\n--remote_ip=192.0.2.2\n0 %s\n", text);
	b->script = script_parse("t.pkt", line, strlen(line), NULL, NULL, &b->diags);
	script_prepare(b->script, &b->diags);
	diags_print(&b->diags, stderr, false);
	assert_int_equal(b->diags.errors, 0);
	b->record = record_new(b->script, "none", true);
	b->record->start = vtime_s(START_S);
	b->flows = (struct flows){ .arena = b->record->arena, .config = &b->script->config };
	b->context = (struct call_context){ .config = &b->script->config, .record = b->record, .flows = &b->flows };
	for (int fd = 3; fd <= 5; fd++)
		assert_null(descriptors_bind(&b->context.descriptors, b->record->arena, fd, LIVE + fd));
	b->entry = record_append(b->record, ENTRY_CALL, b->script->events);
	b->r = running_call_prepare(&b->context, b->script->events->call, b->entry);
}

static void close_bench(struct bench *b)
{
	running_call_free(b->r);
	scratch_free(&b->context.scratch);
	record_free(b->record);
	script_free(b->script);
	diags_free(&b->diags);
}

static const char *first_message(const struct bench *b)
{
	return b->entry->mismatches ? b->entry->mismatches->text : "(none)";
}

/* ---- preparing ---- */

static void numbers_are_passed_on(void **state)
{
	static const struct {
		const char *text;
		int64_t arguments[3];
	} rows[] = {
		{ "listen(3, 7) = 0", { 103, 7 } },
		{ "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3", { AF_INET, SOCK_STREAM, IPPROTO_TCP } },
		{ "socket(AF_INET6, SOCK_DGRAM|SOCK_NONBLOCK, 17) = 3", { AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 17 } },
		{ "shutdown(5, 4294967295) = 0", { 105, -1 } },
		{ "shutdown(5, -2147483648) = 0", { 105, INT32_MIN } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		open_bench(&b, rows[i].text);
		assert_non_null(b.r);
		for (int n = 0; n < b.r->call.argument_count; n++)
			assert_int_equal(b.r->call.arguments[n].number, rows[i].arguments[n]);
		close_bench(&b);
	}
}

static void addresses_are_those_of_the_configuration(void **state)
{
	static const struct {
		const char *text;
		uint32_t address;
		uint16_t family, port;
	} rows[] = {
		{ "bind(3, ..., ...) = 0", 0xc0000201, AF_INET, 8080 },
		{ "connect(3, ..., ...) = 0", 0xc0000202, AF_INET, 8080 },
		{ "connect(3, AF_UNSPEC, ...) = 0", 0, AF_UNSPEC, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		open_bench(&b, rows[i].text);
		assert_non_null(b.r);
		const struct sockaddr_in *in = b.r->call.arguments[1].pointer;
		assert_int_equal(in->sin_family, rows[i].family);
		assert_int_equal(ntohs(in->sin_port), rows[i].port);
		assert_int_equal(ntohl(in->sin_addr.s_addr), rows[i].address);
		assert_int_equal(b.r->call.arguments[2].number, sizeof(*in));
		close_bench(&b);
	}
}

static void structures_have_their_layout(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, "writev(3, [{..., 10}, {..., 20}], 2) = 30");
	const struct iovec *iov = b.r->call.arguments[1].pointer;
	assert_true(iov[0].iov_len == 10 && iov[1].iov_len == 20 && iov[0].iov_base && iov[1].iov_base);
	close_bench(&b);

	open_bench(&b, "poll([{fd=4, events=POLLIN|POLLOUT, revents=POLLIN}], 1, 0) = 1");
	const struct pollfd *fds = b.r->call.arguments[0].pointer;
	assert_true(fds->fd == 104 && fds->events == (POLLIN | POLLOUT) && fds->revents == 0);
	close_bench(&b);

	open_bench(&b, "epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0");
	const struct epoll_event *event = b.r->call.arguments[3].pointer;
	assert_true(event->events == EPOLLIN && event->data.fd == 104);
	close_bench(&b);

	open_bench(&b, "setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8) = 0");
	const struct linger *linger = b.r->call.arguments[3].pointer;
	assert_true(linger->l_onoff == 1 && linger->l_linger == 5);
	close_bench(&b);

	open_bench(&b, "sendmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 9}], msg_flags=0, msg_control=["
		       "{cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMPING, cmsg_data=16}]}, 0) = 9");
	const struct msghdr *message = b.r->call.arguments[1].pointer;
	assert_true(message->msg_iovlen == 1 && message->msg_controllen == CMSG_SPACE(4));
	const struct cmsghdr *control = message->msg_control;
	assert_true(control->cmsg_level == SOL_SOCKET && control->cmsg_len == CMSG_LEN(4));
	assert_int_equal(*(const int32_t *)(const void *)CMSG_DATA(control), 16);
	close_bench(&b);
}

static void arrays_of_messages_have_their_layout(void **state)
{
	struct bench b;

	(void)state;
	open_bench(&b, "recvmmsg(3, [{msg_hdr={msg_name(...)=..., msg_iov(1)=[{..., 9}], msg_flags=0}, msg_len=9}, "
		       "{msg_hdr={msg_name(...)=..., msg_iov(2)=[{..., 9}, {..., 8}], msg_flags=0, msg_control=["
		       "{cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=7}]}}], 2, 0, {tv_sec=3, tv_nsec=4}) = 2");
	const struct mmsghdr *messages = b.r->call.arguments[1].pointer;
	assert_true(messages[0].msg_hdr.msg_iovlen == 1 && messages[0].msg_hdr.msg_controllen == 0);
	assert_true(messages[0].msg_len == 0 && messages[0].msg_hdr.msg_name);
	assert_true(messages[1].msg_hdr.msg_iovlen == 2 && messages[1].msg_hdr.msg_controllen == CMSG_SPACE(4));
	const struct timespec *timeout = b.r->call.arguments[4].pointer;
	assert_true(timeout->tv_sec == 3 && timeout->tv_nsec == 4);
	close_bench(&b);

	open_bench(&b, "sendmmsg(3, [{msg_hdr={msg_name(...)=..., msg_iov(1)=[{..., 9}], msg_flags=0}}], 1, 0) = 1");
	messages = b.r->call.arguments[1].pointer;
	assert_int_equal(messages->msg_hdr.msg_namelen, sizeof(struct sockaddr_in));
	close_bench(&b);
}

/* However large a length a script claims, whatever the kernel may write has room. */
static void claimed_lengths_have_memory(void **state)
{
	static const char *const texts[] = {
		"getsockopt(3, SOL_TCP, TCP_INFO, [0], [2000000000]) = 0",
		"getsockopt(3, SOL_TCP, TCP_INFO, [0], [1073741824]) = 0",
		"getsockopt(3, SOL_TCP, TCP_INFO, [0], [65536]) = 0",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct bench b;
		open_bench(&b, texts[i]);
		assert_non_null(b.r);
		uint8_t *value = b.r->call.arguments[3].pointer, *after = arena_alloc(b.r->arena, 1);
		assert_true(after < value || after >= value + 65536);
		memset(value, 0xff, 65536);
		close_bench(&b);
	}
}

static void what_cannot_be_prepared_says_why(void **state)
{
	static const struct {
		const char *text, *message;
	} rows[] = {
		{ "frob(3) = 0", "Unknown system call: 'frob'" },
		{ "listen(3) = 0", "Expected 2 args but got 1" },
		{ "fcntl(3) = 0", "fcntl expected 2-3 args but got 1" },
		{ "listen(9, 1) = 0", "unable to find fd with script fd 9" },
		{ "listen(3, \"a\") = 0", "Bad type; actual: string expected: integer" },
		{ "listen(3, 4294967296) = 0", "Value out of range for 32-bit integer: 4294967296" },
		{ "listen(3, NO_SUCH) = 0", "unknown symbol: 'NO_SUCH'" },
		{ "listen(3, 1) = ...", "Bad type; actual: ellipsis expected: integer" },
		{ "listen(3, 1) = -1 ENOSUCH (x)", "unknown symbol: 'ENOSUCH'" },
		{ "bind(3, 1, ...) = 0", "Bad type; actual: integer expected: ellipsis" },
		{ "read(3, 7, 1) = 0", "Expected ... or NULL for buffer" },
		{ "writev(3, [{..., 1}], 2) = 1", "iov_count 2 does not match 1-element iovec array" },
		{ "poll([{fd=3, events=0}], 2, 0) = 0", "nfds 2 does not match 1-element pollfd array" },
		{ "epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=0, fd=3}) = 0", "wrong fd specified in epoll_event" },
		{ "setsockopt(3, 1, 1, [1, 2], 4) = 0", "Expected [<element>] but got multiple elements" },
		{ "setsockopt(3, 1, 1, 7, 4) = 0", "unsupported setsockopt value type: integer" },
		{ "sendmsg(3, {msg_name(...)=..., msg_iov(2)=[{..., 9}], msg_flags=0}, 0) = 9",
		  "msg_iovlen 2 does not match 1-element iovec array" },
		{ "sendmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 9}], msg_flags=1}, 0) = 9",
		  "sendmsg ignores msg_flags field in msghdr" },
		{ "sendmmsg(3, [], 1, 0) = 1", "vlen 1 does not match 0-element mmsghdr array" },
		{ "sendmmsg(3, [{fd=3, events=0}], 1, 0) = 1", "Bad type; actual: pollfd expected: mmsghdr" },
		{ "sendmmsg(3, [{msg_hdr=7}], 1, 0) = 1", "Bad type; actual: integer expected: msghdr" },
		{ "recvmmsg(3, [], 0, 0, 1) = 0", "Expected NULL or {tv_sec=n, tv_nsec=n} for the time-out" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		open_bench(&b, rows[i].text);
		assert_null(b.r);
		assert_string_equal(first_message(&b), rows[i].message);
		close_bench(&b);
	}
}

/* ---- comparing ---- */

static void fill_nothing(struct running_call *r)
{
	(void)r;
}

static void fill_revents(struct running_call *r)
{
	((struct pollfd *)r->call.arguments[0].pointer)->revents = POLLIN | POLLHUP;
}

static void fill_epoll(struct running_call *r)
{
	*(struct epoll_event *)r->call.arguments[1].pointer = (struct epoll_event){ EPOLLIN, { .fd = 104 } };
}

static void fill_option(struct running_call *r)
{
	memcpy(r->call.arguments[3].pointer, "cubic", 5);
}

static void fill_option_number(struct running_call *r)
{
	*(int32_t *)r->call.arguments[3].pointer = 7;
}

static void fill_option_length(struct running_call *r)
{
	r->length_in_out = 1;
}

static void fill_ioctl(struct running_call *r)
{
	r->number = 12;
}

static void put_control(struct running_call *r, int level, int type, const void *data, size_t length)
{
	struct msghdr *message = r->call.arguments[1].pointer;
	struct cmsghdr header = { .cmsg_len = CMSG_LEN(length), .cmsg_level = level, .cmsg_type = type };

	assert_true(message->msg_controllen >= CMSG_SPACE(length));
	memcpy(message->msg_control, &header, sizeof(header));
	memcpy(CMSG_DATA((struct cmsghdr *)message->msg_control), data, length);
}

static void fill_no_control(struct running_call *r)
{
	((struct msghdr *)r->call.arguments[1].pointer)->msg_controllen = 0;
}

static void fill_flags(struct running_call *r)
{
	((struct msghdr *)r->call.arguments[1].pointer)->msg_flags = MSG_CTRUNC;
}

static void fill_tos(struct running_call *r)
{
	put_control(r, SOL_IP, IP_TTL, &(int32_t){ 3 }, sizeof(int32_t));
}

static void fill_stamp(struct running_call *r)
{
	const struct timespec stamps[3] = { { .tv_sec = START_S + 1, .tv_nsec = 1000000 } };

	put_control(r, SOL_SOCKET, SO_TIMESTAMPING, stamps, sizeof(stamps));
}

static void fill_extended_err(struct running_call *r)
{
	struct {
		struct sock_extended_err err;
		struct sockaddr_in from;
	} data = { .err = { .ee_errno = ECONNREFUSED, .ee_origin = SO_EE_ORIGIN_ICMP, .ee_type = 3, .ee_code = 3 } };

	put_control(r, SOL_IP, IP_RECVERR, &data, sizeof(data));
}

static void fill_statistics(struct running_call *r)
{
	const struct {
		uint16_t busy_length, busy_type;
		uint8_t busy[8];
		uint16_t cwnd_length, cwnd_type;
		uint32_t cwnd;
	} data = { 12, 1, { 0x88, 0x13 }, 8, 8, 10 };          /* busy for 5000 us */

	put_control(r, SOL_SOCKET, SCM_TIMESTAMPING_OPT_STATS, &data, sizeof(data));
}

static void fill_messages(struct running_call *r)
{
	struct mmsghdr *messages = r->call.arguments[1].pointer;

	messages[0].msg_len = 5;
	messages[0].msg_hdr.msg_flags = MSG_TRUNC;
}

#define RECVMMSG(flags, first, second, result) \
	"recvmmsg(3, [{msg_hdr={msg_name(...)=..., msg_iov(1)=[{..., 9}], msg_flags=" flags "}, msg_len=" first "}, " \
	"{msg_hdr={msg_name(...)=..., msg_iov(1)=[{..., 9}], msg_flags=MSG_EOR}, msg_len=" second "}], " \
	"2, 0, NULL) = " result
#define RECVMSG(control) \
	"recvmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 9}], msg_flags=0, msg_control=[" control "]}, 0) = 0"
#define TTL(value) "{cmsg_level=SOL_IP, cmsg_type=IP_TTL, cmsg_data=" value "}"
#define STAMP(sec, nsec) \
	"{cmsg_level=SOL_SOCKET, cmsg_type=SO_TIMESTAMPING, cmsg_data={scm_sec=" sec ", scm_nsec=" nsec "}}"
#define REFUSED(code) \
	"{cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data={ee_errno=ECONNREFUSED, ee_origin=SO_EE_ORIGIN_ICMP, " \
	"ee_type=3, ee_code=" code ", ee_info=0, ee_data=0}}"
#define STATISTICS(busy, cwnd) \
	"{cmsg_level=SOL_SOCKET, cmsg_type=SCM_TIMESTAMPING_OPT_STATS, " \
	"cmsg_data={TCP_NLA_BUSY=" busy ", TCP_NLA_SND_CWND=" cwnd "}}"

/* message NULL: all agree */
static const struct compared {
	const char *text;
	void (*fill)(struct running_call *r);
	int64_t value;
	int error;
	const char *message;
} compared[] = {
	{ "listen(3, 1) = 0", fill_nothing, 0, 0, NULL },
	{ "listen(3, 1) = 0", fill_nothing, -1, EPIPE, "Expected result 0 but got -1 with errno 32 (Broken pipe)" },
	{ "listen(3, 1) = -1", fill_nothing, -1, EPIPE, NULL },
	{ "listen(3, 1) = -1 EAGAIN (x)", fill_nothing, -1, EPIPE,
	  "Expected errno 11 (Resource temporarily unavailable) but got 32 (Broken pipe)" },
	{ "socket(..., 1, 6) = 3", fill_nothing, 88, 0, NULL },
	{ "socket(..., 1, 6) = 3", fill_nothing, -1, EPERM,
	  "Expected non-negative result but got -1 with errno 1 (Operation not permitted)" },
	{ "ioctl(3, SIOCINQ, [12]) = 0", fill_ioctl, 0, 0, NULL },
	{ "ioctl(3, SIOCINQ, [13]) = 0", fill_ioctl, 0, 0, "Bad ioctl optval: expected: 13 actual: 12" },
	{ "poll([{fd=3, events=POLLIN, revents=POLLIN|POLLHUP}], 1, 0) = 1", fill_revents, 1, 0, NULL },
	{ "poll([{fd=3, events=POLLIN}], 1, 0) = 0", fill_revents, 0, 0,
	  "Expected revents of 0 but got POLLIN|POLLHUP for pollfd 0" },
	{ "epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1", fill_epoll, 1, 0, NULL },
	{ "epoll_wait(5, {events=EPOLLOUT, fd=4}, 1, 0) = 1", fill_epoll, 1, 0,
	  "epoll_event->events does not match script: expected: 0x4 actual: 0x1" },
	{ "epoll_wait(5, {events=EPOLLIN, u32=9}, 1, 0) = 1", fill_epoll, 1, 0,
	  "epoll_event->data does not match script: expected: 0x9 actual: 0x68" },
	{ "getsockopt(3, SOL_TCP, TCP_CONGESTION, \"cubic\", [5]) = 0", fill_option, 0, 0, NULL },
	{ "getsockopt(3, SOL_TCP, TCP_CONGESTION, \"c\\x01bic\", [5]) = 0", fill_option, 0, 0,
	  "Bad getsockopt optval: expected: 'c\\x01bic' actual: 'cubic'" },
	{ "getsockopt(3, SOL_TCP, TCP_CONGESTION, \"cubic\", [6]) = 0", fill_option, 0, 0,
	  "Bad getsockopt optlen: expected: 5 actual: 6" },
	{ "getsockopt(3, SOL_TCP, TCP_MAXSEG, [7], [4]) = 0", fill_option_number, 0, 0, NULL },
	{ "getsockopt(3, SOL_TCP, TCP_MAXSEG, [8], [4]) = 0", fill_option_number, 0, 0,
	  "Bad getsockopt optval: expected: 8 actual: 7" },
	{ "getsockopt(3, SOL_TCP, TCP_MAXSEG, [7], [2]) = 0", fill_option_number, 0, 0,
	  "Unsupported getsockopt optlen: 2" },
	{ "getsockopt(3, SOL_TCP, TCP_MAXSEG, [7], [4]) = 0", fill_option_length, 0, 0,
	  "Bad getsockopt optlen: expected: 4 actual: 1" },
	{ RECVMMSG("MSG_TRUNC", "5", "0", "1"), fill_messages, 1, 0, NULL },
	{ RECVMMSG("0", "5", "0", "1"), fill_messages, 1, 0, "Expected msg_flags 0x00000000 but got 0x00000020" },
	{ RECVMMSG("MSG_TRUNC", "6", "0", "1"), fill_messages, 1, 0, "Expected msg_len 6 but got 5 for message 0" },
	{ RECVMMSG("MSG_TRUNC", "5", "1", "1"), fill_messages, 1, 0, "Expected msg_len 1 but got 0 for message 1" },
	{ RECVMSG(TTL("3")), fill_tos, 0, 0, NULL },
	{ RECVMSG(TTL("4")), fill_tos, 0, 0, "Bad data in cmsg 0: expected=4 actual=3" },
	{ RECVMSG(TTL("3")), fill_flags, 0, 0, "Expected msg_flags 0x00000000 but got 0x00000008" },
	{ RECVMSG(TTL("3")), fill_no_control, 0, 0, "received only 0 cmsgs" },
	{ RECVMSG(STAMP("0", "1")), fill_tos, 0, 0, "Bad level in cmsg 0: expected=1 actual=0" },
	{ RECVMSG(STAMP("1", "3000000")), fill_stamp, 0, 0, NULL },
	{ RECVMSG(STAMP("0", "0")), fill_stamp, 0, 0, NULL },
	{ RECVMSG(STAMP("1", "9000000")), fill_stamp, 0, 0,
	  "Bad timestamp 0 in scm_timestamping 0: expected=1.009000 actual=1.001000" },
	{ RECVMSG(STAMP("9223372036854775807", "9223372036854775807")), fill_stamp, 0, 0,
	  "Bad timestamp 0 in scm_timestamping 0: expected=4611686018.427388 actual=1.001000" },
	{ RECVMSG(REFUSED("3")), fill_extended_err, 0, 0, NULL },
	{ RECVMSG(REFUSED("1")), fill_extended_err, 0, 0, "Bad code in extended err 0: expected=1 actual=3" },
	{ RECVMSG(STATISTICS("5000", "10")), fill_statistics, 0, 0, NULL },
	{ RECVMSG(STATISTICS("7000", "...")), fill_statistics, 0, 0, NULL },
	{ RECVMSG(STATISTICS("0", "10")), fill_statistics, 0, 0, "Bad TCP_NLA_BUSY: expected=0 actual=5000" },
	{ RECVMSG(STATISTICS("...", "11")), fill_statistics, 0, 0, "Bad TCP_NLA_SND_CWND: expected=11 actual=10" },
};

static void results_and_outputs_are_compared(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(compared); i++) {
		const struct compared *c = &compared[i];
		const struct call_result result = { .value = c->value, .error = c->error };
		struct bench b;
		open_bench(&b, c->text);
		if (!b.r)
			fail_msg("%s: %s", c->text, first_message(&b));
		c->fill(b.r);
		bool same = running_call_compare(&b.context, b.r, &result, b.entry);
		assert_string_equal(first_message(&b), c->message ? c->message : "(none)");
		assert_int_equal(same, !c->message);
		close_bench(&b);
	}
}

static void descriptor_names(void **state)
{
	struct arena *arena = arena_new();
	struct descriptors d = { 0 };

	(void)state;
	assert_null(descriptors_bind(&d, arena, 3, 7));
	assert_string_equal(descriptors_bind(&d, arena, 3, 8), "duplicate fd 3 in script");
	assert_string_equal(descriptors_bind(&d, arena, 4, 7), "duplicate live fd 7");
	assert_string_equal(descriptors_bind(&d, arena, -2, 9), "invalid socket fd -2 in script");
	assert_int_equal(descriptors_live(&d, 3), 7);
	descriptors_release(&d, 3);
	assert_int_equal(descriptors_live(&d, 3), -1);
	assert_null(descriptors_bind(&d, arena, 3, 7));
	arena_free(arena);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_passed_on),
		cmocka_unit_test(addresses_are_those_of_the_configuration),
		cmocka_unit_test(structures_have_their_layout),
		cmocka_unit_test(arrays_of_messages_have_their_layout),
		cmocka_unit_test(claimed_lengths_have_memory),
		cmocka_unit_test(what_cannot_be_prepared_says_why),
		cmocka_unit_test(results_and_outputs_are_compared),
		cmocka_unit_test(descriptor_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
