import { isAscii, isUtf8 } from 'node:buffer';
import { AssayError } from '../errors/assay-error.ts';
import { readChunks } from './file-format.ts';
import { isRecord, type RowBatch } from './row-batch.ts';

const NEWLINE = 10;
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
 * no rows, a byte-order mark is skipped.
 */
export async function* readJsonlRows(path: string, span: JsonlSpan = WHOLE): AsyncGenerator<RowBatch> {
  let pending: Buffer[] = [];
  let line = span.firstLine;
  let isFirst = span.start === 0;
  for await (const chunk of readChunks(path, span.start, span.end)) {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last < 0) {
      pending.push(chunk);
      continue;
    }
    const whole = pending.length === 0 ? chunk.subarray(0, last) : Buffer.concat([...pending, chunk.subarray(0, last)]);
    pending = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
    const lines = new JsonlBatch(isFirst ? withoutMark(whole, path) : whole, line, path);
    isFirst = false;
    line = lines.nextLine;
    if (lines.count > 0) yield lines;
  }
  if (pending.length === 0) return;
  const rest = Buffer.concat(pending);
  const lines = new JsonlBatch(isFirst ? withoutMark(rest, path) : rest, line, path);
  if (lines.count > 0) yield lines;
}

/** @throws AssayError DATASET_SYNTAX for UTF-16, which would otherwise fail line by line */
function withoutMark(bytes: Buffer, path: string): Buffer {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return bytes.subarray(3);
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) {
    throw new AssayError('DATASET_SYNTAX', 'the file is UTF-16, not UTF-8', {
      at: { file: path, line: 1 },
      hint: 'save it as UTF-8',
    });
  }
  return bytes;
}

class JsonlBatch implements RowBatch {
  /** Line number after the last line of the batch. */
  readonly nextLine: number;
  /** undefined stands for bytes that are not UTF-8. */
  readonly #texts: (string | undefined)[] = [];
  readonly #lines: number[] = [];
  readonly #path: string;

  /** @param bytes whole lines, without the last one's newline */
  constructor(bytes: Buffer, firstLine: number, path: string) {
    this.#path = path;
    this.nextLine = isUtf8(bytes) ? this.#splitText(bytes, firstLine) : this.#splitBytes(bytes, firstLine);
  }

  get count(): number {
    return this.#texts.length;
  }

  line(i: number): number {
    return this.#lines[i]!;
  }

  record(i: number): Record<string, unknown> {
    const text = this.#texts[i];
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

  #splitText(bytes: Buffer, firstLine: number): number {
    const text = isAscii(bytes) ? bytes.toString('latin1') : bytes.toString('utf8');
    let line = firstLine;
    for (let start = 0; start <= text.length; line++) {
      const newline = text.indexOf('\n', start);
      const end = newline < 0 ? text.length : newline;
      // Only a line that begins with white space can be blank.
      if (end > start && (text.charCodeAt(start) > 32 || INK.test(text.slice(start, end)))) {
        this.#texts.push(text.slice(start, end));
        this.#lines.push(line);
      }
      start = end + 1;
    }
    return line;
  }

  #splitBytes(bytes: Buffer, firstLine: number): number {
    let line = firstLine;
    for (let start = 0; start <= bytes.length; line++) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline < 0 ? bytes.length : newline;
      const slice = bytes.subarray(start, end);
      const text = isUtf8(slice) ? slice.toString('utf8') : undefined;
      if (text === undefined || INK.test(text)) {
        this.#texts.push(text);
        this.#lines.push(line);
      }
      start = end + 1;
    }
    return line;
  }

  #problem(i: number, message: string, column?: number): AssayError {
    const at = { file: this.#path, line: this.line(i), ...(column === undefined ? {} : { column }) };
    return new AssayError('DATASET_SYNTAX', message, { at });
  }
}
