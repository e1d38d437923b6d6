/* SPDX-License-Identifier: MIT
 *
 * fields.c - fields of headers that a packet line names
 */
#include "drill/fields.h"

#include <string.h>

void fields_put(const struct scripted_packet *scripted, const struct packet *packet, uint8_t *bytes, size_t length)
{
	for (const struct scripted_field *f = scripted->fields; f; f = f->next)
		if (!f->field->checksum)
			header_field_put(f->field, bytes + packet_header_at(packet, f->header),
			                 (uint32_t)f->spec->number.value);
	if (scripted->fields)
		packet_refresh_checksums(packet, bytes, length);
	for (const struct scripted_field *f = scripted->fields; f; f = f->next) {
		uint8_t *header = bytes + packet_header_at(packet, f->header);
		if (!f->field->checksum)
			continue;
		header_field_put(f->field, header, f->spec->kind == FIELD_BAD ? header_field_get(f->field, header) ^ 1
		                                                              : (uint32_t)f->spec->number.value);
	}
}

static bool checksum_ok(const struct scripted_field *f, const struct live_packet *live)
{
	/* Packets of IP with a wrong checksum are not read at all. */
	return !f->spec->transport || packet_l4_checksum_ok(live->bytes, &live->packet);
}

static const char *wanted_text(struct arena *arena, const struct field_spec *spec)
{
	struct buf b = BUF_INIT;

	number_print(&b, spec->number.value, spec->number.range);
	const char *text = arena_strdup(arena, b.data);
	buf_free(&b);
	return text;
}

/* @want differs from what is there. */
static void differ(const struct scripted_field *f, struct record *record, struct entry *entry, const char *want,
                   const char *got)
{
	record_mismatch(record, entry, f->field->name, want, got,
	                arena_printf(record->arena, "live packet field %s: expected: %s vs actual: %s", f->field->name,
	                             want, got));
}

static void compare_field(const struct scripted_field *f, const struct live_packet *live, struct record *record,
                          struct entry *entry)
{
	const struct number *want = &f->spec->number;
	uint32_t got = header_field_get(f->field, live->bytes + packet_header_at(&live->packet, f->header));

	if (f->spec->kind != FIELD_NUMBER) {
		bool ok = checksum_ok(f, live);
		if (ok != (f->spec->kind == FIELD_OK))
			differ(f, record, entry, f->spec->kind == FIELD_OK ? "ok" : "bad", ok ? "ok" : "bad");
	} else if (want->range ? !number_range_has(want->range, got) : want->value != got) {
		differ(f, record, entry, wanted_text(record->arena, f->spec),
		       arena_printf(record->arena, "%u", got));
	}
}

/* If the headers are different ones there is nothing to compare, and that difference has been reported. */
void fields_compare(const struct scripted_packet *scripted, const struct live_packet *live, struct record *record,
                    struct entry *entry)
{
	const struct packet *expected = &scripted->packet, *came = &live->packet;

	for (const struct scripted_field *f = scripted->fields; f; f = f->next)
		if (f->header < came->header_count &&
		    came->headers[f->header].type == expected->headers[f->header].type)
			compare_field(f, live, record, entry);
}
