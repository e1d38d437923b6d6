/* SPDX-License-Identifier: MIT
 *
 * congestion.c - congestion control algorithms that this machine lacks, or does not allow in namespaces
 *
 * A kernel lets a socket have any algorithm that it has, if its user may manage the network. As the setting of a
 * network namespace other than the first it takes only those that net.ipv4.tcp_allowed_congestion_control names, and
 * that list belongs to the machine: nothing in the namespace can change it. If an algorithm is refused for one of these
 * reasons, that says nothing about the kernel's TCP.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "target/kernel/internal.h"

#define SETTINGS "/proc/sys/net/ipv4/"

/* The names in one of the two lists, without the end of the line. False: it cannot be read. */
static bool read_names(const char *path, struct buf *out)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	const bool good = fd >= 0 && buf_read_fd(out, fd);

	if (fd >= 0)
		close(fd);
	while (out->length && isspace((unsigned char)out->data[out->length - 1]))
		out->data[--out->length] = '\0';
	return good;
}

static bool has_name(const char *list, const char *name, size_t length)
{
	for (size_t n; *list; list += n) {
		list += strspn(list, " \t\n");
		n = strcspn(list, " \t\n");
		if (n == length && !strncmp(list, name, n))
			return true;
	}
	return false;
}

void kernel_congestion_refused(struct shortage *s, const char *name, size_t length, bool setting)
{
	struct buf available = BUF_INIT, allowed = BUF_INIT;

	if (length && read_names(SETTINGS "tcp_available_congestion_control", &available) &&
	    read_names(SETTINGS "tcp_allowed_congestion_control", &allowed)) {
		const bool there = has_name(available.data, name, length);

		s->of_stack = !there || (setting && !has_name(allowed.data, name, length));
		if (!there)
			snprintf(s->text, sizeof(s->text), "this kernel has no congestion control '%.*s'", (int)length,
			         name);
		else if (s->of_stack)
			snprintf(s->text, sizeof(s->text),
			         "this machine allows network namespaces only '%s' as congestion control, and not "
			         "'%.*s' (sysctl net.ipv4.tcp_allowed_congestion_control)", allowed.data, (int)length,
			         name);
	}
	buf_free(&available);
	buf_free(&allowed);
}

void kernel_congestion_of_command(struct shortage *s, const char *text)
{
	static const char of_names[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";

	while (!s->text[0] && (text = strstr(text, CONGESTION_SETTING)) != NULL) {
		text += strlen(CONGESTION_SETTING);
		const char *name = text + strspn(text, "= \t\"'");

		if (name > text)
			kernel_congestion_refused(s, name, strspn(name, of_names), true);
	}
}
