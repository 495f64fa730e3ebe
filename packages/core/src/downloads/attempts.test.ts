import { expect, test } from 'vitest';
import { Attempts } from './attempts.ts';

test('five tries in a row that bring nothing are the last; one that brings something starts the count again', () => {
  const attempts = new Attempts();
  expect([1, 2, 3, 4].map(() => attempts.failed())).toEqual([true, true, true, true]);
  expect(attempts.failed(true)).toBe(true);
  expect([2, 3, 4, 5].map(() => attempts.failed())).toEqual([true, true, true, false]);
});

test.each([
  { tries: 1, options: {}, asked: 0, waitMs: 500 },
  { tries: 3, options: {}, asked: 0, waitMs: 2_000 },
  { tries: 3, options: { retryDelayMs: 9_000 }, asked: 0, waitMs: 15_000 },
  { tries: 1, options: {}, asked: 7, waitMs: 7_000 },
  { tries: 1, options: {}, asked: 3_600, waitMs: 60_000 },
  { tries: 2, options: { retryDelayMs: 10 }, asked: Number.NaN, waitMs: 20 },
])(
  'after $tries tries with $options and Retry-After $asked it waits $waitMs ms',
  ({ tries, options, asked, waitMs }) => {
    const attempts = new Attempts(options);
    for (let i = 0; i < tries; i++) attempts.failed();
    expect(attempts.waitMs(asked)).toBe(waitMs);
  },
);

test('a wait ends with the reason of its signal', async () => {
  const stop = new AbortController();
  const attempts = new Attempts({ signal: stop.signal });
  attempts.failed();
  const waiting = attempts.wait();
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toMatchObject({
    name: 'AbortError',
    cause: expect.objectContaining({ message: 'enough' }),
  });
});
