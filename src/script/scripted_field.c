/* SPDX-License-Identifier: MIT
 *
 * scripted_field.c - the fields of headers that a packet line names: which header they are in, and may they be so
 */
#include <inttypes.h>

#include "script/scripted_packet.h"
#include "util/buf.h"

/* Name the fields that exist, for somebody who wrote another one. */
static bool unknown_field(struct scripted_builder *b, const struct field_spec *spec, enum header_type type)
{
	struct buf names = BUF_INIT;
	const struct header_field *f;

	for (size_t i = 0; (f = header_field_at(i)); i++)
		if (f->type == type)
			buf_printf(&names, "%s%s", names.length ? ", " : "", f->word);
	scripted_error(b, spec->loc, arena_printf(b->arena, "unknown field '%s'", spec->word), "a header of %s has %s",
	               header_type_name[type], names.length ? names.data : "none");
	buf_free(&names);
	return false;
}

static bool field_fits(struct scripted_builder *b, const struct field_spec *spec, const struct header_field *f)
{
	const int64_t most = (INT64_C(1) << f->width) - 1;
	const char *headline = arena_printf(b->arena, "%s out of range", f->word);

	if (spec->kind != FIELD_NUMBER && !f->checksum)
		return scripted_error(b, spec->loc, "a field has a number", "only a checksum is bad or ok");
	if (spec->kind == FIELD_OK && b->spec->direction == DIRECTION_INBOUND)
		return scripted_error(b, spec->loc, "a checksum is right without a word for it",
		                      "an injected packet has a right one unless the line says bad, or a number");
	return scripted_range(b, spec->loc, spec->number.value, most, headline) &&
	       scripted_loose(b, spec->number.range, most, headline);
}

bool scripted_fields(struct scripted_builder *b)
{
	struct packet *packet = &b->scripted->packet;
	const struct scripted_field **last = &b->scripted->fields;
	bool ok = true;

	for (const struct field_spec *spec = b->spec->fields; spec; spec = spec->next) {
		const struct header *header = spec->transport ? packet_transport(packet) : packet_ip(packet);
		const struct header_field *field = header_field(header->type, spec->word);
		if (!field && !header_field_known(spec->word))
			return false;                            /* it was reported when it was read */
		if (!field) {
			ok = unknown_field(b, spec, header->type);
			continue;
		}
		ok &= field_fits(b, spec, field);
		struct scripted_field *f = arena_new_object(b->arena, struct scripted_field);
		*f = (struct scripted_field){ NULL, spec, field, (uint8_t)(header - packet->headers) };
		*last = f;
		last = (const struct scripted_field **)&f->next;
	}
	return ok;
}
