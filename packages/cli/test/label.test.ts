import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startAssay } from './assay.ts';
import { assayHere } from './assay-here.ts';

let folder: string;
const config = (
  more = '',
) => `dataset: { input_data_location: rows.jsonl, model_output_key: output, model_input_key: q, target_output_key: a${more} }
models: [{ name: recorded, runner: outputs }]
algorithms:
  - { algorithm: llm_judge, swap: false, judge: { runner: scripted, scripted: { answers: judge.jsonl, otherwise: correct } } }
`;
const ROWS = 30;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-label-'));
  const rows = Array.from({ length: ROWS }, (_, at) => ({
    q: `what is ${at}?`,
    a: `${at}`,
    output: `it is \u001b[31m${at}`,
  }));
  await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(join(folder, 'judge.jsonl'), `${JSON.stringify({ prompt: 'nothing asks this', text: 'x' })}\n`);
  await writeFile(join(folder, 'config.yaml'), config());
  const { code } = await assayHere(['run', 'config.yaml', '-o', 'run', '--display', 'none'], folder);
  expect(code).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Labels by these keys, as a person would press them. */
function keys(pressed: string, ...args: string[]) {
  const { child, finished } = startAssay(['label', 'run', '--who', 'ann', '--batch', '4', ...args], folder);
  child.stdin!.end(pressed);
  return finished;
}

const labelsIn = async (name: string) =>
  (await readFile(join(folder, name), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string | null>);

test('one key a label, undo, skip and quit; each is in the file, and the interval is told after each batch', async () => {
  const { code, stdout, stderr } = await keys('12u1s21xq', '-o', 'labels.jsonl');
  expect(stderr).toBe('');
  expect(code).toBe(0);
  expect((await labelsIn('labels.jsonl')).map(({ label }) => label)).toEqual([
    'correct',
    'incorrect',
    null,
    'correct',
    'incorrect',
    'correct',
  ]);
  expect(stdout).toContain('1 correct   2 incorrect   s skip   u undo   q quit');
  expect(stdout).toMatch(
    /recorded {3}0\.750 {3}0\.\d+ … 0\.\d+ {3}4 labels, labels alone; ± 0\.05 is not reachable with these samples\n/,
  );
  expect(stdout).not.toContain('\u001b[31m');
  // Who goes on sees what is left.
  const again = await keys('q', '-o', 'labels.jsonl');
  expect(again.stdout).toContain(`\n5 of ${ROWS}\n`);
}, 120_000);

test('the labels of a file count in a run, once a person, and those of another rubric do not', async () => {
  await keys('1'.repeat(12) + '2'.repeat(8), '-o', 'all.jsonl');
  await writeFile(join(folder, 'labelled.yaml'), config(', human_labels: all.jsonl'));
  const { code, stderr } = await assayHere(['run', 'labelled.yaml', '-o', 'labelled', '--display', 'none'], folder);
  expect([code, stderr]).toEqual([0, '']);
  const figure = async (run: string, name: string) =>
    JSON.parse(await readFile(join(folder, run, 'summary.json'), 'utf8')).scores.find(
      ({ score }: { score: string }) => score === name,
    );
  expect(await figure('labelled', 'human_score')).toMatchObject({ n: 20, value: 0.6 });
  expect(await figure('labelled', 'corrected_score')).toMatchObject({ n: 30, correction: { labelled: 20 } });
  const other = config(', human_labels: [all.jsonl]').replace('swap: false', 'swap: false, rubric: Is it polite?');
  await writeFile(join(folder, 'other.yaml'), other);
  await assayHere(['run', 'other.yaml', '-o', 'other', '--display', 'none'], folder);
  expect(await figure('other', 'corrected_score')).toMatchObject({ value: null, intervalMissing: 'no_labels' });
  expect((await figure('other', 'human_unread')).value).toBe(20);
}, 120_000);

test('labels that are not there, or are none, are refused with their place', async () => {
  await writeFile(join(folder, 'none.yaml'), config(', human_labels: none.jsonl'));
  const missing = await assayHere(['check', 'none.yaml'], folder);
  const run = await assayHere(['run', 'none.yaml', '-o', 'none'], folder);
  expect([missing.code === 0 || missing.code === 2, run.code]).toEqual([true, 2]);
  expect(run.stderr).toContain('DATASET_NOT_FOUND');
  await writeFile(join(folder, 'bad.jsonl'), '{"label": 1}\n');
  await writeFile(join(folder, 'bad.yaml'), config(', human_labels: bad.jsonl'));
  const bad = await assayHere(['run', 'bad.yaml', '-o', 'bad'], folder);
  expect(bad.stderr).toMatch(/DATASET_BAD_VALUE .*bad\.jsonl:1/);
  const judge = await assayHere(['label', 'run', '--algorithm', 'nobody'], folder);
  expect([judge.code, judge.stderr.includes('Judges of this run: llm_judge')]).toEqual([2, true]);
}, 120_000);
