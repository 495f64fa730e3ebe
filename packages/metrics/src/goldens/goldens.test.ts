import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkGoldenRows, goldenRowsByMethod } from './check-golden-rows.ts';
import { goldenTable } from './golden-table.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/goldens', import.meta.url));
const full = process.env.ASSAY_GOLDENS ?? fileURLToPath(new URL('../../../../../shared/goldens', import.meta.url));

/** Kinds of the rows of a file: its name, or the methods that its rows name. */
function kindsOf(folder: string, name: string): Map<string, string> {
  const parts = goldenRowsByMethod(readFileSync(join(folder, `${name}.jsonl`), 'utf8'));
  return new Map([...parts].map(([method, jsonl]) => [method === '' ? name : method, jsonl]));
}

function mismatchesOf(folder: string, name: string): unknown[] {
  return [...kindsOf(folder, name)].flatMap(([kind, jsonl]): unknown[] => {
    const adapter = goldenTable.find((candidate) => candidate.name === kind);
    if (adapter === undefined) return [`${kind} has no adapter`];
    const outcome = checkGoldenRows(adapter, jsonl);
    return outcome.rows > 0 ? [...outcome.mismatches] : ['no rows'];
  });
}

describe('the few golden rows kept in fixtures/', () => {
  const names = readdirSync(fixtures).map((file) => file.replace(/\.jsonl$/, ''));
  test.each(names)('%s', (name) => expect(mismatchesOf(fixtures, name)).toEqual([]));

  test('cover every adapter', () => {
    const kinds = names.flatMap((name) => [...kindsOf(fixtures, name).keys()]);
    expect(goldenTable.map((adapter) => adapter.name).filter((name) => !kinds.includes(name))).toEqual([]);
  });
});

describe.skipIf(!existsSync(full))('all golden rows (skipped without ../shared/goldens or ASSAY_GOLDENS)', () => {
  const names = existsSync(full) ? readdirSync(full).filter((file) => file.endsWith('.jsonl')) : [];
  test.each(names.map((file) => file.replace(/\.jsonl$/, '')))('%s', (name) => {
    expect(mismatchesOf(full, name)).toEqual([]);
  });
});
