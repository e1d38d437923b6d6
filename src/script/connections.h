/* SPDX-License-Identifier: MIT
 *
 * connections.h - names for connections
 *
 *     +0  < a: S 0:0(0) win 1000 <mss 1000>          a new peer, which opens a connection to the socket that listens
 *     +0  < b: S 0:0(0) win 1000 <mss 1000>          another one
 *     +0  > a: S. 0:0(0) ack 1 <...>
 *     +0  connect(3, c, ...) = 0                     the connection of descriptor 3 is called c from now on
 *     +0  accept(4, a, ...) = 5                      it must be a that is accepted
 *     peer c 192.0.2.7 port 443                      where its other end is, if that matters
 *
 * A script that names nothing is about one connection at a time. Where that is not enough, connections get names:
 * a name is that of a local socket together with one remote end. The rules:
 *
 * - A name begins with an injected packet, which comes from a new peer, or with a call that sends or connects. A packet
 *   that is expected, and a call that tells an address, can only be about a name that has begun.
 * - A line without name is about the connection that was named last, or about the socket that was made after it.
 * - Packets of connections with names wait for their lines, whichever came first. All others are foreign.
 * - Three words are no names: `new` begins another connection each time that a SYN of it is injected, and is then
 *   the latest of these; of `foreign`, all packets that no named connection has, and `any`, all packets that there are,
 *   nothing can be said but that there is nothing.
 *
 * Here is judged what can be judged of this before a script is played. Which packet belongs to which connection is
 * the affair of drill/flow.h.
 */
#ifndef SCRIPT_CONNECTIONS_H
#define SCRIPT_CONNECTIONS_H

#include "script/ast.h"

#define CONNECTION_NEW     "new"
#define CONNECTION_FOREIGN "foreign"
#define CONNECTION_ANY     "any"

/* Report each name of a connection that is used before it begins, and each that cannot be one. */
void connections_check(const struct script *s, struct diags *diags);

/* The name of a connection if @e, an argument in the place of an address, is one; else NULL. */
const char *connection_name(const struct expr *e);
/* The same for argument @index of @call, whose address may be that of a message. */
const char *connection_argument(const struct call_spec *call, int index);

#endif
