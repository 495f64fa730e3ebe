import { invalidArgument } from '../invalid-argument.ts';

/** Lower and upper end. */
export type Interval = [lower: number, upper: number];

/** α = 1 − confidence, halved for a two-sided interval. */
export function tailProbability(confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw invalidArgument(`confidence is ${confidence}, must lie between 0 and 1`);
  }
  return (1 - confidence) / 2;
}

export function checkCounts(successes: number, n: number): void {
  if (!(Number.isFinite(n) && successes >= 0 && successes <= n)) {
    throw invalidArgument(`${successes} successes of ${n}: must be 0 <= successes <= n`);
  }
}
