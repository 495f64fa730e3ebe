import { expect, test } from 'vitest';
import { AssayError } from '../errors/assay-error.ts';
import type { Clock } from '../storage/clock.ts';
import { PacedCalls, Unanswered } from './paced-calls.ts';

const signal = new AbortController().signal;

/** Sleeps pass at once and are written down. */
function testClock(): Clock & { readonly waits: number[]; pass(ms: number): void } {
  const waits: number[] = [];
  let now = 1_000;
  return {
    waits,
    now: () => now,
    pass: (ms) => {
      now += ms;
    },
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  };
}

/** What a runner tells the limit of its endpoint. */
function recorded() {
  const told: (string | number)[] = [];
  const concurrency = {
    acquire: async () => 1,
    succeeded: () => void told.push('succeeded'),
    overloaded: (ticket: number) => void told.push(ticket),
    release: () => void told.push('released'),
  };
  return { told, concurrency: concurrency as never };
}

const never = () => false;
const error = (code: 'RUNNER_THROTTLED' | 'RUNNER_TIMEOUT' | 'RUNNER_FAILED' | 'AWS_CREDENTIALS') =>
  new AssayError(code, 'no');

test('an answer comes with its attempts and the time from admission on, waits included', async () => {
  const clock = testClock();
  const { told, concurrency } = recorded();
  const calls = new PacedCalls({ concurrency, clock, isFatal: never });
  let tries = 0;
  const answered = await calls.call('a', 7, signal, async () => {
    tries += 1;
    clock.pass(30);
    if (tries === 1) throw error('RUNNER_THROTTLED');
    return 'yes';
  });
  expect(answered).toEqual({ value: 'yes', attempts: 2, elapsedMs: expect.closeTo(60 + clock.waits[0]!, 6) });
  expect(told).toEqual([7, 'succeeded']);
});

test.each(['RUNNER_THROTTLED', 'RUNNER_TIMEOUT'] as const)('%s says that it was too much', async (code) => {
  const { told, concurrency } = recorded();
  const calls = new PacedCalls({ concurrency, clock: testClock(), isFatal: never, limits: { max_attempts: 2 } });
  const answered = await calls.call('a', 7, signal, async () => Promise.reject(error(code)));
  expect(answered).toBeInstanceOf(Unanswered);
  expect(answered).toMatchObject({ attempts: 2, error: { code } });
  expect(told).toEqual([7, 7]);
});

test('another error says nothing about how much the far side can take', async () => {
  const { told, concurrency } = recorded();
  const calls = new PacedCalls({ concurrency, clock: testClock(), isFatal: never, limits: { max_attempts: 1 } });
  expect(await calls.call('a', 7, signal, async () => Promise.reject(error('RUNNER_FAILED')))).toBeInstanceOf(
    Unanswered,
  );
  expect(told).toEqual([]);
});

test('an error after which nothing can succeed is thrown', async () => {
  const isFatal = ({ code }: AssayError) => code === 'AWS_CREDENTIALS';
  const calls = new PacedCalls({ concurrency: 1, clock: testClock(), isFatal });
  await expect(calls.call('a', 1, signal, async () => Promise.reject(error('AWS_CREDENTIALS')))).rejects.toMatchObject({
    code: 'AWS_CREDENTIALS',
  });
});

test('the time for a sample is in seconds, and ends the attempts', async () => {
  const clock = testClock();
  const calls = new PacedCalls({ concurrency: 1, clock, isFatal: never, limits: { timeout_s: 5 } });
  const answered = await calls.call('a', 1, signal, async () => Promise.reject(error('RUNNER_THROTTLED')));
  expect(answered).toBeInstanceOf(Unanswered);
  expect(clock.waits.length).toBeGreaterThanOrEqual(1);
  expect(clock.waits.reduce((sum, wait) => sum + wait)).toBeLessThan(5_000);
});

test('without limits of the model a request has eight attempts', async () => {
  const calls = new PacedCalls({ concurrency: 1, clock: testClock(), isFatal: never });
  expect(await calls.call('a', 1, signal, async () => Promise.reject(error('RUNNER_THROTTLED')))).toMatchObject({
    attempts: 8,
  });
});

test('the waits are drawn by the seed', async () => {
  const waits = async (seed: number | undefined) => {
    const clock = testClock();
    const calls = new PacedCalls({ concurrency: 1, clock, seed, isFatal: never });
    await calls.call('a', 1, signal, async () => Promise.reject(error('RUNNER_THROTTLED')));
    return clock.waits;
  };
  expect(await waits(3)).toEqual(await waits(3));
  expect(await waits(undefined)).toEqual(await waits(0));
  expect(await waits(3)).not.toEqual(await waits(0));
});

test('a stream answers as many requests at a time as the number says', async () => {
  const calls = new PacedCalls({ concurrency: 2, isFatal: never });
  let [underWay, most] = [0, 0];
  async function* requests() {
    yield* [1, 2, 3, 4, 5, 6];
  }
  const answers: number[] = [];
  const answer = async (request: number): Promise<number> => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setTimeout(resolve, 5));
    underWay -= 1;
    return 10 * request;
  };
  for await (const value of calls.stream(requests(), answer, undefined)) answers.push(value);
  expect(answers.sort((a, b) => a - b)).toEqual([10, 20, 30, 40, 50, 60]);
  expect(most).toBe(2);
});
