/* SPDX-License-Identifier: MIT
 *
 * protodrill-start.h - a part of protodrill-adapter.h, which includes it: HELLO and RESET
 */
#ifndef PROTODRILL_START_H
#define PROTODRILL_START_H

#include "protodrill-frames.h"

/* The address of a line "local=192.0.2.1/24", and its prefix. */
static void protodrill_read_address(const char *text, struct protodrill_address *a, int *prefix)
{
	const size_t length = strcspn(text, "/\n");
	char alone[64];

	memset(a, 0, sizeof(*a));
	snprintf(alone, sizeof(alone), "%.*s", (int)length, text);
	a->family = strchr(alone, ':') ? 6 : 4;
	inet_pton(a->family == 6 ? AF_INET6 : AF_INET, alone, a->bytes);
	if (text[length] == '/' && prefix)
		*prefix = atoi(text + length + 1);
}

static void protodrill_read_line(const char *line, struct protodrill_start *how)
{
	if (!strncmp(line, "local=", 6) && !how->local.family)
		protodrill_read_address(line + 6, &how->local, &how->local_prefix);
	else if (!strncmp(line, "remote=", 7))
		protodrill_read_address(line + 7, &how->remote, NULL);
	else if (!strncmp(line, "remote-prefix=", 14))
		how->remote_prefix = atoi(line + 14);
	else if (!strncmp(line, "mtu=", 4))
		how->mtu = atoi(line + 4);
	else if (!strncmp(line, "now=", 4))
		how->now = strtoll(line + 4, NULL, 10);
	else if (!strncmp(line, "seed=", 5))
		how->seed = strtoull(line + 5, NULL, 10);
	else if (!strncmp(line, "tells=1", 7))
		protodrill.tells = protodrill.stack->tells && !protodrill.stack->clock;
	else if (!strncmp(line, "option=", 7)) {
		snprintf(protodrill.option, sizeof(protodrill.option), "%.*s", (int)strcspn(line + 7, "\n"), line + 7);
		how->option = protodrill.option;
	}
}

static void protodrill_stop(void)
{
	while (protodrill.sent.first)
		protodrill_forget(&protodrill.sent);
	while (protodrill.ended.first)
		protodrill_forget(&protodrill.ended);
	if (protodrill.started && protodrill.stack->stop)
		protodrill.stack->stop();
	protodrill.started = 0;
	memset(protodrill.objects, 0, sizeof(protodrill.objects));
}

/* HELLO and RESET. */
static int protodrill_begin(int type)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	struct protodrill_start how;
	unsigned flags = (s->packet ? PROTODRILL_PACKETS : 0) | (s->clock ? 0 : PROTODRILL_VIRTUAL);

	memset(&how, 0, sizeof(how));
	if (type == PROTODRILL_RESET && !s->can_reset)
		return 0;
	if (protodrill_take(4) < PROTODRILL_PROTOCOL)
		protodrill_fail("this adapter speaks version 1 of the protocol");
	how.text = (const char *)protodrill.question + protodrill.at;
	protodrill.tells = 0;
	for (const char *line = how.text; line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
		protodrill_read_line(line, &how);
	protodrill_stop();
	flags |= protodrill.tells ? PROTODRILL_TELLS : 0;
	protodrill.now = how.now;
	int error = s->start(&how);
	if (error == PROTODRILL_UNKNOWN) {
		if (!protodrill.filled)                      /* by protodrill_refuse() */
			protodrill_put_text(s->name, how.local.family == 6 ? " has no IPv6" : " has no IPv4");
		return 0;
	}
	if (error) {
		fprintf(stderr, "adapter: %s does not start: %s\n", s->name, strerror(-error));
		exit(1);
	}
	protodrill.started = 1;
	flags |= (s->info ? PROTODRILL_HAS_INFO : 0) | (s->can_reset ? PROTODRILL_CAN_RESET : 0) |
	         (s->waits ? PROTODRILL_BLOCKS : 0) | (s->null_values ? PROTODRILL_TAKES_NULL : 0);
	protodrill_put(PROTODRILL_PROTOCOL, 4);
	protodrill_put(flags, 4);
	protodrill_put((uint64_t)protodrill_now(), 8);
	protodrill_put(0, 8);
	protodrill_put_text("name=", s->name);
	protodrill_put_text("\nversion=", s->release ? s->release : "");
	for (const char *const *word = s->meets; word && *word; word++)
		protodrill_put_text("\nneed=", *word);
	return 1;
}

#endif
