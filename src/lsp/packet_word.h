/* SPDX-License-Identifier: MIT
 *
 * packet_word.h - the words of packet lines: what each says, and a line that has it
 */
#ifndef LSP_PACKET_WORD_H
#define LSP_PACKET_WORD_H

struct packet_word {
	const char *word;
	const char *section;                                 /* of pkt(5) */
	const char *text;                                    /* a sentence or two */
	const char *example;                                 /* a packet line without its time */
};

/* Ends with a word that is NULL. */
extern const struct packet_word packet_words[];

#endif
