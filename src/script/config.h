/* SPDX-License-Identifier: MIT
 *
 * config.h - what option lines and the command line say about how a script is played
 */
#ifndef SCRIPT_CONFIG_H
#define SCRIPT_CONFIG_H

#include <stdint.h>

#include "script/trait.h"
#include "util/arena.h"
#include "util/diag.h"
#include "util/field.h"
#include "util/vtime.h"
#include "wire/header.h"

enum ip_version { IP_VERSION_4, IP_VERSION_4_MAPPED, IP_VERSION_6 };   /* --ip_version */

struct definition {
	struct definition *next;
	const char *symbol, *value;
};

/* Where an option was set: addresses are chosen and checked only when all options are known. */
struct option_place {
	const char *option, *value;                          /* value: NULL for flags */
	const char *where;                                   /* what stands for a place that is not in a text */
	struct loc loc;
	struct option_place *next;
};

/* Texts live in the arena given to config_init(). */
struct config {
	struct arena *arena;
	bool ip_version_set;
	enum ip_version ip_version;
	uint16_t bind_port, connect_port;
	struct ip_address local_ip, remote_ip, gateway_ip;   /* after config_derive(): live addresses */
	int local_prefix, remote_prefix;                     /* bits; after config_derive() */
	struct ip_address local_linklocal_ip, gateway_linklocal_ip;  /* of router advertisements */
	const char *local_linklocal_ip_text, *gateway_linklocal_ip_text;
	const char *netmask_ip_text;
	uint32_t speed;                                      /* Mbit/s; 0: leave */
	uint16_t mss;                                        /* GSO size of injected TCP packets; 0: off */
	int mtu;
	const char *init_scripts;                            /* NULL or comma-separated commands */
	vtime_t tolerance;                                   /* --tolerance_usecs */
	double tolerance_percent;
	vtime_t wildcard_limit;                              /* how long a packet of a `*` line is awaited;
	                                                        zero: for ever */
	int tcp_ts_tick_usecs;
	bool tcp_ts_ecr_scaled, strict_segments, non_fatal_packet, non_fatal_syscall, dry_run, is_anyip, send_omit_free;
	bool no_cleanup;                                     /* no reset packets at the end */
	const char *tcp_md5_secret;                          /* NULL: the script's calls bring the keys */
	const char *udp_encapsulation;                       /* NULL: none */
	bool takes_plug_in;                                  /* the target is one, or will be if a script says so */
	const char *plug_in, *plug_in_flags;                 /* NULL: none */
	bool verbose, debug;
	bool family_of_host;                                 /* without ip_version, ask for the family of the host's
	                                                        name as the old tool does; else IPv4 on every machine */
	const char *code_command, *code_format, *code_sockopt;
	struct option_place *places;                         /* newest first */
	/* What the script is played against, for `if` to ask; NULL where it is unknown or does not apply. */
	const char *target, *profile, *kernel;               /* kernel: the release, "6.1.7-amd64" */
	const struct traits *traits;                         /* of its stack; NULL: none are known */
	struct definition *definitions;                      /* newest first: the first match counts */
};

void config_init(struct config *c, struct arena *arena);

/* Set one option. @value NULL: none was given. @where "Command Line" or the script path. Reports unknown names (with
 * the nearest known one), missing or surplus values, bad values with what is allowed, and options that are not
 * supported, with the reason. */
bool config_set(struct config *c, const char *name, const char *value, const char *where, struct loc loc,
                struct diags *diags);

/* Derive addresses, prefixes and family from what was set. Of the addresses that were given in one place (a script, a
 * plan, the command line), those of the other version of IP do not count; of the rest, the last one does, unless one of
 * them is what the place before has, too. @seed makes the random local address. False when an address cannot be parsed
 * or none is of the version. */
bool config_derive(struct config *c, uint64_t seed, const char *where, struct diags *diags);

/* NULL when @symbol has no definition. */
const char *config_definition(const struct config *c, const char *symbol);

/* For --help and for getopt: the table of options. */
struct config_option {
	const char *name;
	const char *argument;                                /* "N", "ADDRESS" ...; NULL for flags */
	const char *help;
	const char *allowed;                                 /* what the value may be */
	/* False: bad value. NULL: not supported, and .help says why. */
	bool (*set)(struct config *c, const struct config_option *o, const char *value);
	struct field member;                                 /* what setters that serve many options set */
	int64_t unit;                                        /* what a number is multiplied by; 0: by nothing */
};
extern const struct config_option config_options[];      /* ends with name NULL */
const struct config_option *config_option_find(const char *name);      /* NULL: there is none */

#endif
