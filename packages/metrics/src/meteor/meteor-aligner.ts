import type { TokenBuffer } from '../kernels/token-buffer.ts';
import type { Vocabulary } from '../kernels/vocabulary.ts';
import { porterStem } from '../stem/porter-stem.ts';
import type { SynonymLookup } from '../wordnet/word-net.ts';

const none: Int32Array = new Int32Array(0);

/**
 * Aligns words as nltk's METEOR: equal words first, then equal Porter stems, then synonyms of the stems. In each stage the
 * hypothesis is read from its end, and a word takes the last free word of the reference that fits.
 */
export class MeteorAligner {
  /** Aligned words of the last pair. */
  matches = 0;
  /** Runs of words aligned in order and without a gap on either side. */
  chunks = 0;
  readonly #vocabulary: Vocabulary;
  readonly #synonyms: SynonymLookup | undefined;
  #epoch = -1;
  /** Stem of each id; 0 where not known yet. */
  #stems: Int32Array = new Int32Array(1 << 10);
  readonly #synonymIds: Map<number, Int32Array> = new Map();
  /** Last free reference position of each id, if stamped with this generation; −1 for none. */
  #heads: Int32Array = new Int32Array(1 << 10);
  #stamps: Int32Array = new Int32Array(1 << 10);
  #generation = 0;
  /** The free position before each with the same id. */
  #previous: Int32Array = new Int32Array(256);
  /** Reference position of each hypothesis word, or −1. */
  #targets: Int32Array = new Int32Array(256);
  #taken: Uint8Array = new Uint8Array(256);

  constructor(vocabulary: Vocabulary, synonyms?: SynonymLookup) {
    this.#vocabulary = vocabulary;
    this.#synonyms = synonyms;
  }

  /** Overwrites the ids with those of the stems. */
  align(hypothesis: TokenBuffer, reference: TokenBuffer): void {
    this.#begin(hypothesis.length, reference.length);
    this.#index(reference);
    let left = this.#match(hypothesis, reference.length);
    if (left > 0) {
      this.#stemRest(hypothesis, reference);
      this.#index(reference);
      left = this.#match(hypothesis, left);
    }
    if (left > 0 && this.#synonyms) this.#matchSynonyms(hypothesis, this.#synonyms);
    this.#count(hypothesis.length);
  }

  #begin(hypothesisLength: number, referenceLength: number): void {
    if (this.#epoch !== this.#vocabulary.epoch) {
      this.#epoch = this.#vocabulary.epoch;
      this.#stems.fill(0);
      this.#synonymIds.clear();
    }
    if (this.#targets.length < hypothesisLength) this.#targets = new Int32Array(2 * hypothesisLength);
    if (this.#previous.length < referenceLength) {
      this.#previous = new Int32Array(2 * referenceLength);
      this.#taken = new Uint8Array(2 * referenceLength);
    }
    this.#targets.fill(-1, 0, hypothesisLength);
    this.#taken.fill(0, 0, referenceLength);
  }

  /** Lists the free reference positions by id, the last first. */
  #index(reference: TokenBuffer): void {
    this.#reserve(this.#vocabulary.size + 1);
    if (this.#generation === 0x7fffffff) {
      this.#stamps.fill(0);
      this.#generation = 0;
    }
    const generation = ++this.#generation;
    const heads = this.#heads;
    const stamps = this.#stamps;
    const previous = this.#previous;
    const taken = this.#taken;
    const { ids, length } = reference;
    for (let j = 0; j < length; j++) {
      if (taken[j] === 1) continue;
      const id = ids[j]!;
      previous[j] = stamps[id] === generation ? heads[id]! : -1;
      heads[id] = j;
      stamps[id] = generation;
    }
  }

  /** Matches equal ids and returns how many of `free` reference words are left. */
  #match(hypothesis: TokenBuffer, free: number): number {
    const targets = this.#targets;
    const heads = this.#heads;
    const stamps = this.#stamps;
    const generation = this.#generation;
    const { ids, length } = hypothesis;
    let left = free;
    for (let i = length - 1; i >= 0 && left > 0; i--) {
      if (targets[i]! >= 0) continue;
      const id = ids[i]!;
      if (stamps[id] !== generation) continue;
      const j = heads[id]!;
      if (j < 0) continue;
      heads[id] = this.#previous[j]!;
      targets[i] = j;
      this.#taken[j] = 1;
      left--;
    }
    return left;
  }

  #stemRest(hypothesis: TokenBuffer, reference: TokenBuffer): void {
    for (let i = 0; i < hypothesis.length; i++) {
      if (this.#targets[i]! < 0) hypothesis.ids[i] = this.#stemOf(hypothesis.ids[i]!);
    }
    for (let j = 0; j < reference.length; j++) {
      if (this.#taken[j] === 0) reference.ids[j] = this.#stemOf(reference.ids[j]!);
    }
  }

  #matchSynonyms(hypothesis: TokenBuffer, lookup: SynonymLookup): void {
    const stamps = this.#stamps;
    const heads = this.#heads;
    const generation = this.#generation;
    for (let i = hypothesis.length - 1; i >= 0; i--) {
      if (this.#targets[i]! >= 0) continue;
      const synonyms = this.#synonymsOf(hypothesis.ids[i]!, lookup);
      let best = -1;
      let bestId = 0;
      for (let s = 0; s < synonyms.length; s++) {
        const id = synonyms[s]!;
        if (id < stamps.length && stamps[id] === generation && heads[id]! > best) {
          best = heads[id]!;
          bestId = id;
        }
      }
      if (best < 0) continue;
      heads[bestId] = this.#previous[best]!;
      this.#targets[i] = best;
      this.#taken[best] = 1;
    }
  }

  #count(length: number): void {
    const targets = this.#targets;
    let matches = 0;
    let chunks = 0;
    let lastPosition = -2;
    let lastTarget = -2;
    for (let i = 0; i < length; i++) {
      const target = targets[i]!;
      if (target < 0) continue;
      matches++;
      if (i !== lastPosition + 1 || target !== lastTarget + 1) chunks++;
      lastPosition = i;
      lastTarget = target;
    }
    this.matches = matches;
    this.chunks = chunks;
  }

  #stemOf(id: number): number {
    const known = id < this.#stems.length ? this.#stems[id]! : 0;
    if (known !== 0) return known;
    const stem = this.#vocabulary.intern(porterStem(this.#vocabulary.token(id)));
    if (id >= this.#stems.length) {
      const larger = new Int32Array(2 * Math.max(id, this.#vocabulary.size));
      larger.set(this.#stems);
      this.#stems = larger;
    }
    this.#stems[id] = stem;
    return stem;
  }

  /** Ids of a stem's synonyms. References are in lower case, so a name with a capital can match none of them. */
  #synonymsOf(id: number, lookup: SynonymLookup): Int32Array {
    let ids = this.#synonymIds.get(id);
    if (ids === undefined) {
      const names = lookup(this.#vocabulary.token(id)).filter((name) => !/[A-Z]/.test(name));
      ids = names.length > 0 ? Int32Array.from(names, (name) => this.#vocabulary.intern(name)) : none;
      this.#synonymIds.set(id, ids);
    }
    return ids;
  }

  #reserve(ids: number): void {
    if (this.#heads.length >= ids) return;
    this.#heads = new Int32Array(2 * ids);
    this.#stamps = new Int32Array(2 * ids);
    this.#generation = 0;
  }
}
