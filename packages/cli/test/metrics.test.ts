import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { METRICS } from '../src/metrics/metric-table.ts';
import { readLines } from '../src/metrics/read-lines.ts';
import { assay, startAssay } from './assay.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-metrics-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function evaluate(name: string, input: string) {
  const { child, finished } = startAssay(['metrics', 'eval', name], folder);
  child.stdin?.end(input);
  const { code, stdout, stderr } = await finished;
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { code, stderr, lines };
}

test('METEOR finds its WordNet beside the joined files: a synonym matches, another word does not', async () => {
  const pair = (hypothesis: string): string => `${JSON.stringify({ hypothesis, reference: 'they need assistance' })}\n`;
  const { code, stderr, lines } = await evaluate('meteor', pair('they need help') + pair('they need trousers'));
  expect(code, stderr).toBe(0);
  expect(lines.map(({ scores }) => scores.matches)).toEqual([3, 2]);
});

test('every metric scores a text against itself at its best, and against several references by the best', async () => {
  const lower = new Set(['ter', 'wer', 'cer', 'levenshtein']);
  for (const [name, { open }] of Object.entries(METRICS)) {
    const score = await open();
    const text = 'The quick brown fox jumps over the lazy dog.';
    const main = (scores: Readonly<Record<string, unknown>>) =>
      Number(
        scores.score ??
          scores.errorRate ??
          scores.f1 ??
          scores.f1_score ??
          (scores.rouge1 as { fmeasure?: number })?.fmeasure,
      );
    const same = main(score(text, [text]));
    const other = main(score(text, ['Nothing of that kind at all']));
    expect(lower.has(name) ? same < other : same > other, `${name}: ${same} and ${other}`).toBe(true);
    expect(main(score(text, ['Nothing of that kind at all', text])), name).toBeCloseTo(same, 9);
  }
});

test('one line comes out for each line in, and a bad line says what and where', async () => {
  const input = [
    '{"hypothesis": "a cat", "reference": "a cat"}',
    '{"model_output": "a cat", "target_output": "the dog"}',
    '{"hypothesis": "b", "references": ["a", "b"]}',
    '{"hypothesis": ',
    '',
    '{"hypothesis": "a"}',
    '{"hypothesis": 4, "reference": "x"}',
  ].join('\n');
  const { code, lines, stderr } = await evaluate('exact_match', `${input}\n`);
  expect(lines.map(({ line, scores, error }) => [line, scores?.score ?? error.code])).toEqual([
    [1, 1],
    [2, 0],
    [3, 1],
    [4, 'DATASET_SYNTAX'],
    [5, 'DATASET_SYNTAX'],
    [6, 'DATASET_KEY_MISSING'],
    [7, 'DATASET_BAD_VALUE'],
  ]);
  expect(code).toBe(3);
  expect(stderr).toContain('4 of 7 lines');
});

test('an unknown metric is told with the nearest', async () => {
  const { code, stderr } = await assay(['metrics', 'eval', 'rogue'], folder);
  expect([code, stderr]).toEqual([2, expect.stringContaining('"rouge"')]);
});

test('lines end at LF alone, wherever the chunks are cut', async () => {
  const bytes = Buffer.from('{"a":"é\u2028"}\r\n\nlast');
  const lines: string[] = [];
  async function* one() {
    for (const byte of bytes) yield Uint8Array.of(byte);
  }
  for await (const line of readLines(one())) lines.push(line);
  expect(lines).toEqual(['{"a":"é\u2028"}\r', '', 'last']);
});
