import type { Rope } from '../decoder/decoder.ts';
import type { FamilyConfig } from './family-config.ts';

/** `rope_parameters` of transformers 5, or what `rope_theta` and `rope_scaling` of older configs say. */
export type RopeSettings = Readonly<Record<string, unknown>>;

/** What a config says of its rotary embedding. @param kind of layer, where there are several (`full_attention` …) */
export function ropeSettings({ values }: FamilyConfig, kind?: string): RopeSettings {
  const parameters = values.rope_parameters as RopeSettings | null | undefined;
  const own = (kind === undefined ? undefined : parameters?.[kind]) as RopeSettings | undefined;
  const scaling = values.rope_scaling as RopeSettings | null | undefined;
  const { rope_theta, partial_rotary_factor, original_max_position_embeddings } = values;
  const older = { rope_theta, partial_rotary_factor, original_max_position_embeddings };
  return { ...defined(older), ...defined(scaling ?? {}), ...defined(own ?? parameters ?? {}) };
}

function defined(settings: RopeSettings): RopeSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== null));
}

/** A rotary embedding, and the longest text that it is good for where that is less than the config's. */
export interface ScaledRope {
  readonly rope: Rope;
  readonly contextLength: number;
}

/**
 * Frequencies as transformers computes them. Settings that depend on the length of a text (`dynamic`, `longrope`) hold
 * up to the length that the model was first trained with, so the context ends there.
 * @throws AssayError MODEL_UNSUPPORTED for a kind of scaling that is not known
 * @see transformers' modeling_rope_utils.py
 */
export function readRope(
  config: FamilyConfig,
  settings: RopeSettings,
  headSize: number,
  interleaved: boolean,
): ScaledRope {
  const number = (key: string, otherwise?: number): number => {
    const value = settings[key] ?? otherwise;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw config.damaged(`the rotary embedding of ${config.file} has no number ${key}`);
  };
  const turned = 2 * Math.floor((headSize * number('partial_rotary_factor', 1)) / 2);
  if (turned < 2 || turned > headSize)
    throw config.damaged(`${config.file} turns ${turned} of the ${headSize} numbers of a head`);
  const theta = number('rope_theta', 10_000);
  const plain = Array.from({ length: turned / 2 }, (_, i) => theta ** ((-2 * i) / turned));
  const contextLength = config.size('max_position_embeddings');
  const trained = (): number => Math.min(contextLength, number('original_max_position_embeddings', contextLength));
  const made = (frequencies: readonly number[], factor = 1, length = contextLength): ScaledRope => {
    const divisors = config.ropeDivisors;
    const slowed = frequencies.map((each, i) => each / (divisors?.[i] ?? 1));
    return { rope: { frequencies: slowed, factor, interleaved }, contextLength: length };
  };
  const kind = settings.rope_type ?? settings.type ?? 'default';
  switch (kind) {
    case 'default':
      return made(plain);
    case 'linear':
      return made(plain.map((each) => each / number('factor')));
    case 'llama3':
      return made(plain.map((each) => slowedLlama3(each, number)));
    case 'yarn':
      return made(yarn(plain, turned, theta, number), yarnFactor(settings, number));
    case 'dynamic':
      return made(plain, 1, trained());
    case 'longrope':
    case 'su': {
      const factors = settings.short_factor;
      if (
        !Array.isArray(factors) ||
        factors.length !== plain.length ||
        !factors.every((one) => typeof one === 'number' && one > 0)
      )
        throw config.damaged(`short_factor of ${config.file} is no list of ${plain.length} numbers`);
      const scale = contextLength / trained();
      const grown = scale <= 1 ? 1 : Math.sqrt(1 + Math.log(scale) / Math.log(trained()));
      return made(
        plain.map((each, i) => each / factors[i]),
        number('attention_factor', grown),
        trained(),
      );
    }
    default:
      throw config.unsupported(`its rope scaling ${JSON.stringify(kind)} is not known`);
  }
}

type Setting = (key: string, otherwise?: number) => number;

/** Llama 3: slow turns are slowed further, fast ones not, those between by degrees. */
function slowedLlama3(frequency: number, number: Setting): number {
  const factor = number('factor');
  const [low, high] = [number('low_freq_factor'), number('high_freq_factor')];
  const length = number('original_max_position_embeddings');
  const wave = (2 * Math.PI) / frequency;
  if (wave > length / low) return frequency / factor;
  if (wave < length / high) return frequency;
  const smooth = (length / wave - low) / (high - low);
  return ((1 - smooth) * frequency) / factor + smooth * frequency;
}

/** YaRN. @see https://arxiv.org/abs/2309.00071 */
function yarn(plain: readonly number[], turned: number, theta: number, number: Setting): number[] {
  const factor = number('factor');
  const length = number('original_max_position_embeddings');
  const place = (rotations: number): number =>
    (turned * Math.log(length / (rotations * 2 * Math.PI))) / (2 * Math.log(theta));
  const low = Math.max(Math.floor(place(number('beta_fast', 32))), 0);
  const high = Math.min(Math.ceil(place(number('beta_slow', 1))), turned - 1);
  return plain.map((each, i) => {
    const ramp = Math.min(1, Math.max(0, (i - low) / (high === low ? 0.001 : high - low)));
    return (each / factor) * ramp + each * (1 - ramp);
  });
}

function yarnFactor(settings: RopeSettings, number: Setting): number {
  const of = (scale: number): number => 0.1 * scale * Math.log(number('factor')) + 1;
  const { mscale, mscale_all_dim } = settings;
  const both = typeof mscale === 'number' && typeof mscale_all_dim === 'number' && mscale > 0 && mscale_all_dim > 0;
  return number('attention_factor', both ? of(mscale) / of(mscale_all_dim) : of(1));
}
