import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';
import {
  type AnswerRecord,
  decodeRecord,
  type RangeRecord,
  type RunRecord,
  type SampleRecord,
} from './journal-record.ts';

export interface JournalTail {
  /** Bytes up to and including the last whole record: what follows was torn by a crash. */
  wholeBytes: number;
  /** CRC-32 of these bytes. */
  checksum: number;
  /** Whole lines whose checksum fails: they count as never written. */
  corruptLines: number;
}

/** A scored range as read: `lines` are its samples, checked but not parsed. */
export interface ReadRange {
  readonly kind: 'range';
  readonly range: RangeRecord;
  readonly lines: Buffer;
}

export type ReadRecord = RunRecord | AnswerRecord | SampleRecord | ReadRange;

const NEWLINE = 10;

/**
 * Records in file order, from byte `tail.wholeBytes` on. `tail` is filled while reading and complete once the iterator
 * ends; a range whose lines are torn or altered is left out.
 */
export async function* readJournal(
  file: string,
  tail: JournalTail = { wholeBytes: 0, checksum: 0, corruptLines: 0 },
): AsyncGenerator<ReadRecord> {
  const start = tail.wholeBytes;
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes that the range at the beginning of `rest` still lacks. */
  let wanted = 0;
  for await (const chunk of createReadStream(file, { start, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    wanted -= chunk.length;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (wanted > 0) continue;
    let at = 0;
    for (let end = rest.indexOf(NEWLINE); end !== -1; end = rest.indexOf(NEWLINE, at)) {
      const record = decodeRecord(rest.subarray(at, end));
      if (record?.kind === 'range') {
        wanted = end + 1 + record.bytes - rest.length;
        if (wanted > 0) break;
        const lines = rest.subarray(end + 1, end + 1 + record.bytes);
        if (crc32(lines) === record.checksum) {
          tail.wholeBytes += end + 1 - at + record.bytes;
          at = end + 1 + record.bytes;
          yield { kind: 'range', range: record, lines };
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
    rest = rest.subarray(at);
  }
}
