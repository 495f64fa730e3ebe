import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tinyText, writeTinyLanguageModel } from '../../runner-local/test/tiny-language-model.ts';
import { startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';

const SAMPLES = 160;
const ids = Array.from({ length: 40 }, (_, i) => i + 3);

let folder: string;
let expected: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-invariance-'));
  writeTinyLanguageModel(join(folder, 'model'), 'llama', { 'onnx/model.onnx': 'gqa.onnx' });
  const rows = Array.from({ length: SAMPLES }, (_, i) => ({
    // Prompts of 1 to 20 tokens, so that batches mix lengths.
    q: tinyText(...Array.from({ length: 1 + (i % 20) }, (_, j) => ids[(i * 7 + j * 3) % ids.length]!)),
    a: tinyText(ids[i % ids.length]!),
    kind: `kind-${i % 3}`,
  }));
  await writeFile(join(folder, 'data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeConfig('alone', 1, 1);
  await run('alone', 'alone');
  expected = await summaryText('alone');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A greedy model and a sampled one, each asked twice; every config keeps its answers apart. */
async function writeConfig(name: string, workers: number, batch: number): Promise<void> {
  const model = (label: string, parameters: string): string => `  - name: ${label}
    local: { model: ./model, workers: ${workers}, batch_size: ${batch} }
    evaluation_config: { inference_parameters: { max_new_tokens: 12, ${parameters} } }
`;
  await writeFile(
    join(folder, `${name}.yaml`),
    `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, category_key: kind }
models:
${model('greedy', 'temperature: 0')}${model('sampled', 'temperature: 0.9, top_k: 20')}algorithms:
  - algorithm: qa_accuracy
  - algorithm: factual_knowledge
  - algorithm: perplexity
repeat: 2
cache: { dir: cache-of-${name} }
`,
  );
}

async function run(config: string, output: string, ...flags: string[]): Promise<void> {
  const { code, stderr } = await assayHere(
    ['run', `${config}.yaml`, '-o', output, '--display', 'none', ...flags],
    folder,
  );
  expect(code, stderr).toBe(0);
}

/** Without its times and the run's name. */
async function summaryText(output: string): Promise<string> {
  const text = await readFile(join(folder, output, 'summary.json'), 'utf8');
  const { timing: _, run: __, crc32: ___, ...rest } = JSON.parse(text);
  return JSON.stringify(rest);
}

async function samplesIn(output: string): Promise<number> {
  const text = await readFile(join(folder, output, 'journal.jsonl'), 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.includes('"kind":"sample"')).length;
}

test('the sampled repeats differ, so that there is something to get wrong', async () => {
  const text = await readFile(join(folder, 'alone', 'journal.jsonl'), 'utf8');
  const records = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'sample');
  const outputsOf = (name: string): string[][] =>
    records.filter(({ model }) => model === name).map(({ outputs }) => Object.values(outputs));
  expect(outputsOf('sampled').filter((outputs) => new Set(outputs).size > 1).length).toBeGreaterThan(SAMPLES / 2);
  expect(JSON.parse(expected).models).toMatchObject([
    { name: 'greedy', states: { scored: SAMPLES } },
    { name: 'sampled', states: { scored: SAMPLES } },
  ]);
});

test.each([
  [1, 32],
  [2, 1],
  [2, 32],
])(
  '%i workers with batches of up to %i give the summary of one worker that asks one by one',
  async (workers, batch) => {
    await writeConfig('other', workers, batch);
    await run('other', `${workers}-${batch}`, '--no-cache');
    expect(await summaryText(`${workers}-${batch}`)).toBe(expected);
  },
  60_000,
);

test('answers from the cache give the same summary, without a question to the model', async () => {
  await run('alone', 'cached');
  expect(await summaryText('cached')).toBe(expected);
  const text = await readFile(join(folder, 'cached', 'journal.jsonl'), 'utf8');
  expect(text).toContain('"cache":{');
  expect(text).not.toMatch(/"cache":\{[^}]*false/);
}, 60_000);

test('a run that is killed and continues with other workers and batches gives the same summary', async () => {
  await writeConfig('killed', 1, 1);
  const { child, finished } = startAssay(['run', 'killed.yaml', '-o', 'killed', '--display', 'none'], folder);
  while ((await samplesIn('killed')) < 20 && child.exitCode === null) await sleep(10);
  child.kill('SIGKILL');
  await finished;
  const held = await samplesIn('killed');
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(2 * SAMPLES);
  const config = await readFile(join(folder, 'killed.yaml'), 'utf8');
  await writeFile(
    join(folder, 'killed.yaml'),
    config.replaceAll('workers: 1, batch_size: 1', 'workers: 2, batch_size: 8'),
  );
  await run('killed', 'killed');
  expect(await samplesIn('killed')).toBe(2 * SAMPLES);
  expect(await summaryText('killed')).toBe(expected);
}, 90_000);
