import { beyond, type Candidates, heaviestTail, penalised, type SamplingContext, sum } from './sampling.ts';

/** The tokens that may be chosen. */
export interface Allowed {
  has(id: number): boolean;
  /** How many they are; null where nobody counted them, since they are many. */
  readonly count: number | null;
}

/** A draw that fell among the tokens that were not known: which of them it is, a look at all must tell. */
export interface TailDraw {
  /** Candidates that were known, the likeliest. */
  readonly known: number;
  /** What the others weigh at most. */
  readonly bound: number;
  /** Whether only those that may be chosen were counted. */
  readonly isOfAllowed: boolean;
}

/** What a first look at a row's candidates left open: a draw, or all of the choice. */
export type OpenChoice = TailDraw | 'all';

/** Draws that may hit nothing allowed before all that may be chosen is weighed. */
const MOST_DRAWS = 8;

/**
 * Draws a token among those that may be chosen, with the probability that it has among them. A token is drawn first and
 * tried then: what is drawn again and again until it may be chosen has just that distribution (rejection sampling), and
 * mostly the first does. Tokens that are not known are drawn together, by the most that they may weigh.
 * @param candidates the likeliest tokens; with all of them no draw is left open
 * @returns undefined where no token may be chosen
 */
export function drawAllowed(
  candidates: Candidates,
  context: SamplingContext,
  allowed: Allowed,
  uniform: () => number,
): number | TailDraw | undefined {
  const { ids, logits, vocabularySize } = candidates;
  const known = ids.length;
  const weights = weigh(candidates, context);
  const total = sum(weights);
  const bound = known >= vocabularySize ? 0 : heaviestTail(candidates, context.options);
  // Where few may be chosen, most draws would hit none of them.
  for (let draw = allowed.count === null ? 0 : MOST_DRAWS; draw < MOST_DRAWS; draw++) {
    const at = beyond(weights, uniform() * (total + bound));
    if (at < 0) {
      // Rounding may leave the last of all just short.
      if (bound === 0) continue;
      return { known, bound, isOfAllowed: false };
    }
    if (allowed.has(ids[at]!)) return ids[at]!;
  }
  let count = 0;
  for (let i = 0; i < known; i++) {
    if (allowed.has(ids[i]!)) count++;
    else weights[i] = 0;
  }
  const others =
    allowed.count === null ? vocabularySize - known : Math.min(vocabularySize - known, allowed.count - count);
  const steepest = Math.exp((logits[known - 1]! - logits[0]!) / context.options.temperature);
  const rest = Math.min(bound, others * steepest);
  if (count === 0 && rest === 0) return undefined;
  const at = beyond(weights, uniform() * (sum(weights) + rest));
  if (at >= 0) return ids[at]!;
  if (rest > 0) return { known, bound: rest, isOfAllowed: allowed.count !== null };
  return ids[weights.findLastIndex((weight) => weight > 0)];
}

/**
 * Ends a draw that was left open.
 * @param whole all tokens, in the order in which the known ones were the first
 * @returns undefined where no token may be chosen
 */
export function endDraw(
  whole: Candidates,
  { known, bound, isOfAllowed }: TailDraw,
  context: SamplingContext,
  allowed: Allowed,
  uniform: () => number,
): number | undefined {
  const weights = weigh(whole, context);
  for (let i = 0; i < weights.length; i++)
    if (i < known || (isOfAllowed && !allowed.has(whole.ids[i]!))) weights[i] = 0;
  const at = beyond(weights, uniform() * bound);
  if (at >= 0 && allowed.has(whole.ids[at]!)) return whole.ids[at]!;
  // The bound was above what they weigh, or the token may not be chosen: the draw counts as not made.
  return drawAllowed(whole, context, allowed, uniform) as number | undefined;
}

/** Shares of the candidates, against the likeliest's without penalties. */
function weigh({ ids, logits }: Candidates, { options, seen, generated }: SamplingContext): Float64Array {
  const best = logits[0]!;
  const weights = new Float64Array(ids.length);
  for (let i = 0; i < ids.length; i++) {
    const logit = penalised(ids[i]!, logits[i]!, options, seen, generated);
    weights[i] = Math.exp((logit - best) / options.temperature);
  }
  return weights;
}
