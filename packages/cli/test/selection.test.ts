import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ScriptedProject, scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

let project: ScriptedProject;
beforeAll(async () => {
  project = await scriptedProject(12);
  const selection = '{ weights: { factual_knowledge.factual_knowledge: 1, qa_accuracy.f1_score: 0.5 }, prefer: cost }';
  await appendFile(project.config, `selection: ${selection}\n`);
});
afterAll(() => project.remove());

test('a run ends with the model that its selection chooses, and says who is tied', async () => {
  const { code, stdout, stderr } = await assayHere(['run', project.config, '-o', 'run'], project.folder);
  expect(code, stderr).toBe(0);
  const name = '1 × factual_knowledge.factual_knowledge + 0.5 × qa_accuracy.f1_score';
  const reason = `first, second cannot be told apart on ${name}; first is the first in the config (the number of tokens is the same)`;
  expect(stdout).toContain(`selected first   ${reason}\n`);
  const page = await readFile(join(project.folder, 'run', 'report.html'), 'utf8');
  expect(page).toContain('"chosen":{"model":"first"');
  const written = JSON.parse(await readFile(join(project.folder, 'run', 'best_model.json'), 'utf8'));
  expect(written).toMatchObject({ model: 'first', tied: ['second'], score: name, reason });

  const again = await assayHere(['select', 'run', '-o', 'again.json'], project.folder);
  expect(again.stdout).toContain(reason);
  expect(JSON.parse(await readFile(join(project.folder, 'again.json'), 'utf8'))).toEqual(written);
  const other = await assayHere(
    ['select', 'run', '--score', 'qa_accuracy.f1_score', '--prefer', 'size'],
    project.folder,
  );
  expect(other.stdout).toContain(
    'cannot be told apart on qa_accuracy.f1_score; first is the first in the config (the size of first, second is not known)',
  );
}, 60_000);

test('two ways to decide at once are refused before the run', async () => {
  const text = await readFile(project.config, 'utf8');
  const both = join(project.folder, 'both.yaml');
  await appendFile(both, text.replace('prefer: cost', 'score: qa_accuracy.f1_score'));
  const { code, stdout } = await assayHere(['check', both], project.folder);
  expect([code, stdout]).toEqual([2, expect.stringContaining('selection takes one of score and weights')]);
});
