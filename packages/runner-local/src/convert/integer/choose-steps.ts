/** What a product's input was on the calibration texts, by channel. */
export interface ChannelPeaks {
  /** [K] largest size of each channel. */
  readonly all: Float32Array;
  /** The same without the first token of each text, whose massive activations must not set the scale of all others. */
  readonly later: Float32Array;
}

/** `static`: one step for all rows. `two`: what the first step left too, in 1/254 of it. */
export type StepKind = 'static' | 'two';

/** How an input is brought to eight bits. */
export interface InputSteps {
  readonly kind: StepKind;
  /** [K] what each channel is divided by beforehand, and its weights are multiplied by. */
  readonly smoothing: Float32Array;
  /** Channels that stay in fp32 beside, ascending. */
  readonly kept: readonly number[];
  readonly step: number;
}

export interface ChooseStepsOptions {
  readonly kind: StepKind;
  /** Most channels that stay in fp32; never more than one of eight. */
  readonly kept: number;
  /** How much of an input's spread goes into the weights, 0 … 1. */
  readonly alpha: number;
  /** Makes channels share one smoothing scale; none at all where smoothing cannot be folded away. */
  readonly shared: (smoothing: Float32Array) => Float32Array;
}

/** Two terms reach far: they leave room for what calibration did not see. */
const ROOM_OF_TWO = 2;

/**
 * Smoothing (arXiv 2211.10438): s = peak^alpha / weight^(1-alpha), of geometric mean 1; then the channels with the largest
 * smoothed peaks stay in fp32, and the step covers the rest.
 * @param weights [K] largest weight of each channel, over all products that read it
 */
export function chooseSteps(peaks: ChannelPeaks, weights: Float32Array, options: ChooseStepsOptions): InputSteps {
  const { kind, alpha } = options;
  const raw = Float32Array.from(
    peaks.later,
    (peak, k) => Math.max(peak, 1e-5) ** alpha / Math.max(weights[k]!, 1e-5) ** (1 - alpha),
  );
  const smoothing = centred(options.shared(raw));
  const smoothed = peaks.all.map((peak, k) => peak / smoothing[k]!);
  const count = Math.min(options.kept, smoothed.length >> 3);
  const kept = [...smoothed.keys()]
    .sort((a, b) => smoothed[b]! - smoothed[a]! || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
  const out = new Set(kept);
  const largest = smoothed.reduce((most, peak, k) => (out.has(k) ? most : Math.max(most, peak)), 1e-9);
  return { kind, smoothing, kept, step: Math.fround(((kind === 'two' ? ROOM_OF_TWO : 1) * largest) / 127) };
}

/** Scales of geometric mean 1. */
export function centred(scales: Float32Array): Float32Array {
  const mean = Math.exp(scales.reduce((sum, scale) => sum + Math.log(scale), 0) / scales.length);
  return scales.map((scale) => scale / mean);
}
