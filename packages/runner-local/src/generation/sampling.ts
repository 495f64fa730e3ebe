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

interface Candidate {
  readonly id: number;
  readonly logit: number;
}

/** A number that is known to lie between two. */
interface Range {
  readonly least: number;
  readonly most: number;
}

/** Candidates that are asked for where options do not say how many are needed: the tail beyond is rarely drawn. */
const USUAL_CANDIDATES = 256;
/** Share of the mass by which log-probabilities of different passes may be apart. */
const ROUNDING = 1e-4;

/** Whether the likeliest token is always the choice. */
export function isPlainGreedy(options: SamplingOptions): boolean {
  return options.temperature === 0 && !isPenalised(options);
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
  const { ids, logits, vocabularySize } = candidates;
  if (isPlainGreedy(options)) return ids[0]!;
  const all = Array.from(ids, (id, i) => ({ id, logit: penalised(id, logits[i]!, options, seen, generated) }));
  // Ties go to the smaller id, so that the choice never depends on the graph's order.
  all.sort((a, b) => b.logit - a.logit || a.id - b.id);
  let isWhole = ids.length >= vocabularySize;
  // Below the last candidate's own logit, tokens that are none may stand between.
  const floor = isWhole ? Number.NEGATIVE_INFINITY : logits.at(-1)!;
  let kept = all.filter(({ logit }) => logit >= floor);
  if (kept.length === 0) return null;
  if (options.temperature === 0) return kept[0]!.id;
  if (options.topK > 0) {
    if (kept.length < options.topK && !isWhole) return null;
    kept = kept.slice(0, options.topK);
    isWhole = true;
  }
  const best = kept[0]!.logit;
  const weigh = ({ logit }: Candidate): number => Math.exp((logit - best) / options.temperature);
  let weights = kept.map(weigh);
  const pushed = isWhole ? [] : all.slice(kept.length).map(weigh);
  const tail = isWhole ? NOTHING : tailWeight(candidates, options, best, sum(pushed));
  if (options.topP < 1) {
    const size = same(tail, weights, (total) => options.topP * total, reaching, isWhole);
    if (size === null) return null;
    weights = weights.slice(0, size + 1);
    isWhole = true;
  }
  if (options.minP > 0) {
    const likely = weights.filter((weight) => weight >= options.minP);
    if (likely.length === weights.length && !isWhole) return null;
    weights = likely;
    isWhole = true;
  }
  const index = same(isWhole ? NOTHING : tail, weights, (total) => uniform * total, beyond, isWhole);
  return index === null ? null : kept[index]!.id;
}

const NOTHING: Range = { least: 0, most: 0 };

/**
 * Where running sums of weights come to a share of the total, if it is the same for all totals that the tail allows.
 * @returns null where it is not, or lies in the tail
 */
function same(
  { least, most }: Range,
  weights: readonly number[],
  shareOf: (total: number) => number,
  find: (weights: readonly number[], share: number) => number,
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
function reaching(weights: readonly number[], share: number): number {
  let reached = 0;
  return weights.findIndex((weight) => {
    reached += weight;
    return reached >= share;
  });
}

/** The first weight with which the sum goes beyond a share; -1 for none. */
function beyond(weights: readonly number[], share: number): number {
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

function penalised(
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

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
