import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { scriptedProject } from './assay.ts';
import { assayHere } from './assay-here.ts';

test('a manifest names the version and no absolute path of the project; old ones still resume and report', async () => {
  const project = await scriptedProject(6);
  onTestFinished(() => project.remove());
  const run = join(project.folder, 'run');
  const first = await assayHere(['run', 'evaluation_config.yaml', '-o', 'run'], project.folder);
  expect(first.code, first.stderr).toBe(0);
  const file = join(run, 'manifest.json');
  const { sealed: _, crc32: __, ...manifest } = JSON.parse(await readFile(file, 'utf8'));
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  expect(manifest.versions).toEqual({ assay: version, node: process.version });
  expect(JSON.stringify(manifest)).not.toContain(project.folder);
  expect(manifest.dataset.files[0].path).toBe('data.jsonl');

  const files = [{ ...manifest.dataset.files[0], path: join(project.folder, 'data.jsonl') }];
  const old = { ...manifest, configFile: project.config, dataset: { ...manifest.dataset, files }, versions: {} };
  await writeFile(file, JSON.stringify(old));
  const journal = await readFile(join(run, 'journal.jsonl'), 'utf8');
  const resumed = await assayHere(['run', project.config, '--resume', run], project.folder);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await readFile(join(run, 'journal.jsonl'), 'utf8')).toBe(journal);
  for (const format of ['html', 'inspect']) {
    const report = await assayHere(['report', run, '--format', format, '-o', join(run, format)], project.folder);
    expect(report.code, report.stderr).toBe(0);
  }
}, 60_000);

test('a baseline that a gate names beside the config is found by a report from anywhere', async () => {
  const project = await scriptedProject(6);
  onTestFinished(() => project.remove());
  const base = await assayHere(['run', project.config, '-o', 'base'], project.folder);
  expect(base.code, base.stderr).toBe(0);
  const gate = '{ score: qa_accuracy.f1_score, max_regression: 0.6, baseline: base }';
  await appendFile(project.config, `gates: [${gate}]\n`);
  const gated = await assayHere(['run', project.config, '-o', 'gated'], project.folder);
  expect(gated.code, gated.stderr).toBe(0);
  const elsewhere = join(project.folder, 'base');
  const report = await assayHere(['report', join(project.folder, 'gated'), '--format', 'junit'], elsewhere);
  expect(report.code, report.stderr).toBe(0);
}, 60_000);
