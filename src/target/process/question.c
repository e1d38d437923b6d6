/* SPDX-License-Identifier: MIT
 *
 * question.c - names of questions
 */
#include "target/process/question.h"

#include <ctype.h>

#include "adapter/protodrill-adapter.h"
#include "util/table.h"

enum { SHOWN = 60 };                                     /* characters of a setting or a command */

static const char *const types[] = {
	[PROTODRILL_HELLO] = "HELLO", [PROTODRILL_PACKET] = "PACKET", [PROTODRILL_ADVANCE] = "ADVANCE",
	[PROTODRILL_CALL] = "CALL", [PROTODRILL_INFO] = "INFO", [PROTODRILL_SET] = "SET", [PROTODRILL_BYE] = "BYE",
	[PROTODRILL_RESET] = "RESET", [PROTODRILL_GET] = "GET", [PROTODRILL_MERGED] = "MERGED",
	[PROTODRILL_COMMAND] = "COMMAND",
};

static const char *const calls[] = {
	"", "socket", "bind", "listen", "accept", "connect", "send", "receive", "close", "shutdown", "getsockopt",
	"setsockopt", "getsockname", "getpeername", "poll", "ioctl", "sendmsg", "recvmsg", "lingering",
	"the result of connect",
};

const char *question_call_name(unsigned op)
{
	return op < ARRAY_LEN(calls) ? calls[op] : "";
}

size_t question_most_bytes(unsigned op)
{
	switch (op) {
	case PROTODRILL_OP_RECEIVE: case PROTODRILL_OP_RECVMSG: case PROTODRILL_OP_GETSOCKOPT: case PROTODRILL_OP_IOCTL:
		return PROTODRILL_BODY;
	case PROTODRILL_OP_POLL:
		return sizeof(uint64_t);                     /* a generation */
	default:
		return 0;
	}
}

static void add_text(struct buf *out, const char *text, size_t length)
{
	buf_add_byte(out, ' ');
	for (size_t i = 0; i < length && i < SHOWN; i++)
		buf_add_byte(out, isprint((unsigned char)text[i]) ? text[i] : ' ');
	buf_puts(out, length > SHOWN ? "..." : "");
}

void question_name(struct buf *out, unsigned type, const char *body, size_t length)
{
	if (type < ARRAY_LEN(types) && types[type])
		buf_puts(out, types[type]);
	else
		buf_printf(out, "of type %u", type);
	if (type == PROTODRILL_CALL && length && *question_call_name((unsigned char)*body))
		buf_printf(out, " %s", question_call_name((unsigned char)*body));
	else if (type == PROTODRILL_SET || type == PROTODRILL_GET || type == PROTODRILL_COMMAND)
		add_text(out, body, length);
}
