import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assay } from './assay.ts';
import { assayHere } from './assay-here.ts';

const ROWS = 101;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-shards-'));
  await writeFile(join(folder, 'data.jsonl'), lines(ROWS));
  await writeFile(join(folder, 'evaluation_config.yaml'), config);
  for (const [i, model] of ['one', 'two'].entries()) await writeFile(join(folder, `${model}.jsonl`), answers(5 + i));
  await run('run', 'evaluation_config.yaml', '-o', 'whole');
}, 180_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One row in 25 cannot be read. */
const lines = (rows: number): string =>
  Array.from({ length: rows }, (_, i) =>
    i % 25 === 24
      ? '{"q": \n'
      : `${JSON.stringify({ q: `question ${i}`, a: `answer ${i % 7}`, kind: `kind ${i % 3}`, out: `answer ${i % 5}` })}\n`,
  ).join('');

/** By the row that is asked about, right for some. */
const answers = (every: number): string =>
  Array.from(
    { length: ROWS },
    (_, index) => `${JSON.stringify({ index, model_output: `answer ${index % every}` })}\n`,
  ).join('');

const config = `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a, category_key: kind }
models:
  - { name: one, runner: scripted, scripted: { answers: one.jsonl } }
  - { name: two, runner: scripted, scripted: { answers: two.jsonl } }
algorithms: [{ algorithm: qa_accuracy }]
selection: { score: qa_accuracy.f1_score }
gates: ["qa_accuracy.f1_score value >= 0"]
`;

const run = (...args: string[]) => passes(assayHere, args);

async function passes(command: typeof assay, args: readonly string[]) {
  const ended = await command([...args, '--display', 'plain'], folder);
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

/** Without its times and the run's name. */
async function summaryOf(output: string): Promise<unknown> {
  const text = await readFile(join(folder, output, 'summary.json'), 'utf8');
  const { timing: _, run: __, crc32: ___, ...rest } = JSON.parse(text);
  return rest;
}

test.each([1, 4])(
  '%d shards together are what one run is, with its gates, its selection and its page',
  async (shards) => {
    const each = (...args: string[]) => passes(shards === 1 ? assay : assayHere, args);
    const parts = Array.from({ length: shards }, (_, i) => join(`of-${shards}`, `part-${i + 1}`));
    for (const [i, part] of parts.entries()) {
      const { stdout, stderr } = await each(
        'run',
        'evaluation_config.yaml',
        '--shard',
        `${i + 1}/${shards}`,
        '-o',
        part,
      );
      expect(stderr).toContain(`shard ${i + 1} of ${shards}`);
      expect(stdout).not.toContain('selected');
      expect(stdout).toContain(`merge    assay merge ${part} <the other shards>\n`);
      expect(await readdir(join(folder, part))).not.toContain('report.html');
    }
    const { stdout } = await each('merge', `of-${shards}`, '-o', `merged-${shards}`);
    expect(stdout).toContain('selected one');
    expect(await summaryOf(`merged-${shards}`)).toEqual(await summaryOf('whole'));
    expect(await readFile(join(folder, `merged-${shards}`, 'report.html'), 'utf8')).toContain('qa_accuracy');
  },
  180_000,
);

test('merged shards are a larger shard, to be merged with others of any size', async () => {
  const parts = Array.from({ length: 4 }, (_, i) => join('leaves', `part-${i + 1}`));
  for (const [i, part] of parts.entries())
    await run('run', 'evaluation_config.yaml', '--shard', `${i + 1}/4`, '-o', part);
  const { stdout, stderr } = await run('merge', 'leaves', '--as', '1/2', '-o', 'half');
  expect(stderr).toContain('shard 1 of 2: gates and selection wait for `assay merge`');
  expect(stdout).not.toContain('selected');
  const merged = await run('merge', parts[3]!, 'half', parts[2]!, '-o', 'tree');
  expect(merged.stdout).toContain('selected one');
  expect(await summaryOf('tree')).toEqual(await summaryOf('whole'));
  for (const [args, message] of [
    [['half', 'leaves'], 'shard 1 of 2 and shard 1 of 4 hold the same samples'],
    [['half', parts[2]!], 'shard 4 of 4 is missing'],
    [['half', '--as', '1/4'], 'half is shard 1 of 2, which does not lie within shard 1 of 4'],
    [[parts[0]!, '--as', '1/4', '-o', parts[0]!], 'is one of the runs that are to be merged'],
  ] as const) {
    const { code, stderr } = await assayHere(['merge', ...args], folder);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  }
}, 180_000);

test('shards of data that was changed between them are refused', async () => {
  const data = join(folder, 'edited.jsonl');
  await writeFile(data, lines(ROWS));
  await writeFile(join(folder, 'edited.yaml'), config.replace('data.jsonl', 'edited.jsonl'));
  await run('run', 'edited.yaml', '--shard', '1/2', '-o', 'before-1');
  await writeFile(data, lines(ROWS).replace('answer 3', 'answer 4'));
  await run('run', 'edited.yaml', '--shard', '2/2', '-o', 'after-2');
  const { code, stderr } = await assayHere(['merge', 'before-1', 'after-2'], folder);
  expect(stderr).toContain('RUN_NOT_RESUMABLE');
  expect(stderr).toContain('before-1 was run on other data');
  expect(code).toBe(2);
}, 180_000);

test('outputs that lie in the data are scored by shard, to the same sums', async () => {
  // Several byte ranges, and shards that begin within one.
  await writeFile(join(folder, 'outputs.jsonl'), lines(30_000));
  const score = [
    'score',
    'outputs.jsonl',
    '--algorithms',
    'qa_accuracy',
    '--target-output-key',
    'a',
    '--model-output-key',
    'out',
  ];
  await run(...score, '-o', 'scored');
  for (const i of [1, 2, 3]) await run(...score, '--shard', `${i}/3`, '-o', `scored-${i}`);
  await run('merge', 'scored-3', 'scored-1', 'scored-2', '-o', 'scored-merged');
  expect(await summaryOf('scored-merged')).toEqual(await summaryOf('scored'));
}, 180_000);

test('a shard decides nothing', async () => {
  await run('run', 'evaluation_config.yaml', '--shard', '1/2', '-o', 'half');
  for (const command of [
    ['compare', 'half', 'whole'],
    ['select', 'half'],
    ['report', 'half', '--fail-on', 'qa_accuracy.f1_score value >= 0'],
  ]) {
    const { code, stderr } = await assayHere(command, folder);
    expect(stderr).toContain('RUN_INCOMPLETE');
    expect(stderr).toContain('assay merge');
    expect(code).toBe(2);
  }
}, 180_000);

test('shards that do not belong together, are missing, or are there twice are refused by name', async () => {
  await run('run', 'evaluation_config.yaml', '--shard', '1/2', '-o', 'a1');
  await run('run', 'evaluation_config.yaml', '--shard', '2/2', '--seed', '7', '-o', 'b2');
  await run('run', 'evaluation_config.yaml', '--shard', '1/2', '-o', 'a1-again');
  await mkdir(join(folder, 'empty'), { recursive: true });
  for (const [runs, message] of [
    [['a1'], 'shard 2 of 2 is missing'],
    [['a1', 'b2'], 'shards of different runs'],
    [['a1', 'a1-again'], 'shard 1 is there twice'],
    [['whole'], 'is no shard of a run'],
    [['empty'], 'RUN_NOT_FOUND'],
  ] as const) {
    const { code, stderr } = await assayHere(['merge', ...runs], folder);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  }
}, 180_000);

test('a folder of one shard is not continued by another', async () => {
  await run('run', 'evaluation_config.yaml', '--shard', '1/4', '-o', 'quarter');
  const { code, stderr } = await assayHere(
    ['run', 'evaluation_config.yaml', '--shard', '2/4', '-o', 'quarter'],
    folder,
  );
  expect(stderr).toContain('it is shard 1 of 4, and this is shard 2 of 4');
  expect(code).toBe(2);
});
