import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assay } from './assay.ts';
import { assayHere } from './assay-here.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-labels-'));
  const rows = Array.from({ length: 6 }, (_, at) => JSON.stringify({ q: `what is ${at}?`, output: `it is ${at}` }));
  await writeFile(join(folder, 'rows.jsonl'), `${rows.join('\n')}\n`);
  await writeFile(join(folder, 'judge.jsonl'), `${JSON.stringify({ prompt: 'nothing asks this', text: 'x' })}\n`);
  await writeFile(
    join(folder, 'config.yaml'),
    `dataset: { input_data_location: rows.jsonl, model_output_key: output, model_input_key: q }
models: [{ name: recorded, runner: outputs }]
algorithms: [{ algorithm: llm_judge, judge: { runner: scripted, scripted: { answers: judge.jsonl, otherwise: correct } } }]
`,
  );
  expect((await assayHere(['run', 'config.yaml', '-o', 'run', '--display', 'none'], folder)).code).toBe(0);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

test('outputs leave as tasks, come back labelled by two people, and count once', async () => {
  const exported = await assayHere(['labels', 'export', 'run', '--format', 'label-studio', '-o', 'tasks.json'], folder);
  expect([exported.code, exported.stderr]).toEqual([0, '']);
  expect(exported.stdout).toContain('6 outputs, 0 labels → tasks.json   labels: correct, incorrect');
  const tasks = JSON.parse(await readFile(join(folder, 'tasks.json'), 'utf8')) as { annotations: object[] }[];
  const choice = (who: number, label: string) => ({
    completed_by: who,
    result: [{ type: 'choices', value: { choices: [label] } }],
    updated_at: '2026-11-29T08:00:00Z',
  });
  for (const [at, task] of tasks.slice(0, 5).entries())
    task.annotations = [choice(1, at < 3 ? 'correct' : 'incorrect'), choice(2, at < 2 ? 'correct' : 'incorrect')];
  await writeFile(join(folder, 'done.json'), JSON.stringify(tasks));
  const load = () =>
    assayHere(['labels', 'import', 'done.json', '--format', 'label-studio', '-o', 'labels.jsonl'], folder);
  expect((await load()).stdout).toBe('10 labels added to labels.jsonl; 0 were there, 1 tasks without a label\n');
  expect((await load()).stdout).toContain('0 labels added to labels.jsonl; 10 were there');

  const { stdout } = await assay(['labels', 'agreement', 'labels.jsonl'], folder);
  expect(stdout).toMatch(/user 1 5, user 2 5\n5 outputs with two people or more, 1 of them contradicted/);
  expect(stdout).toMatch(/user 1 and user 2 {3}4 of 5 alike {3}Cohen’s kappa 0\.615 {3}-?\d\.\d+ … \d\.\d+\n/);

  // A second opinion leaves with what was said before.
  const again = ['labels', 'export', 'run', '--format', 'csv', '--labels', 'labels.jsonl', '-o', 'tasks.csv'];
  expect((await assayHere(again, folder)).stdout).toContain('6 outputs, 10 labels → tasks.csv');
  const config = await readFile(join(folder, 'config.yaml'), 'utf8');
  await writeFile(join(folder, 'again.yaml'), config.replace('q }', 'q, human_labels: labels.jsonl }'));
  expect((await assayHere(['run', 'again.yaml', '-o', 'again', '--display', 'none'], folder)).code).toBe(0);
  const { scores } = JSON.parse(await readFile(join(folder, 'again', 'summary.json'), 'utf8'));
  const figure = (name: string) => scores.find(({ score }: { score: string }) => score === name);
  expect(figure('human_score')).toMatchObject({ n: 5, value: 0.5 });
  expect(figure('human_contradicted').value).toBe(1);

  // The judge says correct always, people of half.
  const audit = await assay(['judge', 'audit', 'again'], folder);
  expect(audit.stdout).toContain('6 outputs judged, 5 of them labelled by people.');
  expect(audit.stdout).toMatch(/\| bias \| 0\.500 \(/);
}, 120_000);

test('a file of another tool that holds no labels of ours is refused', async () => {
  await writeFile(join(folder, 'other.csv'), 'id,label\n1,correct\n');
  const { code, stderr } = await assayHere(['labels', 'import', 'other.csv', '--format', 'csv'], folder);
  expect(code).toBe(2);
  expect(stderr).toContain('this is no CSV file with labels of assay: it has no column "sample"');
});
