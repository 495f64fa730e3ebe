import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { nodeStorage } from './node-storage.ts';
import { clearRunLocks, isRunLocked, lockRun } from './run-lock.ts';
import type { Storage } from './storage.ts';

/** Above the largest process id that Linux gives. */
const NOBODY = 2 ** 22 + 1;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-lock-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly startedAt: string | null;
}

/** As this version writes it, and the one file of earlier versions. */
const FORMS: readonly [form: string, hold: (holder: Holder) => string][] = [
  ['now', ({ pid, host, startedAt }) => written(`lock.${pid}.${startedAt ?? ''}.1.${encodeURIComponent(host)}`, '')],
  ['earlier', (holder) => written('lock', JSON.stringify(holder))],
];

function written(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return name;
}

test('a lock names its process, keeps others out and leaves nothing behind', async () => {
  expect(await isRunLocked(folder)).toBe(false);
  const release = await lockRun(folder);
  const [name] = readdirSync(folder);
  expect(name).toMatch(new RegExp(`^lock\\.${process.pid}\\.\\d*\\.\\d+\\.`));
  expect(await isRunLocked(folder)).toBe(true);
  const message = expect.stringMatching(
    new RegExp(`^${folder} is being written by process ${process.pid} on ${hostname()}; last seen 20`),
  );
  const hint = expect.stringContaining(`delete ${join(folder, name!)}`);
  await expect(lockRun(folder)).rejects.toMatchObject({ code: 'RUN_LOCKED', message, hint });
  await release();
  expect(readdirSync(folder)).toEqual([]);
  await (await lockRun(folder))();
});

test.each(FORMS)(
  '%s: a lock of another host is never taken over, whatever runs here under its number',
  async (_, hold) => {
    const name = hold({ pid: NOBODY, host: 'another host', startedAt: null });
    expect(await isRunLocked(folder)).toBe(true);
    await expect(lockRun(folder)).rejects.toMatchObject({
      code: 'RUN_LOCKED',
      message: expect.stringContaining(`process ${NOBODY} on another host`),
    });
    expect(readdirSync(folder)).toEqual([name]);
    await clearRunLocks(folder);
    await (await lockRun(folder))();
  },
);

test.each(FORMS)('%s: the lock of a process of this host that is gone is cleared away', async (_, hold) => {
  const name = hold({ pid: NOBODY, host: hostname(), startedAt: '1' });
  expect(await isRunLocked(folder)).toBe(false);
  expect(readdirSync(folder)).toEqual([name]);
  await (await lockRun(folder))();
  expect(readdirSync(folder)).toEqual([]);
});

// The system tells when a process began only under /proc.
test.skipIf(!existsSync('/proc/self/stat')).each(FORMS)(
  '%s: a later process with the same number holds no lock',
  async (_, hold) => {
    hold({ pid: process.pid, host: hostname(), startedAt: '1' });
    expect(await isRunLocked(folder)).toBe(false);
    await (await lockRun(folder))();
  },
);

test.each(FORMS)('%s: a process that lives holds its lock, though nobody knows when it began', async (_, hold) => {
  hold({ pid: process.pid, host: hostname(), startedAt: null });
  expect(await isRunLocked(folder)).toBe(true);
  await expect(lockRun(folder)).rejects.toMatchObject({ code: 'RUN_LOCKED' });
});

test.skipIf(!existsSync('/proc/self/stat'))(
  'a process that has ended holds no lock, though its parent never asked after it',
  async () => {
    // The shell becomes `sleep`, which knows nothing of the child that it has inherited and that ends only then.
    const child = '(while [ "$(cat /proc/$$/comm)" != sleep ]; do :; done) & echo $!; exec sleep 60';
    const parent = spawn('sh', ['-c', child], { stdio: ['ignore', 'pipe', 'ignore'] });
    onTestFinished(() => void parent.kill('SIGKILL'));
    const [pid] = (await once(parent.stdout, 'data')).map((text) => Number(String(text)));
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '), 10_000);
    const name = written(`lock.${pid}.${nodeStorage.host.startOf(pid!)}.1.${hostname()}`, '');
    expect(await isRunLocked(folder)).toBe(false);
    await (await lockRun(folder))();
    expect(existsSync(join(folder, name))).toBe(false);
  },
);

test('where the system does not say when a process began, its number alone counts', async () => {
  const storage: Storage = { ...nodeStorage, host: { ...nodeStorage.host, startOf: () => null } };
  written(`lock.${process.pid}.1.1.${hostname()}`, '');
  expect(await isRunLocked(folder, storage)).toBe(true);
});

test('of many that ask at once one gets the folder, with the lock of a dead process in it or not', async () => {
  for (const isStale of [true, false]) {
    if (isStale) written(`lock.${NOBODY}.1.1.${hostname()}`, '');
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockRun(folder)));
    const held = tries.filter((each) => each.status === 'fulfilled');
    expect(held).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(1);
    await held[0]!.value();
  }
});

test('a torn lock keeps nobody out', async () => {
  for (const text of ['{"pid":', '[]', 'null', '']) {
    written('lock', text);
    await (await lockRun(folder))();
    expect(readdirSync(folder)).toEqual([]);
  }
});

test('a folder that does not exist is a storage error, and is not locked', async () => {
  const none = join(folder, 'none');
  await expect(lockRun(none)).rejects.toMatchObject({ code: expect.stringMatching(/^STORAGE_|^RUN_/) });
  expect(await isRunLocked(none)).toBe(false);
});

const BOOT = '0a1b2c3d-0000-4000-8000-123456789abc';

/** This process in a container, of a machine that was started as `BOOT` says. */
const inContainer = (name: string, processes: string, boot = BOOT): Storage => ({
  ...nodeStorage,
  host: { ...nodeStorage.host, name, machine: `${boot}-${processes}` },
});

const ago = (name: string, seconds: number) =>
  utimesSync(join(folder, name), new Date(), new Date(Date.now() - seconds * 1000));

test('a container that was made anew goes on once the lock of the one before is touched no more', async () => {
  const anew = inContainer('bbbbbbbbbbbb', '2');
  const name = written(`lock.7.100.1.${BOOT}-1.aaaaaaaaaaaa`, '');
  expect(await isRunLocked(folder, anew)).toBe(true);
  await expect(lockRun(folder, anew)).rejects.toMatchObject({
    code: 'RUN_LOCKED',
    message: expect.stringMatching(/process 7 on aaaaaaaaaaaa; last seen 20/),
    hint: expect.stringContaining(
      `only be seen on aaaaaaaaaaaa. If that process is gone, take the run over: delete ${join(folder, name)}`,
    ),
  });
  ago(name, 120);
  await (await lockRun(folder, anew))();
  expect(readdirSync(folder)).toEqual([]);
});

test('a number that lives here says nothing of another container, be its name the same', async () => {
  const anew = inContainer('box', '2');
  written(`lock.${process.pid}..1.${BOOT}-1.box`, '');
  expect(await isRunLocked(folder, anew)).toBe(true);
  ago(`lock.${process.pid}..1.${BOOT}-1.box`, 120);
  expect(await isRunLocked(folder, anew)).toBe(false);
});

test('a machine that got another name sees its own processes', async () => {
  written(`lock.${NOBODY}.1.1.${BOOT}-1.old-name`, '');
  expect(await isRunLocked(folder, inContainer('new-name', '1'))).toBe(false);
});

test('a machine with a name of its own counts as alive however long it is silent', async () => {
  const name = written(`lock.7.100.1.${BOOT}-1.build-server`, '');
  ago(name, 7 * 86_400);
  expect(await isRunLocked(folder, inContainer('laptop', '1', BOOT.replace('0a', 'ff')))).toBe(true);
});

test('a lock is touched until it is released', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const release = await lockRun(folder);
  const [name] = readdirSync(folder);
  ago(name!, 3600);
  vi.advanceTimersByTime(20_000);
  await vi.waitFor(async () =>
    expect(Date.now() - (await nodeStorage.modifiedAt(join(folder, name!)))!).toBeLessThan(60_000),
  );
  await release();
  expect(vi.getTimerCount()).toBe(0);
});
