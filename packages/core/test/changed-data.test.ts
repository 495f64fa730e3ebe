import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ALGORITHMS } from '../src/algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../src/config/load-config.ts';
import { runEvaluation } from '../src/engine/run-evaluation.ts';
import type { RunHooks } from '../src/engine/run-events.ts';
import { isAssayError } from '../src/errors/assay-error.ts';
import { planRun } from '../src/plan/plan-run.ts';
import { SharedScorePool } from '../src/scoring/shared-score-pool.ts';
import { runFolder } from '../src/storage/run-folder.ts';
import { runnerOf, summaryText } from './made-up-run.ts';
import { temporaryFolder } from './temporary-folder.ts';

const ROWS = 300;
const MOMENTS = 20;
const row = (i: number, output: string): string =>
  JSON.stringify({ q: `Question ${i}?`, a: `number ${i}`, o: output, pad: 'x'.repeat(900) });
/** Two states of the file of the same length: a third of the outputs is wrong in the second. */
const before = Array.from({ length: ROWS }, (_, i) => row(i, `number ${i}`)).join('\n');
const after = Array.from({ length: ROWS }, (_, i) => row(i, i % 3 === 0 ? `nombre ${i}` : `number ${i}`)).join('\n');

function editInPlace(path: string): void {
  const file = openSync(path, 'r+');
  writeSync(file, after, 0);
  closeSync(file);
}

function replace(path: string): void {
  writeFileSync(`${path}.new`, after);
  renameSync(`${path}.new`, path);
}

const CHANGES: readonly (readonly [string, (path: string) => void])[] = [
  ['edited in place', editInPlace],
  ['cut', (path) => truncateSync(path, Math.floor(before.length / 2))],
  ['grown', (path) => appendFileSync(path, `\n${row(ROWS, 'wrong')}`)],
  ['replaced', replace],
  ['removed', (path) => rmSync(path)],
];

/** Outputs of the file, by worker threads and byte ranges; or a model that is asked. */
const WAYS = { score: 'outputs', run: 'sagemaker, sagemaker: { endpoint_name: e }' } as const;

/** One thread for all runs: starting it takes longer than most of them. */
const pool = new SharedScorePool();
afterAll(() => pool.close());

async function evaluate(place: string, way: keyof typeof WAYS, hooks: RunHooks, early?: () => void): Promise<string> {
  const config = `
dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, model_output_key: o }
models: [{ name: m, runner: ${WAYS[way]} }]
algorithms: [{ algorithm: qa_accuracy }]
`;
  const loaded = requireValid(parseConfig(config, join(place, 'c.yaml'), { algorithms: ALGORITHMS }, 'test'));
  const plan = await planRun(loaded, {
    openRunner: async () =>
      runnerOf((_, position) => ({ ok: true, text: `number ${position}`, finishReason: 'stop' }) as never),
    openHelper: () => Promise.reject(new Error('nothing to open')),
  });
  early?.();
  const scoring = { threads: 1, rangeBytes: 10_000 };
  const folder = join(place, 'run');
  await runEvaluation({ ...plan, scoring, pool }, folder, hooks, new AbortController().signal);
  return summaryText(folder);
}

function dataIn(place: string): string {
  mkdirSync(place, { recursive: true });
  const path = join(place, 'data.jsonl');
  writeFileSync(path, before);
  return path;
}

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('a data set that changes under `%s`', (way) => {
  test.each(CHANGES)(
    '%s, at any moment: the file is named, and nothing is concluded',
    { timeout: 180_000 },
    async (_, change) => {
      const base = temporaryFolder();
      const steps = way === 'score' ? before.length / 10_000 : ROWS;
      for (let moment = 0; moment < MOMENTS; moment++) {
        const place = join(base, String(moment));
        const path = dataIn(place);
        let step = 0;
        // The first between plan and run, the others spread over the run.
        const due = Math.floor((moment * steps * 0.9) / MOMENTS);
        const onStep = () => {
          step += 1;
          if (step === due) change(path);
        };
        const ended = await evaluate(
          place,
          way,
          { onRange: onStep, onSample: onStep },
          due === 0 ? () => change(path) : undefined,
        ).catch((thrown: unknown) => thrown);
        expect(isAssayError(ended) ? [ended.code, ended.at?.file] : ended, `moment ${moment}`).toEqual([
          'DATASET_CHANGED',
          path,
        ]);
        expect(existsSync(runFolder(join(place, 'run')).summary)).toBe(false);
      }
    },
  );

  test('touched, or replaced by equal bytes: the same summary as if left alone', async () => {
    const place = temporaryFolder();
    dataIn(join(place, 'still'));
    const expected = await evaluate(join(place, 'still'), way, {});
    const touched = dataIn(join(place, 'touched'));
    let steps = 0;
    const touch = () => {
      if (steps++ % 25 > 0) return;
      utimesSync(touched, new Date(), new Date());
      writeFileSync(`${touched}.new`, readFileSync(touched));
      renameSync(`${touched}.new`, touched);
    };
    expect(await evaluate(join(place, 'touched'), way, { onRange: touch, onSample: touch })).toBe(expected);
  });
});
