import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { studentQuantile } from '../special/student-t.ts';
import { type AgreementKind, agreementEstimate } from './agreement-interval.ts';
import { krippendorffAlpha } from './krippendorff.ts';

type Pair = readonly [first: number, second: number];

const tables = fc
  .integer({ min: 2, max: 4 })
  .chain((size) =>
    fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: size, maxLength: size }), {
      minLength: size,
      maxLength: size,
    }),
  )
  .filter((table) => table.flat().reduce((sum, count) => sum + count, 0) >= 2);
const kinds = fc.constantFrom<AgreementKind>('kappa', 'alpha');

function pairsOf(table: readonly (readonly number[])[]): Pair[] {
  return table.flatMap((row, i) => row.flatMap((count, j) => Array.from({ length: count }, (): Pair => [i, j])));
}

function slowKappa(pairs: readonly Pair[]): number {
  const share = (holds: (pair: Pair) => boolean) => pairs.filter(holds).length / pairs.length;
  const names = new Set(pairs.flat());
  const chance = [...names].reduce(
    (sum, name) => sum + share(([first]) => first === name) * share(([, second]) => second === name),
    0,
  );
  return (share(([first, second]) => first === second) - chance) / (1 - chance);
}

/** The slow twin: every sample and every added one is a pair, and is left out once. */
function slowInterval(table: readonly (readonly number[])[], kind: AgreementKind): readonly [number, number] | null {
  const size = table.length;
  const seen = pairsOf(table);
  const added = table.flatMap((_, i): Pair[] => [
    [i, i],
    [i, (i + 1) % size],
  ]);
  const all = [...seen, ...added];
  const statistic = (pairs: readonly Pair[]) => (kind === 'kappa' ? slowKappa(pairs) : krippendorffAlpha(pairs)!);
  const center = statistic(all);
  const changes = all.map((_, at) => center - statistic(all.filter((_pair, other) => other !== at)));
  const mean = changes.reduce((sum, change) => sum + change, 0) / all.length;
  const squares = changes.reduce((sum, change) => sum + (change - mean) ** 2, 0);
  const error = Math.sqrt(((all.length - 1) / all.length) * squares);
  const margin = studentQuantile(0.975, seen.length - 1) * error;
  return [Math.max(-1, center - margin), Math.min(1, center + margin)];
}

describe('agreementEstimate', () => {
  test('is Student’s interval over the jackknife of the samples and those that are added', () => {
    fc.assert(
      fc.property(tables, kinds, (table, kind) => {
        const found = agreementEstimate(table, kind)!;
        const [low, high] = slowInterval(table, kind)!;
        expect(found.interval()[0]).toBeCloseTo(low, 9);
        expect(found.interval()[1]).toBeCloseTo(high, 9);
        expect(found.units).toBe(table.flat().reduce((sum, count) => sum + count, 0));
      }),
      { numRuns: 60 },
    );
  });

  test('gives the interval of its example, and kappa where no kind is named', () => {
    const table = [
      [45, 5],
      [5, 45],
    ];
    const [low, high] = agreementEstimate(table)!.interval();
    expect([low, high]).toEqual([expect.closeTo(0.644, 3), expect.closeTo(0.894, 3)]);
    expect(agreementEstimate(table, 'kappa')!.interval()).toEqual([low, high]);
    const skewed = [
      [9, 4],
      [0, 7],
    ];
    expect(agreementEstimate(skewed, 'alpha')!.center).not.toBeCloseTo(agreementEstimate(skewed)!.center, 3);
  });

  test('one sample says nothing, two say something', () => {
    const table = (count: number) => [
      [count, 0],
      [0, 0],
    ];
    expect([agreementEstimate(table(0)), agreementEstimate(table(1))]).toEqual([null, null]);
    expect(agreementEstimate(table(2))!.interval()).toEqual([-1, 1]);
  });

  test.each([
    ['one category', [[3]]],
    ['none', []],
    [
      'rows of another length',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    ['a short row', [[1, 2], [3]]],
    [
      'a negative count',
      [
        [1, 2],
        [-1, 4],
      ],
    ],
    [
      'a count that is none',
      [
        [1, 2],
        [Number.NaN, 4],
      ],
    ],
  ])('a table with %s is refused', (_, table) => {
    expect(() => agreementEstimate(table)).toThrow(expect.objectContaining({ code: 'METRIC_INVALID_ARGUMENT' }));
  });
});
