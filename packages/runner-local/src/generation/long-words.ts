/** What is used of the library's byte-pair encoder. */
interface PairEncoder {
  readonly merges: readonly (readonly [string, string])[];
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  readonly end_of_word_suffix?: unknown;
  readonly continuing_subword_suffix?: unknown;
  bpe(word: string): string[];
}

/** Characters of a word from which on it is merged here; shorter ones the library keeps in a cache. */
const LONG = 256;
/** Ids and places are below it: two of them make one number. */
const RADIX = 2 ** 26;

/**
 * Lets a tokenizer take long words, as one repeated letter is one, in a twentieth of the time: its library makes an object
 * and a text of every pair, ten seconds a megabyte. Pairs of numbers give the same tokens.
 */
export function quickenLongWords(tokenizer: unknown): void {
  const model = (tokenizer as { readonly _tokenizer?: { readonly model?: Partial<PairEncoder> } })._tokenizer?.model;
  if (!isPairEncoder(model)) return;
  const bpe = model.bpe.bind(model);
  let pairs: Pairs | null | undefined;
  model.bpe = (word) => {
    if (word.length < LONG) return bpe(word);
    if (pairs === undefined) pairs = readPairs(model);
    return pairs === null ? bpe(word) : mergeWord(Array.from(word), pairs);
  };
}

function isPairEncoder(model: Partial<PairEncoder> | undefined): model is PairEncoder {
  return (
    Array.isArray(model?.merges) &&
    model.tokens_to_ids instanceof Map &&
    typeof model.bpe === 'function' &&
    !model.end_of_word_suffix &&
    !model.continuing_subword_suffix
  );
}

interface Pairs {
  readonly ids: ReadonlyMap<string, number>;
  readonly texts: readonly string[];
  /** Rank of a pair, by the ids of its parts. */
  readonly ranks: ReadonlyMap<number, number>;
  /** What a pair becomes, by rank. */
  readonly merged: Int32Array;
}

/** @returns null for merges of what the vocabulary does not have */
function readPairs({ merges, tokens_to_ids: ids }: PairEncoder): Pairs | null {
  const ranks = new Map<number, number>();
  const merged = new Int32Array(merges.length);
  for (const [rank, [left, right]] of merges.entries()) {
    const [a, b, both] = [ids.get(left), ids.get(right), ids.get(left + right)];
    if (a === undefined || b === undefined || both === undefined) return null;
    ranks.set(a * RADIX + b, rank);
    merged[rank] = both;
  }
  const texts: string[] = [];
  for (const [text, id] of ids) texts[id] = text;
  return { ids, texts, ranks, merged };
}

const NONE = -1;

/** The pair of the lowest rank first, the leftmost of equals. */
function mergeWord(characters: readonly string[], { ids, texts, ranks, merged }: Pairs): string[] {
  const count = characters.length;
  // A character without a token stays what it is, and joins nothing.
  const parts = Int32Array.from(characters, (character) => ids.get(character) ?? NONE);
  const before = Int32Array.from(parts, (_, at) => at - 1);
  const after = Int32Array.from(parts, (_, at) => (at + 1 < count ? at + 1 : NONE));
  const isGone = new Uint8Array(count);
  const queue = new NumberQueue();
  const rankAt = (at: number): number | undefined => {
    const next = after[at]!;
    return next === NONE || parts[at] === NONE || parts[next] === NONE
      ? undefined
      : ranks.get(parts[at]! * RADIX + parts[next]!);
  };
  const offer = (at: number): void => {
    const rank = rankAt(at);
    if (rank !== undefined) queue.push(rank * RADIX + at);
  };
  for (let at = 0; at + 1 < count; at++) offer(at);
  for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
    const at = best % RADIX;
    const rank = (best - at) / RADIX;
    // What was offered may have been merged with others since.
    if (isGone[at] === 1 || rankAt(at) !== rank) continue;
    const next = after[at]!;
    parts[at] = merged[rank]!;
    isGone[next] = 1;
    after[at] = after[next]!;
    if (after[at] !== NONE) before[after[at]!] = at;
    if (before[at] !== NONE) offer(before[at]!);
    offer(at);
  }
  const found: string[] = [];
  for (let at = 0; at !== NONE; at = after[at]!) found.push(parts[at] === NONE ? characters[at]! : texts[parts[at]!]!);
  return found;
}

/** Numbers, the least first. */
class NumberQueue {
  readonly #heap: number[] = [];

  push(value: number): void {
    const heap = this.#heap;
    let at = heap.push(value) - 1;
    for (let up = (at - 1) >> 1; at > 0 && heap[up]! > value; up = (at - 1) >> 1) {
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = value;
  }

  pop(): number | undefined {
    const heap = this.#heap;
    const [least] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return least;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= last) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return least;
  }
}
