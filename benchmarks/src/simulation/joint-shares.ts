import type { RandomGenerator } from '@assay/metrics';
import { binomialDraw } from './binomial.ts';

/** One of few things that a label and what a judge says of the same sample can be together, and how often they are. */
export interface JointShare {
  readonly label: number;
  readonly judge: number;
  readonly share: number;
}

/** Samples of which humans labelled the first. */
export interface JudgedDraw {
  readonly labels: Float64Array;
  readonly judged: Float64Array;
  /** The judge of all samples. */
  readonly judge: Float64Array;
  /** Mean of the labels of all samples, those that are not known included. */
  readonly labelMean: number;
}

/** Labelled samples one by one, the others by how many there are of each kind: their order says nothing. */
export function drawJoint(
  random: RandomGenerator,
  shares: readonly JointShare[],
  labelled: number,
  samples: number,
): JudgedDraw {
  const labels = new Float64Array(labelled);
  const judge = new Float64Array(samples);
  let total = 0;
  for (let i = 0; i < labelled; i++) {
    const drawn = pick(random, shares);
    labels[i] = drawn.label;
    judge[i] = drawn.judge;
    total += drawn.label;
  }
  let [at, share] = [labelled, 1];
  for (const kind of shares) {
    const isLast = kind === shares.at(-1);
    const count = isLast ? samples - at : binomialDraw(random, samples - at, Math.min(1, kind.share / share));
    judge.fill(kind.judge, at, at + count);
    total += count * kind.label;
    at += count;
    share -= kind.share;
  }
  return { labels, judged: judge.subarray(0, labelled), judge, labelMean: total / samples };
}

function pick(random: RandomGenerator, shares: readonly JointShare[]): JointShare {
  let left = random.random();
  for (let at = 0; at < shares.length - 1; at++) {
    left -= shares[at]!.share;
    if (left < 0) return shares[at]!;
  }
  return shares.at(-1)!;
}

/** The same of sums over independent steps, each with these shares; labels and judges divided by how many. */
export function sumOfSteps(step: readonly JointShare[], steps: number): JointShare[] {
  let sums: readonly JointShare[] = [{ label: 0, judge: 0, share: 1 }];
  for (let i = 0; i < steps; i++) {
    sums = merged(
      sums.flatMap((sum) =>
        step.map(({ label, judge, share }) => ({
          label: sum.label + label,
          judge: sum.judge + judge,
          share: sum.share * share,
        })),
      ),
    );
  }
  return sums.map(({ label, judge, share }) => ({ label: label / steps, judge: judge / steps, share }));
}

/** Equal pairs as one; the likeliest first, where they are found soonest. */
export function merged(shares: readonly JointShare[]): JointShare[] {
  const byPair = new Map<string, JointShare>();
  for (const each of shares) {
    const key = `${each.label} ${each.judge}`;
    byPair.set(key, { ...each, share: each.share + (byPair.get(key)?.share ?? 0) });
  }
  return [...byPair.values()].filter(({ share }) => share > 0).sort((a, b) => b.share - a.share);
}
