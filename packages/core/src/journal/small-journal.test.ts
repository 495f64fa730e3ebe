import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { compactAtEnd, compactionDraft, compactJournal } from './compact-journal.ts';
import { type AnswerRecord, encodeRecord, type JournalRecord, type SampleRecord } from './journal-record.ts';
import type { JournaledModel, ModelProgressData } from './progress-data.ts';

let folder: string;
let file: string;
let checkpoint: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-small-journal-'));
  file = join(folder, 'journal.jsonl');
  checkpoint = join(folder, 'checkpoint.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A model of which so many samples are done, and what it was told to take over. */
function modelWith(done: readonly number[], answers = 0): JournaledModel & { restored: unknown } {
  const model = {
    restored: undefined as unknown,
    records: done.length,
    answers,
    isDone: (sample: number) => done.includes(sample),
    toJSON: () => ({ done }) as unknown as ModelProgressData,
    restore: (data: ModelProgressData) => {
      model.restored = data;
    },
  };
  return model as unknown as JournaledModel & { restored: unknown };
}

const progressOf = (model: JournaledModel) => new Map([['m', model]]);
const run: JournalRecord = { kind: 'run', format: 1, run: 'r', planDigest: 'd' };

function answer(sample: number, text = 'x'.repeat(200), model = 'm'): AnswerRecord {
  return { kind: 'answer', model, sample, ask: 'original', answer: { kind: 'generate', text, elapsedMs: 1 } };
}

function done(sample: number, state: SampleRecord['state'] = 'scored'): SampleRecord {
  return { kind: 'sample', model: 'm', sample, digest: 'd', state, outcomes: {}, input: 'y'.repeat(200) };
}

const textOf = (records: readonly JournalRecord[]): string => records.map(encodeRecord).join('');

function write(records: readonly JournalRecord[]): string {
  writeFileSync(file, textOf(records));
  return textOf(records);
}

test('answers of samples that are done go, those of others and all else stay in their order', async () => {
  const [waiting, other] = [answer(2), answer(1, 'z', 'gone')];
  write([run, answer(1), answer(3), done(1), waiting, other, done(3)]);
  const position = await compactJournal(file, progressOf(modelWith([1, 3])));
  const text = textOf([run, done(1), waiting, other, done(3)]);
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(position).toEqual({ bytes: text.length, checksum: crc32(text) });
  expect(existsSync(compactionDraft(file))).toBe(false);
});

test('a journal of which no more than a third is dead stays as it is', async () => {
  // One dead record of three that are as long: the run's own line tips the scale.
  const text = write([run, answer(1), answer(2), answer(4)]);
  expect(await compactJournal(file, progressOf(modelWith([1])))).toBeUndefined();
  expect(readFileSync(file, 'utf8')).toBe(text);
  write([answer(1), answer(2), answer(4)]);
  expect(await compactJournal(file, progressOf(modelWith([1])))).toBeUndefined();
  write([answer(1), answer(3), answer(4)]);
  expect(await compactJournal(file, progressOf(modelWith([1, 3])))).toMatchObject({
    bytes: textOf([answer(4)]).length,
  });
});

test('records that a later one replaces go, and the answers of a sample that is still failed stay', async () => {
  write([run, done(1, 'failed'), done(1, 'failed'), answer(1), done(1), answer(2), done(2, 'timed_out')]);
  await compactJournal(file, progressOf(modelWith([1, 2])));
  expect(readFileSync(file, 'utf8')).toBe(textOf([run, done(1), answer(2), done(2, 'timed_out')]));
});

test('at the end of a run a journal is compacted only where something may be dead, or a compaction was cut off', async () => {
  const records = [answer(1), answer(1), done(1)];
  const compacted = textOf([done(1)]);
  const after = async (written: number, answers: number, mayBeDead: boolean, isDamaged = false): Promise<string> => {
    write(records);
    if (isDamaged) appendFileSync(file, 'damaged\n');
    const dead = { mayBeDead, isDamaged };
    await compactAtEnd(file, { records: written }, progressOf(modelWith([1], answers)), dead);
    return readFileSync(file, 'utf8');
  };
  expect(await after(3, 0, false)).toBe(textOf(records));
  expect(await after(0, 2, true)).toBe(textOf(records));
  expect(await after(3, 2, false)).toBe(compacted);
  expect(await after(3, 0, true)).toBe(compacted);
  expect(await after(0, 0, false, true)).toBe(compacted);
  writeFileSync(compactionDraft(file), 'torn');
  expect(await after(0, 0, false)).toBe(compacted);
});

test('a checkpoint over the bytes that stand there is taken over, for the models that the run has', async () => {
  const text = write([run, done(1), done(2)]);
  const bytes = textOf([run, done(1)]).length;
  const position = { bytes, checksum: crc32(text.slice(0, bytes)) };
  const both = new Map([
    ['m', modelWith([1])],
    ['gone', modelWith([])],
  ]);
  await writeCheckpoint(checkpoint, position, both, 2, []);
  const model = modelWith([]);
  expect(await takeCheckpoint(checkpoint, file, progressOf(model))).toMatchObject({ ...position, corruptLines: 2 });
  expect(model.restored).toEqual({ done: [1] });
});

test('a checkpoint over nothing needs no journal', async () => {
  await writeCheckpoint(checkpoint, { bytes: 0, checksum: 0 }, progressOf(modelWith([])), 0, []);
  expect(await takeCheckpoint(checkpoint, file, progressOf(modelWith([])))).toMatchObject({ bytes: 0 });
});

test.each([
  ['altered bytes', (text: string) => text.replace('scored', 'failed')],
  ['fewer bytes', (text: string) => text.slice(0, 40)],
])('a checkpoint over %s is not trusted, and nothing of it is taken over', async (_, change) => {
  const text = write([run, done(1)]);
  await writeCheckpoint(checkpoint, { bytes: text.length, checksum: crc32(text) }, progressOf(modelWith([1])), 0, []);
  writeFileSync(file, change(text));
  const model = modelWith([]);
  expect(await takeCheckpoint(checkpoint, file, progressOf(model))).toBeUndefined();
  expect(model.restored).toBeUndefined();
});

test('without a checkpoint, with a torn one, or without its journal the whole journal is read', async () => {
  expect(await takeCheckpoint(checkpoint, file, progressOf(modelWith([])))).toBeUndefined();
  await writeCheckpoint(checkpoint, { bytes: 5, checksum: 1 }, progressOf(modelWith([])), 0, []);
  expect(await takeCheckpoint(checkpoint, file, progressOf(modelWith([])))).toBeUndefined();
  const text = readFileSync(checkpoint, 'utf8');
  writeFileSync(checkpoint, text.slice(0, text.length >> 1));
  expect(await takeCheckpoint(checkpoint, file, progressOf(modelWith([])))).toBeUndefined();
});

test('a journal of several megabytes is checked to its last byte', async () => {
  const long = 'a'.repeat(2_500_000);
  writeFileSync(file, long);
  const position = { bytes: long.length, checksum: crc32(long) };
  await writeCheckpoint(checkpoint, position, progressOf(modelWith([])), 0, []);
  expect(await takeCheckpoint(checkpoint, file, progressOf(modelWith([])))).toMatchObject(position);
  writeFileSync(file, `${long.slice(0, -1)}b`);
  expect(await takeCheckpoint(checkpoint, file, progressOf(modelWith([])))).toBeUndefined();
});
