// Makes a release: packs, checks the packages, installs and uses them as a stranger would, lists what is in them, publishes.
// `npm run release -- --dry-run [FOLDER]` does all but the last, which wants a clean commit of this version's tag, in CI.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkInstall } from './check-install.mjs';
import { checkPackages } from './check-packages.mjs';
import { pack } from './pack.mjs';
import { versionInStep } from './versions.mjs';

const { values, positionals } = parseArgs({ options: { 'dry-run': { type: 'boolean' } }, allowPositionals: true });
const folder = resolve(positionals[0] ?? 'packed');
const version = versionInStep();
if (!values['dry-run']) requireTag();
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
console.log(`assay ${version}: packing`);
pack(folder);
checkPackages(folder);
await checkInstall(folder, { sbom: join(folder, `assay-${version}.cdx.json`) });
const tarballs = readdirSync(folder)
  .filter((file) => file.endsWith('.tgz'))
  .sort(byOrder);
for (const tarball of tarballs) publish(join(folder, tarball));

/** What others depend on first. */
function byOrder(a, b) {
  const order = [
    'assay-metrics-',
    'assay-core-',
    'assay-report-',
    'assay-runner-',
    'assay-model-',
    'assay-cli-',
    'assay-',
  ];
  const place = (name) => order.findIndex((start) => name.startsWith(start));
  return place(a) - place(b) || (a < b ? -1 : 1);
}

function publish(tarball) {
  const bytes = readFileSync(tarball);
  const digest = createHash('sha256').update(bytes).digest('hex');
  const what = `${basename(tarball).padEnd(46)} ${(bytes.length / 1e6).toFixed(1).padStart(6)} MB  sha256:${digest}`;
  console.log(`${values['dry-run'] ? 'would publish' : 'publish'}  ${what}`);
  if (values['dry-run']) return;
  // Provenance and access stand in each package's publishConfig.
  execFileSync('npm', ['publish', tarball], { stdio: 'inherit', shell: process.platform === 'win32' });
}

function requireTag() {
  const git = (...args) => execFileSync('git', args, { encoding: 'utf8' }).trim();
  if (git('status', '--porcelain') !== '') throw new Error('there are changes that are not committed');
  const tags = git('tag', '--points-at', 'HEAD').split('\n');
  if (!tags.includes(`v${version}`)) throw new Error(`this commit has no tag v${version}`);
  if (!readFileSync('CHANGELOG.md', 'utf8').includes(`\n## ${version}\n`))
    throw new Error(`CHANGELOG.md has no section ${version}: npm run set-version`);
  if (process.env.GITHUB_ACTIONS !== 'true')
    throw new Error('provenance is signed in CI: .github/workflows/release.yml');
}
