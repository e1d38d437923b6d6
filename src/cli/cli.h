/* SPDX-License-Identifier: MIT
 *
 * cli.h - the commands behind main()
 *
 * Each takes its own argv (argv[0]: the word that named it) and returns an exit status.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#define PROTODRILL_VERSION "0.1"

enum { EXIT_STATUS_OK = 0, EXIT_STATUS_FAIL = 1, EXIT_STATUS_ERROR = 2, EXIT_STATUS_SIGNAL = 128 };

int run_main(int argc, char **argv);
int report_main(int argc, char **argv);
int compare_main(int argc, char **argv);
int merge_main(int argc, char **argv);
int check_main(int argc, char **argv);
int fmt_main(int argc, char **argv);
int expand_main(int argc, char **argv);
int list_main(int argc, char **argv);
int coverage_main(int argc, char **argv);
int learn_main(int argc, char **argv);
int explain_main(int argc, char **argv);
int record_main(int argc, char **argv);
int lsp_main(int argc, char **argv);
int step_main(int argc, char **argv);
int mutate_main(int argc, char **argv);
int watch_main(int argc, char **argv);
int traits_main(int argc, char **argv);
int adapter_main(int argc, char **argv);
int inside_main(int argc, char **argv);                  /* pid 1 of a booted kernel */
int packetdrill_main(int argc, char **argv);             /* called as `packetdrill` */

/* Put the options of `run` before the paths in argv. Returns the index of the first path; -1 after an error. */
int run_sort_options(int argc, char **argv);

#endif
