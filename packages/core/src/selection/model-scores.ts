import type { Aggregate } from '../algorithms/algorithm.ts';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { ModelSummary, SampleRow, StopSummary } from '../results/summary.ts';
import type { CorpusColumn } from './corpus-column.ts';

/** The scores of one model in columns, samples in the order of the dataset. */
export interface ModelScores {
  readonly model: string;
  /** The place of each sample in the columns, by a key that names the same sample in every run. */
  readonly places: ReadonlyMap<string, number>;
  /** Each sample's row in the dataset, from 0. */
  readonly rows: Int32Array;
  readonly categories: readonly (string | null)[];
  /** What groups samples that are not independent; null where nothing does. */
  readonly clusters: readonly (string | null)[];
  /** How much each sample counts; absent where all count alike. */
  readonly weights?: Float64Array;
  /** `algorithm.score` → value of each sample; NaN where it has none. */
  readonly columns: ReadonlyMap<string, Float64Array>;
  /** `algorithm.score` → what each sample adds to a score over all of them; of known algorithms. */
  readonly corpora: ReadonlyMap<string, CorpusColumn>;
  /** How the model ended, where it might have ended early. */
  readonly stop?: StopSummary;
}

/** What comparisons need of a row. */
export type ScoredSample = Pick<
  SampleRow,
  'index' | 'digest' | 'category' | 'cluster' | 'weight' | 'scores' | 'statistics'
>;

/** The algorithms of a run, as far as comparing scores over all samples needs them. */
export type KnownAlgorithms = readonly Pick<AlgorithmInstance, 'label' | 'aggregates'>[];

/**
 * Gathers rows by model; each is taken apart as it arrives, and nothing but its figures is kept.
 * @param algorithms of the run, where scores over all samples are to be compared @default none
 */
export async function gatherScores(
  rows: AsyncIterable<SampleRow>,
  algorithms: KnownAlgorithms = [],
): Promise<Map<string, ModelScores>> {
  const byModel = new Map<string, ScoreColumns>();
  for await (const row of rows) {
    const own = byModel.get(row.model) ?? new ScoreColumns(algorithms);
    if (own.isEmpty) byModel.set(row.model, own);
    own.add(row);
  }
  return new Map([...byModel].map(([model, own]) => [model, own.inOrder(model)]));
}

/** The scores of one model of samples in memory, in any order. */
export function modelScores(
  model: string,
  samples: Iterable<ScoredSample>,
  algorithms: KnownAlgorithms = [],
): ModelScores {
  const columns = new ScoreColumns(algorithms);
  for (const sample of samples) columns.add(sample);
  return columns.inOrder(model);
}

/** The scores of models with how each of them ended, which decides how they may be compared. */
export function withStops(
  scores: readonly ModelScores[],
  models: readonly Pick<ModelSummary, 'name' | 'stop'>[],
): ModelScores[] {
  const stops = new Map(models.map(({ name, stop }) => [name, stop]));
  return scores.map((own) => {
    const stop = stops.get(own.model);
    return stop === undefined ? own : { ...own, stop };
  });
}

interface CorpusStates {
  readonly label: string;
  readonly name: string;
  readonly aggregate: Aggregate;
  /** Of each sample alone; undefined where it takes no part. */
  readonly states: unknown[];
}

class ScoreColumns {
  readonly #rows: number[] = [];
  readonly #digests: string[] = [];
  readonly #categories: (string | null)[] = [];
  readonly #clusters: (string | null)[] = [];
  readonly #weights: number[] = [];
  #isWeighted = false;
  readonly #columns = new Map<string, number[]>();
  readonly #corpora: readonly CorpusStates[];

  constructor(algorithms: KnownAlgorithms) {
    this.#corpora = algorithms.flatMap(({ label, aggregates }) =>
      Object.entries(aggregates)
        .filter(([, { corpus }]) => corpus !== undefined)
        .map(([name, aggregate]) => ({ label, name, aggregate, states: [] })),
    );
  }

  get isEmpty(): boolean {
    return this.#rows.length === 0;
  }

  add({ index, digest, category, cluster, weight, scores, statistics }: ScoredSample): void {
    const place = this.#rows.length;
    this.#rows.push(index);
    this.#digests.push(digest);
    this.#categories.push(category);
    this.#clusters.push(cluster);
    this.#weights.push(weight ?? 1);
    if (weight !== undefined) this.#isWeighted = true;
    for (const name in scores) {
      const column = this.#columns.get(name) ?? [];
      if (column.length === 0) this.#columns.set(name, column);
      while (column.length < place) column.push(Number.NaN);
      column.push(scores[name]!);
    }
    for (const { label, name, aggregate, states } of this.#corpora) {
      const statistic = statistics?.[label]?.[name];
      states.push(statistic === undefined ? undefined : aggregate.add(aggregate.empty(), statistic));
    }
  }

  /**
   * A sample is named by its content digest, and by how often that content has come before, so that runs align although
   * their datasets were sorted or cut differently. Journals hold samples in completion order: repeats of one content are
   * told apart by their place in the dataset.
   */
  inOrder(model: string): ModelScores {
    const order = this.#rows.map((_, at) => at).sort((a, b) => this.#rows[a]! - this.#rows[b]!);
    const seen = new Map<string, number>();
    const places = new Map<string, number>();
    for (const [place, at] of order.entries()) {
      const digest = this.#digests[at]!;
      const repeat = seen.get(digest) ?? 0;
      seen.set(digest, repeat + 1);
      places.set(`${digest}#${repeat}`, place);
    }
    const columns = [...this.#columns].map(
      ([name, values]) => [name, Float64Array.from(order, (at) => values[at] ?? Number.NaN)] as const,
    );
    return {
      model,
      places,
      rows: Int32Array.from(order, (at) => this.#rows[at]!),
      categories: order.map((at) => this.#categories[at]!),
      clusters: order.map((at) => this.#clusters[at]!),
      ...(this.#isWeighted ? { weights: Float64Array.from(order, (at) => this.#weights[at]!) } : {}),
      columns: new Map(columns),
      corpora: new Map(
        this.#corpora.flatMap(({ label, aggregate, states }) => {
          const column = { aggregate, states: order.map((at) => states[at]) };
          return Object.keys(aggregate.scores).map((score) => [`${label}.${score}`, { ...column, score }] as const);
        }),
      ),
    };
  }
}
