// Packs what can be published into a folder: every package, and each embedded model as `@assay/model-…`, from its folder where
// it lies. `node scripts/pack.mjs FOLDER`
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { dropUnreachableTypes } from './reachable-types.mjs';
import { versionInStep } from './versions.mjs';

const PNPM = ['-y', 'pnpm@12.21.0'];
const version = versionInStep();
const LICENCES = { 'SmolLM2-135M-Instruct': 'Apache-2.0', 'all-MiniLM-L6-v2': 'Apache-2.0', 'tox-block-bilstm': 'MIT' };

/** @param {string} folder takes the tarballs */
export function pack(folder) {
  staged(folder, (stage) => [
    ...stagePackages(stage),
    ...Object.keys(LICENCES).map((name) => stageModel(name, join(stage, 'models', name))),
  ]);
}

/** The packages alone, without models. */
export function packPackages(folder) {
  staged(folder, stagePackages);
}

/** Packs the folders that `stage` makes, all by one npm. */
function staged(folder, stage) {
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'assay-pack-'));
  try {
    const folders = stage(scratch).map((path) => `./${relative(scratch, path)}`);
    run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', resolve(folder), ...folders], scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Each package as it is published, in a folder of its own below `stage`. @returns these folders */
function stagePackages(stage) {
  const names = readdirSync('packages');
  run('npx', [...PNPM, '--filter', './packages/*', '--recursive', 'pack', '--pack-destination', stage], '.');
  const tarballs = readdirSync(stage);
  if (tarballs.length !== names.length) throw new Error(`${names} were packed as ${tarballs}`);
  return tarballs.map((tarball) => {
    const folder = join(stage, tarball.replace('.tgz', ''));
    mkdirSync(folder);
    run('tar', ['-xzf', tarball, '-C', folder], stage);
    publishable(join(folder, 'package'));
    return join(folder, 'package');
  });
}

/**
 * pnpm puts versions in place of `workspace:` and takes the licence from the root; the condition that leads to our sources, which
 * are not published, goes, as do declarations that no export leads to. The sets that answer to their name go with core.
 */
function publishable(folder) {
  const file = join(folder, 'package.json');
  const { devDependencies: _, scripts: __, ...manifest } = JSON.parse(readFileSync(file, 'utf8'));
  if (manifest.name === '@assay/core') {
    cpSync('datasets', join(folder, 'datasets'), { recursive: true });
    manifest.files.push('datasets');
  }
  // In step: `*` in the sources, since changesets makes any rise a major one where a peer is named by its version.
  for (const name of Object.keys(manifest.peerDependencies ?? {}))
    if (/^(@assay\/|assay$)/.test(name)) manifest.peerDependencies[name] = version;
  Object.assign(manifest, repository());
  const published = JSON.stringify(manifest, (key, value) => (key === 'assay:src' ? undefined : value), 2);
  writeFileSync(file, `${published}\n`);
  dropUnreachableTypes(folder);
}

/** Where this is built, in CI: npm holds the provenance against it. */
function repository() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  return server === undefined ? {} : { repository: { type: 'git', url: `git+${server}/${name}.git` } };
}

function run(program, args, cwd) {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' });
}

/** A package that is a folder of one model: its files as they are, with their checksums. @returns the folder */
function stageModel(name, folder) {
  cpSync(join('models', name), join(folder, name), { recursive: true });
  const sums = readFileSync('models/SHA256SUMS', 'utf8').split('\n');
  writeFileSync(join(folder, 'SHA256SUMS'), `${sums.filter((line) => line.includes(`./${name}/`)).join('\n')}\n`);
  cpSync(join('models', name, 'LICENSE'), join(folder, 'LICENSE'));
  writeFileSync(
    join(folder, 'README.md'),
    `# ${name}\n\nA model for [assay](https://www.npmjs.com/package/assay): \`model_id: ${name}\`. ${name}/provenance.md tells where its weights come from.\n`,
  );
  const manifest = {
    name: `@assay/model-${name.toLowerCase()}`,
    version,
    description: `${name} for assay`,
    license: LICENCES[name],
    publishConfig: { access: 'public', provenance: true },
    ...repository(),
  };
  const files = [name, 'SHA256SUMS'];
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
  return folder;
}

if (process.argv[1]?.endsWith('pack.mjs')) {
  pack(resolve(process.argv[2] ?? 'packed'));
}
