import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import type { SampleRow } from '@assay/core';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { writeFmevalRecords } from './write-fmeval-records.ts';

const KEYS = [
  'model_input',
  'prompt',
  'model_output',
  'model_log_probability',
  'target_output',
  'category',
  'context',
  'error',
  'scores',
];

test('one file an algorithm, one line a sample, keys in FMEval’s order, no final line end', async () => {
  const { files } = await writeFmevalRecords(makeRun({ models: ['A'], samples: 120 }), temporaryFolder());
  expect(files.map((file) => basename(file))).toEqual([
    'qa_accuracy_general-knowledge.jsonl',
    'factual_knowledge_general-knowledge.jsonl',
    'qa_accuracy_semantic_robustness_general-knowledge.jsonl',
  ]);
  const text = readFileSync(files[0]!, 'utf8');
  expect(text.endsWith('\n')).toBe(false);
  const records = text.split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(records).toHaveLength(120);
  for (const record of records) expect(Object.keys(record)).toEqual(KEYS.filter((key) => key in record));
  const names = ['f1_score', 'quasi_exact_match_score', 'recall_over_words'];
  for (const record of records) expect((record.scores as { name: string }[]).map((score) => score.name)).toEqual(names);
});

test('a missing score has the reason as its error', async () => {
  const { files } = await writeFmevalRecords(makeRun({ models: ['A'], samples: 400 }), temporaryFolder());
  const records = readFileSync(files[1]!, 'utf8')
    .split('\n')
    .map((line) => JSON.parse(line));
  const failed = records.find((record) => record.error !== undefined);
  expect(failed.scores).toEqual([{ name: 'factual_knowledge', error: failed.error }]);
  const empty = records.find((record) => record.model_output === '');
  expect(empty.scores).toEqual([{ name: 'factual_knowledge', error: 'empty_output' }]);
});

test('lines are written as json.dumps writes them', async () => {
  const alter = (row: SampleRow): SampleRow => ({
    ...row,
    input: 'é 😀',
    target: null,
    category: null,
    output: 'x',
    state: 'scored',
    scores: { 'factual_knowledge.factual_knowledge': 1 },
    unscored: {},
    error: null,
  });
  const { files } = await writeFmevalRecords(makeRun({ models: ['A'], samples: 1, alter }), temporaryFolder());
  expect(readFileSync(files[1]!, 'utf8')).toBe(
    '{"model_input": "\\u00e9 \\ud83d\\ude00", "model_output": "x", "scores": [{"name": "factual_knowledge", "value": 1}]}',
  );
});

test('lines come in FMEval’s order where the rows were drawn so', async () => {
  const run = makeRun({ models: ['A'], samples: 5, alter: (row) => ({ ...row, input: `row ${row.index}` }) });
  const order = [3, 0, 4, 1, 2];
  const drawn = { ...run, manifest: { ...run.manifest, dataset: { ...run.manifest.dataset, order } } };
  const { files } = await writeFmevalRecords(drawn, temporaryFolder());
  const lines = readFileSync(files[0]!, 'utf8').split('\n');
  expect(lines.map((line) => JSON.parse(line).model_input)).toEqual(order.map((index) => `row ${index}`));
});

test('several models have a folder each, and names cannot leave it', async () => {
  const folder = temporaryFolder();
  const { files } = await writeFmevalRecords(makeRun({ models: ['../../A', 'B'], samples: 3 }), folder);
  expect(files).toHaveLength(6);
  for (const file of files) expect(relative(folder, file)).not.toMatch(/^\.\.|^\//);
});
