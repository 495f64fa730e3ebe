import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('..', import.meta.url));
const ENTRIES = [
  'worker/causal-worker.ts',
  'threads/model-worker.ts',
  'layouts/prepack-entry.ts',
  'runtime/trial-entry.ts',
];
const IMPORT = /(?:^|\n)(?:import|export) (?!type )([^;']*?)from '([^']+)'|import\('([^']+)'\)/g;

/** Modules that a file loads when it runs: imports of types alone leave nothing behind. */
function loads(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)].flatMap(([, names = '', from, dynamic]) => {
    const listed = /\{([\s\S]*)\}/
      .exec(names)?.[1]
      ?.split(',')
      .map((name) => name.trim());
    const isTypes = listed?.every((name) => name === '' || name.startsWith('type ')) ?? false;
    return isTypes ? [] : [dynamic ?? from!];
  });
}

it('a worker loads the errors of core and nothing else of it, since all of core costs a quarter of a CPU second', () => {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of loads(file)) {
      if (name.startsWith('.')) visit(normalize(join(dirname(file), name)));
      else packages.add(name);
    }
  };
  for (const entry of ENTRIES) visit(join(SRC, entry));
  expect(seen.size).toBeGreaterThan(30);
  expect([...seen].filter((file) => !existsSync(file))).toEqual([]);
  expect([...packages].filter((name) => name.startsWith('@assay/core'))).toEqual(['@assay/core/errors']);
});
