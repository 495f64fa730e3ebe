import { markLcs } from '../kernels/lcs-union.ts';
import type { TokenBuffer } from '../kernels/token-buffer.ts';

/**
 * Hits of ROUGE-Lsum: for each reference sentence the union of its longest common subsequences with every sentence of
 * the hypothesis, each token counted at most as often as the hypothesis has it.
 * @param reference sentences, tokens numbered 1…distinct
 * @param hypothesis sentences, tokens numbered likewise, 0 where the reference has no such token
 */
export function rougeSummaryHits(
  reference: readonly TokenBuffer[],
  hypothesis: readonly TokenBuffer[],
  distinct: number,
): number {
  const left = new Int32Array(distinct + 1);
  for (const sentence of hypothesis) {
    for (let i = 0; i < sentence.length; i++) left[sentence.ids[i]!] = left[sentence.ids[i]!]! + 1;
  }
  let hits = 0;
  for (const sentence of reference) {
    const marks = new Uint8Array(sentence.length);
    for (const candidate of hypothesis) markLcs(sentence, candidate, distinct, marks);
    for (let i = 0; i < sentence.length; i++) {
      const token = sentence.ids[i]!;
      if (marks[i] === 1 && left[token]! > 0) {
        left[token] = left[token]! - 1;
        hits++;
      }
    }
  }
  return hits;
}
