import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkGoldenRows } from './check-golden-rows.ts';
import { goldenTable } from './golden-table.ts';

const fixtures = fileURLToPath(new URL('../../fixtures/goldens', import.meta.url));
const full = process.env.ASSAY_GOLDENS ?? fileURLToPath(new URL('../../../../../shared/goldens', import.meta.url));

function mismatchesOf(folder: string, name: string): unknown[] {
  const adapter = goldenTable.find((candidate) => candidate.name === name);
  if (adapter === undefined) return [`${name}.jsonl has no adapter`];
  const outcome = checkGoldenRows(adapter, readFileSync(join(folder, `${name}.jsonl`), 'utf8'));
  return outcome.rows > 0 ? [...outcome.mismatches] : ['no rows'];
}

describe('the few golden rows kept in fixtures/', () => {
  const names = readdirSync(fixtures).map((file) => file.replace(/\.jsonl$/, ''));
  test.each(names)('%s', (name) => expect(mismatchesOf(fixtures, name)).toEqual([]));

  test('cover every adapter', () => {
    expect(goldenTable.map((adapter) => adapter.name).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe.skipIf(!existsSync(full))('all golden rows (skipped without ../shared/goldens or ASSAY_GOLDENS)', () => {
  test.each(goldenTable.map((adapter) => adapter.name))('%s', (name) => expect(mismatchesOf(full, name)).toEqual([]));
});
