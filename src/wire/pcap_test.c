/* SPDX-License-Identifier: MIT
 *
 * pcap_test.c - a capture file is read back with libpcap, and a full disk is noticed
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <unistd.h>

#include "wire/pcap.h"

static void packets_are_read_back(void **state)
{
	static const uint8_t bytes[] = { 0x45, 1, 2, 3, 4 };
	char path[] = "/tmp/pcap_testXXXXXX", error[PCAP_ERRBUF_SIZE];
	struct pcap_pkthdr *header;
	const u_char *data;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	struct pcap_writer *w = pcap_writer_open(path);
	assert_non_null(w);
	pcap_writer_add(w, vtime_ns(1700000000123456789), bytes, sizeof(bytes));
	assert_true(pcap_writer_close(w));
	pcap_t *in = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
	unlink(path);
	assert_non_null(in);
	assert_int_equal(pcap_datalink(in), DLT_RAW);
	assert_int_equal(pcap_next_ex(in, &header, &data), 1);
	assert_int_equal(header->ts.tv_sec, 1700000000);
	assert_int_equal(header->ts.tv_usec, 123456789);
	assert_int_equal(header->caplen, sizeof(bytes));
	assert_memory_equal(data, bytes, sizeof(bytes));
	assert_int_equal(pcap_next_ex(in, &header, &data), PCAP_ERROR_BREAK);
	pcap_close(in);
}

static void a_file_that_cannot_be_made_is_refused(void **state)
{
	(void)state;
	assert_null(pcap_writer_open("/proc/no/such/folder/file"));
	assert_int_equal(errno, ENOENT);
}

static void a_full_disk_is_noticed(void **state)
{
	static const uint8_t bytes[40] = { 0x45 };
	struct pcap_writer *w = pcap_writer_open("/dev/full");

	(void)state;
	assert_non_null(w);
	pcap_writer_add(w, VTIME_ZERO, bytes, sizeof(bytes));
	assert_false(pcap_writer_close(w));
	assert_int_equal(errno, ENOSPC);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_read_back),
		cmocka_unit_test(a_file_that_cannot_be_made_is_refused),
		cmocka_unit_test(a_full_disk_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
