import { expect, test } from 'vitest';
import { BoundedQueue } from './bounded-queue.ts';

async function settled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

test('values come out in order, and a full queue lets a writer wait until one is read', async () => {
  const queue = new BoundedQueue<number>(2);
  expect(await queue.push(1)).toBe(true);
  expect(await queue.push(2)).toBe(true);
  const third = queue.push(3);
  expect(await settled(third)).toBe(false);
  const reader = queue[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ value: 1, done: false });
  expect(await settled(third)).toBe(true);
  expect(await reader.next()).toEqual({ value: 2, done: false });
  expect(await reader.next()).toEqual({ value: 3, done: false });
});

test('an empty queue lets the reader wait until something comes', async () => {
  const queue = new BoundedQueue<number>(1);
  const reader = queue[Symbol.asyncIterator]();
  const next = reader.next();
  expect(await settled(next)).toBe(false);
  await queue.push(7);
  expect(await next).toEqual({ value: 7, done: false });
});

test('a closed queue is read to its end, then tells so once', async () => {
  let read = 0;
  const queue = new BoundedQueue<number>(4, () => {
    read += 1;
  });
  await queue.push(1);
  queue.close();
  expect(await queue.push(2)).toBe(false);
  const reader = queue[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ value: 1, done: false });
  expect(read).toBe(0);
  expect(await reader.next()).toEqual({ value: undefined, done: true });
  expect(read).toBe(1);
});

test('closing wakes the reader and every writer, whose values are dropped', async () => {
  const queue = new BoundedQueue<number>(1);
  await queue.push(1);
  const writers = [queue.push(2), queue.push(3)];
  queue.close();
  expect(await Promise.all(writers)).toEqual([false, false]);
  const empty = new BoundedQueue<number>(1);
  const next = empty[Symbol.asyncIterator]().next();
  await settled(next);
  empty.close();
  expect(await next).toEqual({ value: undefined, done: true });
});

test('a failure is thrown behind what was queued, and is no end', async () => {
  let read = 0;
  const queue = new BoundedQueue<number>(4, () => {
    read += 1;
  });
  await queue.push(1);
  queue.close(new Error('the source broke'));
  const reader = queue[Symbol.asyncIterator]();
  expect(await reader.next()).toEqual({ value: 1, done: false });
  await expect(reader.next()).rejects.toThrow('the source broke');
  expect(read).toBe(0);
});

test('a reader that leaves closes the queue for its writers', async () => {
  const queue = new BoundedQueue<number>(1);
  await queue.push(1);
  for await (const _ of queue) break;
  expect(await queue.push(2)).toBe(false);
});
