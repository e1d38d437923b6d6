/* SPDX-License-Identifier: MIT
 *
 * symbol.c - the address of a variable of the kernel, by the table of symbols in its program
 *
 * The program is not moved when it is loaded, so what the table says is where it is.
 */
#include <elf.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "target/linux/preload/copy.h"

static const Elf64_Shdr *section(const char *file, const Elf64_Ehdr *head, unsigned number)
{
	return (const Elf64_Shdr *)(file + head->e_shoff) + number;
}

static const void *find(const char *file, const char *name)
{
	const Elf64_Ehdr *head = (const Elf64_Ehdr *)file;

	for (unsigned i = 0; head->e_type == ET_EXEC && i < head->e_shnum; i++) {
		const Elf64_Shdr *table = section(file, head, i);
		if (table->sh_type != SHT_SYMTAB)
			continue;
		const char *names = file + section(file, head, table->sh_link)->sh_offset;
		const Elf64_Sym *symbols = (const Elf64_Sym *)(file + table->sh_offset);
		for (size_t s = 0; s < table->sh_size / sizeof(*symbols); s++)
			if (ELF64_ST_TYPE(symbols[s].st_info) == STT_OBJECT &&
			    !strcmp(names + symbols[s].st_name, name))
				return (const void *)symbols[s].st_value;
	}
	return NULL;
}

const void *kernel_variable(const char *name)
{
	const int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	const void *found = NULL;
	struct stat s;

	if (fd < 0)
		return NULL;
	void *file = fstat(fd, &s) == 0 ? mmap(NULL, (size_t)s.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
	if (file != MAP_FAILED) {
		found = find(file, name);
		munmap(file, (size_t)s.st_size);
	}
	close(fd);
	return found;
}
