/* SPDX-License-Identifier: MIT
 *
 * device.c - the TUN device: what the stack under test believes to be its network interface
 *
 * Each packet on the descriptor has a virtio network header in front of it: it says which checksums and which
 * segmentation are left to the device, in both directions.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "target/kernel/internal.h"
#include "wire/checksum.h"

#define TUN_PATH "/dev/net/tun"

enum { NAME_TRIES = 10, UDP_CHECKSUM_AT = 6 };

static void explain_open(struct buf *problem, int error)
{
	buf_printf(problem, "cannot open " TUN_PATH ": %s; ", strerror(error));
	if (error == EACCES || error == EPERM)
		buf_puts(problem,
		         "as root this works at once; for an ordinary user the device must be open to all (root: "
		         "chmod 666 " TUN_PATH ") and the kernel must allow user namespaces "
		         "(sysctl user.max_user_namespaces)");
	else
		buf_puts(problem, "the kernel needs its TUN driver (modprobe tun), a container the device "
		         "(--device " TUN_PATH ")");
}

bool kernel_device_permitted(struct buf *problem)
{
	if (faccessat(AT_FDCWD, TUN_PATH, R_OK | W_OK, AT_EACCESS) == 0)
		return true;
	explain_open(problem, errno);
	return false;
}

/* Another instance may be about to release the name. */
static bool take_name(int fd)
{
	const struct timespec pause = { .tv_nsec = 100000000 };
	struct ifreq request = { .ifr_flags = (short)(IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | IFF_TUN_EXCL) };

	strcpy(request.ifr_name, TUN_DEVICE);
	for (int tries = 0; tries < NAME_TRIES; tries++) {
		if (ioctl(fd, TUNSETIFF, &request) == 0)
			return true;
		if (errno != EBUSY)
			return false;
		nanosleep(&pause, NULL);
	}
	errno = EBUSY;
	return false;
}

static void explain_name(struct buf *problem, int error)
{
	buf_printf(problem, "cannot make the device " TUN_DEVICE ": %s; ", strerror(error));
	if (error == EBUSY)
		buf_puts(problem, "there is one already: another test uses it, or use a network namespace of its own");
	else
		buf_puts(problem,
		         "this needs CAP_NET_ADMIN in the network namespace (run as root, or with a namespace of "
		         "its own)");
}

/* The kernel removes a device in several grace periods, for which all others wait that remove one: some 30 ms for each
 * case, whatever runs at a time. What a namespace leaves behind it removes later, and many of them together. */
int kernel_device_open(bool own_namespace, struct buf *problem)
{
	const unsigned offloads = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
	const int fd = open(TUN_PATH, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		explain_open(problem, errno);
		return -1;
	}
	if (!take_name(fd)) {
		explain_name(problem, errno);
	} else if (ioctl(fd, TUNSETOFFLOAD, (unsigned long)offloads) != 0) {
		buf_printf(problem, "cannot set the offloads of " TUN_DEVICE ": %s", strerror(errno));
	} else if (own_namespace && ioctl(fd, TUNSETPERSIST, 1UL) != 0) {
		buf_printf(problem, "cannot leave " TUN_DEVICE " to its network namespace: %s", strerror(errno));
	} else {
		return fd;
	}
	close(fd);
	return -1;
}

int kernel_device_inject(int fd, const struct injection *injection)
{
	/* Checksums are complete in the bytes, also for a packet to be taken as several segments. */
	struct virtio_net_hdr header = { 0 };
	const struct iovec parts[] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)(uintptr_t)injection->bytes, .iov_len = injection->length },
	};
	ssize_t written;

	if (injection->gso_size > 0 && injection->length > 0) {
		header.gso_type = injection->bytes[0] >> 4 == 6 ? VIRTIO_NET_HDR_GSO_TCPV6 : VIRTIO_NET_HDR_GSO_TCPV4;
		header.gso_size = injection->gso_size;
	}
	written = writev(fd, parts, 2);
	if (written < 0)
		return errno;
	return (size_t)written == sizeof(header) + injection->length ? 0 : EMSGSIZE;
}

int kernel_device_read(int fd, struct device_packet *out)
{
	struct virtio_net_hdr header;
	ssize_t got;

	do
		got = read(fd, out->room, sizeof(out->room));
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return errno == EAGAIN ? 0 : -1;
	if ((size_t)got <= sizeof(header)) {
		errno = EIO;
		return -1;
	}
	memcpy(&header, out->room, sizeof(header));
	out->bytes = out->room + sizeof(header);
	out->length = (size_t)got - sizeof(header);
	out->checksum_at = out->checksum_field = 0;
	if (header.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
		out->checksum_at = header.csum_start;
		out->checksum_field = (size_t)header.csum_start + header.csum_offset;
	}
	return 1;
}

void kernel_device_finish(struct device_packet *p)
{
	uint16_t sum;

	if (p->checksum_at == 0 || p->checksum_field + 2 > p->length || p->checksum_at > p->length)
		return;
	/* The field holds the sum of the pseudo-header, which is thereby included. */
	sum = checksum_finish(checksum_add(0, p->bytes + p->checksum_at, p->length - p->checksum_at));
	if (sum == 0 && p->checksum_field - p->checksum_at == UDP_CHECKSUM_AT)
		sum = 0xffff;                                /* RFC 768: 0 would mean that there is none */
	p->bytes[p->checksum_field] = (uint8_t)(sum >> 8);
	p->bytes[p->checksum_field + 1] = (uint8_t)sum;
}
