import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

test('a run that stops early says why and what it saved, and resumes to itself', async () => {
  const project = await scriptedProject(1200);
  onTestFinished(() => project.remove());
  await appendFile(project.config, 'stop_when: { score: factual_knowledge.factual_knowledge, decided_against: 0.4 }\n');
  const { code, stdout } = await assayHere(['run', project.config, '-o', 'run'], project.folder);
  expect(code).toBe(0);
  const said =
    /^first: stopped early, (\d+) of \d+ samples not needed: factual_knowledge\.factual_knowledge lies above 0\.4 \(0\.\d+ … 0\.\d+\) after (\d+) samples$/m.exec(
      stdout,
    );
  expect(Number(said?.[1]) + Number(said?.[2])).toBe(1200);
  expect(Number(said?.[2])).toBeGreaterThanOrEqual(30);
  const manifest = JSON.parse(await readFile(join(project.folder, 'run', 'manifest.json'), 'utf8'));
  expect(manifest.order).toMatchObject({ seed: 0, rows: 1200 });

  const resumed = await assayHere(['run', project.config, '--resume', 'run'], project.folder);
  expect([resumed.code, resumed.stdout]).toEqual([0, stdout]);

  const names = ['--baseline-model', 'first', '--candidate-model', 'second'];
  const compared = await assayHere(['compare', 'run', 'run', ...names], project.folder);
  expect(compared.stderr).toContain('a run stopped early by its score');
});

test('a score that cannot be followed is told with its place in the file', async () => {
  const project = await scriptedProject(4);
  onTestFinished(() => project.remove());
  await appendFile(project.config, 'stop_when: { score: qa_accuracy.f3, half_width: 0.1 }\n');
  const { code, stderr } = await assayHere(['run', project.config], project.folder);
  expect(code).toBe(2);
  expect(stderr).toContain('evaluation_config.yaml:15:14');
  expect(stderr).toContain('no algorithm of this run has the score qa_accuracy.f3');
});
