/* SPDX-License-Identifier: MIT
 *
 * inside.c - pid 1 of a booted kernel: what is there, the task, and the way back
 *
 * The root is the host's, read-only. On top of it come the file systems that the kernel makes itself (/proc, /sys), and
 * /dev and /tmp in memory, because programs write there. What the caller named below these two is shown at its place:
 * a file system of the host like the root, mounted there, or links to its files.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/random.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "target/linux/linux.h"
#include "target/linux/preload/places.h"
#include "util/checked.h"

#define ANSWER_LINE "/dev/ttyS0"
#define CONSOLE "/dev/console"

#define HOST_FOLDERS "/dev/shm/.host"                     /* where the host's folder is shown if we have one of the same
                                                             name */

enum { START_S = 10, RANDOM_BYTES = 32 };

static const struct own_mount {
	const char *type, *place, *options;
} own_mounts[] = {
	{ "proc", "/proc", NULL },
	{ "sysfs", "/sys", NULL },
	{ "tmpfs", "/dev", "mode=755" },
	{ "tmpfs", "/tmp", "mode=1777" },
};

static const struct device {
	const char *path;
	unsigned type, mode, major, minor;
} devices[] = {
	{ ANSWER_LINE, S_IFCHR, 0600, 4, 64 },
	{ "/dev/null", S_IFCHR, 0666, 1, 3 },
	{ "/dev/zero", S_IFCHR, 0666, 1, 5 },
	{ "/dev/full", S_IFCHR, 0666, 1, 7 },
	{ "/dev/random", S_IFCHR, 0666, 1, 8 },
	{ "/dev/urandom", S_IFCHR, 0666, 1, 9 },
	{ "/dev/tty", S_IFCHR, 0666, 5, 0 },
	{ CONSOLE, S_IFCHR, 0600, 5, 1 },
	{ "/dev/net/tun", S_IFCHR, 0666, 10, 200 },
};

/* Reported on the console, the end of which is shown if there is no answer. */
static bool failed(const char *what)
{
	const int error = errno, console = open(CONSOLE, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	dprintf(console, "protodrill: %s: %s\n", what, strerror(error));
	return false;
}

static bool make_devices(void)
{
	mkdir("/dev/net", 0755);
	mkdir("/dev/shm", 01777);
	for (size_t i = 0; i < ARRAY_LEN(devices); i++) {
		const struct device *d = &devices[i];
		if (mknod(d->path, d->type | d->mode, makedev(d->major, d->minor)) < 0)
			return failed(d->path);
		chmod(d->path, d->mode);
	}
	return symlink("/proc/self/fd", "/dev/fd") == 0 && symlink("/proc/self/fd/0", "/dev/stdin") == 0 &&
	       symlink("/proc/self/fd/1", "/dev/stdout") == 0 && symlink("/proc/self/fd/2", "/dev/stderr") == 0;
}

static bool set_loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool done = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;

	if (fd >= 0)
		close(fd);
	return done || failed("lo");
}

/* pid 1 starts with descriptors on a file that nobody reads (archive.c); it gets those of an ordinary program
 * instead. */
static bool read_task(struct buf *task)
{
	const int file = open("/" LINUX_TASK_FILE, O_RDONLY | O_CLOEXEC);
	const bool read = file >= 0 && buf_read_fd(task, file);

	if (!read)
		return failed("the task");
	close(file);
	const int nothing = open("/dev/null", O_RDWR), console = open(CONSOLE, O_WRONLY | O_NOCTTY);
	if (nothing < 0 || console < 0)
		return failed("the console");
	dup2(nothing, 0);
	dup2(nothing, 1);
	dup2(console, 2);
	close(nothing);
	close(console);
	return true;
}

/* Some code of the kernel takes a time of 0 for "never", and counts whole seconds since its start: during the first of
 * them it forgets time-stamps that it has seen. No real machine plays in its first seconds, and waiting costs nothing
 * here. */
static void let_start_pass(void)
{
	const struct timespec start = { .tv_sec = START_S };

	nanosleep(&start, NULL);
}

/* Until a kernel trusts its random numbers, whoever asks for some waits, while it computes for 50 ms of the host's
 * time. Older kernels do not trust what the host gave them. Vouching for it makes it no worse: it comes from the
 * seed. */
static bool trust_random_numbers(void)
{
	union {
		struct rand_pool_info info;
		char bytes[sizeof(struct rand_pool_info) + RANDOM_BYTES];
	} pool = { .info = { .entropy_count = 8 * RANDOM_BYTES, .buf_size = RANDOM_BYTES } };
	char byte;

	if (getrandom(&byte, 1, GRND_NONBLOCK) == 1 || errno != EAGAIN)
		return true;
	const int fd = open("/dev/urandom", O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && ioctl(fd, RNDADDENTROPY, &pool) == 0;
	if (fd >= 0)
		close(fd);
	return done || failed("/dev/urandom");
}

bool linux_inside_begin(struct buf *task)
{
	for (size_t i = 0; i < ARRAY_LEN(own_mounts); i++)
		if (mount(own_mounts[i].type, own_mounts[i].place, own_mounts[i].type, 0, own_mounts[i].options) < 0)
			return failed(own_mounts[i].place);
	setenv("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/tmp", 1);
	let_start_pass();
	return make_devices() && trust_random_numbers() && set_loopback_up() && read_task(task);
}

static bool lies_below(const char *path, const char *folder)
{
	const size_t length = strlen(folder);

	return !strncmp(path, folder, length) && (path[length] == '/' || !path[length]);
}

/* The folder itself is ours, and programs write to it, so the host's entries in it are shown one by one. */
static bool show_entries(const char *folder)
{
	char place[PATH_MAX];
	struct buf from = BUF_INIT, to = BUF_INIT;

	snprintf(place, sizeof(place), HOST_FOLDERS "%s", folder);
	mkdir(HOST_FOLDERS, 0755);
	if (mkdir(place, 0755) < 0)
		return errno == EEXIST;                      /* it is shown already */
	if (mount("host", place, "hostfs", MS_RDONLY, folder) < 0)
		return false;
	DIR *entries = opendir(place);
	for (const struct dirent *e; entries && (e = readdir(entries));) {
		buf_clear(&from);
		buf_clear(&to);
		buf_printf(&from, "%s/%s", place, e->d_name);
		buf_printf(&to, "%s/%s", folder, e->d_name);
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			(void)!symlink(from.data, to.data);  /* what is there already is ours */
	}
	if (entries)
		closedir(entries);
	buf_free(&from);
	buf_free(&to);
	return entries;
}

/* What scripts call may be beside their folder (../common), so everything below the same top folder is shown. */
bool linux_inside_show(const char *folder)
{
	enum { FIRST_NAME = sizeof("/tmp/") - 1 };

	if (!lies_below(folder, "/tmp") && !lies_below(folder, "/dev"))
		return true;
	if (!strcmp(folder, "/tmp") || !strcmp(folder, "/dev"))
		return show_entries(folder);
	if (strlen(folder) > FIRST_NAME && access(folder, F_OK) == 0)
		return true;                                 /* it is shown already */
	const size_t first = strlen(folder) > FIRST_NAME ? strcspn(folder + FIRST_NAME, "/") : 0;
	char *path = checked_memory(strndup(folder, FIRST_NAME + first));
	mkdir(path, 0755);
	const bool shown = mount("host", path, "hostfs", MS_RDONLY, path) == 0;
	free(path);
	return shown;
}

void linux_inside_answer(const struct buf *bytes)
{
	struct buf framed = BUF_INIT;
	struct termios line;
	const int fd = open(ANSWER_LINE, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &line) < 0)
		return;
	cfmakeraw(&line);
	tcsetattr(fd, TCSANOW, &line);
	linux_frame_add(&framed, bytes);
	for (size_t at = 0; at < framed.length;) {
		ssize_t n = write(fd, framed.data + at, framed.length - at);
		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	buf_free(&framed);
	tcdrain(fd);
	close(fd);
}

void linux_inside_end(void)
{
	reboot(RB_POWER_OFF);
}
