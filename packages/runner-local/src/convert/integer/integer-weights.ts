/** Weights of one product in eight bits. */
export interface IntegerWeights {
  /** [K,N] */
  readonly values: Int8Array;
  /** [N] what a whole number stands for. */
  readonly scales: Float32Array;
  /** [kept,N] rows that stay in fp32; theirs in `values` are 0. */
  readonly kept: Float32Array;
  /** [N] what is added to the product. */
  readonly bias: Float32Array;
}

/**
 * Rounds weights [K,N] by a step for each column.
 * @param rows [K] factor of each row
 * @param columns [N] factor of each column
 * @param kept rows that stay in fp32
 * @param shares [1 + kept,K] how much of each row's rounding errors a bias and the kept rows make up for
 */
export function integerWeights(
  weights: Float32Array,
  rows: Float32Array,
  columns: Float32Array,
  kept: readonly number[],
  shares: Float64Array,
): IntegerWeights {
  const [k, n] = [rows.length, columns.length];
  const isKept = new Set(kept);
  const most = new Float32Array(n);
  for (let row = 0; row < k; row++) {
    if (isKept.has(row)) continue;
    const factor = rows[row]!;
    for (let column = 0, at = row * n; column < n; column++, at++) {
      const size = Math.abs(weights[at]! * factor);
      if (size > most[column]!) most[column] = size;
    }
  }
  const values = new Int8Array(k * n);
  const inverse = most.map((size) => (size === 0 ? 0 : 127 / size));
  for (let row = 0; row < k; row++) {
    if (isKept.has(row)) continue;
    const factor = rows[row]!;
    for (let column = 0, at = row * n; column < n; column++, at++) {
      values[at] = roundEven(weights[at]! * factor * inverse[column]!);
    }
  }
  const left = new Float32Array(kept.length * n);
  kept.forEach((row, place) => {
    for (let column = 0; column < n; column++) {
      left[place * n + column] = weights[row * n + column]! * rows[row]! * columns[column]!;
    }
  });
  const steps = most.map((size) => (size === 0 ? 1 : size / 127));
  const madeUp = madeUpFor({ weights, rows, values, steps, isKept, shares });
  for (let column = 0; column < n; column++) {
    for (let place = 0; place < kept.length; place++)
      left[place * n + column]! += madeUp[(place + 1) * n + column]! * columns[column]!;
  }
  const bias = columns.map((factor, column) => madeUp[column]! * factor);
  return { values, scales: steps.map((step, column) => step * columns[column]!), kept: left, bias };
}

interface Rounded {
  readonly weights: Float32Array;
  readonly rows: Float32Array;
  readonly values: Int8Array;
  readonly steps: Float32Array;
  readonly isKept: ReadonlySet<number>;
  readonly shares: Float64Array;
}

/** What a bias and the kept rows take over of what rounding left of the others. @returns [1 + kept,N] */
function madeUpFor({ weights, rows, values, steps, isKept, shares }: Rounded): Float32Array {
  const [k, n] = [rows.length, steps.length];
  const count = shares.length / k;
  const madeUp = new Float32Array(count * n);
  const errors = new Float32Array(n);
  for (let row = 0; row < k; row++) {
    if (isKept.has(row)) continue;
    const factor = rows[row]!;
    for (let column = 0, at = row * n; column < n; column++, at++)
      errors[column] = weights[at]! * factor - values[at]! * steps[column]!;
    for (let place = 0; place < count; place++) {
      const share = shares[place * k + row]!;
      for (let column = 0, at = place * n; column < n; column++, at++) madeUp[at]! += share * errors[column]!;
    }
  }
  return madeUp;
}

function roundEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
