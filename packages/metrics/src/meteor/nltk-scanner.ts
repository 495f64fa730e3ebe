import { TokenBuffer } from '../kernels/token-buffer.ts';
import type { Vocabulary } from '../kernels/vocabulary.ts';
import { isPythonWhitespace } from '../text/python-whitespace.ts';
import { ChunkFlag, ChunkTable, Neighbour } from './chunk-table.ts';
import { type NltkTokeniser, type NltkTokeniserOptions, nltkTokeniser } from './nltk-tokeniser.ts';

/**
 * Interns the lower-cased words of texts as nltk's `word_tokenize` gives them, reading the words of each chunk between white
 * space from a table. Where a chunk's words depend on more than its neighbours it falls back to the readable tokeniser.
 */
export class NltkScanner {
  readonly #tokens: Vocabulary;
  readonly #table: ChunkTable;
  readonly #readable: NltkTokeniser;
  readonly #chunks: TokenBuffer = new TokenBuffer();
  #starts: Int32Array = new Int32Array(256);

  constructor(tokens: Vocabulary, options: NltkTokeniserOptions = {}) {
    this.#tokens = tokens;
    this.#table = new ChunkTable(tokens, options);
    this.#readable = nltkTokeniser(options);
  }

  /** Call between pairs, after the vocabulary's own `trim`. */
  trim(): void {
    this.#table.trim();
  }

  scan(text: string, tokens: TokenBuffer): void {
    tokens.reset(text.length + 1);
    if (this.#scanChunks(text)) this.#emit(text, tokens);
    else this.#writeReadable(text, tokens);
  }

  #writeReadable(text: string, tokens: TokenBuffer): void {
    for (const word of this.#readable.tokenise(text))
      tokens.ids[tokens.length++] = this.#tokens.intern(word.toLowerCase());
  }

  /** Interns the chunks of a text and notes where they begin; false where a separator of Python's `split` alone turns up. */
  #scanChunks(text: string): boolean {
    const { chunks } = this.#table;
    const size = text.length;
    chunks.reserve(size);
    const ids = this.#chunks.reset((size >> 1) + 1);
    if (this.#starts.length < ids.length) this.#starts = new Int32Array(ids.length);
    const starts = this.#starts;
    const arena = chunks.arena;
    let start = chunks.tail;
    let end = start;
    let high = 0;
    let low = 0;
    let wide = 0;
    let count = 0;
    for (let i = 0; i < size; i++) {
      const unit = text.charCodeAt(i);
      if ((unit > 0x20 && unit < 0x85) || !isPythonWhitespace(unit)) {
        if (end === start) starts[count] = i;
        arena[end++] = unit;
        high = (high << 7) | (low >>> 25);
        low = (low << 7) | unit;
        wide |= unit | (unit - 1);
        continue;
      }
      if (unit >= 0x1c && unit <= 0x1f) return false;
      if (end !== start) {
        ids[count++] = chunks.commit(end, high, low, wide);
        start = end = chunks.tail;
        high = low = wide = 0;
      }
    }
    if (end !== start) ids[count++] = chunks.commit(end, high, low, wide);
    this.#chunks.length = count;
    return true;
  }

  /** Writes the words of the scanned chunks. */
  #emit(text: string, tokens: TokenBuffer): void {
    const table = this.#table;
    const starts = this.#starts;
    const chunks = this.#chunks.ids;
    const count = this.#chunks.length;
    let atStart = count > 0 && starts[0] === 0;
    let sentenceStart = 0;
    let sentenceTokens = 0;
    // Where a tail begins: the last chunk of this sentence with a period and more than closing marks, and what it wrote.
    let tailStart = -1;
    let tailBefore: number = Neighbour.space;
    let tailTokens = 0;
    for (let k = 0; k < count; k++) {
      const id = chunks[k]!;
      const flags = table.flags[id] || table.describe(id);
      if (atStart) {
        sentenceStart = starts[k]!;
        sentenceTokens = tokens.length;
      }
      if ((flags & ChunkFlag.special) === 0) {
        this.#write(table.listOf(id, Neighbour.space, Neighbour.space), tokens);
        tailStart = -1;
        atStart = false;
        continue;
      }
      const start = starts[k]!;
      const end = this.#endOf(k);
      const isLast = k + 1 === count;
      let split = 0;
      if ((flags & ChunkFlag.terminal) !== 0) {
        let isPlain = this.#isPlain(text, k, flags);
        if (isPlain && (isLast || (flags & ChunkFlag.endsTerminal) === 0)) {
          split = table.splitWithin(id);
        } else if (isPlain && ((flags & ChunkFlag.alwaysBreaks) !== 0 || table.breaksBetween(id, chunks[k + 1]!))) {
          split = end - start;
          isPlain = (this.#flagsAt(k + 1) & ChunkFlag.realigned) === 0;
        }
        if (!isPlain) {
          // Do this sentence again, and those after it up to a plain end, with the readable tokeniser.
          tokens.length = sentenceTokens;
          k = this.#plainEnd(text, k + 1);
          this.#writeReadable(text.slice(sentenceStart, this.#endOf(k)), tokens);
          tailStart = -1;
          atStart = true;
          continue;
        }
      }
      const before = atStart ? Neighbour.sentenceEdge : neighbour(text.charCodeAt(start - 1));
      if (split > 0 && split < end - start) {
        const head = table.chunks.intern(text.slice(start, start + split));
        this.#write(table.listOf(head, before, Neighbour.sentenceEdge), tokens);
        const rest = table.chunks.intern(text.slice(start + split, end));
        const after = isLast ? Neighbour.sentenceEdge : neighbour(text.charCodeAt(end));
        tailStart = start + split;
        tailBefore = Neighbour.sentenceEdge;
        tailTokens = tokens.length;
        sentenceStart = tailStart;
        sentenceTokens = tailTokens;
        this.#write(table.listOf(rest, Neighbour.sentenceEdge, after), tokens);
        atStart = false;
        continue;
      }
      const endsSentence = isLast || split > 0;
      if ((flags & ChunkFlag.closers) === 0) {
        tailStart = (flags & ChunkFlag.varies) !== 0 ? start : -1;
        tailBefore = before;
        tailTokens = tokens.length;
      } else if (endsSentence && tailStart >= 0) {
        tokens.length = tailTokens;
        this.#write(table.tailList(text.slice(tailStart, end), tailBefore), tokens);
        tailStart = -1;
        atStart = true;
        continue;
      }
      const after = endsSentence ? Neighbour.sentenceEdge : neighbour(text.charCodeAt(end));
      this.#write(
        (flags & ChunkFlag.varies) !== 0
          ? table.listOf(id, before, after)
          : table.listOf(id, Neighbour.space, Neighbour.space),
        tokens,
      );
      atStart = endsSentence;
      if (endsSentence) tailStart = -1;
    }
  }

  /** Whether Punkt looks at no more than this chunk and the next to see if a sentence ends in or after it. */
  #isPlain(text: string, k: number, flags: number): boolean {
    return (flags & ChunkFlag.several) === 0 && !this.#joinsTerminal(text, k);
  }

  /** The first chunk from `from` on after which a sentence surely ends, or the last of the text. */
  #plainEnd(text: string, from: number): number {
    const last = this.#chunks.length - 1;
    for (let k = from; k < last; k++) {
      const flags = this.#flagsAt(k);
      if ((flags & ChunkFlag.alwaysBreaks) === 0 || !this.#isPlain(text, k, flags)) continue;
      if ((this.#flagsAt(k + 1) & ChunkFlag.realigned) === 0) return k;
    }
    return last;
  }

  #flagsAt(k: number): number {
    const id = this.#chunks.ids[k]!;
    return this.#table.flags[id] || this.#table.describe(id);
  }

  #endOf(k: number): number {
    return this.#starts[k]! + this.#table.chunks.tokenLength(this.#chunks.ids[k]!);
  }

  #write(list: number, tokens: TokenBuffer): void {
    const { listIds, listStarts } = this.#table;
    const end = listStarts[list + 1]!;
    let length = tokens.length;
    for (let at = listStarts[list]!; at < end; at++) tokens.ids[length++] = listIds[at]!;
    tokens.length = length;
  }

  /**
   * Whether a chunk is joined to another one with . ? ! by white space other than ASCII's. Punkt takes those for one word when
   * it looks for the end of a sentence.
   */
  #joinsTerminal(text: string, k: number): boolean {
    for (let j = k; j > 0 && this.#isJoined(text, j); j--) {
      if ((this.#flagsAt(j - 1) & ChunkFlag.terminal) !== 0) return true;
    }
    for (let j = k + 1; j < this.#chunks.length && this.#isJoined(text, j); j++) {
      if ((this.#flagsAt(j) & ChunkFlag.terminal) !== 0) return true;
    }
    return false;
  }

  /** Whether nothing but non-ASCII white space stands before a chunk. */
  #isJoined(text: string, k: number): boolean {
    for (let at = this.#starts[k]! - 1; isPythonWhitespace(text.charCodeAt(at)); at--) {
      if (text.charCodeAt(at) <= 0x20) return false;
    }
    return true;
  }
}

function neighbour(unit: number): number {
  return unit === 0x20 ? Neighbour.space : Neighbour.otherSpace;
}
