import { type ChangedSample, type ComparableScore, mostChanged, type RunView, type SamplePairs } from 'assay/internal';

/** A sample whose score changed, with what was asked. */
export interface ShownChange extends ChangedSample {
  readonly input: string;
}

/** The samples that moved most on one score. */
export interface ScoreChanges {
  /** `algorithm.score` */
  readonly score: string;
  readonly samples: readonly ShownChange[];
}

/**
 * Of each score the samples that changed most, scores without any left out. Their texts are read from the baseline's rows,
 * which are gone through once more for them.
 * @param model the baseline's name in its own rows
 */
export async function changedSamples(
  pairs: SamplePairs,
  scores: readonly Pick<ComparableScore, 'algorithm' | 'score'>[],
  count: number,
  rows: () => Promise<RunView['rows']>,
  model: string,
): Promise<ScoreChanges[]> {
  const found = scores
    .map(({ algorithm, score }) => ({
      score: `${algorithm}.${score}`,
      samples: mostChanged(pairs, `${algorithm}.${score}`, count),
    }))
    .filter(({ samples }) => samples.length > 0);
  const inputs = new Map<number, string>();
  for (const { samples } of found) for (const { index } of samples) inputs.set(index, '');
  if (inputs.size > 0) {
    for await (const row of await rows())
      if (row.model === model && inputs.has(row.index)) inputs.set(row.index, row.input);
  }
  return found.map(({ score, samples }) => ({
    score,
    samples: samples.map((sample) => ({ ...sample, input: inputs.get(sample.index)! })),
  }));
}
