import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { assay } from './assay.ts';
import { assayHere } from './assay-here.ts';

const PROMPTFOO = fileURLToPath(new URL('../../core/fixtures/promptfoo/', import.meta.url));
const OUTPUTS = fileURLToPath(new URL('../../core/fixtures/outputs/', import.meta.url));
const LM_EVAL = fileURLToPath(new URL('../../core/fixtures/lm-eval/', import.meta.url));

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'assay-import-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('an lm-evaluation-harness task is imported and runs on the embedded model', async () => {
  const folder = await temporaryFolder();
  const imported = await assay(
    ['import', 'lm-eval', join(LM_EVAL, 'tasks/piqa.yaml'), '--data', join(LM_EVAL, 'data'), '-o', 'piqa'],
    folder,
  );
  expect([imported.code, imported.stdout]).toEqual([0, 'piqa/evaluation_config.yaml\n']);
  const run = await assay(['run', 'piqa/evaluation_config.yaml', '--display', 'none', '-o', 'run'], folder);
  expect(run.code, run.stderr).toBe(0);
  const { scores } = JSON.parse(await readFile(join(folder, 'run/summary.json'), 'utf8'));
  expect(scores.map((each: { score: string; n: number }) => [each.score, each.n])).toEqual(
    ['acc', 'acc_norm', 'acc_bytes', 'exact_match', 'brier_score', 'f1', 'weighted_f1', 'mcc'].map((score) => [
      score,
      4,
    ]),
  );
}, 120_000);

test('a task that cannot be imported ends with 2 and its reason; the others are written', async () => {
  const folder = await temporaryFolder();
  const tasks = ['winogrande', 'piqa'].map((name) => join(LM_EVAL, `tasks/${name}.yaml`));
  const { code, stdout, stderr } = await assayHere(
    ['import', 'lm-eval', ...tasks, '--data', join(LM_EVAL, 'data'), '-o', 'out'],
    folder,
  );
  expect([code, stdout]).toEqual([2, 'out/piqa/evaluation_config.yaml\n']);
  expect(stderr).toContain('winogrande.yaml:2:1  the split "validation" of this task is not on this machine');

  const checked = await assayHere(['import', 'lm-eval', ...tasks, '--check'], folder);
  expect([checked.code, checked.stdout]).toEqual([2, '']);
  expect(checked.stderr).toContain(
    'winogrande.yaml:7:1  !function preprocess_winogrande.doc_to_text cannot be carried',
  );
});

test('a promptfoo config is imported and runs on the embedded model', async () => {
  const folder = await temporaryFolder();
  const asked = ['import', 'promptfoo', join(PROMPTFOO, 'promptfooconfig.yaml'), '-o', 'capitals'];
  const inPart = await assayHere(asked, folder);
  expect([inPart.code, inPart.stdout]).toEqual([2, 'capitals/evaluation_config.yaml\n']);
  expect(inPart.stderr).toContain('--allow-partial takes what is left');
  const imported = await assayHere([...asked, '--allow-partial'], folder);
  expect([imported.code, imported.stdout]).toEqual([0, 'capitals/evaluation_config.yaml\n']);
  expect(imported.stderr).toContain('the assertion javascript is code: it is left out');
  const run = await assayHere(
    [
      ...['run', 'capitals/evaluation_config.yaml', '--runner', 'local', '--local-model', 'SmolLM2-135M-Instruct'],
      ...['--models', 'haiku / prompts/chat.json', '--limit', '2', '--display', 'none', '-o', 'run'],
    ],
    folder,
  );
  expect(run.code, run.stderr).toBe(0);
  const { scores } = JSON.parse(await readFile(join(folder, 'run/summary.json'), 'utf8'));
  expect(scores.map((each: { score: string; n: number }) => [each.score, each.n])).toEqual([
    // Of a row with an assertion that runs code nobody can say that all hold.
    ['all_assertions', 1],
    ['assertions_passed', 2],
  ]);
}, 120_000);

test('checks that are code are carried over and run only with leave', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, 'promptfooconfig.yaml'),
    `prompts: ["Say {{n}}"]
providers: [echo]
tests:
  - vars: { n: one }
    assert: [{ type: javascript, value: "output.length >= 0" }]
  - vars: { n: two }
    assert: [{ type: javascript, value: "output.length < 0" }]
`,
  );
  const flags = ['--model', 'SmolLM2-135M-Instruct', '--allow-partial'];
  const imported = await assayHere(
    ['import', 'promptfoo', 'promptfooconfig.yaml', '-o', '.', '--allow-code', ...flags],
    folder,
  );
  expect(imported.code, imported.stderr).toBe(0);
  expect(imported.stderr).toContain('--allow-code');
  const run = ['run', 'evaluation_config.yaml', '--display', 'none', '-o', 'run'];
  const refused = await assayHere(run, folder);
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('CONFIG_CODE_NOT_ALLOWED')]);
  const allowed = await assay([...run, '--allow-code'], folder);
  expect(allowed.code, allowed.stderr).toBe(0);
  const { scores } = JSON.parse(await readFile(join(folder, 'run/summary.json'), 'utf8'));
  expect(scores).toMatchObject([
    { score: 'all_assertions', n: 2, value: 0.5 },
    { score: 'assertions_passed', n: 2, value: 0.5 },
  ]);
}, 120_000);

test('outputs of other tools are compared like runs, with gates', async () => {
  const folder = await temporaryFolder();
  const logs = ['a', 'b'].map((name) => join(OUTPUTS, `inspect/${name}.json`));
  const text = await assayHere(['compare', ...logs], folder);
  expect(text.code, text.stderr).toBe(0);
  expect(text.stdout).toMatch(/includes [\s\S]*value +\+0\.250/);
  const gated = await assayHere(['compare', ...logs, '--format', 'junit', '--fail-on', 'includes.value >= 1'], folder);
  expect([gated.code, gated.stdout]).toEqual([0, expect.stringContaining('<testsuite')]);
  const failed = await assayHere(['compare', ...logs.toReversed(), '--fail-on', 'includes.value >= 1'], folder);
  expect(failed.code).toBe(1);
});
