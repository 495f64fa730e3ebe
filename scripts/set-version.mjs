// Raises the version of all packages together as the files in .changeset say, and gives what is unreleased in CHANGELOG.md
// that version. `npm run set-version`
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { versionInStep } from './versions.mjs';

const CHANGESETS = '.changeset';
const HEADING = '## Unreleased\n';

const reasons = readdirSync(CHANGESETS)
  .filter((file) => file.endsWith('.md') && file !== 'README.md')
  .map((file) =>
    readFileSync(join(CHANGESETS, file), 'utf8')
      .replace(/^---[\s\S]*?\n---\n/, '')
      .trim(),
  )
  .filter((text) => text !== '');
execFileSync('npm', ['run', '--silent', 'changeset', '--', 'version'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
const version = versionInStep();
const changelog = readFileSync('CHANGELOG.md', 'utf8');
if (!changelog.includes(HEADING)) throw new Error(`CHANGELOG.md has no line "${HEADING.trim()}"`);
const heading = `${HEADING}\n## ${version}\n${reasons.map((text) => `\n${text}\n`).join('')}`;
writeFileSync(
  'CHANGELOG.md',
  changelog.replace(HEADING, () => heading),
);
console.log(`all packages are ${version}`);
