/** How the next token is chosen; temperature 0 is greedy. */
export interface SamplingOptions {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly presencePenalty: number;
}

/**
 * Candidates that the graph returns when more than the best one is needed. Sampling is truncated to them: the mass
 * beyond the 256 likeliest tokens is never drawn, and `topK` above it has no further effect.
 */
export const SAMPLING_CANDIDATES = 256;

/** Whether the likeliest token is always the choice. */
export function isPlainGreedy(options: SamplingOptions): boolean {
  return options.temperature === 0 && options.repetitionPenalty === 1 && options.presencePenalty === 0;
}

/**
 * Chooses a token from the `k` best candidates (best first), in the order that Hugging Face applies its processors:
 * penalties on logits, temperature, top-k, top-p, min-p, then one uniform draw.
 * @param seen token ids of the prompt and the answer so far; the presence penalty counts only `generated`
 * @param uniform a number in [0, 1)
 */
export function chooseToken(
  ids: Int32Array,
  logits: Float32Array,
  options: SamplingOptions,
  seen: ReadonlySet<number>,
  generated: ReadonlySet<number>,
  uniform: () => number,
): number {
  if (isPlainGreedy(options)) return ids[0]!;
  const candidates = Array.from(ids, (id, i) => ({ id, logit: penalised(id, logits[i]!, options, seen, generated) }));
  // Ties go to the smaller id, so that the choice never depends on the graph's order.
  candidates.sort((a, b) => b.logit - a.logit || a.id - b.id);
  if (options.temperature === 0) return candidates[0]!.id;
  const kept = options.topK > 0 ? candidates.slice(0, options.topK) : candidates;
  const best = kept[0]!.logit;
  let weights = kept.map(({ logit }) => Math.exp((logit - best) / options.temperature));
  if (options.topP < 1) weights = weights.slice(0, nucleusSize(weights, options.topP));
  if (options.minP > 0) weights = weights.filter((weight) => weight >= options.minP);
  let left = uniform() * sum(weights);
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return kept[i]!.id;
  }
  return kept[weights.length - 1]!.id;
}

function penalised(
  id: number,
  logit: number,
  options: SamplingOptions,
  seen: ReadonlySet<number>,
  generated: ReadonlySet<number>,
): number {
  const { repetitionPenalty } = options;
  let value = logit;
  if (repetitionPenalty !== 1 && seen.has(id))
    value = value > 0 ? value / repetitionPenalty : value * repetitionPenalty;
  if (options.presencePenalty !== 0 && generated.has(id)) value -= options.presencePenalty;
  return value;
}

/** The fewest leading weights whose share reaches `share`; at least one. */
function nucleusSize(weights: readonly number[], share: number): number {
  const wanted = share * sum(weights);
  let reached = 0;
  for (let i = 0; i < weights.length; i++) {
    reached += weights[i]!;
    if (reached >= wanted) return i + 1;
  }
  return weights.length;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
