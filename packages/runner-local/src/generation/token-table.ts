import type { Vocabulary } from './vocabulary.ts';

/** Tokens of one vocabulary by their bytes. */
export class TokenTable {
  readonly #bytes: readonly (Uint8Array | undefined)[];
  readonly #ids = new Map<string, number>();
  /** Bytes of the longest token. */
  readonly longest: number;
  /** Tokens with a text, in the order of their bytes. */
  readonly sorted: Int32Array;
  /** How many bytes each of `sorted` shares with the one before it. */
  readonly shared: Int32Array;

  constructor(vocabulary: Vocabulary) {
    // Special tokens bring no text.
    this.#bytes = Array.from({ length: vocabulary.size }, (_, id) =>
      vocabulary.specialIds.has(id) ? undefined : vocabulary.bytesOf(id),
    );
    const texts: { id: number; bytes: Uint8Array }[] = [];
    this.#bytes.forEach((bytes, id) => {
      if (bytes === undefined || bytes.length === 0) return;
      texts.push({ id, bytes });
      const key = keyOf(bytes);
      if (!this.#ids.has(key)) this.#ids.set(key, id);
    });
    this.longest = texts.reduce((most, { bytes }) => Math.max(most, bytes.length), 1);
    texts.sort((a, b) => Buffer.compare(a.bytes, b.bytes));
    this.sorted = Int32Array.from(texts, ({ id }) => id);
    this.shared = Int32Array.from(texts, ({ bytes }, i) => (i === 0 ? 0 : sharedLength(texts[i - 1]!.bytes, bytes)));
  }

  /** Undefined for a token that brings no text. */
  bytesOf(id: number): Uint8Array | undefined {
    return this.#bytes[id];
  }

  /** The token of the longest beginning of these bytes. */
  longestIn(bytes: readonly number[]): number | undefined {
    for (let length = Math.min(bytes.length, this.longest); length > 0; length--) {
      const id = this.#ids.get(keyOf(bytes.slice(0, length)));
      if (id !== undefined) return id;
    }
    return undefined;
  }
}

function keyOf(bytes: ArrayLike<number>): string {
  return String.fromCharCode(...Array.from(bytes));
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
