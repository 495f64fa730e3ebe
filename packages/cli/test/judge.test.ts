import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-judge-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const CONFIG = `dataset: { input_data_location: rows.jsonl, model_output_key: output, model_input_key: q, human_label_key: human }
models: [{ name: recorded, runner: outputs }]
algorithms:
  - algorithm: llm_judge
    judge: { runner: scripted, scripted: { answers: judge.jsonl, otherwise: correct } }
`;

test('a scripted judge is asked, its nonsense counted, and humans are agreed with', async () => {
  const rows = [
    { q: 'one?', output: 'yes', human: 'Correct' },
    { q: 'two?', output: 'no', human: 'incorrect' },
    { q: 'three?', output: '', human: 'incorrect' },
  ];
  await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(join(folder, 'judge.jsonl'), `${JSON.stringify({ prompt: 'nothing asks this', text: 'x' })}\n`);
  await writeFile(join(folder, 'config.yaml'), CONFIG);
  const first = await assayHere(
    ['run', join(folder, 'config.yaml'), '-o', join(folder, 'run'), '--display', 'none'],
    folder,
  );
  expect(first.stderr).toBe('');
  expect(first.code).toBe(0);
  const { scores } = JSON.parse(await readFile(join(folder, 'run', 'summary.json'), 'utf8'));
  const score = (name: string) => scores.find((row: { score: string }) => row.score === name);
  expect(score('judge_score')).toMatchObject({ n: 2, value: 1, unscored: { empty_output: 1 } });
  expect(score('human_agreement').value).toBe(0.5);
  expect(score('human_score')).toMatchObject({ n: 2, value: 0.5, intervalMethod: 'blaker' });
  expect(score('corrected_score')).toMatchObject({ n: 2, value: 0.5, correction: { labelled: 2, lambda: 0 } });
  expect(score('judge_score').signature).toMatch(/\|helper:judge=scripted:judge\.jsonl@sha256:/);

  const audit = (...flags: string[]) => assayHere(['judge', 'audit', 'run', ...flags], folder);
  expect((await audit()).stdout).toContain('| agreement | 0.500 (');
  expect(JSON.parse((await audit('--format', 'json')).stdout).judges[0]).toMatchObject({ samples: 2, labelled: 2 });
  expect((await audit('-o', 'judges.html')).code).toBe(0);
  const page = await readFile(join(folder, 'judges.html'), 'utf8');
  expect(page).toContain("default-src 'none'");
  expect(page).toContain('"view":"audit"');

  await writeFile(join(folder, 'config.yaml'), CONFIG.replace('otherwise: correct', 'otherwise: perhaps'));
  await assayHere(['run', join(folder, 'config.yaml'), '-o', join(folder, 'again'), '--display', 'none'], folder);
  const again = JSON.parse(await readFile(join(folder, 'again', 'summary.json'), 'utf8'));
  expect(again.scores[0]).toMatchObject({ n: 0, value: null, unscored: { judge_unparseable: 2, empty_output: 1 } });
});

test('two models are compared by a jury: one run’s answers against another’s', async () => {
  const write = (name: string, text: string) => writeFile(join(folder, name), text);
  const rows = (outputs: readonly string[]) =>
    outputs.map((output, at) => `${JSON.stringify({ q: `question ${at}`, output })}\n`).join('');
  const data = (
    file: string,
  ) => `dataset: { input_data_location: ${file}, model_output_key: output, model_input_key: q }
models: [{ name: recorded, runner: outputs }]
`;
  await write('old.jsonl', rows(['old zero', 'old one', 'old two']));
  await write('new.jsonl', rows(['new zero', 'new one', 'new two']));
  await write('old.yaml', `${data('old.jsonl')}algorithms: [{ algorithm: assertions, contains: [old] }]\n`);
  expect((await assayHere(['run', 'old.yaml', '-o', 'old', '--display', 'none'], folder)).code).toBe(0);
  const judge = (answers: string) => `{ runner: scripted, scripted: { answers: judge.jsonl, otherwise: ${answers} } }`;
  await write('judge.jsonl', `${JSON.stringify({ prompt: 'nothing asks this', text: 'x' })}\n`);
  const compared = (more: string) => `${data('new.jsonl')}algorithms:
  - { algorithm: llm_judge, mode: compare, judge: [${judge('A')}, ${judge('tie')}], against: { run: old, ${more} } }
`;
  await write('new.yaml', compared('model: recorded'));
  const second = await assayHere(['run', 'new.yaml', '-o', 'new', '--display', 'none'], folder);
  expect([second.code, second.stderr]).toEqual([0, '']);
  const { scores } = JSON.parse(await readFile(join(folder, 'new', 'summary.json'), 'utf8'));
  // The one says A in both orders, so that it prefers neither; the other says so.
  expect(scores[0]).toMatchObject({ score: 'judge_score', n: 3, value: 0.5 });
  expect(scores[0].signature).toMatch(/\|against:\{"run":"old","model":"recorded"\}.*\|answers:[0-9a-f]{16}/);
  const journal = await readFile(join(folder, 'new', 'journal.jsonl'), 'utf8');
  expect(journal).toContain('"said":["output","reference"]');

  await write('none.yaml', compared('model: other'));
  const none = await assayHere(['run', 'none.yaml', '-o', 'none', '--display', 'none'], folder);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('the run old has no model "other"')]);
});
