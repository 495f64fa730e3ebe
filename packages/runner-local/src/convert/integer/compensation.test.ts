import { expect, it } from 'vitest';
import { sharesOf } from './compensation.ts';
import { integerWeights } from './integer-weights.ts';

const [TOKENS, K, N] = [400, 24, 6];
const KEPT = [3, 9];

let state = 7;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 31 - 1;
};

/** Inputs whose channels lean on the two kept ones and on a constant. */
const inputs = Array.from({ length: TOKENS }, () => {
  const row = Float32Array.from({ length: K }, (_, k) => random() + 2 * ((k % 5) - 2));
  for (const kept of KEPT) row[kept] = 30 * random();
  return row.map((value, k) => value + 0.1 * row[3]! * ((k % 3) - 1) * (KEPT.includes(k) ? 0 : 1));
});
const weights = Float32Array.from({ length: K * N }, () => random());
const ones = (count: number): Float32Array => new Float32Array(count).fill(1);

function moments(): Float64Array {
  const sums = new Float64Array((KEPT.length + 1) * (K + 1));
  for (const row of inputs) {
    [1, ...KEPT.map((k) => row[k]!)].forEach((one, at) => {
      [1, ...row].forEach((other, column) => {
        sums[at * (K + 1) + column]! += one * other;
      });
    });
  }
  return sums;
}

/** Differences of each token's products from the exact ones. */
function differences(shares: Float64Array): number[] {
  const { values, scales, kept, bias } = integerWeights(weights, ones(K), ones(N), KEPT, shares);
  return inputs.flatMap((row) =>
    Array.from({ length: N }, (_, n) => {
      let sum = bias[n]!;
      for (let k = 0; k < K; k++) sum += row[k]! * (values[k * N + n]! * scales[n]! - weights[k * N + n]!);
      KEPT.forEach((k, place) => {
        sum += row[k]! * kept[place * N + n]!;
      });
      return sum;
    }),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

it('what rounding of weights changes on average is made up for by what stays exact', () => {
  const none = new Float64Array((KEPT.length + 1) * K);
  const [without, made] = [differences(none), differences(sharesOf({ sums: moments() }, ones(K), KEPT))];
  const square = (values: readonly number[]): number => mean(values.map((value) => value * value));
  expect(square(made)).toBeLessThan(square(without) / 3);
  const column = (values: readonly number[], n: number): number =>
    Math.abs(mean(values.filter((_, at) => at % N === n)));
  for (let n = 0; n < N; n++) expect(column(made, n)).toBeLessThan(column(without, n) / 10);
});

it('channels that were never at work take nothing over', () => {
  const shares = sharesOf({ sums: new Float64Array((KEPT.length + 1) * (K + 1)) }, ones(K), KEPT);
  expect(new Set(shares)).toEqual(new Set([0]));
});
