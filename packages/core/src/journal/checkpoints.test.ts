import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Checkpoints } from './checkpoints.ts';
import type { Journal, JournalPosition } from './journal.ts';
import type { JournaledModel, ModelProgressData } from './progress-data.ts';

const MIB = 2 ** 20;
let folder: string;
let file: string;
let taken: number;
let progress: Map<string, JournaledModel>;
const beginWrite = vi.fn(() => []);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-checkpoints-'));
  file = join(folder, 'checkpoint.json');
  taken = 0;
  beginWrite.mockClear();
  const model = {
    get records() {
      return taken;
    },
    toJSON: () => ({ taken }) as unknown as ModelProgressData,
  };
  progress = new Map([['m', model as unknown as JournaledModel]]);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A journal of which so many bytes and records are on disk. */
function journalAt(bytes: number, records: number): Journal {
  return { position: { bytes, checksum: 7 }, records } as unknown as Journal;
}

function checkpointsFrom(bytes = 0, corruptLines = 0): Checkpoints {
  return new Checkpoints(file, progress, { bytes, checksum: 0, corruptLines }, beginWrite);
}

/** How many were begun; what is under way is on disk then. An empty journal gets none at its end. */
async function begun(checkpoints: Checkpoints): Promise<number> {
  await checkpoints.close(journalAt(0, 0));
  return beginWrite.mock.calls.length;
}

function content(): { bytes: number; checksum: number; corruptLines: number; models: unknown } {
  return JSON.parse(readFileSync(file, 'utf8'));
}

test('32 MiB of journal after the last one a checkpoint is written, and not before', async () => {
  const checkpoints = checkpointsFrom();
  checkpoints.onCommit(journalAt(32 * MIB - 1, 0));
  expect(await begun(checkpoints)).toBe(0);
  checkpoints.onCommit(journalAt(32 * MIB, 0));
  expect(await begun(checkpoints)).toBe(1);
  expect(content()).toMatchObject({ bytes: 32 * MIB, checksum: 7, corruptLines: 0, models: { m: { taken: 0 } } });
  checkpoints.onCommit(journalAt(64 * MIB - 1, 0));
  expect(await begun(checkpoints)).toBe(1);
  checkpoints.onCommit(journalAt(64 * MIB, 0));
  expect(await begun(checkpoints)).toBe(2);
  expect(content()).toMatchObject({ bytes: 64 * MIB });
});

test('while records are on disk that no model has taken in, none is written: it would lose them for good', async () => {
  const checkpoints = checkpointsFrom();
  taken = 4;
  checkpoints.onCommit(journalAt(40 * MIB, 5));
  expect(await begun(checkpoints)).toBe(0);
  taken = 5;
  checkpoints.onCommit(journalAt(41 * MIB, 5));
  expect(await begun(checkpoints)).toBe(1);
  expect(content()).toMatchObject({ bytes: 41 * MIB, models: { m: { taken: 5 } } });
});

test('those who waited for the commit take their records in first', async () => {
  const checkpoints = checkpointsFrom();
  checkpoints.onCommit(journalAt(40 * MIB, 1));
  taken = 1;
  expect(await begun(checkpoints)).toBe(1);
  expect(content()).toMatchObject({ models: { m: { taken: 1 } } });
});

test('a commit while one is planned plans no second', async () => {
  const checkpoints = checkpointsFrom();
  checkpoints.onCommit(journalAt(40 * MIB, 0));
  checkpoints.onCommit(journalAt(80 * MIB, 0));
  expect(await begun(checkpoints)).toBe(1);
  expect(content()).toMatchObject({ bytes: 40 * MIB });
});

test('the distance counts from where a resumed journal stood', async () => {
  const checkpoints = checkpointsFrom(100 * MIB, 3);
  checkpoints.onCommit(journalAt(131 * MIB, 0));
  expect(await begun(checkpoints)).toBe(0);
  checkpoints.onCommit(journalAt(132 * MIB, 0));
  expect(await begun(checkpoints)).toBe(1);
  expect(content()).toMatchObject({ bytes: 132 * MIB, corruptLines: 3 });
});

test('the end of a long journal gets one, unless it has it already', async () => {
  await checkpointsFrom().close(journalAt(32 * MIB - 1, 0));
  expect(existsSync(file)).toBe(false);
  await checkpointsFrom().close(journalAt(32 * MIB, 0));
  expect(content()).toMatchObject({ bytes: 32 * MIB });
  rmSync(file);
  await checkpointsFrom(32 * MIB).close(journalAt(32 * MIB, 0));
  expect(existsSync(file)).toBe(false);
});

test('a compacted journal is counted at its own end, and has no corrupt lines', async () => {
  const compacted: JournalPosition = { bytes: 33 * MIB, checksum: 9 };
  await checkpointsFrom(50 * MIB, 3).close(journalAt(60 * MIB, 0), compacted);
  expect(content()).toMatchObject({ bytes: 33 * MIB, checksum: 9, corruptLines: 0 });
});

test('one that cannot be written ends nothing', async () => {
  rmSync(folder, { recursive: true });
  await checkpointsFrom().close(journalAt(40 * MIB, 0));
  expect(beginWrite).toHaveBeenCalledTimes(1);
  mkdirSync(folder);
});
