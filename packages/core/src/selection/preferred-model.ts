import type { SelectionConfig } from '../config/schema/decision-config.ts';
import type { Summary } from '../results/summary.ts';

/** The model taken of several, and in words what it has less of. */
export interface Preferred {
  readonly model: string;
  readonly how: string;
}

const FIRST = 'the first in the config';

/**
 * The one of tied models that the config prefers. A figure that some of them lack decides nothing: the first in the config
 * is taken, and that is said.
 * @param models in the config's order, at least one
 */
export function byPreference(
  models: readonly string[],
  summary: Summary,
  prefer: NonNullable<SelectionConfig['prefer']>,
  sizeOf: (model: string) => number | undefined = () => undefined,
): Preferred {
  const first = models[0]!;
  if (prefer === 'order') return { model: first, how: FIRST };
  const { of, how, what } = figureOf(prefer, summary, models, sizeOf);
  const figures = new Map(models.map((model) => [model, of(model)]));
  const unknown = models.filter((model) => figures.get(model) === undefined);
  if (unknown.length > 0) return { model: first, how: `${FIRST} (${what} of ${unknown.join(', ')} is not known)` };
  const least = Math.min(...models.map((model) => figures.get(model)!));
  const smallest = models.filter((model) => figures.get(model) === least);
  return smallest.length === models.length && models.length > 1
    ? { model: first, how: `${FIRST} (${what} is the same)` }
    : { model: smallest[0]!, how };
}

interface Figure {
  readonly of: (model: string) => number | undefined;
  readonly how: string;
  readonly what: string;
}

function figureOf(
  prefer: 'latency' | 'cost' | 'size',
  { models, scores, timing }: Summary,
  wanted: readonly string[],
  sizeOf: (model: string) => number | undefined,
): Figure {
  if (prefer === 'size') return { of: sizeOf, how: 'the smaller', what: 'the size' };
  if (prefer === 'latency')
    return { of: (model) => timing.latencyMs[model]?.mean, how: 'the faster', what: 'the latency' };
  const price = (model: string) =>
    scores.find(
      (row) => row.model === model && row.score === 'cost' && row.algorithm === 'cost' && row.category === null,
    )?.value ?? undefined;
  if (wanted.every((model) => price(model) !== undefined)) return { of: price, how: 'the cheaper', what: 'the price' };
  const tokens = new Map(models.map(({ name, promptTokens, newTokens }) => [name, promptTokens + newTokens]));
  return { of: (model) => tokens.get(model), how: 'the one that took fewer tokens', what: 'the number of tokens' };
}
