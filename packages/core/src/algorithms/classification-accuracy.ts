import {
  type Average,
  averagePrecisionRecall,
  balancedAccuracy,
  binaryPrecisionRecall,
  ConfusionMatrix,
  fmevalLabel,
  type PrecisionRecall,
  perClassPrecisionRecall,
  UNKNOWN_LABEL,
} from '@assay/metrics';
import { z } from 'zod';
import { AssayError } from '../errors/assay-error.ts';
import { type Aggregate, type DatasetView, defineAlgorithm, type ScoringInput } from './algorithm.ts';
import { wholeTarget } from './answer-targets.ts';
import { answerText } from './answer-text.ts';
import { byPredicted, bySupport, meanRateFigure, shareFigure } from './class-figures.ts';
import { addPair, type ConfusionState, confusionMatrix, mergePairs } from './confusion.ts';
import type { CorpusFigure } from './corpus-figure.ts';
import { type LabelSet, labelSet } from './label-set.ts';
import { compat } from './options.ts';
import { binary, count, ratio } from './score-specs.ts';

const options = z.strictObject({
  valid_labels: z
    .array(z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .min(1)
    .optional()
    .describe('The labels. Default: every distinct target of the dataset.'),
  multiclass_average_strategy: z
    .enum(['micro', 'macro', 'weighted', 'binary'])
    .optional()
    .describe('How precision and recall are averaged over labels; `binary` takes positive_label alone. Default macro.'),
  positive_label: z.string().optional().describe('The label that `binary` is about. Default: the last in order.'),
  zero_shot_model: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Reads the label by meaning instead of by words: a natural-language-inference classifier, by folder or Hugging Face id.',
    ),
  hypothesis_template: z
    .string()
    .includes('{}')
    .default('This example is {}.')
    .describe('What zero_shot_model holds an output against for each label, which stands for {}.'),
  compat,
});

type Options = z.output<typeof options>;

/** What an output that names no label counts as: no target is ever empty. */
const NONE = '';
/** More distinct targets than this are no labels; more labels than this have to be named. */
const MOST_LABELS = 1000;

/**
 * Whether the output names the right label. An output that names none is wrong, and counted as unknown. With
 * `zero_shot_model` it is the label that the output entails most; then an empty output alone has none.
 * Balanced accuracy, precision and recall come from the confusion matrix of the whole dataset.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-accuracy-evaluation.html
 */
export const classificationAccuracy = defineAlgorithm<Options>({
  name: 'classification_accuracy',
  summary: 'Whether the output names the right label.',
  options,
  needs: () => ['model_input', 'target_output'],
  prepare: async (settings, data) =>
    settings.valid_labels === undefined ? { ...settings, valid_labels: await labelsOf(data, settings) } : settings,
  scores: () => ({ classification_accuracy_score: binary('The output names the right label.') }),
  primary: () => ['classification_accuracy_score', 'balanced_accuracy_score'],
  aggregates: (settings) => ({ confusion: confusionAggregate(settings) }),
  helpers: ({ zero_shot_model: model }) => (model === undefined ? [] : [{ kind: 'classify', model }]),
  helperAsks: ({ answers }, { zero_shot_model: model, valid_labels: labels, hypothesis_template: hypothesis }) => {
    const text = answerText({ answers });
    if (model === undefined || labels === undefined || text.trim() === '') return [];
    return [{ key: 'label', kind: 'classify', model, text, labels, hypothesis }];
  },
  score: (input, settings) => {
    const target = wholeTarget(input.sample, settings.compat);
    if (target === undefined) return { unscored: 'empty_target' };
    const [wanted, found] = labelsFor(settings, target, input);
    return {
      scores: { classification_accuracy_score: Number(found === wanted) },
      statistics: { confusion: [wanted, found] },
    };
  },
  signature: (settings) => {
    const { valid_labels: labels, positive_label: positive } = settings;
    const average = averageOf(settings);
    const shown = average === 'binary' ? `binary(${positive ?? 'last'})` : average;
    return `classification_accuracy|labels:${labels?.join(',') ?? 'targets'}|average:${shown}|label:${readingOf(settings)}|v1`;
  },
});

const sets = new WeakMap<readonly string[], LabelSet>();

function labelsFor(
  settings: Options,
  target: string,
  { answers, helpers }: Pick<ScoringInput, 'answers' | 'helpers'>,
): [wanted: string, found: string] {
  const labels = settings.valid_labels ?? [target];
  const output = answerText({ answers });
  if (settings.zero_shot_model === undefined && settings.compat === 'fmeval')
    return [target, fmevalLabel(output, labels)];
  let set = sets.get(labels);
  if (set === undefined) {
    set = labelSet(labels);
    sets.set(labels, set);
  }
  if (settings.zero_shot_model === undefined) return [set.of(target), set.find(output) ?? NONE];
  const answer = helpers.get('label');
  const [likeliest] = Object.entries(answer?.kind === 'classify' ? answer.labels : {}).sort(([, a], [, b]) => b - a);
  return [set.of(target), likeliest === undefined ? NONE : set.of(likeliest[0])];
}

function readingOf({ zero_shot_model: model, hypothesis_template: hypothesis, compat: mode }: Options): string {
  if (model !== undefined) return `zero-shot(${hypothesis},whole)`;
  return mode === 'fmeval' ? 'fmeval' : 'words';
}

/**
 * FMEval takes the targets of the rows drawn as they are, empty ones too.
 * @throws AssayError DATASET_BAD_VALUE where there are more than labels of a classification
 */
async function labelsOf(data: DatasetView, { compat: mode }: Options): Promise<string[]> {
  const labels = new Set<string>();
  for await (const sample of mode === 'fmeval' ? data.taken() : data.all()) {
    const target = wholeTarget(sample, mode);
    if (target === undefined) continue;
    labels.add(mode === 'fmeval' ? target : target.trim());
    if (mode !== 'fmeval' && labels.size > MOST_LABELS) {
      const message = `classification_accuracy finds more than ${MOST_LABELS} distinct targets to take for labels`;
      throw new AssayError('DATASET_BAD_VALUE', message, {
        hint: 'Point target_output_key to the label, or name the labels in valid_labels.',
      });
    }
  }
  return [...labels].sort();
}

function confusionAggregate(settings: Options): Aggregate<readonly [string, string], ConfusionState> {
  return {
    scores: {
      balanced_accuracy_score: ratio('Mean recall over the labels: guessing the most frequent one does not pay.'),
      precision_score: ratio('Share of the outputs with a label that were right to name it, averaged.'),
      recall_score: ratio('Share of the samples with a label whose output names it, averaged.'),
      unknown_labels: count('Outputs that name none of the labels; they count as wrong.'),
    },
    empty: () => ({}),
    add: (state, [target, found]) => addPair(state, target, found),
    merge: mergePairs,
    result: (state) => {
      const matrix = confusionMatrix(state);
      const none = matrix
        .classes()
        .find(({ label }) => label === (settings.compat === 'fmeval' ? UNKNOWN_LABEL : NONE));
      const scores = averaged(settings, matrix);
      return {
        balanced_accuracy_score: balancedAccuracy(matrix),
        precision_score: scores?.precision ?? null,
        recall_score: scores?.recall ?? null,
        unknown_labels: matrix.n === 0 ? null : (none?.predicted ?? 0),
      };
    },
    corpus: (units) => confusionFigures(settings, units.map(confusionMatrix)),
  };
}

/** What the scores of a confusion matrix are made of, by sample or cluster. */
function confusionFigures(settings: Options, units: readonly ConfusionMatrix[]): Record<string, CorpusFigure> {
  const whole = new ConfusionMatrix();
  for (const unit of units) whole.merge(unit);
  const targets = whole.classes().flatMap(({ label, support }) => (support > 0 ? [label] : []));
  return {
    balanced_accuracy_score: meanRateFigure(units, targets, bySupport),
    precision_score: averagedFigure(settings, units, whole, 'precision'),
    recall_score: averagedFigure(settings, units, whole, 'recall'),
    unknown_labels: { kind: 'none', why: 'count' },
  };
}

function averagedFigure(
  settings: Options,
  units: readonly ConfusionMatrix[],
  whole: ConfusionMatrix,
  score: 'precision' | 'recall',
): CorpusFigure {
  const average = averageOf(settings);
  const size = score === 'precision' ? byPredicted : bySupport;
  if (average === 'binary') {
    const positive = positiveLabel(settings);
    const rows = units.map((unit): [number, number] => {
      const counts = unit.classes().find(({ label }) => label === positive);
      return counts === undefined ? [0, 0] : [counts.truePositives, size(counts)];
    });
    return shareFigure(rows);
  }
  if (average === 'macro') {
    const named = whole.classes().filter(({ label }) => settings.compat === 'fmeval' || label !== NONE);
    return meanRateFigure(
      units,
      named.map(({ label }) => label),
      size,
    );
  }
  // Precision weighted by the frequencies of targets is no mean of shares.
  if (average === 'weighted' && score === 'precision') return { kind: 'none', why: 'no_method' };
  const hits = (unit: ConfusionMatrix) => unit.classes().reduce((sum, { truePositives }) => sum + truePositives, 0);
  return shareFigure(units.map((unit) => [hits(unit), unit.n]));
}

function positiveLabel({ positive_label: positive, valid_labels: labels = [] }: Options): string {
  return positive ?? [...labels].sort().at(-1) ?? '';
}

/** FMEval's default makes precision, recall and accuracy one number. */
function averageOf({ multiclass_average_strategy: average, compat: mode }: Options): Average | 'binary' {
  return average ?? (mode === 'fmeval' ? 'micro' : 'macro');
}

function averaged(settings: Options, matrix: ConfusionMatrix): Pick<PrecisionRecall, 'precision' | 'recall'> | null {
  const average = averageOf(settings);
  if (average === 'binary') {
    return binaryPrecisionRecall(matrix, positiveLabel(settings));
  }
  if (average !== 'macro' || settings.compat === 'fmeval') return averagePrecisionRecall(matrix, average);
  // sklearn, and so FMEval, averages over "unknown" too, a label that nothing can be right to name.
  const classes = perClassPrecisionRecall(matrix).filter(({ label }) => label !== NONE);
  const mean = (key: 'precision' | 'recall') => classes.reduce((sum, each) => sum + each[key], 0) / classes.length;
  return classes.length === 0 ? null : { precision: mean('precision'), recall: mean('recall') };
}
