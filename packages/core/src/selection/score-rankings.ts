import type { Comparison } from '../results/summary.ts';
import type { ComparableScore } from './comparable-scores.ts';
import { type ModelRank, rankModels } from './rank-models.ts';
import { goodness } from './selection-objectives.ts';

/** A model's place on one score, with how many samples it has it for. */
export interface RankedModel extends ModelRank {
  readonly n: number;
}

/** The places on one score that the paired comparisons leave open to each model, best first. */
export interface ScoreRanking {
  readonly algorithm: string;
  readonly score: string;
  readonly ranks: readonly RankedModel[];
}

/**
 * A ranking for each score: a model is above those that it was found better than, and below those that were found better.
 * A model without a value of the score has no place; a score that is shown without verdicts has no ranking.
 * @param comparisons of each pair of the models
 * @param figureOf a model's mean of `algorithm.score`, and over how many samples
 */
export function rankingsOf(
  models: readonly string[],
  scores: readonly ComparableScore[],
  comparisons: readonly Comparison[],
  figureOf: (model: string, score: string) => { readonly value: number | null; readonly n: number },
): ScoreRanking[] {
  return scores.flatMap(({ algorithm, score, spec }) => {
    const own = comparisons.filter((each) => each.algorithm === algorithm && each.score === score);
    if (own.every(({ verdict }) => verdict === null)) return [];
    const beats = (model: string, other: string) =>
      own.some(
        ({ baseline, candidate, verdict }) =>
          (verdict === 'better' && candidate === model && baseline === other) ||
          (verdict === 'worse' && candidate === other && baseline === model),
      );
    const figures = new Map(
      models.flatMap((model) => {
        const { value, n } = figureOf(model, `${algorithm}.${score}`);
        return value === null ? [] : [[model, { value, n }] as const];
      }),
    );
    const values = new Map([...figures].map(([model, { value }]) => [model, goodness(value, spec.better)] as const));
    const ranked = rankModels(values, [...figures.keys()], beats, true);
    return [{ algorithm, score, ranks: ranked.map((rank) => ({ ...rank, ...figures.get(rank.model)! })) }];
  });
}
