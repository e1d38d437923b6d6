/* SPDX-License-Identifier: MIT
 *
 * capture.c - what the stack sends: when (libpcap) and what (the TUN descriptor)
 *
 * For each packet that the stack sends the drill needs the instant at which it left, and all its bytes; and for the
 * stack the transmission must be complete only when the script takes the packet. No single source gives all three.
 *
 * The frames of a capture ring are as large as the largest packet, so a ring for whole packets of 64 KiB would be huge
 * or short. We capture only the first bytes, for the kernel's time-stamp, and read the rest from the device, where the
 * packets come out anyway. Both queues have the same order. They are read together and only when the drill wants a
 * packet, because reading from the device is what completes the transmission for the stack.
 *
 * The queues get out of step in two ways. The device drops what does not fit in its transmit queue: then a stamp has no
 * bytes, and the bytes at hand are those of a later stamp. The ring overruns: then bytes have no stamp and are thrown
 * away; libpcap counts these. Both are reported as lost packets, and a run that lost any gives no verdict.
 *
 * Only packets that leave the stack are captured. The drill knows those that it injects, and they need no second stamp.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "target/kernel/internal.h"

enum {
	SNAP_BYTES = 256,                                    /* tunnels, IP and TCP headers with all options */
	RING_BYTES = 1 << 20,                                /* some 2700 packets; the device's queue holds 500 */
};

static bool fail(struct capture *c, struct buf *problem, const char *what)
{
	buf_printf(problem, "cannot capture on " TUN_DEVICE ": %s: %s (needs CAP_NET_RAW)", what, pcap_geterr(c->pcap));
	kernel_capture_close(c);
	return false;
}

/* Attached without pcap_setfilter(), after which libpcap runs the filter itself on the first packets, in case they are
 * older than the filter, and rejects them all because it cannot tell which direction they have. */
static bool set_filter(struct capture *c)
{
	struct bpf_program program;
	struct sock_fprog attach;
	int status;

	if (pcap_compile(c->pcap, &program, "outbound and (ip or ip6)", 1, PCAP_NETMASK_UNKNOWN) != 0)
		return false;
	/* Both libraries have the same instructions under their own names. */
	attach = (struct sock_fprog){ .len = (unsigned short)program.bf_len, .filter = (void *)program.bf_insns };
	status = setsockopt(pcap_fileno(c->pcap), SOL_SOCKET, SO_ATTACH_FILTER, &attach, sizeof(attach));
	pcap_freecode(&program);
	return status == 0;
}

/* Discard what was sent while the device was being set up. Stamps are discarded first: they are made before the packet
 * reaches the descriptor, and a stamp without bytes is easier to detect than bytes without a stamp. */
static void drain(struct capture *c)
{
	struct pcap_pkthdr *header;
	const uint8_t *prefix;

	while (pcap_next_ex(c->pcap, &header, &prefix) == 1)
		;
	while (kernel_device_read(c->device, c->packet) == 1)
		;
}

bool kernel_capture_open(struct capture *c, int device, struct buf *problem)
{
	char error[PCAP_ERRBUF_SIZE] = "";

	*c = (struct capture){ .fd = -1, .device = device };
	c->pcap = pcap_create(TUN_DEVICE, error);
	c->packet = malloc(sizeof(*c->packet));
	c->stand_in = malloc(DEVICE_ROOM);
	if (!c->pcap || !c->packet || !c->stand_in) {
		buf_printf(problem, "cannot capture on " TUN_DEVICE ": %s", c->pcap ? "out of memory" : error);
		kernel_capture_close(c);
		return false;
	}
	pcap_set_snaplen(c->pcap, SNAP_BYTES);
	pcap_set_buffer_size(c->pcap, RING_BYTES);
	pcap_set_immediate_mode(c->pcap, 1);
	pcap_set_tstamp_precision(c->pcap, PCAP_TSTAMP_PRECISION_NANO);
	if (pcap_activate(c->pcap) < 0)
		return fail(c, problem, "activation");
	if (!set_filter(c))
		return fail(c, problem, "filter");
	if (pcap_setnonblock(c->pcap, 1, error) != 0)
		return fail(c, problem, "mode");
	c->fd = pcap_get_selectable_fd(c->pcap);
	fcntl(c->fd, F_SETFD, FD_CLOEXEC);                   /* libpcap does not */
	drain(c);
	return true;
}

static uint64_t overruns(struct capture *c)
{
	struct pcap_stat stat;

	return pcap_stats(c->pcap, &stat) == 0 ? stat.ps_drop : 0;
}

static bool same_packet(const struct device_packet *p, const struct pcap_pkthdr *header, const uint8_t *prefix)
{
	return p->length == header->len && memcmp(p->bytes, prefix, header->caplen) == 0;
}

/* Bring the bytes that belong to a stamp into c->packet. 1: they are there; 0: the device dropped them. */
static int find_bytes(struct capture *c, const struct pcap_pkthdr *header, const uint8_t *prefix)
{
	for (;;) {
		if (!c->held) {
			const int got = kernel_device_read(c->device, c->packet);

			if (got == 0)
				c->overruns = overruns(c);       /* no bytes of theirs are left to be thrown away */
			if (got <= 0)
				return got;
		}
		if (same_packet(c->packet, header, prefix)) {
			c->held = false;
			return 1;
		}
		c->held = true;
		if (overruns(c) <= c->overruns)
			return 0;
		c->overruns++;
		c->held = false;
	}
}

/* A packet that the device dropped: the captured headers, and zeros where only the length is known. It counts as lost,
 * so the payload is not used. */
static void take_stand_in(struct capture *c, const struct pcap_pkthdr *header, const uint8_t *prefix,
                          struct observation *out)
{
	const size_t length = header->len < DEVICE_ROOM ? header->len : DEVICE_ROOM;

	memset(c->stand_in, 0, length);
	memcpy(c->stand_in, prefix, header->caplen);
	c->lost++;
	out->bytes = c->stand_in;
	out->length = length;
}

int kernel_capture_take(struct capture *c, struct observation *out)
{
	struct pcap_pkthdr *header;
	const uint8_t *prefix;
	int got = pcap_next_ex(c->pcap, &header, &prefix);

	if (got <= 0) {
		out->problem = got < 0 ? pcap_geterr(c->pcap) : NULL;
		return got < 0 ? -1 : 0;
	}
	/* With nanosecond precision the field for microseconds holds nanoseconds. */
	out->at = vtime_ns((int64_t)header->ts.tv_sec * 1000000000 + header->ts.tv_usec);

	got = find_bytes(c, header, prefix);
	if (got < 0) {
		out->problem = strerror(errno);
		return -1;
	}
	if (got == 0) {
		take_stand_in(c, header, prefix, out);
		return 1;
	}
	kernel_device_finish(c->packet);
	out->bytes = c->packet->bytes;
	out->length = c->packet->length;
	return 1;
}

uint64_t kernel_capture_lost(struct capture *c)
{
	const uint64_t now = overruns(c), since = now - c->reported + c->lost;

	c->reported = now;
	c->lost = 0;
	return since;
}

void kernel_capture_close(struct capture *c)
{
	if (c->pcap)
		pcap_close(c->pcap);
	free(c->packet);
	free(c->stand_in);
	*c = (struct capture){ .fd = -1, .device = -1 };
}
