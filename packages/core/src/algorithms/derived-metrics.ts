import { Moments, type MomentsData } from '@assay/metrics';
import type { Aggregate, ScoreSpec } from './algorithm.ts';
import { type Arithmetic, compileArithmetic } from './arithmetic.ts';
import { withoutInterval } from './corpus-figure.ts';

/** A figure over all samples, as a formula over the sums of named metrics. */
export interface DerivedMetric {
  readonly name: string;
  readonly value: string;
}

/** Of a sample: of each metric the sum of its checks’ scores, each times its weight. */
type Statistic = Readonly<Record<string, number>>;
/** Samples, and the same over all of them: exact, so that no order of samples or shards changes a bit. */
interface Sums {
  readonly count: number;
  readonly metrics: Readonly<Record<string, MomentsData>>;
}

const anyNumber = (value: string): ScoreSpec => ({
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  better: 'higher',
  kind: 'real',
  summary: `${value}, over the sums of the metrics.`,
});

/**
 * promptfoo’s derived metrics: each in turn, so that one may name another before it; `__count` is the number of samples.
 * Where a formula gives no number, such as 0 / 0, there is no figure.
 * @param scoreName the name of a metric’s score @throws AssayError CONFIG_INVALID
 */
export function derivedMetrics(derived: readonly DerivedMetric[], scoreName: (name: string) => string): Aggregate {
  const formulas = derived.map(({ name, value }) => [name, compileArithmetic(value)] as const);
  const aggregate: Aggregate<Statistic, Sums> = {
    scores: Object.fromEntries(derived.map(({ name, value }) => [scoreName(name), anyNumber(value)])),
    empty: () => ({ count: 0, metrics: {} }),
    add: ({ count, metrics }, statistic) => {
      const added = Object.entries(statistic).map(([name, value]) => [name, Moments.of([value]).toJSON()] as const);
      return { count: count + 1, metrics: merged(metrics, Object.fromEntries(added)) };
    },
    merge: (one, other) => ({ count: one.count + other.count, metrics: merged(one.metrics, other.metrics) }),
    result: (sums) => results(formulas, sums, scoreName),
    corpus: () =>
      withoutInterval(
        derived.map(({ name }) => scoreName(name)),
        'no_method',
      ),
  };
  return aggregate as Aggregate;
}

function results(
  formulas: readonly (readonly [string, Arithmetic])[],
  { count, metrics }: Sums,
  scoreName: (name: string) => string,
): Record<string, number | null> {
  const sums = Object.entries(metrics).map(([name, data]) => [name, Moments.fromJSON(data).sum()] as const);
  const known = new Map(sums).set('__count', count);
  const found: Record<string, number | null> = {};
  for (const [name, { value }] of formulas) {
    const made = value((each) => known.get(each));
    found[scoreName(name)] = Number.isFinite(made) ? made : null;
    if (Number.isFinite(made)) known.set(name, made);
  }
  return found;
}

function merged(one: Sums['metrics'], other: Sums['metrics']): Sums['metrics'] {
  const all: Record<string, MomentsData> = { ...one };
  for (const [name, data] of Object.entries(other)) {
    const moments = Moments.fromJSON(data);
    if (Object.hasOwn(one, name)) moments.merge(Moments.fromJSON(one[name]!));
    all[name] = moments.toJSON();
  }
  return all;
}
