import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { assay } from './assay.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-found-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const CONFIG = `dataset: { input_data_location: fragen.csv, model_input_key: Frage, target_output_key: Antwort }
models: [{ name: m, scripted: { answers: answers.jsonl } }]
algorithms: [{ algorithm: qa_accuracy }]
`;

test('a German file as Excel saves it runs; a blank question is not scored, and not asked', async () => {
  const rows =
    'Frage;Antwort\r\nWelcher Fluss fließt durch Köln?;Rhein\r\n ;Paris\r\nWie heißt die größte Stadt?;Berlin\r\n';
  await writeFile(join(folder, 'fragen.csv'), Buffer.from(rows, 'latin1'));
  await writeFile(
    join(folder, 'answers.jsonl'),
    '{"index":0,"text":"Rhein"}\n{"index":1,"text":"x"}\n{"index":2,"text":"Bonn"}\n',
  );
  await writeFile(join(folder, 'evaluation_config.yaml'), CONFIG);
  const run = await assay(['run', 'evaluation_config.yaml', '-o', 'out', '--display', 'plain'], folder);
  expect(run).toMatchObject({ code: 0 });
  expect(run.stderr).toContain('fragen.csv: not UTF-8, read as windows-1252');
  expect(run.stdout).toContain('not scored for m: 1 empty_input');
  const journal = (await readFile(join(folder, 'out', 'journal.jsonl'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '');
  const samples = journal
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'sample')
    .sort((a, b) => a.sample - b.sample);
  expect(samples.map(({ input, state, attempts }) => [input, state, attempts])).toEqual([
    ['Welcher Fluss fließt durch Köln?', 'scored', 1],
    [' ', 'unscored', 0],
    ['Wie heißt die größte Stadt?', 'scored', 1],
  ]);
});
