import { AssayError, toAssayError } from '@assay/core/errors';
import type { GenerateResult, JobResult } from '../worker/messages.ts';
import type { GenerationRow } from './generation-row.ts';

/** What a finished row gives. */
export function rowResult(row: GenerationRow, stops: boolean): GenerateResult {
  return {
    id: row.job.id,
    kind: 'generate',
    tokens: Int32Array.from(row.generated),
    finishReason: stops ? 'stop' : 'length',
    elapsedMs: performance.now() - row.startedMs,
  };
}

/** What a row gives whose logits are not numbers. */
export function notANumber(id: number): JobResult {
  const error = new AssayError('RUNNER_FAILED', 'the model returned logits that are not finite numbers', {
    hint: 'the weights are damaged or the precision overflows; verify the model files or use fp32 weights',
  });
  return { id, kind: 'failed', error: error.toData() };
}

/** What a row gives that cannot go on. */
export function failedRow(id: number, thrown: unknown): JobResult {
  return { id, kind: 'failed', error: toAssayError(thrown, 'RUNNER_FAILED').toData() };
}
