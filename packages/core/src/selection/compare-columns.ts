import { CorrelationSums } from '@assay/metrics';
import type { ColumnBlock, ModelColumns } from '../results/run-columns.ts';
import type { Comparison } from '../results/summary.ts';
import { askedScores, type ComparableScore, scoreKey } from './comparable-scores.ts';
import { type ComparedPair, type CompareOptions, type CorrelationOf, comparePairs } from './compare-models.ts';
import type { KnownAlgorithms } from './model-scores.ts';
import { MOST_VALUES } from './pair-family.ts';
import { isSummable, ScorePairSums, summedScoreDifference } from './summed-score-difference.ts';

export interface ColumnOptions extends CompareOptions {
  /** In the order of the run. */
  readonly models: readonly string[];
  /** Samples of the run, of the model that has most. */
  readonly samples: number;
  /** The run's, for scores over all samples. */
  readonly algorithms: KnownAlgorithms;
  /** Scores made of a model's columns. @default they are taken as they are */
  readonly prepare?: PrepareColumns | undefined;
}

/** Makes the scores that are compared out of those that a run has; of as many rows. */
export type PrepareColumns = (
  columns: ReadonlyMap<string, Float64Array>,
  rows: number,
) => ReadonlyMap<string, Float64Array>;

/** Whether sums are enough for all of these scores: none needs single samples. */
export function areSummable(scores: readonly ComparableScore[], algorithms: KnownAlgorithms): boolean {
  const corpora = corpusScores(algorithms);
  return scores.every(({ from, spec, ...score }) =>
    from === 'aggregate' ? !corpora.has(scoreKey(score)) : isSummable(spec),
  );
}

function corpusScores(algorithms: KnownAlgorithms): ReadonlySet<string> {
  return new Set(
    algorithms.flatMap(({ label, aggregates }) =>
      Object.values(aggregates)
        .filter(({ corpus }) => corpus !== undefined)
        .flatMap(({ scores }) => Object.keys(scores).map((score) => `${label}.${score}`)),
    ),
  );
}

/**
 * `compareWithinRun` of a run of any length, in one pass over its columns: samples are paired by their rows. Of samples
 * without clusters and weights, and scores that are {@link areSummable}.
 */
export async function compareColumns(
  blocks: AsyncIterable<ColumnBlock>,
  scores: readonly ComparableScore[],
  options: ColumnOptions,
): Promise<Comparison[]> {
  const sums = new RunPairSums(scores, options);
  for await (const block of blocks) sums.add(block);
  return comparePairs(sums.pairs, scores, { confidence: options.confidence, correlation: sums.correlation });
}

interface PairOfModels {
  readonly baseline: string;
  readonly candidate: string;
  /** In the order of the scores. */
  readonly sums: readonly ScorePairSums[];
}

class RunPairSums {
  readonly #keys: readonly string[];
  readonly #pairs: readonly PairOfModels[];
  readonly #prepare: PrepareColumns;
  /** Which of the scores verdicts are asked for. */
  readonly #judged: readonly number[];
  readonly #correlations: CorrelationSums | undefined;

  constructor(
    scores: readonly ComparableScore[],
    { models, samples, prepare = (columns) => columns }: Pick<ColumnOptions, 'models' | 'samples' | 'prepare'>,
  ) {
    const summed = askedScores(scores).filter(({ from }) => from !== 'aggregate');
    this.#keys = summed.map(scoreKey);
    this.#prepare = prepare;
    this.#pairs = models.flatMap((baseline, at) =>
      models.slice(at + 1).map((candidate) => ({ baseline, candidate, sums: summed.map(() => new ScorePairSums()) })),
    );
    this.#judged = summed.flatMap(({ spec }, at) => (spec.primary === true ? [at] : []));
    const members = this.#pairs.length * this.#judged.length;
    if (samples * members <= MOST_VALUES) this.#correlations = new CorrelationSums(members);
  }

  add({ samples, models }: ColumnBlock): void {
    const prepared = new Map(
      [...models].map(([model, own]) => [model, { ...own, scores: this.#prepare(own.scores, samples.length) }]),
    );
    const judged: Float64Array[] = [];
    for (const { baseline, candidate, sums } of this.#pairs) {
      const sides = [prepared.get(baseline), prepared.get(candidate)] as const;
      for (const [at, own] of sums.entries()) {
        const differences = addDifferences(own, sides, this.#keys[at]!, samples.length);
        if (this.#judged.includes(at)) judged.push(differences);
      }
    }
    if (this.#correlations === undefined || judged.length < 2) return;
    const row = new Float64Array(judged.length);
    for (let at = 0; at < samples.length; at++) {
      for (let k = 0; k < judged.length; k++) row[k] = judged[k]![at]!;
      this.#correlations.add(row);
    }
  }

  get pairs(): ComparedPair[] {
    return this.#pairs.map(({ baseline, candidate, sums }) => ({
      baseline,
      candidate,
      differenceOf: (score, _category, level) => {
        const at = this.#keys.indexOf(scoreKey(score));
        return score.from === 'aggregate' || at === -1
          ? undefined
          : summedScoreDifference(sums[at]!, score.spec, level);
      },
    }));
  }

  readonly correlation: CorrelationOf = (members) => {
    if (this.#correlations === undefined) return null;
    const all = this.#pairs.flatMap(({ baseline, candidate, sums }) =>
      this.#judged.map((at) => ({ name: memberName({ baseline, candidate }, this.#keys[at]!), sums: sums[at]! })),
    );
    const matrix = this.#correlations.matrix(all.map(({ sums }) => sums.differences.moments));
    const places = members.map(({ pair, score }) => all.findIndex(({ name }) => name === memberName(pair, score)));
    return places.map((row) => Float64Array.from(places, (column) => matrix[row]![column]!));
  };
}

const memberName = ({ baseline, candidate }: Pick<ComparedPair, 'baseline' | 'candidate'>, score: string): string =>
  JSON.stringify([baseline, candidate, score]);

/** @returns candidate − baseline of each row; NaN where a side has no value */
function addDifferences(
  sums: ScorePairSums,
  [before, after]: readonly [ModelColumns | undefined, ModelColumns | undefined],
  score: string,
  rows: number,
): Float64Array {
  const differences = new Float64Array(rows).fill(Number.NaN);
  const [baseline, candidate] = [before?.scores.get(score), after?.scores.get(score)];
  for (let row = 0; row < rows; row++) {
    if (!isThere(before, row) || !isThere(after, row)) {
      sums.addAlone(isThere(before, row), isThere(after, row));
      continue;
    }
    const [from, to] = [baseline?.[row] ?? Number.NaN, candidate?.[row] ?? Number.NaN];
    sums.add(from, to);
    differences[row] = to - from;
  }
  return differences;
}

const isThere = (model: ModelColumns | undefined, row: number): boolean =>
  model !== undefined && (model.there === undefined || model.there[row] === 1);
