// Joins the modules of each package into a few files in dist/bundle, which is what its exports name: most of a short
// command went into finding, opening and linking some 600 files. Other packages stay imports, ours and npm's. What a
// module finds beside itself (workers, data files) it still finds beside its own file in dist.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { rolldown } from 'rolldown';

/** Package → file → the module that others import, that it starts as a thread, or that its command begins with. */
const ENTRIES = {
  metrics: { index: 'index', wordnet: 'wordnet/index' },
  core: { index: 'index', errors: 'errors/index', import: 'import/index', 'score-worker': 'scoring/score-worker' },
  report: { index: 'index' },
  'runner-local': { index: 'index', convert: 'convert/index' },
  'runner-sagemaker': { index: 'index' },
  assay: {
    index: 'index',
    vitest: 'vitest/index',
    internal: 'internal/index',
    import: 'internal/import',
    metrics: 'internal/metrics',
    report: 'internal/report',
    wordnet: 'internal/wordnet',
  },
  cli: { program: 'program' },
};

/** Pure JavaScript, which a consumer then neither finds nor installs as so many packages; rolldown's own helpers. */
const INCLUDED = new RegExp(
  `^(${[
    ...['zod', 'yaml', 'csv-parse', 're2js', '@jmespath-community/jmespath', '@oxc-project/runtime'],
    ...['commander', 'chokidar', 'readdirp', '@huggingface/jinja'],
    ...['ajv', 'fast-deep-equal', 'fast-uri', 'json-schema-traverse', 'require-from-string'],
    ...['hyparquet', 'hyparquet-compressors', 'hyparquet-writer', 'hysnappy', 'fzstd'],
    ...[
      'fast-glob',
      '@nodelib/fs\\.(?:scandir|stat|walk)',
      'glob-parent',
      'is-glob',
      'is-extglob',
      'merge2',
      'micromatch',
    ],
    ...['braces', 'fill-range', 'to-regex-range', 'is-number', 'picomatch', 'fastq', 'reusify', 'run-parallel'],
    'queue-microtask',
  ].join('|')})(/|$)`,
);

/**
 * Modules that one short command loads together, as one file: each file costs a start 2 ms to find and open. What `--help` needs
 * stands apart, so that it loads no more.
 */
const TOGETHER = {
  cli: [
    { name: 'start', test: /\/cli\/src\/(flags\/(flag-error|parse-flag)|count-flag|exit-codes)\.ts$/, priority: 2 },
    {
      name: 'run-command',
      test: /\/cli\/src\/(print\/(?!print-error|crash-report)|run-and-print|on-interrupt|resume-command|flags\/run-flags|commands\/(run|score)\.ts)/,
      priority: 1,
    },
  ],
};

/** Joined whole into a file of its own, which workers and the joined files both load: what it is joined of is not installed. */
const JOINED = 'generation/joined-tokenizer';
/** What the tokenizers of @xenova/transformers never call. */
const NEVER_CALLED = /^(sharp|onnxruntime-(node|web|common))(\/|$)/;

/** What a model's thread begins with, as one file in its own place: each of some sixty costs it a millisecond. */
const THREADS = ['worker/causal-worker', 'threads/model-worker'];

await Promise.all([...Object.entries(ENTRIES).map(bundle), joinTokenizers(), joinStore(), ...THREADS.map(joinThread)]);

async function bundle([name, entries]) {
  const folder = `${process.cwd()}/packages/${name}`;
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([file, module]) => [file, `${folder}/src/${module}.ts`])),
    platform: 'node',
    external: (id) => !/^[./]/.test(id) && id !== 'lmdb' && !INCLUDED.test(id),
    checks: { ineffectiveDynamicImport: false },
    plugins: [keepPlaces(`${folder}/src`), leaveJoined(), loadChildrenLate()],
  });
  const dir = `${folder}/dist/bundle`;
  const groups = TOGETHER[name];
  const { output } = await build.write({
    ...{ dir, format: 'esm', sourcemap: true, cleanDir: true, comments: false },
    ...(groups === undefined ? {} : { codeSplitting: { groups } }),
  });
  await build.close();
  noteJoined(dir, output);
}

/** Commander asks for `child_process` as it loads, and uses it for commands that are programs of their own: we have none. */
function loadChildrenLate() {
  const early = "const childProcess = require('node:child_process');";
  return {
    name: 'load-children-late',
    transform(code, id) {
      if (!id.endsWith('/commander/lib/command.js')) return null;
      if (!code.includes(early)) throw new Error(`${id} asks for child_process in another way`);
      const late = code.replace(early, '').replaceAll('childProcess.', "require('node:child_process').");
      return { code: late, map: null };
    },
  };
}

/** The joined tokenizers are loaded from where workers load them, too; the store from beside its package.json. */
function leaveJoined() {
  return {
    name: 'leave-joined',
    resolveId: (id) => {
      if (id.endsWith('/joined-tokenizer.ts')) return { id: `../${JOINED}.js`, external: true };
      return id === 'lmdb' ? { id: '../lmdb/index.js', external: true } : null;
    },
  };
}

/**
 * The JavaScript of lmdb in a folder of its own, without C sources, msgpack and install scripts: it finds its binary
 * (`@lmdb/lmdb-…`, a dependency of core) by the name in the package.json beside it.
 */
async function joinStore() {
  const dir = `${process.cwd()}/packages/core/dist/lmdb`;
  const build = await rolldown({
    input: { index: `${process.cwd()}/packages/core/node_modules/lmdb/node-index.js` },
    platform: 'node',
    checks: { ineffectiveDynamicImport: false, eval: false },
  });
  const { output } = await build.write({ dir, format: 'esm', comments: false, codeSplitting: false, cleanDir: true });
  await build.close();
  writeFileSync(`${dir}/package.json`, '{ "name": "lmdb", "type": "module" }\n');
  noteJoined(dir, output);
}

async function joinTokenizers() {
  const folder = `${process.cwd()}/packages/runner-local`;
  const build = await rolldown({
    input: { 'joined-tokenizer': `${folder}/src/${JOINED}.ts` },
    platform: 'node',
    checks: { ineffectiveDynamicImport: false },
    plugins: [stub()],
  });
  const { output } = await build.write({
    dir: `${folder}/dist/generation`,
    format: 'esm',
    comments: false,
    codeSplitting: false,
  });
  await build.close();
  noteJoined(`${folder}/dist/generation`, output);
}

async function joinThread(entry) {
  const folder = `${process.cwd()}/packages/runner-local`;
  const build = await rolldown({
    input: { [basename(entry)]: `${folder}/src/${entry}.ts` },
    platform: 'node',
    external: (id) => !/^[./]/.test(id),
    checks: { ineffectiveDynamicImport: false },
    plugins: [keepPlaces(`${folder}/src`)],
  });
  const dir = `${folder}/dist/${dirname(entry)}`;
  await build.write({ dir, format: 'esm', sourcemap: true, comments: false, codeSplitting: false });
  await build.close();
}

/** An empty module in place of what is never called. */
function stub() {
  return {
    name: 'stub',
    resolveId: (id) => (NEVER_CALLED.test(id) ? { id: `\0stub:${id}` } : null),
    load: (id) =>
      id.startsWith('\0stub:') ? 'export class Tensor {} export const env = {}; export default {};' : null,
  };
}

/** Says which npm packages are joined into the files of a folder, and their licences: the notices must travel with the code. */
function noteJoined(dir, output) {
  const modules = output.flatMap(({ moduleIds = [] }) => moduleIds);
  const folders = new Set(
    modules.map((id) => /^.*\/node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0]).filter(Boolean),
  );
  const joined = [...folders].sort().map((folder) => {
    const { name, version, license, author } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e(\.(md|txt))?$/i.test(each));
    const text =
      file === undefined ? `${license}, ${author?.name ?? author}` : readFileSync(`${folder}/${file}`, 'utf8');
    return { name, version, license, text: text.trim() };
  });
  if (joined.length === 0) return;
  const texts = joined.map(({ name, version, text }) => `${name} ${version}\n\n${text}\n`);
  writeFileSync(`${dir}/THIRD_PARTY_LICENSES`, texts.join('\n'));
  // For the bill of materials.
  writeFileSync(`${dir}/joined.json`, `${JSON.stringify(joined.map(({ text: _, ...each }) => each))}\n`);
}

/**
 * `import.meta.url` of a module stays the address of its own file in dist; the joined files all lie in dist/bundle itself. A
 * package that is loaded late, by `createRequire(import.meta.url)('…')`, is joined like the others, and still evaluated late.
 */
function keepPlaces(source) {
  return {
    name: 'keep-places',
    transform(code, id) {
      if (!id.startsWith(`${source}/`) || !code.includes('import.meta.url')) return null;
      const file = id.slice(source.length).replace(/\.ts$/, '.js');
      const late = code.replaceAll(/createRequire\(import\.meta\.url\)\('([^']+)'\)/g, (call, name) =>
        INCLUDED.test(name) ? `require('${name}')` : call,
      );
      return { code: late.replaceAll('import.meta.url', `new URL('..${file}', import.meta.url).href`), map: null };
    },
  };
}
