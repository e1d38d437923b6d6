/* SPDX-License-Identifier: MIT
 *
 * own_folder.c - where this program lies
 */
#include "util/own_folder.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "util/checked.h"

char *own_folder(void)
{
	char path[PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (length < 0)
		return NULL;
	path[length] = '\0';
	const char *slash = strrchr(path, '/');
	return slash ? checked_memory(strndup(path, (size_t)(slash - path))) : NULL;
}
