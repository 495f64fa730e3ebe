// Packs everything, installs it with npm in empty folders whose path has a space, and uses it there as a stranger would: the
// light package alone, then with local models. Prints sizes and package counts and fails beyond their bounds.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack } from './pack.mjs';

const LIGHT = ['metrics', 'core', 'report', 'cli', ''];
const LOCAL = [...LIGHT, 'runner-local', 'model-smollm2-135m-instruct'];
const MOST_MB = 40;
const MOST_PACKAGES = 60;

const root = mkdtempSync(join(tmpdir(), 'assay install '));
const packed = join(root, 'packed');
try {
  pack(packed);
  light(project('light', LIGHT));
  local(project('with local models', LOCAL));
  console.log('installed, and works');
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** The library and the command without any model. */
function light(folder) {
  const { megabytes, count } = weigh(folder);
  if (megabytes > MOST_MB || count > MOST_PACKAGES)
    throw new Error(`at most ${MOST_MB} MB in ${MOST_PACKAGES} packages`);
  writeFileSync(
    join(folder, 'own.mjs'),
    `import { defineModel, evaluate, local, qaAccuracy } from 'assay';
const options = {
  data: [{ question: 'Capital of Canada?', answer: 'Ottawa' }],
  keys: { modelInput: 'question', targetOutput: 'answer' },
  algorithms: [qaAccuracy()],
};
const run = await evaluate({ ...options, models: [defineModel({ id: 'mine', generate: () => 'Ottawa' })], page: true });
console.log(run.score('qa_accuracy.f1_score').value);
await evaluate({ ...options, models: [local('SmolLM2-135M-Instruct')] }).catch(({ code, hint }) => console.log(code, hint));
`,
  );
  expect(node(folder, 'own.mjs'), '1\nPACKAGE_MISSING Add it: npm install @assay/runner-local\n');
  for (const run of readdirSync(join(folder, '.assay/runs')).slice(0, 1))
    if (!existsSync(join(folder, '.assay/runs', run, 'report.html'))) throw new Error('no report.html');
  if (!/missing {2}local models[\s\S]*npm install @assay\/runner-local/.test(assay(folder, 'doctor')))
    throw new Error('doctor says nothing');
}

/** The example of the docs as it stands, and a first evaluation by the command. */
function local(folder) {
  weigh(folder);
  for (const never of ['onnxruntime-web', '@huggingface/transformers', '@xenova/transformers', 'sharp'])
    if (existsSync(join(folder, 'node_modules', never))) throw new Error(`${never} reached a consumer`);
  const example = /```ts\n([\s\S]*?)```/.exec(readFileSync('docs/library.md', 'utf8'))[1];
  writeFileSync(join(folder, 'example.mjs'), example);
  if (!/Capital of Canada\?/.test(node(folder, 'example.mjs')))
    throw new Error('the example of docs/library.md does not run');
  assay(folder, 'init');
  const table = assay(folder, 'run', '--limit', '3', '--display', 'none');
  if (!/qa_accuracy[\s\S]*3 scored[\s\S]*report\.html/.test(table)) throw new Error(`assay run printed:\n${table}`);
  if (!/ok {7}models {8}SmolLM2-135M-Instruct/.test(assay(folder, 'doctor'))) throw new Error('doctor finds no model');
  console.log(table.trim().split('\n').slice(0, 4).join('\n'));
}

function project(name, packages) {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const { version } = JSON.parse(readFileSync('packages/assay/package.json', 'utf8'));
  const tarballs = packages.map((each) =>
    join(packed, each === '' ? `assay-${version}.tgz` : `assay-${each}-${version}.tgz`),
  );
  // Installed by short names: npm reads a path with a space as two.
  const near = tarballs.map((tarball, at) => {
    cpSync(tarball, join(folder, `${at}.tgz`));
    return `./${at}.tgz`;
  });
  command(folder, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...near]);
  return folder;
}

function weigh(folder) {
  const modules = join(folder, 'node_modules');
  const megabytes = sizeOf(modules) / 1e6;
  const { packages } = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8'));
  const count = Object.keys(packages).length;
  console.log(`${folder.split('/').at(-1)}: ${megabytes.toFixed(1)} MB in ${count} packages`);
  return { megabytes, count };
}

function sizeOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stat.size;
}

function node(folder, file) {
  return command(folder, process.execPath, [file]);
}

function assay(folder, ...args) {
  return command(folder, 'npx', ['--no-install', 'assay', ...args]);
}

function command(cwd, program, args) {
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip', ASSAY_CACHE: join(root, 'cache'), CI: 'true' };
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function expect(found, wanted) {
  if (found !== wanted) throw new Error(`printed\n${found}where\n${wanted}was expected`);
}
