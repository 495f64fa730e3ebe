import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assayHere } from './assay-here.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-init-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a first config is valid, and runs on the embedded model', async () => {
  const written = await assayHere(['init', 'first'], folder);
  expect(written.code).toBe(0);
  expect(written.stdout).toContain('next     assay run first/evaluation_config.yaml');
  const run = await assayHere(['run', 'first/evaluation_config.yaml', '--limit', '2'], folder);
  expect(run.stderr).not.toMatch(/warning|CONFIG_/);
  expect(run.code).toBe(0);
  expect(run.stdout).toContain('SmolLM2-135M-Instruct: 2 scored');
});

test('a config that is there already stays as it is', async () => {
  await assayHere(['init', 'kept'], folder);
  const before = await readFile(join(folder, 'kept/evaluation_config.yaml'), 'utf8');
  const again = await assayHere(['init', 'kept', '--model', 'other'], folder);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('--force');
  expect(await readFile(join(folder, 'kept/evaluation_config.yaml'), 'utf8')).toBe(before);
});

test('the columns of a file become the keys, odd names and existing outputs included', async () => {
  await writeFile(join(folder, 'my data.csv'), 'Question,"true: answer",Output,topic\nWho?,me,"It is me",x\n');
  const written = await assayHere(
    ['init', 'mine', '--data', 'my data.csv', '--target-output-key', 'true: answer'],
    folder,
  );
  expect(written.stdout).toContain('target_output_key: true: answer');
  const run = await assayHere(['run', 'mine/evaluation_config.yaml'], folder);
  expect(run.code).toBe(0);
  expect(run.stdout).toContain('Output: 1 scored');
});

test('data without anything like a question says which columns there are', async () => {
  await writeFile(join(folder, 'odd.jsonl'), '{"x": 1, "y": 2}\n');
  const { code, stderr } = await assayHere(['init', 'odd', '--data', 'odd.jsonl'], folder);
  expect(code).toBe(2);
  expect(stderr).toContain('columns: x, y');
});

test('what was taken is said with the reason, in other languages too; a name that is not there is refused', async () => {
  await writeFile(
    join(folder, 'fragen.csv'),
    Buffer.from('Prüfungsfrage;Antwort;Thema\nWo liegt Köln?;Rhein;Städte\n', 'latin1'),
  );
  const { code, stdout } = await assayHere(['init', 'deutsch', '--data', 'fragen.csv'], folder);
  expect(code).toBe(0);
  expect(stdout).toContain('model_input_key: Prüfungsfrage   because its name says “frage”');
  expect(stdout).toContain('target_output_key: Antwort');
  expect(stdout).toContain('read as windows-1252');
  const slip = await assayHere(['init', 'slip', '--data', 'fragen.csv', '--model-input-key', 'Prüfungsfrge'], folder);
  expect([slip.code, slip.stderr]).toEqual([2, expect.stringContaining('did you mean "Prüfungsfrage"?')]);
  await expect(readFile(join(folder, 'slip/evaluation_config.yaml'))).rejects.toThrow();
});

test('no config says that answers are missing where a column was only not recognised', async () => {
  await writeFile(join(folder, 'half.csv'), 'question,xyz\nWho?,\n');
  await writeFile(join(folder, 'one.csv'), 'question\nWho?\n');
  for (const [name, words] of [
    ['half', 'no column was taken for the expected answer'],
    ['one', 'the data has no expected answers'],
  ] as const) {
    expect((await assayHere(['init', name, '--data', `${name}.csv`], folder)).code).toBe(0);
    expect(await readFile(join(folder, name, 'evaluation_config.yaml'), 'utf8')).toContain(words);
  }
});
