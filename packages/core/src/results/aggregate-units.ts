import { hashSeed } from '@assay/metrics';
import type { Aggregate } from '../algorithms/algorithm.ts';
import type { AggregateUnitsData } from '../journal/accumulator-data.ts';

/** Parts kept at most: a jackknife over a thousand is as good as over all samples, and its memory has a bound. */
const MOST_UNITS = 2048;
/** Bits of a hash. */
const ALL_BITS = 53;

/** One part of the samples: those of one cluster, or one sample, or several by the beginning of their hashes. */
export interface AggregateUnit {
  readonly state: unknown;
  /** Samples in it. */
  readonly size: number;
}

/**
 * An aggregate's state by independent parts of the samples, for the jackknife. A part is a cluster, or a sample by its
 * digest; where there are more than {@link MOST_UNITS}, those whose hashes begin alike are taken together, by as many bits
 * as leave no more than that. The result depends on which samples there are and on nothing else: neither on their order,
 * nor on how they were spread over workers and shards.
 */
export class AggregateUnits {
  readonly #aggregate: Aggregate;
  #bits = ALL_BITS;
  #units = new Map<number, AggregateUnit>();
  #isClustered = false;
  #samples = 0;

  constructor(aggregate: Aggregate) {
    this.#aggregate = aggregate;
  }

  /** Samples that were added. */
  get samples(): number {
    return this.#samples;
  }

  /** Whether some samples are known to belong together. */
  get isClustered(): boolean {
    return this.#isClustered;
  }

  add(statistic: unknown, digest: string, cluster: string | undefined): void {
    const hash = cluster === undefined ? hashSeed('sample', digest) : hashSeed('cluster', cluster);
    const key = this.#keyOf(hash);
    const known = this.#units.get(key);
    const state = this.#aggregate.add(known?.state ?? this.#aggregate.empty(), statistic);
    this.#units.set(key, { state, size: (known?.size ?? 0) + 1 });
    if (cluster !== undefined) this.#isClustered = true;
    this.#samples += 1;
    this.#coarsen();
  }

  merge({ bits, clustered, units }: AggregateUnitsData): void {
    if (bits < this.#bits) this.#take(bits);
    for (const [key, size, state] of units) {
      this.#put(Math.floor(key / 2 ** (bits - this.#bits)), { state, size });
      this.#samples += size;
    }
    if (clustered) this.#isClustered = true;
    this.#coarsen();
  }

  /** In an order that depends on the samples alone. */
  units(): readonly AggregateUnit[] {
    return [...this.#units].sort(([a], [b]) => a - b).map(([, unit]) => unit);
  }

  toJSON(): AggregateUnitsData {
    const units = [...this.#units].sort(([a], [b]) => a - b);
    return {
      bits: this.#bits,
      clustered: this.isClustered,
      units: units.map(([key, { size, state }]) => [key, size, state] as const),
    };
  }

  #keyOf(hash: number): number {
    return Math.floor(hash / 2 ** (ALL_BITS - this.#bits));
  }

  #put(key: number, { state, size }: AggregateUnit): void {
    const known = this.#units.get(key);
    if (known === undefined) this.#units.set(key, { state, size });
    else this.#units.set(key, { state: this.#aggregate.merge(known.state, state), size: known.size + size });
  }

  /** Takes parts together until there are few enough. */
  #coarsen(): void {
    if (this.#units.size <= MOST_UNITS) return;
    let bits = this.#bits;
    let keys = [...this.#units.keys()];
    while (keys.length > MOST_UNITS) {
      bits -= 1;
      keys = [...new Set(keys.map((key) => Math.floor(key / 2)))];
    }
    this.#take(bits);
  }

  #take(bits: number): void {
    const factor = 2 ** (this.#bits - bits);
    const units = this.#units;
    this.#units = new Map();
    this.#bits = bits;
    for (const [key, unit] of units) this.#put(Math.floor(key / factor), unit);
  }
}
