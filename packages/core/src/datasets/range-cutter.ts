const NEWLINE = 10;
const SPACE = 32;

/** Whole lines of a JSONL file, side by side. */
export interface LineRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Position of its first row among all rows of the file, from 0. */
  readonly firstRow: number;
  /** Number of its first line, from 1. */
  readonly firstLine: number;
  /** Rows (non-blank lines) in it. */
  readonly rows: number;
}

/** Cuts the text of a JSONL file, which it is given in chunks of any size, into ranges of like size, at line ends. */
export class RangeCutter {
  readonly #step: number;
  readonly #ranges: LineRange[] = [];
  readonly #scanner: LineScanner;
  #open = { start: 0, firstRow: 0, firstLine: 1 };
  #rows = 0;
  #bytes = 0;

  /** @param bytes of the whole text @param parts about so many ranges; fewer where there are fewer lines */
  constructor(bytes: number, parts: number) {
    this.#step = Math.max(1, Math.ceil(bytes / Math.max(1, parts)));
    this.#scanner = new LineScanner((end, rows, lines) => {
      this.#rows = rows;
      if (end < this.#open.start + this.#step) return;
      this.#close(end);
      this.#open = { start: end, firstRow: rows, firstLine: lines + 1 };
    });
  }

  add(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#scanner.add(chunk);
  }

  /** Together they hold every row once, in order. */
  end(): readonly LineRange[] {
    this.#scanner.end();
    if (this.#open.start < this.#bytes) this.#close(this.#bytes);
    return this.#ranges;
  }

  #close(end: number): void {
    const rows = this.#rows - this.#open.firstRow;
    if (rows > 0) this.#ranges.push({ ...this.#open, end, rows });
  }
}

/** Calls back at the end of each line with the byte after it, and the rows and lines so far. */
export class LineScanner {
  readonly #onLine: (end: number, rows: number, lines: number) => void;
  #offset = 0;
  #rows = 0;
  #lines = 0;
  #hasInk = false;
  #isOpen = false;

  constructor(onLine: (end: number, rows: number, lines: number) => void) {
    this.#onLine = onLine;
  }

  add(chunk: Buffer): void {
    let position = 0;
    while (position < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, position);
      const end = newline < 0 ? chunk.length : newline;
      this.#hasInk ||= hasInkBetween(chunk, position, end, this.#offset === 0 && position === 0);
      this.#isOpen = newline < 0;
      if (this.#isOpen) break;
      if (this.#hasInk) this.#rows++;
      this.#onLine(this.#offset + newline + 1, this.#rows, ++this.#lines);
      this.#hasInk = false;
      position = newline + 1;
    }
    this.#offset += chunk.length;
  }

  /** A last line needs no newline. */
  end(): void {
    if (this.#isOpen) this.#onLine(this.#offset, this.#hasInk ? this.#rows + 1 : this.#rows, this.#lines + 1);
  }
}

/** Whether a byte other than white space stands there; a byte-order mark at the file's start is none. */
export function hasInkBetween(chunk: Buffer, start: number, end: number, isFileStart: boolean): boolean {
  const from = isFileStart && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 3 : start;
  for (let i = from; i < end; i++) if (chunk[i]! > SPACE) return true;
  return false;
}
