import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { adapters } from './statistics.ts';

const SPECIAL: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

const fixtures = join(import.meta.dirname, '../../../fixtures/goldens');
const root = join(import.meta.dirname, '../../../../..');
const shared = ['../shared/goldens', '../../shared/goldens'].map((path) => join(root, path)).find(existsSync);

/** Largest relative error, below 1 too; Infinity where shapes or strings differ. */
function errorOf(actual: unknown, expected: unknown): number {
  if (typeof actual === 'number') {
    const wanted = typeof expected === 'string' ? SPECIAL[expected] : expected;
    if (typeof wanted !== 'number') return Number.POSITIVE_INFINITY;
    if (Object.is(actual, wanted) || actual === wanted) return 0;
    const gap = Math.abs(actual - wanted);
    if (!Number.isFinite(gap)) return Number.POSITIVE_INFINITY;
    return gap < 1e-15 ? 0 : gap / Math.abs(wanted);
  }
  if (typeof actual === 'object' && actual !== null && typeof expected === 'object' && expected !== null) {
    const left = actual as Record<string, unknown>;
    const right = expected as Record<string, unknown>;
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return Math.max(0, ...[...keys].map((key) => errorOf(left[key], right[key])));
  }
  return actual === expected ? 0 : Number.POSITIVE_INFINITY;
}

function mismatches(folder: string, adapter: (typeof adapters)[number]): string[] {
  const lines = readFileSync(join(folder, `${adapter.name}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean);
  expect(lines.length).toBeGreaterThan(7);
  return lines.filter((line) => {
    const { input, params, expected } = JSON.parse(line);
    return errorOf(adapter.compute(input, params), expected) > (adapter.tolerance ?? 1e-9);
  });
}

describe('a few rows of every reference', () => {
  test.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
    expect(mismatches(fixtures, adapter)).toEqual([]);
  });
});

describe.skipIf(shared === undefined)(`all rows of every reference (skipped without ../shared/goldens)`, () => {
  test.each(adapters.map((adapter) => [adapter.name, adapter] as const))('%s', (_, adapter) => {
    expect(mismatches(shared!, adapter)).toEqual([]);
  });
});
