import { porterStem } from '../stem/porter-stem.ts';
import type { TokenBuffer } from './token-buffer.ts';
import type { Vocabulary } from './vocabulary.ts';

/** rouge_score stems only tokens longer than this. */
const LONGEST_UNSTEMMED = 3;

/** Replaces token ids by the ids of their Porter stems, each stem computed once while the vocabulary keeps its ids. */
export class StemCache {
  readonly #vocabulary: Vocabulary;
  #epoch: number = -1;
  /** 0: not known yet. */
  #stems: Int32Array = new Int32Array(1 << 10);

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** Stems in place. */
  stem(tokens: TokenBuffer): void {
    const vocabulary = this.#vocabulary;
    if (this.#epoch !== vocabulary.epoch) {
      this.#stems.fill(0);
      this.#epoch = vocabulary.epoch;
    }
    const { ids, length } = tokens;
    for (let i = 0; i < length; i++) {
      const id = ids[i]!;
      ids[i] = (id < this.#stems.length ? this.#stems[id]! : 0) || this.#compute(id);
    }
  }

  #compute(id: number): number {
    const vocabulary = this.#vocabulary;
    const stem =
      vocabulary.tokenLength(id) > LONGEST_UNSTEMMED ? vocabulary.intern(porterStem(vocabulary.token(id))) : id;
    if (id >= this.#stems.length) {
      const larger = new Int32Array(2 * Math.max(id, vocabulary.size));
      larger.set(this.#stems);
      this.#stems = larger;
    }
    this.#stems[id] = stem;
    return stem;
  }
}
