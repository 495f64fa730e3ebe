import type { Aggregate } from '../algorithms/algorithm.ts';

/** An aggregate as if it had one of its scores alone, under another tool's name. @param own its name in the aggregate */
export function oneScore(aggregate: Aggregate, own: string, name: string): Aggregate {
  const renamed = <Value>(found: Readonly<Record<string, Value>> = {}): Record<string, Value> =>
    own in found ? { [name]: found[own]! } : {};
  const { scores, result, corpus } = aggregate;
  return {
    ...aggregate,
    scores: renamed(scores),
    result: (state) => renamed(result(state)),
    ...(corpus === undefined ? {} : { corpus: (units) => renamed(corpus(units)) }),
  };
}
