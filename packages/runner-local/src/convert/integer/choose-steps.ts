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
  /** [K] what channels are divided by, of any mean. @default by their peaks and weights, half and half */
  readonly smoothing?: Float32Array | undefined;
}

/** Channels that were never seen at work count as if they had been this large. */
const LEAST = 1e-5;

/** Two terms reach twice as far as what calibration saw: they leave room for what it did not see. */
const REACH_OF_TWO = 2;
/**
 * One term is finer where it cuts off the rare extremes, so that drift and bias are less: it reaches so much of the largest,
 * and at least the peaks of this share of the channels, since where all are alike the largest is no extreme.
 */
const REACH_OF_ONE = { ofLargest: 0.8, channels: 0.95 };

/**
 * Smoothing (arXiv 2211.10438, alpha 0.5): s = √(peak / weight), of geometric mean 1; then the channels with the largest
 * smoothed peaks stay in fp32, and the step covers the rest.
 * @param weights [K] largest weight of each channel, over all products that read it
 */
export function chooseSteps(peaks: ChannelPeaks, weights: Float32Array, options: ChooseStepsOptions): InputSteps {
  const { kind } = options;
  const halves = (): Float32Array =>
    peaksOf(peaks.later).map((peak, k) => Math.sqrt(peak / Math.max(weights[k]!, LEAST)));
  const smoothing = centred(options.smoothing ?? halves());
  const smoothed = peaks.all.map((peak, k) => peak / smoothing[k]!);
  const count = Math.min(options.kept, smoothed.length >> 3);
  const kept = [...smoothed.keys()]
    .sort((a, b) => smoothed[b]! - smoothed[a]! || a - b)
    .slice(0, count)
    .sort((a, b) => a - b);
  const out = new Set(kept);
  const rest = smoothed.filter((_, k) => !out.has(k)).sort();
  const reach = kind === 'two' ? REACH_OF_TWO * rest.at(-1)! : reachOfOne(rest);
  return { kind, smoothing, kept, step: Math.fround(Math.max(reach, 1e-9) / 127) };
}

/** @param peaks of the channels, ascending */
function reachOfOne(peaks: Float32Array): number {
  const common = peaks[Math.ceil(REACH_OF_ONE.channels * peaks.length) - 1]!;
  return Math.max(common, REACH_OF_ONE.ofLargest * peaks.at(-1)!);
}

/** Sizes that one can divide by. */
export function peaksOf(sizes: Float32Array): Float32Array {
  return sizes.map((size) => Math.max(size, LEAST));
}

/** Scales of geometric mean 1. */
export function centred(scales: Float32Array): Float32Array {
  const mean = Math.exp(scales.reduce((sum, scale) => sum + Math.log(scale), 0) / scales.length);
  return scales.map((scale) => scale / mean);
}
