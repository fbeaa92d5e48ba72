#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# neovim's own client, headless.
here=$(cd "$(dirname "$0")" && pwd)
MMP_FOLDER=$(mktemp -d)
export MMP_FOLDER HOME="$MMP_FOLDER"
trap 'rm -rf "$MMP_FOLDER"' EXIT
timeout 100 nvim --headless -u NONE -i NONE -n -c "luafile $here/neovim.lua" -c 'qall!' >"$MMP_FOLDER/log" 2>&1 </dev/null
cat "$MMP_FOLDER/out" || { echo "not ok 1 - neovim"; sed 's/^/# /' "$MMP_FOLDER/log"; }
