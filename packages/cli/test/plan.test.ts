import { appendFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type ScriptedProject, scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

async function project(samples: number): Promise<ScriptedProject> {
  const made = await scriptedProject(samples);
  onTestFinished(() => made.remove());
  return made;
}

const lineOf = (stdout: string, label: string) =>
  new RegExp(`^ {2}${label} +(.*)$`, 'm').exec(stdout.replaceAll(/\n {17}/g, ' '))?.[1] ?? `no line ${label}`;

test('a plan says what would be asked, how long, how much and what it could tell, and makes no run', async () => {
  const { config, folder } = await project(200);
  await appendFile(config, 'gates: [qa_accuracy.f1_score lower >= 0.5]\n');
  const { code, stdout } = await assayHere(['plan', config], folder);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^made-up {3}200 samples, seed 0 {3}factual_knowledge, qa_accuracy\n/);
  expect(lineOf(stdout, 'questions')).toBe('200');
  expect(lineOf(stdout, 'prompt tokens')).toBe('unknown: the runner cannot count them without a call');
  expect(lineOf(stdout, 'time')).toMatch(/^at most about \S+ s \(probe of 5 samples: 4 questions in \S+ s\)$/);
  expect(lineOf(stdout, 'cost')).toMatch(/^unknown \(no prices/);
  expect(stdout).toContain('what 200 samples can tell');
  expect(lineOf(stdout, 'qa_accuracy\\.f1_score')).toMatch(/^0\.\d+$/);
  expect(lineOf(stdout, 'gate')).toMatch(
    /about \d+ samples to tell a true 0\.55 from the limit 0\.5 \(200 are too few\)$/,
  );
  expect(await readdir(folder)).not.toContain('.assay');
});

test('prices come from a file on the command line, or from the config', async () => {
  const { config, folder } = await project(200);
  const prices = 'currency: EUR\ntokens: { first: { input: 1000, output: 2000 } }\n';
  await writeFile(join(folder, 'prices.yaml'), prices);
  const flagged = await assayHere(['plan', config, '--prices', 'prices.yaml'], folder);
  // 200 prompts of 9 tokens and answers of 4.
  expect(lineOf(flagged.stdout, 'cost')).toMatch(/^about 3\.40 EUR \(1800 prompt tokens, 4\.0 new tokens an answer/);
  expect(flagged.stdout).toContain('unknown (the price table has no tokens of second)');
  await appendFile(config, 'prices: prices.yaml\n');
  const configured = await assayHere(['plan', config, '--no-probe'], folder);
  expect(lineOf(configured.stdout, 'time')).toBe('unknown without a probe');
  expect(lineOf(configured.stdout, 'cost')).toBe('unknown (the prompts’ tokens are unknown before the model is asked)');
});

test('the plan as JSON holds the same figures', async () => {
  const { config, folder } = await project(40);
  await appendFile(config, 'stop_when: { score: qa_accuracy.f1_score, half_width: 0.05 }\n');
  const { code, stdout } = await assayHere(
    ['plan', config, '--format', 'json', '--models', 'second', '--limit', '30'],
    folder,
  );
  expect(code).toBe(0);
  const plan = JSON.parse(stdout);
  expect(plan).toMatchObject({
    dataset: 'made-up',
    samples: 30,
    models: [{ name: 'second', questions: 30, probe: { samples: 5, timedQuestions: 4, newTokens: 4 } }],
    power: { alpha: 0.05, power: 0.8, discordant: 0.3, gates: [] },
    stop: { score: 'qa_accuracy.f1_score', rule: 'known to ± 0.05' },
  });
});

test('a model that cannot be opened is told, and ends the command with 2', async () => {
  const { config, folder } = await project(10);
  const { code, stdout } = await assayHere(
    ['plan', config, '--runner', 'local', '--local-model', 'no-such-model'],
    folder,
  );
  expect(code).toBe(2);
  expect(stdout).toContain('MODEL_NOT_FOUND');
  expect(lineOf(stdout, 'questions')).toBe('10');
});

test('the help shows each option with its environment variable, and an example', async () => {
  const { code, stdout } = await assayHere(['plan', '--help'], '.');
  expect(code).toBe(0);
  for (const flag of ['--no-probe', '--prices <file>', '--format <name>', '--limit <n>'])
    expect(stdout).toContain(flag);
  expect(stdout).toContain('ASSAY_PRICES');
  expect(stdout).toMatch(/Example:\n.*assay plan/);
});
