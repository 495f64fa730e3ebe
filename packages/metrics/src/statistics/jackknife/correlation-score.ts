import type { CorpusScore } from './corpus-score.ts';

/**
 * Pearson's r of pairs (x, y): rows [1, x, y, x², y², xy], best centred so that nothing cancels. The best samples lie one
 * standard deviation from both means on the same side, the worst on opposite ones.
 */
export function correlationScore(): CorpusScore {
  return {
    statistic: ([n, x, y, xx, yy, xy]) => {
      const spread = (n! * xx! - x! ** 2) * (n! * yy! - y! ** 2);
      return (n! * xy! - x! * y!) / Math.sqrt(spread);
    },
    pseudoRows: ([n, x, y, xx, yy]) => {
      const [meanX, meanY] = [x! / n!, y! / n!];
      const spreadX = Math.sqrt(Math.max(0, xx! / n! - meanX ** 2));
      const spreadY = Math.sqrt(Math.max(0, yy! / n! - meanY ** 2));
      return [1, -1].map((side) => {
        const a = meanX + side * spreadX;
        return [correlationRow(a, meanY + side * spreadY), correlationRow(a, meanY - side * spreadY)] as const;
      });
    },
    range: [-1, 1],
  };
}

/** A pair as {@link correlationScore} takes it; those of one cluster are added up. */
export function correlationRow(x: number, y: number): Float64Array {
  return Float64Array.of(1, x, y, x * x, y * y, x * y);
}
