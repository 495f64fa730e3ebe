import { judgedDifference, pairedDifference, type RandomGenerator } from '@assay/metrics';
import type { Cell, Outcome } from './cell.ts';
import { drawJoint, type JointShare, merged, sumOfSteps } from './joint-shares.ts';

const SAMPLES = 2000;

/**
 * Two models whose runs had different judges. What the candidate's judge thinks is the truth; the baseline's says the same of
 * the baseline's outputs on `alike` of them, and is otherwise kind or strict.
 */
interface BridgeShape {
  readonly name: string;
  /** Share of outputs that the new judge passes. */
  readonly baseline: number;
  readonly candidate: number;
  /** How often the old judge passes what the new one passes, and what it fails. */
  readonly onOnes: number;
  readonly onZeros: number;
  /** Levels of a score, the ends included. @default 2 */
  readonly levels?: number;
}

const SHAPES: readonly BridgeShape[] = [
  { name: 'no gap, the old judge alike on 90 %', baseline: 0.7, candidate: 0.7, onOnes: 0.9, onZeros: 0.1 },
  { name: 'no gap, the old judge kinder by 15 points', baseline: 0.7, candidate: 0.7, onOnes: 0.97, onZeros: 0.57 },
  { name: 'no gap, the old judge guesses', baseline: 0.7, candidate: 0.7, onOnes: 0.5, onZeros: 0.5 },
  { name: 'a gap of 10 points, the old judge stricter', baseline: 0.6, candidate: 0.7, onOnes: 0.7, onZeros: 0.02 },
  { name: 'no gap near the top, differs on 2 %', baseline: 0.95, candidate: 0.95, onOnes: 0.98, onZeros: 0.02 },
  { name: 'five levels, the old judge kinder', baseline: 0.6, candidate: 0.65, onOnes: 0.97, onZeros: 0.4, levels: 5 },
];

/** Differences of two models across two judges, by outputs that both judged. */
export function bridgedCells(): Cell[] {
  return SHAPES.flatMap((shape) => {
    const shares = sumOfSteps(stepShares(shape), (shape.levels ?? 2) - 1);
    return [20, 50, 100, 300].map(
      (both): Cell => ({
        page: 'judges',
        group: 'Judged differences across two judges, by outputs that both judged',
        shape: shape.name,
        size: `${both} of ${SAMPLES}`,
        measure: 'coverage',
        quick: both === 50 && /kinder by 15|differs on 2/.test(shape.name),
        most: 2000,
        once: (random) => bridgedOnce(random, shape.candidate - shape.baseline, shares, both),
      }),
    );
  });
}

/** What the label (the new judge of both) and the judges of the runs can say together of one step of a score. */
function stepShares({ baseline, candidate, onOnes, onZeros }: BridgeShape): JointShare[] {
  const shares: JointShare[] = [];
  for (const before of [0, 1]) {
    for (const after of [0, 1]) {
      for (const old of [0, 1]) {
        const says = before === 1 ? onOnes : onZeros;
        const share = chance(before, baseline) * chance(after, candidate) * chance(old, says);
        shares.push({ label: after - before, judge: after - old, share });
      }
    }
  }
  return merged(shares);
}

function chance(step: number, share: number): number {
  return step === 1 ? share : 1 - share;
}

/** Width as a multiple of that of the outputs alone that both judged. */
function bridgedOnce(random: RandomGenerator, truth: number, shares: readonly JointShare[], both: number): Outcome {
  const given = drawJoint(random, shares, both, SAMPLES);
  const [low, high] = judgedDifference(given)!.interval();
  const alone = pairedDifference(given.labels, { most: 1 })!.interval();
  return { good: low <= truth && truth <= high, width: (high - low) / (alone[1] - alone[0]) };
}
