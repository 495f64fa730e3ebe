/** For each row of `a` its largest dot product with a row of `b`, and the reverse; NaN counts as largest. */
export interface GreedyMaxima {
  readonly ofA: Float64Array;
  readonly ofB: Float64Array;
}

/**
 * Largest dot products between the rows of two row-major matrices, two rows of `a` and four of `b` at a time, so that eight
 * sums stay in registers. O(rows of a · rows of b · dimensions) time; the product itself is never stored.
 */
export function greedyMaxima(a: Float64Array, b: Float64Array, dimensions: number): GreedyMaxima {
  const aRows = a.length / dimensions;
  const bRows = b.length / dimensions;
  const ofA = new Float64Array(aRows).fill(Number.NEGATIVE_INFINITY);
  const ofB = new Float64Array(bRows).fill(Number.NEGATIVE_INFINITY);
  const aBlocked = aRows - (aRows % 2);
  const bBlocked = bRows - (bRows % 4);
  for (let i = 0; i < aBlocked; i += 2) {
    const a0 = i * dimensions;
    const a1 = a0 + dimensions;
    for (let j = 0; j < bBlocked; j += 4) {
      const b0 = j * dimensions;
      const b1 = b0 + dimensions;
      const b2 = b1 + dimensions;
      const b3 = b2 + dimensions;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let k = 0; k < dimensions; k++) {
        const x = a[a0 + k]!;
        const y = a[a1 + k]!;
        const v0 = b[b0 + k]!;
        const v1 = b[b1 + k]!;
        const v2 = b[b2 + k]!;
        const v3 = b[b3 + k]!;
        s00 += x * v0;
        s01 += x * v1;
        s02 += x * v2;
        s03 += x * v3;
        s10 += y * v0;
        s11 += y * v1;
        s12 += y * v2;
        s13 += y * v3;
      }
      ofA[i] = Math.max(ofA[i]!, s00, s01, s02, s03);
      ofA[i + 1] = Math.max(ofA[i + 1]!, s10, s11, s12, s13);
      ofB[j] = Math.max(ofB[j]!, s00, s10);
      ofB[j + 1] = Math.max(ofB[j + 1]!, s01, s11);
      ofB[j + 2] = Math.max(ofB[j + 2]!, s02, s12);
      ofB[j + 3] = Math.max(ofB[j + 3]!, s03, s13);
    }
  }
  for (let i = 0; i < aRows; i++) {
    for (let j = i < aBlocked ? bBlocked : 0; j < bRows; j++) {
      const product = dot(a, i * dimensions, b, j * dimensions, dimensions);
      ofA[i] = Math.max(ofA[i]!, product);
      ofB[j] = Math.max(ofB[j]!, product);
    }
  }
  return { ofA, ofB };
}

function dot(a: Float64Array, aStart: number, b: Float64Array, bStart: number, dimensions: number): number {
  let sum = 0;
  for (let k = 0; k < dimensions; k++) sum += a[aStart + k]! * b[bStart + k]!;
  return sum;
}
