import { rankAverage } from '../hypothesis/rank.ts';
import { differences } from '../hypothesis/test-result.ts';
import { logGamma } from '../special/log-gamma.ts';
import { normalSf } from '../special/normal.ts';
import type { CorrelationResult } from './correlation-result.ts';

/**
 * Kendall's τ-b = (C − D) / √((P − T_x)(P − T_y)) over P = n(n−1)/2 pairs, T counting pairs tied on a side.
 * p-value exact without ties up to n = 33 or with at most one discordant (or concordant) pair, else normal.
 * O(n log n) time.
 * @see https://doi.org/10.1080/01621459.1966.10480879
 */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): CorrelationResult {
  differences(x, y);
  const n = x.length;
  const pairs = (n * (n - 1)) / 2;
  const tiesX = tieTotals(rankAverage(x).tieSizes);
  const tiesY = tieTotals(rankAverage(y).tieSizes);
  if (n < 2 || tiesX.pairs === pairs || tiesY.pairs === pairs) return { coefficient: Number.NaN, pvalue: Number.NaN };
  const { discordant, tiedOnBoth } = countDiscordant(x, y);
  const surplus = pairs - tiesX.pairs - tiesY.pairs + tiedOnBoth - 2 * discordant;
  const tau = surplus / Math.sqrt(pairs - tiesX.pairs) / Math.sqrt(pairs - tiesY.pairs);
  const coefficient = Math.max(-1, Math.min(1, tau));
  const untied = tiesX.pairs === 0 && tiesY.pairs === 0;
  const fewer = Math.min(discordant, pairs - discordant);
  if (untied && (n <= 33 || fewer <= 1)) return { coefficient, pvalue: exactPvalue(n, fewer) };
  const m = n * (n - 1);
  const spread =
    (m * (2 * n + 5) - tiesX.second - tiesY.second) / 18 +
    (2 * tiesX.pairs * tiesY.pairs) / m +
    // Two pairs leave no triple; the numerator is then 0 as well.
    (n > 2 ? (tiesX.first * tiesY.first) / (9 * m * (n - 2)) : 0);
  return { coefficient, pvalue: 2 * normalSf(Math.abs(surplus) / Math.sqrt(spread)) };
}

function tieTotals(sizes: readonly number[]): { pairs: number; first: number; second: number } {
  let pairs = 0;
  let first = 0;
  let second = 0;
  for (const t of sizes) {
    pairs += (t * (t - 1)) / 2;
    first += t * (t - 1) * (t - 2);
    second += t * (t - 1) * (2 * t + 5);
  }
  return { pairs, first, second };
}

/** Knight's method: sort by x, then y, and count the exchanges of a merge sort by y. */
function countDiscordant(x: ArrayLike<number>, y: ArrayLike<number>): { discordant: number; tiedOnBoth: number } {
  const order = Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[a]! - x[b]! || y[a]! - y[b]!);
  let tiedOnBoth = 0;
  let run = 0;
  for (let i = 1; i < order.length; i++) {
    const same = x[order[i]!] === x[order[i - 1]!] && y[order[i]!] === y[order[i - 1]!];
    run = same ? run + 1 : 0;
    tiedOnBoth += run;
  }
  return { discordant: mergeSortExchanges(Float64Array.from(order, (i) => y[i]!)), tiedOnBoth };
}

function mergeSortExchanges(values: Float64Array<ArrayBuffer>): number {
  let from = values;
  let to = new Float64Array(values.length);
  let exchanges = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      let left = start;
      let right = middle;
      for (let k = start; k < end; k++) {
        if (right < end && (left >= middle || from[right]! < from[left]!)) {
          exchanges += middle - left;
          to[k] = from[right++]!;
        } else {
          to[k] = from[left++]!;
        }
      }
    }
    [from, to] = [to, from];
  }
  return exchanges;
}

/** Two-sided, from the number of permutations of n with at most `discordant` inversions. */
function exactPvalue(n: number, discordant: number): number {
  if (4 * discordant === n * (n - 1)) return 1;
  let counts = new Float64Array(discordant + 1);
  counts[0] = 1;
  for (let size = 2; size <= n; size++) {
    const next = new Float64Array(discordant + 1);
    let window = 0;
    for (let k = 0; k <= discordant; k++) {
      window += counts[k]! - (k >= size ? counts[k - size]! : 0);
      next[k] = window;
    }
    counts = next;
  }
  const sum = counts.reduce((total, count) => total + count, 0);
  return Math.min(1, Math.exp(Math.LN2 + Math.log(sum) - logGamma(n + 1)));
}
