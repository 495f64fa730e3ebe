import { stat } from 'node:fs/promises';
import { sumsOfRange } from './block-sums.ts';
import { type JsonlSpan, readJsonlRows } from './jsonl-rows.ts';
import { type DataSource, readChunks, scanChunks } from './read-chunks.ts';
import type { RowBatch } from './row-batch.ts';

/** A stretch of a JSONL file that begins and ends at line ends. */
export interface JsonlRange extends JsonlSpan, DataSource {
  /** Position of its first row among all rows of the file, from 0. */
  readonly firstRow: number;
  /** Rows (non-blank lines) in it. */
  readonly rows: number;
  /** Whether a shard was cut there: it is as it is, whatever size ranges should have. @default false */
  readonly isPiece?: boolean;
}

const NEWLINE = 10;
const SPACE = 32;

/**
 * Cuts a plain JSONL file into about `parts` ranges of like size, by one pass over its bytes.
 * Together they hold every row once, in order; fewer ranges come back where there are fewer lines. Empty file: none.
 */
export async function jsonlRanges(file: DataSource, parts: number): Promise<JsonlRange[]> {
  const size = file.held?.length ?? file.sums?.bytes ?? (await stat(file.path)).size;
  const step = Math.max(1, Math.ceil(size / Math.max(1, parts)));
  const ranges: Omit<JsonlRange, 'path'>[] = [];
  let open = { start: 0, firstRow: 0, firstLine: 1 };
  let last = { rows: 0, lines: 0 };
  await scanLines(file, (end, rows, lines) => {
    last = { rows, lines };
    if (end < open.start + step) return;
    ranges.push({ ...open, end, rows: rows - open.firstRow });
    open = { start: end, firstRow: rows, firstLine: lines + 1 };
  });
  if (open.start < size && last.rows > open.firstRow)
    ranges.push({ ...open, end: size, rows: last.rows - open.firstRow });
  return ranges.filter(({ rows }) => rows > 0).map((range) => ({ ...file, ...range, ...sumsIn(file, range) }));
}

/** A worker gets the sums of its own range alone. */
function sumsIn({ sums }: DataSource, { start, end }: JsonlSpan): Pick<DataSource, 'sums'> {
  return sums === undefined ? {} : { sums: sumsOfRange(sums, start, end) };
}

/** Rows (non-blank lines) of a JSONL file, gzipped or not, without parsing them. */
export async function countJsonlRows(file: DataSource): Promise<number> {
  let count = 0;
  await scanLines(file, (_, rows) => {
    count = rows;
  });
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

/** Calls back at the end of each line with the byte after it, and the rows and lines so far. */
async function scanLines(file: DataSource, onLine: (end: number, rows: number, lines: number) => void): Promise<void> {
  let offset = 0;
  let rows = 0;
  let lines = 0;
  let hasInk = false;
  let isOpen = false;
  await scanChunks(file, (chunk) => {
    let position = 0;
    while (position < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, position);
      const end = newline < 0 ? chunk.length : newline;
      hasInk ||= hasInkBetween(chunk, position, end, offset === 0 && position === 0);
      isOpen = newline < 0;
      if (isOpen) break;
      if (hasInk) rows++;
      onLine(offset + newline + 1, rows, ++lines);
      hasInk = false;
      position = newline + 1;
    }
    offset += chunk.length;
  });
  if (isOpen) onLine(offset, hasInk ? rows + 1 : rows, lines + 1);
}

/** Whether a byte other than white space stands there; a byte-order mark at the file's start is none. */
function hasInkBetween(chunk: Buffer, start: number, end: number, isFileStart: boolean): boolean {
  const from = isFileStart && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : start;
  for (let i = from; i < end; i++) if (chunk[i]! > SPACE) return true;
  return false;
}
