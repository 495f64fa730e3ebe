import { type Manifest, recordedChoice, type SampleRow } from '@assay/core';

/** What a sample lets choose from. Places count from 0. */
export interface Choice {
  readonly choices: readonly string[];
  /** Stood between the prompt and a choice. */
  readonly separator: string;
  /** undefined where the row's answer is none of them. */
  readonly right: number | undefined;
  /** The likeliest; undefined where not every choice was weighed. */
  readonly chosen: number | undefined;
  /** Of each choice, in nats; empty where not every choice was weighed. */
  readonly logProbabilities: readonly number[];
}

/** undefined for a sample without choices. */
export function choiceOf(row: SampleRow, algorithms: Manifest['algorithms']): Choice | undefined {
  const choices = row.features?.choices;
  if (choices === undefined || choices.length === 0) return undefined;
  const weighed = choices.flatMap((_, at) => row.logProbabilities?.[`choice/${at}`] ?? []);
  const logProbabilities = weighed.length === choices.length ? weighed : [];
  return {
    choices,
    ...recordedChoice(row.features ?? {}, algorithms),
    chosen: logProbabilities.length === 0 ? undefined : logProbabilities.indexOf(Math.max(...logProbabilities)),
    logProbabilities,
  };
}
