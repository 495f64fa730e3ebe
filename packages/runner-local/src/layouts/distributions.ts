import type { Distributions } from './causal-model.ts';
import { reduceLogits } from './reduce-logits.ts';

export function emptyDistributions(positions: number, k: number): Distributions {
  return {
    k,
    topIds: new Int32Array(positions * k),
    topLogits: new Float32Array(positions * k),
    topLogProbabilities: new Float32Array(positions * k),
    targetLogProbabilities: new Float32Array(positions),
  };
}

/** Reduces one position's logits to its candidates and its target's log-probability. */
export function writeDistribution(out: Distributions, at: number, logits: Float32Array, target: number): void {
  const { ids, logSumExp } = reduceLogits(logits, out.k);
  ids.forEach((id, i) => {
    out.topIds[at * out.k + i] = id;
    out.topLogits[at * out.k + i] = logits[id]!;
    out.topLogProbabilities[at * out.k + i] = logits[id]! - logSumExp;
  });
  out.targetLogProbabilities[at] = logits[target]! - logSumExp;
}
