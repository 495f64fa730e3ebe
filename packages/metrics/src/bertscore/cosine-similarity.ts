/**
 * Cosine of the angle between two vectors.
 * @returns ratio in [−1, 1]; null where either is a zero vector, which has no direction
 * @throws RangeError VECTOR_LENGTH
 */
export function cosineSimilarity(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length !== b.length) {
    throw Object.assign(new RangeError(`vectors of ${a.length} and ${b.length} dimensions`), { code: 'VECTOR_LENGTH' });
  }
  let product = 0;
  let aSquares = 0;
  let bSquares = 0;
  for (let k = 0; k < a.length; k++) {
    product += a[k]! * b[k]!;
    aSquares += a[k]! * a[k]!;
    bSquares += b[k]! * b[k]!;
  }
  if (aSquares === 0 || bSquares === 0) return null;
  return Math.max(-1, Math.min(1, product / Math.sqrt(aSquares) / Math.sqrt(bSquares)));
}
