/* SPDX-License-Identifier: MIT
 *
 * archive.c - the initramfs
 *
 * A kernel that boots unpacks an archive into a file system in memory, opens /dev/console there, and only then mounts
 * its root over it. pid 1 gets that file as its descriptors 0, 1 and 2. Usually it is a device, which would be opened
 * on the host: here it is an empty file.
 *
 * The format is the "newc" of cpio(5): a head of fixed width in hexadecimal, and the name, filled up to four bytes.
 */
#include "target/linux/archive.h"

#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

static void add_entry(struct buf *out, const char *name, unsigned mode)
{
	const unsigned links = 1;
	const unsigned fields[] = {
		0, mode, 0, 0, links, 0, 0, 0, 0, 0, 0, (unsigned)strlen(name) + 1, 0,
	};

	buf_puts(out, "070701");
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		buf_printf(out, "%08X", fields[i]);
	buf_add(out, name, strlen(name) + 1);
	buf_add_repeated(out, '\0', (4 - out->length % 4) % 4);
}

void archive_make(struct buf *out)
{
	add_entry(out, "dev", S_IFDIR | 0755);
	add_entry(out, "dev/console", S_IFREG | 0600);
	add_entry(out, "TRAILER!!!", 0);
}
