import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracy, balancedAccuracy } from './accuracy.ts';
import { cohenKappa, matthewsCorrelation } from './agreement.ts';
import { classificationReport } from './classification-report.ts';
import { compareCodePoints } from './compare-code-points.ts';
import { ConfusionMatrix } from './confusion-matrix.ts';
import { fmevalLabel } from './fmeval-label.ts';
import {
  averagePrecisionRecall,
  binaryPrecisionRecall,
  perClassPrecisionRecall,
  samplePrecisionRecall,
} from './precision-recall.ts';
import { brierScore, expectedCalibrationError, logLoss } from './probability-scores.ts';
import { averagePrecision, rocAuc } from './ranking.ts';

const label = fc.constantFrom('a', 'b', 'c', '__proto__', '\u{1f600}', '\uffff');
const pairs = fc.array(fc.tuple(label, label), { maxLength: 30 });
const matrixOf = (rows: readonly (readonly [string, string])[]) =>
  ConfusionMatrix.of(
    rows.map(([target]) => target),
    rows.map(([, predicted]) => predicted),
  );
const scored = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 6 })), { maxLength: 25 });

describe('ConfusionMatrix', () => {
  test('merged from parts in any order and sent through JSON is the whole', () => {
    fc.assert(
      fc.property(pairs, pairs, (left, right) => {
        const whole = matrixOf([...left, ...right]);
        const merged = matrixOf(right);
        merged.merge(ConfusionMatrix.fromJSON(JSON.parse(JSON.stringify(matrixOf(left)))));
        expect(JSON.stringify(merged)).toBe(JSON.stringify(whole));
        expect(merged.n).toBe(left.length + right.length);
        expect(merged.toRows()).toEqual(whole.toRows());
      }),
    );
  });

  test('refuses sides of different length, fractions of a pair and data of another shape', () => {
    expect(() => ConfusionMatrix.of(['a'], [])).toThrow(expect.objectContaining({ code: 'METRIC_LENGTH_MISMATCH' }));
    expect(() => new ConfusionMatrix().add('a', 'b', 0.5)).toThrow(RangeError);
    expect(() => ConfusionMatrix.fromJSON({ labels: ['a'], cells: [[0, 1, 2]] })).toThrow(TypeError);
  });

  test('an empty matrix has no score', () => {
    const empty = new ConfusionMatrix();
    empty.add('a', 'a', 0);
    expect([
      accuracy(empty),
      balancedAccuracy(empty),
      cohenKappa(empty),
      matthewsCorrelation(empty),
      averagePrecisionRecall(empty, 'macro'),
      binaryPrecisionRecall(empty, 'a'),
      classificationReport(empty),
    ]).toEqual([null, null, null, null, null, null, null]);
    expect(perClassPrecisionRecall(empty)).toEqual([]);
  });
});

describe('scores of a confusion matrix', () => {
  test('lie in their ranges, and perfect predictions score 1', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        fc.pre(rows.length > 0);
        const matrix = matrixOf(rows);
        for (const average of ['micro', 'macro', 'weighted'] as const) {
          for (const score of Object.values(averagePrecisionRecall(matrix, average)!)) {
            expect(score >= 0 && score <= 1 + 1e-15).toBe(true);
          }
        }
        expect(averagePrecisionRecall(matrix, 'micro')!.f1).toBeCloseTo(accuracy(matrix)!, 12);
        expect(averagePrecisionRecall(matrix, 'weighted')!.recall).toBeCloseTo(accuracy(matrix)!, 12);
        expect(Math.abs(matthewsCorrelation(matrix)!)).toBeLessThanOrEqual(1 + 1e-12);
        expect(cohenKappa(matrix) ?? 0).toBeLessThanOrEqual(1);
        const perfect = matrixOf(rows.map(([target]) => [target, target] as const));
        expect([accuracy(perfect), balancedAccuracy(perfect)]).toEqual([1, 1]);
        expect(averagePrecisionRecall(perfect, 'macro')!.f1).toBe(1);
      }),
    );
  });

  test('kappa and Matthews’ correlation do not care which side is the target', () => {
    fc.assert(
      fc.property(pairs, (rows) => {
        const forth = matrixOf(rows);
        const back = matrixOf(rows.map(([a, b]) => [b, a] as const));
        expect(cohenKappa(back)).toBe(cohenKappa(forth));
        expect(matthewsCorrelation(back)).toBe(matthewsCorrelation(forth));
      }),
    );
  });

  test('one class against the rest', () => {
    const matrix = matrixOf([
      ['yes', 'yes'],
      ['yes', 'no'],
      ['no', 'yes'],
      ['no', 'no'],
      ['no', 'no'],
    ]);
    expect(binaryPrecisionRecall(matrix, 'yes')).toMatchObject({ precision: 0.5, recall: 0.5, f1: 0.5 });
    expect(binaryPrecisionRecall(matrix, 'never')).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(balancedAccuracy(matrixOf([['a', 'a']]), { adjusted: true })).toBeNull();
  });

  test('the mean over label sets is sklearn’s average="samples"', () => {
    const sets = [
      ['ac', 'ab'],
      ['b', 'b'],
      ['ab', 'c'],
      ['', ''],
    ] as const;
    const scores = sets.map(([targets, predictions]) => samplePrecisionRecall(new Set(targets), new Set(predictions)));
    for (const key of ['precision', 'recall', 'f1'] as const) {
      expect(scores.reduce((sum, entry) => sum + entry[key], 0) / 4).toBe(0.375);
    }
  });
});

test('labels sort by code point, as in Python', () => {
  expect(['\u{1f600}', '\uffff', 'b', 'a', 'ab', ''].sort(compareCodePoints)).toEqual([
    '',
    'a',
    'ab',
    'b',
    '\uffff',
    '\u{1f600}',
  ]);
});

describe('ranking scores', () => {
  test('the area under the curve is the share of pairs in the right order', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const positives = rows.filter(([positive]) => positive);
        const negatives = rows.filter(([positive]) => !positive);
        const wins = positives.flatMap(([, a]) => negatives.map(([, b]) => (a > b ? 1 : a === b ? 0.5 : 0)));
        const expected = wins.length === 0 ? null : wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
        const actual = rocAuc(
          rows.map(([positive]) => positive),
          rows.map(([, score]) => score),
        );
        if (expected === null) expect(actual).toBeNull();
        else expect(actual).toBeCloseTo(expected, 12);
      }),
    );
  });

  test('know their limits', () => {
    expect(averagePrecision([], [])).toBeNull();
    expect(averagePrecision([false], [1])).toBe(0);
    expect(averagePrecision([true, false], [2, 1])).toBe(1);
    expect(() => rocAuc([true], [])).toThrow(RangeError);
    expect(() => rocAuc([true], [Number.NaN])).toThrow(expect.objectContaining({ code: 'METRIC_NOT_FINITE' }));
  });
});

describe('probability scores', () => {
  const positive = [true, false, true, true, false];
  const stated = [0.9, 0.2, 0.4, 1, 0.5];

  test('agree with sklearn', () => {
    expect(logLoss(positive, stated)).toBeCloseTo(0.3875883958812273, 12);
    expect(logLoss([true, false], [0, 0.5])).toBeCloseTo(18.36840028483855, 10);
    expect(brierScore(positive, stated)).toBeCloseTo(0.132, 12);
  });

  test('calibration error is the gap between confidence and truth, bin by bin', () => {
    expect(expectedCalibrationError([true, true, false, false], [1, 1, 0, 0])).toBe(0);
    expect(expectedCalibrationError([true, false, false, false], [0.75, 0.75, 0.75, 0.75])).toBeCloseTo(0.5, 12);
    // 0.5 and 0.6 fall into the bins (0.4, 0.5] and (0.5, 0.6].
    expect(expectedCalibrationError([true, false], [0.5, 0.6])).toBeCloseTo((0.5 + 0.6) / 2, 12);
    expect(expectedCalibrationError([true, false], [0.5, 0.6], 1)).toBeCloseTo(0.05, 12);
  });

  test('refuse what is no probability, and have no value over no samples', () => {
    for (const score of [brierScore, logLoss, expectedCalibrationError]) {
      expect(score([], [])).toBeNull();
      expect(() => score([true], [1.5])).toThrow(RangeError);
      expect(() => score([true], [])).toThrow(RangeError);
    }
    expect(() => expectedCalibrationError([true], [1], 0)).toThrow(RangeError);
  });
});

test('fmevalLabel takes the first valid word, and never a label of two words', () => {
  expect(fmevalLabel('The answer is\tYES or no', ['yes ', 'No'])).toBe('no');
  expect(fmevalLabel('is YES\x1c or no', ['yes ', 'No'])).toBe('yes');
  expect(fmevalLabel('very good', ['very good'])).toBe('unknown');
});
