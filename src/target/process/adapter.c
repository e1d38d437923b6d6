/* SPDX-License-Identifier: MIT
 *
 * adapter.c - a process that has a stack: its start, frames in both directions, its end
 *
 * Reading ends at the latest every TICK_MS, in order to take what the process wrote to standard error (a full pipe
 * would stop it) and to look at the clock. So a question costs one send() and one recv() as a rule. Of a process that
 * has written anything there, both streams are waited for: its debugging output may be more than a pipe holds in a
 * tick.
 */
#include "target/process/adapter.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "adapter/protodrill-adapter.h"
#include "target/process/mould.h"
#include "target/process/outfit.h"
#include "target/process/processor.h"
#include "target/process/question.h"
#include "util/checked.h"
#include "util/child_end.h"
#include "util/little_endian.h"
#include "util/monotonic.h"

enum { TICK_MS = 50, GOODBYE_MS = 2000, WORDS = 64 };
enum { MOST_READS = 256, FIRST_BYTES = 2048, LAST_BYTES = 2048, FIRST_SHOWN = 400, LAST_SHOWN = 300,
       MOST_PRINTED = 60 };

struct adapter {
	pid_t pid;                                           /* 0: it has ended */
	int socket, errors;                                  /* our ends */
	int patience_s;                                      /* for one answer */
	vtime_t end;                                         /* when all must have been answered, or never */
	uint16_t tag;                                        /* of the last question */
	uint64_t count, last_due;                            /* of questions; which of them left something to do */
	struct buf question;                                 /* that, as it was sent */
	uint8_t *frame;                                      /* the last answer, as far as it has come */
	size_t filled;
	char *name, *called;                                 /* the command as it was given; in messages */
	bool is_object;                                      /* it is a shared object, and not a program */
	struct buf first_words, last_words, problem;
	bool talks;                                          /* on standard error */
	bool tells;                                          /* the flag TELLS */
	struct shared_processor processor;
};

/* ---- the command ---- */

/* Cut @text into words in place; quotes of both kinds keep blanks. -1: a quote is not closed, or there are too many
 * words. */
static int split(char *text, char *words[WORDS + 1])
{
	int count = 0;

	for (char *to = text; ; ) {
		char quote = 0;

		while (isspace((unsigned char)*text))
			text++;
		if (!*text)
			break;
		if (count == WORDS)
			return -1;
		words[count++] = to;
		while (*text && (quote || !isspace((unsigned char)*text))) {
			if (quote ? *text == quote : *text == '"' || *text == '\'')
				quote = quote ? 0 : *text;
			else
				*to++ = *text;
			text++;
		}
		if (quote)
			return -1;
		text += *text != '\0';
		*to++ = '\0';
	}
	words[count] = NULL;
	return count;
}

/* Some shared objects, such as the C library, can be run; so the hint about the name comes only when something went
 * wrong. */
static bool names_object(const char *word)
{
	const char *slash = strrchr(word, '/'), *end = strstr(slash ? slash : word, ".so");

	return end && (!end[3] || end[3] == '.');
}

/* ---- the start ---- */

static void *serve_in_thread(void *source)
{
	const struct adapter_source *s = source;

	exit(s->serve(s->path));
}

/* A thread of its own has fresh memory, at places that do not depend on what this process has done before: some stacks
 * show both in their packets (lwIP's ICMPv6 errors about fragments). */
static noreturn void serve(const struct adapter_source *source)
{
	struct adapter_source copy = *source;
	pthread_t thread;

	signal(SIGABRT, SIG_DFL);
	__fpurge(stdout);                                /* what we had in it is ours to write */
	outfit_end_early();
	if (pthread_create(&thread, NULL, serve_in_thread, &copy) == 0)
		pthread_join(thread, NULL);
	dprintf(2, "no thread for the stack");
	_exit(1);
}

/* What may be behind it that @word cannot be started. */
static const char *maybe(const char *word, int error)
{
	struct stat s;
	const bool there = stat(word, &s) == 0;

	if (*word == '~' || *word == '$' || strchr(word, '=') || !strcmp(word, "cd"))
		return "; no shell reads the command, and sh -c '...' asks one to";
	if (there && S_ISDIR(s.st_mode))
		return "; it is a folder";
	if (there && error == EACCES)
		return "; it is not executable, and 'chmod +x' makes a program so";
	return there && !strchr(word, '/') ? "; a program of the current folder begins with ./" : "";
}

static noreturn void become(const struct adapter_source *source, char **words, int socket, int errors, pid_t parent)
{
	outfit_program(parent, socket, errors);
	if (!source->home || chdir(source->home) == 0) {
		if (source->serve)
			serve(source);
		execvp(words[0], words);
	}
	const int error = errno;
	dprintf(2, "cannot be started: %s%s\n", strerror(error), source->serve ? "" : maybe(words[0], error));
	_exit(127);
}

/* A copy of a process that has loaded the object, if there can be one. */
static pid_t cast(const struct adapter_source *source, int socket, int errors, const struct shared_processor *processor)
{
	const struct mould_order order = { source->command, source->home, source->copier };

	return source->mould && processor->shared
	       ? mould_cast(source->mould, &order, socket, errors, processor->number) : 0;
}

static bool open_ends(int sockets[2], int errors[2])
{
	const struct timeval tick = { .tv_usec = TICK_MS * 1000 };

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
		return false;
	if (pipe2(errors, O_CLOEXEC | O_NONBLOCK) < 0) {
		close(sockets[0]);
		close(sockets[1]);
		return false;
	}
	/* Only our end of the pipe is non-blocking. */
	fcntl(errors[1], F_SETFL, 0);
	setsockopt(sockets[0], SOL_SOCKET, SO_RCVTIMEO, &tick, sizeof(tick));
	setsockopt(sockets[0], SOL_SOCKET, SO_SNDTIMEO, &tick, sizeof(tick));
	return true;
}

static struct adapter *start_words(const struct adapter_source *source, char **words, int patience_s,
                                   struct buf *problem)
{
	const char *command = source->command;
	int sockets[2], errors[2];
	struct adapter *a;
	pid_t parent = getpid();

	if (!open_ends(sockets, errors)) {
		buf_printf(problem, "cannot start the adapter '%s': %s", command, strerror(errno));
		return NULL;
	}
	a = checked_memory(calloc(1, sizeof(*a)));
	a->frame = checked_memory(malloc(PROTODRILL_HEAD + PROTODRILL_BODY));
	a->name = checked_memory(strdup(command));
	a->called = checked_memory(strdup(source->name ? source->name : command));
	a->first_words = a->last_words = a->problem = a->question = (struct buf)BUF_INIT;
	a->end = VTIME_NEVER;
	a->is_object = !source->serve && names_object(words[0]);
	a->patience_s = patience_s ? patience_s : ADAPTER_PATIENCE_S;
	a->socket = sockets[0];
	a->errors = errors[0];
	processor_share(&a->processor);
	a->pid = cast(source, sockets[1], errors[1], &a->processor);
	if (!a->pid && (a->pid = fork()) == 0)
		become(source, words, sockets[1], errors[1], parent);
	close(sockets[1]);
	close(errors[1]);
	if (a->pid > 0)
		return a;
	buf_printf(problem, "cannot start the adapter '%s': %s", command, strerror(errno));
	a->pid = 0;
	adapter_free(a);
	return NULL;
}

struct adapter *adapter_start(const struct adapter_source *source, int patience_s, struct buf *problem)
{
	const char *command = source->command;
	char *text = checked_memory(strdup(command)), *words[WORDS + 1];
	struct adapter *a = NULL;
	int count = source->serve ? 1 : split(text, words);

	if (count <= 0)
		buf_printf(problem, "'%s' is no command of an adapter: %s", command,
		           count < 0 ? "a quote has no end, or there are more than 64 words" : "it has no words");
	else
		a = start_words(source, words, patience_s, problem);
	free(text);
	return a;
}

/* ---- the end ---- */

/* What the adapter wrote to standard error: its beginning and its end, since sanitizers and runtimes say first what
 * happened, and others last. Whoever writes faster than we read is not listened to for ever, as time limits must be
 * checked. */
static void hear(struct adapter *a)
{
	char bytes[1024];
	ssize_t n;

	for (int i = 0; i < MOST_READS && (n = read(a->errors, bytes, sizeof(bytes))) > 0; i++) {
		a->talks = true;
		struct buf *heard = a->first_words.length < FIRST_BYTES ? &a->first_words : &a->last_words;
		buf_add(heard, bytes, (size_t)n);
		if (a->last_words.length > 2 * LAST_BYTES) {
			size_t gone = a->last_words.length - LAST_BYTES;
			memmove(a->last_words.data, a->last_words.data + gone, LAST_BYTES + 1);
			a->last_words.length = LAST_BYTES;
		}
	}
}

static size_t without_end(const struct buf *text)
{
	size_t length = text->length;

	while (length && isspace((unsigned char)text->data[length - 1]))
		length--;
	return length;
}

static void add_line(struct buf *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		buf_add_byte(out, isprint((unsigned char)text[i]) ? text[i] : ' ');
}

/* Append what the adapter said, on one line. */
static void add_last_words(struct buf *out, struct adapter *a)
{
	struct buf all = BUF_INIT;

	hear(a);
	buf_add(&all, a->first_words.data, a->first_words.length);
	buf_add(&all, a->last_words.data, a->last_words.length);
	size_t length = without_end(&all);
	if (length)
		buf_puts(out, "; its last words: ");
	if (length > FIRST_SHOWN + LAST_SHOWN) {
		add_line(out, all.data, FIRST_SHOWN);
		buf_puts(out, " ... ");
		add_line(out, all.data + length - LAST_SHOWN, LAST_SHOWN);
	} else {
		add_line(out, all.data, length);
	}
	buf_free(&all);
}

/* Wait for its end, at most until @limit. False: it is still there. */
static bool wait_for_end(struct adapter *a, vtime_t limit, int *status)
{
	int fd = child_end_open(a->pid);
	bool ended;

	for (;;) {
		vtime_t left = vtime_sub(limit, monotonic_now());
		struct pollfd p = { .fd = fd, .events = POLLIN };

		ended = waitpid(a->pid, status, WNOHANG) == a->pid;
		if (ended || left.ns <= 0)
			break;
		int ms = (int)(left.ns / 1000000) + 1;
		poll(&p, fd >= 0, ms < TICK_MS ? ms : TICK_MS);
		hear(a);
	}
	if (fd >= 0)
		close(fd);
	return ended;
}

static void describe_status(struct buf *out, int status)
{
	const char *signal = WIFSIGNALED(status) ? sigabbrev_np(WTERMSIG(status)) : NULL;

	if (signal)
		buf_printf(out, "was ended by SIG%s", signal);
	else if (WIFSIGNALED(status))
		buf_printf(out, "was ended by signal %d", WTERMSIG(status));
	else
		buf_printf(out, "ended with status %d", WEXITSTATUS(status));
}

/* @ms from now, or as long as the case may take. */
static vtime_t limit_of(const struct adapter *a, vtime_t duration)
{
	return vtime_min(vtime_add(monotonic_now(), duration), a->end);
}

/* Kill what is left of the adapter, with its whole group. @died: it closed its end by itself, so how it ended is of
 * interest. */
static void finish(struct adapter *a, bool died, struct buf *how)
{
	int status = 0;
	vtime_t limit = limit_of(a, vtime_ms(died ? GOODBYE_MS : 0));

	if (!a->pid)
		return;
	if (died && wait_for_end(a, limit, &status)) {
		describe_status(how, status);
		kill(-a->pid, SIGKILL);
	} else {
		buf_puts(how, died ? "closed its end of the stream" : "");
		kill(-a->pid, SIGKILL);
		kill(a->pid, SIGKILL);
		while (waitpid(a->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	a->pid = 0;
}

/* " (the question was CALL listen)", if there has been one. */
static void add_question(struct buf *out, const struct adapter *a)
{
	const char *sent = a->question.data;

	if (a->question.length < PROTODRILL_HEAD)
		return;
	buf_puts(out, " (the question was ");
	question_name(out, (unsigned char)sent[4], sent + PROTODRILL_HEAD, a->question.length - PROTODRILL_HEAD);
	buf_puts(out, ")");
}

/* @asked: it is about the answer to the present question. */
static void breaks(struct adapter *a, bool died, bool asked, const char *what)
{
	struct buf how = BUF_INIT;

	if (a->problem.length)
		return;
	finish(a, died, &how);
	buf_printf(&a->problem, "the adapter '%s' %s%s", a->called, what, how.data);
	if (asked)
		add_question(&a->problem, a);
	add_last_words(&a->problem, a);
	if (died && a->is_object)
		buf_puts(&a->problem, "; a shared object is no program: -t so:FILE.so plays it, and its adapter is "
		         "'protodrill adapter serve FILE.so'");
	buf_free(&how);
}

/* It broke the protocol, but has not ended: what it did follows its name. */
static void PRINTF_LIKE(3, 0) breaks_by(struct adapter *a, bool asked, const char *format, va_list args)
{
	struct buf what = BUF_INIT;

	buf_vprintf(&what, format, args);
	breaks(a, false, asked, what.data);
	buf_free(&what);
}

void adapter_break(struct adapter *a, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	breaks_by(a, false, format, args);
	va_end(args);
}

/* The same, about an answer that has not come, or that is none. */
static void PRINTF_LIKE(2, 3) break_answer(struct adapter *a, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	breaks_by(a, true, format, args);
	va_end(args);
}

void adapter_hurry(struct adapter *a, vtime_t duration)
{
	a->end = vtime_is_never(duration) ? VTIME_NEVER : vtime_add(monotonic_now(), duration);
}

void adapter_works_alone(struct adapter *a)
{
	processor_leave(&a->processor, a->pid);
	a->processor.shared = false;
}

const char *adapter_problem(const struct adapter *a)
{
	return a->problem.length ? a->problem.data : NULL;
}

void adapter_free(struct adapter *a)
{
	struct buf how = BUF_INIT;

	if (!a)
		return;
	processor_leave(&a->processor, 0);
	finish(a, false, &how);
	buf_free(&how);
	close(a->socket);
	close(a->errors);
	buf_free(&a->first_words);
	buf_free(&a->last_words);
	buf_free(&a->problem);
	buf_free(&a->question);
	free(a->frame);
	free(a->name);
	free(a->called);
	free(a);
}

struct adapter *adapter_shelf_take(struct adapter_shelf *shelf, const char *command)
{
	struct adapter *a = shelf->adapter;

	if (!a || strcmp(a->name, command) != 0)
		return NULL;
	shelf->adapter = NULL;
	if (a->processor.shared)
		processor_share(&a->processor);
	return a;
}

void adapter_shelf_put(struct adapter_shelf *shelf, struct adapter *a)
{
	adapter_free(shelf->adapter);
	if (a)
		processor_leave(&a->processor, 0);
	shelf->adapter = a;
}

/* ---- frames ---- */

/* After a send or receive with the result @n: go on, or not? A process that the adapter left behind may keep the stream
 * open. */
static bool may_go_on(struct adapter *a, ssize_t n, vtime_t began)
{
	if (n > 0)
		return true;
	if (n == 0 || (errno != EAGAIN && errno != EINTR) || child_has_ended(a->pid)) {
		breaks(a, true, true, "");
		return false;
	}
	hear(a);
	const vtime_t now = monotonic_now(), waited = vtime_sub(now, began);
	if (!vtime_before(waited, vtime_s(a->patience_s)))
		break_answer(a, "did not answer for %d s", a->patience_s);
	else if (!vtime_before(now, a->end))
		break_answer(a, "did not answer for %.1f s, and then the time of the case was over",
		             vtime_to_s(waited));
	return !a->problem.length;
}

/* An adapter that has ended may have said something before that: then this is true, and the answer will be odd. */
static bool send_all(struct adapter *a, const uint8_t *bytes, size_t length, vtime_t began)
{
	for (size_t at = 0; at < length;) {
		ssize_t n = send(a->socket, bytes + at, length - at, MSG_NOSIGNAL);
		const int error = errno;
		if (n < 0 && error != EAGAIN && error != EINTR &&
		    recv(a->socket, &(char){ 0 }, 1, MSG_PEEK | MSG_DONTWAIT) == 1)
			return true;
		errno = error;
		if (!may_go_on(a, n, began))
			return false;
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

/* How much of what has come is a line that a program prints, rather than a frame; less than a head: nothing is. */
static int printed(const struct adapter *a)
{
	size_t i = 0;

	while (i < a->filled && i < MOST_PRINTED && isprint(a->frame[i]))
		i++;
	return (int)i;
}

/* Can what has come so far be the beginning of an answer to a question of @type? */
static bool is_plausible(struct adapter *a, unsigned type)
{
	if (a->filled < PROTODRILL_HEAD)
		return true;
	uint32_t length = little_endian_get(a->frame, 4), tag = little_endian_get(a->frame + 6, 2);
	const uint32_t kind = little_endian_get(a->frame + 4, 2), answered = kind & ~(uint32_t)PROTODRILL_DUE;
	const bool says_hello = type == PROTODRILL_HELLO || type == PROTODRILL_RESET;

	if (length > PROTODRILL_BODY && printed(a) >= PROTODRILL_HEAD)
		break_answer(a, "sent text where an answer begins, '%.*s'; what it prints belongs to standard error",
		             printed(a), (const char *)a->frame);
	else if (length > PROTODRILL_BODY)
		break_answer(a, "sent a frame of %u bytes; there may be %d", length, PROTODRILL_BODY);
	else if (a->tag > 1 && tag == (uint16_t)(a->tag - 1))
		break_answer(a, "answered the question with the tag %u a second time, unasked", tag);
	else if (tag != a->tag)
		break_answer(a, "answered with the tag %u, and the question had %u", tag, a->tag);
	else if (answered != type && answered != PROTODRILL_NOT_KNOWN)
		break_answer(a, "answered a question of type %u with one of type %u", type, answered);
	else if (answered != kind && !a->tells && !says_hello)
		break_answer(a, "answered a question of type %u with one of type %u: bit 15 is for the flag TELLS, "
		             "which it has not", type, kind);
	else if (a->filled > PROTODRILL_HEAD + length)
		break_answer(a, "sent %zu bytes behind its answer, unasked", a->filled - PROTODRILL_HEAD - length);
	return !a->problem.length;
}

/* Wait for something to read from one that talks, and hear what it says meanwhile; a tick at most. */
static void listen_meanwhile(struct adapter *a)
{
	struct pollfd both[] = { { .fd = a->socket, .events = POLLIN }, { .fd = a->errors, .events = POLLIN } };

	for (int i = 0; i < MOST_READS && poll(both, 2, TICK_MS) > 0 && !both[0].revents; i++) {
		hear(a);
		both[1].fd = both[1].revents & POLLIN ? a->errors : -1;        /* it has closed its end */
	}
}

static bool receive_answer(struct adapter *a, unsigned type, vtime_t began)
{
	const size_t room = PROTODRILL_HEAD + PROTODRILL_BODY;

	a->filled = 0;
	do {
		if (a->talks)
			listen_meanwhile(a);
		ssize_t n = recv(a->socket, a->frame + a->filled, room - a->filled, 0);
		if (n < 0 && errno == EAGAIN && child_has_ended(a->pid))      /* what it said just before that */
			n = recv(a->socket, a->frame + a->filled, room - a->filled, 0);
		if (!may_go_on(a, n, began))
			return false;
		a->filled += n > 0 ? (size_t)n : 0;
		if (!is_plausible(a, type))
			return false;
	} while (a->filled < PROTODRILL_HEAD || a->filled < PROTODRILL_HEAD + little_endian_get(a->frame, 4));
	return true;
}

bool adapter_ask(struct adapter *a, unsigned type, const struct buf *question, const uint8_t **body, size_t *length)
{
	const vtime_t began = monotonic_now();
	uint8_t head[PROTODRILL_HEAD];

	*length = 0;
	if (a->problem.length)
		return false;
	little_endian_put(head, (uint32_t)question->length, 4);
	little_endian_put(head + 4, type, 2);
	little_endian_put(head + 6, ++a->tag, 2);
	a->count++;
	buf_clear(&a->question);
	buf_add(&a->question, head, sizeof(head));
	buf_add(&a->question, question->data, question->length);
	/* One that always answers, but never gets anywhere. */
	if (type != PROTODRILL_BYE && !vtime_before(began, a->end)) {
		break_answer(a, "answered %" PRIu64 " questions, and then the time of the case was over", a->count - 1);
		return false;
	}
	if (!send_all(a, (const uint8_t *)a->question.data, a->question.length, began) ||
	    !receive_answer(a, type, began))
		return false;
	*body = a->frame + PROTODRILL_HEAD;
	*length = a->filled - PROTODRILL_HEAD;
	const uint32_t answered = little_endian_get(a->frame + 4, 2);
	a->last_due = answered & PROTODRILL_DUE ? a->count : a->last_due;
	return (answered & ~(uint32_t)PROTODRILL_DUE) == type;
}

uint64_t adapter_count(const struct adapter *a)
{
	return a->count;
}

uint64_t adapter_last_due(const struct adapter *a)
{
	return a->last_due;
}

void adapter_tells(struct adapter *a, bool tells)
{
	a->tells = tells;
	if (!tells && a->last_due == a->count)
		adapter_break(a, "set bit 15 in the type of its answer, and has not the flag TELLS");
}

bool adapter_was_heard(const struct adapter *a)
{
	return a->filled > 0;
}

uint16_t adapter_tag(const struct adapter *a)
{
	return a->tag;
}

bool adapter_is_there(struct adapter *a)
{
	if (!a->problem.length && child_has_ended(a->pid))
		breaks(a, true, false, "was not there any more at the end: it ");
	return !a->problem.length;
}

void adapter_end(struct adapter *a)
{
	const struct buf nothing = BUF_INIT;
	const uint8_t *body;
	size_t length;
	uint8_t byte;
	int status = 0;

	if (!adapter_is_there(a))
		return;
	if (!adapter_ask(a, PROTODRILL_BYE, &nothing, &body, &length)) {
		adapter_break(a, "does not know the question BYE");
		return;
	}
	if (length)
		adapter_break(a, "answered BYE with %zu byte%s, and there is nothing to say", length,
		              length == 1 ? "" : "s");
	else if (!wait_for_end(a, limit_of(a, vtime_ms(GOODBYE_MS)), &status))
		adapter_break(a, "did not end within %d s after BYE", GOODBYE_MS / 1000);
	if (a->problem.length)
		return;
	kill(-a->pid, SIGKILL);
	a->pid = 0;
	if (recv(a->socket, &byte, 1, MSG_DONTWAIT) > 0) {
		adapter_break(a, "sent something unasked after it had answered BYE");
	} else if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		struct buf how = BUF_INIT;
		describe_status(&how, status);
		adapter_break(a, "%s after BYE", how.data);
		buf_free(&how);
	}
}

bool adapter_hang_up(struct adapter *a)
{
	int status;

	if (!a->pid)
		return true;
	shutdown(a->socket, SHUT_WR);
	if (!wait_for_end(a, vtime_add(monotonic_now(), vtime_ms(GOODBYE_MS)), &status))
		return false;
	a->pid = 0;
	return true;
}
