/* SPDX-License-Identifier: MIT
 *
 * info.c - what the kernel says about a socket, for code blocks
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "target/kernel/internal.h"

enum { TCP_INFO_ROOM = 512 };                            /* more than any kernel so far returns */

const char *kernel_info(int fd, struct tcp_state_info *out)
{
	uint8_t bytes[TCP_INFO_ROOM];
	socklen_t length = sizeof(bytes);

	memset(out, 0, sizeof(*out));
	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, bytes, &length) != 0)
		return "can't find getsockopt to get TCP info";
	tcp_state_info_decode(out, bytes, length);

	length = sizeof(out->cc_info);
	if (getsockopt(fd, IPPROTO_TCP, TCP_CC_INFO, out->cc_info, &length) != 0)
		return "can't find getsockopt to get TCP_CC_INFO";
	out->cc_info_length = length;

	length = sizeof(out->meminfo);
	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, out->meminfo, &length) != 0)
		return "can't find getsockopt to get sk_meminfo";
	return NULL;
}
