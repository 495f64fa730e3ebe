import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { assayHere } from './assay-here.ts';

vi.setConfig({ testTimeout: 120_000 });

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-check-'));
  await writeFile(join(folder, 'answers.jsonl'), '{"index":0,"text":"Paris"}\n');
  await writeFile(
    join(folder, 'data.csv'),
    'question;answer;context\nCapital of France?;Paris;x\n ;Rome;x\nRiver?;;x\nCapital of France?;Lyon;x\nonly one\n',
  );
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const GOOD = `dataset:
  input_data_location: data.csv
  model_input_key: question
  target_output_key: answer
models:
  - name: m
    scripted: { answers: answers.jsonl }
    evaluation_config: { prompt_template: "Q: $model_input" }
algorithms:
  - algorithm: qa_accuracy
    target_output_delimiter: "|"
gates: [qa_accuracy.f1_score >= 0.5]
`;

async function check(changes: Readonly<Record<string, string>>, ...args: string[]) {
  let text = GOOD;
  for (const [from, to] of Object.entries(changes)) {
    expect(text).toContain(from);
    text = text.replace(from, () => to);
  }
  await writeFile(join(folder, 'evaluation_config.yaml'), text);
  return assayHere(['check', ...args], folder, { HF_HUB_OFFLINE: '1' });
}

test('the data is opened: blanks, repeated questions, bad rows, how it is read', async () => {
  const { code, stdout } = await check({});
  expect(code).toBe(0);
  const findings = [
    'warning DATA_BAD_ROWS evaluation_config.yaml:2:3  1 of 5 rows cannot be read and are left out; line 6: the row has 1 fields',
    'warning DATA_BLANK evaluation_config.yaml:3:3  1 row has no question (row 2)',
    'warning DATA_DUPLICATES evaluation_config.yaml:3:3  1 row repeats the question of an earlier row (row 4 that of row 1), 1 of them with another answer',
    'warning DATA_BLANK evaluation_config.yaml:4:3  1 row has no expected answer (row 3)',
    'evaluation_config.yaml: ok   m (scripted)',
    'data     data: 5 rows, 1 file,',
    'split at semicolons',
  ];
  for (const finding of findings) expect(stdout).toContain(finding);
});

test('all that is wrong is told at once, options and gates along with data, prompts and models', async () => {
  const { code, stdout } = await check({
    'model_input_key: question': 'model_input_key: qestion',
    'target_output_key: answer': 'target_output_key: anser',
    'Q: $model_input': 'Q: $model_inptu',
    'answers: answers.jsonl': 'answers: nowhere.jsonl',
    '"|"': '3',
    f1_score: 'f2_score',
  });
  expect(code).toBe(2);
  expect(stdout.match(/^[A-Z_]+ \S+/gm)).toEqual([
    'DATASET_KEY_MISSING evaluation_config.yaml:3:3',
    'DATASET_KEY_MISSING evaluation_config.yaml:4:3',
    'DATASET_NOT_FOUND evaluation_config.yaml:6:5',
    'PROMPT_FIELD_MISSING evaluation_config.yaml:8:26',
    'CONFIG_INVALID evaluation_config.yaml:11:5',
    'CONFIG_INVALID evaluation_config.yaml:12:9',
  ]);
  for (const hint of ['"question"', '"answer"', '$model_input', 'f1_score']) expect(stdout).toContain(hint);
  expect(stdout).toContain('evaluation_config.yaml: 6 errors');
});

test.each([
  ['{{q}}', '"{{q}}" is another tool’s', '$model_input'],
  ['Answer {question} now', '"{question}" is another tool’s', `\${question}`],
  ['Answer <context>', '"<context>" is another tool’s', `\${context}`],
  ['Answer the question.', 'every sample would be asked the same', '$model_input'],
])('the prompt %j is refused by check and by run', async (template, message, hint) => {
  const { code, stdout } = await check({ 'Q: $model_input': template });
  expect([code, stdout]).toEqual([2, expect.stringContaining('PROMPT_TEMPLATE evaluation_config.yaml:8:26')]);
  for (const words of [message, hint]) expect(stdout).toContain(words);
  const run = await assayHere(['run', '--display', 'plain'], folder);
  expect([run.code, run.stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('a placeholder of another tool beside ours is suspect', async () => {
  const { code, stdout } = await check({ 'Q: $model_input': 'Q: $model_input <b>{{context}}</b>' });
  expect(code).toBe(0);
  expect(stdout).toContain('warning PROMPT_SUSPECT evaluation_config.yaml:8:26');
  expect(stdout).toContain(`for the field write \${context}`);
});

test('a model that is not here is an error, or a word where the hub may have it', async () => {
  const unknown = await check({ 'scripted: { answers: answers.jsonl }': 'local: { model: SmolLM9 }' });
  expect([unknown.code, unknown.stdout]).toEqual([
    2,
    expect.stringContaining('MODEL_NOT_FOUND evaluation_config.yaml:6:5'),
  ]);
  const offline = await check({ 'scripted: { answers: answers.jsonl }': 'local: { model: org/name }' });
  expect([offline.code, offline.stdout]).toEqual([0, expect.stringContaining('HF_HUB_OFFLINE is set')]);
  // A slip in the name of a model that is here.
  const slip = { 'scripted: { answers: answers.jsonl }': 'local: { model: HuggingFaceTB/SmolLM2-135M-Instrct }' };
  expect((await check(slip)).stdout).toContain('did you mean "SmolLM2-135M-Instruct", which is here?');
});

test('a judge is looked for like a model: what is neither one nor a definition cannot be opened', async () => {
  const judged = (judge: string) =>
    check({
      'algorithm: qa_accuracy\n    target_output_delimiter: "|"': `algorithm: llm_judge\n    judge: ${judge}`,
      'gates: [qa_accuracy.f1_score >= 0.5]\n': '',
    });
  const unknown = await judged('"no json, and no model"');
  expect(unknown.code).toBe(2);
  expect(unknown.stdout).toMatch(/^MODEL_NOT_FOUND evaluation_config\.yaml:11:5 {2}no model "no json, and no model"/m);
  const near = await judged('[SmolLM2-135M-Instruct, SmolLM2-135M-instruct]');
  expect(near.stdout).toMatch(/^MODEL_NOT_FOUND .*did you mean "SmolLM2-135M-Instruct"/m);
  expect(near.stdout.match(/^MODEL_NOT_FOUND/gm)).toHaveLength(1);
  const encoder = await judged('{ model_id: all-MiniLM-L6-v2, runner: local }');
  expect(encoder.stdout).toMatch(/^RUNNER_CAPABILITY .*cannot generate text: llm_judge needs it/m);
  for (const judge of ['m', 'SmolLM2-135M-Instruct', '{ scripted: { answers: answers.jsonl } }'])
    expect((await judged(judge)).code, judge).toBe(0);
});

test('--quick looks at the file alone', async () => {
  const { code, stdout } = await check({ 'data.csv': 'nowhere.csv' }, '--quick');
  expect([code, stdout]).toEqual([0, 'evaluation_config.yaml: ok   m (scripted)\n']);
});
