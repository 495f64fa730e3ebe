import type { ScoreSpec } from './algorithm.ts';

/** What the mean absolute change of a score means. */
export function deltaSpec(name: string, { range: [from, to] }: ScoreSpec, when: string): ScoreSpec {
  const width = to - from;
  const hasEnds = Number.isFinite(width);
  return {
    range: [0, hasEnds ? width : Number.POSITIVE_INFINITY],
    better: 'lower',
    kind: hasEnds ? 'bounded' : 'real',
    summary: `Mean change of ${name}, up or down, ${when}.`,
  };
}
