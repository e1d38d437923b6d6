/* SPDX-License-Identifier: MIT
 *
 * socket_device.c - SO_BINDTODEVICE and SO_BINDTOIFINDEX: one of the host's two interfaces
 *
 * The interfaces are the link, named as in scripts for the kernel, and lo, the host itself; their numbers are those in
 * a fresh network namespace of Linux. A number that no interface has is accepted, as on Linux, and cuts the socket off.
 * A bound socket receives nothing that came by the other interface, and sends only by its own: to the link, or to this
 * host. The option is Linux's, not POSIX's.
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

/* Only what stands before the first NUL counts, or all of the value if there is none. 0: no interface. */
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

/* There must be room for the longest possible name, even if the name is shorter. */
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
