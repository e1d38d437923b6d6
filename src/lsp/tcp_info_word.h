/* SPDX-License-Identifier: MIT
 *
 * tcp_info_word.h - what the variables of code blocks that TCP_INFO tells mean: tcpi_rtt and the others
 */
#ifndef LSP_TCP_INFO_WORD_H
#define LSP_TCP_INFO_WORD_H

#include <stddef.h>

/* The name of field @index, "tcpi_rtt", and its meaning with its unit; NULL: there are no more. */
const char *tcp_info_word(size_t index, const char **meaning);

#endif
