import type { AlignmentSink } from './align-symbols.ts';

/** Counts the operations of alignments. */
export class EditCounter implements AlignmentSink {
  hits: number = 0;
  substitutions: number = 0;
  deletions: number = 0;
  insertions: number = 0;

  reset(): void {
    this.hits = 0;
    this.substitutions = 0;
    this.deletions = 0;
    this.insertions = 0;
  }

  equal(count: number): void {
    this.hits += count;
  }

  remove(count: number): void {
    this.deletions += count;
  }

  insert(count: number): void {
    this.insertions += count;
  }

  operations(codes: Uint8Array, from: number, to: number): void {
    let substitutions = 0;
    let deletions = 0;
    let insertions = 0;
    for (let i = from; i < to; i++) {
      const code = codes[i]!;
      substitutions += code & ~(code >> 1) & 1;
      deletions += (code >> 1) & ~code & 1;
      insertions += (code >> 1) & code;
    }
    this.substitutions += substitutions;
    this.deletions += deletions;
    this.insertions += insertions;
    this.hits += to - from - substitutions - deletions - insertions;
  }
}
