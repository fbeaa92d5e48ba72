/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_LSP_URI_H
#define MMP_LSP_URI_H

/* The path of a file: URI, malloc'ed; NULL for any other URI, or a malformed one. */
char *uri_path(const char *uri);
/* The file: URI of an absolute path, malloc'ed. */
char *uri_of_path(const char *path);

#endif
