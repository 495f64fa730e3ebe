import { expect } from 'vitest';
import type { EvaluationRun } from '../library/evaluation-run.ts';
import { type ScoreBound, toBeNoWorseThan, toScoreAtLeast, toScoreAtMost, type WorseBound } from './matchers.ts';

export { type EvaluationOptions, evaluation } from './evaluation.ts';
export type { Inconclusive, ScoreBound, WorseBound } from './matchers.ts';

expect.extend({ toScoreAtLeast, toScoreAtMost, toBeNoWorseThan });

interface EvaluationMatchers<R> {
  /** The score's interval lies at or above the bound. */
  toScoreAtLeast(score: string, bound: number, where?: ScoreBound): R;
  /** The score's interval lies at or below the bound. */
  toScoreAtMost(score: string, bound: number, where?: ScoreBound): R;
  /** No score is worse than in the baseline, sample by sample. To be awaited. */
  toBeNoWorseThan(baseline: EvaluationRun, options?: WorseBound): Promise<R>;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: every declaration must have vitest's own type parameter.
  interface Matchers<T = any> extends EvaluationMatchers<T> {}
}
