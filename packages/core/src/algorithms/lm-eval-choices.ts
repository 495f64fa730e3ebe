import {
  averagePrecisionRecall,
  binaryPrecisionRecall,
  ConfusionMatrix,
  type ConfusionMatrixData,
  matthewsCorrelation,
} from '@assay/metrics';
import type { Aggregate, ModelAnswer, ScoreOutcome, ScoreSpec } from './algorithm.ts';
import { shareFigure } from './class-figures.ts';
import { type CorpusFigure, withoutInterval } from './corpus-figure.ts';
import { binary } from './score-specs.ts';

/** What lm-evaluation-harness reports for `output_type: multiple_choice`, by its names. */
export const lmEvalChoiceScores = {
  acc: binary('The right choice has the highest log-probability.'),
  acc_norm: binary('The same per character of the choice, without what stands before it.'),
  acc_bytes: binary('The same per UTF-8 byte of the choice, without what stands before it.'),
  exact_match: binary('The right choice is what greedy decoding would write.'),
} satisfies Record<string, ScoreSpec>;

type LogProbability = Extract<ModelAnswer, { kind: 'logProbability' }>;

/**
 * @param right position of the right choice; undefined where the row's label is none of them, which counts as wrong
 * @see https://github.com/EleutherAI/lm-evaluation-harness/blob/main/lm_eval/api/task.py `process_results`
 */
export function scoreLmEvalChoices(
  choices: readonly string[],
  likelihoods: readonly LogProbability[],
  right: number | undefined,
): Extract<ScoreOutcome, { scores: unknown }> {
  const sums = likelihoods.map(({ logProbability }) => logProbability);
  const likeliest = (values: readonly number[]) => values.indexOf(Math.max(...values));
  const isRight = (lengthOf: (choice: string) => number) =>
    Number(likeliest(sums.map((sum, i) => sum / lengthOf(choices[i]!))) === right);
  const predicted = likeliest(sums);
  return {
    scores: {
      acc: Number(predicted === right),
      // Python counts code points.
      acc_norm: isRight((choice) => Array.from(choice).length),
      acc_bytes: isRight((choice) => Buffer.byteLength(choice)),
      exact_match: Number(right !== undefined && likelihoods[right]!.isGreedy),
    },
    statistics: { labels: [String(right ?? -100), String(predicted)] },
  };
}

/** F1 of the class 1 and of all classes, and Matthews' correlation, from (right, chosen) positions as sklearn computes them. */
export const lmEvalLabels: Aggregate<readonly [string, string], ConfusionMatrixData> = {
  scores: {
    f1: {
      range: [0, 1],
      better: 'higher',
      kind: 'bounded',
      summary: 'F1 of choosing the second of two choices; none where a row has more.',
    },
    weighted_f1: {
      range: [0, 1],
      better: 'higher',
      kind: 'bounded',
      summary: 'F1 of each position as a class, weighted by how often it is right.',
    },
    mcc: { range: [-1, 1], better: 'higher', kind: 'bounded', summary: 'Matthews’ correlation of right and chosen.' },
  },
  empty: () => new ConfusionMatrix().toJSON(),
  add: (state, [right, predicted]) => {
    const matrix = ConfusionMatrix.fromJSON(state);
    matrix.add(right, predicted);
    return matrix.toJSON();
  },
  merge: (a, b) => {
    const matrix = ConfusionMatrix.fromJSON(a);
    matrix.merge(ConfusionMatrix.fromJSON(b));
    return matrix.toJSON();
  },
  result: (state) => {
    const matrix = ConfusionMatrix.fromJSON(state);
    const isBinary = matrix.labels().every((label) => label === '0' || label === '1');
    return {
      f1: isBinary ? (binaryPrecisionRecall(matrix, '1')?.f1 ?? null) : null,
      weighted_f1: averagePrecisionRecall(matrix, 'weighted')?.f1 ?? null,
      mcc: matthewsCorrelation(matrix),
    };
  },
  corpus: (units) => ({
    f1: f1Figure(units.map((unit) => ConfusionMatrix.fromJSON(unit))),
    ...withoutInterval(['weighted_f1', 'mcc'], 'no_method'),
  }),
};

/** F1 of one class is a ratio of sums: twice its hits over those chosen and those right. */
function f1Figure(units: readonly ConfusionMatrix[]): CorpusFigure {
  return shareFigure(
    units.map((unit) => {
      const counts = unit.classes().find(({ label }) => label === '1');
      return counts === undefined ? [0, 0] : [2 * counts.truePositives, counts.support + counts.predicted];
    }),
  );
}
