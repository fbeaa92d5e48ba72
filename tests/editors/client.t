#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# vscode-languageserver-protocol over vscode-jsonrpc.
exec timeout 100 node "$(dirname "$0")/client.js"
