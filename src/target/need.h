/* SPDX-License-Identifier: MIT
 *
 * need.h - what a case may need of a target: the words, and what they mean
 *
 *	tcp udp icmp                  protocols; every target has them
 *	udplite                       UDP-Lite, which not every kernel has
 *	tcp-in-udp                    segments of TCP within datagrams of UDP, which Linux has not
 *	root                          the user is root
 *	namespace                     a network namespace can be made
 *	tun                           /dev/net/tun can be opened
 *	python3                       for code blocks that the native evaluator does not understand
 *	kernel RANGE                  the version of the kernel, see util/version.h
 *	built                         the kernel that the target boots is there
 *	hz RANGE                      ticks a second of that kernel, likewise
 *	config NAME                   CONFIG_X is built into that kernel, or a module; CONFIG_X=VALUE: it has this value
 *	congestion-control NAME       as TCP_CONGESTION takes it
 *	command NAME                  a command that scripts can call
 *	trait NAME                    the stack has it, as its file of traits says; see script/trait.h
 *
 * A case names its needs in its header, separated by commas: `//! needs: tcp, kernel >=6.1`. Plans use the same words.
 * root, namespace, tun, kernel, built, hz and config are about the kernel that is tested; for a target without one they
 * count as met. Targets are never asked for a trait: the file is the answer.
 */
#ifndef TARGET_NEED_H
#define TARGET_NEED_H

#include "util/arena.h"
#include "util/buf.h"

enum need_kind {
	NEED_TCP, NEED_UDP, NEED_ICMP, NEED_UDPLITE, NEED_TCP_IN_UDP, NEED_ROOT, NEED_NAMESPACE, NEED_TUN, NEED_PYTHON3,
	NEED_KERNEL, NEED_BUILT, NEED_HZ, NEED_CONFIG, NEED_CONGESTION_CONTROL, NEED_COMMAND, NEED_TRAIT, NEED_KINDS
};

struct need {
	enum need_kind kind;
	const char *text;                                    /* as written, without blanks around it */
	const char *argument;                                /* "" if the kind has none */
};

/* Read one need; texts are allocated from @arena. False: @problem says what is wrong, and what there is. */
bool need_parse(const char *text, size_t length, struct arena *arena, struct need *out, struct buf *problem);

/* The kind that is called the @length bytes at @word, or NEED_KINDS. */
enum need_kind need_kind_named(const char *word, size_t length);

/* For targets: can @name be found along PATH or in the folders of tools for administrators, or is it a path itself? */
bool need_finds_command(const char *name);

/* Does a kernel with the configuration @config, lines CONFIG_X=y, meet a NEED_CONFIG with this @argument? @why: if
 * not. */
bool need_config_met(const char *config, const char *argument, struct buf *why);

/* Does a kernel with @hz ticks a second meet a NEED_HZ? @why: if not. */
bool need_hz_met(long hz, const char *range, struct buf *why);

#endif
