import { expect, test } from 'vitest';
import { AssayError } from '../errors/assay-error.ts';
import type { Clock } from '../storage/clock.ts';
import { RetryBudget } from './retry.ts';

/** Sleeps pass at once and are written down. */
function testClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  let now = 0;
  return {
    waits,
    now: () => now,
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  };
}

const throttled = (retryAfterMs?: number) => new AssayError('RUNNER_THROTTLED', 'slow down', { retryAfterMs });

function failing(times: number, error: () => AssayError): () => Promise<string> {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw error();
    return 'answer';
  };
}

test('what is retryable is tried again with growing waits until it succeeds', async () => {
  const clock = testClock();
  const result = await new RetryBudget({ clock }).run('a', failing(4, throttled));
  expect(result).toEqual({ ok: true, value: 'answer', attempts: 5 });
  expect(clock.waits).toHaveLength(4);
  for (const [i, wait] of clock.waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(500 * 2 ** i);
    expect(wait).toBeLessThan(1000 * 2 ** i);
  }
});

test('a validation error is never tried again', async () => {
  const clock = testClock();
  const invalid = () => new AssayError('AWS_ENDPOINT', 'no such variant');
  const result = await new RetryBudget({ clock }).run('a', failing(1, invalid));
  expect(result).toMatchObject({ ok: false, attempts: 1 });
  expect(clock.waits).toEqual([]);
});

test('Retry-After is the least wait', async () => {
  const clock = testClock();
  await new RetryBudget({ clock }).run(
    'a',
    failing(1, () => throttled(17_000)),
  );
  expect(clock.waits).toEqual([17_000]);
});

test('the waits depend on the seed and the request, and on nothing else', () => {
  const clock = testClock();
  const waits = (seed: number, id: string) =>
    [2, 3, 4].map((attempt) => new RetryBudget({ clock, seed }).waitBefore(id, attempt));
  expect(waits(1, 'a')).toEqual(waits(1, 'a'));
  expect(waits(1, 'a')).not.toEqual(waits(2, 'a'));
  expect(waits(1, 'a')).not.toEqual(waits(1, 'b'));
});

test('the attempts run out, and the last error says so with its own hint', async () => {
  const result = await new RetryBudget({ clock: testClock(), maxAttempts: 3 }).run('a', failing(9, throttled));
  expect(result).toMatchObject({ ok: false, attempts: 3, error: { code: 'RUNNER_THROTTLED' } });
  expect(result.ok === false && result.error.message).toBe('slow down (given up after 3 attempts)');
});

test('no wait goes beyond the time for one request', async () => {
  const clock = testClock();
  const result = await new RetryBudget({ clock, maxAttempts: 99, timeoutMs: 90_000 }).run('a', failing(99, throttled));
  expect(result.ok).toBe(false);
  expect(clock.now()).toBeLessThan(90_000);
  expect(clock.now()).toBeGreaterThan(50_000);
});

test('a call that never ends is cut off at the deadline', async () => {
  const stuck = (_: number, signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const result = await new RetryBudget({ clock: testClock(), timeoutMs: 5 }).run('a', stuck);
  expect(result).toMatchObject({ ok: false, error: { code: 'RUNNER_TIMEOUT' } });
});

test('after so many exhausted requests in a row nobody is asked any more; one answer closes the circuit', async () => {
  const budget = new RetryBudget({ clock: testClock(), maxAttempts: 2, breakAfter: 3 });
  for (let i = 0; i < 2; i++) await budget.run(`${i}`, failing(9, throttled));
  await budget.run('well', failing(0, throttled));
  for (let i = 0; i < 3; i++) await budget.run(`${i}`, failing(9, throttled));
  const result = await budget.run('next', failing(0, throttled));
  expect(result).toMatchObject({ ok: false, attempts: 0, error: { code: 'RUNNER_CIRCUIT_OPEN' } });
});

test('an interruption ends the wait and is thrown', async () => {
  const controller = new AbortController();
  const clock: Clock = {
    now: () => 0,
    sleep: async (_, signal) => {
      controller.abort(new Error('stop'));
      signal?.throwIfAborted();
    },
  };
  const run = new RetryBudget({ clock }).run('a', failing(9, throttled), controller.signal);
  await expect(run).rejects.toThrow('stop');
});

test('a wait that would end at the deadline or later is not begun', async () => {
  const clock = testClock();
  const result = await new RetryBudget({ clock, timeoutMs: 17_000 }).run(
    'a',
    failing(9, () => throttled(17_000)),
  );
  expect(clock.waits).toEqual([]);
  expect(result).toMatchObject({ ok: false, attempts: 1, error: { message: 'slow down (given up after 1 attempt)' } });
  expect(
    await new RetryBudget({ clock, timeoutMs: 17_001 }).run(
      'a',
      failing(1, () => throttled(17_000)),
    ),
  ).toMatchObject({ ok: true, attempts: 2 });
});

test('a request whose time is over says so', async () => {
  let now = 0;
  const clock = { now: () => now, sleep: async () => {} };
  const late = async (): Promise<never> => {
    now = 1_000;
    throw throttled();
  };
  const result = await new RetryBudget({ clock, timeoutMs: 1_000 }).run('a', late);
  expect(result).toMatchObject({ ok: false, error: { message: 'slow down (out of time after 1 attempt)' } });
});

test('what is no error of ours is thrown as it is', async () => {
  const broken = async (): Promise<never> => {
    throw new TypeError('a mistake');
  };
  await expect(new RetryBudget({ clock: testClock() }).run('a', broken)).rejects.toThrow(TypeError);
});

test('an exhausted request keeps the hint of its error, or tells of the limits', async () => {
  const hintOf = async (hint?: string) => {
    const error = () => new AssayError('RUNNER_THROTTLED', 'no', hint === undefined ? {} : { hint });
    const result = await new RetryBudget({ clock: testClock(), maxAttempts: 1 }).run('a', failing(9, error));
    return result.ok ? undefined : result.error.hint;
  };
  expect(await hintOf('Ask Ann.')).toBe('Ask Ann.');
  expect(await hintOf()).toContain('limits.max_attempts');
});

test('a call gets a signal that aborts with the request’s own, and its reason', async () => {
  const interrupt = new AbortController();
  const seen: unknown[] = [];
  const call = (_: number, signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        seen.push(signal.reason);
        reject(new Error('cut off'));
      });
      interrupt.abort('stop it');
    });
  await expect(new RetryBudget({ clock: testClock() }).run('a', call, interrupt.signal)).rejects.toBe('stop it');
  expect(seen).toEqual(['stop it']);
});
