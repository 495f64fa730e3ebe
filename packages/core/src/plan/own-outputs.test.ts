import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { ALGORITHMS } from '../algorithms/algorithm-table.ts';
import { parseConfig, requireValid } from '../config/load-config.ts';
import { runEvaluation } from '../engine/run-evaluation.ts';
import { checkRun } from './check/check-run.ts';
import { type PlanOptions, planRun } from './plan-run.ts';

const ROWS = 40;
let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
  const row = (i: number) => ({
    q: `q${i}`,
    a: 'yes',
    first: i % 2 === 0 ? 'yes' : 'no',
    second: i % 4 < 3 ? 'yes' : 'no',
  });
  const rows = Array.from({ length: ROWS }, (_, i) => row(i));
  await writeFile(join(folder, 'data.jsonl'), rows.map((each) => `${JSON.stringify(each)}\n`).join(''));
  await writeFile(
    join(folder, 'data.csv'),
    ['q,a,first,second', ...rows.map((each) => Object.values(each).join(','))].join('\n'),
  );
});

const config = (models: string, { file = 'data.jsonl', key = '' } = {}) =>
  parseConfig(
    `dataset: { input_data_location: ${file}, model_input_key: q, target_output_key: a${key} }
models:
${models}
algorithms: [{ algorithm: qa_accuracy }]
`,
    join(folder, 'config.yaml'),
    { algorithms: ALGORITHMS },
  );

const own = (name: string) => `  - { name: ${name}, runner: outputs, model_output_key: ${name} }`;
const refuse = async (): Promise<never> => {
  throw new Error('nothing is opened');
};

async function scoresOf(text: ReturnType<typeof config>, options: Partial<PlanOptions> = {}) {
  const plan = await planRun(requireValid(text), { openRunner: refuse, openHelper: refuse, ...options });
  const { summary } = await runEvaluation(plan, join(folder, 'run'), {}, new AbortController().signal);
  const found = summary.scores.filter(({ score, category }) => score === 'exact_match_score' && category === null);
  return { summary, found: found.map(({ model, value, n }) => [model, value, n]) };
}

test.each(['data.jsonl', 'data.csv'])('each model has the outputs of its own column (%s)', async (file) => {
  const { summary, found } = await scoresOf(config([own('first'), own('second')].join('\n'), { file }));
  expect(found).toEqual([
    ['first', 0.5, ROWS],
    ['second', 0.75, ROWS],
  ]);
  expect(summary.comparisons.find(({ score }) => score === 'exact_match_score')).toMatchObject({
    n: ROWS,
    difference: 0.25,
  });
});

test('a model without a column of its own has the dataset’s', async () => {
  const models = ['  - { name: given, runner: outputs }', own('second')].join('\n');
  const { found } = await scoresOf(config(models, { key: ', model_output_key: first' }));
  expect(found.map(([, value]) => value)).toEqual([0.5, 0.75]);
});

test('a shard has its part of each column', async () => {
  const { found } = await scoresOf(config([own('first'), own('second')].join('\n')), {
    shard: { shard: 1, shards: 4 },
  });
  expect(found.map(([model, , n]) => [model, n])).toEqual([
    ['first', 10],
    ['second', 10],
  ]);
});

test('a column that is not there is told at the model, by check and by the run', async () => {
  const faulty = config([own('first'), own('third')].join('\n'));
  const found = { code: 'DATASET_KEY_MISSING', at: { line: 4 } };
  await expect(scoresOf(faulty)).rejects.toMatchObject(found);
  const { findings } = await checkRun(faulty);
  expect(findings).toMatchObject([found]);
});

test('a model that names no column is not given another’s', async () => {
  const models = ['  - { name: given, runner: outputs }', own('second')].join('\n');
  await expect(scoresOf(config(models))).rejects.toMatchObject({ code: 'DATASET_KEY_MISSING' });
});
