/* SPDX-License-Identifier: MIT
 *
 * command_change.c - changes that commands make, by files in /proc/sys and by netlink, and their rehearsal
 *
 * In a rehearsal a setting is noted, and a number that was written can be read back. The kernel may change the form of
 * any other text, so that is unknown. A change of the network may be refused, and then nothing after it is known, so it
 * must be the last change of its text.
 */
#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <linux/genetlink.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "target/kernel/commands.h"

enum { ANSWER_BYTES = 4096 };

static int note(struct shell_run *run, const char *path, const struct buf *text)
{
	struct commands *c = commands_of(run);
	struct noted_change *change = arena_alloc(run->arena, sizeof(*change));

	if (c->network_noted)
		return shell_unknown(run, "a change behind one of the network");
	*change = (struct noted_change){ .next = c->noted, .path = arena_strdup(run->arena, path),
	                                 .text = arena_strdup(run->arena, text->data) };
	c->noted = change;
	return 0;
}

int kernel_command_write(struct shell_run *run, const char *path, const struct buf *text)
{
	const int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	if (fd < 0)
		return shell_unknown(run, "'%s' cannot be opened", path);
	const bool rehearsal = commands_of(run)->rehearsal;
	const bool written = rehearsal || write(fd, text->data, text->length) == (ssize_t)text->length;
	const int error = errno;
	close(fd);
	errno = error;
	if (rehearsal)
		return note(run, path, text);
	commands_of(run)->changes += written;
	if (written)
		return 0;
	if (strstr(path, "/" CONGESTION_SETTING))
		kernel_congestion_refused(commands_of(run)->shortage, text->data, strcspn(text->data, "\n"), true);
	errno = error;
	return commands_of(run)->changes ? STATUS_FAILED : shell_unknown(run, "the first change is refused");
}

/* Is it a number as the kernel would show it? */
static bool is_plain_number(const char *text)
{
	const size_t length = strspn(text, "0123456789");

	return length && length < 10 && (*text != '0' || length == 1) &&
	       (!text[length] || !strcmp(text + length, "\n"));
}

/* The thread that plays may be in another network than its process: /proc/net is that of the process. */
bool kernel_command_fetch(struct shell_run *run, const char *path, struct buf *out)
{
	const char *const net = "/proc/net/";
	char own[PATH_MAX];

	for (const struct noted_change *c = commands_of(run)->noted; c; c = c->next) {
		if (strcmp(c->path, path))
			continue;
		if (!is_plain_number(c->text))
			return false;
		buf_printf(out, "%ld\n", strtol(c->text, NULL, 10));
		return true;
	}
	if (!strncmp(path, net, strlen(net))) {
		snprintf(own, sizeof(own), "/proc/thread-self/net/%s", path + strlen(net));
		path = own;
	}
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const bool read = fd >= 0 && buf_read_fd(out, fd);
	if (fd >= 0)
		close(fd);
	return read;
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

/* The kernel's own words about a refusal, which follow the request that it quotes; NULL: there are none. */
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

	if (commands_of(run)->rehearsal) {
		if (commands_of(run)->network_noted)
			return shell_unknown(run, "several changes of the network");
		commands_of(run)->network_noted = true;
		return 0;
	}
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

bool kernel_command_is_empty(int protocol, struct nlmsghdr *request)
{
	char answer[ANSWER_BYTES] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	const struct nlmsghdr *h = (const void *)answer;

	request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_DUMP;
	const ssize_t got = ask(protocol, request, answer);
	return got > 0 && mnl_nlmsg_ok(h, (int)got) && h->nlmsg_type == NLMSG_DONE;
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
