/**
 * Holm's step-down adjustment, which bounds the chance of any false rejection: compare the results with α.
 * @returns adjusted p-values in [0, 1], in the order given
 * @see https://www.jstor.org/stable/4615733
 */
export function holm(pvalues: readonly number[]): number[] {
  const m = pvalues.length;
  const adjusted = new Array<number>(m);
  let largest = 0;
  rising(pvalues).forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (m - rank) * pvalues[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * Benjamini and Hochberg's adjustment, which bounds the share of false ones among the rejections.
 * @returns adjusted p-values in [0, 1], in the order given
 * @see https://doi.org/10.1111/j.2517-6161.1995.tb02031.x
 */
export function benjaminiHochberg(pvalues: readonly number[]): number[] {
  const m = pvalues.length;
  const adjusted = new Array<number>(m);
  let smallest = 1;
  rising(pvalues)
    .reverse()
    .forEach((index, i) => {
      smallest = Math.min(smallest, pvalues[index]! * (m / (m - i)));
      adjusted[index] = smallest;
    });
  return adjusted;
}

function rising(pvalues: readonly number[]): number[] {
  return pvalues.map((_, i) => i).sort((a, b) => pvalues[a]! - pvalues[b]!);
}
