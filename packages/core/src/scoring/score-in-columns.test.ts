import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summaryText } from '../../test/made-up-run.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import { planRun } from '../plan/plan-run.ts';
import { readRows } from '../results/read-rows.ts';
import type { SampleRow } from '../results/summary.ts';

const refuse = () => Promise.reject(new Error('nothing to open'));

/** The run's summary, and its rows without what only lines of the journal keep. */
async function scored(folder: string, config: string, texts: boolean) {
  const loaded = requireValid(parseConfig(config, join(folder, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
  const plan = await planRun(loaded, { openRunner: refuse, openHelper: refuse });
  const scoring = { threads: 0, rangeBytes: 4000, batch: 50, texts };
  const run = join(folder, String(texts), 'run');
  const result = await runEvaluation({ ...plan, scoring }, run, {}, new AbortController().signal);
  const rows: SampleRow[] = [];
  for await (const { columns: _, features: __, ...row } of readRows(result.folder))
    rows.push({ ...row, input: '', target: null, output: null });
  return { summary: await summaryText(run), rows, hasParts: result.manifest.journal?.parts === true };
}

const KEYS = 'model_input_key: q, target_output_key: a, model_output_key: o';
const QA = '[{ algorithm: qa_accuracy }]';
const MANY =
  '[{ algorithm: qa_accuracy }, { algorithm: factual_knowledge }, { algorithm: translation }, { algorithm: classification_accuracy }]';

const text = fc.oneof(
  fc.constantFrom(
    'the red house',
    'Red house!',
    ' red  house ',
    '',
    ' ',
    'a<OR>red house',
    '<OR>',
    '東京 タワー',
    'e\u0301té',
    'Ünï',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const row = fc.record(
  {
    q: text,
    a: fc.oneof(text, text, fc.constant(null), fc.integer(), fc.constant(['x', 'red house'])),
    o: fc.oneof(text, text, text, fc.double({ noNaN: true }), fc.boolean()),
    c: fc.oneof(fc.constantFrom('news', 'law', '', 'é'), fc.constant(null)),
    passage: fc.constantFrom('p1', 'p2', 'p3'),
    w: fc.constantFrom(0, 0.3, 1, 2.5),
  },
  { requiredKeys: ['q', 'passage', 'w'] },
);

test.each([
  ['plain rows', `{ input_data_location: d.jsonl, ${KEYS} }`, QA],
  [
    'rows with categories and clusters',
    `{ input_data_location: d.jsonl, ${KEYS}, category_key: c, cluster_key: passage }`,
    QA,
  ],
  ['rows with weights', `{ input_data_location: d.jsonl, ${KEYS}, weight_key: w, category_key: c }`, QA],
  [
    'fewer categories than there are',
    `{ input_data_location: d.jsonl, ${KEYS}, category_key: c, budgets: { categories: 1 } }`,
    QA,
  ],
  [
    'algorithms that are scored sample by sample',
    `{ input_data_location: d.jsonl, ${KEYS}, category_key: c, cluster_key: passage }`,
    MANY,
  ],
  ['fmeval’s numbers', `{ input_data_location: d.jsonl, ${KEYS} }`, '[{ algorithm: qa_accuracy, compat: fmeval }]'],
  ['a file that cannot be cut', `{ input_data_location: d.json, ${KEYS}, category_key: c, weight_key: w }`, MANY],
])('%s have the same figures and rows in columns as in lines, bit for bit', async (_, dataset, algorithms) => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 60, maxLength: 90 }), async (rows) => {
      const folder = temporaryFolder();
      const whole = [{ q: 'first', a: 'red house', o: 'red house', c: 'news', passage: 'p1', w: 1 }, ...rows];
      writeFileSync(join(folder, 'd.json'), JSON.stringify(whole));
      const lines = whole.map((each, at) => JSON.stringify(each, null, at % 9 === 8 ? ' ' : '').replaceAll('\n', ''));
      writeFileSync(join(folder, 'd.jsonl'), [...lines, '{"torn', ''].join('\n'));
      const config = `dataset: ${dataset}\nmodels: [{ name: outputs, runner: outputs }]\nalgorithms: ${algorithms}\n`;
      const inLines = await scored(folder, config, true);
      const inColumns = await scored(folder, config, false);
      expect(inColumns.summary).toBe(inLines.summary);
      expect(inColumns.rows).toEqual(inLines.rows);
      expect(inLines.hasParts).toBe(false);
      expect(inColumns.hasParts).toBe(true);
    }),
    { numRuns: 3, endOnFailure: true },
  );
});

test('a part whose category Parquet cannot hold, half a character, is written as lines', async () => {
  const folder = temporaryFolder();
  const rows = ['\ud83d', 'news'].flatMap((c, half) =>
    Array.from({ length: 80 }, (_, i) => JSON.stringify({ q: `${half} ${i}`, a: 'red house', o: 'Red house', c })),
  );
  writeFileSync(join(folder, 'd.jsonl'), rows.join('\n'));
  const dataset = `{ input_data_location: d.jsonl, ${KEYS}, category_key: c }`;
  const config = `dataset: ${dataset}\nmodels: [{ name: outputs, runner: outputs }]\nalgorithms: ${QA}\n`;
  const [inLines, inColumns] = [await scored(folder, config, true), await scored(folder, config, false)];
  expect(inColumns).toEqual({ ...inLines, hasParts: true });
  expect(inColumns.rows[0]!.category).toBe('\ud83d');
});
