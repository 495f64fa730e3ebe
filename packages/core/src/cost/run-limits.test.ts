import { expect, test } from 'vitest';
import type { Clock } from '../storage/clock.ts';
import { watchLimits } from './run-limits.ts';

/** Time passes by what is slept. */
function sleeping(): Clock & { readonly slept: number[] } {
  let at = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => at,
    sleep: async (ms, signal) => {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      slept.push(ms);
      at += ms;
    },
  };
}

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener('abort', () => resolve(signal.reason));
  });

test('the limit of the cost ends a run as soon as it is reached, and says both amounts', async () => {
  const clock = sleeping();
  const { signal } = watchLimits({ maxCost: 2 }, () => clock.now() / 10_000, { currency: 'USD', clock });
  expect(await aborted(signal)).toMatchObject({
    code: 'RUN_LIMIT',
    message: 'the cost so far, 2.00 USD, has reached the limit of 2.00 USD',
  });
  expect(clock.now()).toBe(20_000);
});

test('the limit of the time ends a run at its moment, not at the next look', async () => {
  const clock = sleeping();
  const { signal } = watchLimits({ maxCost: 5, maxRuntimeMs: 2_500 }, () => 0, { currency: 'USD', clock });
  expect(await aborted(signal)).toMatchObject({
    code: 'RUN_LIMIT',
    message: expect.stringContaining('its limit of 3 s'),
  });
  expect(clock.slept).toEqual([1000, 1000, 500]);
});

test('without limits nothing is watched, and a run that is over is watched no longer', async () => {
  const clock = sleeping();
  watchLimits({}, () => 9, { currency: 'USD', clock });
  const { signal, dispose } = watchLimits({ maxRuntimeMs: 10 }, () => 0, { currency: 'USD', clock });
  dispose();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect([signal.aborted, clock.slept]).toEqual([false, []]);
});
