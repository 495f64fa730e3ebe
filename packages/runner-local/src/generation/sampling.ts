/** How the next token is chosen; temperature 0 is greedy. */
export interface SamplingOptions {
  readonly temperature: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly presencePenalty: number;
  /** @default 0 */
  readonly frequencyPenalty?: number;
}

/** The likeliest tokens of one distribution, best first. */
export interface Candidates {
  readonly ids: Int32Array;
  readonly logits: Float32Array;
  /** Nats over the whole vocabulary. */
  readonly logProbabilities: Float32Array;
  /** Tokens of the model; with as many candidates there is no tail. */
  readonly vocabularySize: number;
  /**
   * Mass of the tokens that are not known, of which some may not be chosen: an answer that keeps to a form has candidates
   * taken out. @default what the log-probabilities leave of 1, and all of it may be chosen
   */
  readonly unknownMass?: number;
}

/** What a choice hangs on besides the distribution. */
export interface SamplingContext {
  readonly options: SamplingOptions;
  /** Token ids of the prompt and the answer so far; presence and frequency penalties count only the answer's. */
  readonly seen: ReadonlySet<number>;
  /** How often the answer so far has each of its tokens. */
  readonly generated: ReadonlyMap<number, number>;
}

/** A number that is known to lie between two. */
interface Range {
  readonly least: number;
  readonly most: number;
}

/** Candidates that are asked for where options do not say how many are needed: the tail beyond is rarely drawn. */
const USUAL_CANDIDATES = 1024;
/** Share of the mass by which log-probabilities of different passes may be apart. */
const ROUNDING = 1e-4;

/** Whether the likeliest token is always the choice. */
export function isPlainGreedy(options: SamplingOptions): boolean {
  return options.temperature === 0 && !isPenalised(options);
}

/** Whether every token may be drawn. */
export function isPlainDraw({ temperature, topK, topP, minP }: SamplingOptions): boolean {
  return temperature > 0 && topK === 0 && topP >= 1 && minP === 0;
}

/**
 * Candidates with which `chooseToken` mostly knows its choice.
 * @param seen tokens that penalties may push down, each behind one that was no candidate
 */
export function candidatesWanted(options: SamplingOptions, seen: number, vocabularySize: number): number {
  if (isPlainGreedy(options)) return 1;
  // A penalty that favours what was seen may bring up any token.
  if (options.repetitionPenalty < 1 || options.presencePenalty < 0 || (options.frequencyPenalty ?? 0) < 0)
    return vocabularySize;
  const pushed = isPenalised(options) ? seen : 0;
  const kept = options.temperature === 0 ? 1 : options.topK > 0 ? options.topK : USUAL_CANDIDATES;
  return Math.min(vocabularySize, kept + pushed);
}

/**
 * Chooses a token in the order that Hugging Face applies its processors: penalties on logits, temperature, top-k, top-p,
 * min-p, then one uniform draw. The choice is that of the whole vocabulary, however many candidates are given.
 * @param seen token ids of the prompt and the answer so far; presence and frequency penalties count only the answer's
 * @param generated how often the answer so far has each of its tokens
 * @param uniform a number in [0, 1)
 * @returns null where it hangs on tokens beyond the candidates: then all of them must be given
 */
export function chooseToken(
  candidates: Candidates,
  options: SamplingOptions,
  seen: ReadonlySet<number>,
  generated: ReadonlyMap<number, number>,
  uniform: number,
): number | null {
  if (isPlainGreedy(options)) return candidates.ids[0]!;
  const { ids, logits } = inOrder(candidates, options, seen, generated);
  let isWhole = ids.length >= candidates.vocabularySize;
  // Below the last candidate's own logit, tokens that are none may stand between.
  const floor = isWhole ? Number.NEGATIVE_INFINITY : candidates.logits.at(-1)!;
  let kept = countWhile(logits, (logit) => logit >= floor);
  if (kept === 0) return null;
  if (options.temperature === 0) return ids[0]!;
  const pushed = kept;
  if (options.topK > 0) {
    if (kept < options.topK && !isWhole) return null;
    kept = Math.min(kept, options.topK);
    isWhole = true;
  }
  const best = logits[0]!;
  const weights = Float64Array.from(logits, (logit) => Math.exp((logit - best) / options.temperature));
  const tail = isWhole ? NOTHING : tailWeight(candidates, options, best, sum(weights.subarray(pushed)));
  if (options.topP < 1) {
    const index = same(tail, weights.subarray(0, kept), (total) => options.topP * total, reaching, isWhole);
    if (index === null) return null;
    kept = index + 1;
    isWhole = true;
  }
  if (options.minP > 0) {
    const likely = countWhile(weights.subarray(0, kept), (weight) => weight >= options.minP);
    if (likely === kept && !isWhole) return null;
    kept = likely;
    isWhole = true;
  }
  const within = weights.subarray(0, kept);
  const index = same(isWhole ? NOTHING : tail, within, (total) => uniform * total, beyond, isWhole);
  return index === null ? null : ids[index]!;
}

const NOTHING: Range = { least: 0, most: 0 };

/**
 * The candidates as penalties leave them, best first. Ties go to the smaller id, so that the choice never depends on the
 * graph's order.
 */
function inOrder(
  { ids, logits }: Candidates,
  options: SamplingOptions,
  seen: ReadonlySet<number>,
  generated: ReadonlyMap<number, number>,
): Pick<Candidates, 'ids'> & { readonly logits: Float32Array | Float64Array } {
  const byLogit = (values: ArrayLike<number>, a: number, b: number): number =>
    values[b]! - values[a]! || ids[a]! - ids[b]!;
  const own = isPenalised(options)
    ? Float64Array.from(ids, (id, i) => penalised(id, logits[i]!, options, seen, generated))
    : logits;
  if (ids.every((_, i) => i === 0 || byLogit(own, i - 1, i) < 0)) return { ids, logits: own };
  const order = Uint32Array.from(ids, (_, i) => i).sort((a, b) => byLogit(own, a, b));
  return { ids: Int32Array.from(order, (i) => ids[i]!), logits: Float64Array.from(order, (i) => own[i]!) };
}

/** How many from the first on, of values that fall. */
function countWhile(values: Float32Array | Float64Array, holds: (value: number) => boolean): number {
  let count = 0;
  while (count < values.length && holds(values[count]!)) count++;
  return count;
}

/**
 * Where running sums of weights come to a share of the total, if it is the same for all totals that the tail allows.
 * @returns null where it is not, or lies in the tail
 */
function same(
  { least, most }: Range,
  weights: Float64Array,
  shareOf: (total: number) => number,
  find: (weights: Float64Array, share: number) => number,
  isWhole: boolean,
): number | null {
  const total = sum(weights);
  const first = find(weights, shareOf(total + least));
  const last = least === most ? first : find(weights, shareOf(total + most));
  // Rounding may leave the last of all just short.
  if (isWhole) return first < 0 ? weights.length - 1 : first;
  return first < 0 || first !== last ? null : first;
}

/** The first weight with which the sum reaches a share; -1 for none. */
function reaching(weights: Float64Array, share: number): number {
  let reached = 0;
  return weights.findIndex((weight) => {
    reached += weight;
    return reached >= share;
  });
}

/** The first weight with which the sum goes beyond a share; -1 for none. */
export function beyond(weights: Float64Array, share: number): number {
  let reached = 0;
  return weights.findIndex((weight) => {
    reached += weight;
    return reached > share;
  });
}

/**
 * What the tokens beyond the candidates weigh together, as far as their mass, their number and their largest logit tell:
 * powers of numbers with a known sum are least or greatest when all are equal, or all as large as may be.
 * @param pushed weight of candidates that a penalty pushed among them
 */
function tailWeight(
  { logits, logProbabilities, vocabularySize, unknownMass }: Candidates,
  options: SamplingOptions,
  best: number,
  pushed: number,
): Range {
  const power = 1 / options.temperature;
  const scale = Math.exp(logits[0]! - logProbabilities[0]! - best);
  const rest = unknownMass ?? 1 - massOf(logProbabilities);
  const count = vocabularySize - logits.length;
  const steepest = Math.exp((logits.at(-1)! - best) * (power - 1));
  const bounds = (mass: number): [number, number] => [
    count * (Math.max(0, mass) / count) ** power,
    steepest * Math.max(0, mass),
  ];
  const all = [...bounds((rest - ROUNDING) * scale), ...bounds((rest + ROUNDING) * scale)];
  // A penalty makes what it meets in the tail lighter, by nobody knows how much.
  const isUncertain = isPenalised(options) || unknownMass !== undefined;
  return { least: pushed + (isUncertain ? 0 : Math.min(...all)), most: pushed + Math.max(...all) };
}

/** What the tokens beyond the candidates weigh together at most, against the likeliest without penalties. */
export function heaviestTail(candidates: Candidates, options: SamplingOptions): number {
  return tailWeight(candidates, options, candidates.logits[0]!, 0).most;
}

/** The candidates that may be chosen; null where none of them may. */
export function onlyCandidates(candidates: Candidates, isAllowed: (id: number) => boolean): Candidates | null {
  const { ids, logits, logProbabilities, vocabularySize } = candidates;
  const kept: number[] = [];
  ids.forEach((id, at) => {
    if (isAllowed(id)) kept.push(at);
  });
  if (kept.length === 0) return null;
  const isWhole = ids.length >= vocabularySize;
  return {
    ids: Int32Array.from(kept, (at) => ids[at]!),
    logits: Float32Array.from(kept, (at) => logits[at]!),
    logProbabilities: Float32Array.from(kept, (at) => logProbabilities[at]!),
    vocabularySize: isWhole ? kept.length : vocabularySize,
    ...(isWhole ? {} : { unknownMass: Math.max(0, 1 - massOf(logProbabilities)) }),
  };
}

/** Of tokens, as a share of 1. */
function massOf(logProbabilities: Float32Array): number {
  let mass = 0;
  for (const value of logProbabilities) mass += Math.exp(value);
  return mass;
}

function isPenalised({ repetitionPenalty, presencePenalty, frequencyPenalty = 0 }: SamplingOptions): boolean {
  return repetitionPenalty !== 1 || presencePenalty !== 0 || frequencyPenalty !== 0;
}

/** A logit, less what the options take off for tokens that were there before. */
export function penalised(
  id: number,
  logit: number,
  options: SamplingOptions,
  seen: ReadonlySet<number>,
  generated: ReadonlyMap<number, number>,
): number {
  const { repetitionPenalty, presencePenalty, frequencyPenalty = 0 } = options;
  let value = logit;
  if (repetitionPenalty !== 1 && seen.has(id))
    value = value > 0 ? value / repetitionPenalty : value * repetitionPenalty;
  const times = generated.get(id) ?? 0;
  return times === 0 ? value : value - presencePenalty - frequencyPenalty * times;
}

export function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
