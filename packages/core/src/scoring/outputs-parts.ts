import { RANGE_BYTES } from '../datasets/data-file.ts';
import { SMALL_BYTES } from '../datasets/held-bytes.ts';
import { keepsTexts, type PlannedDataset } from '../datasets/planned-dataset.ts';
import { KEEP_USUAL } from '../samples/keep.ts';
import type { Sample } from '../samples/sample.ts';
import type { OutputsRunOptions } from './outputs-run-options.ts';
import { rowsInRange } from './rows-in-range.ts';
import type { ScoreTask, TakenRange, TaskAlgorithm } from './score-task.ts';

/** A part of the dataset that one task scores. */
export interface OutputsPart {
  /** The row that names it in the journal. */
  readonly first: number;
  readonly task: ScoreTask;
}

/** The parts that the journal does not hold yet, in the dataset's order. */
export interface OutputsParts {
  /** Threads that would not be idle for lack of parts; 0 where the work is done before one has started. */
  readonly threads: number;
  readonly parts: Iterable<OutputsPart> | AsyncIterable<OutputsPart>;
}

type Source = NonNullable<PlannedDataset['source']>;
type TaskSettings = Pick<ScoreTask, 'model' | 'algorithms' | 'seed' | 'texts' | 'keep' | 'categories'>;

function settingsOf({ plan, model }: OutputsRunOptions, algorithms: readonly TaskAlgorithm[]): TaskSettings {
  return {
    model,
    algorithms,
    seed: plan.seed,
    texts: plan.scoring?.texts ?? keepsTexts(plan.dataset),
    keep: plan.keep ?? KEEP_USUAL,
    categories: plan.dataset.categories,
  };
}

/** Byte ranges, which workers read themselves; undefined where the files cannot be cut. */
export async function rangeParts(
  options: OutputsRunOptions,
  { config: dataset, columns, strict, rows: taken, from = 0 }: Source,
  algorithms: readonly TaskAlgorithm[],
): Promise<OutputsParts | undefined> {
  const { plan, isRangeDone } = options;
  const most = plan.scoring?.rangeBytes ?? RANGE_BYTES;
  const ranges = await plan.dataset.ranges?.(most);
  if (ranges === undefined) return undefined;
  const wanted = ranges
    .map((range) => ({ range, rows: rowsInRange(taken, range) }))
    .filter(({ rows }) => rows === undefined || rows.length > 0);
  // Two shards may share a range, and each has a part of its own of it.
  const nameOf = ([{ range }]: readonly [TakenRange, ...TakenRange[]]): number => Math.max(range.firstIndex, from);
  const groups = smallTogether(wanted, most).filter((group) => !isRangeDone(nameOf(group)));
  const settings = settingsOf(options, algorithms);
  const parts = function* (): Generator<OutputsPart> {
    for (const group of groups) {
      yield { first: nameOf(group), task: { kind: 'range', ranges: group, dataset, columns, strict, ...settings } };
    }
  };
  // One part is scored before a thread for it would have started.
  return { threads: groups.length > 1 ? groups.length : 0, parts: parts() };
}

/** Ranges that are small files' join their neighbours, up to what a range of a large file has. */
function smallTogether(ranges: readonly TakenRange[], most: number): [TakenRange, ...TakenRange[]][] {
  const groups: [TakenRange, ...TakenRange[]][] = [];
  let room = 0;
  for (const taken of ranges) {
    const { start, end, held, sums, isPiece = false } = taken.range;
    const bytes = end - start;
    // Whether it is the whole of a small file, or a piece that was cut so; not whether that is held, which a resumed run may find otherwise.
    const isWhole = isPiece || (start === 0 && end === (held?.length ?? sums?.bytes));
    const isSmall = isWhole && bytes <= SMALL_BYTES;
    if (isSmall && bytes <= room) {
      groups.at(-1)!.push(taken);
      room -= bytes;
    } else {
      groups.push([taken]);
      room = isSmall ? most - bytes : 0;
    }
  }
  return groups;
}

/** Samples of one task: a copy of fewer costs more than their scores. */
const BATCH = 1024;
/** Short samples that are scored in the time that a thread takes to start. */
const SAMPLES_PER_START = 40_000;

/** Samples that are read here, because their files are packed, or know no lines. */
export function sampleParts(options: OutputsRunOptions, algorithms: readonly TaskAlgorithm[]): OutputsParts {
  const { plan, isRangeDone, isDone, onBadRow, signal } = options;
  const settings = settingsOf(options, algorithms);
  const partOf = (batch: readonly Sample[]): OutputsPart[] => {
    const first = batch[0]?.index;
    if (first === undefined || isRangeDone(first)) return [];
    // Runs of earlier versions have lines of single samples.
    const samples = batch.filter(({ index }) => !isDone(index));
    return samples.length === 0 ? [] : [{ first, task: { kind: 'samples', samples, ...settings } }];
  };
  const parts = async function* (): AsyncGenerator<OutputsPart> {
    let batch: Sample[] = [];
    for await (const sample of plan.dataset.samples(onBadRow)) {
      batch.push(sample);
      if (batch.length < (plan.scoring?.batch ?? BATCH)) continue;
      signal.throwIfAborted();
      yield* partOf(batch);
      batch = [];
    }
    yield* partOf(batch);
  };
  return { threads: Math.floor((plan.dataset.total ?? 0) / SAMPLES_PER_START), parts: parts() };
}
