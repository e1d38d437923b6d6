/* SPDX-License-Identifier: MIT
 *
 * counters.c - the difference of two texts of a file in /proc/net, number by number
 */
#include "counters.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_ROOM = 32768, NAME_ROOM = 64 };

static struct file {
	const char *name;
	char before[FILE_ROOM];
} files[] = { { .name = "snmp" }, { .name = "snmp6" }, { .name = "netstat" } };

enum { FILES = sizeof(files) / sizeof(files[0]) };

static const char *others;                                   /* the list in which another process has a socket */

static size_t read_whole(const char *name, char *text)
{
	char path[NAME_ROOM];

	snprintf(path, sizeof(path), "/proc/net/%s", name);
	FILE *file = fopen(path, "re");
	const size_t length = file ? fread(text, 1, FILE_ROOM - 1, file) : 0;

	if (file)
		fclose(file);
	text[length] = '\0';
	return length;
}

/* The lists of sockets begin with a line of headings. */
static int has_sockets(const char *name)
{
	static char text[FILE_ROOM];
	const size_t length = read_whole(name, text);
	const char *line = length ? strchr(text, '\n') : NULL;

	return line && line[1];
}

void counters_begin(void)
{
	static const char *const lists[] = { "tcp", "tcp6", "udp", "udp6" };

	others = NULL;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]) && !others; i++)
		others = has_sockets(lists[i]) ? lists[i] : NULL;
	for (int i = 0; i < FILES; i++)
		read_whole(files[i].name, files[i].before);
}

static struct file *find(const char *name)
{
	for (int i = 0; i < FILES; i++)
		if (!strcmp(files[i].name, name))
			return &files[i];
	return NULL;
}

int counters_has(const char *name)
{
	return find(name) != NULL;
}

/* Numbers that are no counters, by their names in the line of names. */
static int is_constant(const char *name, size_t length)
{
	static const char *const names[] = {
		"Forwarding", "DefaultTTL", "RtoAlgorithm", "RtoMin", "RtoMax", "MaxConn", "CurrEstab",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i]) == length && !strncmp(names[i], name, length))
			return 1;
	return 0;
}

static const char *next_word(const char *at)
{
	at += strcspn(at, " \t\n");
	return at + strspn(at, " \t");
}

static const char *next_line(const char *at)
{
	at += strcspn(at, "\n");
	return *at ? at + 1 : at;
}

/* Do two texts begin with the same word? */
static int same_word(const char *a, const char *b)
{
	const size_t length = strcspn(a, " \t\n");

	return length == strcspn(b, " \t\n") && !strncmp(a, b, length);
}

/* What the number of @name in the group of lines @group was; which names there are changes. Of lines "NAME NUMBER" the
 * name is the group's. */
static long long number_before(const char *text, const char *group, const char *name)
{
	while (*text && !same_word(text, group))
		text = next_line(text);
	const char *names = text, *values = name == group ? text : next_line(text);

	while (*names && *names != '\n' && !same_word(names, name)) {
		names = next_word(names);
		values = next_word(values);
	}
	return *names && *names != '\n' ? strtoll(name == group ? next_word(values) : values, NULL, 10) : 0;
}

static long long number_since(const char *before, const char *group, const char *name, const char *number)
{
	const long long now = strtoll(number, NULL, 10);

	return is_constant(name, strcspn(name, " \t\n")) ? now : now - number_before(before, group, name);
}

static int word_length(const char *at)
{
	return (int)strcspn(at, " \t\n");
}

/* The lines "TcpExt: NAME NAME ..." and "TcpExt: 1 2 ..." at @line. A type of ICMP is listed only once there was a
 * message of it. */
static size_t add_group(char *out, size_t room, const char *before, const char *line)
{
	const int as_seen = same_word(line, "IcmpMsg:");
	size_t filled = 0;

	for (int numbers = 0; numbers < 2; numbers++) {
		const char *name = next_word(line), *number = next_word(next_line(line));

		filled += (size_t)snprintf(out + filled, room - filled, "%.*s", word_length(line), line);
		for (; word_length(name) && word_length(number) && filled + NAME_ROOM < room;
		     name = next_word(name), number = next_word(number)) {
			const long long value = number_since(before, line, name, number);
			if (as_seen && !value)
				continue;
			filled += (size_t)(numbers ? snprintf(out + filled, room - filled, " %lld", value) :
			                   snprintf(out + filled, room - filled, " %.*s", word_length(name), name));
		}
		filled += (size_t)snprintf(out + filled, room - filled, "\n");
	}
	return filled;
}

int counters_since(const char *name, const char *now, char *out, size_t room)
{
	const char *before = find(name)->before;
	size_t filled = 0;

	for (const char *line = now; !others && *line && filled + NAME_ROOM < room; line = next_line(line)) {
		if (line[word_length(line) - 1] == ':') {
			filled += add_group(out + filled, room - filled, before, line);
			line = next_line(line);
		} else {
			filled += (size_t)snprintf(out + filled, room - filled, "%.*s %lld\n", word_length(line), line,
			                           number_since(before, line, line, next_word(line)));
		}
	}
	if (others)
		snprintf(out, room, "when the case began another socket was open on the machine under test, whose "
		         "packets count, too (/proc/net/%s)", others);
	return !others;
}
