// SPDX-License-Identifier: GPL-2.0
#include "ast.h"

void ast_print(FILE *out, const struct ast *ast, const struct sources *s)
{
}
