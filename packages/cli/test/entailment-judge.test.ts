import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

const FIXTURES = new URL('../../runner-local/fixtures/encoders/', import.meta.url).pathname;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-entailment-'));
  for (const name of ['bert-nli', 'bert-tokens']) {
    await cp(join(FIXTURES, name), join(folder, name), { recursive: true });
    await mkdir(join(folder, name, 'onnx'));
    await rename(join(folder, name, 'model.onnx'), join(folder, name, 'onnx', 'model.onnx'));
  }
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const config = (judge: string) => `dataset:
  { input_data_location: rows.jsonl, model_input_key: q, context_key: c, model_output_key: a, human_label_key: human }
models: [{ name: recorded, runner: outputs }]
algorithms: [{ algorithm: llm_judge, judge: ${judge}, criterion: faithfulness, score: expected }]
`;

test('faithfulness by a cross-encoder beside the config: transformers’ likelihoods, corrected by labels, audited', async () => {
  const { answers } = JSON.parse(await readFile(join(folder, 'bert-nli', 'reference.json'), 'utf8')) as {
    answers: { first: string; second: string; scores: { entailment: number } }[];
  };
  const rows = answers.map(({ first, second }, at) => {
    return {
      q: `question ${at}`,
      c: first,
      a: second,
      ...(at < 12 ? { human: at % 3 === 0 ? 'unsupported' : 'supported' } : {}),
    };
  });
  const long = { q: 'too long', c: 'words and more words '.repeat(40), a: 'x' };
  await writeFile(join(folder, 'rows.jsonl'), [...rows, long].map((row) => `${JSON.stringify(row)}\n`).join(''));
  await writeFile(join(folder, 'config.yaml'), config('{ entailment: ./bert-nli }'));
  const { code, stderr } = await assayHere(['run', 'config.yaml', '-o', 'run', '--display', 'none'], folder);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const { scores } = JSON.parse(await readFile(join(folder, 'run', 'summary.json'), 'utf8'));
  const score = (name: string) => scores.find((row: { score: string }) => row.score === name);
  const mean = answers.reduce((sum, answer) => sum + answer.scores.entailment, 0) / answers.length;
  expect(score('judge_score')).toMatchObject({
    n: answers.length,
    value: expect.closeTo(mean, 4),
    unscored: { 'helper_failed(RUNNER_PROMPT_TOO_LONG)': 1 },
  });
  expect(score('corrected_score')).toMatchObject({ correction: { labelled: 12 } });
  expect(score('human_score')).toMatchObject({ n: 12, value: expect.closeTo(2 / 3, 9) });
  expect(score('judge_score').signature).toMatch(/\|pair:context>answer.*\|helper:classify=local:bert-nli@sha256:/);
  expect(score('judge_consistency')).toBeUndefined();
  const audit = await assayHere(['judge', 'audit', 'run'], folder);
  expect(audit.stdout).toContain('./bert-nli`');
  expect(audit.stdout).toContain('| agreement |');
  expect(audit.stdout).not.toContain('picks the first');
}, 120_000);

test('a model that says nothing of entailment gives no verdict, and a criterion without two texts is refused', async () => {
  await writeFile(join(folder, 'rows.jsonl'), `${JSON.stringify({ q: 'q', c: 'c', a: 'a', human: 'supported' })}\n`);
  await writeFile(join(folder, 'config.yaml'), config('{ entailment: ./bert-tokens }'));
  await assayHere(['run', 'config.yaml', '-o', 'run', '--display', 'none'], folder);
  const { scores } = JSON.parse(await readFile(join(folder, 'run', 'summary.json'), 'utf8'));
  expect(scores[0]).toMatchObject({ n: 0, value: null });
  await writeFile(
    join(folder, 'config.yaml'),
    config('{ entailment: ./bert-nli }').replace('faithfulness', 'harmlessness'),
  );
  const refused = await assayHere(['check', 'config.yaml'], folder);
  expect([refused.code, refused.stderr + refused.stdout]).toEqual([
    2,
    expect.stringContaining('an entailment model needs'),
  ]);
}, 120_000);
