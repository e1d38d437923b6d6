/* SPDX-License-Identifier: MIT
 *
 * print.h - printing of what both packets and expressions hold; private to printing
 */
#ifndef SCRIPT_PRINT_H
#define SCRIPT_PRINT_H

#include "script/ast.h"
#include "util/buf.h"

void mpls_print(struct buf *out, const struct mpls_header *h);   /* "(label 1, tc 0, [S], ttl 64) ..." */
void gre_print(struct buf *out, const struct gre_header *h);     /* "flags 0x2000 sum 0 off 0 key 1 seq 0" */

void member_print(struct buf *out, const char *name, const struct expr *value);      /* "NAME=VALUE" */

/* A line of the script, without its newline. */
void event_print(struct buf *out, const struct event *e);
/* "<...,mss 1460>" */
void option_specs_print(struct buf *out, const struct tcp_option_spec *first, enum option_order order);

#endif
