import type { SampleRecord } from '../journal/journal-record.ts';
import type { LatenciesData } from '../journal/progress-data.ts';
import type { Timing } from './summary.ts';

/** Answers looked at for the percentiles; later ones only count in the mean. */
const KEPT = 100_000;

/** Milliseconds from admission to answer. */
export class Latencies {
  readonly #kept: number[] = [];
  #sum = 0;
  #n = 0;

  add({ elapsedMs }: SampleRecord): void {
    if (elapsedMs === undefined || elapsedMs === 0) return;
    this.#sum += elapsedMs;
    this.#n += 1;
    if (this.#kept.length < KEPT) this.#kept.push(elapsedMs);
  }

  toJSON(): LatenciesData {
    return { kept: this.#kept, sum: this.#sum, n: this.#n };
  }

  restore({ kept, sum, n }: LatenciesData): void {
    for (const elapsedMs of kept) this.#kept.push(elapsedMs);
    this.#sum += sum;
    this.#n += n;
  }

  summary(): Timing['latencyMs'][string] {
    const sorted = this.#kept.toSorted((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return { p50: at(0.5), p95: at(0.95), mean: this.#n === 0 ? 0 : this.#sum / this.#n };
  }
}
