import { type ConfusionMatrix, cohenKappa } from '@assay/metrics';
import type { Aggregate } from '../algorithm.ts';
import { kappaFigure, shareFigure } from '../class-figures.ts';
import { addPair, type ConfusionState, confusionMatrix, mergePairs } from '../confusion.ts';
import { count, ratio } from '../score-specs.ts';

function agreedIn(matrix: ConfusionMatrix): number {
  return matrix.classes().reduce((sum, { truePositives }) => sum + truePositives, 0);
}

/** How far judge and people say the same word. */
export const judgeAgreement: Aggregate<readonly [human: string, judge: string], ConfusionState> = {
  scores: {
    human_agreement: ratio('Share of the human verdicts that the judge repeats in both orders.'),
    human_kappa: { range: [-1, 1], better: 'higher', kind: 'bounded', summary: 'Cohen’s kappa of judge and human.' },
    human_labels: count('Judged samples with a human verdict.'),
  },
  empty: () => ({}),
  add: (state, [human, judge]) => addPair(state, human, judge),
  merge: mergePairs,
  result: (state) => {
    const matrix = confusionMatrix(state);
    return {
      human_agreement: matrix.n === 0 ? null : agreedIn(matrix) / matrix.n,
      human_kappa: cohenKappa(matrix),
      human_labels: matrix.n,
    };
  },
  corpus: (units) => {
    const matrices = units.map(confusionMatrix);
    const agreed = matrices.map((matrix): [number, number] => [agreedIn(matrix), matrix.n]);
    return {
      human_agreement: shareFigure(agreed),
      human_kappa: kappaFigure(matrices),
      human_labels: { kind: 'none', why: 'count' },
    };
  },
};
