import { crc32 } from 'node:zlib';
import { nodeStorage } from '../storage/node-storage.ts';
import type { Storage } from '../storage/storage.ts';
import {
  type AnswerRecord,
  decodeRecord,
  type RangeRecord,
  type RunRecord,
  type SampleRecord,
} from './journal-record.ts';
import { readPart } from './part-files.ts';

export interface JournalTail {
  /** Bytes up to and including the last whole record: what follows was torn by a crash. */
  wholeBytes: number;
  /** CRC-32 of these bytes. */
  checksum: number;
  /** Whole lines whose checksum fails: they count as never written. */
  corruptLines: number;
  /** Bytes behind the last whole record, once all is read. */
  tornBytes?: number;
}

/** Of a journal of which nothing is read yet. */
export function newTail(): JournalTail {
  return { wholeBytes: 0, checksum: 0, corruptLines: 0 };
}

/**
 * A scored range as read: `content` are its samples, checked but not parsed: lines, until the next record is asked for, or
 * the part that the range names.
 */
export interface ReadRange {
  readonly kind: 'range';
  readonly range: RangeRecord;
  readonly content: Buffer;
}

export type ReadRecord = RunRecord | AnswerRecord | SampleRecord | ReadRange;

const NEWLINE = 10;
/** Bytes read at a time: few at first, for short journals. */
const FIRST_CHUNK_BYTES = 2 ** 16;
const CHUNK_BYTES = 2 ** 20;

/**
 * Records in file order, from byte `tail.wholeBytes` on. `tail` is filled while reading and complete once the iterator
 * ends; a range whose lines, or part, are torn or altered is left out.
 */
export async function* readJournal(
  file: string,
  tail: JournalTail = newTail(),
  storage: Storage = nodeStorage,
): AsyncGenerator<ReadRecord> {
  const handle = await storage.open(file, 'read');
  try {
    // One piece of memory for all chunks: new ones would have the collector go through the whole heap every few megabytes.
    let chunk = FIRST_CHUNK_BYTES;
    let space = Buffer.allocUnsafeSlow(2 * chunk);
    let used = 0;
    let position = tail.wholeBytes;
    /** Bytes that the range at the beginning of `space` still lacks. */
    let wanted = 0;
    /** Parts so far: of a range that was scored again, the line before it names the same file. */
    const parts = new Set<string>();
    for (;;) {
      if (space.length - used < chunk) {
        const larger = Buffer.allocUnsafeSlow(Math.max(2 * space.length, used + wanted + chunk));
        space.copy(larger, 0, 0, used);
        space = larger;
      }
      const bytesRead = await handle.read(space, used, space.length - used, position);
      if (bytesRead === 0) {
        tail.tornBytes = used;
        return;
      }
      if (bytesRead >= chunk) chunk = Math.min(2 * chunk, CHUNK_BYTES);
      position += bytesRead;
      used += bytesRead;
      wanted -= bytesRead;
      if (wanted > 0) continue;
      const rest = space.subarray(0, used);
      let at = 0;
      for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE, at)) {
        const record = decodeRecord(rest.subarray(at, end));
        if (record?.kind === 'range' && record.part !== undefined) {
          const content = await readPart(file, record, storage);
          tail.wholeBytes += end - at + 1;
          at = end + 1;
          if (content === undefined) tail.corruptLines += 1;
          else if (!parts.has(record.part)) {
            parts.add(record.part);
            yield { kind: 'range', range: record, content };
          }
          continue;
        }
        if (record?.kind === 'range') {
          wanted = end + 1 + record.bytes - rest.length;
          if (wanted > 0) break;
          const lines = rest.subarray(end + 1, end + 1 + record.bytes);
          if (crc32(lines) === record.checksum) {
            tail.wholeBytes += end + 1 - at + record.bytes;
            at = end + 1 + record.bytes;
            yield { kind: 'range', range: record, content: lines };
            continue;
          }
        }
        tail.wholeBytes += end - at + 1;
        at = end + 1;
        // The lines of a damaged range have no checksum of their own, so that each counts as damaged.
        if (record === undefined || record.kind === 'range') tail.corruptLines += 1;
        else yield record;
      }
      tail.checksum = crc32(rest.subarray(0, at), tail.checksum);
      space.copyWithin(0, at, used);
      used -= at;
    }
  } finally {
    await handle.close();
  }
}
