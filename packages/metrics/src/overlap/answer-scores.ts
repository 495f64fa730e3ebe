import { scanAnswerWords } from '../kernels/scan-answer-words.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import { exactMatch, exactMatchWithin } from './exact-match.ts';

/** How close an output is to the best of its acceptable answers, each score in [0, 1] and on its own. */
export interface AnswerScores {
  /** Harmonic mean of precision and recall over words, as multisets. */
  readonly f1: number;
  /** Output and answer are equal but for outer whitespace: 0 or 1. */
  readonly exact: number;
  /** They have the same words in the same order: 0 or 1. */
  readonly quasiExact: number;
  readonly precision: number;
  readonly recall: number;
}

/**
 * Compares outputs with expected answers by their words (`answerWords`): read an output, then ask about answers.
 * Keeps its memory between outputs; O(|output| + |answers|) time. Its readable twin stands in answer-scores.slow.ts.
 * @see https://arxiv.org/abs/1606.05250 section 6.1
 */
export class AnswerReader {
  readonly #vocabulary: Vocabulary = new Vocabulary();
  readonly #words: TokenBuffer = new TokenBuffer();
  readonly #target: TokenBuffer = new TokenBuffer();
  /** The text with the output in it, and from where to where. */
  #text: string = '';
  #from: number = 0;
  #to: number = 0;
  /** By word: how often the target still has it, valid where the stamp is of this target. */
  #left: Int32Array = new Int32Array(1 << 10);
  #stamp: Int32Array = new Int32Array(1 << 10);
  #generation: number = 0;

  /** The output that the questions are about: a text, or the part of it from `from` to `to`. */
  read(text: string, from: number = 0, to: number = text.length): void {
    this.#vocabulary.trim();
    this.#text = text;
    this.#from = from;
    this.#to = to;
    scanAnswerWords(text, this.#vocabulary, this.#words, from, to);
  }

  /**
   * The scores against one answer, a part of a text, without an object for them: `scores` gets f1, exact, quasiExact,
   * precision and recall from `at` on.
   */
  scoreInto(scores: Float64Array, at: number, text: string, from: number, to: number): void {
    const words = this.#words;
    const target = this.#target;
    scanAnswerWords(text, this.#vocabulary, target, from, to);
    const common = this.#countCommon();
    const p = common === 0 ? 0 : common / words.length;
    const r = common === 0 ? 0 : common / target.length;
    scores[at] = common === 0 ? 0 : (2 * p * r) / (p + r);
    scores[at + 1] = exactMatchWithin(this.#text, this.#from, this.#to, text, from, to);
    scores[at + 2] = target.length === words.length && this.#standsAt(0) ? 1 : 0;
    scores[at + 3] = p;
    scores[at + 4] = r;
  }

  /** The scores against the best of some answers; all 0 without an answer. */
  bestScores(answers: readonly string[]): AnswerScores {
    let f1 = 0;
    let exact = 0;
    let quasiExact = 0;
    let precision = 0;
    let recall = 0;
    const words = this.#words;
    const target = this.#target;
    const output = this.#text.slice(this.#from, this.#to);
    for (const answer of answers) {
      if (exact === 0) exact = exactMatch(output, answer);
      scanAnswerWords(answer, this.#vocabulary, target);
      if (quasiExact === 0 && target.length === words.length && this.#standsAt(0)) quasiExact = 1;
      const common = this.#countCommon();
      if (common === 0) continue;
      const p = common / words.length;
      const r = common / target.length;
      f1 = Math.max(f1, (2 * p * r) / (p + r));
      precision = Math.max(precision, p);
      recall = Math.max(recall, r);
    }
    return { f1, exact, quasiExact, precision, recall };
  }

  /** Whether the words of an answer stand in the output as neighbours. */
  contains(answer: string): boolean {
    scanAnswerWords(answer, this.#vocabulary, this.#target);
    for (let start = 0; start + this.#target.length <= this.#words.length; start++) {
      if (this.#standsAt(start)) return true;
    }
    return false;
  }

  #standsAt(start: number): boolean {
    const { ids: whole } = this.#words;
    const { ids: part, length } = this.#target;
    for (let i = 0; i < length; i++) if (whole[start + i] !== part[i]) return false;
    return length > 0;
  }

  /** Words that both sides have, each as often as both have it. */
  #countCommon(): number {
    if (this.#left.length <= this.#vocabulary.size || this.#generation === 0x7fffffff) {
      this.#left = new Int32Array(2 * this.#vocabulary.size + 2);
      this.#stamp = new Int32Array(2 * this.#vocabulary.size + 2);
      this.#generation = 0;
    }
    const generation = ++this.#generation;
    const left = this.#left;
    const stamp = this.#stamp;
    const { ids: wanted, length: wantedCount } = this.#target;
    for (let i = 0; i < wantedCount; i++) {
      const id = wanted[i]!;
      left[id] = stamp[id] === generation ? left[id]! + 1 : 1;
      stamp[id] = generation;
    }
    const { ids: given, length: givenCount } = this.#words;
    let common = 0;
    for (let i = 0; i < givenCount; i++) {
      const id = given[i]!;
      if (stamp[id] !== generation || left[id] === 0) continue;
      left[id] = left[id]! - 1;
      common++;
    }
    return common;
  }
}
