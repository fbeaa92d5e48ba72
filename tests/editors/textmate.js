// SPDX-License-Identifier: GPL-2.0
// As syntax.vim, by vscode-textmate: FILE, LINE, BYTE COLUMN, SCOPES of each token of the files.
"use strict";
const fs = require("fs");
const path = require("path");
const [modules, editors, ...files] = process.argv.slice(2);
const need = (name) => require(path.join(modules, "node_modules", name));
const oniguruma = need("vscode-oniguruma");
const { Registry, parseRawGrammar, INITIAL } = need("vscode-textmate");

async function main() {
	const wasm = path.join(modules, "node_modules/vscode-oniguruma/release/onig.wasm");
	await oniguruma.loadWASM(fs.readFileSync(wasm).buffer);
	const registry = new Registry({
		onigLib: Promise.resolve({
			createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
			createOnigString: (text) => new oniguruma.OnigString(text),
		}),
		loadGrammar: async (scope) => {
			const name = `${scope.replace("source.", "")}.tmLanguage.json`;
			const file = path.join(editors, "vscode/syntaxes", name);
			return parseRawGrammar(fs.readFileSync(file, "utf8"), file);
		},
	});
	for (const file of files) {
		const grammar = await registry.loadGrammar(`source${path.extname(file)}`);
		let stack = INITIAL;
		fs.readFileSync(file, "utf8").split("\n").forEach((line, number) => {
			const result = grammar.tokenizeLine(line, stack);
			stack = result.ruleStack;
			for (const t of result.tokens) {
				const start = Buffer.byteLength(line.slice(0, t.startIndex));
				const end = Buffer.byteLength(line.slice(0, t.endIndex));
				console.log([file, number + 1, start, end, t.scopes.join(" ")].join("\t"));
			}
		});
	}
}

main();
