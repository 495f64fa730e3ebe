import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as metrics from '../src/index.ts';

test('every function and class that the package exports is told in its pages', () => {
  const pages = ['docs/metrics.md', 'docs/statistics.md', 'docs/judges.md', 'packages/metrics/README.md']
    .map((name) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8'))
    .join('\n');
  const told = new Set(Array.from(pages.matchAll(/`([^`\n]+)`/g), ([, code]) => /^\w+/.exec(code!)?.[0]));
  expect(Object.keys(metrics).filter((name) => !told.has(name))).toEqual([]);
});
