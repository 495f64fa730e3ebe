/** Pairs a CPU second, over some samples. */
export interface MeasuredRate {
  readonly median: number;
  /** Largest over smallest sample. */
  readonly spread: number;
  readonly samples: number;
}

const SAMPLES = 3;

/**
 * How often a step can be done in a second of this process's CPU time, so that other programs do not count.
 * @param step does the next piece of work and says how many pairs it was
 * @param cpuMs of each sample, and half of it before them to warm up
 */
export function measureRate(step: () => number, cpuMs: number): MeasuredRate {
  runFor(step, cpuMs / 2);
  const rates = Array.from({ length: SAMPLES }, () => runFor(step, cpuMs)).sort((a, b) => a - b);
  return { median: rates[SAMPLES >> 1]!, spread: rates.at(-1)! / rates[0]!, samples: SAMPLES };
}

function runFor(step: () => number, cpuMs: number): number {
  const start = process.cpuUsage();
  let pairs = 0;
  let elapsedMs = 0;
  do {
    pairs += step();
    const { user, system } = process.cpuUsage(start);
    elapsedMs = (user + system) / 1000;
  } while (elapsedMs < cpuMs);
  return (1000 * pairs) / elapsedMs;
}
