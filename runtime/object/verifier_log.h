/* SPDX-License-Identifier: GPL-2.0 */
/* What the verifier wrote when it refused a program, cut down to what a user can read. */
#ifndef MMP_VERIFIER_LOG_H
#define MMP_VERIFIER_LOG_H

struct failure;
struct manifest;

/*
 * Find the policy's line in a log: the last one that it quotes before the verifier gave up, which
 * becomes f->place. f->detail is that line and the verifier's sentences, without instructions and
 * registers; f->log is the log from there on, or its end.
 */
void verifier_log_quote(const struct manifest *m, const char *log, struct failure *f);

#endif
