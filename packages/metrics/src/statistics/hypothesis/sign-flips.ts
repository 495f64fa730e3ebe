import type { Alternative } from './test-result.ts';

/** Sums this close to the observed one are ties of the same sum added in another order. */
const RELATIVE_TOLERANCE = 1e-14;

/**
 * Exact p-value of the sum of the positive values when every sign is flipped in all 2^n ways.
 * @param signed at most some 20 values
 * @param fixed added to every sum
 */
export function signFlipPvalue(signed: ArrayLike<number>, fixed: number, alternative: Alternative): number {
  const n = signed.length;
  const total = 2 ** n;
  let observed = fixed;
  for (let i = 0; i < n; i++) observed += Math.max(0, signed[i]!);
  const sums = new Float64Array(total);
  sums[0] = fixed;
  // Each sum is that of a smaller subset plus one magnitude.
  for (let i = 0, size = 1; i < n; i++, size *= 2) {
    const magnitude = Math.abs(signed[i]!);
    for (let k = 0; k < size; k++) sums[size + k] = sums[k]! + magnitude;
  }
  const tolerance = Math.abs(observed) * RELATIVE_TOLERANCE;
  let less = 0;
  let greater = 0;
  for (const sum of sums) {
    if (sum <= observed + tolerance) less++;
    if (sum >= observed - tolerance) greater++;
  }
  if (alternative === 'less') return less / total;
  if (alternative === 'greater') return greater / total;
  return Math.min(1, (2 * Math.min(less, greater)) / total);
}
