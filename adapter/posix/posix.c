/* SPDX-License-Identifier: MIT
 *
 * posix.c - the upper tester: the sockets of the machine that it runs on, for protodrill on another machine
 *
 * It only makes the calls of a script: packets go from one machine to the other by their network cards, and are
 * captured there (protodrill run -t remote). The clock is this machine's. It needs only the C library, and may be
 * copied to the device under test; built with -static it does not need even that.
 *
 * Nothing may be left behind, however it ends. Sockets end with the process, connections and whatever else the kernel
 * remembers about the other side are removed (forget.h), and sysctls that a script has set are restored. If this
 * process is killed, a second one does that, which waits for its end and is in a process group of its own.
 */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>

#define PROTODRILL_ADAPTER_IMPLEMENTATION
#include "../protodrill-adapter.h"
#include "../protodrill-waits.h"

/* Calls have no extra first argument here. */
#define ASK(function, ...) function(__VA_ARGS__)
#define HAS(function) 1
#define FCNTL_IS_OBEYED 1

#include "../socket_calls.h"
#include "card.h"
#include "counters.h"
#include "forget.h"
#include "waiting.h"

enum { SETTINGS = 128, KEY = 160, VALUE = 256, NAP_NS = 500000, LINGERERS = 16 };

/* The sysctls and the card as they were, and the playing process, in memory shared with the guard. */
struct setting {
	char path[KEY], value[VALUE];
};

static struct kept {
	volatile int count;
	struct setting settings[SETTINGS];
	struct card card;
	volatile int playing;                                /* the two are set: */
	struct protodrill_address local, remote;
} *kept;

/* ---- sysctls ---- */

static int read_setting(const char *path, char *value, size_t room)
{
	FILE *file = fopen(path, "re");
	size_t length = file ? fread(value, 1, room - 1, file) : 0;

	if (!file)
		return 0;
	fclose(file);
	while (length && value[length - 1] == '\n')
		length--;
	value[length] = '\0';
	return 1;
}

/* 0, or an errno. */
static int write_setting(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error;

	if (fd < 0)
		return errno;
	error = write(fd, value, strlen(value)) >= 0 ? 0 : errno;
	close(fd);
	return error;
}

/* Only sysctls of the network; others belong to the machine. False: it cannot be the name of one. */
static int find_setting(const char *key, char path[KEY])
{
	int length;

	if (strncmp(key, "net.", 4) != 0 || strchr(key, '/') || strstr(key, ".."))
		return 0;
	length = snprintf(path, KEY, "/proc/sys/%s", key);
	if (length >= KEY)
		return 0;
	for (char *c = path + strlen("/proc/sys/"); *c; c++)
		*c = *c == '.' ? '/' : *c;
	return 1;
}

static int do_set(const char *key, const char *value, char *why, size_t room)
{
	struct setting *s = &kept->settings[kept->count];

	if (kept->count == SETTINGS || !find_setting(key, s->path) || !read_setting(s->path, s->value, VALUE))
		return PROTODRILL_NO_SUCH_KEY;
	if (strcmp(s->value, value) == 0)
		return PROTODRILL_DONE;
	kept->count++;
	const int error = write_setting(s->path, value);
	if (!error || error == EINVAL || error == ERANGE)
		return error ? PROTODRILL_BAD_VALUE : PROTODRILL_DONE;
	/* The value is one that others take: there is no such congestion control, or no right to set it. */
	snprintf(why, room, "%s=%s (%s)", key, value, strerror(error));
	return PROTODRILL_NO_SUCH_FEATURE;
}

/* The whole text of a file in /proc/net: what a script asks there concerns this machine. */
static int64_t get_proc_net(const char *path, char *value, size_t room)
{
	const char *name = path + strlen("/proc/net/");
	FILE *file = *name && !strchr(name, '/') && *name != '.' ? fopen(path, "re") : NULL;
	const size_t length = file ? fread(value, 1, room - 1, file) : 0;

	if (!file)
		return PROTODRILL_UNKNOWN;
	fclose(file);
	value[length] = '\0';
	if (!counters_has(name))
		return (int64_t)length;
	char *now = strdup(value);
	const int told = now && counters_since(name, now, value, room);
	free(now);
	if (now && !told)
		protodrill_refuse(value);
	return told ? (int64_t)strlen(value) : PROTODRILL_UNKNOWN;
}

static int64_t do_get(const char *key, char *value, size_t room)
{
	char path[KEY];

	if (!strncmp(key, "/proc/net/", strlen("/proc/net/")))
		return get_proc_net(key, value, room);
	if (!strcmp(key, "lateness"))
		return snprintf(value, room, "%lld", (long long)waiting_lateness());
	if (!find_setting(key, path) || !read_setting(path, value, room))
		return PROTODRILL_UNKNOWN;
	return (int64_t)strlen(value);
}

static void tidy_up(void)
{
	while (kept->count) {
		const struct setting *s = &kept->settings[--kept->count];
		write_setting(s->path, s->value);
	}
	card_restore(&kept->card);
	if (kept->playing)
		forget_other_side(&kept->local, &kept->remote);
	kept->playing = 0;
}

/* The process that tidies up, whatever becomes of this one: it reads from a pipe of which only this process has the
 * other end. */
static int start_guard(void)
{
	int ends[2];
	char byte;

	kept = mmap(NULL, sizeof(*kept), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (kept == MAP_FAILED || pipe(ends) < 0)
		return 0;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	switch (fork()) {
	case -1:
		return 0;
	case 0:
		setsid();
		for (int fd = 0; fd <= 2; fd++)
			close(fd);
		close(ends[1]);
		while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
			;
		tidy_up();
		_exit(0);
	default:
		close(ends[0]);
		return 1;
	}
}

/* ---- punctuality ---- */

/* As far as this process may: a call that protodrill asks for must not wait for a processor. Somebody who has started
 * it with a policy has chosen that. */
static void be_punctual(void)
{
	prctl(PR_SET_TIMERSLACK, 1UL);
	run_urgently();
}

/* ---- the rest of the table ---- */

static int64_t clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* When protodrill asks for the time, it is told which calls have ended. */
static int64_t clock_and_harvest(void)
{
	waiting_harvest();
	return clock_ns();
}

static void nap(int64_t until, int step)
{
	const int64_t left = until - clock_ns();
	const int64_t most = step && left > NAP_NS ? NAP_NS : left;
	const struct timespec t = { most / 1000000000, most % 1000000000 };

	if (most > 0)
		nanosleep(&t, NULL);
}

/* ---- what cases may need of it ---- */

enum { WORDS = 32, WORD = 80 };

static char words[WORDS][WORD];
static const char *meets[WORDS + 1];

/* Append a word if there is room: "%s" in @format is @text. */
static void add_word(const char *format, const char *text)
{
	int count = 0;

	while (count < WORDS && meets[count])
		count++;
	if (count == WORDS || snprintf(words[count], WORD, format, text) >= WORD)
		return;
	meets[count] = words[count];
}

static int has_udplite(void)
{
	const int fd = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Only what is loaded; asking for one by name would load modules. */
static void note_congestion_controls(void)
{
	char names[VALUE], *rest = names;

	if (!read_setting("/proc/sys/net/ipv4/tcp_available_congestion_control", names, sizeof(names)))
		return;
	for (char *name = strtok_r(names, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
		add_word("congestion-control %s", name);
}

static void note_what_there_is(void)
{
	struct utsname name;

	if (uname(&name) == 0)
		add_word("kernel %s", name.release);
	add_word("%s", "tcp");
	add_word("%s", "udp");
	add_word("%s", "icmp");
	if (has_udplite())
		add_word("%s", "udplite");
	note_congestion_controls();
}

/* How many ICMP errors a host may have in a second is counted over cases, and no message resets it. */
static void unlimit_errors(void)
{
	char why[KEY + VALUE];

	do_set("net.ipv4.icmp_ratelimit", "0", why, sizeof(why));
	do_set("net.ipv6.icmp.ratelimit", "0", why, sizeof(why));
}

static int domain_of(const struct protodrill_address *address)
{
	return address->family == 6 ? AF_INET6 : AF_INET;
}

/* Is there a route to it? Sends nothing. */
static int leads_to(int probe, const struct protodrill_address *remote)
{
	struct protodrill_address to = *remote;
	struct sockaddr_storage a;

	to.port = 9;
	const socklen_t length = to_sockaddr(&to, &a);
	return connect(probe, (struct sockaddr *)&a, length) == 0 || (errno != ENETUNREACH && errno != EHOSTUNREACH);
}

static int is_group(const struct protodrill_address *address)
{
	return address->family == 4 ? address->bytes[0] >= 224 : address->bytes[0] == 0xff;
}

static void refuse_for_want_of_a_way(const struct protodrill_address *remote)
{
	char name[INET6_ADDRSTRLEN], why[2 * INET6_ADDRSTRLEN + 64];

	inet_ntop(domain_of(remote), remote->bytes, name, sizeof(name));
	snprintf(why, sizeof(why), "the machine under test has no route to %s (ip route add %s dev ...)", name, name);
	protodrill_refuse(why);
}

/* Where there is no way to the other side, what this machine does not answer is no fault of its stack. To a group all
 * ways lead that a script names; whether it names one, its calls show. */
static int has_way(int probe, const struct protodrill_address *remote)
{
	if (is_group(remote) || leads_to(probe, remote))
		return 1;
	refuse_for_want_of_a_way(remote);
	return 0;
}

/* Does the card have the MTU that the case counts on? */
static int has_mtu(const struct protodrill_start *how)
{
	const int error = card_set_mtu(&kept->card, &how->local, how->mtu);
	char why[KEY + VALUE];

	if (!error)
		return 1;
	snprintf(why, sizeof(why), "%s has the MTU %d on the machine under test, and cannot have %d: %s (--mtu)",
	         kept->card.name, kept->card.mtu, how->mtu, strerror(-error));
	kept->card.mtu = 0;
	protodrill_refuse(why);
	return 0;
}

static int start(const struct protodrill_start *how)
{
	int probe = socket(domain_of(&how->local), SOCK_DGRAM, 0);

	if (probe < 0)
		return PROTODRILL_UNKNOWN;
	const int good = has_way(probe, &how->remote);
	close(probe);
	if (!good || !has_mtu(how))
		return PROTODRILL_UNKNOWN;
	kept->local = how->local;
	kept->remote = how->remote;
	kept->playing = 1;
	forget_other_side(&how->local, &how->remote);        /* left by an earlier run */
	unlimit_errors();
	counters_begin();
	return 0;
}

static int name_of(int (*call)(int, struct sockaddr *, socklen_t *), int fd, struct protodrill_address *address)
{
	struct sockaddr_storage a = { 0 };
	socklen_t length = sizeof(a);
	int status = call(fd, (struct sockaddr *)&a, &length) < 0 ? -errno : 0;

	from_sockaddr(&a, length, address);
	return status;
}

static int do_getsockname(int fd, struct protodrill_address *address)
{
	return name_of(getsockname, fd, address);
}

static int do_getpeername(int fd, struct protodrill_address *address)
{
	return name_of(getpeername, fd, address);
}

static int64_t info(int fd, void *bytes, size_t room)
{
	socklen_t length = (socklen_t)room;

	return getsockopt(fd, IPPROTO_TCP, 11 /* TCP_INFO */, bytes, &length) < 0 ? 0 : (int64_t)length;
}

/* A close() that lingers waits on any descriptor, so it gets a thread; its ticket is the place in the table. */
static struct lingerer {
	int fd;
	volatile int waits;
} lingerers[LINGERERS];

static void *close_slowly(void *data)
{
	struct lingerer *l = data;

	close(l->fd);
	l->waits = 0;
	return NULL;
}

static int close_or_linger(int fd)
{
	struct linger linger = { 0 };
	socklen_t length = sizeof(linger);
	pthread_t thread;
	int i = 0;

	getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &length);
	while (i < LINGERERS && lingerers[i].waits)
		i++;
	if (!linger.l_onoff || !linger.l_linger || i == LINGERERS)
		return do_close(fd);
	lingerers[i] = (struct lingerer){ fd, 1 };
	if (pthread_create(&thread, NULL, close_slowly, &lingerers[i]) != 0) {
		lingerers[i].waits = 0;
		return do_close(fd);
	}
	pthread_detach(thread);
	return i + 1;
}

static int lingering(int ticket)
{
	return lingerers[ticket - 1].waits;
}

/* ---- where calls may go ---- */

/* A case is about one version of IP, and where it is written the machine has no address of the other one. Here that may
 * lead somewhere, by a card on which nobody of ours listens. */
static int strays(const struct protodrill_address *to)
{
	static const uint8_t zeros[16], mapped[12] = { [10] = 0xff, [11] = 0xff };
	const int is_six = to->family == 6, is_mapped = is_six && !memcmp(to->bytes, mapped, sizeof(mapped));
	const int is_local = !memcmp(to->bytes, zeros, is_six ? 15 : 4) || (!is_six && to->bytes[0] == 127);
	char name[INET6_ADDRSTRLEN], why[INET6_ADDRSTRLEN + 128];

	if ((to->family != 4 && !is_six) || is_local || (is_mapped ? 4 : to->family) == kept->local.family)
		return 0;
	const int probe = socket(domain_of(to), SOCK_DGRAM, 0);
	const int leads = probe >= 0 && leads_to(probe, to);
	if (probe >= 0)
		close(probe);
	if (!leads)
		return 0;
	inet_ntop(domain_of(to), to->bytes, name, sizeof(name));
	snprintf(why, sizeof(why), "the machine under test has a route to %s, and the case is about IPv%d alone", name,
	         kept->local.family);
	protodrill_refuse(why);
	return 1;
}

static int same_host(const struct protodrill_address *a, const struct protodrill_address *b)
{
	return a->family == b->family && !memcmp(a->bytes, b->bytes, a->family == 6 ? 16 : 4);
}

/* @value, unless the group that a case is about is out of reach. TCP reaches none. */
static int64_t unless_lost(int64_t value, int fd, const struct protodrill_address *to)
{
	int type = SOCK_STREAM;

	if (value != -ENETUNREACH || !is_group(&kept->remote) || !same_host(to, &kept->remote) ||
	    getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &(socklen_t){ sizeof(type) }) < 0 || type == SOCK_STREAM)
		return value;
	refuse_for_want_of_a_way(to);
	return PROTODRILL_UNKNOWN;
}

/* ---- calls that may wait: tried first ---- */

static int accept_or_wait(int fd, struct protodrill_address *peer)
{
	const struct protodrill_message nothing = { .bytes = NULL };

	set_waiting(fd, 0);
	return (int)waiting_begin(do_accept(fd, peer), fd, 0, &nothing);
}

static int connect_or_wait(int fd, const struct protodrill_address *address, int waits)
{
	const struct protodrill_message m = { .address = *address };

	if (strays(address))
		return PROTODRILL_UNKNOWN;
	set_waiting(fd, 0);
	return (int)waiting_begin(unless_lost(do_connect(fd, address, waits), fd, address), fd, 0, &m);
}

static int64_t sendmsg_or_wait(int fd, int flags, const struct protodrill_message *m)
{
	if (strays(&m->address))
		return PROTODRILL_UNKNOWN;
	return waiting_begin(unless_lost(do_sendmsg(fd, flags | MSG_DONTWAIT, m), fd, &m->address), fd, flags, m);
}

static int64_t send_or_wait(int fd, int flags, const struct protodrill_address *to, const void *bytes, size_t length)
{
	struct protodrill_message m = { .bytes = (void *)bytes, .length = length };

	if (to && strays(to))
		return PROTODRILL_UNKNOWN;
	if (to)
		m.address = *to;
	const int64_t sent = do_send(fd, flags | MSG_DONTWAIT, to, bytes, length);
	return waiting_begin(unless_lost(sent, fd, &m.address), fd, flags, &m);
}

static int64_t recvmsg_or_wait(int fd, int flags, struct protodrill_message *m)
{
	const struct protodrill_message given = *m;

	return waiting_begin(do_recvmsg(fd, flags | MSG_DONTWAIT, m), fd, flags, &given);
}

static int64_t receive_or_wait(int fd, int flags, struct protodrill_address *from, void *bytes, size_t room)
{
	const struct protodrill_message given = { .bytes = bytes, .length = room };

	return waiting_begin(do_receive(fd, flags | MSG_DONTWAIT, from, bytes, room), fd, flags, &given);
}

static int close_for_good(int fd)
{
	waiting_forget(fd);
	return close_or_linger(fd);
}

static void stop(void)
{
	waiting_forget(-1);
	tidy_up();
}

static const struct protodrill_stack_v1 table = {
	.size = sizeof(table), .version = PROTODRILL_PROTOCOL, .name = "posix", .start = start, .stop = stop,
	.waits = 1, .clock = clock_and_harvest, .wait = nap,
	.socket = do_socket, .bind = do_bind, .listen = do_listen, .accept = accept_or_wait,
	.connect = connect_or_wait, .send = send_or_wait, .receive = receive_or_wait, .close = close_for_good,
	.lingering = lingering,
	.shutdown = do_shutdown,
	.getsockopt = do_getsockopt, .setsockopt = do_setsockopt, .getsockname = do_getsockname,
	.getpeername = do_getpeername, .poll = do_poll, .ioctl = do_ioctl, .sendmsg = sendmsg_or_wait,
	.recvmsg = recvmsg_or_wait, .info = info, .set = do_set, .get = do_get, .meets = meets,
	.null_values = 1,
};

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	if (!start_guard()) {
		fprintf(stderr, "posix: cannot start the process that tidies up: %s\n", strerror(errno));
		return 1;
	}
	note_what_there_is();
	be_punctual();
	return protodrill_adapter_main(&table);
}
