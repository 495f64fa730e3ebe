import { createHash } from 'node:crypto';
import { Moments } from '@assay/metrics';
import { type DatasetFile, pinOf } from '../datasets/dataset-file.ts';
import type { StopHistory } from '../engine/run-plan.ts';
import { AssayError, type SourcePlace } from '../errors/assay-error.ts';
import { findRun, findRunIfAny, readRun } from '../results/read-run.ts';

export interface HistoryWanted {
  /** As `algorithm.score`. */
  readonly score: string;
  readonly range: readonly [number, number];
  /** Rows of the dataset in the order in which they are asked. */
  readonly rows: readonly number[];
  readonly files: readonly DatasetFile[];
  /** Runs are looked for here first, then in the current folder. */
  readonly baseDir: string;
  readonly at: SourcePlace;
}

/**
 * What earlier runs of the same data scored on each row, as the mean over their models; a row that none of them has is
 * predicted by the mean of all.
 * @throws AssayError RUN_NOT_FOUND; CONFIG_INVALID for a run of other data or without the score
 */
export async function historyPredictions(names: readonly string[], wanted: HistoryWanted): Promise<StopHistory> {
  const scores = new Map<number, Moments>();
  for (const name of names) {
    if ((await addRun(scores, name, wanted)) === 0) refuse(name, `has no ${wanted.score}`, wanted);
  }
  const known = wanted.rows.filter((row) => scores.has(row));
  if (known.length === 0) refuse(names.join(', '), 'has none of the rows that this run takes', wanted);
  const meanAt = (row: number) => scores.get(row)!.mean()!;
  const mean = Moments.of(known.map(meanAt)).mean()!;
  const predictions = Float64Array.from(wanted.rows, (row) => (scores.has(row) ? meanAt(row) : mean));
  const sha256 = createHash('sha256').update(new Uint8Array(predictions.buffer)).digest('hex');
  return { runs: names.length, rows: known.length, predictions, sha256 };
}

/** @returns how many scores the run has */
async function addRun(known: Map<number, Moments>, name: string, wanted: HistoryWanted): Promise<number> {
  const { score, range, files, baseDir } = wanted;
  const { manifest, rows } = await readRun(findRunIfAny(name, baseDir) ?? findRun(name));
  const pins = (all: readonly Pick<DatasetFile, 'sha256' | 'etag'>[]) => all.map(pinOf).join();
  if (pins(manifest.dataset.files) !== pins(files)) refuse(name, 'was made of other data', wanted);
  let found = 0;
  for await (const { index, scores } of rows) {
    const value = scores[score];
    if (value === undefined || !(value >= range[0] && value <= range[1])) continue;
    found += 1;
    const own = known.get(index) ?? new Moments();
    own.add(value);
    known.set(index, own);
  }
  return found;
}

function refuse(name: string, what: string, { at }: HistoryWanted): never {
  throw new AssayError('CONFIG_INVALID', `stop_when.history: the run ${name} ${what}`, {
    at,
    hint: 'Name runs of this dataset, unchanged, with the same score; or leave the key away.',
  });
}
