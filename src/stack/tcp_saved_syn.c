/* SPDX-License-Identifier: MIT
 *
 * tcp_saved_syn.c - the headers of the SYN that began a connection: TCP_SAVE_SYN, TCP_SAVED_SYN
 *
 * A server that wants to know how its clients look (their TTL, the order of their options) asks for it on the listener,
 * before they come. Kept is what stood in front of the text: the headers of IP with its options, and of TCP with all of
 * theirs, as they came. There is no header of a link below them, so that asking for one (2) gets the same.
 * Connections that a cookie brought have none: when the SYN came nobody knew that there would be one (RFC 4987, 3.6).
 */
#include "stack/tcp_saved_syn.h"

#include <errno.h>
#include <string.h>

#include "stack/ip_packet.h"
#include "stack/option_value.h"

void tcp_saved_syn_keep(struct tcp *child, const struct tcp_segment *seg)
{
	const struct ip_packet *p = seg->packet;
	size_t length = p->header_length + (size_t)(p->payload[12] >> 4) * 4;

	if (!child->options.save_syn || length > p->whole_length)
		return;
	child->saved_syn.bytes = memory_allocate(tcp_stack(child), length);
	if (!child->saved_syn.bytes)
		return;
	memcpy(child->saved_syn.bytes, p->whole, length);
	child->saved_syn.length = (socklen_t)length;
}

void tcp_saved_syn_free(struct tcp *t)
{
	memory_release(tcp_stack(t), t->saved_syn.bytes);
	t->saved_syn = (struct tcp_saved_syn){ 0 };
}

int tcp_saved_syn_read(struct tcp *t, void *value, socklen_t *length)
{
	if (t->saved_syn.bytes && *length < t->saved_syn.length) {
		*length = t->saved_syn.length;
		return -EINVAL;
	}
	int result = option_return_bytes(t->saved_syn.bytes ? t->saved_syn.bytes : (const uint8_t *)"",
	                                 t->saved_syn.length, value, length);
	tcp_saved_syn_free(t);
	return result;
}
