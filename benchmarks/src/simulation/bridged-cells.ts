import { judgedDifference, type RandomGenerator } from '@assay/metrics';
import type { Cell, Outcome } from './cell.ts';

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
  return SHAPES.flatMap((shape) =>
    [20, 50, 100, 300].map(
      (both): Cell => ({
        page: 'judges',
        group: 'Judged differences across two judges, by outputs that both judged',
        shape: shape.name,
        size: `${both} of ${SAMPLES}`,
        measure: 'coverage',
        quick: both === 50 && /kinder by 15|differs on 2/.test(shape.name),
        most: 2000,
        once: (random) => bridgedOnce(random, shape, both),
      }),
    ),
  );
}

/** Width as a multiple of that of the outputs alone that both judged. */
function bridgedOnce(random: RandomGenerator, shape: BridgeShape, both: number): Outcome {
  const { baseline, candidate, onOnes, onZeros, levels = 2 } = shape;
  const steps = levels - 1;
  const passes = (share: number) => Array.from({ length: steps }, () => random.random() < share);
  const score = (steps: readonly boolean[]) => steps.filter((step) => step).length / steps.length;
  const labels: number[] = [];
  const judge: number[] = [];
  for (let at = 0; at < SAMPLES; at++) {
    const before = passes(baseline);
    const after = score(passes(candidate));
    const old = before.map((step) => random.random() < (step ? onOnes : onZeros));
    judge.push(after - score(old));
    if (at < both) labels.push(after - score(before));
  }
  const truth = candidate - baseline;
  const [low, high] = judgedDifference({ labels, judged: judge.slice(0, both), judge })!.interval();
  const nothing = new Float64Array(SAMPLES);
  const alone = judgedDifference({ labels, judged: nothing.slice(0, both), judge: nothing })!.interval();
  return { good: low <= truth && truth <= high, width: (high - low) / (alone[1] - alone[0]) };
}
