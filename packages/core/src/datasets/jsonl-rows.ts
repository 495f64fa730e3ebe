import { isAscii, isUtf8 } from 'node:buffer';
import { AssayError } from '../errors/assay-error.ts';
import { DATA_BUDGETS } from './data-budgets.ts';
import type { FlatRow } from './flat-row.ts';
import { type DataSource, readChunks } from './read-chunks.ts';
import { isRecord, type RowBatch } from './row-batch.ts';

const NEWLINE = 10;
const SPACE = 32;
/** Anything above the ASCII controls and the space: a line without it is blank. */
const INK = /[^\0-\x20]/;

/** What a byte range of a JSONL file holds; ranges from `jsonlRanges` cut only at line ends. */
export interface JsonlSpan {
  /** Byte at which it begins. */
  readonly start: number;
  /** Byte at which it ends, exclusive. */
  readonly end: number;
  /** Line number of the first line, from 1. */
  readonly firstLine: number;
}

const WHOLE: JsonlSpan = { start: 0, end: Number.POSITIVE_INFINITY, firstLine: 1 };

/**
 * Reads JSON Lines in chunks of about 1 MB: lines end at "\n" (a "\r" before it is white space to JSON), blank lines are
 * no rows, a byte-order mark is skipped. A line beyond the budget is passed over as one row that cannot be read.
 */
export async function* readJsonlRows(source: DataSource, span: JsonlSpan = WHOLE): AsyncGenerator<RowBatch> {
  const { path: file, origin: path = file, budgets: { lineBytes } = DATA_BUDGETS } = source;
  const open = new OpenLine(lineBytes);
  let line = span.firstLine;
  let isFirst = span.start === 0;
  for await (const read of readChunks(source, span.start, span.end)) {
    let chunk = read;
    if (open.isTooLong) {
      const end = chunk.indexOf(NEWLINE);
      open.push(end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) continue;
      if (open.take().hasInk) yield tooLongLine(path, line, lineBytes);
      line++;
      chunk = chunk.subarray(end + 1);
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      open.push(chunk);
      continue;
    }
    open.push(chunk.subarray(0, last), true);
    const { bytes } = open.take();
    open.push(chunk.subarray(last + 1));
    const lines = new JsonlBatch(isFirst ? withoutMark(bytes) : bytes, line, path);
    isFirst = false;
    line = lines.nextLine;
    if (lines.count > 0) yield lines;
  }
  const { bytes, hasInk, isTooLong } = open.take();
  if (isTooLong && hasInk) yield tooLongLine(path, line, lineBytes);
  if (isTooLong || bytes.length === 0) return;
  const lines = new JsonlBatch(isFirst ? withoutMark(bytes) : bytes, line, path);
  if (lines.count > 0) yield lines;
}

/** The bytes of a line whose end has not been read yet; once there are too many, only whether they are blank. */
class OpenLine {
  readonly #limit: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #hasInk = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get isTooLong(): boolean {
    return this.#bytes > this.#limit;
  }

  /** @param isWhole the bytes end a line, and hold whole ones beside it: they are kept whatever their number */
  push(bytes: Buffer, isWhole = false): void {
    if (bytes.length === 0) return;
    if (!isWhole) this.#bytes += bytes.length;
    this.#pieces.push(bytes);
    if (!this.isTooLong) return;
    this.#hasInk ||= this.#pieces.some(hasInk);
    this.#pieces = [];
  }

  take(): { readonly bytes: Buffer; readonly hasInk: boolean; readonly isTooLong: boolean } {
    const [only = Buffer.alloc(0)] = this.#pieces;
    const bytes = this.#pieces.length > 1 ? Buffer.concat(this.#pieces) : only;
    const taken = { bytes, hasInk: this.#hasInk, isTooLong: this.isTooLong };
    this.#pieces = [];
    this.#bytes = 0;
    this.#hasInk = false;
    return taken;
  }
}

const hasInk = (bytes: Buffer): boolean => bytes.some((byte) => byte > SPACE);

function tooLongLine(path: string, line: number, lineBytes: number): RowBatch {
  return {
    count: 1,
    line: () => line,
    record: () => {
      const limit = lineBytes.toLocaleString('en');
      throw new AssayError('DATASET_TOO_LARGE', `the line has more than ${limit} bytes`, {
        at: { file: path, line },
        hint: 'raise dataset.budgets.line_bytes if it is a row',
      });
    },
  };
}

function withoutMark(bytes: Buffer): Buffer {
  const [a, b, c] = bytes;
  return a === 0xef && b === 0xbb && c === 0xbf ? bytes.subarray(3) : bytes;
}

class JsonlBatch implements RowBatch {
  readonly count: number;
  /** Line number after the last line of the batch. */
  readonly nextLine: number;
  /** The whole batch; undefined where some bytes are not UTF-8. Rows are cut out only when asked for. */
  readonly #text: string | undefined;
  readonly #bytes: Buffer;
  /** Of each row: where it starts and ends (characters of the text, else bytes), and its line number. */
  readonly #spans: number[] = [];
  readonly #path: string;

  /** @param bytes whole lines, without the last one's newline */
  constructor(bytes: Buffer, firstLine: number, path: string) {
    this.#path = path;
    this.#bytes = bytes;
    this.#text = isUtf8(bytes) ? bytes.toString(isAscii(bytes) ? 'latin1' : 'utf8') : undefined;
    this.nextLine = this.#text === undefined ? this.#splitBytes(firstLine) : this.#splitText(this.#text, firstLine);
    this.count = this.#spans.length / 3;
  }

  line(i: number): number {
    return this.#spans[3 * i + 2]!;
  }

  record(i: number): Record<string, unknown> {
    const text = this.#row(i);
    if (text === undefined) throw this.#problem(i, 'the line is not valid UTF-8');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      const message = (cause as Error).message;
      const position = /at position (\d+)/.exec(message)?.[1];
      throw this.#problem(i, `not valid JSON: ${message}`, position === undefined ? undefined : Number(position) + 1);
    }
    if (!isRecord(value)) throw this.#problem(i, 'the line is not a JSON object');
    return value;
  }

  find(i: number, row: FlatRow): boolean {
    const text = this.#text;
    return text !== undefined && row.find(text, this.#spans[3 * i]!, this.#spans[3 * i + 1]!);
  }

  #row(i: number): string | undefined {
    const start = this.#spans[3 * i]!;
    const end = this.#spans[3 * i + 1]!;
    if (this.#text !== undefined) return this.#text.slice(start, end);
    const slice = this.#bytes.subarray(start, end);
    return isUtf8(slice) ? slice.toString('utf8') : undefined;
  }

  #splitText(text: string, firstLine: number): number {
    let line = firstLine;
    for (let start = 0; start <= text.length; line++) {
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline;
      // Only a line that begins with white space can be blank.
      if (end > start && (text.charCodeAt(start) > 32 || INK.test(text.slice(start, end)))) {
        this.#spans.push(start, end, line);
      }
      start = end + 1;
    }
    return line;
  }

  #splitBytes(firstLine: number): number {
    const bytes = this.#bytes;
    let line = firstLine;
    for (let start = 0; start <= bytes.length; line++) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      const slice = bytes.subarray(start, end);
      if (!isUtf8(slice) || INK.test(slice.toString('utf8'))) this.#spans.push(start, end, line);
      start = end + 1;
    }
    return line;
  }

  #problem(i: number, message: string, column?: number): AssayError {
    const at = { file: this.#path, line: this.line(i), ...(column === undefined ? {} : { column }) };
    return new AssayError('DATASET_SYNTAX', message, { at });
  }
}
