import { crc32 } from 'node:zlib';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { writeFileWhole } from '../storage/write-file.ts';
import type { JournalPosition } from './journal.ts';
import { decodeLine, encodeLine } from './journal-record.ts';
import type { JournaledModel, ModelProgressData } from './progress-data.ts';

interface Checkpoint extends JournalPosition {
  readonly format: 1;
  readonly corruptLines: number;
  readonly badRows: readonly BadRowReport[];
  readonly models: Readonly<Record<string, ModelProgressData>>;
}

/** What the first bytes of a journal add up to, so that a resume need not parse them. The journal stays the truth. */
export async function writeCheckpoint(
  file: string,
  { bytes, checksum }: JournalPosition,
  progress: ReadonlyMap<string, JournaledModel>,
  corruptLines: number,
  badRows: readonly BadRowReport[],
  storage?: Storage,
): Promise<void> {
  const models = Object.fromEntries([...progress].map(([name, model]) => [name, model.toJSON()]));
  const checkpoint: Checkpoint = { format: 1, bytes, checksum, corruptLines, badRows, models };
  await writeFileWhole(file, encodeLine(checkpoint), storage);
}

/**
 * Takes over a checkpoint that is whole and whose bytes still stand at the beginning of the journal, unaltered.
 * @returns where to read on; undefined where there is no checkpoint to trust, and the whole journal is to be read
 */
export async function takeCheckpoint(
  file: string,
  journal: string,
  progress: ReadonlyMap<string, JournaledModel>,
  storage: Storage = nodeStorage,
): Promise<Pick<Checkpoint, 'bytes' | 'checksum' | 'corruptLines' | 'badRows'> | undefined> {
  const checkpoint = await readCheckpoint(file, storage);
  if (checkpoint === undefined) return undefined;
  if ((await checksumOf(journal, checkpoint.bytes, storage)) !== checkpoint.checksum) return undefined;
  for (const [name, data] of Object.entries(checkpoint.models)) progress.get(name)?.restore(data);
  return checkpoint;
}

/** Whether there is one, and another than was written. */
export async function isCheckpointDamaged(file: string, storage: Storage = nodeStorage): Promise<boolean> {
  return (await storage.exists(file)) && (await readCheckpoint(file, storage)) === undefined;
}

/** undefined where there is none, or none that is whole. */
export async function readCheckpoint(file: string, storage: Storage = nodeStorage): Promise<Checkpoint | undefined> {
  const text = await storage.readText(file).catch(() => '');
  const checkpoint = decodeLine(Buffer.from(text.trimEnd())) as Checkpoint | undefined;
  return checkpoint?.format === 1 ? checkpoint : undefined;
}

const CHUNK_BYTES = 2 ** 20;

/** CRC-32 of the first bytes of a file; undefined where it has fewer. */
export async function checksumOf(
  file: string,
  bytes: number,
  storage: Storage = nodeStorage,
): Promise<number | undefined> {
  if (bytes === 0) return 0;
  const handle = await storage.open(file, 'read').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const space = Buffer.allocUnsafe(Math.min(bytes, CHUNK_BYTES));
    let checksum = 0;
    for (let read = 0; read < bytes; ) {
      const count = await handle.read(space, 0, Math.min(space.length, bytes - read), read);
      if (count === 0) return undefined;
      checksum = crc32(space.subarray(0, count), checksum);
      read += count;
    }
    return checksum;
  } finally {
    await handle.close();
  }
}
