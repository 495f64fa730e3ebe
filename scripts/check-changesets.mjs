// In a copy of this commit: one changeset raises every package to the same version, and CHANGELOG.md has its section.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'assay-changesets-'));
const run = (program, ...args) =>
  execFileSync(program, args, {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
try {
  execFileSync('git', [
    '-c',
    'advice.detachedHead=false',
    'clone',
    '--quiet',
    '--depth',
    '1',
    `file://${process.cwd()}`,
    folder,
  ]);
  const before = JSON.parse(readFileSync(join(folder, 'packages/assay/package.json'), 'utf8')).version;
  writeFileSync(join(folder, '.changeset/one.md'), '---\n"@assay/metrics": minor\n---\n\nA reason.\n');
  const after = before.replace(/^(\d+)\.(\d+)\..*$/, (_, major, minor) => `${major}.${Number(minor) + 1}.0`);
  const printed = run('npm', 'run', '--silent', 'set-version');
  if (!printed.includes(`all packages are ${after}`)) throw new Error(`it printed\n${printed}`);
  if (!readFileSync(join(folder, 'CHANGELOG.md'), 'utf8').includes(`## Unreleased\n\n## ${after}\n\nA reason.\n`))
    throw new Error('CHANGELOG.md has no section of it');
  console.log(`a changeset raises all packages from ${before} to ${after}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
