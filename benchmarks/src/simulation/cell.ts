import type { RandomGenerator } from '@assay/metrics';

/** One simulated use of a method. */
export interface Outcome {
  /** Whether the interval held the truth, or the test raised no false alarm; null where nothing was answered. */
  readonly good: boolean | null;
  /** Of the interval, as a multiple of an oracle's that knows the spread. */
  readonly width?: number;
  /** Of the one printed before, likewise. */
  readonly widthBefore?: number;
  /** The same of what was printed before: Student's interval, or a test of it. */
  readonly before?: boolean;
}

/** Each has a file of its own in docs. */
export type Page = 'statistics' | 'judges';

/** One cell of the grid: a case that is simulated, or summed over every outcome. */
export interface Cell {
  /** Heading under which the cell stands. */
  readonly group: string;
  /** The row of its table. */
  readonly shape: string;
  /** The column of its table. */
  readonly size: string;
  /** Coverage is to be at least 94 %, error at most 5.5 %, a ratio (the mean width) within its limits; power is only told. */
  readonly measure: 'coverage' | 'error' | 'power' | 'ratio';
  /** Of a ratio. */
  readonly limits?: readonly [least: number, most: number];
  /** The page that shows it. @default 'statistics' */
  readonly page?: Page;
  /** Whether the reduced grid of CI has it. */
  readonly quick?: boolean;
  /** One use of the method. */
  readonly once?: (random: RandomGenerator) => Outcome;
  /** In place of `once`: the exact share of good outcomes. */
  readonly exact?: () => number;
  /** Runs before a cell may be clear. @default 1000 */
  readonly first?: number;
  /** Most runs, where one is slow. @default 8000 */
  readonly most?: number;
}

/** What a cell came out as. */
export interface Found {
  readonly cell: Cell;
  /** Coverage, error or power, in [0, 1], or a ratio; null where every use was refused. */
  readonly value: number | null;
  /** Share of uses without an answer. */
  readonly refused: number;
  /** 0 where the value is exact. */
  readonly runs: number;
  readonly width: number | null;
  readonly widthBefore: number | null;
  readonly before: number | null;
  readonly passes: boolean;
}
