import { AssayError } from '@assay/core';
import { type Drift, driftLine, newTokensChange } from '../../layouts/drift.ts';

/** What a prepared model may be off by at most; docs/models.md states the same. */
export const DRIFT_BOUNDS = { meanNats: 0.12, logPerplexity: 0.03, newTokens: 0.08 } as const;

/** @throws AssayError MODEL_UNSUPPORTED with what was measured, where it is beyond a bound */
export function requireSmallDrift(drift: Drift, model: string, graph: string): void {
  const [exact, fast] = drift.logPerplexity;
  const beyond = [
    drift.meanNats <= DRIFT_BOUNDS.meanNats ? '' : `a mean drift of ${DRIFT_BOUNDS.meanNats} nats`,
    Math.abs(fast - exact) <= DRIFT_BOUNDS.logPerplexity ? '' : `${DRIFT_BOUNDS.logPerplexity} of log perplexity`,
    Math.abs(newTokensChange(drift)) <= DRIFT_BOUNDS.newTokens ? '' : `${100 * DRIFT_BOUNDS.newTokens} % of new tokens`,
  ].filter((bound) => bound !== '');
  if (beyond.length === 0) return;
  const found = `precision fast changes the answers of ${model} too much: ${driftLine(drift)}`;
  throw new AssayError('MODEL_UNSUPPORTED', `${found}; at most ${beyond.join(' and ')} are allowed`, {
    at: { file: graph },
    hint: 'leave out precision: the model runs exactly as it is',
  });
}
