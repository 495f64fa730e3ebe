import type { ScoreSummary } from '../results/summary.ts';

/**
 * The figure that decides in place of another: the same corrected by human labels, where that is known for every model.
 * @returns undefined where the figure decides itself
 */
export function correctedRow(
  scores: readonly ScoreSummary[],
  { model, algorithm, score, category }: ScoreSummary,
): ScoreSummary | undefined {
  const corrected = scores.filter(
    (row) => row.algorithm === algorithm && row.spec.corrects === score && row.category === category,
  );
  if (corrected.some(({ value }) => value === null)) return undefined;
  return corrected.find((row) => row.model === model);
}
