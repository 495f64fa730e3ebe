import type { EditKernel } from '../wasm/edit-kernel.ts';

/** Receives the operations of an alignment in order. */
export interface AlignmentSink {
  equal(count: number): void;
  remove(count: number): void;
  insert(count: number): void;
  /** codes[from, to), one byte each: 0 equal, 1 replace, 2 delete, 3 insert. */
  operations(codes: Uint8Array, from: number, to: number): void;
}

/** rapidfuzz records the matrix up to 1 MiB (two bits a cell) and splits the problem above that. */
const LARGEST_MATRIX_BITS = 8 * 1024 * 1024;

/**
 * Aligns kernel.pattern[0, patternLength) with kernel.text[0, textLength) by fewest edits. Where several alignments are
 * equally good it takes the one that rapidfuzz takes (and with it jiwer), including which problems it splits after
 * Hirschberg, as that decides between ties.
 * @see rapidfuzz-cpp 3, `levenshtein_align_hirschberg`
 */
export function alignSymbols(kernel: EditKernel, patternLength: number, textLength: number, sink: AlignmentSink): void {
  alignRange(kernel, sink, 0, patternLength, 0, textLength, Math.max(patternLength, textLength));
}

function alignRange(
  kernel: EditKernel,
  sink: AlignmentSink,
  patternFrom: number,
  patternTo: number,
  textFrom: number,
  textTo: number,
  bound: number,
): void {
  const { pattern, text } = kernel;
  let from = patternFrom;
  let to = patternTo;
  let start = textFrom;
  let end = textTo;
  while (from < to && start < end && pattern[from] === text[start]) {
    from++;
    start++;
  }
  while (from < to && start < end && pattern[to - 1] === text[end - 1]) {
    to--;
    end--;
  }
  if (from > patternFrom) sink.equal(from - patternFrom);
  const rows = to - from;
  const columns = end - start;
  const limit = Math.min(bound, Math.max(rows, columns));
  const matrixBits = 2 * Math.min(rows, 2 * limit + 1) * columns;
  if (columns === 0) {
    if (rows > 0) sink.remove(rows);
  } else if (rows === 0) {
    sink.insert(columns);
  } else if (matrixBits < LARGEST_MATRIX_BITS || rows < 65 || columns < 10) {
    const first = kernel.align(from, to, start, end);
    sink.operations(kernel.operations, first, kernel.operationsEnd);
  } else {
    const { position, leftScore, rightScore } = kernel.split(from, to, start, end);
    const half = columns >> 1;
    alignRange(kernel, sink, from, from + position, start, start + half, leftScore);
    alignRange(kernel, sink, from + position, to, start + half, end, rightScore);
  }
  if (to < patternTo) sink.equal(patternTo - to);
}
