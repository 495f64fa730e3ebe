import { holm } from '../hypothesis/adjust-pvalues.ts';
import type { Interval } from '../intervals/interval.ts';
import type { MeanDifference } from '../pairs/mean-difference.ts';
import type { Matrix } from './correlation-matrix.ts';
import { familyLevel } from './family-level.ts';
import { risingOrder, stepDown, subMatrix } from './step-down.ts';

/** More hypotheses than this are adjusted by Holm: the copula takes O(K³) time a step. */
const LARGEST_FAMILY = 128;
/** What a p-value may lie above its level for rounding. */
const ROUNDING = 1e-12;

/** What a family says of one of its differences, all together at the family's level. */
export interface FamilyMember {
  /** Of the border, for this difference alone. */
  readonly pvalue: number;
  readonly adjustedPvalue: number;
  /** Whether the difference is not at the border. */
  readonly rejected: boolean;
  /** Holds together with all others; excludes the border exactly where `rejected`. */
  readonly interval: Interval;
  /** The confidence at which the interval was made alone. */
  readonly confidence: number;
  /** Whether a later step rejected it: the interval then ends at the border, which it does not contain. */
  readonly open: boolean;
}

export interface FamilyOptions {
  /** Chance of any false rejection. @default 0.05 */
  readonly alpha?: number;
  /** The difference each is held against. @default 0 */
  readonly borders?: readonly number[];
  /** Of the differences; null where columns of differences are missing: then Holm and Bonferroni. */
  readonly correlation: Matrix | null;
  /** The family's level, where it is known already. @default familyLevel of the correlation */
  readonly level?: number;
}

/**
 * Verdicts and intervals of several differences adjusted together, in the same way: step-down over the differences' own
 * correlation. The printed interval is the single step's; what only a later step rejects has an interval cut at its border.
 * @see O. Guilbaud (2008), Simultaneous confidence regions corresponding to Holm's step-down procedure
 */
export function compareFamily(differences: readonly MeanDifference[], options: FamilyOptions): FamilyMember[] {
  const { alpha = 0.05, borders = differences.map(() => 0) } = options;
  const correlation = usableCorrelation(options.correlation, differences.length);
  const pvalues = differences.map((each, i) => each.pvalue(borders[i]));
  const adjusted = correlation === null ? holm(pvalues) : stepDown(pvalues, correlation);
  const single = options.level ?? singleLevel(correlation, differences.length, alpha);
  const rejected = rejections(pvalues, correlation, alpha, single);
  return differences.map((each, i): FamilyMember => {
    const border = borders[i]!;
    const isRejected = rejected.has(i);
    const plain = each.interval(1 - single);
    const open = isRejected && pvalues[i]! > single + ROUNDING;
    return {
      pvalue: pvalues[i]!,
      // Lattice points are off by a little; a figure on the other side of α than its verdict would confuse.
      adjustedPvalue: isRejected ? Math.min(adjusted[i]!, alpha) : Math.max(adjusted[i]!, alpha * (1 + 1e-9)),
      rejected: isRejected,
      interval: isRejected ? beside(plain, border, each.side(border)) : across(plain, border),
      confidence: 1 - single,
      open,
    };
  });
}

/** The level at which each of `count` differences is judged alone so that all hold together. @returns Bonferroni's for want of columns */
export function singleLevel(correlation: Matrix | null, count: number, alpha: number = 0.05): number {
  const usable = usableCorrelation(correlation, count);
  return usable === null ? alpha / Math.max(1, count) : familyLevel(usable, alpha);
}

function usableCorrelation(correlation: Matrix | null, count: number): Matrix | null {
  return count > LARGEST_FAMILY ? null : correlation;
}

/** Rejects from the smallest p-value on, until one lies above the level of those that are left. */
function rejections(
  pvalues: readonly number[],
  correlation: Matrix | null,
  alpha: number,
  single: number,
): ReadonlySet<number> {
  const order = risingOrder(pvalues);
  const found = new Set<number>();
  for (const [rank, index] of order.entries()) {
    const pvalue = pvalues[index]!;
    if (pvalue > alpha + ROUNDING) break;
    const left = order.slice(rank);
    const level = () => (correlation === null ? alpha / left.length : familyLevel(subMatrix(correlation, left), alpha));
    if (pvalue > single + ROUNDING && pvalue > level() + ROUNDING) break;
    found.add(index);
  }
  return found;
}

/** The interval on the evidence's side of the border. */
function beside([low, high]: Interval, border: number, side: number): Interval {
  return side > 0 ? [Math.max(low, border), high] : [low, Math.min(high, border)];
}

/** The interval with the border, which rounding may have left just outside. */
function across([low, high]: Interval, border: number): Interval {
  return [Math.min(low, border), Math.max(high, border)];
}
