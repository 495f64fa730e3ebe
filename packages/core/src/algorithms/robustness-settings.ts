import { z } from 'zod';
import { didYouMean } from '../config/did-you-mean.ts';
import type { RobustnessConfig } from '../config/schema/algorithm-config.ts';
import { AssayError } from '../errors/assay-error.ts';
import type { Perturbation } from '../perturbations/perturbation.ts';
import { PERTURBATIONS } from '../perturbations/perturbation-table.ts';

/** Which variants of each sample to ask. */
export interface RobustnessSettings {
  readonly kinds: readonly { readonly name: string; readonly options: Readonly<Record<string, unknown>> }[];
  /** Variants of each kind. */
  readonly variants: number;
  /** FMEval's one stream of random numbers over all rows, in place of one for each sample. */
  readonly compat?: 'fmeval';
}

const DEFAULT_VARIANTS = 5;

/** A config's `robustness:` block, checked. @throws AssayError CONFIG_INVALID, CONFIG_UNKNOWN_KEY */
export function robustnessSettings(config: RobustnessConfig, compat: 'fmeval' | undefined): RobustnessSettings {
  const { perturbation = 'butter_finger', num_perturbations: variants = DEFAULT_VARIANTS, ...rest } = config;
  const kinds = [perturbation].flat().map(perturbationNamed);
  const unknown = Object.keys(rest).find((key) => !kinds.some(({ options }) => key in options.shape));
  if (unknown !== undefined) {
    const keys = kinds.flatMap(({ options }) => Object.keys(options.shape));
    const near = didYouMean(unknown, keys);
    throw new AssayError(
      'CONFIG_UNKNOWN_KEY',
      `robustness has no key "${unknown}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
      { hint: `keys here: perturbation, num_perturbations, ${keys.join(', ')}` },
    );
  }
  return {
    kinds: kinds.map((kind) => ({ name: kind.name, options: optionsOf(kind, rest) })),
    variants,
    ...(compat === undefined ? {} : { compat }),
  };
}

/** FMEval's flat keys of a robustness algorithm, with our further perturbations. */
export const robustnessKeys = {
  perturbation_type: z
    .enum([...PERTURBATIONS.keys()] as [string, ...string[]])
    .default('butter_finger')
    .describe('How the input is disturbed. Default butter_finger.'),
  num_perturbations: z.int().min(1).default(DEFAULT_VARIANTS).describe('Disturbed variants of each sample. Default 5.'),
  butter_finger_perturbation_prob: fraction('For butter_finger: of each letter to be typed again. Default 0.1.'),
  random_uppercase_corrupt_proportion: fraction('For random_upper_case: share of the characters. Default 0.1.'),
  whitespace_add_prob: fraction('For whitespace_add_remove: of a space after each character. Default 0.05.'),
  whitespace_remove_prob: fraction('For whitespace_add_remove: of each space to go. Default 0.1.'),
  perturbation_options: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Options of any perturbation, by its own names.'),
};

export type RobustnessKeys = z.output<z.ZodObject<typeof robustnessKeys>>;

/** @throws AssayError as {@link robustnessSettings} */
export function settingsOfKeys(keys: RobustnessKeys & { readonly compat?: 'fmeval' | undefined }): RobustnessSettings {
  const own: Record<string, Record<string, unknown>> = {
    butter_finger: { probability: keys.butter_finger_perturbation_prob },
    random_upper_case: { proportion: keys.random_uppercase_corrupt_proportion },
    whitespace_add_remove: {
      add_probability: keys.whitespace_add_prob,
      remove_probability: keys.whitespace_remove_prob,
    },
  };
  const given = Object.entries(own[keys.perturbation_type] ?? {}).filter(([, value]) => value !== undefined);
  return robustnessSettings(
    {
      ...keys.perturbation_options,
      ...Object.fromEntries(given),
      perturbation: keys.perturbation_type,
      num_perturbations: keys.num_perturbations,
    },
    keys.compat,
  );
}

/** Pins the perturbed texts: kinds, options, number. */
export function robustnessSignature({ kinds, variants, compat }: RobustnessSettings): string {
  const each = kinds.map(({ name, options }) => {
    const settings = Object.entries(options).map(([key, value]) => `${key}=${value}`);
    return settings.length === 0 ? name : `${name}(${settings.join(',')})`;
  });
  return `perturb:${each.join('+')}|n:${variants}|rng:${compat === 'fmeval' ? 'pcg64(5)' : 'sample'}|deltas:scored`;
}

function fraction(what: string): z.ZodOptional<z.ZodNumber> {
  return z.number().min(0).max(1).optional().describe(what);
}

function perturbationNamed(name: string): Perturbation {
  const found = PERTURBATIONS.get(name);
  if (found !== undefined) return found;
  const near = didYouMean(name, PERTURBATIONS.keys());
  throw new AssayError(
    'CONFIG_INVALID',
    `there is no perturbation "${name}"${near === undefined ? '' : `; did you mean "${near}"?`}`,
    { hint: `There are: ${[...PERTURBATIONS.keys()].join(', ')}.` },
  );
}

function optionsOf(kind: Perturbation, rest: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = Object.fromEntries(Object.entries(rest).filter(([key]) => key in kind.options.shape));
  const parsed = kind.options.safeParse(own);
  if (parsed.success) return parsed.data as Record<string, unknown>;
  const [issue] = parsed.error.issues;
  throw new AssayError('CONFIG_INVALID', `robustness.${issue!.path.join('.')} of ${kind.name}: ${issue!.message}`);
}
