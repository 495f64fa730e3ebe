import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pythonWith, runPython } from '../../report/test/support/python.ts';
import { assay } from './assay.ts';

/** One more than the samples whose texts the journal keeps. */
const ROWS = 100_001;
let folder: string;
let run: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-parts-'));
  const rows = Array.from(
    { length: ROWS },
    (_, i) => `{"a":"red ${i % 7} house","o":"Red ${i % 5} house","k":"c${i % 2}"}\n`,
  );
  writeFileSync(join(folder, 'rows.jsonl'), rows.join(''));
  run = join(folder, 'run');
  const keys = ['--target-output-key', 'a', '--model-output-key', 'o', '--category-key', 'k'];
  const args = ['score', 'rows.jsonl', '--algorithms', 'qa_accuracy', ...keys, '--display', 'none', '-o', run];
  const { code, stderr } = await assay(args, folder);
  expect(code, stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Score {
  readonly score: string;
  readonly category: string | null;
  readonly value: number;
  readonly n: number;
}
const scores = (): Score[] => JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8')).scores;

test('a million samples of five scores would take less than 40 MB, and the journal has none of them', () => {
  const files = ['journal.jsonl', ...readdirSync(join(run, 'parts')).map((name) => join('parts', name))];
  const bytes = files.reduce((sum, file) => sum + statSync(join(run, file)).size, 0);
  expect((bytes / ROWS) * 1e6).toBeLessThan(40e6);
  expect(readFileSync(join(run, 'journal.jsonl'), 'utf8')).not.toContain('"sample":');
});

test('compare reads a run of parts', async () => {
  const compared = await assay(['compare', run, run, '--json'], folder);
  expect(compared.code, compared.stderr).toBe(0);
});

const { python, missing } = pythonWith('duckdb');

test.skipIf(python === null)(
  `DuckDB reads the parts of a run, and gets the summary’s means${missing && `: ${missing}`}`,
  () => {
    const printed = runPython(
      python!,
      `import duckdb, json, sys
parts = f"'{sys.argv[1]}/parts/*.parquet'"
query = """SELECT {}, count(*), count(DISTINCT sample), avg("qa_accuracy.f1_score"), avg("qa_accuracy.exact_match_score") FROM {} {}"""
print(json.dumps([
  duckdb.sql(query.format("NULL", parts, "")).fetchall(),
  duckdb.sql(query.format("category", parts, "GROUP BY category ORDER BY category")).fetchall(),
  duckdb.sql(f"SELECT lower(hex(digest)), state, model FROM {parts} WHERE sample = 7").fetchall(),
]))`,
      run,
    );
    const [whole, byCategory, one] = JSON.parse(printed) as (string | number | null)[][][];
    const means = [...whole!, ...byCategory!];
    expect(means.map(([category]) => category)).toEqual([null, 'c0', 'c1']);
    for (const [category, count, distinct, f1, exact] of means) {
      const of = (score: string) => scores().find((each) => each.category === category && each.score === score)!;
      expect([count, distinct]).toEqual([of('f1_score').n, of('f1_score').n]);
      expect(f1).toBeCloseTo(of('f1_score').value, 9);
      expect(exact).toBeCloseTo(of('exact_match_score').value, 9);
    }
    expect(one).toEqual([[expect.stringMatching(/^[0-9a-f]{16}$/), 'scored', 'outputs']]);
  },
);
