/* SPDX-License-Identifier: GPL-2.0 */
/* What the table of methods calls: one function a request. */
#ifndef MMP_LSP_HANDLERS_H
#define MMP_LSP_HANDLERS_H

#include "analysis.h"
#include "server.h"

/* navigate.c */
void lsp_definition(struct server *s, const json_t *params, struct answer *a);
void lsp_references(struct server *s, const json_t *params, struct answer *a);
void lsp_prepare_rename(struct server *s, const json_t *params, struct answer *a);
void lsp_rename(struct server *s, const json_t *params, struct answer *a);

/* symbols.c */
void lsp_symbols(struct server *s, const json_t *params, struct answer *a);

/* hover.c */
void lsp_hover(struct server *s, const json_t *params, struct answer *a);

/* complete.c */
void lsp_completion(struct server *s, const json_t *params, struct answer *a);

/* edits.c */
void lsp_formatting(struct server *s, const json_t *params, struct answer *a);
void lsp_code_actions(struct server *s, const json_t *params, struct answer *a);

#endif
