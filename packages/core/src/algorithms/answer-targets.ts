import type { Sample } from '../samples/sample.ts';

/** Acceptable answers of a sample: the target split at the delimiter, blank ones dropped. */
export function answerTargets(target: string, delimiter: string | null): string[] {
  const parts = delimiter === null || !target.includes(delimiter) ? [target] : target.split(delimiter);
  return parts.filter((part) => part.trim() !== '');
}

/** The one target to score against; undefined where there is none. FMEval scores against an empty text like any other. */
export function wholeTarget(sample: Sample, compat: 'fmeval' | undefined): string | undefined {
  const { target_output: target } = sample.features;
  return compat !== 'fmeval' && target?.trim() === '' ? undefined : target;
}
