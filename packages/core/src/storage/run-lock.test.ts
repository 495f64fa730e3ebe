import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunLocked, lockRun } from './run-lock.ts';

/** Above the largest process id that Linux gives. */
const NOBODY = 2 ** 22 + 1;
let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

function heldBy(holder: { pid: number; host: string; startedAt: string | null }): string {
  const text = JSON.stringify(holder);
  writeFileSync(file, text);
  return text;
}

test('a lock names its process, keeps others out and leaves nothing behind', async () => {
  expect(await isRunLocked(folder)).toBe(false);
  const release = await lockRun(folder);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() });
  expect(await isRunLocked(folder)).toBe(true);
  const message = `${folder} is being written by process ${process.pid} on ${hostname()}`;
  await expect(lockRun(folder)).rejects.toMatchObject({ code: 'RUN_LOCKED', message });
  await release();
  expect(readdirSync(folder)).toEqual([]);
  await (await lockRun(folder))();
});

test('a lock of another host is never taken over, whatever runs here under its number', async () => {
  const text = heldBy({ pid: NOBODY, host: 'another-host', startedAt: null });
  expect(await isRunLocked(folder)).toBe(true);
  await expect(lockRun(folder)).rejects.toMatchObject({ code: 'RUN_LOCKED' });
  expect(readFileSync(file, 'utf8')).toBe(text);
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('the lock of a process of this host that is gone is taken over', async () => {
  heldBy({ pid: NOBODY, host: hostname(), startedAt: '1' });
  expect(await isRunLocked(folder)).toBe(false);
  const release = await lockRun(folder);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
  await release();
  expect(readdirSync(folder)).toEqual([]);
});

// The system tells when a process began only under /proc.
test.skipIf(!existsSync('/proc/self/stat'))('a later process with the same number holds no lock', async () => {
  heldBy({ pid: process.pid, host: hostname(), startedAt: '1' });
  expect(await isRunLocked(folder)).toBe(false);
  await (await lockRun(folder))();
});

test('a process that lives holds its lock, though nobody knows when it began', async () => {
  heldBy({ pid: process.pid, host: hostname(), startedAt: null });
  expect(await isRunLocked(folder)).toBe(true);
});

test('of many that ask at once one gets the lock of a dead process', async () => {
  heldBy({ pid: NOBODY, host: hostname(), startedAt: '1' });
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(folder)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(readdirSync(folder)).toEqual(['lock']);
});

test('a torn lock keeps nobody out', async () => {
  writeFileSync(file, '{"pid":');
  await (await lockRun(folder))();
});

test('a folder that does not exist is a storage error', async () => {
  await expect(lockRun(join(folder, 'none'))).rejects.toMatchObject({ code: expect.stringMatching(/^STORAGE_|^RUN_/) });
});
