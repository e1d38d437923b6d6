/* SPDX-License-Identifier: MIT
 *
 * socket_device.c - SO_BINDTODEVICE and SO_BINDTOIFINDEX: one of the host's two interfaces
 *
 * There is the link, which is called as in scripts for the kernel, and the host itself, lo; the numbers are those
 * of a fresh network namespace of Linux with both. A number that no interface has is taken, as Linux takes it, and such
 * a socket is cut off. A socket that is bound to one takes nothing that came by the other,
 * and what it sends goes by no other: to the link, or to this host. Linux has the option, and POSIX does not.
 */
#include "stack/socket_device.h"

#include <errno.h>
#include <limits.h>
#include <net/if.h>
#include <string.h>

#include "stack/host.h"
#include "stack/ip_output.h"
#include "stack/option_value.h"
#include "stack/sock.h"

static const struct device {
	const char *name;
	int number;
} devices[] = { { "lo", STACK_LOOPBACK }, { STACK_INTERFACE_NAME, STACK_INTERFACE } };

/* The name may be cut off or end early: what stands in front of the first NUL counts. 0: none. */
static int number_of(const void *value, socklen_t length)
{
	char name[IFNAMSIZ] = { 0 };

	if (length)
		memcpy(name, value, length < sizeof(name) - 1 ? length : sizeof(name) - 1);
	for (size_t i = 0; i < sizeof(devices) / sizeof(*devices); i++)
		if (!strcmp(devices[i].name, name))
			return devices[i].number;
	return *name ? -ENODEV : 0;
}

int set_device(struct socket *s, int name, const void *value, socklen_t length)
{
	int number = length > INT_MAX ? -EINVAL : number_of(value, length);

	(void)name;
	if (number < 0)
		return number;
	s->options.machine.bound_interface = number;
	return 0;
}

/* Room for the longest name that there may be is asked for, even where the name is shorter. */
int get_device(struct socket *s, int name, void *value, socklen_t *length)
{
	int number = s->options.machine.bound_interface;

	(void)name;
	if (!number)
		return option_return_bytes("", 0, value, length);
	if (*length < IFNAMSIZ)
		return -EINVAL;
	if (number > STACK_INTERFACE)
		return -ENODEV;
	const char *text = devices[number - 1].name;
	return option_return_bytes(text, strlen(text) + 1, value, length);
}

bool device_takes(const struct socket *s)
{
	int from = s->stack->looping ? STACK_LOOPBACK : STACK_INTERFACE;

	return !s->options.machine.bound_interface || s->options.machine.bound_interface == from;
}

void device_fill_send(const struct socket *s, struct ip_send *send)
{
	const int device = s->options.machine.bound_interface;

	send->only_link = device && device != STACK_LOOPBACK;
	send->only_loopback = device && device != STACK_INTERFACE;
}
