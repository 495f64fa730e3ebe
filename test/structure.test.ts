import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../scripts/check-structure.mjs');

const STRUCTURE = {
  packages: {
    core: {
      what: 'rooms',
      imports: [],
      rooms: {
        errors: { what: 'errors', imports: [] },
        storage: { what: 'files', imports: ['errors'] },
        engine: { what: 'the run', imports: ['storage'] },
      },
    },
    report: { what: 'the page', imports: ['core'], twoWay: ['page ↔ text'] },
    cli: { what: 'argv', imports: ['core'], loads: ['report'] },
  },
};

/** What is as declared. */
const SOURCES = {
  'packages/core/src/errors/error.ts': 'export const code = 1;',
  'packages/core/src/storage/file.ts': "export { code } from '../errors/error.ts';",
  'packages/core/src/storage/file.test.ts': "import '../engine/run.ts';",
  'packages/core/src/engine/run.ts': "import { code } from '../storage/file.ts'; export const run = code;",
  'packages/report/src/page/page.ts': "import '@assay/core'; import '../text/text.ts';",
  'packages/report/src/text/text.ts': "import type { Html } from '../page/html.ts';",
  'packages/report/src/page/html.ts': 'export type Html = string;',
  'packages/cli/src/main.ts': "import type { A } from '@assay/report'; await import('@assay/report');",
};

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The script's findings in a tree of these sources. */
function findingsIn(changes: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'assay-structure-'));
  folders.push(folder);
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('scripts/structure.json', JSON.stringify(STRUCTURE));
  for (const name of Object.keys(STRUCTURE.packages)) write(`packages/${name}/package.json`, '{"dependencies":{}}');
  for (const [path, text] of Object.entries({ ...SOURCES, ...changes })) write(path, text);
  const check = (...args: string[]) =>
    spawnSync(process.execPath, [SCRIPT, ...args], { cwd: folder, encoding: 'utf8' });
  // Brings lint rules and lists up to date first: only the imports are wrong here.
  if (changes['ARCHITECTURE.md'] === undefined) write('ARCHITECTURE.md', ARCHITECTURE);
  check('--write');
  const { stdout, status } = check();
  expect(status).toBe(stdout === 'the structure is as declared\n' ? 0 : 1);
  return stdout;
}

const ARCHITECTURE = `<!-- packages: x -->\n<!-- end -->\n<!-- rooms of core: x -->\n<!-- end -->
## The path of one sample
1. \`core/engine/run.ts\`
2. \`file.ts\`
`;

test('a tree that is as declared has no finding', () => {
  expect(findingsIn({})).toBe('the structure is as declared\n');
});

test('an arrow upwards, of a type only, is found', () => {
  const upward = {
    'packages/core/src/errors/error.ts': "import type { run } from '../engine/run.ts'; export type R = typeof run;",
  };
  expect(findingsIn(upward)).toContain('errors/ may not import engine: errors/error.ts imports engine/run.ts');
});

test('a circle inside a room is found, through a type, an import type and a lazy import', () => {
  for (const text of ["import type { b } from './b.ts';", "type B = import('./b.ts').B;", "await import('./b.ts');"]) {
    const circle = {
      'packages/core/src/storage/a.ts': text,
      'packages/core/src/storage/b.ts': "export { a } from './a.ts';",
    };
    expect(findingsIn(circle)).toMatch(/circle of imports: storage\/[ab].ts → storage\/[ab].ts/);
  }
});

test('a package that may not be imported, or only lazily, is found', () => {
  expect(findingsIn({ 'packages/core/src/engine/more.ts': "import '@assay/report';" })).toContain(
    'core may not import report',
  );
  expect(findingsIn({ 'packages/cli/src/more.ts': "import { page } from '@assay/report';" })).toContain(
    'cli may not import report other than by await import()',
  );
});

test('what is declared and not so is found: a room, an arrow, a known two-way pair, a package', () => {
  expect(findingsIn({ 'packages/core/src/attic/old.ts': "import '../errors/error.ts';" })).toContain(
    'attic/ is not in',
  );
  expect(findingsIn({ 'packages/core/src/storage/file.ts': '' })).toContain('nothing in storage/ imports errors/');
  expect(findingsIn({ 'packages/report/src/text/text.ts': '' })).toContain('page ↔ text is gone');
  expect(findingsIn({ 'packages/other/src/a.ts': '' })).toContain('packages/other is not in');
});

test('ARCHITECTURE.md with a module that is not there, or with eleven hops, is found', () => {
  const renamed = `${ARCHITECTURE}\`core/engine/gone.ts\``;
  expect(findingsIn({ 'ARCHITECTURE.md': renamed })).toContain('names core/engine/gone.ts');
  const long = `${ARCHITECTURE}${Array.from({ length: 9 }, (_, at) => `${at + 3}. more\n`).join('')}`;
  expect(findingsIn({ 'ARCHITECTURE.md': long })).toContain('has 11 hops');
});

test('a file of source beyond 300 lines is found; tests and what is generated may be longer', () => {
  const long = '// a line\n'.repeat(301);
  const found = findingsIn({
    'packages/core/src/storage/long.ts': long,
    'packages/core/src/storage/just.ts': '// a line\n'.repeat(300),
    'packages/core/src/storage/long.test.ts': long,
    'packages/core/src/storage/generated/long.ts': long,
  });
  expect(found).toBe('packages/core/src/storage/long.ts has 301 lines; 300 are allowed: split it\n1 findings\n');
});
