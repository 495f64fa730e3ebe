import { type JudgedDifference, judgedDifference, type MeanDifference, pairedDifference } from '@assay/metrics';
import type { JudgedCorpusFigure } from '../algorithms/corpus-figure.ts';
import type { JudgedUnit } from '../algorithms/judged-units.ts';

/** A difference by humans, with what each pair adds to it. */
export interface HumanDifference {
  readonly found: MeanDifference | null;
  /** How many pairs humans labelled. */
  readonly caveat: string;
  readonly column: Float64Array;
}

interface Pair {
  /** Candidate − baseline. */
  readonly judged: number;
  /** The same of the labels, where both sides have one. */
  readonly label: number | undefined;
}

/**
 * The difference of two models by human labels: of the samples that are labelled on both sides, corrected by the judge's
 * differences on all of them.
 * @param units of single samples: the baseline's, then the candidate's in the same order
 */
export function humanDifference(
  { of, units, range: [low, high], isBridge = false }: JudgedCorpusFigure,
  clusters: Int32Array | null,
): HumanDifference {
  const n = units.length / 2;
  const pairs = Array.from({ length: n }, (_, at): Pair => pairOf(units[at]!, units[n + at]!));
  const kept = pairs.flatMap(({ label }, at) => (label === undefined ? [] : [at]));
  const labels = kept.map((at) => pairs[at]!.label!);
  const most = high - low;
  const own = clusters === null ? {} : { clusters: kept.map((at) => clusters[at]!) };
  const caveat = isBridge
    ? `the baseline’s answers to ${kept.length} of ${n} samples were judged by both judges`
    : `${kept.length} of ${n} samples have a human label for both models`;
  if (kept.length === 0) return { found: null, caveat, column: new Float64Array(n) };
  if (of !== 'corrected') {
    const column = Float64Array.from(pairs, ({ label }) => label ?? 0);
    return { found: pairedDifference(labels, { most, ...own }), caveat, column };
  }
  const judged = kept.map((at) => pairs[at]!.judged);
  const judge = pairs.map((pair) => pair.judged);
  const all = clusters === null ? {} : { judgeClusters: clusters };
  const found = judgedDifference({ labels, judged, judge, ...own, ...all }, { most });
  const lambda = found?.lambda ?? 0;
  // A labelled pair stands for the others, too.
  const weight = n / kept.length;
  const column = Float64Array.from(pairs, ({ label, judged: score }) =>
    label === undefined ? lambda * score : lambda * score + weight * (label - lambda * score),
  );
  return { found: isBridge ? bridged(found) : found, caveat, column };
}

/** Under a name that speaks of judges. */
function bridged(found: JudgedDifference | null): MeanDifference | null {
  return found === null ? null : { ...found, method: found.method === 'judge' ? 'bridged' : 'both-judges' };
}

function pairOf(baseline: JudgedUnit, candidate: JudgedUnit): Pair {
  const [before, after] = [baseline.labelled[0], candidate.labelled[0]];
  return {
    judged: candidate.scores[0]![0] - baseline.scores[0]![0],
    label: before === undefined || after === undefined ? undefined : after[1] - before[1],
  };
}
