import { createGenerator, hashSeed, numpyGenerator } from '@assay/metrics';
import type { PerturbedText } from '../perturbations/perturbation.ts';
import { PERTURBATIONS } from '../perturbations/perturbation-table.ts';
import type { Sample } from '../samples/sample.ts';
import type { DatasetView, ScoringInput } from './algorithm.ts';
import type { RobustnessSettings } from './robustness-settings.ts';

/** Perturbed texts of each sample (by its index), made beforehand because they depend on the rows before it. */
export type StreamedTexts = ReadonlyMap<number, readonly string[]>;

export interface PerturbedInput {
  /** Names the variant among the model's answers; says when the text came out unchanged. */
  readonly key: string;
  readonly text: string;
}

const UNCHANGED = ' (unchanged)';

/**
 * The variants of a sample's input. Each draws from a generator of its own, seeded by run, sample, perturbation and
 * number alone: limit, order, batches and threads change nothing.
 */
export function perturbedInputs(
  sample: Sample,
  settings: RobustnessSettings,
  runSeed: number,
  streamed?: StreamedTexts,
): PerturbedInput[] {
  const text = sample.features.model_input ?? '';
  let position = 0;
  return settings.kinds.flatMap(({ name, options }) =>
    Array.from({ length: settings.variants }, (_, i) => {
      const seed = hashSeed(runSeed, sample.digest, `perturbation/${name}/${i}`);
      const ready = streamed?.get(sample.index)?.[position++];
      const changed = ready ?? perturb(name, text, createGenerator(seed), options).text;
      return { key: `${name}/${i}${changed === text ? UNCHANGED : ''}`, text: changed };
    }),
  );
}

/** The variants' keys under which answers came, in order. */
export function variantKeys(
  { kinds, variants }: RobustnessSettings,
  answers: ScoringInput['answers'],
): { readonly key: string; readonly kind: string; readonly isUnchanged: boolean }[] {
  const prefixes = new Set(Array.from(answers.keys(), (key) => key.split(':', 1)[0]!));
  return kinds.flatMap(({ name: kind }) =>
    Array.from({ length: variants }, (_, i) => {
      const isUnchanged = prefixes.has(`${kind}/${i}${UNCHANGED}`);
      return { key: `${kind}/${i}${isUnchanged ? UNCHANGED : ''}`, kind, isUnchanged };
    }),
  );
}

/**
 * FMEval's texts: one numpy `default_rng(5)` for each kind, drawn from row after row as the run takes them.
 * FMEval itself repeats them only with one worker, on rows in the same order.
 */
export async function streamedTexts(settings: RobustnessSettings, data: DatasetView): Promise<StreamedTexts> {
  const generators = settings.kinds.map(() => numpyGenerator(5));
  const texts = new Map<number, readonly string[]>();
  for await (const sample of data.taken()) {
    const text = sample.features.model_input ?? '';
    const own = settings.kinds.flatMap(({ name, options }, kind) =>
      Array.from({ length: settings.variants }, () => perturb(name, text, generators[kind]!, options).text),
    );
    texts.set(sample.index, own);
  }
  return texts;
}

function perturb(
  name: string,
  text: string,
  random: ReturnType<typeof createGenerator>,
  options: unknown,
): PerturbedText {
  return PERTURBATIONS.get(name)!.perturb(text, random, options);
}
