import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import type { RunPlan } from '../engine/run-plan.ts';
import { planRun } from '../plan/plan-run.ts';
import { readRows } from '../results/read-rows.ts';
import { runFolder } from '../storage/run-folder.ts';

const rows = Array.from({ length: 700 }, (_, i) => ({ q: `Q ${i}`, a: `number ${i}`, o: `Number ${i - (i % 3)}.` }));
const text = rows.map((row) => JSON.stringify(row)).join('\n');
const never = new AbortController().signal;
let place: string;
let runs = 0;

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'assay-formats-'));
  const columnData = (['q', 'a', 'o'] as const).map((name) => ({
    name,
    data: rows.map((row) => row[name]),
    type: 'STRING' as const,
  }));
  await writeFile(join(place, 'data.parquet'), Buffer.from(parquetWriteBuffer({ columnData })));
  await writeFile(join(place, 'data.jsonl'), text);
  await writeFile(join(place, 'data.jsonl.gz'), gzipSync(text));
  await writeFile(join(place, 'data.json'), JSON.stringify(rows));
  await writeFile(join(place, 'data.csv'), `q,a,o\n${rows.map(({ q, a, o }) => `${q},${a},${o}`).join('\n')}\n`);
});
afterAll(() => rm(place, { recursive: true, force: true }));

async function planOf(file: string, algorithm = 'algorithm: qa_accuracy'): Promise<RunPlan> {
  const config = `
dataset: { input_data_location: ${file}, model_input_key: q, target_output_key: a, model_output_key: o }
models: [{ name: outputs, runner: outputs }]
algorithms: [{ ${algorithm} }]
`;
  const loaded = requireValid(parseConfig(config, join(place, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
  const refuse = () => Promise.reject(new Error('nothing to open'));
  return planRun(loaded, { openRunner: refuse, openHelper: refuse, allowCode: true });
}

/** A run's figures without its name and its dataset's. */
async function figuresOf(plan: RunPlan, scoring?: RunPlan['scoring']) {
  runs += 1;
  const folder = runFolder(join(place, `run-${runs}`));
  const asked = scoring === undefined ? plan : { ...plan, scoring };
  const { summary } = await runEvaluation(asked, folder.path, {}, never);
  const indices: number[] = [];
  for await (const { index } of readRows(folder)) indices.push(index);
  const { scores, models } = summary;
  return { folder, figures: JSON.stringify({ scores, models }), indices };
}

test.each(['parquet', 'jsonl.gz', 'json', 'csv'])(
  'outputs in %s score as in JSONL, here and in workers',
  async (format) => {
    const expected = await figuresOf(await planOf('data.jsonl'));
    expect(expected.indices).toEqual(rows.map((_, i) => i));
    const plan = await planOf(`data.${format}`);
    const here = await figuresOf(plan);
    const workers = await figuresOf(plan, { threads: 2, batch: 256 });
    for (const { figures, indices } of [here, workers]) {
      expect(figures).toBe(expected.figures);
      expect(indices).toEqual(expected.indices);
    }
    expect((await readFile(workers.folder.journal, 'utf8')).match(/"kind":"range"/g)).toHaveLength(3);
  },
);

test('batches that are on disk are not scored again, and one that is cut is', async () => {
  const plan = { ...(await planOf('data.csv')), scoring: { threads: 1, batch: 256 } };
  const { folder, figures } = await figuresOf(plan);
  const journal = await readFile(folder.journal);
  const third = journal.lastIndexOf('{"kind":"range"');
  await writeFile(folder.journal, journal.subarray(0, third + 5000));
  const scored: number[] = [];
  const { summary } = await runEvaluation(
    plan,
    folder.path,
    { onRange: ({ samples }) => void scored.push(samples) },
    never,
  );
  expect(scored).toEqual([700 - 2 * 256]);
  expect(JSON.stringify({ scores: summary.scores, models: summary.models })).toBe(figures);
  expect(await readFile(folder.journal)).toEqual(journal);
});

test('an algorithm of one’s own is scored in workers, and refused there once its file is another', async () => {
  const module = `export default {
    name: 'long', needs: () => ['model_output'],
    scores: () => ({ long: { range: [0, 1], better: 'higher', kind: 'binary', summary: 'long' } }),
    score: ({ answers }) => ({ scores: { long: answers.get('original').text.length > 10 ? 1 : 0 } }),
    signature: () => 'long|v1',
  };`;
  await writeFile(join(place, 'long.mjs'), module);
  const plan = await planOf('data.csv', 'algorithm: long, module: ./long.mjs');
  const here = await figuresOf(plan);
  expect(JSON.parse(here.figures).scores[0]).toMatchObject({ score: 'long', n: 700 });
  expect((await figuresOf(plan, { threads: 1, batch: 256 })).figures).toBe(here.figures);
  await writeFile(join(place, 'long.mjs'), `${module}\n// edited`);
  const edited = figuresOf(plan, { threads: 1, batch: 256 });
  await expect(edited).rejects.toThrow('was changed while the run went on');
});
