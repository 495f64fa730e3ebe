import type { StopRule } from '@assay/metrics';
import type { AlgorithmInstance } from '../algorithms/instantiate.ts';
import { canonicalAlgorithmName } from '../config/algorithm-name.ts';
import type { ValidConfig } from '../config/load-config.ts';
import type { StopConfig } from '../config/schema/decision-config.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { DatasetFile } from '../datasets/dataset-file.ts';
import { orderRows } from '../datasets/row-order.ts';
import type { PlannedStop } from '../engine/run-plan.ts';
import { AssayError } from '../errors/assay-error.ts';
import { historyPredictions } from './history-predictions.ts';

const MIN_SAMPLES = 30;

export interface DrawnDataset {
  readonly dataset: Dataset;
  /** That the run takes; undefined for all. */
  readonly rows: readonly number[] | undefined;
  readonly seed: number;
  readonly files: readonly DatasetFile[];
}

/**
 * The config's stop_when over the rows that the run takes, drawn in a random order.
 * @throws AssayError CONFIG_INVALID for a score that no sequence can follow, or a value that it can never reach
 */
export async function planStop(
  { config, placeOf, baseDir }: ValidConfig,
  algorithms: readonly AlgorithmInstance[],
  { dataset, rows, seed, files }: DrawnDataset,
): Promise<PlannedStop | undefined> {
  const { stop_when: stop } = config;
  if (stop === undefined) return undefined;
  const refuse = (message: string, hint: string): never => {
    throw new AssayError('CONFIG_INVALID', message, { at: placeOf(['stop_when', 'score']), hint });
  };
  const { instance, score } = decidingScore(stop, algorithms, refuse);
  const [from, to] = instance.scores[score]!.range;
  if (!(Number.isFinite(from) && Number.isFinite(to))) {
    refuse(
      `${stop.score} has no bounds, and without them nothing can be told of its mean early`,
      'Name a score that lies in a range, such as qa_accuracy.f1_score.',
    );
  }
  const against = stop.decided_against;
  if (against !== undefined && (against < from || against > to)) {
    refuse(
      `stop_when.decided_against is ${against}, and ${stop.score} lies in ${from} … ${to}`,
      'Name a value inside.',
    );
  }
  if (dataset.features.includes('cluster')) {
    refuse(
      'stop_when takes samples as independent, and the cluster key of the dataset says that they are not',
      'Leave one of the two out.',
    );
  }
  if (dataset.features.includes('weight')) {
    refuse(
      'stop_when takes all samples as equal, and the weight key of the dataset says that they are not',
      'Leave one of the two out.',
    );
  }
  const order = orderRows(rows ?? Array.from({ length: await dataset.countRows() }, (_, row) => row), seed);
  const history =
    stop.history === undefined
      ? {}
      : {
          history: await historyPredictions(stop.history, {
            score: `${instance.label}.${score}`,
            range: [from, to],
            rows: order.rows,
            files,
            baseDir,
            at: placeOf(['stop_when', 'history']),
          }),
        };
  return {
    ...history,
    algorithm: instance.label,
    score,
    rule: ruleOf(stop),
    confidence: stop.confidence ?? 0.95,
    minSamples: stop.min_samples ?? MIN_SAMPLES,
    order,
    positionOf: positions(order.rows),
  };
}

/** `algorithm.score`, or the score alone where one algorithm has it. */
function decidingScore(
  { score: name }: StopConfig,
  algorithms: readonly AlgorithmInstance[],
  refuse: (message: string, hint: string) => never,
): { readonly instance: AlgorithmInstance; readonly score: string } {
  const dot = name.lastIndexOf('.');
  const wanted = name.slice(0, Math.max(0, dot));
  const score = name.slice(dot + 1);
  const named = algorithms.filter(
    ({ label }) => dot < 0 || label === wanted || label === canonicalAlgorithmName(wanted),
  );
  const having = named.filter(({ scores }) => scores[score] !== undefined);
  if (having.length === 1) return { instance: having[0]!, score };
  const all = algorithms.flatMap(({ label, scores }) => Object.keys(scores).map((each) => `${label}.${each}`));
  const isAggregate = named.some(({ aggregates }) => Object.values(aggregates).some(({ scores }) => score in scores));
  if (isAggregate) {
    return refuse(
      `${name} is computed over all samples at once, so that no sequence can follow it`,
      `It may be one of: ${all.join(', ')}.`,
    );
  }
  return refuse(
    having.length > 1 ? `several algorithms have a score ${name}` : `no algorithm of this run has the score ${name}`,
    `Write one of: ${all.join(', ')}.`,
  );
}

function ruleOf({ half_width: halfWidth, decided_against: decidedAgainst }: StopConfig): StopRule {
  return halfWidth === undefined ? { decidedAgainst: decidedAgainst! } : { halfWidth };
}

/** The inverse of an order: rows that it lacks come last. */
function positions(rows: readonly number[]): (row: number) => number {
  let size = 0;
  for (const row of rows) size = Math.max(size, row + 1);
  const places = new Uint32Array(size).fill(rows.length);
  for (const [position, row] of rows.entries()) places[row] = position;
  return (row) => places[row] ?? rows.length;
}
