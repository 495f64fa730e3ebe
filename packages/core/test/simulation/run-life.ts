import { crc32 } from 'node:zlib';
import { instantiateAlgorithm } from '../../src/algorithms/instantiate.ts';
import { DeadlineWatch } from '../../src/calls/deadline-watch.ts';
import { ModelProgress } from '../../src/engine/model-progress.ts';
import { restoreProgress } from '../../src/engine/restore-progress.ts';
import { isAssayError } from '../../src/errors/assay-error.ts';
import { Checkpoints } from '../../src/journal/checkpoints.ts';
import { compactAtEnd } from '../../src/journal/compact-journal.ts';
import { encodePart } from '../../src/journal/encode-part.ts';
import { Journal } from '../../src/journal/journal.ts';
import type { SampleRecord } from '../../src/journal/journal-record.ts';
import { partName } from '../../src/journal/part-files.ts';
import { ScoredColumns } from '../../src/journal/scored-columns.ts';
import { Accumulator } from '../../src/results/accumulator.ts';
import { runFolder } from '../../src/storage/run-folder.ts';
import { lockRun } from '../../src/storage/run-lock.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { writeJsonFile } from '../../src/storage/write-file.ts';
import { matches } from '../made-up-run.ts';
import { type Life, type SimulatedWorld, SLOWEST_MS } from './simulated-world.ts';

export const FOLDER = runFolder('/run');
export const PLAN_DIGEST = 'abcd';
const MODEL = 'one';
const SAMPLES = 40;
/** Ranges of three samples each, whose scores lie in parts: behind the samples. */
const RANGES = 6;
const RANGED = 3;
const COMMIT_MS = 100;
/** A commit waits for the one before it: some calls to the disk each. */
const LATEST_COMMIT_MS = COMMIT_MS + 12 * SLOWEST_MS;
const DEADLINE_MS = 200;

/** What the world must never forget, and who holds the folder. */
export interface Promises {
  /** Samples that some process has counted. */
  readonly counted: Set<number>;
  /** The same of scored ranges, by their first sample. */
  readonly countedRanges: Set<number>;
  /** Whether some of the scores lie in parts: a run of which some do has no checkpoints. */
  readonly withParts: boolean;
  readonly holders: Set<Life>;
  readonly broken: string[];
}

interface Scoring {
  readonly own: ModelProgress;
  readonly storage: Storage;
  readonly world: SimulatedWorld;
  readonly promises: Promises;
}

const instances = [instantiateAlgorithm('matches', matches, {})];

/** What is on disk of the run, as a process that begins reads it. */
export async function restored(storage: Storage, folder: Pick<typeof FOLDER, 'journal' | 'checkpoint'> = FOLDER) {
  const progress = new Map([[MODEL, new ModelProgress(instances)]]);
  const position = await restoreProgress(folder, progress, {}, () => {}, { planDigest: PLAN_DIGEST }, storage);
  return { progress, own: progress.get(MODEL)!, position };
}

/** What a process must find: every sample that counted, once, as it was. */
export function checkRestored(own: ModelProgress, { counted, countedRanges, broken }: Promises): void {
  for (const sample of counted) if (!own.isDone(sample)) broken.push(`sample ${sample} counted and is gone`);
  for (const first of countedRanges) if (!own.isRangeDone(first)) broken.push(`range ${first} counted and is gone`);
  const single = Array.from({ length: SAMPLES }, (_, sample) => sample).filter((sample) => own.isDone(sample));
  const done = [...single, ...FIRSTS.filter((first) => own.isRangeDone(first)).flatMap(samplesOf)];
  const cell = own.accumulator.cell.algorithms.get('matches')!.get(null)?.scores.get('length');
  const mean = done.reduce((sum, sample) => sum + lengthOf(sample), 0) / done.length;
  if ((cell?.moments.n ?? 0) !== done.length) broken.push(`${done.length} samples are done, ${cell?.moments.n} add up`);
  else if (done.length > 0 && Math.abs(cell!.moments.mean()! - mean) > 1e-9) broken.push('other scores add up');
}

/** One process: holds the folder, restores, scores some samples, and ends or dies on the way. */
export async function runLife(life: Life, storage: Storage, world: SimulatedWorld, promises: Promises): Promise<void> {
  try {
    const unlock = await lockRun(FOLDER.path, storage);
    promises.holders.add(life);
    if ([...promises.holders].filter(({ isAlive }) => isAlive).length > 1) promises.broken.push('two hold the folder');
    try {
      await runLocked(storage, world, promises);
    } finally {
      promises.holders.delete(life);
      await unlock();
    }
  } catch (thrown) {
    // A full disk, or another process on the folder: told by a code. Anything else is a fault.
    if (!isAssayError(thrown)) promises.broken.push(String(thrown));
  }
}

async function runLocked(storage: Storage, world: SimulatedWorld, promises: Promises): Promise<void> {
  const { progress, own, position } = await restored(storage);
  checkRestored(own, promises);
  const checkpoints = new Checkpoints(FOLDER.checkpoint, progress, position, () => [], storage, 600);
  const onCommit = (): void => checkpoints.onCommit(journal);
  const journal = await Journal.open(FOLDER.journal, position, {
    commitMs: COMMIT_MS,
    commitBytes: 1500,
    storage,
    onCommit,
  });
  for (let sample = 0; sample < SAMPLES; sample += 1) if (own.isDone(sample)) promises.counted.add(sample);
  for (const first of FIRSTS) if (own.isRangeDone(first)) promises.countedRanges.add(first);
  const watch = watchedCall(storage, world, promises);
  try {
    if (position.bytes === 0) void journal.append({ kind: 'run', format: 1, run: 'r', planDigest: PLAN_DIGEST });
    const commits: Promise<void>[] = [];
    /** Of this process: it scores a range once. */
    const begun = new Set<number>();
    for (let left = world.below(14); left > 0; left -= 1) {
      const sample = world.below(SAMPLES);
      if (!own.isDone(sample)) {
        const commit = score(sample, journal, { own, storage, world, promises });
        // Its failure is thrown below.
        commit.catch(() => {});
        commits.push(commit);
      }
      const first = FIRSTS[promises.withParts ? world.below(3 * RANGES) : RANGES];
      if (first !== undefined && !own.isRangeDone(first) && !begun.has(first)) {
        begun.add(first);
        const commit = scoreRange(first, journal, { own, storage, world, promises });
        commit.catch(() => {});
        commits.push(commit);
      }
      if (world.random() < 0.4) await storage.clock.sleep(world.below(150));
    }
    await Promise.all(commits);
    await journal.flush();
  } finally {
    watch.close();
    await journal.close();
    const dead = { mayBeDead: world.random() < 0.5, isDamaged: position.corruptLines > 0 };
    const end = await compactAtEnd(FOLDER.journal, journal, progress, dead, storage);
    await checkpoints.close(journal, end);
  }
  await writeJsonFile(FOLDER.summary, { samples: own.samples }, storage);
}

/** Puts a sample on disk, half of them with an answer before, that is dead then; some are taken in only a while later. */
async function score(
  sample: number,
  journal: Journal,
  { own, storage, world, promises: { counted, broken } }: Scoring,
): Promise<void> {
  const appendedAt = world.now;
  const answer = { kind: 'generate', text: 'x'.repeat(world.below(80)), elapsedMs: 1 } as const;
  const answered = { kind: 'answer', model: MODEL, sample, ask: 'a', answer } as const;
  const isAnswered = world.random() < 0.5 && journal.append(answered).then(() => own.addAnswer(answered));
  const lateMs = world.random() < 0.1 ? world.below(60) : 0;
  const committed = journal.append(recordOf(sample)).then(async () => {
    const took = world.now - appendedAt;
    if (took > LATEST_COMMIT_MS) broken.push(`a record waited ${took.toFixed(0)} ms for the disk`);
    if (lateMs > 0) await storage.clock.sleep(lateMs);
    own.add(recordOf(sample));
    counted.add(sample);
  });
  await Promise.all([isAnswered, committed]);
}

const FIRSTS = Array.from({ length: RANGES }, (_, at) => SAMPLES + RANGED * at);
const samplesOf = (first: number): number[] => Array.from({ length: RANGED }, (_, at) => first + at);

/** Puts a range on disk as scored outputs are: its part, then the line that closes it. */
async function scoreRange(first: number, journal: Journal, { own, promises }: Scoring): Promise<void> {
  const columns = new ScoredColumns(RANGED, [{ label: 'matches', names: ['same', 'length'], sampled: false }]);
  for (const [row, sample] of samplesOf(first).entries()) {
    columns.samples[row] = sample;
    columns.algorithms[0]!.values.set([sample % 2, lengthOf(sample)], 2 * row);
    columns.size += 1;
  }
  const accumulator = new Accumulator(instances);
  accumulator.addColumns(columns);
  const content = encodePart(MODEL, columns)!;
  const part = partName({ model: MODEL, first });
  const counts = { samples: RANGED, accumulator: accumulator.toJSON(), badRows: [] };
  const place = { part, bytes: content.length, checksum: crc32(content) };
  const record = { kind: 'range', model: MODEL, first, ...counts, ...place } as const;
  await journal.parts.write(part, content);
  await journal.append(record);
  own.addRange(record);
  promises.countedRanges.add(first);
}

function recordOf(sample: number): SampleRecord {
  const outcomes = { matches: { scores: { same: sample % 2, length: lengthOf(sample) } } };
  return { kind: 'sample', model: MODEL, sample, digest: `${sample}`.padStart(16, '0'), state: 'scored', outcomes };
}

function lengthOf(sample: number): number {
  return (sample + 1) / 3;
}

/** A call that is never answered: it must be late in time, and no sooner, whatever happens to the wall clock. */
function watchedCall(storage: Storage, world: SimulatedWorld, { broken }: Promises): { close(): void } {
  const { clock } = storage;
  const took: { at: number | undefined } = { at: undefined };
  const onLate = (): void => {
    const ms = world.now - took.at!;
    took.at = undefined;
    if (ms < DEADLINE_MS || ms > DEADLINE_MS * 1.2) broken.push(`a call was late after ${ms.toFixed(0)} ms`);
  };
  const watch = new DeadlineWatch({ deadlineMs: DEADLINE_MS, clock, onLate, onHang: () => {} });
  watch.asked();
  watch.admitted('call');
  took.at = world.now;
  return {
    close: () => {
      if (took.at !== undefined && world.now - took.at > DEADLINE_MS * 1.2) broken.push('a call was late unnoticed');
      watch.close();
    },
  };
}
