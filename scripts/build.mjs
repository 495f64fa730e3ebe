// Builds every package: TypeScript, then the joined files of scripts/bundle.mjs. `--if-stale` leaves a build alone that is
// newer than everything it was made from.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const STAMP = 'node_modules/.assay-build';
const LOCK = join(ROOT, `${STAMP}.lock`);
const TEST = /\.test(-d)?\.ts$/;

/** What a build is made from; a folder counts with all that is in it, installed packages with the lock file. */
function sourcesOf(workspaces) {
  const own = ['src', 'package.json', 'tsconfig.json'];
  const shared = ['package.json', 'pnpm-lock.yaml', 'tsconfig.json', 'tsconfig.base.json', 'scripts'];
  return [...workspaces.flatMap((workspace) => own.map((name) => `${workspace}/${name}`)), ...shared];
}

/** Whether a source is newer than the last whole build of a tree, or the build is gone. */
export function isStale(root = ROOT) {
  const built = statSync(join(root, STAMP), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return true;
  const workspaces = ['benchmarks', ...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`)];
  if (!workspaces.every((workspace) => existsSync(join(root, workspace, 'dist')))) return true;
  return sourcesOf(workspaces).some((path) => changedSince(join(root, path), built));
}

/** By the time of change, which neither a copy nor a checkout can set back; a file that is gone changes its folder. */
function changedSince(path, time) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (!stat.isDirectory()) return !TEST.test(path) && stat.ctimeMs >= time;
  return stat.ctimeMs >= time || readdirSync(path).some((name) => changedSince(join(path, name), time));
}

/** One at a time in a tree; the one that waited finds the build done. */
export function buildIfStale() {
  if (isStale()) locked(() => isStale() && build());
}

function build() {
  const startedAt = new Date();
  const stamp = join(ROOT, STAMP);
  rmSync(stamp, { force: true });
  execFileSync(join(ROOT, 'node_modules/.bin/tsc'), ['-b'], { cwd: ROOT, stdio: 'inherit' });
  execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: ROOT, stdio: 'inherit' });
  writeFileSync(stamp, '');
  // What changes while it is built is built again.
  utimesSync(stamp, startedAt, startedAt);
}

function locked(work) {
  while (!takeLock()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  try {
    work();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}

function takeLock() {
  try {
    mkdirSync(LOCK);
    writeFileSync(join(LOCK, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeDeadLock();
    return false;
  }
}

/** Its holder was killed: it would never be freed. */
function removeDeadLock() {
  try {
    process.kill(Number(readFileSync(join(LOCK, 'pid'), 'utf8')), 0);
  } catch (error) {
    if (error.code === 'ESRCH') rmSync(LOCK, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--if-stale')) buildIfStale();
  else locked(build);
}
