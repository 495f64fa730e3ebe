import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScriptedProject, scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

let project: ScriptedProject;
beforeAll(async () => {
  project = await scriptedProject(10);
  await appendFile(project.config, 'prices: prices.yaml\n');
  const prices = '{ currency: EUR, tokens: { first: { input: 1000, output: 5000 } } }\n';
  await writeFile(join(project.folder, 'prices.yaml'), prices);
});
afterAll(() => project.remove());

test('page and compare say what the answers cost by the prices of the config, and what is unknown', async () => {
  const { code, stderr } = await assayHere(['run', project.config, '-o', 'run'], project.folder);
  expect(code, stderr).toBe(0);
  // 10 answers of 9 tokens in and 4 out.
  const page = await readFile(join(project.folder, 'run', 'report.html'), 'utf8');
  expect(page).toContain('"cost":"EUR\u00a00.29"');
  expect(page).toContain('"cost":"unknown"');

  const pair = ['compare', 'run', 'run', '--baseline-model', 'first', '--candidate-model', 'second'];
  const { stdout } = await assayHere(pair, project.folder);
  expect(stdout).toContain(
    'cost of the baseline    0.29 EUR for 10 answers (90 tokens in at 1000, 40 out at 5000 a million)\n',
  );
  expect(stdout).toContain('cost of the candidate   unknown (the price table has no tokens of second)\n');
  const { costs } = JSON.parse((await assayHere([...pair, '--json'], project.folder)).stdout);
  expect([costs.baseline.amount, costs.candidate.amount]).toEqual([0.29, null]);
}, 60_000);

test('a price file that cannot be read leaves the cost unknown, not the page unwritten', async () => {
  await writeFile(join(project.folder, 'prices.yaml'), 'currency: [\n');
  const { code, stderr } = await assayHere(['report', 'run'], project.folder);
  expect([code, stderr]).toEqual([0, expect.stringContaining('costs are unknown: the prices in ')]);
}, 60_000);
