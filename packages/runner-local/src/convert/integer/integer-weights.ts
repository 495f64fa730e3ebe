/** Weights of one product in eight bits. */
export interface IntegerWeights {
  /** [K,N] */
  readonly values: Int8Array;
  /** [N] what a whole number stands for. */
  readonly scales: Float32Array;
  /** [kept,N] rows that stay in fp32; theirs in `values` are 0. */
  readonly kept: Float32Array;
}

/**
 * Rounds weights [K,N] by a step for each column.
 * @param rows [K] factor of each row
 * @param columns [N] factor of each column
 * @param kept rows that stay as they are, factors apart
 */
export function integerWeights(
  weights: Float32Array,
  rows: Float32Array,
  columns: Float32Array,
  kept: readonly number[],
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
  const scales = most.map((size, column) => (size === 0 ? 1 : (size / 127) * columns[column]!));
  return { values, scales, kept: left };
}

function roundEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
