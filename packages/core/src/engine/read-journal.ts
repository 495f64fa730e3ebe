import { createReadStream } from 'node:fs';
import { decodeRecord, type JournalRecord } from './journal-record.ts';

export interface JournalTail {
  /** Bytes up to and including the last whole line: what follows was torn by a crash. */
  wholeBytes: number;
  /** Whole lines whose checksum fails: they count as never written. */
  corruptLines: number;
}

/** Records in file order. `tail` is filled while reading and complete once the iterator ends. */
export async function* readJournal(
  file: string,
  tail: JournalTail = { wholeBytes: 0, corruptLines: 0 },
): AsyncGenerator<JournalRecord> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    const data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = data.indexOf(10); end !== -1; end = data.indexOf(10, start)) {
      const record = decodeRecord(data.toString('utf8', start, end));
      tail.wholeBytes += end - start + 1;
      start = end + 1;
      if (record === undefined) tail.corruptLines += 1;
      else yield record;
    }
    rest = data.subarray(start);
  }
}
