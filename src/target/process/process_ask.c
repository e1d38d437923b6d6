/* SPDX-License-Identifier: MIT
 *
 * process_ask.c - calls as questions to an adapter
 */
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>

#include "target/process/process_internal.h"
#include "target/process/question.h"
#include "util/little_endian.h"
#include "util/printable.h"

enum { MOST_ERRNO = 4095, REASON = 300, GENERATION = 8 };
/* Errors that a kernel should keep to itself, and now and then does not. */
enum { FIRST_INTERNAL = 512, LAST_INTERNAL = 531 };

/* ---- addresses ---- */

int process_judge_address(const struct sockaddr *address, socklen_t length)
{
	if (length < sizeof(address->sa_family))
		return -EINVAL;
	switch (address->sa_family) {
	case AF_UNSPEC:
		return 0;
	case AF_INET:
		return length < sizeof(struct sockaddr_in) ? -EINVAL : 0;
	case AF_INET6:
		return length < offsetof(struct sockaddr_in6, sin6_scope_id) ? -EINVAL : 0;
	default:
		return -EAFNOSUPPORT;
	}
}

void question_address(struct buf *question, const struct sockaddr *address, socklen_t length)
{
	struct sockaddr_in6 six = { 0 };
	struct sockaddr_in four = { 0 };
	uint8_t bytes[16] = { 0 };
	unsigned family = 0, port = 0, scope = 0;

	if (address && length >= sizeof(address->sa_family) && address->sa_family == AF_UNSPEC) {
		family = PROTODRILL_UNSPECIFIED;
	} else if (address && length >= sizeof(four) && address->sa_family == AF_INET) {
		memcpy(&four, address, sizeof(four));
		family = 4;
		port = ntohs(four.sin_port);
		memcpy(bytes, &four.sin_addr, 4);
	} else if (address && length >= offsetof(struct sockaddr_in6, sin6_scope_id) &&
	           address->sa_family == AF_INET6) {
		memcpy(&six, address, length < sizeof(six) ? length : sizeof(six));
		family = 6;
		port = ntohs(six.sin6_port);
		scope = six.sin6_scope_id;
		memcpy(bytes, &six.sin6_addr, 16);
	}
	little_endian_add(question, family, 2);
	little_endian_add(question, port, 2);
	little_endian_add(question, scope, 4);
	buf_add(question, bytes, sizeof(bytes));
}

static bool take_address(struct process_call *call, const uint8_t *at)
{
	const unsigned family = (unsigned)little_endian_get(at, 2);
	const uint16_t port = htons((uint16_t)little_endian_get(at + 2, 2));
	struct sockaddr_in four = { .sin_family = AF_INET, .sin_port = port };
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_port = port };

	six.sin6_scope_id = (uint32_t)little_endian_get(at + 4, 4);
	memcpy(&four.sin_addr, at + 8, 4);
	memcpy(&six.sin6_addr, at + 8, 16);
	memset(&call->from, 0, sizeof(call->from));
	call->from_length = family == 4 ? sizeof(four) : family == 6 ? sizeof(six) : 0;
	memcpy(&call->from, family == 4 ? (void *)&four : (void *)&six, call->from_length);
	return family == 0 || family == 4 || family == 6;
}

void process_give_address(const struct process_call *call, struct sockaddr *address, socklen_t *length)
{
	if (!length)
		return;
	if (address)
		memcpy(address, &call->from, *length < call->from_length ? *length : call->from_length);
	*length = call->from_length;
}

/* ---- settings ---- */

int process_ask_setting(struct process *p, unsigned type, const char *key, const char *value, struct buf *out)
{
	const uint8_t *body;
	size_t length;

	buf_clear(&p->question);
	buf_printf(&p->question, value ? "%s=%s" : "%s", key, value);
	if (!adapter_ask(p->adapter, type, &p->question, &body, &length))
		return -1;
	int status = length < 4 ? -1 : (int)(uint32_t)little_endian_get(body, 4);
	if (status < 0 || status > PROTODRILL_NO_SUCH_FEATURE) {
		adapter_break(p->adapter, "answered about the setting %s with no status from 0 to 3", key);
		return -1;
	}
	buf_add(out, body + 4, length - 4);
	if (type == PROTODRILL_SET)                          /* why not: for people */
		process_make_readable(out);
	return status;
}

/* ---- calls ---- */

int process_cannot(struct process *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	buf_clear(&p->cannot);
	buf_vprintf(&p->cannot, format, args);
	va_end(args);
	process_make_readable(&p->cannot);
	if (!p->cannot.length)
		buf_printf(&p->cannot, "%s does not say why", *p->name ? p->name : "the stack");
	return DRIVER_CANNOT;
}

void process_make_readable(struct buf *text)
{
	const bool is_long = text->length > REASON;

	if (is_long)
		text->data[text->length = REASON] = '\0';
	printable_buf(text, "");
	buf_puts(text, is_long ? "..." : "");
}

/* Names, as far as possible in a script's own words, which call, and which option of it, is not known. */
static int64_t name_unknown(struct process *p, const struct process_call *call)
{
	switch (call->op) {
	case PROTODRILL_OP_GETSOCKOPT:
	case PROTODRILL_OP_SETSOCKOPT:
		return process_cannot(p, "%s has no such option (%d of level %d)", p->name, call->a[2],
		                      call->a[1]);
	case PROTODRILL_OP_IOCTL:
		return process_cannot(p, "%s has no ioctl 0x%x", p->name, (unsigned)call->a[1]);
	case PROTODRILL_OP_SOCKET:
		return process_cannot(p, "%s has no sockets of domain %d, type %d, protocol %d", p->name, call->a[0],
		                      call->a[1], call->a[2]);
	case PROTODRILL_OP_SEND:
	case PROTODRILL_OP_RECEIVE:
	case PROTODRILL_OP_SENDMSG:
	case PROTODRILL_OP_RECVMSG:
		return process_cannot(p, "%s has no %s with the flags 0x%x", p->name, question_call_name(call->op),
		                      (unsigned)call->a[1]);
	default:
		return process_cannot(p, "%s has no %s", p->name, question_call_name(call->op));
	}
}

static int64_t nonsense(struct process *p, const struct process_call *call, const char *what)
{
	adapter_break(p->adapter, "answered %s with %s", question_call_name(call->op), what);
	return -EIO;
}

/* The largest value that a call may return; what transfers count need not fit into an int. */
static int64_t most_value(unsigned op)
{
	switch (op) {
	case PROTODRILL_OP_BIND: case PROTODRILL_OP_LISTEN: case PROTODRILL_OP_CONNECT: case PROTODRILL_OP_SHUTDOWN:
	case PROTODRILL_OP_GETSOCKNAME: case PROTODRILL_OP_GETPEERNAME: case PROTODRILL_OP_CONNECT_RESULT:
		return 0;
	case PROTODRILL_OP_SEND: case PROTODRILL_OP_RECEIVE: case PROTODRILL_OP_SENDMSG: case PROTODRILL_OP_RECVMSG:
		return INT64_MAX;
	default:
		return INT32_MAX;
	}
}

/* poll() says only what it was asked about, or that something is wrong. */
static bool has_other_bits(const struct process_call *call, int64_t value)
{
	const int64_t asked = (call->a[1] & 0xffff) | POLLERR | POLLHUP | POLLNVAL;

	return call->op == PROTODRILL_OP_POLL && value != -EBADF && (value < 0 || value & ~asked);
}

static bool is_errno(int64_t number)
{
	return number <= MOST_ERRNO && (strerrorname_np((int)number) ||
	                                (number >= FIRST_INTERNAL && number <= LAST_INTERNAL));
}

static int64_t odd_readiness(struct process *p, const struct process_call *call, int64_t value)
{
	adapter_break(p->adapter, "answered poll for the events 0x%x with 0x%" PRIx64 ", which has others than these, "
	              "POLLERR, POLLHUP and POLLNVAL", (unsigned)call->a[1] & 0xffff, (uint64_t)value);
	return -EIO;
}

static int64_t take_answer(struct process *p, struct process_call *call, const uint8_t *body, size_t length)
{
	const int64_t value = (int64_t)little_endian_get(body, 8);

	if (value < -MOST_ERRNO || (value < 0 && !is_errno(-value)))
		return nonsense(p, call, "a value that is neither a result nor minus an errno");
	if (value > most_value(call->op))
		return nonsense(p, call, most_value(call->op) ? "a value that is too large for what it returns" :
		                "a value above 0, and it returns 0 or minus an errno");
	if (has_other_bits(call, value))
		return odd_readiness(p, call, value);
	if (value < 0 && length > CALL_HEAD && (call->op == PROTODRILL_OP_RECEIVE || call->op == PROTODRILL_OP_RECVMSG))
		return nonsense(p, call, "an error, and bytes behind it");
	if (!take_address(call, body + 8))
		return nonsense(p, call, "an address of an unknown family");
	if (length - CALL_HEAD > question_most_bytes(call->op))
		return nonsense(p, call, "more bytes than there are in its answer");
	call->out = body + CALL_HEAD;
	call->out_length = length - CALL_HEAD;
	if (call->op == PROTODRILL_OP_POLL && call->out_length && call->out_length != GENERATION)
		return nonsense(p, call, "a generation that is not of eight bytes");
	if (call->op == PROTODRILL_OP_ACCEPT && value >= 0 && !call->from_length)
		return nonsense(p, call, "a descriptor, and not the address of the other side");
	return value;
}

int64_t process_call(struct process *p, struct process_call *call)
{
	const uint8_t *body;
	size_t length;
	int64_t value;

	if (p->unfit)
		return process_cannot(p, "%s", p->unfit);
	buf_clear(&p->ended_call);
	if (process_pending_again(p, call, &p->ended_call, &value))
		return p->ended_call.length ? take_answer(p, call, (const uint8_t *)p->ended_call.data,
		                                          p->ended_call.length) : value;
	buf_clear(&p->question);
	little_endian_add(&p->question, call->op, 4);
	for (int i = 0; i < 4; i++)
		little_endian_add(&p->question, (uint32_t)call->a[i], 4);
	question_address(&p->question, call->address, call->address_length);
	if (call->length)
		buf_add(&p->question, call->bytes, call->length);
	if (p->wire)
		wire_let_arrive(p->wire);
	const vtime_t began = p->wire ? wire_now() : VTIME_ZERO;
	const bool known = adapter_ask(p->adapter, PROTODRILL_CALL, &p->question, &body, &length);
	if (p->wire)
		process_remote_note_call(p, began);
	if (!known && adapter_problem(p->adapter))
		return -EIO;
	if (!known && length)
		return process_cannot(p, "%s has not got that: %.*s", p->name, (int)length, (const char *)body);
	if (!known)
		return name_unknown(p, call);
	if (length < CALL_HEAD)
		return nonsense(p, call, "less than a value and an address");
	if ((int64_t)little_endian_get(body, 8) == CALL_PENDING)
		return process_pending_add(p, call);
	return take_answer(p, call, body, length);
}

int64_t process_plain(struct process *p, unsigned op, int a0, int a1, int a2)
{
	struct process_call call = { .op = op, .a = { a0, a1, a2 } };

	return process_call(p, &call);
}
