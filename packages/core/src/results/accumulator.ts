import { Moments } from '@assay/metrics';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import type { AccumulatorData } from '../journal/accumulator-data.ts';
import type { SampleRecord } from '../journal/journal-record.ts';
import type { AlgorithmColumns, ScoredColumns } from '../journal/scored-columns.ts';
import { SAMPLE_STATES, type SampleState } from '../samples/sample-state.ts';
import { addScoreColumns, rowsByName } from './add-score-columns.ts';
import { AggregateUnits } from './aggregate-units.ts';
import { type AlgorithmCell, binOf, clusterOf, emptyScore, weightOf } from './score-cell.ts';
import type { ValueCounts } from './value-counts.ts';

/** Categories that have figures of their own, where `dataset.budgets.categories` says nothing. */
export const MOST_CATEGORIES = 1000;
/** The categories beyond, together. */
export const OTHER_CATEGORIES = '(other)';

export interface ModelCell {
  readonly states: Record<SampleState, number>;
  promptTokens: number;
  newTokens: number;
  /** Samples with an answer that was cut at max_new_tokens. */
  cut: number;
  /** By algorithm label, then by category; `null` stands for all samples. */
  readonly algorithms: Map<string, Map<string | null, AlgorithmCell>>;
}

/** Everything a summary needs of one model, built sample by sample and merged exactly. */
export class Accumulator {
  readonly cell: ModelCell;
  readonly #instances: readonly AlgorithmInstance[];
  readonly #mostCategories: number;
  /** The last by name of the categories with a cell of their own, by algorithm; missing where it is not known. */
  readonly #last = new Map<string, string>();

  /** @param mostCategories with figures of their own: the first by name. The rest count together as `OTHER_CATEGORIES`. */
  constructor(instances: readonly AlgorithmInstance[], mostCategories: number = MOST_CATEGORIES) {
    this.#instances = instances;
    this.#mostCategories = mostCategories;
    this.cell = { states: zeroStates(), promptTokens: 0, newTokens: 0, cut: 0, algorithms: new Map() };
    for (const { label } of instances) this.cell.algorithms.set(label, new Map());
  }

  add(record: SampleRecord): void {
    this.cell.states[record.state] += 1;
    this.cell.promptTokens += record.promptTokens ?? 0;
    this.cell.newTokens += record.newTokens ?? 0;
    if (isCut(record)) this.cell.cut += 1;
    for (const instance of this.#instances) {
      const outcome = record.outcomes[instance.label];
      if (outcome === undefined) continue;
      this.#addTo(this.#cellOf(instance, null), instance, outcome, record);
      if (record.category !== undefined)
        this.#addTo(this.#cellOf(instance, record.category), instance, outcome, record);
    }
  }

  /** Samples of a part at once. */
  addColumns(columns: ScoredColumns): void {
    for (let row = 0; row < columns.size; row++) this.cell.states[columns.state(row)] += 1;
    const all = Array.from({ length: columns.size }, (_, row) => row);
    const byCategory = rowsByName(columns.categories);
    for (const algorithm of columns.algorithms) {
      const instance = this.#instances.find(({ label }) => label === algorithm.label);
      if (instance === undefined || columns.size === 0) continue;
      this.#addRows(this.#cellOf(instance, null), instance, columns, algorithm, all);
      for (const [category, rows] of byCategory)
        this.#addRows(this.#cellOf(instance, category), instance, columns, algorithm, rows);
    }
  }

  #addRows(
    cell: AlgorithmCell,
    instance: AlgorithmInstance,
    columns: ScoredColumns,
    algorithm: AlgorithmColumns,
    rows: readonly number[],
  ): void {
    if (algorithm.outcomes === undefined) addScoreColumns(cell, instance, columns, algorithm, rows);
    else for (const row of rows) this.#addTo(cell, instance, algorithm.outcomes[row]!, columns.placed(row));
  }

  #addTo(
    cell: AlgorithmCell,
    instance: AlgorithmInstance,
    outcome: SampleRecord['outcomes'][string],
    { cluster, weight, digest }: Pick<SampleRecord, 'cluster' | 'weight' | 'digest'>,
  ): void {
    if (weight !== undefined) cell.isWeighted = true;
    if ('unscored' in outcome) {
      cell.unscored.set(outcome.unscored, (cell.unscored.get(outcome.unscored) ?? 0) + 1);
      return;
    }
    for (const name in outcome.scores) {
      const value = outcome.scores[name]!;
      const score = cell.scores.get(name);
      if (score === undefined) continue;
      score.moments.add(value);
      if (score.histogram !== null) score.histogram[binOf(value, instance.scores[name]!)]! += 1;
      if (cluster !== undefined) clusterOf(score, cluster).add(value);
      if (weight !== undefined) weightOf(score, weight, cluster).add(value);
      score.counts?.add(value, { weight, cluster });
    }
    if (outcome.statistics === undefined) return;
    for (const [name, statistic] of Object.entries(outcome.statistics)) {
      const aggregate = instance.aggregates[name];
      if (aggregate === undefined) continue;
      cell.aggregates.set(name, aggregate.add(cell.aggregates.get(name) ?? aggregate.empty(), statistic));
      cell.units.get(name)?.add(statistic, digest, cluster);
    }
  }

  #cellOf(instance: AlgorithmInstance, category: string | null): AlgorithmCell {
    const cells = this.cell.algorithms.get(instance.label)!;
    const known = cells.get(category);
    if (known !== undefined) return known;
    if (category !== null && category !== OTHER_CATEGORIES && !this.#makesRoom(instance, cells, category))
      return this.#cellOf(instance, OTHER_CATEGORIES);
    const cell = emptyCell(instance);
    cells.set(category, cell);
    return cell;
  }

  /**
   * Whether a category gets a cell of its own. Which do is decided by their names alone, so that no order of samples and no
   * sharding changes a figure: one that has had to make room is behind all that stay, and never comes back.
   */
  #makesRoom(instance: AlgorithmInstance, cells: ModelCells, category: string): boolean {
    const { label } = instance;
    if (ownCategories(cells) < this.#mostCategories) {
      const last = this.#last.get(label);
      if (last !== undefined && category > last) this.#last.set(label, category);
      return true;
    }
    const last = this.#last.get(label) ?? lastCategory(cells);
    this.#last.set(label, last);
    if (category > last) return false;
    const part = partOf(label, last, cells.get(last)!);
    cells.delete(last);
    this.#last.delete(label);
    mergePart(instance, this.#cellOf(instance, OTHER_CATEGORIES), part);
    return true;
  }

  merge(other: AccumulatorData): void {
    for (const state of SAMPLE_STATES) this.cell.states[state] += other.states[state];
    this.cell.promptTokens += other.promptTokens;
    this.cell.newTokens += other.newTokens;
    this.cell.cut += other.cut ?? 0;
    for (const part of other.cells) {
      const instance = this.#instances.find(({ label }) => label === part.label);
      if (instance !== undefined) mergePart(instance, this.#cellOf(instance, part.category), part);
    }
  }

  toJSON(): AccumulatorData {
    const { states, promptTokens, newTokens, cut, algorithms } = this.cell;
    const cells = [...algorithms].flatMap(([label, byCategory]) =>
      [...byCategory].map(([category, cell]) => partOf(label, category, cell)),
    );
    return { states, promptTokens, newTokens, ...(cut === 0 ? {} : { cut }), cells };
  }
}

type ModelCells = Map<string | null, AlgorithmCell>;
type CellData = AccumulatorData['cells'][number];

const ownCategories = (cells: ModelCells): number =>
  cells.size - Number(cells.has(null)) - Number(cells.has(OTHER_CATEGORIES));

function lastCategory(cells: ModelCells): string {
  let last = '';
  for (const name of cells.keys()) if (name !== null && name !== OTHER_CATEGORIES && name >= last) last = name;
  return last;
}

function emptyCell(instance: AlgorithmInstance): AlgorithmCell {
  const scores = Object.entries(instance.scores).map(([name, spec]) => [name, emptyScore(spec)] as const);
  const units = Object.entries(instance.aggregates).flatMap(([name, aggregate]) =>
    aggregate.corpus === undefined ? [] : [[name, new AggregateUnits(aggregate)] as const],
  );
  const maps = { scores: new Map(scores), aggregates: new Map(), units: new Map(units), unscored: new Map() };
  return { ...maps, isWeighted: false };
}

function partOf(label: string, category: string | null, cell: AlgorithmCell): CellData {
  return {
    label,
    category,
    scores: [...cell.scores].map(([name, { moments, histogram, clusters, weights, counts }]) => ({
      name,
      moments: moments.toJSON(),
      histogram,
      clusters: [...clusters].map(([cluster, sum]) => [cluster, sum.toJSON()] as const),
      ...(weights.size === 0
        ? {}
        : {
            weights: [...weights.values()].map(
              ({ weight, cluster, scores }) => [weight, (cluster as string) ?? null, scores.toJSON()] as const,
            ),
          }),
      ...countsOf(counts),
    })),
    aggregates: [...cell.aggregates],
    units: [...cell.units].map(([name, units]) => [name, units.toJSON()] as const),
    ...(cell.isWeighted ? { weighted: true as const } : {}),
    unscored: [...cell.unscored],
  };
}

function countsOf(counts: ValueCounts | null): Pick<CellData['scores'][number], 'counts' | 'classCounts'> {
  if (counts === null) return {};
  const classCounts = counts.classesJSON();
  return { counts: counts.toJSON(), ...(classCounts.length === 0 ? {} : { classCounts }) };
}

function mergePart(instance: AlgorithmInstance, cell: AlgorithmCell, part: CellData): void {
  if (part.weighted === true) cell.isWeighted = true;
  for (const { name, moments, histogram, clusters, weights = [], counts, classCounts } of part.scores) {
    const score = cell.scores.get(name);
    if (score === undefined) continue;
    score.moments.merge(Moments.fromJSON(moments));
    if (histogram !== null && score.histogram !== null)
      for (const [bin, count] of histogram.entries()) score.histogram[bin]! += count;
    for (const [cluster, data] of clusters) clusterOf(score, cluster).merge(Moments.fromJSON(data));
    for (const [weight, cluster, data] of weights)
      weightOf(score, weight, cluster ?? undefined).merge(Moments.fromJSON(data));
    score.counts?.merge(counts ?? []);
    score.counts?.mergeClasses(classCounts ?? []);
  }
  for (const [name, state] of part.aggregates) {
    const aggregate = instance.aggregates[name];
    if (aggregate !== undefined)
      cell.aggregates.set(name, aggregate.merge(cell.aggregates.get(name) ?? aggregate.empty(), state));
  }
  // What an earlier version scored has no parts: the rest alone would say nothing of the whole.
  if (part.units === undefined && part.aggregates.length > 0) cell.units.clear();
  for (const [name, data] of part.units ?? []) cell.units.get(name)?.merge(data);
  for (const [reason, count] of part.unscored) cell.unscored.set(reason, (cell.unscored.get(reason) ?? 0) + count);
}

function isCut({ stopReasons }: SampleRecord): boolean {
  for (const key in stopReasons) if (stopReasons[key] === 'length') return true;
  return false;
}

function zeroStates(): Record<SampleState, number> {
  return Object.fromEntries(SAMPLE_STATES.map((state) => [state, 0])) as Record<SampleState, number>;
}
