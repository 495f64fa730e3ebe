import { expect, test } from 'vitest';
import { inCompletionOrder } from './in-completion-order.ts';

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

test('gives results as they finish', async () => {
  const results = inCompletionOrder([30, 1, 15], 3, async (ms) => {
    await wait(ms);
    return ms;
  });
  expect(await collect(results)).toEqual([1, 15, 30]);
});

test('never has more under way than the limit, and each request is worked on once', async () => {
  let underWay = 0;
  let most = 0;
  const requests = Array.from({ length: 40 }, (_, i) => i);
  const results = await collect(
    inCompletionOrder(requests, 4, async (i) => {
      most = Math.max(most, ++underWay);
      await wait(i % 3);
      underWay--;
      return i;
    }),
  );
  expect(most).toBe(4);
  expect(results.sort((a, b) => a - b)).toEqual(requests);
});

test('a source that waits for an answer before it asks again does not lock up', async () => {
  let answered = 0;
  async function* oneAtATime(): AsyncGenerator<number> {
    for (let i = 0; i < 5; i++) {
      while (answered < i) await wait(1);
      yield i;
    }
  }
  for await (const _ of inCompletionOrder(oneAtATime(), 8, async (i) => i)) answered++;
  expect(answered).toBe(5);
});

test('what work or the source throws ends the stream', async () => {
  await expect(collect(inCompletionOrder([1], 2, () => Promise.reject(new Error('work'))))).rejects.toThrow('work');
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    throw new Error('source');
  }
  await expect(collect(inCompletionOrder(broken(), 2, (i) => i))).rejects.toThrow('source');
});

test('a consumer that leaves early closes the source', async () => {
  let isClosed = false;
  function* source(): Generator<number> {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      isClosed = true;
    }
  }
  for await (const i of inCompletionOrder(source(), 2, (n) => n)) if (i === 3) break;
  expect(isClosed).toBe(true);
});

test('no more requests are taken than the limit while nobody reads, and an aborted signal ends the results', async () => {
  let taken = 0;
  async function* source(): AsyncGenerator<number> {
    for (;;) yield taken++;
  }
  const results = inCompletionOrder(source(), 4, async (i) => i);
  await results.next();
  await wait(5);
  expect(taken).toBeLessThanOrEqual(6);
  await results.return(undefined);
  const stop = new AbortController();
  const never = inCompletionOrder([1, 2], 2, () => new Promise<number>(() => {}), stop.signal);
  setImmediate(() => stop.abort());
  expect(await collect(never)).toEqual([]);
});
