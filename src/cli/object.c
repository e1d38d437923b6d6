/* SPDX-License-Identifier: MIT
 *
 * object.c - stacks in shared objects: what a file has, or why it cannot be used
 */
#include "cli/object.h"

#include <dlfcn.h>
#include <string.h>
#include <unistd.h>

#include "cli/console.h"
#include "util/buf.h"

/* Targets are given each other's files by mistake; the symbol that a file defines tells them apart. */
static const struct face {
	const char *symbol, *hint;
} faces[] = {
	{ OBJECT_STACK, "it is a stack for -t so:" },
	{ OBJECT_PLUG_IN, "it was written as a plug-in of the original tool, for packetdrill --so_filename or "
	                  "-t plug-in:" },
};

static void *open_object(const char *path, int flags)
{
	struct buf here = BUF_INIT;

	buf_printf(&here, "./%s", path);
	void *object = dlopen(strchr(path, '/') || access(here.data, F_OK) < 0 ? path : here.data, flags);
	buf_free(&here);
	return object;
}

/* What the dynamic linker says begins with the name of the file, unless it is about another file that this one
 * needs. */
static void *refuse(const char *path, const char *why, const char *hint)
{
	const char *name = strncmp(why, "./", 2) ? why : why + 2;
	size_t length = strlen(path);

	if (!strncmp(why, path, length) && !strncmp(why + length, ": ", 2))
		why += length + 2;
	else if (!strncmp(name, path, length) && !strncmp(name + length, ": ", 2))
		why = name + length + 2;
	console_error("%s: %s%s%s%s", path, why, hint ? "; " : "", hint ? hint : "", hint ? path : "");
	return NULL;
}

void *object_load(const char *path, int flags, const char *symbol, void **object)
{
	const char *why, *hint = NULL;
	void *found;

	*object = open_object(path, flags);
	if (!*object) {
		why = dlerror();
		hint = strstr(why, "cannot dynamically load") ? "a program is for -t process:" : NULL;
		return refuse(path, why, hint);
	}
	found = dlsym(*object, symbol);
	if (found)
		return found;
	for (size_t i = 0; i < sizeof(faces) / sizeof(*faces); i++)
		hint = dlsym(*object, faces[i].symbol) ? faces[i].hint : hint;
	(void)dlsym(*object, symbol);                    /* dlerror() must tell this failure, not another caller's */
	return refuse(path, dlerror(), hint);
}
