import type { AssayError, ErrorCode } from '../errors/assay-error.ts';
import type { Failed } from './runner.ts';

const STATE_OF: Partial<Record<ErrorCode, Failed['state']>> = {
  RUNNER_PROMPT_TOO_LONG: 'truncated',
  RUNNER_REFUSED: 'refused',
  RUNNER_TIMEOUT: 'timed_out',
};

/** A failed request as data; the sample's state follows from the error's code. */
export function failedAnswer(id: string, error: AssayError, attempts: number): Failed {
  return { id, ok: false, state: STATE_OF[error.code] ?? 'failed', error: error.toData(), attempts };
}
