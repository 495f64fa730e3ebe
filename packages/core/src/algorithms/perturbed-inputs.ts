import { createGenerator, hashSeed, numpyGenerator } from '@assay/metrics';
import type { PerturbedText } from '../perturbations/perturbation.ts';
import { PERTURBATIONS } from '../perturbations/perturbation-table.ts';
import type { Sample } from '../samples/sample.ts';
import type { DatasetView, ScoringInput } from './algorithm.ts';
import type { RobustnessSettings } from './robustness-settings.ts';

/** Where FMEval's generators stand before each sample (by its index), one for each kind: they depend on the rows before it. */
export type StreamedDraws = ReadonlyMap<number, readonly Uint32Array[]>;

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
  streamed?: StreamedDraws,
): PerturbedInput[] {
  const text = sample.features.model_input ?? '';
  const places = streamed?.get(sample.index);
  return settings.kinds.flatMap(({ name, options }, kind) => {
    const place = places?.[kind];
    const stream = place === undefined ? undefined : fmevalGenerator();
    if (place !== undefined) stream?.restore(place);
    return Array.from({ length: settings.variants }, (_, i) => {
      const random = stream ?? createGenerator(hashSeed(runSeed, sample.digest, `perturbation/${name}/${i}`));
      const changed = perturb(name, text, random, options).text;
      return { key: `${name}/${i}${changed === text ? UNCHANGED : ''}`, text: changed };
    });
  });
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
 * FMEval's draws: one numpy `default_rng(5)` for each kind, drawn from row after row as the run takes them. Kept is where
 * each row begins, not its texts. FMEval itself repeats them only with one worker, on rows in the same order.
 */
export async function streamedDraws(settings: RobustnessSettings, data: DatasetView): Promise<StreamedDraws> {
  const generators = settings.kinds.map(fmevalGenerator);
  const draws = new Map<number, readonly Uint32Array[]>();
  for await (const sample of data.taken()) {
    const text = sample.features.model_input ?? '';
    draws.set(
      sample.index,
      generators.map((generator) => generator.save()),
    );
    for (const [kind, { name, options }] of settings.kinds.entries()) {
      for (let i = 0; i < settings.variants; i++) perturb(name, text, generators[kind]!, options);
    }
  }
  return draws;
}

function fmevalGenerator(): ReturnType<typeof numpyGenerator> {
  return numpyGenerator(5);
}

function perturb(
  name: string,
  text: string,
  random: ReturnType<typeof createGenerator>,
  options: unknown,
): PerturbedText {
  return PERTURBATIONS.get(name)!.perturb(text, random, options);
}
