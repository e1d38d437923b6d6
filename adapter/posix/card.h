/* SPDX-License-Identifier: MIT
 *
 * card.h - the MTU of the network card that has the address of a case
 */
#ifndef POSIX_CARD_H
#define POSIX_CARD_H

#include <net/if.h>

#include "../protodrill-adapter.h"

/* A card whose MTU was changed; a zeroed one is none. */
struct card {
	char name[IF_NAMESIZE];
	int mtu;                                             /* as it was */
};

/* Let the card that has the address @local have the @mtu, and note in @card what to restore, before anything is
 * changed. 0: done, or there was nothing to do; else minus an errno, and @card has its name and MTU. */
int card_set_mtu(struct card *card, const struct protodrill_address *local, int mtu);
void card_restore(struct card *card);

#endif
