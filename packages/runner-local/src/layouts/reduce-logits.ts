/** The `k` largest logits of one row, best first (ties to the smaller id), and the row's log of summed exponentials. */
export interface ReducedLogits {
  readonly ids: readonly number[];
  readonly logSumExp: number;
}

/** Reduces a row of logits in one pass; O(n) for k = 1, O(n + hits · k) beyond. */
export function reduceLogits(logits: Float32Array, k: number): ReducedLogits {
  const ids: number[] = [];
  let bar = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (ids.length === k && !(logit > bar)) continue;
    insert(ids, logits, id);
    if (ids.length > k) ids.pop();
    bar = logits[ids[ids.length - 1]!]!;
  }
  const best = logits[ids[0]!]!;
  let sum = 0;
  for (let id = 0; id < logits.length; id++) sum += Math.exp(logits[id]! - best);
  return { ids, logSumExp: best + Math.log(sum) };
}

/** Keeps `ids` in falling order of logits; the new id is larger than all, so it goes behind its equals. */
function insert(ids: number[], logits: Float32Array, id: number): void {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (logits[ids[middle]!]! >= logits[id]!) low = middle + 1;
    else high = middle;
  }
  ids.splice(low, 0, id);
}
