import type { CacheArray } from './cache-array.ts';

/** What the encoder made of a source: hidden states [length, width], then keys and values for the decoder's layers. */
export interface EncodedSource {
  readonly hidden: CacheArray;
  /** Per layer a key and a value, [heads, length, headSize]; known after the decoder's first pass. */
  cross: readonly CacheArray[] | undefined;
}

/** The text that an encoder-decoder model answers; the model encodes it once, when it first meets it. */
export class Source {
  readonly tokens: ArrayLike<number>;
  encoded: EncodedSource | undefined;

  constructor(tokens: ArrayLike<number>) {
    this.tokens = tokens;
  }
}
