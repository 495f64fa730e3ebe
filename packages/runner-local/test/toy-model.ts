import type { Batching, CausalModel, Distributions, StepRow, WantedPosition } from '../src/layouts/causal-model.ts';
import { KvCache } from '../src/layouts/kv-cache.ts';

const TOY_VOCABULARY = 23;

/** What the toy says after a history: one logit for each token, from a hash of all tokens in order. */
export function toyLogits(history: readonly number[], vocabulary: number = TOY_VOCABULARY): number[] {
  let hash = 2166136261;
  for (const token of history) hash = Math.imul(hash ^ (token + 1), 16777619) >>> 0;
  return Array.from({ length: vocabulary }, (_, token) => {
    let mixed = Math.imul(hash ^ Math.imul(token + 1, 0x9e3779b1), 0x85ebca6b) >>> 0;
    mixed = (mixed ^ (mixed >>> 15)) >>> 0;
    return (mixed % 100_003) / 10_000;
  });
}

/** Log-probability of `target` after a history. */
export function toyLogProbability(history: readonly number[], target: number): number {
  const logits = toyLogits(history);
  return logits[target]! - Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
}

/**
 * A model whose cached key is the token itself, so that an answer is right only if the cache holds exactly the
 * sequence's own tokens in their places.
 */
export class ToyModel implements CausalModel {
  readonly vocabularySize: number;
  batching: Batching = 'ragged';
  continuation: 'tokens' | 'token' = 'tokens';
  mixesLengths = true;
  /** Tokens computed, for tests of what is shared. */
  tokensComputed = 0;
  /** Rows of the widest step. */
  mostRows = 0;
  /** Bytes of the largest cache. */
  mostBytes = 0;

  /** Steps in which every token was a candidate. */
  wholeSteps = 0;

  constructor(vocabularySize: number = TOY_VOCABULARY) {
    this.vocabularySize = vocabularySize;
  }

  createCache(): KvCache {
    return new KvCache({ layers: 1, heads: 1, headSize: 1 }, 'float32');
  }

  async step(
    cache: KvCache,
    rows: readonly StepRow[],
    wanted: readonly WantedPosition[],
    k: number,
  ): Promise<Distributions> {
    await Promise.resolve();
    if (k === this.vocabularySize) this.wholeSteps++;
    this.mostRows = Math.max(this.mostRows, rows.length);
    this.mostBytes = Math.max(this.mostBytes, cache.bytes);
    const pasts = rows.map((row) => {
      const start = row.past * cache.columns;
      return Array.from(cache.buffers[0]!.subarray(start, start + row.pastLength));
    });
    rows.forEach((row, r) => {
      this.tokensComputed += row.tokens.length;
      if (row.store < 0) return;
      if (row.store >= cache.slots || row.pastLength + row.tokens.length > cache.columns)
        throw new RangeError('beyond the cache');
      cache.copySlot(row.past, row.store, row.pastLength);
      Array.from(row.tokens).forEach((token, i) => {
        cache.writeToken(row.store, pasts[r]!.length + i, Float32Array.of(token, 0), 0);
      });
    });
    const out = {
      k,
      topIds: new Int32Array(wanted.length * k),
      topLogits: new Float32Array(wanted.length * k),
      topLogProbabilities: new Float32Array(wanted.length * k),
      targetLogProbabilities: new Float32Array(wanted.length),
    };
    wanted.forEach(({ row, position, target }, w) => {
      const history = [...pasts[row]!, ...Array.from(rows[row]!.tokens).slice(0, position + 1)];
      const logits = toyLogits(history, this.vocabularySize);
      const logSum = Math.log(logits.reduce((total, logit) => total + Math.exp(logit), 0));
      const order = logits.map((_, token) => token).sort((a, b) => logits[b]! - logits[a]! || a - b);
      for (let i = 0; i < k; i++) {
        out.topIds[w * k + i] = order[i]!;
        out.topLogits[w * k + i] = logits[order[i]!]!;
        out.topLogProbabilities[w * k + i] = logits[order[i]!]! - logSum;
      }
      out.targetLogProbabilities[w] = logits[target]! - logSum;
    });
    return out;
  }

  async close(): Promise<void> {}
}
