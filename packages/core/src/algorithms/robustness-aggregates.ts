import type { Aggregate, ScoreSpec } from './algorithm.ts';
import { deltaSpec } from './delta-spec.ts';

interface VariantCounts {
  readonly variants: number;
  readonly unchanged: number;
}

/** How many variants came out as the text they were made from. */
const perturbations: Aggregate<VariantCounts, VariantCounts> = {
  scores: {
    unchanged_perturbations: {
      range: [0, 1],
      better: 'lower',
      kind: 'bounded',
      summary: 'Share of the disturbed inputs that came out unchanged; they pull the deltas towards 0.',
    },
  },
  empty: () => ({ variants: 0, unchanged: 0 }),
  add: (a, b) => ({ variants: a.variants + b.variants, unchanged: a.unchanged + b.unchanged }),
  merge: (a, b) => ({ variants: a.variants + b.variants, unchanged: a.unchanged + b.unchanged }),
  result: ({ variants, unchanged }) => ({ unchanged_perturbations: variants === 0 ? null : unchanged / variants }),
};

interface Pair {
  readonly original: unknown;
  readonly perturbed: readonly unknown[];
}

/** An algorithm's aggregates over the original outputs, their deltas over each variant's, and the count of unchanged ones. */
export function robustnessAggregates(inner: Readonly<Record<string, Aggregate>>): Record<string, Aggregate> {
  const own = Object.entries(inner).map(([name, aggregate]) => [name, withDelta(aggregate) as Aggregate] as const);
  return { ...Object.fromEntries(own), perturbations: perturbations as Aggregate };
}

function withDelta(inner: Aggregate): Aggregate<Pair, Pair> {
  const scores: Record<string, ScoreSpec> = { ...inner.scores };
  for (const [name, spec] of Object.entries(inner.scores)) {
    scores[`delta_${name}`] = deltaSpec(name, spec, 'when every input is disturbed');
  }
  return {
    scores,
    empty: () => ({ original: inner.empty(), perturbed: [] }),
    add: (state, statistic) => ({
      original: inner.add(state.original, statistic.original),
      perturbed: statistic.perturbed.map((own, i) => {
        const before = state.perturbed[i] ?? inner.empty();
        return own === undefined ? before : inner.add(before, own);
      }),
    }),
    merge: (a, b) => ({
      original: inner.merge(a.original, b.original),
      perturbed: Array.from({ length: Math.max(a.perturbed.length, b.perturbed.length) }, (_, i) =>
        inner.merge(a.perturbed[i] ?? inner.empty(), b.perturbed[i] ?? inner.empty()),
      ),
    }),
    result: ({ original, perturbed }) => {
      const base = inner.result(original);
      const others = perturbed.map((state) => inner.result(state));
      const deltas = Object.keys(inner.scores).map((name) => [`delta_${name}`, delta(base, others, name)] as const);
      return { ...base, ...Object.fromEntries(deltas) };
    },
  };
}

function delta(
  base: Readonly<Record<string, number | null>>,
  others: readonly Readonly<Record<string, number | null>>[],
  name: string,
): number | null {
  const from = base[name] ?? null;
  const values = others.map((other) => other[name] ?? null);
  if (from === null || values.length === 0 || values.includes(null)) return null;
  return values.reduce<number>((sum, value) => sum + Math.abs(from - (value ?? from)), 0) / values.length;
}
