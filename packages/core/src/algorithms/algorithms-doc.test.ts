import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { keysOf } from '../config/known-keys.ts';
import { PERTURBATIONS } from '../perturbations/perturbation-table.ts';
import { ALGORITHMS } from './algorithm-table.ts';

const page = readFileSync(new URL('../../../../docs/algorithms.md', import.meta.url), 'utf8');

/** Said once for all: docs/fmeval.md. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(['compat', 'model_type']);

test.each([...ALGORITHMS.values()])('docs/algorithms.md has $name with its options', ({ name, options }) => {
  expect(page).toContain(name.endsWith('_accuracy_semantic_robustness') ? '…_semantic_robustness' : name);
  const missing = keysOf(options).filter((key) => !SAID_ELSEWHERE.has(key) && !page.includes(`\`${key}`));
  expect(missing).toEqual([]);
});

test.each([...PERTURBATIONS.values()])(
  'docs/algorithms.md has the perturbation $name with its options and their defaults',
  (each) => {
    const row = page.split('\n').find((line) => line.startsWith(`- \`${each.name}\`: `));
    expect(row).toBeDefined();
    const { properties = {} } = z.toJSONSchema(each.options) as { properties?: Record<string, { default?: unknown }> };
    for (const key of keysOf(each.options)) {
      const value = properties[key]?.default;
      expect(row).toContain(`\`${key}\`${typeof value === 'number' ? ` (${value})` : ''}`);
    }
  },
);

test('every algorithm has a runnable example', () => {
  for (const name of ALGORITHMS.keys()) {
    const file = new URL(`../../../../examples/${name.replaceAll('_', '-')}/evaluation_config.yaml`, import.meta.url);
    expect(readFileSync(file, 'utf8')).toMatch(new RegExp(`algorithm: ${name}\\n`));
  }
});
