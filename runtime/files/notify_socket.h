/* SPDX-License-Identifier: GPL-2.0 */
/* What systemd is told of a service of Type=notify. Does nothing where nobody asks for it. */
#ifndef MMP_NOTIFY_SOCKET_H
#define MMP_NOTIFY_SOCKET_H

void notify_socket_send(const char *state);

#endif
