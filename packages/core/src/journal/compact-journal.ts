import { dirname } from 'node:path';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { findFailedRecords, sampleName } from './failed-records.ts';
import type { JournalPosition } from './journal.ts';
import { Journal } from './journal.ts';
import { encodeRecord } from './journal-record.ts';
import type { JournaledModel } from './progress-data.ts';
import { newTail, type ReadRecord, readJournal } from './read-journal.ts';

/** Share of the bytes that must be dead for a journal to be rewritten. */
const DEAD_SHARE = 1 / 3;
/** Records that wait for the disk at a time. */
const GROUP = 4096;

/**
 * Leaves out of a journal what no reader of it needs any more: answers of samples that are done and not to be asked again,
 * records that a later one of the same sample replaces, damaged lines. What stays keeps its order. The new journal is
 * whole and on disk before it takes the old one's place, so that a crash leaves one or the other.
 * @returns where the new journal ends; undefined where the old one stays: nothing of it is damaged, and a third or less dead
 */
export async function compactJournal(
  file: string,
  progress: ReadonlyMap<string, JournaledModel>,
  storage: Storage = nodeStorage,
): Promise<JournalPosition | undefined> {
  const draft = compactionDraft(file);
  try {
    const { replaced, failedSamples } = await findFailedRecords(file, storage);
    /** Made again for each pass: it counts the sample records. */
    const livePart = (): ((record: ReadRecord) => boolean) => {
      let place = -1;
      return (record) => {
        if (record.kind === 'sample') return !replaced.has(++place);
        if (record.kind !== 'answer') return true;
        const isDone = progress.get(record.model)?.isDone(record.sample) === true;
        return !isDone || failedSamples.has(sampleName(record));
      };
    };
    if (!(await isWorthIt(file, livePart(), storage))) return undefined;
    const journal = await Journal.open(draft, undefined, { commitMs: 1000, storage });
    try {
      const isLive = livePart();
      let waiting = 0;
      for await (const record of readJournal(file, undefined, storage)) {
        if (!isLive(record)) continue;
        if (record.kind !== 'range') void journal.append(record);
        else if (record.range.part !== undefined) void journal.append(record.range);
        // The lines lie in memory that the reader uses again.
        else void journal.appendRange(record.range, Buffer.from(record.content));
        waiting += 1;
        if (record.kind === 'range' || waiting % GROUP === 0) await journal.flush();
      }
    } finally {
      await journal.close();
    }
    await storage.rename(draft, file);
    await storage.syncFolder(dirname(file));
    return journal.position;
  } finally {
    await storage.remove(draft);
  }
}

/**
 * The same for a run that comes to its end, where something may be dead: this process wrote some of it, or one before was
 * killed while it compacted. A journal that cannot be rewritten, for lack of space, stays as it is.
 * @param mayBeDead whether records may have been replaced
 * @param isDamaged whether lines are damaged: whatever they held, nothing of them stays
 */
export async function compactAtEnd(
  file: string,
  { records }: Pick<Journal, 'records'>,
  progress: ReadonlyMap<string, JournaledModel>,
  { mayBeDead, isDamaged }: { readonly mayBeDead: boolean; readonly isDamaged: boolean },
  storage: Storage = nodeStorage,
): Promise<JournalPosition | undefined> {
  const hasDead = mayBeDead || [...progress.values()].some(({ answers }) => answers > 0);
  if (!isDamaged && !(hasDead && records > 0) && !(await storage.exists(compactionDraft(file)))) return undefined;
  return compactJournal(file, progress, storage).catch(() => undefined);
}

/** Beside the journal; one that a crash left behind is ignored. */
export function compactionDraft(journal: string): string {
  return `${journal}.compact`;
}

async function isWorthIt(file: string, isLive: (record: ReadRecord) => boolean, storage: Storage): Promise<boolean> {
  const tail = newTail();
  let live = 0;
  for await (const record of readJournal(file, tail, storage)) {
    if (!isLive(record)) continue;
    live += record.kind === 'range' && record.range.part === undefined ? record.content.length : 0;
    live += Buffer.byteLength(encodeRecord(record.kind === 'range' ? record.range : record));
  }
  // Damage that a resume made good is told no more.
  return tail.corruptLines > 0 || tail.wholeBytes - live > tail.wholeBytes * DEAD_SHARE;
}
