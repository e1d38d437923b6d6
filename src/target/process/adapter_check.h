/* SPDX-License-Identifier: MIT
 *
 * adapter_check.h - does an adapter keep the rules of the protocol? One by one, so that its author knows what to mend
 */
#ifndef TARGET_PROCESS_ADAPTER_CHECK_H
#define TARGET_PROCESS_ADAPTER_CHECK_H

#include <stdio.h>

struct adapter_source;

/* What adapter_check() returns if not even HELLO was answered, so that nothing could be checked. */
enum { ADAPTER_NOT_CHECKED = -1 };

/* Start the adapter anew for each rule of docs/adapter-protocol.md, and write a line about each as soon as it is known:
 * "ok", "not ok" with what was wrong, or "-" with what the adapter lacks and need not have. Of one that ends or stays
 * silent before it has answered the first HELLO no rule is named: the one line is "nothing could be checked: REASON".
 * @patience_s: as for adapter_start(). Returns the number of rules that are broken, or ADAPTER_NOT_CHECKED. */
int adapter_check(const struct adapter_source *source, int patience_s, FILE *out);

#endif
