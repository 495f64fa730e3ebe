import type { GreedyMaxima } from './greedy-maxima.ts';

/** The readable twin of greedyMaxima: the whole product, then the maxima of its rows and columns. */
export function greedyMaximaSlow(a: Float64Array, b: Float64Array, dimensions: number): GreedyMaxima {
  const rows = (matrix: Float64Array) =>
    Array.from({ length: matrix.length / dimensions }, (_, i) => matrix.subarray(i * dimensions, (i + 1) * dimensions));
  const product = rows(a).map((x) => rows(b).map((y) => x.reduce((sum, value, k) => sum + value * y[k]!, 0)));
  return {
    ofA: Float64Array.from(product, (row) => Math.max(...row)),
    ofB: Float64Array.from(rows(b), (_, j) => Math.max(...product.map((row) => row[j]!))),
  };
}
