/** What the inputs that stay exact, and all channels, were together on the calibration texts. */
export interface Moments {
  /** [1 + kept, 1 + K]: sums over all tokens of 1 and each kept channel, times 1 and each channel. */
  readonly sums: Float64Array;
}

/** Keeps the solution from following what was hardly seen. */
const DAMPING = 1e-3;

/**
 * What the exact inputs, 1 (a bias) and the kept channels, say of each channel by least squares: errors of its weights are made up for
 * by that much of theirs.
 * @param smoothing [K] what channels are divided by
 * @param kept places of the channels that stay exact
 * @returns [1 + kept, K]
 */
export function sharesOf({ sums }: Moments, smoothing: Float32Array, kept: readonly number[]): Float64Array {
  const [count, k] = [kept.length + 1, smoothing.length];
  const scale = (row: number): number => (row === 0 ? 1 : 1 / smoothing[kept[row - 1]!]!);
  const column = (row: number): number => (row === 0 ? 0 : kept[row - 1]! + 1);
  // [count, count + K]: the exact inputs' own moments, and theirs with all channels.
  const width = count + k;
  const system = new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    const from = row * (k + 1);
    for (let other = 0; other < count; other++)
      system[row * width + other] = sums[from + column(other)]! * scale(row) * scale(other);
    system[row * width + row]! *= 1 + DAMPING;
    for (let channel = 0; channel < k; channel++)
      system[row * width + count + channel] = (sums[from + channel + 1]! * scale(row)) / smoothing[channel]!;
  }
  eliminate(system, count, width);
  const shares = new Float64Array(count * k);
  for (let row = 0; row < count; row++) shares.set(system.subarray(row * width + count, (row + 1) * width), row * k);
  return shares;
}

/** Gauss and Jordan, on a matrix that is symmetric and positive before its right-hand sides; rows that nothing was seen of stay 0. */
function eliminate(system: Float64Array, count: number, width: number): void {
  for (let pivot = 0; pivot < count; pivot++) {
    const own = system.subarray(pivot * width, (pivot + 1) * width);
    const size = own[pivot]!;
    if (size <= 1e-12) {
      own.fill(0);
      continue;
    }
    for (let at = 0; at < width; at++) own[at]! /= size;
    for (let row = 0; row < count; row++) {
      const factor = system[row * width + pivot]!;
      if (row === pivot || factor === 0) continue;
      for (let at = 0; at < width; at++) system[row * width + at]! -= factor * own[at]!;
    }
  }
}
