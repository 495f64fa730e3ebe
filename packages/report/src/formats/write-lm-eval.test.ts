import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { expect, test } from 'vitest';
import { makeRun } from '../../test/make-run.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { writeLmEval } from './write-lm-eval.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('each model has its results and its samples, named as lm-eval names them', async () => {
  const folder = temporaryFolder();
  const { files } = await writeLmEval(makeRun({ models: ['org/A', 'B'], samples: 3 }), folder);
  expect(files.map((file) => relative(folder, file))).toEqual([
    'org__A/results_2026-11-23T21-45-12.000.json',
    'org__A/samples_general-knowledge_2026-11-23T21-45-12.000.jsonl',
    'B/results_2026-11-23T21-45-12.000.json',
    'B/samples_general-knowledge_2026-11-23T21-45-12.000.jsonl',
  ]);
});

test('results hold each score with its standard error', async () => {
  const run = makeRun({ models: ['A'], samples: 200, robustness: false });
  const { files } = await writeLmEval(run, temporaryFolder());
  const { results, higher_is_better } = JSON.parse(readFileSync(files[0]!, 'utf8'));
  const f1 = run.summary.scores.find((score) => score.score === 'f1_score' && score.category === null)!;
  expect(results['general-knowledge']['f1_score,none']).toBe(f1.value);
  expect(results['general-knowledge']['f1_score_stderr,none']).toBe(f1.standardError);
  expect(higher_is_better['general-knowledge'].f1_score).toBe(true);
});

test('scores of one name from two algorithms stay apart', async () => {
  const { files } = await writeLmEval(makeRun({ models: ['A'], samples: 20 }), temporaryFolder());
  const { results } = JSON.parse(readFileSync(files[0]!, 'utf8'));
  expect(Object.keys(results['general-knowledge'])).toContain('qa_accuracy_semantic_robustness.f1_score,none');
  expect(Object.keys(results['general-knowledge'])).toContain('recall_over_words,none');
});

test('a sample has lm-eval’s keys and hashes, and a key for each of its metrics', async () => {
  const { files } = await writeLmEval(makeRun({ models: ['A'], samples: 5, robustness: false }), temporaryFolder());
  const samples = readFileSync(files[1]!, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(samples).toHaveLength(5);
  for (const sample of samples) {
    expect(Object.keys(sample).slice(0, 11)).toEqual([
      'doc_id',
      'doc',
      'target',
      'arguments',
      'resps',
      'filtered_resps',
      'filter',
      'metrics',
      'doc_hash',
      'prompt_hash',
      'target_hash',
    ]);
    expect(sample.doc_hash).toBe(sha256(JSON.stringify(sample.doc, null, 2)));
    expect(sample.target_hash).toBe(sha256(sample.target));
    for (const metric of sample.metrics) expect(typeof sample[metric]).toBe('number');
  }
});
