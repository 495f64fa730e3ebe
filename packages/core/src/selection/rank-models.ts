import type { Comparison } from '../results/summary.ts';

/** Where a model stands: between `best` and `worst` of the ranks (from 1) that the comparisons leave open to it. */
export interface ModelRank {
  readonly model: string;
  readonly value: number | null;
  readonly best: number;
  readonly worst: number;
}

/**
 * Rank intervals from pairwise verdicts: a model is below those found better than it, and above those found worse;
 * among models that cannot be told apart nobody is first.
 */
export function rankModels(
  values: ReadonlyMap<string, number | null>,
  comparisons: readonly Comparison[],
  higherIsBetter: boolean,
): ModelRank[] {
  const models = [...values.keys()];
  const ranks = models.map((model) => {
    let above = 0;
    let below = 0;
    for (const { baseline, candidate, verdict } of comparisons) {
      if (verdict === 'cannot tell' || (baseline !== model && candidate !== model)) continue;
      const wins = (verdict === 'better') === (candidate === model);
      if (wins) below += 1;
      else above += 1;
    }
    return { model, value: values.get(model) ?? null, best: 1 + above, worst: models.length - below };
  });
  const sign = higherIsBetter ? -1 : 1;
  return ranks.sort((a, b) => a.best - b.best || a.worst - b.worst || sign * ((a.value ?? 0) - (b.value ?? 0)));
}
