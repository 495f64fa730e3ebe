import { type ErrorData, toAssayError } from '@assay/core/errors';
import type { BatchAnswer } from '../threads/text-model.ts';
import type { EncodedText } from './text-tokenizer.ts';

/** Token ids of a window's texts, and the rows whose text could not be tokenised. */
export interface EncodedWindow {
  readonly texts: readonly EncodedText[];
  /** Row of the window that each of `texts` comes from. */
  readonly rows: readonly number[];
  readonly failures: readonly { readonly row: number; readonly error: ErrorData }[];
  /** The failures alone, as an answer. */
  failed(): BatchAnswer;
}

/** Encodes each text on its own, so that one which cannot be tokenised fails alone. */
export function encodeEach<T>(inputs: readonly T[], encode: (input: T) => EncodedText): EncodedWindow {
  const texts: EncodedText[] = [];
  const rows: number[] = [];
  const failures: { row: number; error: ErrorData }[] = [];
  for (const [row, input] of inputs.entries()) {
    try {
      texts.push(encode(input));
      rows.push(row);
    } catch (thrown) {
      failures.push({ row, error: toAssayError(thrown, 'RUNNER_FAILED').toData() });
    }
  }
  return {
    texts,
    rows,
    failures,
    failed: () => ({ rows: [], ends: [], values: new Float32Array(0), width: 0, failures }),
  };
}
