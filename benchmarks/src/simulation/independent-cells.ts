import { independentDifference, Moments, welchTTest } from '@assay/metrics';
import type { Cell } from './cell.ts';
import { binary, drawn, GRADED } from './shapes.ts';

const SIZES = [
  [20, 20],
  [20, 500],
  [50, 500],
  [100, 1000],
  [500, 500],
] as const;

/** The same source on both sides, as drift compares them: how often a change is seen that is none. */
export function independentCells(): Cell[] {
  const shapes = [...GRADED, binary(0.5), binary(0.9), binary(0.98)];
  return shapes.flatMap((shape) =>
    SIZES.map(
      ([before, after]): Cell => ({
        group: 'Drift: false alarms',
        shape: shape.name,
        size: `${before}/${after}`,
        measure: 'error',
        quick: before === 50,
        most: 6000,
        once: (random) => {
          const baseline = Moments.of(drawn(before, () => shape.draw(random)));
          const current = Moments.of(drawn(after, () => shape.draw(random)));
          const spread = (moments: Moments) => ({
            n: moments.n,
            mean: moments.mean()!,
            variance: moments.variance()!,
          });
          return {
            good: independentDifference({ scores: baseline }, { scores: current })!.pvalue() > 0.05,
            before: !(welchTTest(spread(current), spread(baseline)).pvalue <= 0.05),
          };
        },
      }),
    ),
  );
}
