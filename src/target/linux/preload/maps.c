/* SPDX-License-Identifier: MIT
 *
 * maps.c - what a process has mapped, as /proc tells it
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "target/linux/preload/copy.h"

enum { MAPS_BYTES = 1 << 12 };

/* A line: start-end rwxs offset device inode name. */
static struct mapping read_mapping(const char *line)
{
	struct mapping m;
	char *at;

	m.start = (char *)strtoul(line, &at, 16);
	m.length = strtoul(at + 1, &at, 16) - (uintptr_t)m.start;
	const char *rights = at + 1;
	m.protection = (rights[0] == 'r' ? PROT_READ : 0) | (rights[1] == 'w' ? PROT_WRITE : 0) |
	               (rights[2] == 'x' ? PROT_EXEC : 0);
	m.shared = rights[3] == 's';
	m.offset = (off_t)strtoul(rights + 5, &at, 16);
	strtoul(at + 1, &at, 16);                            /* the device, major and minor */
	strtoul(at + 1, &at, 16);
	m.inode = strtoul(at + 1, NULL, 10);
	return m;
}

bool maps_each(const char *maps, void (*take)(const struct mapping *m, void *user), void *user)
{
	static char text[MAPS_BYTES + 1];
	const int fd = open(maps, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t n = 0;

	while (fd >= 0 && (n = read(fd, text + length, MAPS_BYTES - length)) > 0) {
		char *line = text;
		length += (size_t)n;
		text[length] = '\0';
		for (char *end; (end = strchr(line, '\n')); line = end + 1) {
			const struct mapping m = read_mapping(line);
			take(&m, user);
		}
		length -= (size_t)(line - text);
		memmove(text, line, length);
	}
	if (fd >= 0)
		close(fd);
	return fd >= 0 && n == 0;
}
