import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assayHere } from './assay-here.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let folder: string;
let names: string[];

const CONFIG = `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models: [{ name: m, scripted: { answers: answers.jsonl }, evaluation_config: { prompt_template: "Q: $model_input" } }]
algorithms: [{ algorithm: qa_accuracy }]
keep: { columns: [source] }
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-runs-'));
  const rows = Array.from({ length: 3 }, (_, i) => JSON.stringify({ q: `Q${i}?`, a: 'x', source: `book ${i}` }));
  const answers = ['stop', 'length', 'stop'].map((finish_reason, index) =>
    JSON.stringify({ index, text: 'x', finish_reason }),
  );
  await writeFile(join(folder, 'data.jsonl'), rows.join('\n'));
  await writeFile(join(folder, 'answers.jsonl'), answers.join('\n'));
  await writeFile(join(folder, 'evaluation_config.yaml'), CONFIG);
  // Without a name it is the config that lies here; names of runs have seconds.
  for (let i = 0; i < 3; i++) {
    const { code, stdout, stderr } = await assayHere(['run', '--seed', String(i)], folder);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('m: 3 scored, answers of 1 of 3 cut at max_new_tokens');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
  }
  names = (await readdir(join(folder, '.assay', 'runs'))).sort();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('runs are listed newest first, within 80 columns, and go by their age', async () => {
  const { stdout } = await assayHere(['runs', 'list'], folder);
  expect(stdout.match(/^\d{8}T\S+/gm)).toEqual(names.toReversed());
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  const shown = await assayHere(['runs', 'show', 'previous'], folder);
  expect(shown.stdout).toContain(`run       ${names[1]}`);
  const compared = await assayHere(['compare', 'previous', 'latest', '--json'], folder);
  expect([compared.code, JSON.parse(compared.stdout).comparisons.length > 0]).toEqual([0, true]);
  const none = await assayHere(['runs', 'show', 'newest'], folder);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('assay runs list')]);
});

test('the prompt as it was sent, how the answer ended and chosen columns are kept and given on', async () => {
  const journal = await readFile(join(folder, '.assay', 'runs', names[0]!, 'journal.jsonl'), 'utf8');
  const samples = journal
    .split('\n')
    .filter((line) => line.includes('"kind":"sample"'))
    .map((line) => JSON.parse(line));
  expect(samples.find(({ sample }) => sample === 1)).toMatchObject({
    prompt: 'Q: Q1?',
    columns: { source: 'book 1' },
    stopReasons: { original: 'length' },
  });
  const page = await readFile(join(folder, '.assay', 'runs', names[0]!, 'report.html'), 'utf8');
  for (const text of ['Q: Q1?', 'book 1', '"cut":true']) expect(page).toContain(text);
  const { code } = await assayHere(['report', 'latest', '--format', 'inspect', '-o', 'inspect.json'], folder);
  expect(code).toBe(0);
  const log = JSON.parse(await readFile(join(folder, 'inspect.json'), 'utf8'));
  const sample = log.samples.find(({ id }: { id: number }) => id === 1);
  expect(sample.output.choices[0].stop_reason).toBe('max_tokens');
  expect(sample.metadata).toMatchObject({ columns: { source: 'book 1' }, prompt: 'Q: Q1?' });
});

test('what is not to be kept is not on disk', async () => {
  await writeFile(
    join(folder, 'private.yaml'),
    CONFIG.replace('{ columns: [source] }', '{ prompts: false, outputs: false }'),
  );
  const { code } = await assayHere(['run', 'private.yaml', '-o', 'private'], folder);
  expect(code).toBe(0);
  const journal = await readFile(join(folder, 'private', 'journal.jsonl'), 'utf8');
  expect(journal).not.toMatch(/"Q: Q1|"outputs"|book 1/);
  expect(journal).toContain('"f1_score":1');
});

test('runs are removed by name and by age; what a registered version names stays, and so do files of others', async () => {
  await writeFile(join(folder, 'private', 'mine.txt'), 'mine');
  const removed = await assayHere(['runs', 'rm', 'private'], folder);
  expect(removed.stdout).toContain('other files in it stay');
  expect(await readdir(join(folder, 'private'))).toEqual(['mine.txt']);
  expect((await assayHere(['select', names[0]!, '--register', 'kept', '--by', 'Ann'], folder)).code).toBe(0);
  const dry = await assayHere(['runs', 'prune', '--keep', '1', '--dry-run'], folder);
  expect(dry.stdout).toContain(`would go ${names[1]}`);
  expect(existsSync(join(folder, '.assay', 'runs', names[1]!))).toBe(true);
  expect((await assayHere(['runs', 'prune', '--keep', '1'], folder)).stdout).toContain(`kept     ${names[0]}`);
  expect((await readdir(join(folder, '.assay', 'runs'))).sort()).toEqual([names[0], names[2]]);
  expect((await assayHere(['runs', 'prune'], folder)).code).toBe(2);
});
