import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import { planRun } from './plan-run.ts';

let folder: string;
const never = new AbortController().signal;
const TOTAL = 2000;
const unused = async () => {
  throw new Error('nothing is opened');
};

/** The first model answers half of the rows; the second answers as the first does but on one row in twelve. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-history-'));
  const isRight = (i: number) => (i * 7919) % TOTAL < TOTAL / 2;
  const rows = Array.from({ length: TOTAL }, (_, i) => ({
    q: `question ${i}?`,
    a: `word${i}`,
    first: isRight(i) ? `It is word${i}.` : 'no idea',
    second: isRight(i) !== (i % 12 === 0) ? `It is word${i}.` : i % 50 === 1 ? '' : 'no idea',
  }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function planFor(output: string, stop = '', data = 'data.jsonl') {
  const text = `dataset: { input_data_location: ${data}, model_input_key: q, target_output_key: a, model_output_key: ${output} }
models: [{ name: m, runner: outputs }]
algorithms: [{ algorithm: factual_knowledge }]
${stop === '' ? '' : `stop_when: ${stop}`}
`;
  const loaded = requireValid(parseConfig(text, join(folder, 'config.yaml'), { algorithms: ALGORITHMS }));
  return planRun(loaded, { openRunner: unused, openHelper: unused });
}

const run = async (plan: Awaited<ReturnType<typeof planFor>>, to: string) =>
  (await runEvaluation(plan, join(folder, to), {}, never)).summary;
const rule = (more = '') => `{ score: factual_knowledge.factual_knowledge, half_width: 0.05${more} }`;

test('a model that answers like one before it needs far fewer samples, and its interval holds the mean of the dataset', async () => {
  await run(await planFor('first'), 'earlier');
  const whole = await run(await planFor('second'), 'whole');
  const plain = await run(await planFor('second', rule()), 'plain');
  const planned = await planFor('second', rule(', history: [earlier]'));
  const predicted = await run(planned, 'predicted');
  expect(predicted.models[0]!.stop).toMatchObject({ decided: true, history: { runs: 1, rows: TOTAL } });
  expect(predicted.models[0]!.stop!.samples).toBeLessThan(0.6 * plain.models[0]!.stop!.samples);
  const [found] = predicted.scores;
  expect(found!.intervalMethod).toBe('predicted-sequence');
  const truth = whole.scores[0]!.value!;
  expect(found!.interval![0]).toBeLessThanOrEqual(truth);
  expect(found!.interval![1]).toBeGreaterThanOrEqual(truth);
  expect(Math.abs(found!.value! - truth)).toBeLessThan(0.05);

  // Killed and resumed it is the same, byte for byte; with other predictions it is not gone on with.
  const journal = join(folder, 'predicted', 'journal.jsonl');
  await truncate(journal, Math.floor((await readFile(journal)).length / 2));
  const strip = ({ timing: _, ...rest }: typeof predicted) => rest;
  expect(strip(await run(planned, 'predicted'))).toEqual(strip(predicted));
  const { history, ...without } = planned.stop!;
  const other = { ...planned, stop: { ...without, history: { ...history!, sha256: '0' } } };
  await expect(run(other, 'predicted')).rejects.toMatchObject({ code: 'RUN_NOT_RESUMABLE' });
});

test('runs of other data, without the score, or that are not there are refused', async () => {
  await writeFile(join(folder, 'other.jsonl'), '{"q":"a","a":"b","first":"c"}\n{"q":"d","a":"e","first":"f"}\n');
  await run(await planFor('first', '', 'other.jsonl'), 'elsewhere');
  const refused = (stop: string) => planFor('second', rule(stop)).catch((error: unknown) => error);
  expect(await refused(', history: [elsewhere]')).toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'stop_when.history: the run elsewhere was made of other data',
    at: { line: 4 },
  });
  expect(await refused(', history: [nowhere]')).toMatchObject({ code: 'RUN_NOT_FOUND' });
});
