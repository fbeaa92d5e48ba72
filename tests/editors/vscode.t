#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The extension is built without a network, and has what it needs.
top=$(cd "$(dirname "$0")/../.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cp -r "$top/editors/vscode/." "$dir"
rm -rf "$dir/node_modules"
ln -s "$MMP_BUILD/editors/node_modules" "$dir/node_modules"
cd "$dir" || exit 1
n=0

check() { # what, command...
	what=$1
	shift
	n=$((n + 1))
	if "$@" >log 2>&1; then echo "ok $n - $what"; else echo "not ok $n - $what" && sed 's/^/# /' log; fi
}

# A name space of its own has no network.
build() { unshare -rn timeout 200 npm run --silent package -- -o mmp.vsix; }
has() { python3 -c 'import sys, zipfile; names = zipfile.ZipFile("mmp.vsix").namelist()
missing = [n for n in sys.argv[1:] if "extension/" + n not in names]; print(missing, names); sys.exit(bool(missing))' "$@"; }
small() { python3 -c 'import sys, zipfile; names = zipfile.ZipFile("mmp.vsix").namelist()
print(names); sys.exit(any("node_modules" in n for n in names))'; }

check 'vsce package works offline' build
check 'it has grammars, snippets and the client' has package.json out/extension.js \
	language-configuration.json snippets/mmp.json syntaxes/mmp.tmLanguage.json syntaxes/mmpt.tmLanguage.json
check 'and no packages beside the bundle' small
check 'the bundle asks for nothing but VS Code and node' node -e '
	const Module = require("module"), load = Module._load;
	Module._load = (name, ...rest) => name === "vscode" ? new Proxy({}, { get: (_, k) => class {} })
		: Module.isBuiltin(name) || name.startsWith("/") || name.startsWith(".") ? load(name, ...rest)
		: process.exit(1);
	const e = require("./out/extension.js");
	process.exit(e.activate && e.deactivate ? 0 : 1);'
echo "1..$n"
