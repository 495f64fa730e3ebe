import type { ErrorData } from '@assay/core/errors';
import type { BatchAnswerBuilder } from './batch-answer-builder.ts';

/** What a model says of one piece of a text. */
export interface PieceAnswer {
  readonly values: Float32Array;
  /** Its length: what it counts for in a mean. */
  readonly tokens: number;
}

/**
 * Puts the answers to the pieces of a long text together; a text of one piece is answered as it comes. Every row is
 * answered once: with its first failure, or when its last piece is there.
 */
export class PieceMerger {
  readonly #rows: readonly number[];
  readonly #merge: (pieces: readonly PieceAnswer[]) => ArrayLike<number>;
  readonly #waiting = new Map<number, Map<number, PieceAnswer>>();
  readonly #counts = new Map<number, number>();
  readonly #failed = new Set<number>();

  /**
   * @param rows row of each piece, pieces of one row in their order
   * @param merge called with two pieces or more
   */
  constructor(rows: readonly number[], merge: (pieces: readonly PieceAnswer[]) => ArrayLike<number>) {
    this.#rows = rows;
    this.#merge = merge;
    for (const row of rows) this.#counts.set(row, (this.#counts.get(row) ?? 0) + 1);
  }

  add(answer: BatchAnswerBuilder, piece: number, found: PieceAnswer): void {
    const row = this.#rows[piece]!;
    if (this.#failed.has(row)) return;
    const count = this.#counts.get(row)!;
    if (count === 1) {
      answer.add(row, found.values);
      return;
    }
    const waiting = this.#waiting.get(row) ?? new Map<number, PieceAnswer>();
    // The arrays of a batch are used again.
    waiting.set(piece, { ...found, values: found.values.slice() });
    this.#waiting.set(row, waiting);
    if (waiting.size < count) return;
    this.#waiting.delete(row);
    answer.add(row, this.#merge([...waiting].sort(([a], [b]) => a - b).map(([, each]) => each)));
  }

  fail(answer: BatchAnswerBuilder, piece: number, error: ErrorData): void {
    const row = this.#rows[piece]!;
    if (this.#failed.has(row)) return;
    this.#failed.add(row);
    this.#waiting.delete(row);
    answer.fail(row, error);
  }
}

/** The mean by tokens. */
export function meanOfPieces(pieces: readonly PieceAnswer[]): Float32Array {
  const sum = new Float64Array(pieces[0]!.values.length);
  let tokens = 0;
  for (const piece of pieces) {
    tokens += piece.tokens;
    for (const [i, value] of piece.values.entries()) sum[i] = sum[i]! + value * piece.tokens;
  }
  return Float32Array.from(sum, (value) => value / tokens);
}

/** The largest value of each place: what holds of a piece holds of the text. */
export function largestOfPieces(pieces: readonly PieceAnswer[]): Float32Array {
  const [first, ...others] = pieces;
  return first!.values.map((value, i) => others.reduce((most, { values }) => Math.max(most, values[i]!), value));
}
