import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import type { SampleRow } from '@assay/core';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { PythonFloat, pythonJson } from './python-json.ts';
import { writeFmevalRecords } from './write-fmeval-records.ts';

const KEYS = [
  'model_input',
  'prompt',
  'model_output',
  'model_log_probability',
  'target_output',
  'category',
  'context',
  'sent_more_input',
  'sent_less_input',
  'sent_more_prompt',
  'sent_less_prompt',
  'sent_more_log_prob',
  'sent_less_log_prob',
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
    '{"model_input": "\\u00e9 \\ud83d\\ude00", "model_output": "x", "scores": [{"name": "factual_knowledge", "value": 1.0}]}',
  );
});

const bare = {
  category: null,
  target: null,
  state: 'scored',
  unscored: {},
  error: null,
  variants: {},
} as const;

test('a model that was asked has its prompt in the record, and the row its context', async () => {
  const alter = (row: SampleRow): SampleRow => ({
    ...row,
    ...bare,
    input: 'Where?',
    prompt: 'Answer: Where?',
    output: 'x',
    features: { context: 'a map' },
    scores: { 'factual_knowledge.factual_knowledge': 0.5 },
  });
  const { files } = await writeFmevalRecords(makeRun({ models: ['A'], samples: 1, alter }), temporaryFolder());
  expect(readFileSync(files[1]!, 'utf8')).toBe(
    '{"model_input": "Where?", "prompt": "Answer: Where?", "model_output": "x", "context": "a map", "scores": [{"name": "factual_knowledge", "value": 0.5}]}',
  );
});

test('a pair of sentences has both, their log-probabilities and one score, and no model_input', async () => {
  const alter = (row: SampleRow): SampleRow => ({
    ...row,
    ...bare,
    category: 'age',
    input: 'old',
    output: null,
    features: { sent_more_input: 'old', sent_less_input: 'young' },
    logProbabilities: { sent_more: -12, sent_less: -0.00001 },
    scores: { 'pairs.prompt_stereotyping': 0, 'pairs.log_probability_difference': -11.99999 },
  });
  const run = makeRun({ models: ['A'], samples: 1, alter });
  const scores = ['prompt_stereotyping', 'log_probability_difference'].map((score) => ({
    ...run.summary.scores[0]!,
    algorithm: 'pairs',
    score,
    category: null,
    from: 'mean' as const,
    signature: 'prompt_stereotyping|logprob:sum|v1',
  }));
  const pairs = { ...run, summary: { ...run.summary, scores } };
  const { files } = await writeFmevalRecords(pairs, temporaryFolder());
  expect(readFileSync(files[0]!, 'utf8')).toBe(
    '{"category": "age", "sent_more_input": "old", "sent_less_input": "young", "sent_more_prompt": "old", "sent_less_prompt": "young", "sent_more_log_prob": -12.0, "sent_less_log_prob": -1e-05, "scores": [{"name": "log_probability_difference", "value": -11.99999}]}',
  );
});

test.each([
  [1, '1.0'],
  [-0, '-0.0'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001234, '1.234e-05'],
  [123456789012345, '123456789012345.0'],
  [1e16, '1e+16'],
  [1.5e300, '1.5e+300'],
  [5e-324, '5e-324'],
])('the float %d is written as Python writes it', (value, text) => {
  expect(pythonJson({ value: new PythonFloat(value) })).toBe(`{"value": ${text}}`);
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
