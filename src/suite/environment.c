/* SPDX-License-Identifier: MIT
 *
 * environment.c - what the commands of a script find in their environment
 */
#include "suite/environment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/buf.h"
#include "util/common.h"

static bool lists(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	for (const char *at = path; at; at = strchr(at, ':')) {
		at += *at == ':';
		if (!strncmp(at, folder, length) && (at[length] == ':' || !at[length]))
			return true;
	}
	return false;
}

/* At the end of PATH, so that everything else is found where it was before. */
static void complete_path(void)
{
	static const char *const folders[] = { "/usr/sbin", "/sbin" };
	const char *path = getenv("PATH");
	struct buf whole = BUF_INIT;

	if (!path)
		return;                                      /* then the shell has a default of its own */
	buf_puts(&whole, path);
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		if (!lists(path, folders[i]))
			buf_printf(&whole, ":%s", folders[i]);
	setenv("PATH", whole.data, 1);
	buf_free(&whole);
}

void environment_set(pid_t player)
{
	char id[24];

	snprintf(id, sizeof(id), "%d", (int)player);
	setenv("PACKETDRILL_PID", id, 1);
	complete_path();
}
