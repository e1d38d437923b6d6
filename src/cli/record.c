/* SPDX-License-Identifier: MIT
 *
 * record.c - protodrill record: scripts from captures
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "capture/transcript.h"
#include "cli/cli.h"
#include "cli/command_frame.h"
#include "cli/console.h"

struct request {
	bool list;
	const char *output;                                  /* NULL: standard output */
	int number;                                          /* which conversation; 0: all */
	struct transcript_options transcript;
};

static const struct command_option options[] = {
	{ "side", 's', "SIDE",
	  "the end that becomes the stack under test: server (the default), client, ADDRESS or ADDRESS:PORT" },
	{ "number", 'n', "N", "only this conversation of those that --list shows" },
	{ "output", 'o', "PATH", "write there: one script, or a folder of scripts if there are several conversations" },
	{ "windows", 'w', NULL, "also expect the windows that the stack under test offered" },
	{ "list", 'l', NULL, "only show the conversations in the capture" },
	{ "help", 'h', NULL, "this text" },
	{ 0 },
};

static void usage(void)
{
	puts("Usage: protodrill record [OPTION]... FILE.pcap\n"
	     "Write a script that plays what a capture (pcap, pcapng) shows: the packets of the peer, what the stack\n"
	     "under test sent as what is expected of it, and the calls that its program must have made.\n"
	     "A conversation is a TCP connection, from its SYN on, or the datagrams between two UDP ports, with ICMP\n"
	     "errors about them. Addresses, ports and contents do not get into the script.\n\n"
	     "Options:");
	options_print(stdout, options);
	puts("\nExit status: 0 done, 2 the capture cannot be read, or nothing can be told of it.\n\n"
	     "Examples:\n"
	     "  protodrill record web.pcap > web.pkt && protodrill run --profile linux web.pkt\n"
	     "  protodrill record --list web.pcap\n"
	     "  protodrill record --side client -n 3 web.pcap\n"
	     "  protodrill record --side 192.0.2.1:80 -o scripts web.pcap");
}

static bool set(void *user, const struct command_option *option, const char *value)
{
	struct request *request = user;

	switch (option->letter) {
	case 's':
		return side_parse(value, &request->transcript.side) ||
		       console_error("bad --side: '%s'; want client, server, ADDRESS or ADDRESS:PORT", value);
	case 'n':
		return console_option_number("number", value, 1, INT32_MAX, &request->number);
	case 'o':
		request->output = value;
		return true;
	case 'w':
		return request->transcript.windows = true;
	default:
		return request->list = true;
	}
}

static void show(const struct conversation *c, size_t number)
{
	struct buf ends = BUF_INIT;

	conversation_print(&ends, c);
	printf("%zu\t%s\t%s\t%zu packet%s%s\n", number, c->protocol == PROTOCOL_TCP ? "tcp" : "udp", ends.data,
	       c->count, c->count == 1 ? "" : "s", c->from_beginning ? "" : "\topen before the capture began");
	buf_free(&ends);
}

/* Write one conversation to @path, or to standard output. */
static bool record_one(const struct conversation *c, const struct request *request, size_t number, const char *path)
{
	struct transcript_options how = request->transcript;
	struct buf text = BUF_INIT, problem = BUF_INIT, ends = BUF_INIT;

	how.number = number;
	bool good = transcript_write(&text, c, &how, &problem);
	if (!good) {
		conversation_print(&ends, c);
		console_error("%s: conversation %zu (%s): %s", how.name, number, ends.data, problem.data);
	} else if (path) {
		good = console_write_file(path, &text, REPLACE_LINKS);
	} else {
		good = fwrite(text.data, 1, text.length, stdout) == text.length;
	}
	buf_free(&text);
	buf_free(&problem);
	buf_free(&ends);
	return good;
}

/* A script for each conversation, in a folder; conversations that cannot be told are named. */
static int record_all(const struct conversation *first, const struct request *request)
{
	struct buf path = BUF_INIT;
	size_t number = 0, told = 0;

	if (mkdir(request->output, 0777) != 0 && errno != EEXIST) {
		console_cannot_write(request->output);
		return EXIT_STATUS_ERROR;
	}
	for (const struct conversation *c = first; c; c = c->next) {
		buf_clear(&path);
		buf_printf(&path, "%s/%04zu.pkt", request->output, ++number);
		told += record_one(c, request, number, path.data);
	}
	buf_free(&path);
	printf("%zu script%s in %s, %zu conversation%s not told\n", told, told == 1 ? "" : "s", request->output,
	       number - told, number - told == 1 ? "" : "s");
	return told ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
}

static bool is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int record_some(const struct conversation *first, size_t count, const struct request *request)
{
	const struct conversation *c = first;
	size_t number = request->number ? (size_t)request->number : 1;

	if (!request->number && count > 1 && !request->output) {
		console_error("%s has %zu conversations: choose one with -n (see --list), or name a folder with -o",
		              request->transcript.name, count);
		return EXIT_STATUS_ERROR;
	}
	if (!request->number && request->output && (count > 1 || is_folder(request->output)))
		return record_all(first, request);
	for (size_t n = 1; c && n < number; n++)
		c = c->next;
	if (!c)
		console_error("--number %zu: %s has %zu conversation%s", number, request->transcript.name, count,
		              count == 1 ? "" : "s");
	return c && record_one(c, request, number, request->output) ? EXIT_STATUS_OK : EXIT_STATUS_ERROR;
}

static void tell_left_out(const struct capture *capture, size_t icmp)
{
	if (capture->others + capture->fragments + capture->malformed + icmp)
		fprintf(stderr, "protodrill: left out: %zu packets of other protocols, %zu fragments, %zu malformed, "
		        "%zu of ICMP about no conversation\n", capture->others, capture->fragments, capture->malformed,
		        icmp);
}

static int record(void *user, char **paths, struct settings *settings)
{
	struct request *request = user;
	struct arena *arena = arena_new();
	struct capture capture;
	struct buf problem = BUF_INIT;
	size_t count, icmp, number = 0;
	int status = EXIT_STATUS_ERROR;

	(void)settings;
	request->transcript.name = paths[0];
	if (capture_read(&capture, request->transcript.name, arena, &problem)) {
		const struct conversation *first = conversations_of(&capture, arena, &count, &icmp);
		tell_left_out(&capture, icmp);
		if (!first)
			console_error("%s has no packets of TCP or UDP", request->transcript.name);
		else if (!request->list)
			status = record_some(first, count, request);
		for (const struct conversation *c = first; c && request->list; c = c->next)
			show(c, ++number);
		if (first && request->list)
			status = EXIT_STATUS_OK;
	}
	if (!console_complain(&problem))
		status = EXIT_STATUS_ERROR;
	arena_free(arena);
	return status;
}

int record_main(int argc, char **argv)
{
	static const struct command_frame frame = {
		.options = options,
		.usage = usage,
		.wanted = "one capture file to record from",
		.most_paths = 1,
		.set = set,
		.act = record,
	};
	struct request request = { 0 };

	return command_frame_main(&frame, &request, argc, argv);
}
