import { tailProbability } from '../intervals/interval.ts';
import { invalidArgument } from '../invalid-argument.ts';
import { ENDS } from '../means/ends-estimate.ts';
import { normalQuantile } from '../special/normal.ts';
import { studentQuantile } from '../special/student-t.ts';
import type { JudgedTarget } from './judged-samples.ts';

/** What is assumed of labels that are not there yet. */
export interface JudgedPlan {
  /** Samples that the judge will score. */
  readonly samples: number;
  /** Correlation of judge and label, in [0, 1]; for pairs, of their differences. */
  readonly correlation: number;
  /** Of the labels, in [0, 0.5] of a score's range. @default 0.5, that of 0/1 labels at one half */
  readonly deviation?: number;
  /** @default 0.95 */
  readonly confidence?: number;
  /** @default 'process' */
  readonly target?: JudgedTarget;
}

/**
 * The half-width that an interval is expected to have with so many labels, in units of the score's range.
 * @param labels from 3 to the samples
 */
export function expectedHalfWidth(labels: number, plan: JudgedPlan): number {
  const { samples, correlation, deviation = 0.5, confidence = 0.95, target = 'process' } = plan;
  checkPlan(plan);
  const rows = labels + 2 * ENDS;
  const allRows = samples + 2 * ENDS;
  const df = rows - 1 - (correlation > 0 ? 1 : 0);
  const left = labels * deviation ** 2 * (1 - correlation ** 2) + (ENDS * (1 + correlation) ** 2) / 2;
  const rest = left / df;
  const spread = (labels * deviation ** 2 + ENDS / 2) / (rows - 1);
  const variance =
    target === 'process'
      ? rest * (1 / rows - 1 / allRows) + spread / allRows
      : rest * (1 - labels / samples) ** 2 * (1 / rows + 1 / Math.max(samples - labels, 1e-9));
  return -studentQuantile(tailProbability(confidence), df) * Math.sqrt(Math.max(variance, 0));
}

/**
 * The fewest labels with which an interval is expected to reach a half-width, with the judge or without it.
 * @param half in units of the score's range, above 0
 * @returns null where labels of all samples do not reach it
 * @example labelsNeeded(0.05, { samples: 5000, correlation: 0.71 }) // 212, where labels alone need 386
 */
export function labelsNeeded(half: number, plan: JudgedPlan): number | null {
  const width = (labels: number) =>
    Math.min(expectedHalfWidth(labels, plan), expectedHalfWidth(labels, { ...plan, correlation: 0 }));
  let low = 3;
  let high = plan.samples;
  if (high < low || width(high) > half) return null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (width(middle) <= half) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The half-width to plan for so that a gate `lower >= border` passes with the wanted chance where the truth is `expected`.
 * @param expected above the border
 * @param power @default 0.8
 */
export function halfWidthForGate(expected: number, border: number, power: number = 0.8): number {
  const sure = normalQuantile(0.975);
  return (Math.abs(expected - border) * sure) / (sure + normalQuantile(power));
}

function checkPlan({ samples, correlation, deviation = 0.5 }: JudgedPlan): void {
  if (!(Number.isSafeInteger(samples) && samples > 0)) {
    throw invalidArgument(`a plan for ${samples} samples: must be a whole number above 0`);
  }
  if (!(correlation >= 0 && correlation <= 1)) {
    throw invalidArgument(`a correlation of ${correlation}: must lie in [0, 1]; a judge that contradicts is not used`);
  }
  if (!(deviation >= 0 && deviation <= 0.5)) {
    throw invalidArgument(`a standard deviation of ${deviation}: must lie in [0, 0.5] of the score's range`);
  }
}
