import { ExactSum } from '../moments/exact-sum.ts';
import type { Moments } from '../moments/moments.ts';
import type { Matrix } from './correlation-matrix.ts';

/** What two columns have in common. */
interface Shared {
  /** Rows that have both values. */
  n: number;
  readonly products: ExactSum;
  /** Sums of either column over these rows. */
  readonly sums: readonly [ExactSum, ExactSum];
}

/**
 * {@link correlationMatrix} of columns that come row by row, in memory that does not grow with the rows. Sums are exact, so
 * that no order of the rows changes a bit.
 */
export class CorrelationSums {
  readonly #shared: readonly (readonly Shared[])[];

  /** @param columns how many there are */
  constructor(columns: number) {
    this.#shared = Array.from({ length: columns }, (_, i) =>
      Array.from({ length: i }, () => ({
        n: 0,
        products: new ExactSum(),
        sums: [new ExactSum(), new ExactSum()] as const,
      })),
    );
  }

  /** @param values of a row, one a column; NaN where it has none */
  add(values: ArrayLike<number>): void {
    for (const [i, row] of this.#shared.entries()) {
      const a = values[i]!;
      if (Number.isNaN(a)) continue;
      for (const [j, shared] of row.entries()) {
        const b = values[j]!;
        if (Number.isNaN(b)) continue;
        shared.n += 1;
        if (a !== 0) shared.sums[0].add(a);
        if (b !== 0) shared.sums[1].add(b);
        if (a !== 0 && b !== 0) shared.products.addProduct(a, b);
      }
    }
  }

  /** @param moments of each column alone */
  matrix(moments: readonly Moments[]): Matrix {
    const norms = moments.map((own) => Math.sqrt((own.variance() ?? 0) * (own.n - 1)));
    const matrix = moments.map(() => new Float64Array(moments.length));
    for (const [i, row] of this.#shared.entries()) {
      matrix[i]![i] = 1;
      for (const [j, shared] of row.entries()) {
        const isConstant = !(norms[i]! > 1e-12 && norms[j]! > 1e-12);
        const means = [moments[i]!.mean() ?? 0, moments[j]!.mean() ?? 0] as const;
        const value = isConstant ? 0 : centredProduct(shared, means) / norms[i]! / norms[j]!;
        matrix[i]![j] = Math.min(1, Math.max(-1, value));
        matrix[j]![i] = matrix[i]![j]!;
      }
    }
    return matrix;
  }
}

/** Σ(a − mean a)(b − mean b) over the rows that have both. */
function centredProduct({ n, products, sums }: Shared, [meanA, meanB]: readonly [number, number]): number {
  const centred = new ExactSum();
  centred.merge(products);
  for (const component of sums[0].toComponents()) centred.addProduct(-meanB, component);
  for (const component of sums[1].toComponents()) centred.addProduct(-meanA, component);
  const both = new ExactSum();
  both.addProduct(meanA, meanB);
  for (const component of both.toComponents()) centred.addProduct(n, component);
  return centred.value();
}
