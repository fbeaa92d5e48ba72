/* SPDX-License-Identifier: GPL-2.0 */
/* One function per subcommand, a file each. All return 0, a status to exit with, or -1 with *f. */
#ifndef MMP_COMMANDS_H
#define MMP_COMMANDS_H

struct failure;
struct options;
struct output;

int command_load(const struct options *o, struct output *out, struct failure *f);
int command_run(const struct options *o, struct output *out, struct failure *f);
int command_apply(const struct options *o, struct output *out, struct failure *f);
int command_unload(const struct options *o, struct output *out, struct failure *f);
int command_list(const struct options *o, struct output *out, struct failure *f);
int command_status(const struct options *o, struct output *out, struct failure *f);
int command_set(const struct options *o, struct output *out, struct failure *f);
int command_stats(const struct options *o, struct output *out, struct failure *f);
int command_top(const struct options *o, struct output *out, struct failure *f);
int command_events(const struct options *o, struct output *out, struct failure *f);
int command_record(const struct options *o, struct output *out, struct failure *f);
int command_doctor(const struct options *o, struct output *out, struct failure *f);

#endif
