import type { ScoreOutcome } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { SampleRecord } from '../engine/journal-record.ts';
import type { Sample } from '../samples/sample.ts';
import { datasetAnswers } from './dataset-answers.ts';
import { type Answers, type HelperAnswers, scoreSample } from './score-sample.ts';

const NO_HELPERS: HelperAnswers = new Map();
const NO_OUTPUT = { unscored: 'no_output' } as const;

export interface ScoreOutputsOptions {
  readonly model: string;
  readonly instances: readonly AlgorithmInstance[];
  readonly seed: number;
  /** Whether records carry input, target and output for reports. */
  readonly texts: boolean;
}

/** The journal's line of a sample whose output is in the dataset. */
export function scoreOutputs(
  sample: Sample,
  options: ScoreOutputsOptions,
  helpersOf: (label: string) => HelperAnswers | { readonly unscored: string } = () => NO_HELPERS,
): SampleRecord {
  const answers = new Map<string, Answers>();
  for (const instance of options.instances) {
    const own = datasetAnswers(sample, instance, options.seed);
    if (own !== undefined) answers.set(instance.label, own);
  }
  const outcomes = scoreSample(
    options.instances,
    sample,
    (label) => answers.get(label)!,
    (label) => (answers.has(label) ? helpersOf(label) : NO_OUTPUT),
  );
  const { category, cluster, model_input: input, target_output: target, model_output: output } = sample.features;
  return {
    kind: 'sample',
    model: options.model,
    sample: sample.index,
    digest: sample.digest,
    ...(category === undefined ? {} : { category }),
    ...(cluster === undefined ? {} : { cluster }),
    state: isScored(outcomes) ? 'scored' : 'unscored',
    outcomes,
    ...(options.texts ? { input: input ?? sample.features.sent_more_input ?? '' } : {}),
    ...(options.texts && target !== undefined ? { target } : {}),
    ...(options.texts && output !== undefined ? { outputs: { original: output } } : {}),
  };
}

function isScored(outcomes: Readonly<Record<string, ScoreOutcome>>): boolean {
  for (const label in outcomes) if ('scores' in outcomes[label]!) return true;
  return false;
}
