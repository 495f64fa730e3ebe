import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nodeStorage } from '../storage/node-storage.ts';
import { Journal } from './journal.ts';
import { encodeRecord, type JournalRecord, type RangeRecord } from './journal-record.ts';

let folder: string;
let file: string;
/** Of every open file: what the disk does is real, and when is told. */
let disk: FileHandle;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-journal-'));
  file = join(folder, 'journal.jsonl');
  const handle = await open(folder);
  disk = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function answerOf(model: string): JournalRecord {
  return { kind: 'answer', model, sample: 0, ask: 'original', answer: { kind: 'generate', text: 'yes', elapsedMs: 1 } };
}

const text = (): string => readFileSync(file, 'utf8');

/** Lets each fsync wait until it is let go. */
function heldSyncs(): { readonly waiting: number; letGo(): void } {
  const real = disk.datasync;
  const waiting: (() => void)[] = [];
  vi.spyOn(disk, 'datasync').mockImplementation(async function (this: FileHandle) {
    await new Promise<void>((resolve) => waiting.push(resolve));
    await real.call(this);
  });
  return {
    get waiting() {
      return waiting.length;
    },
    letGo: () => waiting.shift()!(),
  };
}

function pause(ms = 20): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

test('a record counts only when its fsync is done, not when it is written', async () => {
  const onCommit = vi.fn();
  const journal = await Journal.open(file, undefined, { commitMs: 1, onCommit });
  const syncs = heldSyncs();
  let isDone = false;
  const appended = journal.append(answerOf('a')).then(() => {
    isDone = true;
  });
  await vi.waitFor(() => expect(syncs.waiting).toBe(1));
  await pause();
  expect(text()).toContain('"model":"a"');
  expect([isDone, journal.position.bytes, journal.records]).toEqual([false, 0, 0]);
  expect(onCommit).not.toHaveBeenCalled();
  syncs.letGo();
  await appended;
  expect(journal.position).toEqual({ bytes: text().length, checksum: crc32(text()) });
  expect(journal.records).toBe(1);
  expect(onCommit).toHaveBeenCalledTimes(1);
  vi.restoreAllMocks();
  await journal.close();
});

test('flush and close wait for the fsync', async () => {
  const journal = await Journal.open(file, undefined, { commitMs: 10_000 });
  const syncs = heldSyncs();
  void journal.append(answerOf('a'));
  let isFlushed = false;
  const flushed = journal.flush().then(() => {
    isFlushed = true;
  });
  await vi.waitFor(() => expect(syncs.waiting).toBe(1));
  await pause();
  expect(isFlushed).toBe(false);
  syncs.letGo();
  await flushed;
  vi.restoreAllMocks();
  await journal.close();
});

test('records that wait together are one group with one fsync', async () => {
  const journal = await Journal.open(file, undefined, { commitMs: 5 });
  const sync = vi.spyOn(disk, 'datasync');
  await Promise.all(['a', 'b', 'c'].map((model) => journal.append(answerOf(model))));
  expect(sync).toHaveBeenCalledTimes(1);
  expect(text().trim().split('\n')).toHaveLength(3);
  await journal.close();
  expect(sync).toHaveBeenCalledTimes(1);
});

test('a group that has grown large enough does not wait for the timer', async () => {
  const journal = await Journal.open(file, undefined, { commitMs: 1e9, commitBytes: 200 });
  const first = journal.append(answerOf('a'));
  expect(await Promise.race([first.then(() => 'done'), pause().then(() => 'waiting')])).toBe('waiting');
  await Promise.all([first, journal.append(answerOf('b'.repeat(200)))]);
  expect(journal.records).toBe(2);
  await journal.close();
});

test('a group of exactly so many bytes does not wait for the timer either', async () => {
  const { length } = encodeRecord(answerOf('a'));
  const journal = await Journal.open(file, undefined, { commitMs: 1e9, commitBytes: 2 * length });
  await Promise.all([journal.append(answerOf('a')), journal.append(answerOf('b'))]);
  expect(journal.records).toBe(2);
  await journal.close();
});

test('a group waits as long as it is told to, once for all of its records', async () => {
  const sleep = vi.fn((_ms: number, _signal?: AbortSignal) => new Promise<void>(() => {}));
  const clock = { ...nodeStorage.clock, sleep };
  const journal = await Journal.open(file, undefined, { commitMs: 7, storage: { ...nodeStorage, clock } });
  void journal.append(answerOf('a'));
  void journal.append(answerOf('b'));
  expect(sleep.mock.calls.map(([ms]) => ms)).toEqual([7]);
  const [[, signal]] = sleep.mock.calls as [[number, AbortSignal]];
  await journal.flush();
  expect(signal.aborted).toBe(true);
  void journal.append(answerOf('c'));
  expect(sleep).toHaveBeenCalledTimes(2);
  await journal.close();
});

test('what is hurried while the disk is at work takes along what comes until then, and hurries nothing after it', async () => {
  const journal = await Journal.open(file, undefined, { commitMs: 1e9 });
  const syncs = heldSyncs();
  void journal.append(answerOf('a'));
  journal.hurry();
  await vi.waitFor(() => expect(syncs.waiting).toBe(1));
  void journal.append(answerOf('b'));
  journal.hurry();
  const third = journal.append(answerOf('c'));
  syncs.letGo();
  await vi.waitFor(() => expect(syncs.waiting).toBe(1));
  void journal.append(answerOf('d'));
  syncs.letGo();
  await third;
  await pause();
  expect([journal.records, syncs.waiting]).toEqual([3, 0]);
  vi.restoreAllMocks();
  await journal.close();
});

test('a position counts bytes, not characters', async () => {
  const journal = await Journal.open(file);
  void journal.append(answerOf('größer'));
  void journal.appendRange({ kind: 'range', model: 'é' } as unknown as RangeRecord, Buffer.from('{"ligne":"ö"}\n'));
  await journal.flush();
  const bytes = readFileSync(file);
  expect(journal.position).toEqual({ bytes: bytes.length, checksum: crc32(bytes) });
  await journal.close();
});

test('who is in a hurry does not wait for the timer, while the disk is at work neither', async () => {
  const journal = await Journal.open(file, undefined, { commitMs: 1e9 });
  const syncs = heldSyncs();
  const first = journal.append(answerOf('a'));
  journal.hurry();
  await vi.waitFor(() => expect(syncs.waiting).toBe(1));
  const second = journal.append(answerOf('b'));
  journal.hurry();
  await pause();
  expect(syncs.waiting).toBe(1);
  syncs.letGo();
  await first;
  await vi.waitFor(() => expect(syncs.waiting).toBe(1));
  syncs.letGo();
  await second;
  vi.restoreAllMocks();
  await journal.close();
});

test('after a failed write every record is refused, and what was committed stays', async () => {
  const journal = await Journal.open(file, undefined, { commitMs: 1 });
  await journal.append(answerOf('a'));
  const committed = journal.position;
  vi.spyOn(disk, 'datasync').mockRejectedValue(Object.assign(new Error('no space left'), { code: 'ENOSPC' }));
  await expect(journal.append(answerOf('b'))).rejects.toMatchObject({ message: expect.stringContaining('journal') });
  await expect(journal.append(answerOf('c'))).rejects.toMatchObject({ message: expect.stringContaining('journal') });
  await expect(journal.flush()).rejects.toThrow();
  expect(journal.position).toEqual(committed);
  expect(journal.records).toBe(1);
  vi.restoreAllMocks();
  await expect(journal.close()).rejects.toThrow();
});

test('a torn tail behind the position is cut off, and the checksum goes on from there', async () => {
  const first = await Journal.open(file);
  await first.append(answerOf('a'));
  await first.close();
  const { position } = first;
  writeFileSync(file, '{"torn', { flag: 'a' });
  const second = await Journal.open(file, position);
  await second.append(answerOf('b'));
  await second.close();
  expect(text().trim().split('\n')).toHaveLength(2);
  expect(second.position).toEqual({ bytes: text().length, checksum: crc32(text()) });
  expect(second.records).toBe(1);
});

test('the record of the run is on disk, and is none of a model', async () => {
  const journal = await Journal.open(file);
  await journal.append({ kind: 'run', format: 1, run: 'r', planDigest: 'd' });
  expect(journal.records).toBe(0);
  expect(journal.position.bytes).toBe(text().length);
  await journal.close();
});

test('a range and its lines are written behind one another, and count as one record', async () => {
  const journal = await Journal.open(file);
  const range = { kind: 'range', model: 'm' } as unknown as RangeRecord;
  void journal.append(answerOf('a'));
  void journal.appendRange(range, Buffer.from('{"line":1}\n'));
  void journal.append(answerOf('b'));
  await journal.close();
  const kinds = text().trim().split('\n');
  expect(kinds).toHaveLength(4);
  expect(kinds[1]).toContain('"range"');
  expect(kinds[2]).toBe('{"line":1}');
  expect(journal.records).toBe(3);
  expect(journal.position).toEqual({ bytes: text().length, checksum: crc32(text()) });
});

test('a journal in a folder that is not there is a storage error', async () => {
  await expect(Journal.open(join(folder, 'none', 'journal'))).rejects.toMatchObject({
    code: 'RUN_OUTPUT_NOT_WRITABLE',
  });
});
