import { chunkName, type PackedRow } from '../../src/rows/page-data.ts';
import type { Blocks } from './read-blocks.ts';

/** Characters of chunks that are kept as text; the first ones go when more are read. */
const MOST_CHARACTERS = 160_000_000;
/** Chunks kept parsed; scrolling back further parses again. */
const MOST_PARSED = 40;

/** The texts of rows, a chunk at a time: read once, kept as JSON, and parsed where rows are looked at. */
export class ChunkTexts {
  readonly #blocks: Blocks;
  readonly #texts = new Map<number, string>();
  readonly #parsed = new Map<number, readonly PackedRow[]>();
  readonly #pending = new Map<number, Promise<string>>();
  readonly #failed = new Map<number, string>();
  #characters = 0;

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  /** The JSON of a chunk, a row a line. */
  text(chunk: number): Promise<string> {
    const known = this.#textNow(chunk);
    if (known !== null) return Promise.resolve(known);
    const pending = this.#pending.get(chunk);
    if (pending !== undefined) return pending;
    const started = this.#blocks.read(chunkName(chunk));
    this.#pending.set(chunk, started);
    started.then(
      (text) => {
        this.#pending.delete(chunk);
        this.#failed.delete(chunk);
        this.#keep(chunk, text);
      },
      (cause: unknown) => {
        this.#pending.delete(chunk);
        this.#failed.set(chunk, cause instanceof Error ? cause.message : String(cause));
      },
    );
    return started;
  }

  /** Its rows, where they are at hand. */
  rows(chunk: number): readonly PackedRow[] | null {
    const known = this.#parsed.get(chunk);
    if (known !== undefined) return known;
    const text = this.#textNow(chunk);
    if (text === null) return null;
    const rows = JSON.parse(text) as readonly PackedRow[];
    this.#parsed.set(chunk, rows);
    const [oldest] = this.#parsed.keys();
    if (this.#parsed.size > MOST_PARSED && oldest !== undefined) this.#parsed.delete(oldest);
    return rows;
  }

  has(chunk: number): boolean {
    return this.#textNow(chunk) !== null;
  }

  /** Whether there is room for more without dropping any. */
  get hasRoom(): boolean {
    return this.#characters < MOST_CHARACTERS;
  }

  /** Why a chunk cannot be had, once reading it has failed. */
  failure(chunk: number): string | null {
    return this.#failed.get(chunk) ?? null;
  }

  #textNow(chunk: number): string | null {
    return this.#blocks.isInPage ? this.#blocks.at(chunkName(chunk)) : (this.#texts.get(chunk) ?? null);
  }

  #keep(chunk: number, text: string): void {
    if (this.#blocks.isInPage) return;
    this.#texts.set(chunk, text);
    this.#characters += text.length;
    for (const [old, dropped] of this.#texts) {
      if (this.#characters <= MOST_CHARACTERS || old === chunk) break;
      this.#texts.delete(old);
      this.#characters -= dropped.length;
    }
  }
}
