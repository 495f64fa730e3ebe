/** Rates in pairs for each CPU second, one a sample. */
export interface Rate {
  readonly samples: readonly number[];
  readonly median: number;
  /** Largest over smallest sample. */
  readonly spread: number;
  /** Pairs of which the rate was taken. */
  readonly pairs: number;
}

/** Summary of rates; null over none. */
export function rateOf(samples: readonly number[], pairs: number): Rate | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { samples, median, spread: sorted.at(-1)! / sorted[0]!, pairs };
}

/** Measures user + system CPU time of a run over `pairs` pairs: one run to warm up, then `count` samples. */
export function measureRate(run: () => void, pairs: number, count: number, leastMs: number): Rate {
  run();
  const samples: number[] = [];
  for (let sample = 0; sample < count; sample++) {
    const start = process.cpuUsage();
    let runs = 0;
    let elapsedMs = 0;
    while (elapsedMs < leastMs) {
      run();
      runs++;
      const { user, system } = process.cpuUsage(start);
      elapsedMs = (user + system) / 1000;
    }
    samples.push((1000 * runs * pairs) / elapsedMs);
  }
  return rateOf(samples, pairs)!;
}
