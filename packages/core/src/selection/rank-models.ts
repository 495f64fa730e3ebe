/** Where a model stands: between `best` and `worst` of the ranks (from 1) that the comparisons leave open to it. */
export interface ModelRank {
  readonly model: string;
  /** null where models are ranked by several scores at once, or where it has none. */
  readonly value: number | null;
  readonly best: number;
  readonly worst: number;
}

/**
 * Rank intervals from pairwise decisions: a model is below those that beat it, and above those that it beats; among models
 * that cannot be told apart nobody is first.
 */
export function rankModels(
  values: ReadonlyMap<string, number | null>,
  models: readonly string[],
  beats: (model: string, other: string) => boolean,
  higherIsBetter: boolean,
): ModelRank[] {
  const ranks = models.map((model) => ({
    model,
    value: values.get(model) ?? null,
    best: 1 + models.filter((other) => beats(other, model)).length,
    worst: models.length - models.filter((other) => beats(model, other)).length,
  }));
  const sign = higherIsBetter ? -1 : 1;
  return ranks.sort((a, b) => a.best - b.best || a.worst - b.worst || sign * ((a.value ?? 0) - (b.value ?? 0)));
}

/** `a 1, b 2–3, c 2–3`: the ranks that are left open to each model. */
export function rankText(ranks: readonly Pick<ModelRank, 'model' | 'best' | 'worst'>[]): string {
  return ranks.map(({ model, best, worst }) => `${model} ${best === worst ? best : `${best}–${worst}`}`).join(', ');
}
