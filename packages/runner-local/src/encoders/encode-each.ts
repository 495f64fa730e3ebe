import { type ErrorData, toAssayError } from '@assay/core/errors';
import type { BatchAnswer } from '../threads/text-model.ts';
import type { EncodedText } from './text-tokenizer.ts';

/** Token ids of a window's texts, piece by piece where they are long, and the rows whose text could not be tokenised. */
export interface EncodedWindow<E extends EncodedText> {
  readonly texts: readonly E[];
  /** Row of the window that each of `texts` comes from; pieces of one text stand together, in order. */
  readonly rows: readonly number[];
  readonly failures: readonly { readonly row: number; readonly error: ErrorData }[];
  /** The failures alone, as an answer. */
  failed(): BatchAnswer;
}

/** Encodes each text on its own, so that one which cannot be tokenised fails alone. */
export function encodeEach<T, E extends EncodedText>(
  inputs: readonly T[],
  encode: (input: T) => readonly E[],
): EncodedWindow<E> {
  const texts: E[] = [];
  const rows: number[] = [];
  const failures: { row: number; error: ErrorData }[] = [];
  for (const [row, input] of inputs.entries()) {
    try {
      const pieces = encode(input);
      texts.push(...pieces);
      rows.push(...pieces.map(() => row));
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
