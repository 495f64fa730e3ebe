import type { Aggregate, ScoreSpec } from './algorithm.ts';
import type { CorpusFigure } from './corpus-figure.ts';
import { judgedFigure } from './judged-figure.ts';
import {
  addJudged,
  emptyJudged,
  type JudgedSample,
  type JudgedState,
  judgedUnit,
  mergeJudged,
} from './judged-units.ts';
import { count } from './score-specs.ts';

/**
 * What humans would say of all samples, from their labels of some and a judge's score of all: by the labels alone, and
 * corrected by the judge.
 * @param range of the judge's score, which labels have too
 * @param judged the score of the judge, which the corrected one replaces where models are compared and chosen
 */
export function humanScores(range: ScoreSpec['range'], judged: string): Aggregate<JudgedSample, JudgedState> {
  const spec = (summary: string): ScoreSpec => ({ range, better: 'higher', kind: 'bounded', summary });
  const figures = (units: readonly JudgedState[]): Record<string, CorpusFigure> => {
    const own = units.map(judgedUnit);
    return {
      corrected_score: { kind: 'judged', of: 'corrected', units: own, range },
      human_score: { kind: 'judged', of: 'labels', units: own, range },
      judge_slope: { kind: 'judged', of: 'slope', units: own, range },
      human_unread: { kind: 'none', why: 'count' },
      human_contradicted: { kind: 'none', why: 'count' },
    };
  };
  return {
    scores: {
      corrected_score: {
        ...spec('What humans would say of all samples: their labels, corrected by the judge as far as it helps.'),
        corrects: judged,
      },
      human_score: spec('What humans said of the samples with a label.'),
      judge_slope: {
        range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
        better: 'higher',
        kind: 'real',
        summary: 'How labels rise with the judge: above 0 it helps, below 0 it contradicts them.',
      },
      human_unread: count('Human labels that are none of the judge’s: left out.'),
      human_contradicted: count('Samples on which people’s labels differ: their mean counts.'),
    },
    empty: emptyJudged,
    add: addJudged,
    merge: mergeJudged,
    result: (state) => {
      const values = Object.entries(figures([state])).map(([name, figure]) => [
        name,
        figure.kind === 'judged'
          ? (judgedFigure(figure, false)?.value ?? null)
          : name === 'human_unread'
            ? state.unread
            : (state.contradicted ?? 0),
      ]);
      return Object.fromEntries(values);
    },
    corpus: figures,
  };
}
