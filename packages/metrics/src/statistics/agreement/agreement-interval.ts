import { invalidArgument } from '../invalid-argument.ts';
import { kappaScore } from '../jackknife/class-scores.ts';
import { type CorpusEstimate, studentEstimate } from '../jackknife/corpus-interval.ts';
import { type CountedRow, jackknife } from '../jackknife/jackknife.ts';

/** Agreement beyond chance: Cohen's kappa, or Krippendorff's nominal alpha of two raters. */
export type AgreementKind = 'kappa' | 'alpha';

/**
 * Interval of the agreement of two raters of the same samples: Student's t over the jackknife of the table's samples, with
 * one agreement and one confusion (with the next category) added for each category. O(K⁴) for K categories.
 * @param table how often the first rater said the row's category and the second the column's, square, at least 2 × 2
 * @returns null for fewer than two samples
 * @example agreementEstimate([[45, 5], [5, 45]])?.interval() // [0.644, 0.894]
 */
export function agreementEstimate(
  table: readonly (readonly number[])[],
  kind: AgreementKind = 'kappa',
): CorpusEstimate | null {
  const categories = table.length;
  if (categories < 2 || table.some((row) => row.length !== categories || row.some((count) => !(count >= 0)))) {
    throw invalidArgument('an agreement needs a square table of counts with at least two categories');
  }
  const n = table.flat().reduce((sum, count) => sum + count, 0);
  if (n < 2) return null;
  const statistic =
    kind === 'kappa' ? kappaScore(categories).statistic : (sums: Float64Array) => alphaOf(sums, categories);
  const rows = table.flatMap((row, i) =>
    row.flatMap((count, j): CountedRow[] => {
      const added = (i === j ? 1 : 0) + (j === (i + 1) % categories ? 1 : 0);
      if (count + added === 0) return [];
      const cell = new Float64Array(categories ** 2);
      cell[i * categories + j] = 1;
      return [{ row: cell, times: count + added }];
    }),
  );
  const { score, standardError } = jackknife(rows, statistic);
  return studentEstimate(score, standardError, n, [-1, 1]);
}

/** Nominal alpha of two raters without gaps: 1 − D_o / (1 − Σ m(m − 1) / (2n(2n − 1))), m both raters' counts of a category. */
function alphaOf(table: Float64Array, categories: number): number {
  const met = new Float64Array(categories);
  let n = 0;
  let agreed = 0;
  for (let i = 0; i < categories; i++) {
    for (let j = 0; j < categories; j++) {
      const count = table[i * categories + j]!;
      met[i]! += count;
      met[j]! += count;
      n += count;
      if (i === j) agreed += count;
    }
  }
  const alike = met.reduce((sum, m) => sum + m * (m - 1), 0) / (2 * n * (2 * n - 1));
  return 1 - (1 - agreed / n) / (1 - alike);
}
