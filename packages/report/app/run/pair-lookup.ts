import type { PairVerdict } from '@assay/core';
import type { PairFigure } from '../../src/run-page/pair-figures.ts';

type Ends = readonly [number, number] | null;

/** The interval that is shown: the one that holds together with all that were compared, where there is a verdict. */
export function shownOf({ adjusted, interval }: PairFigure): Ends {
  return adjusted ?? interval;
}

/** As core's `turnedVerdict`, whose package the page cannot carry. */
const TURNED: Readonly<Record<PairVerdict, PairVerdict>> = {
  ...{ better: 'worse', worse: 'better', equivalent: 'equivalent' },
  ...{ 'not worse': 'cannot tell', 'cannot tell': 'cannot tell' },
};

const turnedEnds = (ends: Ends): Ends => (ends === null ? null : [-ends[1], -ends[0]]);

/** The comparison with baseline and candidate exchanged; what is not known of the other side is `cannot tell`. */
function turned(pair: PairFigure): PairFigure {
  const verdict = pair.verdict === null ? null : TURNED[pair.verdict];
  return {
    ...pair,
    ...{ candidate: pair.baseline, baseline: pair.candidate, difference: -pair.difference },
    ...{ interval: turnedEnds(pair.interval), adjusted: turnedEnds(pair.adjusted), verdict },
    words: verdict === pair.verdict ? pair.words : (verdict ?? pair.words),
    leftOut: pair.leftOut.replace(/baseline|candidate/g, (side) => (side === 'baseline' ? 'candidate' : 'baseline')),
  };
}

/** Two models on a score, candidate minus baseline whichever way it was compared; null where it was not. */
export function pairOf(
  all: readonly PairFigure[],
  key: string,
  candidate: number,
  baseline: number,
): PairFigure | null {
  const found = all.find((pair) => pair.key === key && pair.candidate === candidate && pair.baseline === baseline);
  if (found !== undefined) return found;
  const other = all.find((pair) => pair.key === key && pair.candidate === baseline && pair.baseline === candidate);
  return other === undefined ? null : turned(other);
}
