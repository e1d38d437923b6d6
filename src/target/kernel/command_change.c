/* SPDX-License-Identifier: MIT
 *
 * command_change.c - changes that commands make: by files of /proc/sys, and by netlink
 */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <string.h>
#include <unistd.h>

#include "target/kernel/commands.h"

enum { ANSWER_BYTES = 8192 };

int kernel_command_write(struct shell_run *run, int fd, const struct buf *text)
{
	if (write(fd, text->data, text->length) == (ssize_t)text->length) {
		commands_of(run)->changes++;
		return 0;
	}
	return commands_of(run)->changes ? STATUS_FAILED : shell_unknown(run, "the first change is refused");
}

/* ---- netlink ---- */

/* Length of the first answer in @answer, or -1 with errno. */
static ssize_t ask(int protocol, const struct nlmsghdr *request, char answer[ANSWER_BYTES])
{
	struct mnl_socket *socket = mnl_socket_open2(protocol, SOCK_CLOEXEC);
	int on = 1;
	ssize_t got = -1;

	if (!socket)
		return -1;
	mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, sizeof(on));
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
	    mnl_socket_sendto(socket, request, request->nlmsg_len) > 0)
		got = mnl_socket_recvfrom(socket, answer, ANSWER_BYTES);
	const int error = errno;
	mnl_socket_close(socket);
	errno = error;
	return got >= (ssize_t)sizeof(struct nlmsghdr) ? got : -1;
}

static int take_message(const struct nlattr *attribute, void *text)
{
	if (mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) == 0)
		*(const char **)text = mnl_attr_get_str(attribute);
	return MNL_CB_OK;
}

/* The kernel's own words about a refusal stand behind the request that it quotes; NULL: there are none. */
static const char *words_of(const struct nlmsghdr *answer)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(answer);
	const char *text = NULL;
	unsigned skip = sizeof(*e);

	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS))
		return NULL;
	if (!(answer->nlmsg_flags & NLM_F_CAPPED))
		skip += MNL_ALIGN(e->msg.nlmsg_len - sizeof(e->msg));
	if (skip < mnl_nlmsg_get_payload_len(answer))
		mnl_attr_parse(answer, skip, take_message, &text);
	return text;
}

int kernel_command_request(struct shell_run *run, int protocol, struct nlmsghdr *request)
{
	char answer[ANSWER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	const struct nlmsghdr *h = (const void *)answer;
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(h);

	request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	request->nlmsg_seq = 1;
	const ssize_t got = ask(protocol, request, answer);
	const bool answered = got >= 0 && mnl_nlmsg_ok(h, (int)got) && h->nlmsg_type == NLMSG_ERROR;
	if (answered && e->error == 0) {
		commands_of(run)->changes++;
		return 0;
	}
	if (!commands_of(run)->changes)
		return shell_unknown(run, "the first change is refused");
	const char *words = answered ? words_of(h) : NULL;
	if (run->error && words)
		buf_printf(run->error, "Error: %s%s\n", words, words[strlen(words) - 1] == '.' ? "" : ".");
	else if (run->error)
		buf_printf(run->error, "RTNETLINK answers: %s\n", strerror(answered ? -e->error : errno));
	return STATUS_USAGE;
}

static int take_family(const struct nlattr *attribute, void *family)
{
	if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID)
		*(uint16_t *)family = mnl_attr_get_u16(attribute);
	return MNL_CB_OK;
}

uint16_t kernel_command_family(const char *name)
{
	char bytes[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	char answer[ANSWER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *h = mnl_nlmsg_put_header(bytes);
	struct genlmsghdr *g = mnl_nlmsg_put_extra_header(h, sizeof(*g));
	uint16_t family = 0;

	h->nlmsg_type = GENL_ID_CTRL;
	h->nlmsg_flags = NLM_F_REQUEST;
	g->cmd = CTRL_CMD_GETFAMILY;
	g->version = 1;
	mnl_attr_put_strz(h, CTRL_ATTR_FAMILY_NAME, name);
	const ssize_t got = ask(NETLINK_GENERIC, h, answer);
	h = (void *)answer;
	if (got > 0 && mnl_nlmsg_ok(h, (int)got) && h->nlmsg_type == GENL_ID_CTRL)
		mnl_attr_parse(h, sizeof(*g), take_family, &family);
	return family;
}
