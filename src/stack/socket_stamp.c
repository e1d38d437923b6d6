/* SPDX-License-Identifier: MIT
 *
 * socket_stamp.c - when the text that is read arrived: SO_TIMESTAMP, SO_TIMESTAMPNS, SO_TIMESTAMPING
 *
 * A datagram has the time at which it arrived. On a stream the last octet that a call returns counts: its stamp is that
 * of its packet, or of the newest packet if several were merged. Stamps of sending are reported in another way, through
 * the error queue (socket_notice.c).
 */
#include "stack/socket_stamp.h"

#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <sys/time.h>
#include <time.h>

#include "stack/message.h"
#include "stack/sock.h"

enum { NS_PER_S = 1000000000 };

static void add(struct msghdr *message, size_t *used, int type, const void *data, size_t length)
{
	message_add_control(message, used, &(struct cmsghdr){
		.cmsg_len = CMSG_LEN(length), .cmsg_level = SOL_SOCKET, .cmsg_type = type,
	}, data);
}

void socket_add_stamps(const struct socket *s, vtime_t came, struct msghdr *message, size_t *used)
{
	const struct socket_options *o = &s->options;
	const int asked = SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE;
	const struct timespec ns = { .tv_sec = came.ns / NS_PER_S, .tv_nsec = came.ns % NS_PER_S };
	const struct timeval us = { .tv_sec = ns.tv_sec, .tv_usec = ns.tv_nsec / 1000 };
	const struct scm_timestamping all = { .ts = { ns } };
	bool new = o->time_stamp_new;

	if (o->time_stamp && o->time_stamp_ns)
		add(message, used, new ? SO_TIMESTAMPNS_NEW : SO_TIMESTAMPNS, &ns, sizeof(ns));
	else if (o->time_stamp)
		add(message, used, new ? SO_TIMESTAMP_NEW : SO_TIMESTAMP, &us, sizeof(us));
	if ((o->time_stamping & asked) == asked)
		add(message, used, new ? SO_TIMESTAMPING_NEW : SO_TIMESTAMPING, &all, sizeof(all));
}
