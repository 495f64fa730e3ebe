import type { ScoreSpec } from './algorithm.ts';
import { ALGORITHMS } from './algorithm-table.ts';
import { type AlgorithmInstance, instantiateAlgorithm } from './instantiate.ts';
import { type RobustOptions, withRobustness } from './robustness.ts';

/** An algorithm as a manifest keeps it, so that scores over all samples can be compared later. */
export interface RecordedAlgorithm {
  /** Its label in results. */
  readonly name: string;
  readonly signature: string;
  /** The algorithm of the table, and its options, where it has scores over all samples that can be compared, or assertions. */
  readonly algorithm?: string;
  readonly options?: unknown;
  /** What its scores are, by name, for who looks at a run before it has a summary. Absent in runs of earlier versions. */
  readonly scores?: Readonly<Record<string, RecordedScore>>;
}

/** A score's spec as JSON holds it: an end that the score does not have is null. */
export interface RecordedScore extends Pick<ScoreSpec, 'better' | 'kind' | 'primary'> {
  readonly range: readonly [number | null, number | null];
}

/** Algorithms of one's own are kept by label and signature alone: making them again would run code. */
export function recordedAlgorithm({
  label,
  signature,
  algorithm,
  aggregates,
  options,
  scores,
}: AlgorithmInstance): RecordedAlgorithm {
  const known = { name: label, signature, scores: recordedScores(scores) };
  const isComparable = Object.values(aggregates).some(({ corpus }) => corpus !== undefined);
  const isNeeded = isComparable || algorithm.name === 'assertions';
  if (!isNeeded || algorithm.module !== undefined || !ALGORITHMS.has(algorithm.name)) return known;
  return { ...known, algorithm: algorithm.name, options };
}

function recordedScores(scores: AlgorithmInstance['scores']): Record<string, RecordedScore> {
  const end = (value: number) => (Number.isFinite(value) ? value : null);
  return Object.fromEntries(
    Object.entries(scores).map(
      ([
        name,
        {
          range: [low, high],
          better,
          kind,
          primary,
        },
      ]) => [name, { range: [end(low), end(high)], better, kind, ...(primary === undefined ? {} : { primary }) }],
    ),
  );
}

/** The algorithms of a manifest that are known here and whose options still hold. */
export function knownAlgorithms(recorded: readonly RecordedAlgorithm[] = []): AlgorithmInstance[] {
  return recorded.flatMap(({ name, algorithm: of, options }) => {
    const algorithm = of === undefined ? undefined : ALGORITHMS.get(of);
    if (algorithm === undefined) return [];
    if (isRobust(options)) {
      const inner = algorithm.options.safeParse(options.inner);
      return inner.success
        ? [instantiateAlgorithm(name, withRobustness(algorithm), { ...options, inner: inner.data })]
        : [];
    }
    const parsed = algorithm.options.safeParse(options);
    return parsed.success ? [instantiateAlgorithm(name, algorithm, parsed.data)] : [];
  });
}

function isRobust(options: unknown): options is RobustOptions<unknown> {
  return typeof options === 'object' && options !== null && 'inner' in options && 'robustness' in options;
}
