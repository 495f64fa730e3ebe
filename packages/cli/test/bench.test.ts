import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { benchCorpus } from '../src/bench/bench-corpus.ts';
import { changeText } from '../src/bench/bench-results.ts';
import { assay } from './assay.ts';
import { assayHere } from './assay-here.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-bench-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const figuresOf = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8'));

test('metrics are measured on made-up texts: a table, a chart, figures that the next call is compared with', async () => {
  const args = ['bench', '--seconds', '1', '-o', 'made-up.svg'];
  const first = await assay([...args, '--metrics', 'bleu,wer'], folder);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/^metric +short +summaries +long\nbleu +[\d,.]+ +[\d,.]+ +[\d,.]+\nwer /);
  expect(first.stdout).not.toContain('compared with');
  expect(await readFile(join(folder, 'made-up.svg'), 'utf8')).toMatch(/^<svg[\s\S]*wer[\s\S]*<\/svg>\s*$/);
  const { metrics, texts } = await figuresOf('made-up.json');
  const { pairsPerSecond, mbPerSecond } = metrics[0].rates.short;
  expect(mbPerSecond).toBeCloseTo(((texts.short.bytes / texts.short.pairs) * pairsPerSecond) / 1e6, 6);

  const second = await assayHere([...args, '--metrics', 'wer'], folder);
  expect(second.stdout).toContain('compared with what made-up.json held');
  expect(second.stdout).toMatch(/\nwer +[\d,.]+ (=|[+−]\d+ %)/);
  const kept = await figuresOf('made-up.json');
  expect(kept.metrics.map(({ metric }: { metric: string }) => metric)).toEqual(['wer', 'bleu']);

  await writeFile(join(folder, 'made-up.json'), '{"version":1,');
  const third = await assayHere([...args, '--metrics', 'wer'], folder);
  expect([third.code, third.stdout.includes('compared with')]).toEqual([0, false]);
});

test('metrics and whole algorithms are measured on a file of one’s own', async () => {
  const rows = Array.from({ length: 50 }, (_, i) => `the cat ${i} sat,a cat ${i} sat`);
  await writeFile(join(folder, 'own.csv'), `out,gold\n${rows.join('\n')}\n`);
  const keys = ['--model-output-key', 'out', '--target-output-key', 'gold'];
  const lists = ['--metrics', 'rouge', '--algorithms', 'qa_accuracy,factual_knowledge'];
  const { code, stdout, stderr } = await assayHere(
    ['bench', '--data', 'own.csv', ...keys, ...lists, '--seconds', '1', '-o', 'own.svg'],
    folder,
  );
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^metric +own\.csv +MB\/s\nrouge +[\d,.]+ +[\d,.]+\n/);
  expect(stdout).toMatch(/\nalgorithm +rows\/s +MB\/s +cores +memory\nqa_accuracy +[\d.,]+ .* MB\nfactual_knowledge /);
  const { algorithms, texts } = await figuresOf('own.json');
  expect(texts['own.csv'].pairs).toBe(50);
  for (const { rows: count, cores, peakMb, cpuMicrosPerRow } of algorithms) {
    expect(count).toBe(50);
    // A process that has ended had some CPU time and more memory than bare Node.
    expect([cores > 0, cpuMicrosPerRow > 0, peakMb > 30]).toEqual([true, true, true]);
  }
  expect(await readFile(join(folder, 'own.svg'), 'utf8')).toContain('rows a second');
});

test.each([
  [['--seconds', 'soon'], '--seconds is "soon"'],
  [['--against', 'ruby'], '--against is "ruby"'],
  [['--metrics', 'blue'], 'Did you mean "bleu"?'],
  [['--algorithms', 'qa_acuracy'], 'Did you mean "qa_accuracy"?'],
  [['--data', 'nowhere.jsonl'], 'DATASET_NOT_FOUND'],
])('%j is refused', async (flags, said) => {
  const { code, stderr } = await assayHere(['bench', ...flags], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining(said)]);
});

test('a file without the columns, and an algorithm that cannot score it, are told with what was said', async () => {
  await writeFile(join(folder, 'odd.jsonl'), '{"model_output":"a"}\n');
  const missing = await assayHere(['bench', '--data', 'odd.jsonl'], folder);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('target_output')]);
  await writeFile(join(folder, 'plain.jsonl'), '{"model_output":"a","target_output":"a"}\n');
  const failed = await assayHere(
    ['bench', '--data', 'plain.jsonl', '--algorithms', 'classification_accuracy,llm_judge'],
    folder,
  );
  expect(failed.code).not.toBe(0);
  expect(failed.stderr).toContain('assay score --algorithms llm_judge ended with');
});

test('without Python, --against says so', async () => {
  const { code, stderr } = await assayHere(
    ['bench', '--metrics', 'wer', '--seconds', '1', '--against', 'python'],
    folder,
    {
      PATH: folder,
    },
  );
  expect([code, stderr]).toEqual([2, expect.stringContaining('PACKAGE_MISSING')]);
});

test('a change counts beyond what the samples of either side differ', () => {
  expect(changeText({ value: 110, spread: 1.02 }, { value: 100, spread: 1.05 })).toBe('+10 %');
  expect(changeText({ value: 80, spread: 1.02 }, { value: 100, spread: 1.05 })).toBe('−20 %');
  expect(changeText({ value: 104, spread: 1.02 }, { value: 100, spread: 1.05 })).toBe('=');
  expect(changeText({ value: 104, spread: 1.02 }, undefined)).toBe('');
});

test('the corpus is the same for the same seed', () => {
  expect(benchCorpus('short', 3, 7)).toEqual(benchCorpus('short', 3, 7));
  expect(benchCorpus('short', 3, 8)).not.toEqual(benchCorpus('short', 3, 7));
});
