import { logSumExp } from './log-sum-exp.ts';

/** The `k` largest logits of one row, best first (ties to the smaller id), and the row's log of summed exponentials. */
export interface ReducedLogits {
  readonly ids: readonly number[];
  readonly logSumExp: number;
}

/** Reduces a row of logits; O(n) for k = 1, O(n + hits · k) beyond, O(n log n) for many. */
export function reduceLogits(logits: Float32Array, k: number): ReducedLogits {
  const ids = k === 1 ? [largest(logits)] : bestIds(logits, k);
  return { ids, logSumExp: logSumExp(logits, logits[ids[0]!]!) };
}

function largest(logits: Float32Array): number {
  let at = 0;
  let best = logits[0]!;
  for (let id = 1; id < logits.length; id++) {
    const logit = logits[id]!;
    if (logit > best) {
      best = logit;
      at = id;
    }
  }
  return at;
}

/** So many that sorting all is quicker than keeping the best in order. */
const MANY = 1024;

function bestIds(logits: Float32Array, k: number): number[] {
  if (k >= MANY) {
    const all = Array.from(logits, (_, id) => id);
    return all.sort((a, b) => logits[b]! - logits[a]! || a - b).slice(0, k);
  }
  const ids: number[] = [];
  let bar = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    if (ids.length === k && !(logit > bar)) continue;
    insert(ids, logits, id);
    if (ids.length > k) ids.pop();
    bar = logits[ids[ids.length - 1]!]!;
  }
  return ids;
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
