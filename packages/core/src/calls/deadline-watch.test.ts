import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlineWatch, hanging } from './deadline-watch.ts';

const late: string[] = [];
let hangs = 0;
let watch: DeadlineWatch;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  late.length = 0;
  hangs = 0;
  watch = new DeadlineWatch({
    deadlineMs: 100,
    onLate: (id) => late.push(id),
    onHang: () => {
      hangs += 1;
    },
  });
});
afterEach(() => {
  watch.close();
  vi.useRealTimers();
});

function admit(...ids: string[]): void {
  for (const id of ids) {
    watch.asked();
    watch.admitted(id);
  }
}

test('a question is late when its deadline is over, once, and no earlier', async () => {
  admit('a');
  await vi.advanceTimersByTimeAsync(90);
  expect(late).toEqual([]);
  await vi.advanceTimersByTimeAsync(10);
  expect(late).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(late).toEqual(['a']);
});

test('the time counts from the admission of each question, and an answered one is never late', async () => {
  admit('a', 'b');
  await vi.advanceTimersByTimeAsync(50);
  admit('c');
  watch.answered('a');
  await vi.advanceTimersByTimeAsync(60);
  expect(late).toEqual(['b']);
  await vi.advanceTimersByTimeAsync(40);
  expect(late).toEqual(['b', 'c']);
});

test('a runner that takes nothing while questions wait hangs after twice the deadline', async () => {
  watch.asked();
  await vi.advanceTimersByTimeAsync(200);
  expect(hangs).toBe(0);
  await vi.advanceTimersByTimeAsync(10);
  expect(hangs).toBe(1);
});

test.each([
  ['an admission', () => admit('a')],
  ['an answer', () => watch.answered('b')],
] as const)('%s is a sign of life', async (_, sign) => {
  admit('b');
  watch.asked();
  watch.answered('b');
  await vi.advanceTimersByTimeAsync(150);
  sign();
  watch.answered('a');
  await vi.advanceTimersByTimeAsync(200);
  expect(hangs).toBe(0);
  await vi.advanceTimersByTimeAsync(10);
  expect(hangs).toBe(1);
});

test('a runner that waits for questions does not hang, and its time begins with the next one', async () => {
  await vi.advanceTimersByTimeAsync(1_000);
  expect(hangs).toBe(0);
  watch.asked();
  await vi.advanceTimersByTimeAsync(200);
  expect(hangs).toBe(0);
});

test('a runner that is at work does not hang', async () => {
  watch.asked();
  for (let i = 0; i < 10; i += 1) {
    admit(`${i}`);
    await vi.advanceTimersByTimeAsync(50);
  }
  expect(hangs).toBe(0);
});

test('a second question that waits does not begin the time again', async () => {
  watch.asked();
  await vi.advanceTimersByTimeAsync(150);
  watch.asked();
  await vi.advanceTimersByTimeAsync(60);
  expect(hangs).toBe(1);
});

test('a question that waits behind one at work does not begin the time again, though that one turns out late', async () => {
  admit('a');
  await vi.advanceTimersByTimeAsync(90);
  watch.asked();
  await vi.advanceTimersByTimeAsync(110);
  expect([late, hangs]).toEqual([['a'], 0]);
  await vi.advanceTimersByTimeAsync(10);
  expect(hangs).toBe(1);
});

test('after closing nothing is told', async () => {
  admit('a');
  watch.asked();
  watch.close();
  await vi.advanceTimersByTimeAsync(10_000);
  expect([late, hangs]).toEqual([[], 0]);
});

test('a short deadline is looked at once a millisecond at most', async () => {
  const looked = vi.fn();
  const quick = new DeadlineWatch({ deadlineMs: 1, onLate: looked, onHang: () => {} });
  quick.asked();
  quick.admitted('x');
  await vi.advanceTimersByTimeAsync(1);
  expect(looked).toHaveBeenCalledExactlyOnceWith('x');
  quick.close();
});

test('the error says how long nothing came', async () => {
  expect(hanging('m', 100)).toMatchObject({ code: 'RUNNER_CIRCUIT_OPEN', message: expect.stringContaining('200 ms') });
});
