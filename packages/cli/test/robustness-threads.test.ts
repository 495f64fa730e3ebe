import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assay } from './assay.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-threads-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ROWS = [
  { question: 'What is the capital city of France?', answer: 'Paris' },
  { question: 'Which colour do you get by mixing blue and yellow?', answer: 'green' },
];

const configOf = (
  local: string,
) => `dataset: { input_data_location: rows.jsonl, model_input_key: question, target_output_key: answer }
models:
  - name: m
    runner: local
    local: { model: SmolLM2-135M-Instruct, ${local} }
    evaluation_config: { inference_parameters: { max_new_tokens: 4 } }
algorithms:
  - { algorithm: qa_accuracy, robustness: { perturbation: [butter_finger, letter_case], num_perturbations: 1 } }
`;

/** What was asked, answered and scored of each sample. */
async function samplesOf(local: string, to: string): Promise<Map<number, unknown>> {
  await writeFile(join(folder, 'config.yaml'), configOf(local));
  const { code, stderr } = await assay(['run', 'config.yaml', '-o', to, '--no-cache', '--display', 'none'], folder);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const lines = (await readFile(join(folder, to, 'journal.jsonl'), 'utf8')).trimEnd().split('\n');
  const samples = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'sample');
  return new Map(samples.map(({ sample, disturbed, outputs, outcomes }) => [sample, { disturbed, outputs, outcomes }]));
}

test('robustness of a sample is the same with one worker thread and with two, one question at a time or several', async () => {
  await writeFile(join(folder, 'rows.jsonl'), ROWS.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const one = await samplesOf('workers: 1, batch_size: 1', 'one');
  expect(one.size).toBe(ROWS.length);
  expect(Object.keys((one.get(0) as { disturbed: object }).disturbed)).toContain('letter_case/0');
  expect(await samplesOf('workers: 2, batch_size: 4', 'two')).toEqual(one);
}, 120_000);
