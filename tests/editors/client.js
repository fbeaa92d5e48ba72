// SPDX-License-Identifier: GPL-2.0
// The client library of VS Code's makers against mmpc lsp: what it takes is what the protocol says.
"use strict";
const fs = require("fs");
const os = require("os");
const path = require("path");
const { spawn } = require("child_process");
const modules = path.join(process.env.MMP_BUILD, "editors/node_modules");
const rpc = require(path.join(modules, "vscode-jsonrpc/node"));
const lsp = require(path.join(modules, "vscode-languageserver-protocol"));

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mmp-"));
const server = spawn(path.join(process.env.MMP_BUILD, "mmpc"), ["lsp", "--stdio"]);
const connection = rpc.createMessageConnection(
	new rpc.StreamMessageReader(server.stdout), new rpc.StreamMessageWriter(server.stdin));
let count = 0;

function check(what, holds, why) {
	console.log(`${holds ? "ok" : "not ok"} ${++count} - ${what}`);
	if (!holds)
		console.log(JSON.stringify(why, null, 1).replace(/^/gm, "# "));
}

const uri = (name) => `file://${folder}/${name}`;
const waiting = new Map();
connection.onNotification(lsp.PublishDiagnosticsNotification.type, (p) => {
	waiting.get(`${p.uri} ${p.version}`)?.(p.diagnostics);
});
const findings = (name, version) => new Promise((done) => waiting.set(`${uri(name)} ${version}`, done));

async function open(name, text) {
	const found = findings(name, 1);
	connection.sendNotification(lsp.DidOpenTextDocumentNotification.type, {
		textDocument: lsp.TextDocumentItem.create(uri(name), "mmp", 1, text),
	});
	return found;
}

async function change(name, version, ...changes) {
	const found = findings(name, version);
	connection.sendNotification(lsp.DidChangeTextDocumentNotification.type, {
		textDocument: { uri: uri(name), version }, contentChanges: changes,
	});
	return found;
}

function apply(text, edits) {
	const lines = text.split("\n");
	const offset = (p) => lines.slice(0, p.line).reduce((n, l) => n + l.length + 1, 0) + p.character;
	return edits.map((e) => [offset(e.range.start), offset(e.range.end), e.newText])
		.sort((a, b) => b[0] - a[0])
		.reduce((t, [from, to, by]) => t.slice(0, from) + by + t.slice(to), text);
}

async function main() {
	connection.listen();
	const hello = await connection.sendRequest(lsp.InitializeRequest.type, {
		processId: process.pid, rootUri: null, capabilities: {},
	});
	check("it says what it can", hello.capabilities.hoverProvider && hello.serverInfo.name === "mmpc" &&
		hello.capabilities.textDocumentSync.change === lsp.TextDocumentSyncKind.Incremental, hello);
	connection.sendNotification(lsp.InitializedNotification.type, {});
	const text = 'notify "😀"\twhn web.psi > 1 hold 1s\nprotect web hold   1s\n';
	let found = await open("web.mmp", text);
	check("a diagnostic behind an emoji and a tab", found.length === 1 && lsp.Diagnostic.is(found[0]) &&
		text.split("\n")[0].slice(found[0].range.start.character, found[0].range.end.character) === "whn",
		found);
	const document = { uri: uri("web.mmp") };
	const actions = await connection.sendRequest(lsp.CodeActionRequest.type, {
		textDocument: document, range: found[0].range, context: { diagnostics: found },
	});
	check("a quick fix", lsp.CodeAction.is(actions[0]) && actions[0].isPreferred, actions);
	const mended = apply(text, actions[0].edit.changes[document.uri]);
	found = await change("web.mmp", 2, { text: mended });
	check("takes its finding away", mended === text.replace("whn", "when") && found.length === 0, found);
	const position = { line: 0, character: mended.indexOf("psi") + 1 };
	const hover = await connection.sendRequest(lsp.HoverRequest.type, { textDocument: document, position });
	check("hover", lsp.Hover.is(hover) && hover.contents.value.includes("memory.pressure"), hover);
	const edits = await connection.sendRequest(lsp.DocumentFormattingRequest.type, {
		textDocument: document, options: lsp.FormattingOptions.create(4, true),
	});
	check("layout", edits.every(lsp.TextEdit.is) &&
		apply(mended, edits) === mended.replace("\t", " ").replace("hold   1s", "hold 1s"), edits);
	const list = await connection.sendRequest(lsp.CompletionRequest.type, { textDocument: document, position });
	check("completion", list.items.every((i) => lsp.TextEdit.is(i.textEdit)) &&
		list.items.some((i) => i.label === "psi.full.avg10"), list);
	const places = await connection.sendRequest(lsp.ReferencesRequest.type, {
		textDocument: document, position: { line: 1, character: 9 }, context: { includeDeclaration: true },
	});
	check("references", places.length === 2 && places.every(lsp.Location.is), places);
	const symbols = await connection.sendRequest(lsp.DocumentSymbolRequest.type, { textDocument: document });
	check("an outline", symbols.length === 2 && symbols.every(lsp.DocumentSymbol.is), symbols);
	let error = await connection.sendRequest("textDocument/unheard", {}).catch((e) => e);
	check("an unknown request is refused", error.code === lsp.ErrorCodes.MethodNotFound, error);
	error = await connection.sendRequest(lsp.RenameRequest.type, {
		textDocument: document, position: { line: 1, character: 9 }, newName: "x",
	}).catch((e) => e);
	check("an undeclared cgroup is not renamed", /not declared/.test(error.message), error);
	await connection.sendRequest(lsp.ShutdownRequest.type);
	const status = new Promise((done) => server.on("exit", done));
	connection.sendNotification(lsp.ExitNotification.type);
	check("it ends with 0", await status === 0);
	console.log(`1..${count}`);
	connection.dispose();
}

main();
