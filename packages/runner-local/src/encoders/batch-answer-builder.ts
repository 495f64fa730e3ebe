import type { ErrorData } from '@assay/core';
import type { BatchAnswer } from '../threads/text-model.ts';

/** Collects the answers of one batch into one array that crosses threads without a copy. */
export class BatchAnswerBuilder {
  /** Floats in one vector, where a row holds several. */
  width = 0;
  readonly #rows: number[] = [];
  readonly #parts: ArrayLike<number>[] = [];
  readonly #failures: { row: number; error: ErrorData }[] = [];

  add(row: number, values: ArrayLike<number>): void {
    this.#rows.push(row);
    this.#parts.push(values);
  }

  fail(row: number, error: ErrorData): void {
    this.#failures.push({ row, error });
  }

  build(): BatchAnswer {
    let end = 0;
    const ends = this.#parts.map((part) => {
      end += part.length;
      return end;
    });
    const values = new Float32Array(end);
    for (const [index, part] of this.#parts.entries()) values.set(part, ends[index]! - part.length);
    return { rows: this.#rows, ends, values, width: this.width, failures: this.#failures };
  }
}
