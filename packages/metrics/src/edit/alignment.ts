import type { AlignmentSink } from './align-symbols.ts';

/** A run of one operation: reference[referenceStart, referenceEnd) against hypothesis[hypothesisStart, hypothesisEnd). */
export interface AlignmentChunk {
  readonly type: 'equal' | 'substitute' | 'delete' | 'insert';
  readonly referenceStart: number;
  readonly referenceEnd: number;
  readonly hypothesisStart: number;
  readonly hypothesisEnd: number;
}

const kinds = ['equal', 'substitute', 'delete', 'insert'] as const;

/** Collects an alignment as runs, as jiwer's `alignments` (which calls substitute "replace"). */
export class AlignmentBuilder implements AlignmentSink {
  readonly #chunks: AlignmentChunk[] = [];
  #code = -1;
  #referenceStart = 0;
  #hypothesisStart = 0;
  #reference = 0;
  #hypothesis = 0;

  equal(count: number): void {
    this.#push(0, count);
  }

  remove(count: number): void {
    this.#push(2, count);
  }

  insert(count: number): void {
    this.#push(3, count);
  }

  operations(codes: Uint8Array, from: number, to: number): void {
    for (let i = from; i < to; i++) this.#push(codes[i]!, 1);
  }

  /** The runs, in order. */
  finish(): AlignmentChunk[] {
    this.#flush();
    return this.#chunks;
  }

  #push(code: number, count: number): void {
    if (code !== this.#code) {
      this.#flush();
      this.#code = code;
    }
    if (code !== 3) this.#reference += count;
    if (code !== 2) this.#hypothesis += count;
  }

  #flush(): void {
    const type = kinds[this.#code];
    if (type !== undefined) {
      this.#chunks.push({
        type,
        referenceStart: this.#referenceStart,
        referenceEnd: this.#reference,
        hypothesisStart: this.#hypothesisStart,
        hypothesisEnd: this.#hypothesis,
      });
    }
    this.#referenceStart = this.#reference;
    this.#hypothesisStart = this.#hypothesis;
  }
}
