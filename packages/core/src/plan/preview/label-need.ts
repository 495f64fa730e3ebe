import { halfWidthForGate, labelsNeeded } from '@assay/metrics';
import { POWER } from '../../selection/pair-power.ts';

/** How many samples people must label for a gate on what a judge says to pass where it should. */
export interface LabelNeed {
  /** Of judge and label: assumed, for before a run nobody knows it. */
  readonly correlation: number;
  /** Labels that the judge corrects; null where labels of all samples are too few. */
  readonly corrected: number | null;
  /** The same without the judge. */
  readonly alone: number | null;
}

/** A judge of middling worth. */
const CORRELATION = 0.7;

/**
 * Labels for a gate on a corrected score, which is passed with the power of a plan where the truth is this.
 * @param truth and limit in the units of the score, within its range
 */
export function labelNeed(
  truth: number,
  limit: number,
  [from, to]: readonly [number, number],
  samples: number,
): LabelNeed {
  const width = to - from;
  const share = (truth - from) / width;
  const half = halfWidthForGate(share, (limit - from) / width, POWER);
  const deviation = Math.min(0.5, Math.sqrt(share * (1 - share)));
  const labels = (correlation: number) =>
    samples < 3 ? null : labelsNeeded(half, { samples, correlation, deviation });
  return { correlation: CORRELATION, corrected: labels(CORRELATION), alone: labels(0) };
}
