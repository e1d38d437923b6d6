/* SPDX-License-Identifier: MIT
 *
 * requirement.h - the requirements of the standards, entry by entry
 *
 * The catalogue is the RFCs as a tester sees them: each sentence that a host can obey or break is an entry with a name.
 * Cases say which ones they cover, defects which ones they violate, and reports reverse that and say for each
 * requirement whether it is met (coverage.h). It is testcases/requirements.yaml, compiled in by requirements.awk, so
 * that no report needs another file. Its order is that of the documents by number, then of their sections.
 *
 * A name says the document and the place, "RFC9293:MUST-13" or "RFC1122:3.2.1.7-TTL0", and is the same everywhere.
 */
#ifndef REPORT_REQUIREMENT_H
#define REPORT_REQUIREMENT_H

#include <stddef.h>

/* Texts are stored in the rows, so that no row has a pointer: the program is loaded at an address that changes, and
 * every page with a pointer would have to be written anew at each start. */
struct requirement {
	char id[40];                                         /* "RFC9293:SHLD-3" */
	char section[20];                                    /* "3.6.1"; of RFC 768 and 792 a field or a message */
	char level[12];                                      /* "MUST", "SHOULD NOT", "MAY" ... */
	char topic[20];
	char testable[8];                                    /* "wire", "api", "state" or "no" */
	char text[128];                                      /* a sentence, in our words */
	char reason[120];                                    /* why no case covers it; "": one does */
};
extern const struct requirement requirements[];
extern const size_t requirement_count;

/* NULL: the catalogue does not know @id. */
const struct requirement *requirement_find(const char *id);
/* How much of @id names the document: 7 of "RFC9293:MUST-13". */
size_t requirement_document(const char *id);

#endif
