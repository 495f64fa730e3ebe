import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGenerator } from '@assay/metrics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assay, type ScriptedProject, scriptedProject, shell, startAssay } from './assay.ts';

let project: ScriptedProject;
let expected: string;

async function summaryText(run: string): Promise<string> {
  const { timing: _, run: __, crc32: ___, ...rest } = JSON.parse(await readFile(join(run, 'summary.json'), 'utf8'));
  return JSON.stringify(rest);
}

/** Waits until the run has so many lines on disk. */
async function journalHolds(run: string, lines: number): Promise<void> {
  for (;;) {
    const text = await readFile(join(run, 'journal.jsonl'), 'utf8').catch(() => '');
    if (text.split('\n').length > lines) return;
    await sleep(20);
  }
}

beforeAll(async () => {
  project = await scriptedProject(240, 60);
  const whole = join(project.folder, 'whole');
  const { code, stderr } = await assay(['run', project.config, '-o', whole], project.folder);
  expect(code, stderr).toBe(0);
  expected = await summaryText(whole);
}, 60_000);
afterAll(() => project.remove());

test('killed at ten random moments and resumed, a run ends with the summary of an uninterrupted one', async () => {
  const generator = createGenerator(20261123);
  const run = join(project.folder, 'killed');
  let kills = 0;
  for (let attempt = 0; kills < 10 && attempt < 40; attempt += 1) {
    const { child, finished } = startAssay(['run', project.config, '-o', run, '--display', 'none'], project.folder);
    await Promise.race([finished, sleep(300 + 400 * generator.random())]);
    child.kill('SIGKILL');
    const { signal } = await finished;
    if (signal === 'SIGKILL') kills += 1;
    else break;
  }
  expect(kills).toBe(10);
  const { code, stderr } = await assay(['run', project.config, '-o', run], project.folder);
  expect(code, stderr).toBe(0);
  expect(await summaryText(run)).toBe(expected);
  const lines = (await readFile(join(run, 'journal.jsonl'), 'utf8')).trimEnd().split('\n');
  const samples = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === 'sample');
  expect(samples).toHaveLength(480);
  expect(new Set(samples.map(({ model, sample }) => `${model}/${sample}`)).size).toBe(480);
}, 90_000);

test('Ctrl-C saves what is done and prints the command that continues with it, flags and all', async () => {
  const run = join(project.folder, 'it was "interrupted"');
  const flags = ['--limit', '41-160', '--models', 'first', '--seed', '5', '--repeat', '2'];
  const whole = join(project.folder, 'whole-with-flags');
  expect((await assay(['run', project.config, ...flags, '-o', whole], project.folder)).code).toBe(0);
  const { child, finished } = startAssay(['run', project.config, ...flags, '-o', run], project.folder);
  await journalHolds(run, 10);
  child.kill('SIGINT');
  const { code, stderr } = await finished;
  expect(code).toBe(130);
  // What affects no answer may change on the way, and the run says so.
  await appendFile(project.config, 'max_failures: 3\n');
  const command = /Continue with: (assay .*)/.exec(stderr)?.[1];
  const resumed = await shell(command ?? '', project.folder);
  expect(resumed.code, `${command}\n${resumed.stderr}`).toBe(0);
  expect(await summaryText(run)).toBe(await summaryText(whole));
  const { revisions, configText } = JSON.parse(await readFile(join(run, 'manifest.json'), 'utf8'));
  expect(revisions).toMatchObject([{ changed: ['max_failures'] }]);
  expect(configText).toContain('max_failures: 3');
}, 60_000);

test('a finished run resumes to itself', async () => {
  const run = join(project.folder, 'whole');
  const before = await readFile(join(run, 'journal.jsonl'), 'utf8');
  const { code } = await assay(['run', project.config, '--resume', run], project.folder);
  expect(code).toBe(0);
  expect(await summaryText(run)).toBe(expected);
  expect(await readFile(join(run, 'journal.jsonl'), 'utf8')).toBe(before);
});
