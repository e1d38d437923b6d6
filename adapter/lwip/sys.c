/* SPDX-License-Identifier: MIT
 *
 * sys.c - lwIP's port to one thread and protodrill's clock
 *
 * These functions take precedence over those of the library's own port. With one thread nothing has to be locked, a
 * semaphore has always been signalled by the time somebody waits for it, and a mailbox is a list. A call that really
 * had to wait would wait for ever; the adapter says so and ends, which makes the case an ERROR.
 */
#include "adapter/lwip/sys.h"

#include <stdio.h>
#include <stdlib.h>

#include "lwip/sys.h"
#include "lwip/tcpip.h"

#include "adapter/protodrill-adapter.h"

enum { MILLISECOND = 1000000, WAITED_FOR_EVER = 3 };

static int64_t origin;
static uint64_t state;

void lwip_sys_start(int64_t now, uint64_t seed)
{
	origin = now;
	state = seed;
}

int64_t lwip_sys_after(uint32_t ms)
{
	return origin + ((int64_t)sys_now() + ms) * MILLISECOND;
}

u32_t sys_now(void)
{
	return (u32_t)((protodrill_now() - origin) / MILLISECOND);
}

u32_t sys_jiffies(void)
{
	return sys_now();
}

/* The library's own source of random numbers: splitmix64 of the seed. */
int rand(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (int)((z ^ z >> 31) & RAND_MAX);
}

static void waits_for_ever(const char *what)
{
	fprintf(stderr, "lwip: the library waits for %s, and there is no thread that could bring it\n", what);
	exit(WAITED_FOR_EVER);
}

/* ---- threads and locks: none ---- */

void sys_init(void)
{
}

void sys_msleep(u32_t ms)
{
	(void)ms;
}

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn thread, void *argument, int stack, int priority)
{
	static char none;

	(void)name;
	(void)thread;
	(void)argument;
	(void)stack;
	(void)priority;
	return (sys_thread_t)&none;
}

sys_prot_t sys_arch_protect(void)
{
	return 0;
}

void sys_arch_unprotect(sys_prot_t before)
{
	(void)before;
}

void sys_lock_tcpip_core(void)
{
}

void sys_unlock_tcpip_core(void)
{
}

void sys_check_core_locking(void)
{
}

void sys_mark_tcpip_thread(void)
{
}

err_t sys_mutex_new(sys_mutex_t *mutex)
{
	*mutex = (sys_mutex_t)calloc(1, 1);
	return *mutex ? ERR_OK : ERR_MEM;
}

void sys_mutex_free(sys_mutex_t *mutex)
{
	free(*mutex);
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
	(void)mutex;
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
	(void)mutex;
}

/* ---- semaphores ---- */

struct sys_sem {
	unsigned count;
};

err_t sys_sem_new(sys_sem_t *sem, u8_t count)
{
	*sem = calloc(1, sizeof(**sem));
	if (!*sem)
		return ERR_MEM;
	(*sem)->count = count;
	return ERR_OK;
}

void sys_sem_free(sys_sem_t *sem)
{
	free(*sem);
}

void sys_sem_signal(sys_sem_t *sem)
{
	(*sem)->count++;
}

u32_t sys_arch_sem_wait(sys_sem_t *sem, u32_t timeout)
{
	if (!(*sem)->count && timeout)
		return SYS_ARCH_TIMEOUT;
	if (!(*sem)->count)
		waits_for_ever("a semaphore");
	(*sem)->count--;
	return 0;
}

/* ---- mailboxes ---- */

struct letter {
	struct letter *next;
	void *message;
};

struct sys_mbox {
	struct letter *first, **last;
};

err_t sys_mbox_new(sys_mbox_t *box, int size)
{
	(void)size;
	*box = calloc(1, sizeof(**box));
	if (!*box)
		return ERR_MEM;
	(*box)->last = &(*box)->first;
	return ERR_OK;
}

void sys_mbox_free(sys_mbox_t *box)
{
	while ((*box)->first) {
		struct letter *next = (*box)->first->next;

		free((*box)->first);
		(*box)->first = next;
	}
	free(*box);
}

err_t sys_mbox_trypost(sys_mbox_t *box, void *message)
{
	struct letter *l = calloc(1, sizeof(*l));

	if (!l)
		return ERR_MEM;
	l->message = message;
	*(*box)->last = l;
	(*box)->last = &l->next;
	return ERR_OK;
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *box, void *message)
{
	return sys_mbox_trypost(box, message);
}

void sys_mbox_post(sys_mbox_t *box, void *message)
{
	if (sys_mbox_trypost(box, message) != ERR_OK)
		abort();
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *box, void **message)
{
	struct letter *l = (*box)->first;

	if (!l)
		return SYS_MBOX_EMPTY;
	if (message)
		*message = l->message;
	(*box)->first = l->next;
	if (!l->next)
		(*box)->last = &(*box)->first;
	free(l);
	return 0;
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *box, void **message, u32_t timeout)
{
	u32_t status = sys_arch_mbox_tryfetch(box, message);

	if (status == SYS_MBOX_EMPTY && !timeout)
		waits_for_ever("a message");
	return status == SYS_MBOX_EMPTY ? SYS_ARCH_TIMEOUT : status;
}
