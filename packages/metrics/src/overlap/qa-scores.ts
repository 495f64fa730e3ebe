import { scanQuac } from '../kernels/scan-quac.ts';
import { TokenBuffer } from '../kernels/token-buffer.ts';
import { Vocabulary } from '../kernels/vocabulary.ts';
import { isPythonWhitespace } from '../text/python-whitespace.ts';
import { metricError } from './metric-error.ts';
import { mergeStatistics, SIGNATURE_VERSION, type TextMetric } from './text-metric.ts';

/** FMEval's five word scores of question answering, each in [0, 1]. */
export interface QaScores {
  readonly f1_score: number;
  readonly exact_match_score: number;
  readonly quasi_exact_match_score: number;
  readonly precision_over_words: number;
  readonly recall_over_words: number;
}

/**
 * The five question-answering scores of FMEval in one pass over the texts. Of several acceptable targets the best counts,
 * for each score on its own. Statistics: number of pairs, then the sum of each score.
 * @throws RangeError METRIC_TARGET_EMPTY without a target
 */
export function qaScores(): TextMetric<QaScores | null> {
  const counter = new QaCounter();
  return {
    name: 'qa_scores',
    size: 6,
    statistics: (output, targets) => {
      const sum = new Float64Array(6);
      counter.add(sum, output, targets);
      return sum;
    },
    add: (sum, output, targets) => counter.add(sum, output, targets),
    merge: mergeStatistics,
    score: meanScores,
    signature: (references = 1) => `nrefs:${references}|multi:best|norm:quac|words:set|version:${SIGNATURE_VERSION}`,
  };
}

function meanScores(statistics: Float64Array): QaScores | null {
  const pairs = statistics[0]!;
  if (pairs === 0) return null;
  return {
    f1_score: statistics[1]! / pairs,
    exact_match_score: statistics[2]! / pairs,
    quasi_exact_match_score: statistics[3]! / pairs,
    precision_over_words: statistics[4]! / pairs,
    recall_over_words: statistics[5]! / pairs,
  };
}

const IN_OUTPUT = 1;
const IN_TARGET = 2;
const LAST_GENERATION = 0x1ffffffe;

/** All the reusable memory of the five scores. */
class QaCounter {
  readonly #vocabulary: Vocabulary = new Vocabulary();
  readonly #output: TokenBuffer = new TokenBuffer();
  readonly #target: TokenBuffer = new TokenBuffer();
  /** For each token: four times the generation that last saw it, plus IN_OUTPUT, IN_TARGET or both. */
  #marks: Int32Array = new Int32Array(1 << 10);
  #generation: number = 0;

  add(sum: Float64Array, output: string, targets: readonly string[]): void {
    if (targets.length === 0) throw metricError('METRIC_TARGET_EMPTY', 'the five scores need at least one target');
    const vocabulary = this.#vocabulary;
    vocabulary.trim();
    const start = firstKept(output);
    const end = lastKept(output, start);
    scanQuac(output, start, end, vocabulary, this.#output);
    let f1 = 0;
    let exact = 0;
    let quasi = 0;
    let precision = 0;
    let recall = 0;
    for (let t = 0; t < targets.length; t++) {
      const target = targets[t]!;
      const targetStart = firstKept(target);
      const targetEnd = lastKept(target, targetStart);
      if (exact === 0 && end - start === targetEnd - targetStart) {
        exact = sameStretch(output, start, target, targetStart, end - start) ? 1 : 0;
      }
      scanQuac(target, targetStart, targetEnd, vocabulary, this.#target);
      if (quasi === 0) quasi = sameIds(this.#output, this.#target) ? 1 : 0;
      const common = this.#countCommon();
      if (common === 0) continue;
      const p = common / this.#outputWords;
      const r = common / this.#targetWords;
      precision = Math.max(precision, p);
      recall = Math.max(recall, r);
      f1 = Math.max(f1, 1 / (0.5 / p + 0.5 / r));
    }
    sum[0] = sum[0]! + 1;
    sum[1] = sum[1]! + f1;
    sum[2] = sum[2]! + exact;
    sum[3] = sum[3]! + quasi;
    sum[4] = sum[4]! + precision;
    sum[5] = sum[5]! + recall;
  }

  #outputWords: number = 0;
  #targetWords: number = 0;

  /** Number of distinct words that both sides have; notes how many each side has. */
  #countCommon(): number {
    if (this.#marks.length <= this.#vocabulary.size || this.#generation === LAST_GENERATION) {
      this.#marks = new Int32Array(2 * this.#vocabulary.size + 2);
      this.#generation = 0;
    }
    const mark = 4 * ++this.#generation;
    const marks = this.#marks;
    let outputWords = 0;
    for (let i = 0; i < this.#output.length; i++) {
      const id = this.#output.ids[i]!;
      if (id <= 0 || marks[id] === mark + IN_OUTPUT) continue;
      marks[id] = mark + IN_OUTPUT;
      outputWords++;
    }
    let targetWords = 0;
    let common = 0;
    for (let i = 0; i < this.#target.length; i++) {
      const id = this.#target.ids[i]!;
      if (id <= 0 || marks[id]! >= mark + IN_TARGET) continue;
      if (marks[id] === mark + IN_OUTPUT) {
        marks[id] = mark + IN_OUTPUT + IN_TARGET;
        common++;
      } else {
        marks[id] = mark + IN_TARGET;
      }
      targetWords++;
    }
    this.#outputWords = outputWords;
    this.#targetWords = targetWords;
    return common;
  }
}

function firstKept(text: string): number {
  let start = 0;
  while (start < text.length && isPythonWhitespace(text.charCodeAt(start))) start++;
  return start;
}

function lastKept(text: string, start: number): number {
  let end = text.length;
  while (end > start && isPythonWhitespace(text.charCodeAt(end - 1))) end--;
  return end;
}

function sameStretch(a: string, aStart: number, b: string, bStart: number, length: number): boolean {
  if (a.length === length && b.length === length) return a === b;
  return a.slice(aStart, aStart + length) === b.slice(bStart, bStart + length);
}

function sameIds(a: TokenBuffer, b: TokenBuffer): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a.ids[i] !== b.ids[i]) return false;
  return true;
}
