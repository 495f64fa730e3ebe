import type { Aggregate, ScoreSpec } from './algorithm.ts';
import { shareFigure } from './class-figures.ts';
import { withoutInterval } from './corpus-figure.ts';
import { deltaSpec } from './delta-spec.ts';

interface Share {
  readonly of: number;
  readonly count: number;
}

/** The share of all variants that some of them are. */
function shareOfVariants(name: string, summary: string): Aggregate<Share, Share> {
  const add = (a: Share, b: Share): Share => ({ of: a.of + b.of, count: a.count + b.count });
  return {
    scores: { [name]: { range: [0, 1], better: 'lower', kind: 'bounded', summary } },
    empty: () => ({ of: 0, count: 0 }),
    add,
    merge: add,
    result: ({ of, count }) => ({ [name]: of === 0 ? null : count / of }),
    corpus: (units) => ({ [name]: shareFigure(units.map(({ of, count }) => [count, of])) }),
  };
}

/** How many variants came out as the text they were made from; its statistic is what {@link unchangedOf} counts. */
export const unchangedPerturbations: Aggregate<Share, Share> = shareOfVariants(
  'unchanged_perturbations',
  'Share of the disturbed inputs that came out unchanged; they pull the deltas towards 0.',
);

export function unchangedOf(variants: readonly { readonly isUnchanged: boolean }[]): Share {
  return { of: variants.length, count: variants.filter(({ isUnchanged }) => isUnchanged).length };
}

const unscoredPerturbations = shareOfVariants(
  'unscored_perturbations',
  'Share of the disturbed inputs whose output could not be scored; the deltas leave them out.',
);

interface Paired {
  readonly original: unknown;
  readonly perturbed: unknown;
}

/** What a sample gives to an aggregate: of each variant in turn, null where it could not be scored. */
interface Variants {
  readonly original: unknown;
  readonly perturbed: readonly unknown[];
}

/** The aggregate of all samples, and of each variant beside the same samples undisturbed. */
interface VariantStates {
  readonly original: unknown;
  readonly variants: readonly Paired[];
}

/** An algorithm's aggregates over the original outputs, their deltas over each variant's, and counts of the variants. */
export function robustnessAggregates(inner: Readonly<Record<string, Aggregate>>): Record<string, Aggregate> {
  const own = Object.entries(inner).map(([name, aggregate]) => [name, withDelta(aggregate) as Aggregate] as const);
  return {
    ...Object.fromEntries(own),
    unchanged_perturbations: unchangedPerturbations as Aggregate,
    unscored_perturbations: unscoredPerturbations as Aggregate,
  };
}

function withDelta(inner: Aggregate): Aggregate<Variants, VariantStates> {
  const scores: Record<string, ScoreSpec> = { ...inner.scores };
  for (const [name, spec] of Object.entries(inner.scores)) {
    scores[`delta_${name}`] = deltaSpec(name, spec, 'when every input is disturbed');
  }
  const nothing = (): Paired => ({ original: inner.empty(), perturbed: inner.empty() });
  return {
    scores,
    empty: () => ({ original: inner.empty(), variants: [] }),
    add: (state, statistic) => ({
      original: inner.add(state.original, statistic.original),
      variants: statistic.perturbed.map((own, i) => {
        const { original, perturbed } = state.variants[i] ?? nothing();
        return own === null
          ? { original, perturbed }
          : { original: inner.add(original, statistic.original), perturbed: inner.add(perturbed, own) };
      }),
    }),
    merge: (a, b) => ({
      original: inner.merge(a.original, b.original),
      variants: Array.from({ length: Math.max(a.variants.length, b.variants.length) }, (_, i) => {
        const [x, y] = [a.variants[i] ?? nothing(), b.variants[i] ?? nothing()];
        return {
          original: inner.merge(x.original, y.original),
          perturbed: inner.merge(x.perturbed, y.perturbed),
        };
      }),
    }),
    result: ({ original, variants }) => {
      const pairs = variants.map((each) => [inner.result(each.original), inner.result(each.perturbed)] as const);
      const deltas = Object.keys(inner.scores).map((name) => [`delta_${name}`, meanChange(pairs, name)] as const);
      return { ...inner.result(original), ...Object.fromEntries(deltas) };
    },
    corpus: (units) => ({
      ...inner.corpus?.(units.map(({ original }) => original)),
      // The size of a change leans upwards by chance, and nothing here says by how much.
      ...withoutInterval(
        Object.keys(inner.scores).map((name) => `delta_${name}`),
        'no_method',
      ),
    }),
  };
}

type Results = Readonly<Record<string, number | null>>;

function meanChange(pairs: readonly (readonly [before: Results, after: Results])[], name: string): number | null {
  const changes: number[] = [];
  for (const [before, after] of pairs) {
    const [from, to] = [before[name] ?? null, after[name] ?? null];
    if (from === null || to === null) return null;
    changes.push(Math.abs(from - to));
  }
  return changes.length === 0 ? null : changes.reduce((sum, change) => sum + change, 0) / changes.length;
}
