/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a service of Type=notify reports to systemd. Does nothing where $NOTIFY_SOCKET is not set.
 */
#ifndef MMP_NOTIFY_SOCKET_H
#define MMP_NOTIFY_SOCKET_H

void notify_socket_send(const char *state);

#endif
