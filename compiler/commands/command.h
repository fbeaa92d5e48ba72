/* SPDX-License-Identifier: GPL-2.0 */
/*
 * mmpc's subcommands. To add one: a row in main.c's table, a line here, and the function in a file
 * of its own. argv[0] is the command's name; the result is the exit status (status.h).
 */
#ifndef MMP_COMMAND_H
#define MMP_COMMAND_H

int command_compile(int argc, char **argv);
int command_check(int argc, char **argv);
int command_explain(int argc, char **argv);
int command_describe(int argc, char **argv);
int command_fmt(int argc, char **argv);
int command_fix(int argc, char **argv);
int command_load(int argc, char **argv);
int command_run(int argc, char **argv);
int command_record(int argc, char **argv);
int command_apply(int argc, char **argv);
int command_test(int argc, char **argv);
int command_replay(int argc, char **argv);
int command_suggest(int argc, char **argv);
int command_lsp(int argc, char **argv); /* in lsp/ */

/* command_compile for the kernel that runs: one that .mmpc.conf names does not count. */
int compile_for_here(int argc, char **argv);

#endif
