import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rocAuc } from '../../classification/ranking.ts';
import { bleu } from '../../overlap/bleu.ts';
import { chrf } from '../../overlap/chrf.ts';
import { createGenerator } from '../../random/create-generator.ts';
import { aucEstimate } from './auc-estimate.ts';
import { kappaScore, meanClassRate } from './class-scores.ts';
import { corpusDifference } from './corpus-difference.ts';
import { corpusEstimate } from './corpus-interval.ts';
import { bleuCorpusScore, chrfCorpusScore, ratioScore } from './corpus-scores.ts';
import { jackknife } from './jackknife.ts';

const labels = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { minLength: 2, maxLength: 60 });

function f1Row([actual, predicted]: readonly [number, number], classes: number): Float64Array {
  const row = new Float64Array(2 * classes);
  if (actual === predicted) row[actual] = 1;
  row[classes + actual]! += 1;
  row[classes + predicted]! += 1;
  return row;
}

describe('jackknife', () => {
  test('rows that stand for several equal those rows one by one, in any order', () => {
    fc.assert(
      fc.property(labels, fc.nat(), (pairs, seed) => {
        const rows = pairs.map((pair) => ({ row: f1Row(pair, 4) }));
        const counts = new Map<string, { row: Float64Array; times: number }>();
        for (const { row } of rows) {
          const key = row.join();
          counts.set(key, { row, times: (counts.get(key)?.times ?? 0) + 1 });
        }
        const micro = (sums: Float64Array) => (sums[0]! + 1) / (sums[4]! + 3);
        const plain = jackknife(rows, micro);
        const counted = jackknife([...counts.values()], micro);
        expect(counted.score).toBe(plain.score);
        expect(counted.standardError).toBeCloseTo(plain.standardError, 12);
        const random = createGenerator(seed);
        const shuffled = rows.map((row) => ({ row, at: random.random() })).sort((a, b) => a.at - b.at);
        expect(
          jackknife(
            shuffled.map(({ row }) => row),
            micro,
          ),
        ).toEqual(plain);
      }),
    );
  });

  test('of a mean is its usual standard error', () => {
    const values = [0.2, 0.5, 0.9, 0.4];
    const rows = values.map((value) => ({ row: Float64Array.of(value, 1) }));
    const { score, standardError } = jackknife(rows, (sums) => sums[0]! / sums[1]!);
    expect(score).toBeCloseTo(0.5, 14);
    expect(standardError).toBeCloseTo(Math.sqrt(0.26 / 3 / 4), 12);
  });

  test('has no error where one row alone makes the score what it is', () => {
    const rows = [1, 0, 0].map((value) => ({ row: Float64Array.of(value) }));
    const { score, standardError } = jackknife(rows, (sums) => (sums[0] === 0 ? Number.NaN : sums[0]!));
    expect([score, standardError]).toEqual([1, Number.NaN]);
    const endless = jackknife(rows, ([sum]) => (sum === 0 ? Number.POSITIVE_INFINITY : sum!));
    expect(endless.standardError).toBeNaN();
  });
});

describe('pseudo rows', () => {
  test('of BLEU match every n-gram at the mean reference length, or none', () => {
    // Output and reference length, matches of two orders, n-grams of two orders.
    const mean = Float64Array.of(9, 7, 3, 1, 9, 8);
    const [[best, worst]] = bleuCorpusScore({ maxOrder: 2 }).pseudoRows(mean) as [[Float64Array, Float64Array]];
    expect([...best]).toEqual([7, 7, 9, 8, 9, 8]);
    expect([...worst]).toEqual([7, 7, 0, 0, 9, 8]);
    expect([...mean]).toEqual([9, 7, 3, 1, 9, 8]);
  });

  test('of chrF are the reference itself, or one that shares nothing with it', () => {
    const mean = Float64Array.of(5, 8, 2, 4, 6, 1);
    const [[best, worst]] = chrfCorpusScore().pseudoRows(mean) as [[Float64Array, Float64Array]];
    expect([...best]).toEqual([8, 8, 8, 6, 6, 6]);
    expect([...worst]).toEqual([8, 8, 0, 6, 6, 0]);
    expect([...mean]).toEqual([5, 8, 2, 4, 6, 1]);
  });

  test('of a ratio are all errors or none, of the mean size', () => {
    const rows = ratioScore().pseudoRows(Float64Array.of(2, 10));
    expect(rows.map((pair) => pair.map((row) => [...row]))).toEqual([
      [
        [10, 10],
        [0, 10],
      ],
    ]);
    expect(ratioScore([0, 1], 100).statistic(Float64Array.of(1, 4))).toBe(25);
  });
});

describe('corpusEstimate', () => {
  test('BLEU and chrF of a small corpus: inside [0, 100], around the score, narrower with more samples', () => {
    const texts = [
      ['the cat sat on the mat today', 'the cat sat on the mat'],
      ['a dog barks at the moon', 'the dog barked at the moon'],
      ['rain falls on the green hills', 'rain falls over green hills'],
      ['she reads a long book', 'she was reading a long book'],
    ] as const;
    for (const [metric, score] of [
      [bleu(), bleuCorpusScore()],
      [chrf(), chrfCorpusScore()],
    ] as const) {
      const rows = texts.map(([output, target]) => ({ row: metric.statistics(output, [target]) }));
      const few = corpusEstimate(rows, score)!;
      const many = corpusEstimate(Array.from({ length: 10 }, () => rows).flat(), score)!;
      const width = ([low, high]: readonly [number, number]) => high - low;
      expect(few.interval()[0]).toBeGreaterThanOrEqual(0);
      expect(few.interval()[1]).toBeLessThanOrEqual(100);
      expect(width(many.interval())).toBeLessThan(width(few.interval()) / 2);
      expect(width(many.interval())).toBeGreaterThan(0);
    }
  });

  test('widens to the printed score, knows nothing of one sample, and the range of one cluster', () => {
    const row = (errors: number) => ({ row: Float64Array.of(errors, 10) });
    const score = ratioScore([0, 1]);
    expect(corpusEstimate([row(2)], score)).toBeNull();
    const one = corpusEstimate([{ ...row(2), size: 5 }], score)!;
    expect([one.method, one.interval()]).toEqual(['one-cluster', [0, 1]]);
    expect(corpusEstimate([{ ...row(2), size: 5 }], ratioScore())).toBeNull();
    const many = Array.from({ length: 200 }, () => row(0));
    expect(corpusEstimate(many, score, 0)!.interval()[0]).toBe(0);
    expect(corpusEstimate(many, score)!.interval()[1]).toBeGreaterThan(0);
  });

  test('kappa and balanced accuracy have an interval even where every answer is right', () => {
    const table = (at: number) => ({ row: Float64Array.from({ length: 4 }, (_, i) => Number(i === 3 * at)) });
    const kappa = corpusEstimate([0, 1, 0, 1, 1, 0].map(table), kappaScore(2))!;
    expect(kappa.interval()[1] - kappa.interval()[0]).toBeGreaterThan(0.3);
    const recall = (at: number) => ({ row: Float64Array.from([at === 0, at === 1, at === 0, at === 1], Number) });
    const recalls = corpusEstimate([0, 1, 0, 1, 1, 0].map(recall), meanClassRate(2))!;
    expect(recalls.interval()[0]).toBeLessThan(0.8);
  });
});

describe('corpusDifference', () => {
  const pairs = fc.array(fc.tuple(fc.nat(10), fc.nat(10)), { minLength: 2, maxLength: 40 });

  test('interval and p are one inversion, and sides change the sign', () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(0.05, 0.3), (errors, alpha) => {
        const row = (count: number) => Float64Array.of(count, 10);
        const rows = errors.map(([a, b]) => ({ baseline: row(a), candidate: row(b) }));
        const found = corpusDifference(rows, ratioScore([0, 1]))!;
        const [low, high] = found.interval(1 - alpha);
        if (Math.abs(found.pvalue() - alpha) > 1e-9) expect(found.pvalue() <= alpha).toBe(low > 0 || high < 0);
        const swapped = rows.map(({ baseline, candidate }) => ({ baseline: candidate, candidate: baseline }));
        const mirrored = corpusDifference(swapped, ratioScore([0, 1]))!;
        expect(mirrored.interval(1 - alpha)[0]).toBeCloseTo(-high, 10);
        expect(mirrored.difference).toBeCloseTo(-found.difference, 12);
      }),
    );
  });

  test('needs two samples, and rows of one length', () => {
    const row = Float64Array.of(1, 2);
    expect(corpusDifference([{ baseline: row, candidate: row }], ratioScore())).toBeNull();
    const short = Float64Array.of(1);
    for (const pairs of [
      [{ baseline: row, candidate: short }],
      [
        { baseline: row, candidate: row },
        { baseline: short, candidate: row },
      ],
      [
        { baseline: row, candidate: row },
        { baseline: row, candidate: short },
      ],
    ])
      expect(() => corpusDifference(pairs, ratioScore())).toThrow(
        expect.objectContaining({ code: 'METRIC_LENGTH_MISMATCH' }),
      );
  });
});

test('aucEstimate: near the area, wide for few, null for one sample', () => {
  const random = createGenerator(3);
  const negative = Array.from({ length: 300 }, () => random.random());
  const positive = Array.from({ length: 200 }, () => random.random() + 0.5);
  const { interval, center } = aucEstimate(negative, positive)!;
  const scores = [...negative, ...positive];
  const area = rocAuc(
    scores.map((_, i) => i >= 300),
    scores,
  )!;
  expect(center).toBeCloseTo(area, 1);
  expect(interval()[0]).toBeLessThan(area);
  expect(interval()[1]).toBeGreaterThan(area);
  expect(aucEstimate([1], [2])!.interval()).toEqual([0, 1]);
  expect(aucEstimate([1], [])).toBeNull();
});
