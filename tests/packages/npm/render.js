// SPDX-License-Identifier: GPL-2.0
// render.js FOLDER...: read kustomizations, apply their patches (JSON 6902: add and replace), and hold each
// resource against the Kubernetes schemas. Prints the resources as JSON; complains and fails where one is not valid.
const fs = require('fs');
const path = require('path');
const url = require('url');
const yaml = require('js-yaml');

const known = new Set(['apiVersion', 'kind', 'namespace', 'resources', 'patches']);

function step(object, words) {
	for (const word of words) {
		if (!(word in object))
			throw new Error(`there is no '${word}' in ${JSON.stringify(Object.keys(object))}`);
		object = object[word];
	}
	return object;
}

function patch(resource, { op, path: pointer, value }) {
	const words = pointer.slice(1).split('/');
	const last = words.pop();
	const parent = step(resource, words);
	if (op === 'replace')
		step(parent, [last]);
	else if (op !== 'add')
		throw new Error(`this renderer does not know the operation '${op}'`);
	if (Array.isArray(parent) && op === 'add')
		parent.splice(last === '-' ? parent.length : Number(last), 0, value);
	else
		parent[last] = value;
}

function render(folder) {
	const k = yaml.load(fs.readFileSync(path.join(folder, 'kustomization.yaml'), 'utf8'));
	for (const key of Object.keys(k))
		if (!known.has(key))
			throw new Error(`${folder}: this renderer does not know '${key}'`);
	const resources = k.resources.flatMap((name) => {
		const file = path.join(folder, name);
		return fs.statSync(file).isDirectory() ? render(file) : yaml.loadAll(fs.readFileSync(file, 'utf8'));
	});
	for (const { target, patch: text } of k.patches || []) {
		const meant = resources.filter((r) => r.kind === target.kind && r.metadata.name === target.name);
		if (meant.length !== 1)
			throw new Error(`${folder}: ${meant.length} resources are the target of a patch`);
		for (const operation of yaml.load(text))
			patch(meant[0], operation);
	}
	return resources;
}

async function check(resource) {
	const models = path.join(process.env.NODE_PATH, 'kubernetes-models', resource.apiVersion, 'index.js');
	const { [resource.kind]: Model } = await import(url.pathToFileURL(models));
	new Model(resource).validate();
	// The schemas let unknown members pass at some levels: what is mounted must be a volume, and so on.
	const spec = resource.kind === 'DaemonSet' && resource.spec.template.spec;
	for (const c of spec ? [...(spec.initContainers || []), ...spec.containers] : [])
		for (const m of c.volumeMounts)
			if (!spec.volumes.some((v) => v.name === m.name))
				throw new Error(`${c.name} mounts '${m.name}', which is no volume`);
}

async function main(folders) {
	let failed = 0;
	for (const folder of folders)
		try {
			const resources = render(folder);
			for (const resource of resources)
				await check(resource);
			console.log(JSON.stringify(resources));
		} catch (e) {
			console.error(`${folder}: ${e.message}`);
			failed = 1;
		}
	process.exit(failed);
}

main(process.argv.slice(2));
