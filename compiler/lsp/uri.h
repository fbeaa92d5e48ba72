/* SPDX-License-Identifier: GPL-2.0 */
#ifndef MMP_LSP_URI_H
#define MMP_LSP_URI_H

/* The path of a file: URI, malloc'ed; NULL of any other, or of one that is malformed. */
char *uri_path(const char *uri);
/* The file: URI of an absolute path, malloc'ed. */
char *uri_of_path(const char *path);

#endif
