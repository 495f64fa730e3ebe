import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkGoldenRows, goldenRowsByMethod } from '../src/goldens/check-golden-rows.ts';
import { goldenTable } from '../src/goldens/golden-table.ts';

const FOLDER = new URL('../fixtures/goldens/', import.meta.url);

/** For each kind a test that the rows of it in fixtures/goldens, which Python's libraries made, come out to nine digits. */
export function testReferenceRows(...kinds: readonly string[]): void {
  test.each(kinds)('the rows of %s in fixtures/goldens come out as the reference has them', (kind) => {
    const adapter = goldenTable.find(({ name }) => name === kind)!;
    const outcomes = rowsOf(kind).map((rows) => checkGoldenRows(adapter, rows));
    expect(outcomes.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(1);
    expect(outcomes.flatMap(({ mismatches }) => mismatches)).toEqual([]);
  });
}

/** A file of the kind's name, or the rows of others that name it. */
function rowsOf(kind: string): string[] {
  return readdirSync(FOLDER).flatMap((file) => {
    const named = goldenRowsByMethod(readFileSync(new URL(file, FOLDER), 'utf8'));
    return [named.get(kind) ?? [], file === `${kind}.jsonl` ? (named.get('') ?? []) : []].flat();
  });
}
