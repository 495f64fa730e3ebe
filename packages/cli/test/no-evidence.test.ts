import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { assay } from './assay.ts';
import { assayHere } from './assay-here.ts';

vi.setConfig({ testTimeout: 240_000 });

let folder: string;

const CONFIG = `dataset: { input_data_location: data.jsonl, model_input_key: q, target_output_key: a }
models:
  - { name: dead, exec: { command: [node, dead.mjs] } }
algorithms: [{ algorithm: qa_accuracy }]
gates: [qa_accuracy.f1_score >= 0]
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-evidence-'));
  await writeFile(join(folder, 'data.jsonl'), '{"q":"a?","a":"x"}\n{"q":"b?","a":"y"}\n');
  await writeFile(join(folder, 'blank.jsonl'), '{"q":" ","a":"x"}\n{"q":" ","a":"y"}\n');
  await writeFile(join(folder, 'answers.jsonl'), '{"index":0,"text":"x"}\n{"index":1,"text":"y"}\n');
  await writeFile(join(folder, 'dead.mjs'), 'process.exit(1);\n');
  await writeFile(join(folder, 'dead.yaml'), CONFIG);
  const scripted = CONFIG.replace(/exec: .*\] \}/, 'scripted: { answers: answers.jsonl }').replace('dead', 'm');
  await writeFile(join(folder, 'blank.yaml'), scripted.replace('data.jsonl', 'blank.jsonl'));
  await writeFile(
    join(folder, 'baseline.yaml'),
    scripted.replace('qa_accuracy.f1_score >= 0', '"qa_accuracy.f1_score regression <= 0.02 against production"'),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A run that says nothing of its models is never a choice, and never a version. */
async function nothingComesOf(run: string): Promise<void> {
  const selected = await assayHere(['select', run, '--register', 'group'], folder);
  expect(selected.code, selected.stdout + selected.stderr).not.toBe(0);
  expect(selected.stdout).not.toContain('registered');
  expect(existsSync(join(folder, '.assay', 'registry', 'group', '1.json'))).toBe(false);
}

test('a model that never answers passes no gate, and is neither selected nor registered', async () => {
  const { code, stderr } = await assay(['run', 'dead.yaml', '--allow-code', '-o', 'dead'], folder);
  expect(code, stderr).toBe(3);
  expect(stderr).not.toContain('gate passed');
  expect(stderr).toMatch(/2 samples, row 1 first: /);
  await nothingComesOf('dead');
});

test('a run of which no sample has a score passes no gate, and nothing comes of it', async () => {
  const { code, stderr } = await assayHere(['run', 'blank.yaml', '-o', 'blank'], folder);
  expect(code, stderr).toBe(3);
  expect(stderr).toContain('gate INCONCLUSIVE');
  expect(stderr).toContain('empty_input');
  await nothingComesOf('blank');
});

test('a gate on a score that the run has not is refused before any work', async () => {
  const { code, stderr } = await assayHere(
    ['run', 'blank.yaml', '--fail-on', 'qa_accuracy.f9 >= 0', '-o', 'missing'],
    folder,
  );
  expect([code, stderr]).toEqual([2, expect.stringContaining('qa_accuracy.f9')]);
  expect(existsSync(join(folder, 'missing'))).toBe(false);
});

test('a baseline that is not there yet is inconclusive, with the command that makes it', async () => {
  const { code, stderr } = await assayHere(['run', 'baseline.yaml', '-o', 'first'], folder);
  expect(code, stderr).toBe(4);
  expect(stderr).toMatch(/gate INCONCLUSIVE[\s\S]*assay run/);
});
