import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ValidConfig } from '../config/load-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import { type Repeats, reducedSpecs } from '../scoring/reduce-repeats.ts';

/** @param times over the config's. @throws AssayError CONFIG_INVALID for pass@k with fewer than k repeats */
export function planRepeats({ config, placeOf }: ValidConfig, times: number = config.repeat.times): Repeats {
  const { reducer } = config.repeat;
  const k = Number(/^pass@(\d+)$/.exec(reducer)?.[1] ?? 0);
  if (k <= times) return { times, reducer };
  throw new AssayError('CONFIG_INVALID', `${reducer} needs at least ${k} repeats, and there are ${times}`, {
    at: placeOf(['repeat']),
    hint: `Set repeat.times to ${k} or more.`,
  });
}

/** The algorithm as it scores reduced repeats. */
export function repeatedAlgorithm(instance: AlgorithmInstance, repeats: Repeats): AlgorithmInstance {
  if (repeats.times === 1) return instance;
  return {
    ...instance,
    scores: reducedSpecs(instance.scores, repeats),
    signature: `${instance.signature}|repeat:${repeats.times},${repeats.reducer}`,
  };
}
