// SPDX-License-Identifier: GPL-2.0
"use strict";
const { workspace } = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

let client;

exports.activate = async function activate(context) {
	const settings = workspace.getConfiguration("mmp.server");
	const server = {
		command: settings.get("path"),
		args: ["lsp", ...settings.get("arguments")],
	};
	client = new LanguageClient("mmp", "mmp language server", server, {
		documentSelector: [{ language: "mmp" }, { language: "mmpt" }],
		synchronize: { fileEvents: workspace.createFileSystemWatcher("**/*.mmp") },
	});
	context.subscriptions.push(client);
	await client.start();
};

exports.deactivate = () => client?.stop();
