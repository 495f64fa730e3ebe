import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DeadlineWatch, hanging } from './deadline-watch.ts';

const late: string[] = [];
let hangs = 0;
let watch: DeadlineWatch;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
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

test('a question is late when its deadline is over, once, and no earlier', () => {
  admit('a');
  vi.advanceTimersByTime(90);
  expect(late).toEqual([]);
  vi.advanceTimersByTime(10);
  expect(late).toEqual(['a']);
  vi.advanceTimersByTime(1_000);
  expect(late).toEqual(['a']);
});

test('the time counts from the admission of each question, and an answered one is never late', () => {
  admit('a', 'b');
  vi.advanceTimersByTime(50);
  admit('c');
  watch.answered('a');
  vi.advanceTimersByTime(60);
  expect(late).toEqual(['b']);
  vi.advanceTimersByTime(40);
  expect(late).toEqual(['b', 'c']);
});

test('a runner that takes nothing while questions wait hangs after twice the deadline', () => {
  watch.asked();
  vi.advanceTimersByTime(200);
  expect(hangs).toBe(0);
  vi.advanceTimersByTime(10);
  expect(hangs).toBe(1);
});

test.each([
  ['an admission', () => admit('a')],
  ['an answer', () => watch.answered('b')],
] as const)('%s is a sign of life', (_, sign) => {
  admit('b');
  watch.asked();
  watch.answered('b');
  vi.advanceTimersByTime(150);
  sign();
  watch.answered('a');
  vi.advanceTimersByTime(200);
  expect(hangs).toBe(0);
  vi.advanceTimersByTime(10);
  expect(hangs).toBe(1);
});

test('a runner that waits for questions does not hang, and its time begins with the next one', () => {
  vi.advanceTimersByTime(1_000);
  expect(hangs).toBe(0);
  watch.asked();
  vi.advanceTimersByTime(200);
  expect(hangs).toBe(0);
});

test('a runner that is at work does not hang', () => {
  watch.asked();
  for (let i = 0; i < 10; i += 1) {
    admit(`${i}`);
    vi.advanceTimersByTime(50);
  }
  expect(hangs).toBe(0);
});

test('a second question that waits does not begin the time anew', () => {
  watch.asked();
  vi.advanceTimersByTime(150);
  watch.asked();
  vi.advanceTimersByTime(60);
  expect(hangs).toBe(1);
});

test('after closing nothing is told', () => {
  admit('a');
  watch.asked();
  watch.close();
  vi.advanceTimersByTime(10_000);
  expect([late, hangs]).toEqual([[], 0]);
});

test('a short deadline is looked at once a millisecond at most', () => {
  const looked = vi.fn();
  const quick = new DeadlineWatch({ deadlineMs: 1, onLate: looked, onHang: () => {} });
  quick.asked();
  quick.admitted('x');
  vi.advanceTimersByTime(1);
  expect(looked).toHaveBeenCalledExactlyOnceWith('x');
  quick.close();
});

test('the error says how long nothing came', () => {
  expect(hanging('m', 100)).toMatchObject({ code: 'RUNNER_CIRCUIT_OPEN', message: expect.stringContaining('200 ms') });
});
