import { AssayError } from '../errors/assay-error.ts';
import { isCheckpointDamaged, takeCheckpoint } from '../journal/checkpoint.ts';
import { type FailedRecords, findFailedRecords } from '../journal/failed-records.ts';
import type { JournalPosition } from '../journal/journal.ts';
import type { RunRecord } from '../journal/journal-record.ts';
import { type JournalTail, readJournal } from '../journal/read-journal.ts';
import { checkFormat } from '../results/check-format.ts';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import type { RunFolder } from '../storage/run-folder.ts';
import type { Storage } from '../storage/storage.ts';
import type { ModelProgress } from './model-progress.ts';
import type { RunHooks } from './run-events.ts';

const NONE: FailedRecords = { replaced: new Set(), failed: new Set(), failedSamples: new Set() };

/** Where a journal ends that was taken over. */
export interface RestoredJournal extends JournalPosition {
  readonly corruptLines: number;
  /** Of a last record that is not whole: they are to be cut off. */
  readonly tornBytes: number;
}

export interface RestoreOptions {
  /** Whether the journal may hold several records of a sample. @default false */
  readonly retried?: boolean;
  /** Of the plan that goes on; a journal of another is refused. */
  readonly planDigest: string;
  /** Takes failed samples for not done. @default false */
  readonly retryFailed?: boolean;
}

/**
 * Takes over what a run's journal holds and says where it ends: a torn last record is to be cut off. The checkpoint
 * saves reading what that sums up.
 * @throws AssayError RUN_NOT_RESUMABLE
 */
export async function restoreProgress(
  folder: Pick<RunFolder, 'journal' | 'checkpoint'>,
  progress: ReadonlyMap<string, ModelProgress>,
  hooks: RunHooks,
  onBadRow: (row: BadRowReport) => void,
  { planDigest, retried = false, retryFailed = false }: RestoreOptions,
  storage: Storage = nodeStorage,
): Promise<RestoredJournal> {
  if (!(await storage.exists(folder.journal))) return { bytes: 0, checksum: 0, corruptLines: 0, tornBytes: 0 };
  // What a checkpoint adds up cannot be taken back, and a failure may have to be.
  const isWhole = retried || retryFailed;
  if (await isCheckpointDamaged(folder.checkpoint, storage))
    hooks.onWarning?.({
      code: 'RUN_DAMAGED',
      message: `${folder.checkpoint} is not whole; the journal is read from its beginning`,
    });
  const known = isWhole ? undefined : await takeCheckpoint(folder.checkpoint, folder.journal, progress, storage);
  const { replaced, failed } = isWhole ? await findFailedRecords(folder.journal, storage) : NONE;
  for (const row of known?.badRows ?? []) onBadRow(row);
  const tail: JournalTail = {
    wholeBytes: known?.bytes ?? 0,
    checksum: known?.checksum ?? 0,
    corruptLines: known?.corruptLines ?? 0,
  };
  let place = -1;
  for await (const record of readJournal(folder.journal, tail, storage)) {
    if (record.kind === 'run') {
      checkJournal(record, folder.journal, planDigest);
      continue;
    }
    if (record.kind === 'range') {
      for (const row of record.range.badRows) onBadRow(row);
      progress.get(record.range.model)?.addRange(record.range);
    } else if (record.kind === 'answer') progress.get(record.model)?.addAnswer(record);
    else {
      place += 1;
      if (replaced.has(place) || (retryFailed && failed.has(place))) continue;
      progress.get(record.model)?.add(record);
    }
  }
  for (const model of progress.values()) model.records = 0;
  if (tail.corruptLines > 0) {
    hooks.onWarning?.({
      code: 'RUN_JOURNAL_CORRUPT',
      message: `${tail.corruptLines} journal lines are damaged; their samples run again`,
    });
  }
  const { wholeBytes: bytes, checksum, corruptLines, tornBytes = 0 } = tail;
  return { bytes, checksum, corruptLines, tornBytes };
}

function checkJournal({ format, planDigest }: RunRecord, file: string, expected: string): void {
  checkFormat(file, format);
  if (planDigest === expected) return;
  throw new AssayError('RUN_NOT_RESUMABLE', `${file} was begun by another config or other options`, {
    hint: 'Start a new run in another folder.',
  });
}
