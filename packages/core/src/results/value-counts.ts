import type { CountedClass } from '@assay/metrics';

/** Digits that a value keeps: enough for a median, and a bound on how many values differ. */
const DIGITS = 4;

type Counted = readonly (readonly [value: number, times: number])[];

/** Values of samples with weights or clusters, as JSON. */
export type ClassCounts = readonly (readonly [weight: number | null, cluster: string | null, counts: Counted])[];

/** What a sample counts by, and where it belongs. */
interface ClassOf {
  readonly weight?: number | undefined;
  readonly cluster?: string | undefined;
}

/**
 * How often each value of a score without bounds came, to four significant digits: its median and the interval of it,
 * whatever the order and however samples were spread over workers. Some 9,000 values for each power of ten at most, of each
 * weight and cluster.
 */
export class ValueCounts {
  readonly #classes = new Map<string, ClassOf & { readonly counts: Map<number, number> }>();

  add(value: number, { weight, cluster }: ClassOf = {}, times: number = 1): void {
    const key = JSON.stringify([weight, cluster]);
    const known = this.#classes.get(key) ?? { weight, cluster, counts: new Map<number, number>() };
    this.#classes.set(key, known);
    const rounded = Number(value.toPrecision(DIGITS));
    known.counts.set(rounded, (known.counts.get(rounded) ?? 0) + times);
  }

  merge(counts: Counted, of: ClassOf = {}): void {
    for (const [value, times] of counts) this.add(value, of, times);
  }

  mergeClasses(classes: ClassCounts): void {
    for (const [weight, cluster, counts] of classes)
      this.merge(counts, { weight: weight ?? undefined, cluster: cluster ?? undefined });
  }

  classes(): CountedClass[] {
    return [...this.#classes.values()].map(({ weight, cluster, counts }) => ({
      weight,
      cluster,
      counted: [...counts].sort(([a], [b]) => a - b),
    }));
  }

  /** Those of samples without weight and cluster, by rising value. */
  toJSON(): Counted {
    return this.classes().find(({ weight, cluster }) => weight === undefined && cluster === undefined)?.counted ?? [];
  }

  /** The others. */
  classesJSON(): ClassCounts {
    return this.classes()
      .filter(({ weight, cluster }) => weight !== undefined || cluster !== undefined)
      .map(({ weight, cluster, counted }) => [weight ?? null, (cluster as string) ?? null, counted] as const);
  }
}
