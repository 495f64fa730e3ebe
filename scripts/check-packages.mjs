// publint and attw over every package as it would be published.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { packPackages } from './pack.mjs';

const bin = join(process.cwd(), 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
/** @param {string} packed folder of tarballs; those of models hold no code */
export function checkPackages(packed) {
  for (const tarball of readdirSync(packed))
    if (tarball.endsWith('.tgz') && !tarball.startsWith('assay-model-')) checkTarball(join(packed, tarball));
}

function checkTarball(tarball) {
  const folder = mkdtempSync(join(tmpdir(), 'assay-package-'));
  execFileSync('tar', ['-xzf', tarball, '-C', folder]);
  execFileSync('publint', ['run', join(folder, 'package'), '--strict', '--pack', 'false'], { stdio: 'inherit', env });
  const { exports } = JSON.parse(readFileSync(join(folder, 'package', 'package.json'), 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  // The command's own entry and data files have no types.
  const entries = Object.keys(exports).filter((entry) => !/^\.\/(data\/.*|main|package\.json)$/.test(entry));
  if (entries.length === 0) return;
  const args = [tarball, '--profile', 'esm-only', '--ignore-rules', 'cjs-resolves-to-esm'];
  execFileSync('attw', [...args, '--format', 'ascii', '--entrypoints', ...entries], { stdio: 'inherit', env });
}

if (process.argv[1]?.endsWith('check-packages.mjs')) {
  const packed = mkdtempSync(join(tmpdir(), 'assay-packed-'));
  try {
    packPackages(packed);
    checkPackages(packed);
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}
