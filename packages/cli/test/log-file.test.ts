import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assay, type ScriptedProject, scriptedProject, startAssay } from './assay.ts';

let project: ScriptedProject;

beforeEach(async () => {
  project = await scriptedProject(30);
});
afterEach(() => project.remove());

async function eventsOf(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(project.folder, file), 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

test('a log has a line for each sample, with no text of prompts and answers unless asked', async () => {
  const { code, stderr } = await assay(['run', project.config, '--log-file', 'log.jsonl'], project.folder);
  expect(code, stderr).toBe(0);
  const events = await eventsOf('log.jsonl');
  expect(events.filter(({ event }) => event === 'sample')).toHaveLength(60);
  expect(events.map(({ event }) => event).filter((event) => event !== 'sample')).toEqual([
    'run_started',
    'model_started',
    'model_ended',
    'model_started',
    'model_ended',
    'run_ended',
  ]);
  expect(events.find(({ event }) => event === 'sample')).toMatchObject({
    level: 'info',
    run: events[0]!.run,
    model: 'first',
    state: 'scored',
    attempts: 1,
    digest: expect.stringMatching(/^[0-9a-f]{16}/),
  });
  expect(await readFile(join(project.folder, 'log.jsonl'), 'utf8')).not.toMatch(/Question|word\d|no idea/);

  await assay(['run', project.config, '--log-file', 'texts.jsonl', '--log-text'], project.folder, {
    SOME_TOKEN: 'Question 7?',
  });
  const texts = await readFile(join(project.folder, 'texts.jsonl'), 'utf8');
  expect(texts).toContain('"input":"Question 6?"');
  expect(texts).not.toContain('Question 7?');
});

test('scored ranges and bad rows are logged by assay score', async () => {
  await writeFile(join(project.folder, 'outputs.jsonl'), '{"answer":"a","output":"a"}\nnot json\n{"answer":"b"}\n');
  const args = ['score', 'outputs.jsonl', '--algorithms', 'qa_accuracy', '--target-output-key', 'answer'];
  const { code, stderr } = await assay(
    [...args, '--model-output-key', 'output', '--log-file', 'log.jsonl'],
    project.folder,
  );
  expect(code, stderr).toBe(0);
  const events = await eventsOf('log.jsonl');
  expect(events.find(({ event }) => event === 'range')).toMatchObject({ model: 'outputs' });
  expect(events.find(({ event }) => event === 'warning')).toMatchObject({ code: 'DATASET_SYNTAX', line: 2 });
  expect(JSON.stringify(events)).not.toContain('not json');
});

test('Ctrl-C leaves a log that ends with the interruption', async () => {
  const slow = await scriptedProject(240, 60);
  try {
    const { child, finished } = startAssay(['run', slow.config, '--log-file', 'log.jsonl'], slow.folder);
    const log = () => readFile(join(slow.folder, 'log.jsonl'), 'utf8').catch(() => '');
    await expect.poll(log, { timeout: 10_000 }).toContain('"event":"sample"');
    child.kill('SIGINT');
    expect((await finished).code).toBe(130);
    expect(JSON.parse((await log()).trimEnd().split('\n').at(-1)!)).toMatchObject({
      event: 'run_ended',
      error: 'RUN_INTERRUPTED',
      level: 'warn',
    });
  } finally {
    await slow.remove();
  }
});

test.skipIf(!existsSync('/dev/full'))('a log on a full disk costs a note, not the run (needs /dev/full)', async () => {
  const { code, stderr } = await assay(['run', project.config, '--log-file', '/dev/full'], project.folder);
  expect(code).toBe(0);
  expect(stderr.match(/the log \/dev\/full cannot be written \(ENOSPC\)/g)).toHaveLength(1);
});
