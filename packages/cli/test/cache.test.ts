import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tinyText, writeTinyLanguageModel } from '../../runner-local/test/tiny-language-model.ts';
import { assayHere } from './assay-here.ts';

const GRAPH = 'model/onnx/model.onnx';

let folder: string;
const file = (name: string): string => join(folder, name);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-cache-cli-'));
  const rows = [9, 17, 25].map((id) => ({ q: tinyText(3, id, id + 1), a: tinyText(id) }));
  await writeFile(file('data.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  writeTinyLanguageModel(file('model'), 'llama', { 'onnx/model.onnx': 'gqa.onnx' });
  // The checksums would only say that the weights were changed on purpose.
  await rm(file('model/SHA256SUMS'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a config that keeps its answers in a folder of its own, with one text replaced. */
async function run(output: string, from = '', to = '', display = 'none'): Promise<string> {
  const config = `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - name: tiny
    local: { model: ./model, workers: 1 }
    evaluation_config: { inference_parameters: { max_new_tokens: 4 }, prompt_template: $model_input }
algorithms: [{ algorithm: factual_knowledge }]
cache: { dir: kept }
`;
  await writeFile(file('c.yaml'), config.replace(from, to));
  const { code, stderr } = await assayHere(['run', 'c.yaml', '-o', output, '--display', display], folder);
  expect(code, stderr).toBe(0);
  return stderr;
}

async function said(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await assayHere(['cache', ...args], folder);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe('answers of a model of which one thing at a time is changed', () => {
  test('why reads the cache that the run’s config names, and says what an answer depended on', async () => {
    await run('first');
    await run('second');
    expect(await said('why', 'first', '2')).toContain('nothing was cached for this sample before');
    const hit = await said('why', 'second', '2');
    expect(hit).toContain('came from the cache');
    expect(hit).toMatch(/runner +local:model@sha256:[0-9a-f]{64}/);
    expect(hit).toMatch(/prompt +w3 w17 w18/);
    expect(hit).toMatch(/maxNewTokens +4/);
  }, 60_000);

  test('why names the prompt', async () => {
    await run('prompt', '$model_input', '"$model_input w5"');
    expect(await said('why', 'prompt', '2')).toContain(
      'differs from the nearest in prompt: w3 w17 w18 w5 here, w3 w17 w18 there',
    );
  }, 60_000);

  test('why names the generation parameter', async () => {
    await run('parameter', 'max_new_tokens: 4', 'max_new_tokens: 5');
    expect(await said('why', 'parameter', '2')).toContain('differs from the nearest in maxNewTokens: 5 here, 4 there');
  }, 60_000);

  test('why names the weights after one byte of them changed', async () => {
    const bytes = await readFile(file(GRAPH));
    const at = bytes.length >> 1;
    bytes[at] = bytes[at]! ^ 1;
    await writeFile(file(GRAPH), bytes);
    await run('weights');
    expect(await said('why', 'weights', '2')).toMatch(
      /differs from the nearest in runner: local:model@sha256:\S+ here, local:model@sha256:\S+ there\n/,
    );
  }, 60_000);

  test('stats count by model, and prune drops by size and by age', async () => {
    const stats = await said('stats', '--dir', 'kept');
    expect(stats).toContain('kept   12 answers');
    expect(stats.match(/ {2}local:model@sha256:[0-9a-f]{64}/g)).toHaveLength(2);
    expect(await said('prune', '--dir', 'kept', '--older-than', '1')).toBe('0 answers dropped\n');
    expect(await said('prune', '--dir', 'kept', '--max-size', '0.000002')).toMatch(/^[1-9]\d* answers dropped\n$/);
    await said('prune', '--dir', 'kept', '--all');
    expect(await said('stats', '--dir', 'kept')).toContain('kept   0 answers');
    expect(await said('why', 'first', '2')).toContain('no longer kept: its parts are unknown');
  }, 60_000);
});

test('unpacked and converted weights are listed beside the answers, and go with them, unless a folder of answers is named', async () => {
  const kept = file('.cache/prepacked/0123456789abcdef01234567');
  await mkdir(kept, { recursive: true });
  await writeFile(join(kept, 'weights.bin'), Buffer.alloc(2_000_000));
  await writeFile(join(kept, 'prepacked.json'), '{"model":"tiny","files":{}}');
  expect(await said('stats')).toMatch(
    /unpacked and converted weights {3}2\.0 MB on disk\n +2\.0 MB {2}tiny, last used \d{4}-\d\d-\d\d\n$/,
  );
  expect(await said('stats', '--dir', 'kept')).not.toContain('unpacked');
  expect(await said('prune', '--older-than', '1')).toBe('0 answers dropped\n');
  expect(await said('prune', '--max-size', '0.001')).toContain('unpacked and converted weights dropped, 2.0 MB\n');
  expect(await said('stats')).not.toContain('unpacked');
}, 60_000);

test.each([
  [['prune'], '--all'],
  [['prune', '--older-than', 'a week'], '--older-than is "a week"'],
  [['prune', '--max-size', '-1'], '--max-size is "-1"'],
  [['why', 'first', 'two'], 'the row of the sample is "two"'],
  [['why', 'nowhere', '1'], 'RUN_NOT_FOUND'],
])('assay cache %j is refused', async (args, message) => {
  const { code, stderr } = await assayHere(['cache', ...args], folder);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});

test('a run of which every answer is cached loads no weights, and one that asks more does', async () => {
  const twoPrompts = [
    'models:',
    'prompts: [{ name: a, template: "$model_input" }, { name: b, template: "so $model_input" }]\nmodels:',
  ] as const;
  expect(await run('loaded', ...twoPrompts, 'plain')).toContain('loading model');
  const cached = await run('not-loaded', ...twoPrompts, 'plain');
  expect(cached).toContain('3/3');
  expect(cached).not.toContain('loading');
  expect(await run('more', 'max_new_tokens: 4', 'max_new_tokens: 3', 'plain')).toContain('loading model');
}, 60_000);
