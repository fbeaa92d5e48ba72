/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Defaults for the policies of a folder and below: lines of KEY = VALUE in the .mmpc.conf of the
 * nearest folder above the policy that has one. What the command line says stands over them.
 */
#ifndef MMP_CONFIG_H
#define MMP_CONFIG_H

#include "report/diag.h"

#define CONFIG_NAME ".mmpc.conf"

/* Another level for a code; DIAG_CODE_COUNT: all that is a warning by then. */
struct level_change {
	enum diag_code code;
	enum diag_level level;
};

/* All in the compilation's arena. */
struct config {
	const char *path; /* NULL: there is none */
	enum diag_profile profile;
	enum diag_level fail_level; /* DIAG_OFF: it says none */
	struct level_change levels[DIAG_CODE_COUNT];
	unsigned level_count;
	const char **include_dirs; /* with the folder of the file before them */
	unsigned include_count;
	const char *kernel; /* or NULL */
};

/* "default", "strict", "all"; PROFILE_COUNT where there is no such profile. */
enum diag_profile config_profile(const char *name);
void config_levels(enum diag_level *levels, const struct level_change *changes, unsigned count);

/*
 * The path of the file for the policy of that path ("-": for the current folder), from the current
 * folder where it is below. Returns 0, with *ret_path NULL where no folder has one, or -1 with a
 * sentence. Links are followed first: the folders above are those of the policy itself.
 */
int config_find(struct arena *a, const char *policy, const char **ret_path, char **ret_trouble);

/*
 * Read the file. Its findings are added to ds, and the file to s where there are any. Returns 0, or
 * -1 with a sentence where it cannot be read.
 */
int config_read(struct config *ret, const char *path, struct sources *s, struct diags *ds,
		char **ret_trouble);

#endif
