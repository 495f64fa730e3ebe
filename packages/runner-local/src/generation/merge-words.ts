/** What is used of the library's byte-pair encoder. */
interface PairEncoder {
  readonly tokens_to_ids: ReadonlyMap<string, number>;
  bpe(word: string): readonly string[];
}

/** As tokenizer.json has them: `[left, right]`, or `left right` in one text. */
type Merges = readonly unknown[];

/** Words that are kept, as the library does. */
const MOST_KEPT = 10_000;
/** Longer ones hardly come again. */
const LONGEST_KEPT = 256;
/** Ids and places are below it: two of them make one number. */
const RADIX = 2 ** 26;

type Definition = Readonly<Record<string, unknown>>;

/**
 * What tokenizer.json defines but for its merges: the library writes each as JSON, for an entry of its own, before it is asked for a
 * single word.
 * @returns undefined where words are not merged in the plain way
 */
export function withoutMerges(definition: Definition): { definition: Definition; merges: Merges } | undefined {
  const model = definition.model as Definition | null | undefined;
  if (model?.type !== 'BPE' || !Array.isArray(model.merges)) return undefined;
  if (model.end_of_word_suffix || model.continuing_subword_suffix) return undefined;
  return { definition: { ...definition, model: { ...model, merges: [] } }, merges: model.merges };
}

/**
 * Has a tokenizer without merges of its own merge words by these, by numbers in place of texts: the same tokens, sooner ready, and a long word, as one
 * repeated letter is one, in a twentieth of the time.
 * @returns false for merges of what the vocabulary does not have
 */
export function mergeWords(tokenizer: unknown, merges: Merges): boolean {
  const { model } = (tokenizer as { readonly _tokenizer: { readonly model: PairEncoder } })._tokenizer;
  const pairs = readPairs(model.tokens_to_ids, merges);
  if (pairs === null) return false;
  const kept = new Map<string, readonly string[]>();
  model.bpe = (word) => {
    const known = kept.get(word);
    if (known !== undefined) return known;
    const merged = mergeWord(Array.from(word), pairs);
    if (word.length < LONGEST_KEPT) {
      if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value!);
      kept.set(word, merged);
    }
    return merged;
  };
  return true;
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
function readPairs(ids: ReadonlyMap<string, number>, merges: Merges): Pairs | null {
  const ranks = new Map<number, number>();
  const merged = new Int32Array(merges.length);
  const inOneText = !Array.isArray(merges[0]);
  for (const [rank, merge] of merges.entries()) {
    const parts: unknown = inOneText ? String(merge).split(' ', 2) : merge;
    if (!Array.isArray(parts) || parts.length !== 2) return null;
    const [left, right] = parts as [string, string];
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
  if (count < 2) return [...characters];
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
