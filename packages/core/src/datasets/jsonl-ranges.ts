import { stat } from 'node:fs/promises';
import { sumsOfRange } from './block-sums.ts';
import { type JsonlSpan, readJsonlRows } from './jsonl-rows.ts';
import { hasInkBetween, type LineRange, LineScanner, RangeCutter } from './range-cutter.ts';
import { type DataSource, readChunks, scanChunks } from './read-chunks.ts';
import type { RowBatch } from './row-batch.ts';
import type { WantedSpan } from './row-selection.ts';

/** A stretch of a JSONL file that begins and ends at line ends. */
export interface JsonlRange extends LineRange, DataSource {
  /** Whether a shard was cut there: it is as it is, whatever size ranges should have. @default false */
  readonly isPiece?: boolean;
}

const NEWLINE = 10;

/**
 * Cuts a plain JSONL file into about `parts` ranges of like size, by one pass over its bytes.
 * Together they hold every row once, in order; fewer ranges come back where there are fewer lines. Empty file: none.
 */
export async function jsonlRanges(file: DataSource, parts: number): Promise<JsonlRange[]> {
  const size = file.held?.length ?? file.sums?.bytes ?? (await stat(file.path)).size;
  const cutter = new RangeCutter(size, parts);
  await scanChunks(file, (chunk) => cutter.add(chunk));
  return rangesOf(file, cutter.end());
}

/** The same where the file was read before. */
export function rangesOf(file: DataSource, cut: readonly LineRange[]): JsonlRange[] {
  return cut.map((range) => ({ ...file, ...range, ...sumsIn(file, range) }));
}

/** Those of adjoining ranges that hold rows which are wanted; neighbours as one. */
export function wantedRanges(ranges: readonly LineRange[], wanted: WantedSpan): LineRange[] {
  const found: LineRange[] = [];
  for (const range of ranges) {
    const { firstRow, rows, end } = range;
    if (wanted(firstRow, firstRow + rows) === undefined) continue;
    const before = found.at(-1);
    if (before === undefined || before.firstRow + before.rows < firstRow) found.push(range);
    else found[found.length - 1] = { ...before, end, rows: before.rows + rows };
  }
  return found;
}

/** A worker gets the sums of its own range alone. */
function sumsIn({ sums }: DataSource, { start, end }: JsonlSpan): Pick<DataSource, 'sums'> {
  return sums === undefined ? {} : { sums: sumsOfRange(sums, start, end) };
}

/** Rows (non-blank lines) of a JSONL file, gzipped or not, without parsing them. */
export async function countJsonlRows(file: DataSource): Promise<number> {
  let count = 0;
  const scanner = new LineScanner((_, rows) => {
    count = rows;
  });
  await scanChunks(file, (chunk) => scanner.add(chunk));
  scanner.end();
  return count;
}

/**
 * The rows whose lines begin within `start`…`end` (bytes): a line that began before `start` is left to the reader before.
 * Line numbers count from the first line read, unless `start` comes from `jsonlRanges`.
 */
export async function* readJsonlRange(
  file: DataSource,
  start: number,
  end: number,
  firstLine = 1,
): AsyncGenerator<RowBatch> {
  const from = start <= 0 ? 0 : await nextLineStart(file, start - 1);
  const to = end <= 0 || end === Number.POSITIVE_INFINITY ? end : await nextLineStart(file, end - 1);
  if (from < to) yield* readJsonlRows(file, { start: from, end: to, firstLine });
}

/** Offset after the first newline at or after `offset`; the file's size where there is none. */
async function nextLineStart(file: DataSource, offset: number): Promise<number> {
  let position = Math.max(0, offset);
  for await (const chunk of readChunks(file, position)) {
    const newline = chunk.indexOf(NEWLINE);
    if (newline >= 0) return position + newline + 1;
    position += chunk.length;
  }
  return position;
}

/** A row among whole lines: its bytes with the line's end, and its line, from 0. */
export interface LineSpan {
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** The rows (non-blank lines) of bytes that begin and end at line ends. */
export function lineSpans(bytes: Buffer): LineSpan[] {
  const spans: LineSpan[] = [];
  for (let [start, line] = [0, 0]; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline + 1;
    if (hasInkBetween(bytes, start, end, false)) spans.push({ start, end, line });
    start = end;
  }
  return spans;
}
