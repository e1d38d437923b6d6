/* SPDX-License-Identifier: MIT
 *
 * calls.c - one thunk for each system call: from the slots of struct call to the C library
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "target/kernel/internal.h"
#include "util/common.h"

typedef const union call_argument *slots;
typedef int64_t thunk(slots a);

static int64_t set_capability(int64_t set, int64_t capability, int64_t value);
static int64_t duplicate(int fd, int flags);

/* An argument as a narrow number, a wide number, or a pointer. */
#define INT(i) ((int)a[i].number)
#define SIZE(i) ((size_t)a[i].number)
#define FLAGS(i) ((unsigned)a[i].number)
#define AT(i) (a[i].pointer)
#define ADDRESS(i) ((struct sockaddr *)a[i].pointer)

enum { NEW_FILE_MODE = 0644 };                           /* scripts cannot give one */

#define THUNKS(X) \
	X(SOCKET, socket(INT(0), INT(1), INT(2))) \
	X(BIND, bind(INT(0), ADDRESS(1), (socklen_t)INT(2))) \
	X(LISTEN, listen(INT(0), INT(1))) \
	X(ACCEPT, accept(INT(0), ADDRESS(1), AT(2))) \
	X(ACCEPT4, accept4(INT(0), ADDRESS(1), AT(2), INT(3))) \
	X(CONNECT, connect(INT(0), ADDRESS(1), (socklen_t)INT(2))) \
	X(READ, read(INT(0), AT(1), SIZE(2))) \
	X(READV, readv(INT(0), AT(1), INT(2))) \
	X(RECV, recv(INT(0), AT(1), SIZE(2), INT(3))) \
	X(RECVFROM, recvfrom(INT(0), AT(1), SIZE(2), INT(3), ADDRESS(4), AT(5))) \
	X(RECVMSG, recvmsg(INT(0), AT(1), INT(2))) \
	X(WRITE, write(INT(0), AT(1), SIZE(2))) \
	X(WRITEV, writev(INT(0), AT(1), INT(2))) \
	X(SEND, send(INT(0), AT(1), SIZE(2), INT(3))) \
	X(SENDTO, sendto(INT(0), AT(1), SIZE(2), INT(3), ADDRESS(4), (socklen_t)INT(5))) \
	X(SENDMSG, sendmsg(INT(0), AT(1), INT(2))) \
	X(FCNTL, fcntl(INT(0), INT(1), (long)a[2].number)) \
	X(IOCTL, ioctl(INT(0), (unsigned long)FLAGS(1), AT(2))) \
	X(CLOSE, close(INT(0))) \
	X(SHUTDOWN, shutdown(INT(0), INT(1))) \
	X(GETSOCKOPT, getsockopt(INT(0), INT(1), INT(2), AT(3), AT(4))) \
	X(SETSOCKOPT, setsockopt(INT(0), INT(1), INT(2), AT(3), (socklen_t)INT(4))) \
	X(POLL, poll(AT(0), (nfds_t)SIZE(1), INT(2))) \
	X(OPEN, open(AT(0), INT(1), NEW_FILE_MODE)) \
	X(SENDFILE, sendfile(INT(0), INT(1), AT(2), SIZE(3))) \
	X(EPOLL_CREATE, epoll_create(INT(0))) \
	X(EPOLL_CTL, epoll_ctl(INT(0), INT(1), INT(2), AT(3))) \
	X(EPOLL_WAIT, epoll_wait(INT(0), AT(1), INT(2), INT(3))) \
	X(PIPE, pipe(AT(0))) \
	X(SPLICE, splice(INT(0), AT(1), INT(2), AT(3), SIZE(4), FLAGS(5))) \
	X(CAP_SET, set_capability(a[0].number, a[1].number, a[2].number)) \
	X(GETSOCKNAME, getsockname(INT(0), ADDRESS(1), AT(2))) \
	X(GETPEERNAME, getpeername(INT(0), ADDRESS(1), AT(2))) \
	X(RECVMMSG, recvmmsg(INT(0), AT(1), FLAGS(2), INT(3), AT(4))) \
	X(SENDMMSG, sendmmsg(INT(0), AT(1), FLAGS(2), INT(3))) \
	X(PPOLL, ppoll(AT(0), (nfds_t)SIZE(1), AT(2), AT(3))) \
	X(SELECT, select(INT(0), AT(1), AT(2), AT(3), AT(4))) \
	X(DUP, dup(INT(0))) \
	X(DUP2, INT(1) < 0 ? dup(INT(0)) : dup2(INT(0), INT(1))) \
	X(EPOLL_CREATE1, epoll_create1(INT(0))) \
	X(SOCKATMARK, sockatmark(INT(0))) \
	X(PREAD, pread(INT(0), AT(1), SIZE(2), a[3].number)) \
	X(PWRITE, pwrite(INT(0), AT(1), SIZE(2), a[3].number)) \
	X(DUP3, INT(1) < 0 ? duplicate(INT(0), INT(2)) : dup3(INT(0), INT(1), INT(2))) \
	X(PSELECT, pselect(INT(0), AT(1), AT(2), AT(3), AT(4), AT(5))) \
	X(PIPE2, pipe2(AT(0), INT(1))) \
	X(EPOLL_PWAIT, epoll_pwait(INT(0), AT(1), INT(2), INT(3), AT(4))) \
	X(SOCKETPAIR, socketpair(INT(0), INT(1), INT(2), AT(3)))

#define X(id, expression) static int64_t call_##id(slots a) { return expression; }
THUNKS(X)
#undef X

static thunk *const thunks[] = {
#define X(id, expression) [CALL_##id] = call_##id,
	THUNKS(X)
#undef X
};

_Static_assert(ARRAY_LEN(thunks) == CALL_IDS_END, "a call cannot be run");

void kernel_call_run(const struct call *call, struct call_result *out)
{
	*out = (struct call_result){ .value = thunks[call->id](call->arguments) };
	if (out->value == -1)
		out->error = errno;
	out->returned = kernel_now();
}

static struct __user_cap_header_struct this_thread(void)
{
	return (struct __user_cap_header_struct){ .version = _LINUX_CAPABILITY_VERSION_3 };
}

/* Words in the order of struct __user_cap_data_struct: effective, permitted, inheritable, low ones first. */
bool kernel_capabilities_get(struct capability_sets *out)
{
	struct __user_cap_header_struct header = this_thread();

	return syscall(SYS_capget, &header, out->bits) == 0;
}

void kernel_capabilities_apply(const struct capability_sets *sets)
{
	struct __user_cap_header_struct header = this_thread();

	syscall(SYS_capset, &header, sets->bits);
}

/* dup3() to a number that the script does not use: dup() finds a free one. */
static int64_t duplicate(int fd, int flags)
{
	int number = dup(fd), result = number < 0 ? number : dup3(fd, number, flags), error = errno;

	if (result < 0 && number >= 0) {
		close(number);
		errno = error;
	}
	return result;
}

/* Sets and values are numbered as by libcap: CAP_EFFECTIVE, CAP_PERMITTED, CAP_INHERITABLE; CAP_CLEAR, CAP_SET. */
static int64_t set_capability(int64_t set, int64_t capability, int64_t value)
{
	struct __user_cap_header_struct header = this_thread();
	struct capability_sets sets;
	uint32_t *word, bit;

	if (set < 0 || set > 2 || capability < 0 || capability > CAP_LAST_CAP) {
		errno = EINVAL;
		return -1;
	}
	if (!kernel_capabilities_get(&sets))
		return -1;
	word = &sets.bits[CAP_TO_INDEX(capability) * 3 + set];
	bit = CAP_TO_MASK(capability);
	*word = value ? *word | bit : *word & ~bit;
	return syscall(SYS_capset, &header, sets.bits);
}
