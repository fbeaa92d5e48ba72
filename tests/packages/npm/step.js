// SPDX-License-Identifier: GPL-2.0
// step.js ACTION.yml STEP [INPUT=VALUE]...: the step as a script, with its environment, as a runner would run it.
const fs = require('fs');
const yaml = require('js-yaml');

const [file, name, ...words] = process.argv.slice(2);
const action = yaml.load(fs.readFileSync(file, 'utf8'));
const inputs = Object.fromEntries(Object.entries(action.inputs).map(([key, i]) => [key, i.default]));
for (const word of words)
	inputs[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
const step = action.runs.steps.find((s) => s.name === name);
if (!step || step.shell !== 'bash')
	throw new Error(`no step '${name}' for bash`);
const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
for (const [key, value] of Object.entries(step.env || {})) {
	const filled = value.replace(/\$\{\{ inputs\.([a-z-]+) \}\}/g, (_, input) => {
		if (!(input in inputs))
			throw new Error(`no input '${input}'`);
		return inputs[input];
	});
	console.log(`export ${key}=${quote(filled)}`);
}
console.log(step.run);
