import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inCompletionOrder } from './in-completion-order.ts';

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of source) list.push(value);
  return list;
}

it('answers come as they are ready, one for each input', async () => {
  const answers = inCompletionOrder([30, 1, 15], 3, async (ms) => {
    await sleep(ms);
    return ms;
  });
  expect(await collect(answers)).toEqual([1, 15, 30]);
});

it('no more inputs are taken than the limit, counting answers that nobody has taken yet', async () => {
  let taken = 0;
  async function* source() {
    for (;;) yield taken++;
  }
  const answers = inCompletionOrder(source(), 4, async (input) => input);
  await answers.next();
  await sleep(5);
  expect(taken).toBeLessThanOrEqual(6);
  await answers.return();
});

it('leaving the loop closes the source', async () => {
  let closed = false;
  function* source() {
    try {
      for (let i = 0; ; i++) yield i;
    } finally {
      closed = true;
    }
  }
  for await (const answer of inCompletionOrder(source(), 2, async (input) => input)) if (answer === 1) break;
  expect(closed).toBe(true);
});

it('an aborted signal ends the answers', async () => {
  const stop = new AbortController();
  const answers = inCompletionOrder([1, 2], 2, () => new Promise<number>(() => {}), stop.signal);
  setImmediate(() => stop.abort());
  expect(await collect(answers)).toEqual([]);
});

it('an error of the source is thrown', async () => {
  async function* source() {
    yield 1;
    throw new Error('broken source');
  }
  await expect(collect(inCompletionOrder(source(), 2, async (input) => input))).rejects.toThrow('broken source');
});
