/* SPDX-License-Identifier: MIT
 *
 * tcp_repair.c - TCP_REPAIR and TCP_ZEROCOPY_RECEIVE, which this host does without
 *
 * Linux lets the state of a connection be taken out of a socket and put into another one (TCP_REPAIR), and maps what
 * was received into the memory of a process (TCP_ZEROCOPY_RECEIVE). Neither is built here, so a script that wants it
 * cannot be played. All that can be seen without it is: no connection is under repair, and what depends on that is
 * refused, in the order in which Linux was seen to look.
 */
#include "stack/tcp_repair.h"

#include <errno.h>

#include <linux/tcp.h>

#include "stack/host.h"
#include "stack/option_value.h"
#include "stack/tcp_state.h"
#include "util/newer_names.h"

enum { REPAIR_ON = 1, REPAIR_OFF = 0, REPAIR_OFF_SILENTLY = -1, MAPPING_BYTES = 16 };

static int set_repair(struct tcp *t, int how)
{
	if (tcp_in(t, 1 << TCPS_LISTEN))
		return -EPERM;
	if (how == REPAIR_ON)
		return host_cannot(tcp_stack(t), "TCP_REPAIR: connections are not taken apart or put together here");
	return how == REPAIR_OFF || how == REPAIR_OFF_SILENTLY ? 0 : -EINVAL;
}

int tcp_repair_set_option(struct tcp *t, int name, const void *value, socklen_t length, bool *mine)
{
	bool unknown = defect(tcp_stack(t), DEFECT_SOCK_STAMP_NOT_SET);
	int number;

	*mine = name == TCP_REPAIR || name == TCP_REPAIR_QUEUE || name == TCP_REPAIR_OPTIONS ||
	        name == TCP_REPAIR_WINDOW || name == TCP_QUEUE_SEQ || (name == TCP_TIMESTAMP && !unknown);
	if (!*mine || !option_int(value, length, &number))
		return -EINVAL;
	switch (name) {
	case TCP_REPAIR:
		return set_repair(t, number);
	case TCP_REPAIR_OPTIONS:
		return -EINVAL;
	case TCP_QUEUE_SEQ:                                  /* of no queue, before there is a connection */
		return tcp_in(t, TCPM_OVER) ? -EINVAL : -EPERM;
	}
	return -EPERM;
}

int tcp_repair_get_option(const struct tcp *t, int name, void *value, socklen_t *length, bool *mine)
{
	*mine = name == TCP_REPAIR || name == TCP_REPAIR_QUEUE || name == TCP_REPAIR_WINDOW || name == TCP_QUEUE_SEQ ||
	        name == TCP_ZEROCOPY_RECEIVE;
	if (name == TCP_REPAIR)
		return option_return_int(0, value, length);
	if (name == TCP_ZEROCOPY_RECEIVE && *length >= MAPPING_BYTES)
		return host_cannot(tcp_stack(t), "TCP_ZEROCOPY_RECEIVE: nothing is mapped into memory here");
	return -EINVAL;
}
