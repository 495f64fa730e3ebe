import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isStale } from '../scripts/build.mjs';

let root: string;

function write(path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), 'x');
}

/** A tree that was built just now. */
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'assay-build-'));
  for (const path of ['packages/core/src/deep/a.ts', 'packages/core/src/b.ts', 'package.json', 'scripts/bundle.mjs']) {
    write(path);
  }
  for (const path of ['benchmarks/dist/a.js', 'packages/core/dist/a.js']) write(path);
  await pause();
  write('node_modules/.assay-build');
  await pause();
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Times of files may be some milliseconds coarse. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

test('a build that is newer than its sources is left alone', () => {
  expect(isStale(root)).toBe(false);
});

test.each(['packages/core/src/deep/a.ts', 'packages/core/src/new.ts', 'package.json', 'scripts/bundle.mjs'])(
  'a changed or new %s asks for a build',
  (path) => {
    write(path);
    expect(isStale(root)).toBe(true);
  },
);

test('a change that was dated back asks for a build', () => {
  write('packages/core/src/b.ts');
  utimesSync(join(root, 'packages/core/src/b.ts'), 1, 1);
  expect(isStale(root)).toBe(true);
});

test.each(['packages/core/src/b.ts', 'packages/core/dist', 'node_modules/.assay-build'])(
  'a build is asked for when %s is gone',
  (path) => {
    rmSync(join(root, path), { recursive: true });
    expect(isStale(root)).toBe(true);
  },
);

test('a changed test asks for no build', () => {
  write('packages/core/src/b.test.ts');
  rmSync(join(root, 'node_modules/.assay-build'));
  write('node_modules/.assay-build');
  writeFileSync(join(root, 'packages/core/src/b.test.ts'), 'y');
  expect(isStale(root)).toBe(false);
});
