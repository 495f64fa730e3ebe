// Packs everything, installs it in empty folders whose path has a space, and uses it there as a stranger would: the light
// package alone by each package manager, then with local models. Prints sizes and package counts; fails beyond their bounds.
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { MADE_ON, processorKind } from './docs/processor.mjs';
import { followPage } from './docs/run-page.mjs';
import { bundleSize } from './install/bundle-size.mjs';
import { assay, command, expect, LIGHT, LOCAL, node, project, tarball, weigh } from './install/project.mjs';
import { pack } from './pack.mjs';
import { writeSbom } from './sbom.mjs';

const MOST_MB = 40;
const MOST_PACKAGES = 60;
/**
 * Of a consumer's own minified bundle, in kB: scoring is synchronous, so that what checks patterns, and the kernels and checks of
 * rows themselves, cannot wait until they are needed.
 */
const MOST_FIRST_KB = 1_350;
const MOST_JOINED_KB = 3_000;
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const VITEST = devDependencies.vitest;
const STRICT = {
  ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true },
  ...{ target: 'es2023', module: 'nodenext', moduleResolution: 'nodenext' },
};
const USE = `import { defineModel, evaluate, local, qaAccuracy } from 'assay';
const options = {
  data: [{ question: 'Capital of Canada?', answer: 'Ottawa' }],
  keys: { modelInput: 'question', targetOutput: 'answer' },
  algorithms: [qaAccuracy()],
};
const run = await evaluate({ ...options, models: [defineModel({ id: 'mine', generate: () => 'Ottawa' })], page: true });
console.log(run.score('qa_accuracy.f1_score').value);
await evaluate({ ...options, models: [local('SmolLM2-135M-Instruct')] }).catch(({ code, hint }) => console.log(code, hint));
`;
/** What must compile, and what must not. */
const TYPES = `import { binary, defineAlgorithm, defineModel } from 'assay';
export const mine = defineModel({ id: 'mine:v1', generate: async ({ text }) => text });
const scores = { within: binary('At most so many words.') };
export const brief = defineAlgorithm({ name: 'brief', scores, score: () => ({ within: 1 }) });
// @ts-expect-error a misspelt score
export const misspelt = defineAlgorithm({ name: 'brief', scores, score: () => ({ wihtin: 1 }) });
`;

/**
 * @param {string} packed folder of tarballs
 * @param {{ sbom?: string }} options where the bill of materials of the largest install goes
 */
export async function checkInstall(packed, { sbom } = {}) {
  const root = mkdtempSync(join(tmpdir(), 'assay install '));
  try {
    await light(project({ root, packed, name: 'light', packages: LIGHT }));
    for (const manager of ['npm, offline', 'pnpm', 'yarn']) {
      used(project({ root, packed, name: `by ${manager}`, packages: LIGHT, manager }));
      console.log(`${manager}: installed and used`);
    }
    local(project({ root, packed, name: 'with local models', packages: LOCAL }));
    await follow('docs/tutorials/first-evaluation.md', packed, LOCAL);
    await follow('docs/extending.md', packed, LIGHT);
    const everything = project({ root, packed, name: 'everything', packages: [...LOCAL, 'runner-sagemaker'] });
    expect(assay(everything, 'doctor'), /ok {7}AWS {11}@assay\/runner-sagemaker/);
    const components = writeSbom(everything, sbom ?? join(root, 'sbom.json'));
    console.log(`bill of materials: ${components} components${sbom === undefined ? '' : ` in ${sbom}`}`);
    console.log('installed, and works');
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** A page word by word in an empty folder; only the names of the packages are those of the tarballs. */
async function follow(page, packed, packages) {
  const { CI: _, ...env } = process.env;
  const tarballs = packages.map((each) => `'${tarball(packed, each)}'`);
  const installed = (line) =>
    line
      .split(' ')
      .slice(2)
      .filter((name) => !/^@?assay/.test(name));
  const followed = await followPage(page, {
    root: process.cwd(),
    env: { ...env, ONNXRUNTIME_NODE_INSTALL: 'skip', NO_COLOR: '1' },
    translate: (line) =>
      line.startsWith('npm install ')
        ? ['npm install --loglevel=error', ...tarballs, ...installed(line)].join(' ')
        : line,
  });
  const wrong = [...followed.problems, ...(processorKind() === MADE_ON ? followed.differences : [])];
  if (wrong.length > 0) throw new Error(`${page}: ${wrong.join('\n')}`);
  console.log(`${page}: ${followed.commands} commands, and what they print`);
}

/** The library and the command without any model. */
async function light(folder) {
  const { megabytes, count } = weigh(folder);
  console.log(`assay: ${megabytes.toFixed(1)} MB on disk (at most ${MOST_MB}) in ${count} packages (${MOST_PACKAGES})`);
  if (megabytes > MOST_MB || count > MOST_PACKAGES) throw new Error('more than that');
  used(folder);
  expect(assay(folder, 'doctor'), /missing {2}local models[\s\S]*npm install @assay\/runner-local/);
  expect(
    assay(folder, 'init', 'first'),
    /first {4}npm install @assay\/runner-local @assay\/model-smollm2-135m-instruct/,
  );
  expect(assay(folder, 'datasets', 'list'), /general-knowledge +assay +\d+ +here\n/);
  await joined(folder);
  suite(folder);
}

/** What a consumer's own bundle grows by. */
async function joined(folder) {
  const { first, firstGzip, all } = await bundleSize(folder);
  const [kB, gzipped, allKB] = [first, firstGzip, all].map((bytes) => Math.round(bytes / 1000));
  console.log(
    `joined: ${kB} kB minified at start (at most ${MOST_FIRST_KB}), ${gzipped} kB gzipped; ${allKB} kB with all that is loaded when needed (${MOST_JOINED_KB})`,
  );
  if (kB > MOST_FIRST_KB || allKB > MOST_JOINED_KB) throw new Error('more than that');
}

/** One evaluation by the library with its page, and what it says of a model that needs more packages. */
function used(folder) {
  writeFileSync(join(folder, 'own.mjs'), USE);
  expect(node(folder, 'own.mjs'), '1\nPACKAGE_MISSING Add it: npm install @assay/runner-local\n');
  const runs = join(folder, '.assay/runs');
  // The evaluation whose model needs more packages leaves a run without a page.
  if (!readdirSync(runs).some((run) => existsSync(join(runs, run, 'report.html')))) throw new Error('no report.html');
}

/** The declarations hold on their own, and a misspelt score does not compile; then the example suite runs. */
function suite(folder) {
  command(folder, 'npm', ['install', '--loglevel=error', `vitest@${VITEST}`]);
  cpSync('examples/test-suite/capitals.test.ts', join(folder, 'capitals.test.ts'));
  const compilerOptions = { ...STRICT, typeRoots: [resolve('node_modules/@types')], types: ['node'] };
  const config = (...files) => JSON.stringify({ compilerOptions, files });
  const tsc = resolve('node_modules/typescript/bin/tsc');
  writeFileSync(join(folder, 'tsconfig.json'), config('capitals.test.ts', 'types.ts'));
  writeFileSync(join(folder, 'types.ts'), TYPES);
  command(folder, process.execPath, [tsc, '-p', '.']);
  expect(command(folder, 'npx', ['--no-install', 'vitest', 'run']), /Tests {2}2 passed/);
  console.log('examples/test-suite: 2 passed; types hold');
}

/** The example of the docs as it stands, and a first evaluation by the command. */
function local(folder) {
  const { megabytes, count } = weigh(folder);
  console.log(`with local models: ${megabytes.toFixed(1)} MB on disk in ${count} packages`);
  for (const never of ['onnxruntime-web', '@huggingface/transformers', '@xenova/transformers', 'sharp'])
    if (existsSync(join(folder, 'node_modules', never))) throw new Error(`${never} reached a consumer`);
  writeFileSync(join(folder, 'example.mjs'), /```ts\n([\s\S]*?)```/.exec(readFileSync('docs/library.md', 'utf8'))[1]);
  expect(node(folder, 'example.mjs'), /Capital of Canada\?/);
  const model = join(folder, 'node_modules/@assay/model-smollm2-135m-instruct');
  renameSync(model, `${model}-away`);
  expect(assay(folder, 'init'), /first {4}npm install @assay\/model-smollm2-135m-instruct\nnext/);
  renameSync(`${model}-away`, model);
  ofAnotherVersion(folder);
  const table = assay(folder, 'run', '--limit', '3', '--display', 'none');
  expect(table, /qa_accuracy[\s\S]*3 scored[\s\S]*report\.html/);
  expect(assay(folder, 'doctor'), /ok {7}models {8}SmolLM2-135M-Instruct/);
  console.log(table.trim().split('\n').slice(0, 4).join('\n'));
}

/** Packages of assay that are of two versions do not meet. */
function ofAnotherVersion(folder) {
  const file = join(folder, 'node_modules/@assay/runner-local/package.json');
  const manifest = readFileSync(file, 'utf8');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(manifest), version: '0.0.1' }));
  expect(assay(folder, 'doctor'), /missing {2}local models {2}@assay\/runner-local is 0\.0\.1, and assay is /);
  writeFileSync(file, manifest);
}

if (process.argv[1]?.endsWith('check-install.mjs')) {
  const packed = mkdtempSync(join(tmpdir(), 'assay-packed-'));
  try {
    pack(packed);
    await checkInstall(packed);
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}
