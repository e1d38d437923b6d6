/* SPDX-License-Identifier: MIT
 *
 * script_bench.h - for tests and fuzz targets: the reference stack as a script wants it, with default parameters
 */
#ifndef TARGET_BUILTIN_SCRIPT_BENCH_H
#define TARGET_BUILTIN_SCRIPT_BENCH_H

#include "script/ast.h"
#include "target/builtin/builtin.h"

/* NULL: it could not be made, and why is lost. */
static inline struct target *bench_target(const struct script *script, enum builtin_trace trace)
{
	struct stack_config config;
	const struct builtin_options options = {
		.local_ip = script->config.local_ip,
		.local_prefix = script->config.local_prefix,
		.mtu = script->config.mtu,
		.config = &config,
		.trace = trace,
	};
	struct buf problem = BUF_INIT;

	stack_config_init(&config);
	struct target *target = builtin_target_open(&options, &problem);
	buf_free(&problem);
	return target;
}

#endif
