import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { expect, test } from 'vitest';
import { encodePart } from './encode-part.ts';
import { partSamples } from './read-part.ts';
import { ScoredColumns } from './scored-columns.ts';

const NAMES = ['f1', 'exact'] as const;
const text = fc.oneof(fc.constantFrom('', 'news', 'law', 'é', '東京'), fc.string({ unit: 'grapheme', maxLength: 8 }));
const score = fc.oneof(
  fc.constantFrom(0, 1, 0.5, 2 / 3),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const reason = fc.record({ unscored: fc.constantFrom('empty_target', 'too_long') });
const row = fc.record({
  step: fc.constantFrom(1, 1, 1, 7, 2 ** 33),
  digest: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  category: fc.option(text, { nil: undefined }),
  cluster: fc.option(text, { nil: undefined }),
  weight: fc.option(fc.constantFrom(0, 0.3, 2), { nil: undefined }),
  values: fc.tuple(score, score),
  unscored: fc.option(reason, { nil: undefined, freq: 3 }),
  outcome: fc.oneof(
    fc.record({ unscored: fc.constant('scoring_failed'), detail: text }),
    fc.record({ scores: fc.record({ a: score, b: score }, { requiredKeys: ['a'] }) }),
    fc.record({ scores: fc.record({ a: score }), statistics: fc.constant({ counts: [1, 2], text: 'é' }) }),
  ),
});

function columnsOf(rows: readonly (typeof row extends fc.Arbitrary<infer Row> ? Row : never)[]): ScoredColumns {
  const columns = new ScoredColumns(rows.length, [
    { label: 'qa', names: NAMES, sampled: false },
    { label: 'own', names: ['a', 'b'], sampled: true },
  ]);
  const [categories, clusters] = [rows.map(({ category }) => category), rows.map(({ cluster }) => cluster)];
  if (categories.some((category) => category !== undefined)) columns.categories = categories;
  if (clusters.some((cluster) => cluster !== undefined)) columns.clusters = clusters;
  for (const [at, { weight }] of rows.entries()) {
    if (weight === undefined) continue;
    columns.weights ??= [];
    columns.weights[at] = weight;
  }
  let sample = 0;
  for (const [at, each] of rows.entries()) {
    sample += each.step;
    columns.samples[at] = sample;
    columns.digests.set(each.digest, 8 * at);
    const [qa, own] = columns.algorithms;
    qa!.values.set(each.values, 2 * at);
    if (each.unscored !== undefined) qa!.unscored.set(at, each.unscored);
    own!.outcomes![at] = each.outcome;
    columns.size += 1;
  }
  return columns;
}

test('the samples of a part are read as they were written, and by hyparquet with the same values', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 70 }), async (rows) => {
      const columns = columnsOf(rows);
      const bytes = encodePart('a model', columns)!;
      const samples = [...partSamples(bytes)];
      expect(samples).toEqual(Array.from({ length: columns.size }, (_, at) => columns.record(at)));
      const file = new Uint8Array(bytes).buffer;
      const read = (await parquetReadObjects({ file, utf8: false })) as Record<string, unknown>[];
      expect(
        read.map((each) => ({
          sample: Number(each.sample),
          digest: Buffer.from(each.digest as Uint8Array).toString('hex'),
          model: each.model,
          category: each.category ?? undefined,
          weight: each.weight ?? undefined,
          state: each.state,
          f1: each['qa.f1'] ?? undefined,
          reason: each['unscored.qa'] ?? undefined,
          b: each['own.b'] ?? undefined,
          statistics: each['statistics.own'] ?? undefined,
        })),
      ).toEqual(
        samples.map(({ sample, digest, category, weight, state, outcomes: { qa, own } }) => ({
          sample,
          digest,
          model: 'a model',
          category,
          weight,
          state,
          f1: 'scores' in qa! ? qa.scores.f1 : undefined,
          reason: 'unscored' in qa! ? qa.unscored : undefined,
          b: 'scores' in own! ? own.scores.b : undefined,
          statistics: 'scores' in own! && own.statistics !== undefined ? JSON.stringify(own.statistics) : undefined,
        })),
      );
    }),
    { numRuns: 150 },
  );
});

test('columns of more distinct values than a dictionary holds are written as they are', async () => {
  const columns = new ScoredColumns(9000, [{ label: 'qa', names: ['f1'], sampled: false }]);
  for (let at = 0; at < 9000; at += 1) columns.algorithms[0]!.values[at] = at / 7;
  columns.size = 9000;
  const bytes = encodePart('m', columns)!;
  const scores = [...partSamples(bytes, (sample) => sample === 0)].map(({ outcomes }) => outcomes.qa);
  expect(scores).toHaveLength(9000);
  expect(scores[8999]).toEqual({ scores: { f1: 8999 / 7 } });
  const rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer, columns: ['qa.f1'] });
  expect(rows[8999]).toEqual({ 'qa.f1': 8999 / 7 });
});

test('a part without samples can be read', () => {
  const columns = columnsOf([]);
  expect([...partSamples(encodePart('m', columns)!)]).toEqual([]);
});

test('a text that is half a character is left to lines', () => {
  const columns = new ScoredColumns(1, [{ label: 'qa', names: ['f1'], sampled: false }]);
  columns.size = 1;
  columns.categories = ['\ud800'];
  expect(encodePart('m', columns)).toBeUndefined();
});

test('a part lies in memory of its own, which can change hands between threads', () => {
  const part = encodePart('m', columnsOf([]))!;
  expect(part.buffer.byteLength).toBe(part.length);
});
