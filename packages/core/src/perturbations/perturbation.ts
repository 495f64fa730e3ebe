import type { RandomGenerator } from '@assay/metrics';
import type { z } from 'zod';

/** One place that a perturbation changed, in UTF-16 units of the original text. */
export interface TextChange {
  readonly at: number;
  readonly from: string;
  readonly to: string;
}

export interface PerturbedText {
  readonly text: string;
  /** In order, without overlap; empty when the text came out as it was. */
  readonly changes: readonly TextChange[];
}

/** A way to disturb a text that leaves its meaning alone. All its randomness comes from the generator. */
export interface Perturbation<Options = unknown> {
  readonly name: string;
  readonly summary: string;
  readonly options: z.ZodObject & z.ZodType<Options>;
  perturb(text: string, random: RandomGenerator, options: Options): PerturbedText;
}

/** Keeps the option type between `options` and `perturb` while writing a perturbation down. */
export function definePerturbation<Options>(perturbation: Perturbation<Options>): Perturbation<Options> {
  return perturbation;
}
