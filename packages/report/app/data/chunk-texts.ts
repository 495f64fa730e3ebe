import { chunkName, type PackedRow } from '../../src/rows/page-data.ts';
import { checkedRows } from './checked-rows.ts';
import { type Blocks, damaged } from './read-blocks.ts';

/** Characters of chunks that are kept as text; the first ones go when more are read. */
const MOST_CHARACTERS = 160_000_000;
/** Chunks kept parsed; scrolling back further parses again. */
const MOST_PARSED = 40;

/** What the index says of a chunk. */
export interface ChunkFacts {
  readonly rows: number;
  /** Of its JSON. */
  readonly characters: number;
}

/** The texts of rows, a chunk at a time: read once, kept as JSON, and parsed where rows are looked at. */
export class ChunkTexts {
  readonly #blocks: Blocks;
  readonly #facts: Promise<readonly ChunkFacts[]>;
  /** Once they are known. */
  #known: readonly ChunkFacts[] = [];
  readonly #texts = new Map<number, string>();
  readonly #parsed = new Map<number, readonly PackedRow[]>();
  readonly #pending = new Map<number, Promise<string>>();
  readonly #failed = new Map<number, string>();
  #characters = 0;

  /** @param facts of each chunk; the first chunk may be asked for before they are there */
  constructor(blocks: Blocks, facts: Promise<readonly ChunkFacts[]>) {
    this.#blocks = blocks;
    this.#facts = facts;
  }

  /** The JSON of a chunk, a row a line. Rejects where it cannot be had, or is not as long as it was written. */
  text(chunk: number): Promise<string> {
    const known = this.#texts.get(chunk);
    if (known !== undefined) return Promise.resolve(known);
    const pending = this.#pending.get(chunk);
    if (pending !== undefined) return pending;
    const started = this.#read(chunk);
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

  async #read(chunk: number): Promise<string> {
    const name = chunkName(chunk);
    const text = await this.#blocks.read(name);
    this.#known = await this.#facts;
    if (text.length !== this.#known[chunk]?.characters) throw damaged(this.#blocks.placeOf(name));
    return text;
  }

  /** Its rows, where they are at hand. */
  rows(chunk: number): readonly PackedRow[] | null {
    const known = this.#parsed.get(chunk);
    if (known !== undefined) return known;
    const text = this.#textNow(chunk);
    if (text === null || this.#failed.has(chunk)) return null;
    const rows = checkedRows(text, this.#known[chunk]?.rows ?? 0);
    if (rows === null) {
      this.#failed.set(chunk, damaged(this.#blocks.placeOf(chunkName(chunk))).message);
      return null;
    }
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

  /** From a block of the page without waiting, where it is as long as it was written. */
  #textNow(chunk: number): string | null {
    if (!this.#blocks.isInPage) return this.#texts.get(chunk) ?? null;
    const name = chunkName(chunk);
    const text = this.#blocks.at(name);
    if (text !== null && text.length === this.#known[chunk]?.characters) return text;
    this.#failed.set(chunk, damaged(this.#blocks.placeOf(name)).message);
    return null;
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
