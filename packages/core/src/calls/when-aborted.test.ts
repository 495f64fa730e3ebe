import { expect, test } from 'vitest';
import { whenAborted } from './when-aborted.ts';

test('each that still waits is told once, in order, and one that was taken away is not', () => {
  const controller = new AbortController();
  const told: string[] = [];
  whenAborted(controller.signal, () => told.push('first'));
  const forget = whenAborted(controller.signal, () => told.push('taken away'));
  whenAborted(controller.signal, () => told.push('last'));
  forget();
  controller.abort();
  expect(told).toEqual(['first', 'last']);
});

test('a thousand that wait are one listener of the signal', () => {
  const { signal } = new AbortController();
  let added = 0;
  const add = signal.addEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    added += 1;
    add(...args);
  };
  for (let i = 0; i < 1000; i++) whenAborted(signal, () => {});
  expect(added).toBe(1);
});

test('without a signal nothing is told', () => {
  expect(whenAborted(undefined, () => {})()).toBeUndefined();
});
