/* SPDX-License-Identifier: MIT
 *
 * requirement.c - look a name up in the catalogue
 */
#include "report/requirement.h"

#include <string.h>

const struct requirement *requirement_find(const char *id)
{
	for (size_t i = 0; i < requirement_count; i++)
		if (!strcmp(requirements[i].id, id))
			return &requirements[i];
	return NULL;
}

size_t requirement_document(const char *id)
{
	return strcspn(id, ":");
}
