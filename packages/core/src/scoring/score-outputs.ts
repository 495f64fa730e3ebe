import type { ModelAnswer, ScoreOutcome, Unscored } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { keptColumns } from '../datasets/kept-columns.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import { KEEP_USUAL, type Keep } from '../samples/keep.ts';
import type { Sample } from '../samples/sample.ts';
import { shownFeatures } from '../samples/shown-features.ts';
import { datasetAnswers } from './dataset-answers.ts';
import { type Answers, type HelperAnswers, scoreOne } from './score-sample.ts';

const NO_HELPERS: HelperAnswers = new Map();
const NO_OUTPUT = { unscored: 'no_output' } as const;

export interface ScoreOutputsOptions {
  readonly model: string;
  readonly instances: readonly AlgorithmInstance[];
  readonly seed: number;
  /** Whether records carry input, target and output for reports. */
  readonly texts: boolean;
  /** @default prompts and outputs */
  readonly keep?: Keep;
}

/** The journal's line of a sample whose output is in the dataset. */
export function scoreOutputs(
  sample: Sample,
  options: ScoreOutputsOptions,
  helpersOf: (label: string) => HelperAnswers | Unscored = () => NO_HELPERS,
): SampleRecord {
  const { features } = sample;
  const original = features.model_output === undefined ? undefined : only(features.model_output);
  const outcomes: Record<string, ScoreOutcome> = {};
  let state: SampleRecord['state'] = 'unscored';
  for (const instance of options.instances) {
    const answers =
      instance.algorithm.modelAsks === undefined ? original : datasetAnswers(sample, instance, options.seed);
    const outcome = answers === undefined ? NO_OUTPUT : scoreOne(instance, sample, answers, helpersOf(instance.label));
    outcomes[instance.label] = outcome;
    if ('scores' in outcome) state = 'scored';
  }
  const record: Mutable<SampleRecord> = {
    kind: 'sample',
    model: options.model,
    sample: sample.index,
    digest: sample.digest,
    state,
    outcomes,
  };
  if (features.category !== undefined) record.category = features.category;
  if (features.cluster !== undefined) record.cluster = features.cluster;
  if (features.weight !== undefined) record.weight = Number(features.weight);
  if (!options.texts) return record;
  const { outputs, columns } = options.keep ?? KEEP_USUAL;
  record.input = features.model_input ?? features.sent_more_input ?? '';
  if (features.target_output !== undefined) record.target = features.target_output;
  const shown = shownFeatures(features);
  if (shown !== undefined) record.features = shown;
  const kept = keptColumns(sample.record, columns);
  if (kept !== undefined) record.columns = kept;
  if (outputs && features.model_output !== undefined) record.outputs = { original: features.model_output };
  return record;
}

/** The answer of the sample being scored: no algorithm keeps it, and a map for each sample would be a tenth of the garbage. */
const answerOfNow = new Map<string, ModelAnswer>();

function only(text: string): Answers {
  answerOfNow.set('original', { kind: 'generate', text, elapsedMs: 0 });
  return answerOfNow;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
