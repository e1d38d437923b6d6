// SPDX-License-Identifier: MIT
// Starts `protodrill lsp` for packet scripts. All that it knows is in the server.
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = function () {
	const command = workspace.getConfiguration('protodrill').get('path');

	client = new LanguageClient('protodrill', 'protodrill', { command, args: ['lsp'] },
		{ documentSelector: [{ language: 'pkt' }] });
	return client.start();
};

exports.deactivate = function () {
	return client && client.stop();
};
