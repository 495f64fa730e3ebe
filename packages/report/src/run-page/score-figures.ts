import type { PairVerdict, ScoreSpec, ScoreSummary, Summary } from '@assay/core';
import { declaredRange } from '../charts/declared-range.ts';
import { niceScale, type Scale } from '../charts/nice-scale.ts';
import { groupBy } from '../collections/group-by.ts';
import { comparisonBetween } from '../wording/comparison-between.ts';
import { intervalMethods, intervalTitle } from '../wording/confidence.ts';
import { formatCount } from '../wording/format-number.ts';

/** One score over all samples, of every model. */
export interface ScoreFigures {
  /** `algorithm.score`. */
  readonly key: string;
  readonly algorithm: string;
  readonly score: string;
  readonly summary: string;
  readonly better: ScoreSpec['better'];
  readonly isPrimary: boolean;
  /** The score that this one nearly repeats; null where there is none. */
  readonly alike: string | null;
  readonly scale: Scale;
  /** `95 % interval`. */
  readonly intervalTitle: string;
  /** One a model of the run; null of a model that has no such score. */
  readonly cells: readonly (ScoreCell | null)[];
}

export interface ScoreCell {
  readonly value: number | null;
  readonly interval: readonly [number, number] | null;
  readonly n: number;
  /** Against the first model, paired; null where it was not asked. */
  readonly verdict: PairVerdict | null;
  /** It was compared, and no model is shown to be better. */
  readonly isUnbeaten: boolean;
  /** `3 without: empty output`; '' where every sample has the score. */
  readonly lost: string;
}

/** One scale for a set of scores: their values, and their intervals. */
export function scaleOf(scores: readonly ScoreSummary[]): Scale {
  const values = scores.flatMap((score) => (score.value === null ? [] : [score.value, ...(score.interval ?? [])]));
  return niceScale(values, scores[0] === undefined ? [0, 1] : declaredRange(scores[0].spec), scores.length > 1);
}

/** Primary scores first; where none is marked, all are. */
export function scoreFigures(
  summary: Summary,
  alike: ReadonlyMap<string, string>,
): { readonly figures: readonly ScoreFigures[]; readonly methods: string | null } {
  const overall = summary.scores.filter(({ category }) => category === null);
  const isMarked = overall.some(({ spec }) => spec.primary === true);
  const figures = [...groupBy(overall, ({ algorithm, score }) => `${algorithm}.${score}`)].map(([key, group]) => {
    const { algorithm, score, spec } = group[0]!;
    const isPrimary = !isMarked || spec.primary === true;
    return {
      ...{ key, algorithm, score, summary: spec.summary, better: spec.better, isPrimary },
      alike: alike.get(key) ?? null,
      scale: scaleOf(group),
      intervalTitle: intervalTitle(group.filter(({ interval }) => interval !== null)),
      cells: summary.models.map(({ name }) => {
        const own = group.find(({ model }) => model === name);
        return own === undefined ? null : cellOf(summary, own);
      }),
    };
  });
  const ordered = figures.toSorted((a, b) => Number(b.isPrimary) - Number(a.isPrimary));
  return { figures: ordered, methods: intervalMethods(overall) };
}

function cellOf(summary: Summary, own: ScoreSummary): ScoreCell {
  const others = summary.models.filter(({ name }) => name !== own.model);
  const faced = others.map(({ name }) => comparisonBetween(summary, own, own.model, name));
  const first = summary.models[0]?.name;
  const against = first === undefined || first === own.model ? null : comparisonBetween(summary, own, own.model, first);
  const isJudged = faced.some((each) => each !== null && each.verdict !== null);
  return {
    ...{ value: own.value, interval: own.interval, n: own.n },
    verdict: against?.verdict ?? null,
    isUnbeaten: isJudged && own.value !== null && faced.every((each) => each?.verdict !== 'worse'),
    lost: Object.entries(own.unscored)
      .map(([reason, count]) => `${formatCount(count)} without: ${reason.replaceAll('_', ' ')}`)
      .join(', '),
  };
}
