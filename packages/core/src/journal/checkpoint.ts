import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { BadRowReport } from '../samples/bad-row-report.ts';
import { writeFileWhole } from '../storage/write-file.ts';
import type { JournalPosition } from './journal.ts';
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
): Promise<void> {
  const models = Object.fromEntries([...progress].map(([name, model]) => [name, model.toJSON()]));
  const checkpoint: Checkpoint = { format: 1, bytes, checksum, corruptLines, badRows, models };
  await writeFileWhole(file, JSON.stringify(checkpoint));
}

/**
 * Takes over a checkpoint whose bytes still stand at the beginning of the journal, unaltered.
 * @returns where to read on; undefined where there is no checkpoint to trust, and the whole journal is to be read
 */
export async function takeCheckpoint(
  file: string,
  journal: string,
  progress: ReadonlyMap<string, JournaledModel>,
): Promise<Pick<Checkpoint, 'bytes' | 'checksum' | 'corruptLines' | 'badRows'> | undefined> {
  let checkpoint: Checkpoint;
  try {
    checkpoint = JSON.parse(await readFile(file, 'utf8')) as Checkpoint;
    if (checkpoint.format !== 1 || (await checksumOf(journal, checkpoint.bytes)) !== checkpoint.checksum)
      return undefined;
  } catch {
    return undefined;
  }
  for (const [name, data] of Object.entries(checkpoint.models)) progress.get(name)?.restore(data);
  return checkpoint;
}

/** CRC-32 of the first bytes; undefined where the file has fewer. */
async function checksumOf(file: string, bytes: number): Promise<number | undefined> {
  if (bytes === 0) return 0;
  let checksum = 0;
  let read = 0;
  for await (const chunk of createReadStream(file, {
    end: bytes - 1,
    highWaterMark: 1 << 20,
  }) as AsyncIterable<Buffer>) {
    checksum = crc32(chunk, checksum);
    read += chunk.length;
  }
  return read === bytes ? checksum : undefined;
}
