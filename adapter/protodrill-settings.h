/* SPDX-License-Identifier: MIT
 *
 * protodrill-settings.h - a part of protodrill-adapter.h, which includes it: INFO, SET, GET and COMMAND
 */
#ifndef PROTODRILL_SETTINGS_H
#define PROTODRILL_SETTINGS_H

#include "protodrill-calls.h"

static int protodrill_info(void)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	int64_t length = PROTODRILL_ASK(info, (int32_t)protodrill_take(4), protodrill.answer, 4096);

	protodrill.filled = length > 0 ? (size_t)length : 0;
	return length >= 0;
}

/* The answer of .without about the sysctl @key, or PROTODRILL_UNKNOWN. */
static int protodrill_without(const char *key, const char *value, char *why, size_t room)
{
	const char *const *name = protodrill.stack->without;

	for (key += strncmp(key, "net.ipv4.", 9) ? 0 : 9; name && *name; name++)
		if (!strcmp(*name, key)) {
			snprintf(why, room, "%s", key);
			return strcmp(value, "0") ? PROTODRILL_NO_SUCH_FEATURE : PROTODRILL_DONE;
		}
	return PROTODRILL_UNKNOWN;
}

/* A status, and behind it the text that lies there already, or what protodrill_refuse() was told. */
static void protodrill_put_status(int64_t status)
{
	char *text = (char *)protodrill.answer + 4;

	memmove(text, protodrill.answer, protodrill.filled);
	text[protodrill.filled] = protodrill.filled ? '\0' : *text;
	protodrill.filled = 0;
	protodrill_put((uint64_t)status, 4);
	protodrill.filled += strlen(text);
}

/* KEY=VALUE, or KEY alone. The question ends with a NUL that was put behind it. */
static int protodrill_setting(int type)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	char *key = (char *)protodrill.question, *value = strchr(key, '=');
	char *text = (char *)protodrill.answer + 4;
	int64_t status;

	if (type == PROTODRILL_GET ? !s->get : !s->set && !s->without)
		return 0;
	*text = '\0';
	if (type == PROTODRILL_GET) {
		status = s->get(key, text, 65536);
		if (!protodrill.filled)
			text[status > 0 ? status : 0] = '\0';
		protodrill_put_status(status < 0 ? PROTODRILL_NO_SUCH_KEY : PROTODRILL_DONE);
		return 1;
	}
	if (value)
		*value++ = '\0';
	value = value ? value : (char *)"";
	status = protodrill_without(key, value, text, 256);
	if (status == PROTODRILL_UNKNOWN)
		status = s->set ? s->set(key, value, text, 256) : (int)PROTODRILL_NO_SUCH_KEY;
	protodrill_put_status(status == PROTODRILL_UNKNOWN ? (int)PROTODRILL_NO_SUCH_KEY : status);
	return 1;
}

static int protodrill_command(void)
{
	const struct protodrill_stack_v1 *s = protodrill.stack;
	char *text = (char *)protodrill.answer + 4;

	if (!s->command)
		return 0;
	*text = '\0';
	int status = s->command((const char *)protodrill.question, text, 65536);
	protodrill_put_status(status == PROTODRILL_UNKNOWN ? -1 : status);
	return 1;
}

#endif
