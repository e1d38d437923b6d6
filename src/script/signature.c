/* SPDX-License-Identifier: MIT
 *
 * signature.c - the table of system calls
 */
#include "script/signature.h"

#include <string.h>

#include "util/common.h"
#include "util/table.h"

#define FD       SHAPE_FD
#define INT      SHAPE_INT
#define ADDRESS  SHAPE_ADDRESS_OUT, SHAPE_ADDRESS_LENGTH_OUT
#define LOCAL    SHAPE_LOCAL_ADDRESS, SHAPE_ADDRESS_LENGTH
#define REMOTE   SHAPE_REMOTE_ADDRESS, SHAPE_ADDRESS_LENGTH
#define OFFSET   SHAPE_OFFSET_POINTER

#define ROW(id_, name_, result_, ...) \
	[CALL_##id_] = { .name = name_, .id = CALL_##id_, .result = RESULT_##result_, \
	                 .can_block = CALL_##id_ != CALL_SPLICE, .shapes = { __VA_ARGS__ } }

static const struct signature signatures[] = {
	ROW(SOCKET, "socket", FD, SHAPE_DOMAIN, INT, INT),
	ROW(BIND, "bind", EXACT, FD, LOCAL),
	ROW(LISTEN, "listen", EXACT, FD, INT),
	ROW(ACCEPT, "accept", FD, FD, ADDRESS),
	ROW(ACCEPT4, "accept4", FD, FD, ADDRESS, INT),
	ROW(CONNECT, "connect", EXACT, FD, REMOTE),
	ROW(READ, "read", EXACT, FD, SHAPE_RECEIVE_BUFFER, INT),
	ROW(READV, "readv", EXACT, FD, SHAPE_RECEIVE_IOVEC, INT),
	ROW(RECV, "recv", EXACT, FD, SHAPE_RECEIVE_BUFFER, INT, INT),
	ROW(RECVFROM, "recvfrom", EXACT, FD, SHAPE_RECEIVE_BUFFER, INT, INT, ADDRESS),
	ROW(RECVMSG, "recvmsg", EXACT, FD, SHAPE_RECEIVE_MSGHDR, INT),
	ROW(WRITE, "write", EXACT, FD, SHAPE_SEND_BUFFER, INT),
	ROW(WRITEV, "writev", EXACT, FD, SHAPE_SEND_IOVEC, INT),
	ROW(SEND, "send", EXACT, FD, SHAPE_SEND_BUFFER, INT, INT),
	ROW(SENDTO, "sendto", EXACT, FD, SHAPE_SEND_BUFFER, INT, INT, REMOTE),
	ROW(SENDMSG, "sendmsg", EXACT, FD, SHAPE_SEND_MSGHDR, INT),
	ROW(FCNTL, "fcntl", EXACT, FD, INT, SHAPE_OPTIONAL_INT),
	ROW(IOCTL, "ioctl", EXACT, FD, INT, SHAPE_OPTIONAL_INT_REF_OUT),
	ROW(CLOSE, "close", EXACT, FD),
	ROW(SHUTDOWN, "shutdown", EXACT, FD, INT),
	ROW(GETSOCKOPT, "getsockopt", EXACT, FD, INT, INT, SHAPE_OPTION_RESULT, SHAPE_OPTION_LENGTH_REF),
	ROW(SETSOCKOPT, "setsockopt", EXACT, FD, INT, INT, SHAPE_OPTION_VALUE, SHAPE_OPTION_LENGTH),
	ROW(POLL, "poll", EXACT, SHAPE_POLLFDS, INT, INT),
	ROW(OPEN, "open", FD, SHAPE_PATH, INT),
	ROW(SENDFILE, "sendfile", EXACT, FD, FD, SHAPE_OFFSET_REF, INT),
	ROW(EPOLL_CREATE, "epoll_create", FD, INT),
	ROW(EPOLL_CTL, "epoll_ctl", EXACT, FD, INT, FD, SHAPE_EPOLL_EVENT),
	ROW(EPOLL_WAIT, "epoll_wait", EXACT, FD, SHAPE_EPOLL_EVENT_RESULT, INT, INT),
	ROW(PIPE, "pipe", EXACT, SHAPE_FD_PAIR),
	ROW(SPLICE, "splice", EXACT, FD, OFFSET, FD, OFFSET, INT, INT),
	ROW(CAP_SET, "cap_set", NON_NEGATIVE, INT, INT, INT),
	ROW(GETSOCKNAME, "getsockname", EXACT, FD, ADDRESS),
	ROW(GETPEERNAME, "getpeername", EXACT, FD, ADDRESS),
	ROW(RECVMMSG, "recvmmsg", EXACT, FD, SHAPE_RECEIVE_MMSGHDRS, INT, INT, SHAPE_TIMEOUT_REF),
	ROW(SENDMMSG, "sendmmsg", EXACT, FD, SHAPE_SEND_MMSGHDRS, INT, INT),
	ROW(PPOLL, "ppoll", EXACT, SHAPE_POLLFDS, INT, SHAPE_TIMEOUT_REF, OFFSET),
	ROW(SELECT, "select", EXACT, SHAPE_FD_COUNT, SHAPE_FD_SET, SHAPE_FD_SET, SHAPE_FD_SET, SHAPE_TIMEVAL_REF),
	ROW(DUP, "dup", FD, FD),
	ROW(DUP2, "dup2", FD, FD, SHAPE_NEW_FD),
	ROW(EPOLL_CREATE1, "epoll_create1", FD, INT),
	ROW(SOCKATMARK, "sockatmark", EXACT, FD),
	ROW(PREAD, "pread", EXACT, FD, SHAPE_RECEIVE_BUFFER, INT, INT),
	ROW(PWRITE, "pwrite", EXACT, FD, SHAPE_SEND_BUFFER, INT, INT),
	ROW(DUP3, "dup3", FD, FD, SHAPE_NEW_FD, INT),
	ROW(PSELECT, "pselect", EXACT, SHAPE_FD_COUNT, SHAPE_FD_SET, SHAPE_FD_SET, SHAPE_FD_SET, SHAPE_TIMEOUT_REF,
	    OFFSET),
	ROW(PIPE2, "pipe2", EXACT, SHAPE_FD_PAIR, INT),
	ROW(EPOLL_PWAIT, "epoll_pwait", EXACT, FD, SHAPE_EPOLL_EVENT_RESULT, INT, INT, OFFSET),
	ROW(SOCKETPAIR, "socketpair", EXACT, INT, INT, INT, SHAPE_FD_PAIR),
};
_Static_assert(ARRAY_LEN(signatures) == CALL_IDS_END, "a call has no signature");

static const struct { const char *prefix, *dialect; } dialects[] = {
	{ "sctp_", "SCTP" }, { "SCTP_", "SCTP" }, { "SPP_", "SCTP" }, { "psp_", "PSP" },
};

const struct signature *signature_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(signatures); i++)
		if (!strcmp(signatures[i].name, name))
			return &signatures[i];
	return NULL;
}

const struct signature *signature_of(enum call_id id)
{
	return &signatures[id];
}

const char *signature_guess(const char *name)
{
	struct guess guess = { .wanted = name };

	for (size_t i = 0; i < ARRAY_LEN(signatures); i++)
		guess_offer(&guess, signatures[i].name);
	return guess.nearest;
}

const char *signature_dialect(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(dialects); i++)
		if (!strncmp(name, dialects[i].prefix, strlen(dialects[i].prefix)))
			return dialects[i].dialect;
	return NULL;
}

static bool is_optional(enum shape shape)
{
	return shape == SHAPE_OPTIONAL_INT || shape == SHAPE_OPTIONAL_INT_REF_OUT;
}

void signature_arity(const struct signature *s, int *least, int *most)
{
	*least = *most = 0;
	for (int i = 0; i < CALL_ARGUMENTS && s->shapes[i] != SHAPE_NONE; i++) {
		*most = i + 1;
		if (!is_optional(s->shapes[i]))
			*least = i + 1;
	}
}

/* How each shape is written, for a reader who has forgotten an argument. */
static const char *const shape_text[] = {
	[SHAPE_FD] = "fd", [SHAPE_INT] = "n", [SHAPE_INT64] = "n", [SHAPE_DOMAIN] = "...",
	[SHAPE_LOCAL_ADDRESS] = "...", [SHAPE_REMOTE_ADDRESS] = "...", [SHAPE_ADDRESS_OUT] = "...",
	[SHAPE_ADDRESS_LENGTH] = "...", [SHAPE_ADDRESS_LENGTH_OUT] = "...", [SHAPE_SEND_BUFFER] = "...",
	[SHAPE_RECEIVE_BUFFER] = "...", [SHAPE_SEND_IOVEC] = "[{..., n}]", [SHAPE_RECEIVE_IOVEC] = "[{..., n}]",
	[SHAPE_SEND_MSGHDR] = "{msg_name(...)=...}", [SHAPE_SEND_MMSGHDRS] = "[{msg_hdr={...}, msg_len=n}]",
	[SHAPE_RECEIVE_MMSGHDRS] = "[{msg_hdr={...}, msg_len=n}]", [SHAPE_TIMEOUT_REF] = "{tv_sec=n, tv_nsec=n}",
	[SHAPE_RECEIVE_MSGHDR] = "{msg_name(...)=...}", [SHAPE_OPTION_VALUE] = "[n]", [SHAPE_OPTION_RESULT] = "[n]",
	[SHAPE_OPTION_LENGTH] = "length", [SHAPE_OPTION_LENGTH_REF] = "[length]", [SHAPE_INT_REF_OUT] = "[n]",
	[SHAPE_OPTIONAL_INT] = "n",
	[SHAPE_OPTIONAL_INT_REF_OUT] = "[n]", [SHAPE_POLLFDS] = "[{fd=n, events=n}]",
	[SHAPE_EPOLL_EVENT] = "{events=n, fd=n}", [SHAPE_EPOLL_EVENT_RESULT] = "{events=n, fd=n}",
	[SHAPE_PATH] = "\"path\"", [SHAPE_OFFSET_REF] = "[n]", [SHAPE_OFFSET_POINTER] = "n",
	[SHAPE_FD_PAIR] = "[fd, fd]", [SHAPE_TIMEVAL_REF] = "{tv_sec=n, tv_usec=n}", [SHAPE_FD_COUNT] = "...",
	[SHAPE_FD_SET] = "[fd, ...]", [SHAPE_NEW_FD] = "fd",
};

/* What the plain numbers of a call are, in their order. */
static const char *const number_names[CALL_IDS_END][3] = {
	[CALL_SOCKET] = { "type", "protocol" }, [CALL_LISTEN] = { "backlog" }, [CALL_ACCEPT4] = { "flags" },
	[CALL_READ] = { "length" }, [CALL_READV] = { "buffers" }, [CALL_RECV] = { "length", "flags" },
	[CALL_RECVFROM] = { "length", "flags" }, [CALL_RECVMSG] = { "flags" }, [CALL_WRITE] = { "length" },
	[CALL_WRITEV] = { "buffers" }, [CALL_SEND] = { "length", "flags" }, [CALL_SENDTO] = { "length", "flags" },
	[CALL_SENDMSG] = { "flags" }, [CALL_FCNTL] = { "command", "argument" }, [CALL_IOCTL] = { "request" },
	[CALL_SHUTDOWN] = { "how" }, [CALL_GETSOCKOPT] = { "level", "option" },
	[CALL_SETSOCKOPT] = { "level", "option" }, [CALL_POLL] = { "sockets", "milliseconds" },
	[CALL_OPEN] = { "flags" }, [CALL_SENDFILE] = { "length" }, [CALL_EPOLL_CREATE] = { "size" },
	[CALL_EPOLL_CTL] = { "operation" }, [CALL_EPOLL_WAIT] = { "events", "milliseconds" },
	[CALL_SPLICE] = { "length", "flags" }, [CALL_CAP_SET] = { "permitted", "effective", "inheritable" },
	[CALL_EPOLL_CREATE1] = { "flags" }, [CALL_PREAD] = { "length", "offset" },
	[CALL_PWRITE] = { "length", "offset" },
	[CALL_RECVMMSG] = { "messages", "flags" }, [CALL_SENDMMSG] = { "messages", "flags" },
	[CALL_PPOLL] = { "sockets", "mask" }, [CALL_DUP3] = { "flags" }, [CALL_PIPE2] = { "flags" },
	[CALL_EPOLL_PWAIT] = { "events", "milliseconds" }, [CALL_SOCKETPAIR] = { "domain", "type", "protocol" },
};

static bool is_number(enum shape shape)
{
	return shape == SHAPE_INT || shape == SHAPE_INT64 || shape == SHAPE_OPTIONAL_INT;
}

void signature_print(struct buf *out, const struct signature *s)
{
	int least, most, numbers = 0;

	signature_arity(s, &least, &most);
	buf_printf(out, "%s(", s->name);
	for (int i = 0; i < most; i++)
		buf_printf(out, "%s%s%s%s", i >= least ? "[" : "", i ? ", " : "",
		           is_number(s->shapes[i]) ? number_names[s->id][numbers++] : shape_text[s->shapes[i]],
		           i >= least ? "]" : "");
	buf_puts(out, ")");
}
