/* SPDX-License-Identifier: MIT
 *
 * pcap.c - capture files through libpcap's dumper
 *
 * libpcap does not say when a record could not be written; the stream behind it remembers, and is checked at the end.
 * An incomplete file is removed.
 */
#include "wire/pcap.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SNAPSHOT_BYTES = 262144, NANOSECONDS = 1000000000 };

struct pcap_writer {
	pcap_t *format;
	pcap_dumper_t *dumper;
	char *path;
};

static void writer_free(struct pcap_writer *w)
{
	if (w->format)
		pcap_close(w->format);
	free(w->path);
	free(w);
}

struct pcap_writer *pcap_writer_open(const char *path)
{
	struct pcap_writer *w = calloc(1, sizeof(*w));

	if (!w)
		return NULL;
	w->path = strdup(path);
	w->format = pcap_open_dead_with_tstamp_precision(DLT_RAW, SNAPSHOT_BYTES, PCAP_TSTAMP_PRECISION_NANO);
	FILE *file = w->path && w->format ? fopen(path, "wbe") : NULL;
	if (file)
		w->dumper = pcap_dump_fopen(w->format, file);
	if (w->dumper)
		return w;
	int error = errno;
	if (file)
		fclose(file);
	writer_free(w);
	errno = error;
	return NULL;
}

void pcap_writer_add(struct pcap_writer *w, vtime_t at, const uint8_t *bytes, size_t length)
{
	struct pcap_pkthdr header = {
		.ts = { .tv_sec = at.ns / NANOSECONDS, .tv_usec = at.ns % NANOSECONDS },
		.caplen = (bpf_u_int32)length,
		.len = (bpf_u_int32)length,
	};

	pcap_dump((u_char *)w->dumper, &header, bytes);
}

bool pcap_writer_close(struct pcap_writer *w)
{
	FILE *file = pcap_dump_file(w->dumper);
	struct stat status;

	errno = 0;
	bool written = pcap_dump_flush(w->dumper) == 0 && !ferror(file);
	int error = written ? 0 : errno ? errno : EIO;
	bool removable = fstat(fileno(file), &status) == 0 && S_ISREG(status.st_mode);
	pcap_dump_close(w->dumper);
	if (!written && removable)
		unlink(w->path);
	writer_free(w);
	errno = error;
	return written;
}
