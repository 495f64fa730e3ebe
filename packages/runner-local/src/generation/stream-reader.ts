import type { GenerateOptions, TokenLogProbability } from '@assay/core';
import type { NewToken } from '../worker/messages.ts';
import { stopIndex } from './stop-matcher.ts';
import type { TextCodec } from './text-codec.ts';
import { TextStream } from './text-stream.ts';

/** Follows one prompt's tokens as they come: finds stop strings, tells text, keeps log-probabilities. */
export class StreamReader {
  readonly #codec: TextCodec;
  readonly #id: string;
  readonly #options: GenerateOptions;
  readonly #stops: readonly string[];
  readonly #longestStop: number;
  readonly #stream: TextStream;
  readonly #listed: TokenLogProbability[] = [];
  readonly tokens: number[] = [];
  #text = '';
  #told = 0;
  #toldTokens = 0;

  constructor(codec: TextCodec, id: string, options: GenerateOptions) {
    this.#codec = codec;
    this.#id = id;
    this.#options = options;
    this.#stops = options.stop ?? [];
    this.#longestStop = Math.max(0, ...this.#stops.map((stop) => stop.length));
    this.#stream = new TextStream((tokens) => codec.decode(tokens));
  }

  /** @returns whether a stop string is complete now */
  take({ token, logProbability, topIds, topLogProbabilities }: NewToken): boolean {
    const piece = this.#stream.push(token);
    this.tokens.push(token);
    this.#text += piece;
    if (this.#options.logProbabilities === true) {
      const top = this.#codec.choices(topIds, topLogProbabilities);
      this.#listed.push({ id: token, text: piece, logProbability, top });
    }
    if (this.#stops.length > 0) {
      const recent = this.#text.slice(-(piece.length + this.#longestStop));
      if (stopIndex(recent, this.#stops) >= 0) return true;
    }
    this.#tell(this.#text.slice(0, this.#text.length - heldBack(this.#text, this.#stops)));
    return false;
  }

  /** The whole text is known: tells what is left of it, and lists the first `count` tokens, which it is made of. */
  finish(text: string, count: number): readonly TokenLogProbability[] | undefined {
    // A text may end inside a character, which no token completed.
    const known = this.#text.length;
    const last = this.#listed.at(count - 1);
    if (last !== undefined && text.length > known)
      this.#listed[count - 1] = { ...last, text: last.text + text.slice(known) };
    this.#tell(text);
    if (this.#options.logProbabilities !== true) return undefined;
    return known > text.length ? withinText(this.#listed.slice(0, count), text.length) : this.#listed.slice(0, count);
  }

  #tell(text: string): void {
    if (this.#options.onText === undefined || text.length <= this.#told) return;
    const listed = this.#options.logProbabilities === true ? { tokens: this.#listed.slice(this.#toldTokens) } : {};
    this.#options.onText({ id: this.#id, text: text.slice(this.#told), ...listed });
    this.#told = text.length;
    this.#toldTokens = this.#listed.length;
  }
}

/** Without the tokens of a stop string: those that begin behind the text. */
function withinText(tokens: readonly TokenLogProbability[], length: number): TokenLogProbability[] {
  let start = 0;
  return tokens.filter(({ text }) => {
    const begins = start;
    start += text.length;
    return begins < length;
  });
}

/** Characters at the end that may be the beginning of a stop string. */
function heldBack(text: string, stops: readonly string[]): number {
  let most = 0;
  for (const stop of stops) {
    for (let length = Math.min(stop.length - 1, text.length); length > most; length--) {
      if (text.endsWith(stop.slice(0, length))) most = length;
    }
  }
  return most;
}
