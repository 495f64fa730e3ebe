import { Vocabulary } from '../kernels/vocabulary.ts';
import { sentenceBreakJudge } from './contains-sentence-break.ts';
import { dialectOf } from './nltk-dialect.ts';
import type { NltkTokeniserOptions } from './nltk-tokeniser.ts';
import { punktEnglish } from './punkt-english.ts';
import { punktNonWord, punktWordPattern } from './punkt-words.ts';
import { treebankTokeniser } from './treebank-tokens.ts';

/** What stands before or after a chunk, as far as a Treebank rule looks at it. */
export const Neighbour = { space: 0, otherSpace: 1, sentenceEdge: 2 } as const;
const prefixes = [' ', '\n', ''];
const suffixes = [' x', '\nx', ''];
const variants = 9;

/** Facts of a chunk: flags. */
export const ChunkFlag = {
  known: 1,
  /** Its tokens depend on its neighbours. */
  varies: 2,
  /** Holds one of . ? ! */
  terminal: 4,
  /** Ends with one of them. */
  endsTerminal: 8,
  /** Nothing but closing quotes and brackets for the rule of the final period. */
  closers: 16,
  /** A sentence ends at its end, whatever follows (if it ends terminal and something follows). */
  alwaysBreaks: 32,
  /** After the end of a sentence it, or its start, still belongs to that. */
  realigned: 64,
  /** A sentence may end after its first character as well as later in it. */
  several: 128,
  /** Any of varies, terminal and closers. */
  special: 22,
} as const;

const terminal = /[.?!]/u;
const onlyClosers = /^[\])}>"'»”’]+$/u;

/**
 * Everything known of the chunks between white space that texts have shown so far: their words, which depend on little else,
 * and whether a sentence ends in or after them. Chunks are numbered by a vocabulary; each fact is computed once, by the
 * readable tokeniser, and then read from a table.
 */
export class ChunkTable {
  readonly chunks: Vocabulary = new Vocabulary();
  /** ChunkFlag of each chunk; 0 before `describe`. */
  flags: Uint8Array = new Uint8Array(1 << 10);
  /** Token ids of all lists, one after the other. */
  listIds: Int32Array = new Int32Array(1 << 12);
  /** Where list l begins; it ends where l + 1 begins. Lists are numbered from 1. */
  listStarts: Int32Array = new Int32Array(1 << 11);
  /** List of a chunk for each pair of neighbours; 0 where not known yet. */
  lists: Int32Array = new Int32Array(variants << 10);
  readonly #tokens: Vocabulary;
  readonly #tokenise: (sentence: string) => string[];
  readonly #breaks: (context: string) => boolean;
  readonly #words: RegExp;
  readonly #nonWord: RegExp;
  readonly #closer: RegExp;
  readonly #abbreviations: ReadonlySet<string>;
  readonly #collocationHeads: ReadonlySet<string>;
  #listCount = 0;
  #chunkEpoch = -1;
  #tokenEpoch = -1;
  readonly #pairs: Map<number, boolean> = new Map();
  readonly #splits: Map<number, number> = new Map();
  readonly #tails: Map<string, number> = new Map();

  constructor(tokens: Vocabulary, options: NltkTokeniserOptions) {
    const { parameters = punktEnglish, version = '3.10.4' } = options;
    const dialect = dialectOf(version);
    this.#tokens = tokens;
    this.#tokenise = treebankTokeniser(dialect);
    this.#breaks = sentenceBreakJudge(dialect, parameters);
    this.#words = punktWordPattern(dialect);
    this.#nonWord = new RegExp(`[${punktNonWord(dialect)}]`, 'u');
    this.#closer = new RegExp(`["')\\]}${dialect.curlyQuotes}]`, 'u');
    this.#abbreviations = parameters.abbreviations;
    this.#collocationHeads = new Set([...parameters.collocations].map((pair) => pair.slice(0, pair.indexOf(' '))));
  }

  /** Forgets what no longer holds: call between texts whose ids are not in use any more. */
  trim(): void {
    this.chunks.trim();
    if (this.chunks.epoch === this.#chunkEpoch && this.#tokens.epoch === this.#tokenEpoch) return;
    this.#chunkEpoch = this.chunks.epoch;
    this.#tokenEpoch = this.#tokens.epoch;
    this.flags.fill(0);
    this.lists.fill(0);
    this.#listCount = 0;
    this.#pairs.clear();
    this.#splits.clear();
    this.#tails.clear();
  }

  /** Flags of a chunk that was met for the first time. */
  describe(id: number): number {
    const chunk = this.chunks.token(id);
    let flags: number = ChunkFlag.known;
    if (/^["']|[.]|'$/u.test(chunk)) flags |= ChunkFlag.varies;
    if (terminal.test(chunk)) flags |= ChunkFlag.terminal;
    if (terminal.test(chunk.at(-1)!)) {
      flags |= ChunkFlag.endsTerminal;
      if (this.#alwaysBreaks(chunk)) flags |= ChunkFlag.alwaysBreaks;
    }
    if (this.#mayEndTwice(chunk)) flags |= ChunkFlag.several;
    if (onlyClosers.test(chunk)) flags |= ChunkFlag.closers;
    if (this.#closersFrom(chunk, 0) > 0) flags |= ChunkFlag.realigned;
    if (id >= this.flags.length) {
      this.flags = enlarged(this.flags, new Uint8Array(2 * Math.max(id, this.chunks.size)));
      this.lists = enlarged(this.lists, new Int32Array(variants * this.flags.length));
    }
    this.flags[id] = flags;
    return flags;
  }

  /** List of the tokens of a chunk between two neighbours. */
  listOf(id: number, before: number, after: number): number {
    const slot = id * variants + before * 3 + after;
    return this.lists[slot]! || this.#remember(slot, this.#tokensOf(this.chunks.token(id), before, after));
  }

  /** List of the tokens of the end of a sentence: a chunk, and chunks of closing marks after it. */
  tailList(text: string, before: number): number {
    const key = `${before}${text}`;
    const known = this.#tails.get(key);
    if (known !== undefined) return known;
    const list = this.#addList(this.#tokensOf(text, before, Neighbour.sentenceEdge));
    if (this.#tails.size > 10_000) this.#tails.clear();
    this.#tails.set(key, list);
    return list;
  }

  /** Whether a sentence ends between two chunks, the first of which ends terminal. */
  breaksBetween(id: number, nextId: number): boolean {
    const key = id * 0x200000 + nextId;
    let breaks = this.#pairs.get(key);
    if (breaks === undefined) {
      breaks = this.#breaks(`${this.chunks.token(id)} ${this.chunks.token(nextId)}`);
      if (this.#pairs.size > 100_000) this.#pairs.clear();
      this.#pairs.set(key, breaks);
    }
    return breaks;
  }

  /** How much of a chunk belongs to the sentence that ends within it or at its end; 0 where none does. */
  splitWithin(id: number): number {
    let split = this.#splits.get(id);
    if (split === undefined) {
      split = this.#findSplit(this.chunks.token(id));
      this.#splits.set(id, split);
    }
    return split;
  }

  #findSplit(chunk: string): number {
    for (let at = chunk.length - 2; at >= 0; at--) {
      if (!terminal.test(chunk[at]!) || !this.#nonWord.test(chunk[at + 1]!)) continue;
      return this.#breaks(chunk.slice(0, at + 2)) ? at + 1 + this.#closersFrom(chunk, at + 1) : 0;
    }
    return 0;
  }

  /** Length of the closing marks at `from`, if they reach the end of the chunk or a double dash. */
  #closersFrom(chunk: string, from: number): number {
    let to = from;
    while (to < chunk.length && this.#closer.test(chunk[to]!)) {
      to++;
      if (to === chunk.length || chunk.startsWith('--', to)) return to - from;
    }
    return 0;
  }

  /** Of several places in one word Punkt looks at the last, but at a first character in any case. */
  #mayEndTwice(chunk: string): boolean {
    return (
      chunk.length > 2 && terminal.test(chunk[0]!) && this.#nonWord.test(chunk[1]!) && terminal.test(chunk.slice(1))
    );
  }

  /** Surely breaks: ? and ! do, and a period after a word of letters that is no abbreviation. */
  #alwaysBreaks(chunk: string): boolean {
    const last = chunk.match(this.#words)?.at(-1) ?? '';
    if (last === '?' || last === '!') return true;
    if (!/^\p{L}{2,}\.$/u.test(last)) return false;
    const word = last.slice(0, -1).toLowerCase();
    return !this.#abbreviations.has(word) && !this.#collocationHeads.has(word);
  }

  #tokensOf(text: string, before: number, after: number): string[] {
    const tokens = this.#tokenise(prefixes[before]! + text + suffixes[after]!);
    return after === Neighbour.sentenceEdge ? tokens : tokens.slice(0, -1);
  }

  #remember(slot: number, tokens: readonly string[]): number {
    const list = this.#addList(tokens);
    this.lists[slot] = list;
    return list;
  }

  #addList(tokens: readonly string[]): number {
    const list = ++this.#listCount;
    if (list + 1 >= this.listStarts.length) {
      this.listStarts = enlarged(this.listStarts, new Int32Array(2 * this.listStarts.length));
    }
    const start = list === 1 ? 0 : this.listStarts[list]!;
    this.listStarts[list] = start;
    if (start + tokens.length > this.listIds.length) {
      this.listIds = enlarged(this.listIds, new Int32Array(2 * (start + tokens.length)));
    }
    tokens.forEach((token, i) => {
      this.listIds[start + i] = this.#tokens.intern(token.toLowerCase());
    });
    this.listStarts[list + 1] = start + tokens.length;
    return list;
  }
}

function enlarged<Numbers extends Int32Array | Uint8Array>(old: Numbers, larger: Numbers): Numbers {
  larger.set(old);
  return larger;
}
