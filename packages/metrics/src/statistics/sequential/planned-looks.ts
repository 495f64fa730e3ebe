import { invalidArgument } from '../invalid-argument.ts';
import { normalQuantile } from '../special/normal.ts';
import { spendingLevels } from './spending-levels.ts';
import { continued, exitChance, unstopped } from './walk-between-looks.ts';

/** What is spent evenly over all looks, so that a stop after a few per cent of the samples can still say something. */
const EARLY = 0.4;
/** What the first look has beside, for differences so large that they show at once. */
const FIRST = 0.1;
/** A look follows where there are a quarter more samples. */
const GROWTH = 1.25;
/** The error that the looks are planned for; at others their levels keep their proportions. */
const NOMINAL = 0.05;
const STEPS = 30;
/** Of the logarithm of an error. */
const PRECISE = 1e-12;

/** Looks at a growing sample that were fixed beforehand, and what a p-value at one of them is worth among all. */
export interface PlannedLooks {
  /** Sizes as shares of the last, rising to 1. */
  readonly fractions: readonly number[];
  /** The last look at which at most this share of the samples is there; −1 where it is too early for any. */
  lookBy(share: number): number;
  /** Chance that any look has a p-value as extreme as this one at this look. Rises with the p-value. */
  errorAt(look: number, pvalue: number): number;
  /** The level of a look at which all looks together err with chance alpha: the inverse of `errorAt`. */
  levelAt(look: number, alpha: number): number;
}

/**
 * Looks after `first` samples and each time there are a quarter more, up to `total`. A tenth of the error is for the first
 * look, four tenths are spent in equal parts over all, the rest by O'Brien and Fleming: of 300 samples critical values are 2.7
 * at the first look, 2.9 up to half of the samples, and 2.2 at the end. Whoever looks at any time, and as often as he pleases,
 * takes the last look that is complete.
 * @param first samples of the first look @default 30
 * @example plannedLooks(300).levelAt(10, 0.05)
 */
export function plannedLooks(total: number, first: number = 30): PlannedLooks {
  if (!(total >= 1 && first >= 1)) throw invalidArgument(`${total} samples, the first look after ${first}`);
  const steps = Math.max(0, Math.ceil(Math.log(total / first) / Math.log(GROWTH)));
  const fractions = Array.from({ length: steps + 1 }, (_, k) => (k === steps ? 1 : (first / total) ** (1 - k / steps)));
  const levels = spendingLevels(fractions, { alpha: NOMINAL, early: EARLY, first: FIRST });
  const worst = Math.max(...levels);
  /** Chance that any look's p-value is at most its level, times a factor. */
  const errorOf = (factor: number) => {
    if (factor * worst >= 1) return 1;
    let going = unstopped();
    let error = 0;
    for (const [k, share] of fractions.entries()) {
      const spread = Math.sqrt(share - (fractions[k - 1] ?? 0));
      const border = -normalQuantile((factor * levels[k]!) / 2) * Math.sqrt(share);
      error += exitChance(going, border, spread);
      going = continued(going, border, spread, share);
    }
    return Math.min(1, error);
  };
  const errors = new Map<number, number>();
  return {
    fractions,
    lookBy: (share) => fractions.findLastIndex((fraction) => fraction <= share + 1e-12),
    errorAt: (look, pvalue) => (pvalue <= 0 ? 0 : Math.max(pvalue, errorOf(pvalue / levels[look]!))),
    levelAt: (look, alpha) => {
      let factor = errors.get(alpha);
      if (factor === undefined) {
        factor = factorFor(alpha, worst, errorOf);
        errors.set(alpha, factor);
      }
      return Math.min(alpha, factor * levels[look]!);
    },
  };
}

/** Secants of two logarithms, whose slope is near 1: six steps as a rule. */
function factorFor(alpha: number, worst: number, errorOf: (factor: number) => number): number {
  const excess = (at: number) => Math.log(errorOf(Math.exp(at)) / alpha);
  let [before, last] = [0, excess(0)];
  let at = Math.min(-Math.log(worst), Math.log(alpha / NOMINAL));
  for (let step = 0; step < STEPS; step++) {
    const now = excess(at);
    if (Math.abs(now) < PRECISE || now === last) break;
    const next = Math.min(-Math.log(worst), at - (now * (at - before)) / (now - last));
    [before, last, at] = [at, now, next];
  }
  return Math.exp(at);
}
