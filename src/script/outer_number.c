/* SPDX-License-Identifier: MIT
 *
 * outer_number.c - which numbers of GRE and MPLS headers may be names, and where they go
 */
#include "script/outer_number.h"

const struct outer_row outer_rows[] = {
	[OUTER_SUM] = { "GRE sum out of range", UINT16_MAX }, [OUTER_OFF] = { "GRE off out of range", UINT16_MAX },
	[OUTER_KEY] = { "GRE key out of range", UINT32_MAX }, [OUTER_SEQ] = { "GRE seq out of range", UINT32_MAX },
	[OUTER_LABEL] = { "MPLS label out of range", (1 << 20) - 1 },
	[OUTER_TC] = { "MPLS traffic class out of range", 7 }, [OUTER_TTL] = { "MPLS TTL out of range", UINT8_MAX },
};

void outer_number_put(struct encap *e, const struct outer_number *o, int64_t value)
{
	struct mpls_entry *entry = &e->mpls.stack[o->entry < 0 || o->entry >= MPLS_STACK_ENTRIES ? 0 : o->entry];

	switch (o->field) {
	case OUTER_SUM:   e->gre.checksum = (uint16_t)value; break;
	case OUTER_OFF:   e->gre.offset = (uint16_t)value; break;
	case OUTER_KEY:   e->gre.key = (uint32_t)value; break;
	case OUTER_SEQ:   e->gre.sequence = (uint32_t)value; break;
	case OUTER_LABEL: entry->label = (uint32_t)value; break;
	case OUTER_TC:    entry->traffic_class = (uint8_t)value; break;
	case OUTER_TTL:   entry->ttl = (uint8_t)value; break;
	}
}

const struct number_range *outer_number_find(const struct encap *e, enum outer_field field, int entry)
{
	for (const struct outer_number *o = e->numbers; o; o = o->next)
		if (o->field == field && (field < OUTER_LABEL || o->entry == entry))
			return o->range;
	return NULL;
}
