import { test } from 'vitest';
import { evaluate } from '../library/evaluate.ts';
import type { EvaluateOptions } from '../library/evaluation-options.ts';
import type { EvaluationRun } from '../library/evaluation-run.ts';

/** Longest time of an evaluation in a test suite, in milliseconds. */
const TIMEOUT_MS = 600_000;

export interface EvaluationOptions extends EvaluateOptions {
  /** Longest time, in milliseconds. @default 600,000 */
  readonly timeoutMs?: number;
}

/**
 * An evaluation as a test: it runs, and `check` looks at what came out.
 * @example
 * evaluation(
 *   'capitals',
 *   {
 *     data: [{ question: 'Capital of Canada?', answer: 'Ottawa' }],
 *     keys: { modelInput: 'question', targetOutput: 'answer' },
 *     models: [defineModel({ id: 'mine:v1', generate: () => 'Ottawa' })],
 *     algorithms: [qaAccuracy()],
 *   },
 *   (run) => expect(run).toScoreAtLeast('qa_accuracy.f1_score', 0.8),
 * );
 */
export function evaluation(
  name: string,
  { timeoutMs = TIMEOUT_MS, ...options }: EvaluationOptions,
  check: (run: EvaluationRun) => unknown,
): void {
  test(name, { timeout: timeoutMs }, async ({ signal }) => {
    const run = await evaluate({ signal, ...options });
    await check(run);
  });
}
