import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { answerConcurrently } from './answer-concurrently.ts';
import { type Concurrency, EndpointLimits } from './endpoint-limits.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Streams `count` requests; each takes one turn of the event loop. Tells who asked, in order. */
async function stream(name: string, count: number, concurrency: Concurrency, asked: string[]): Promise<void> {
  const answer = async (request: number): Promise<number> => {
    asked.push(name);
    await turn();
    return request;
  };
  for await (const _ of answerConcurrently(numbers(count), concurrency, answer));
}

test('two models on one endpoint take turns, and a later one need not wait for the end of an earlier', async () => {
  const limits = new EndpointLimits();
  const asked: string[] = [];
  await Promise.all([
    stream('a', 200, limits.join('http://localhost', 4), asked),
    stream('b', 50, limits.join('http://localhost', 4), asked),
  ]);
  const early = asked.slice(4, 90);
  const share = early.filter((name) => name === 'b').length / early.length;
  expect(share).toBeGreaterThan(0.4);
  expect(share).toBeLessThan(0.6);
});

test('the endpoint takes no more of both together than of one, and each keeps to its own maximum', async () => {
  const limits = new EndpointLimits();
  let underWay = { a: 0, b: 0 };
  let most = { a: 0, b: 0, both: 0 };
  const run = async (name: 'a' | 'b', concurrency: Concurrency) => {
    const answer = async () => {
      underWay = { ...underWay, [name]: underWay[name] + 1 };
      const { a, b } = underWay;
      most = { a: Math.max(most.a, a), b: Math.max(most.b, b), both: Math.max(most.both, a + b) };
      await turn();
      underWay = { ...underWay, [name]: underWay[name] - 1 };
    };
    for await (const _ of answerConcurrently(numbers(100), concurrency, answer));
  };
  await Promise.all([run('a', limits.join('url', 2)), run('b', limits.join('url', 8))]);
  expect(most).toMatchObject({ a: 2, both: 8 });
});

test('what throttles one model slows the other on the same endpoint, and no other endpoint', async () => {
  const limits = new EndpointLimits();
  const [one, same, other] = [limits.join('x', 16), limits.join('x', 16), limits.join('y', 16)];
  one.overloaded(await one.acquire());
  const granted = { same: 0, other: 0 };
  for (const _ of numbers(16)) {
    void same.acquire().then(() => (granted.same += 1));
    void other.acquire().then(() => (granted.other += 1));
  }
  await turn();
  // Half of 16, less the one that was throttled and is not over.
  expect(granted).toEqual({ same: 7, other: 16 });
});
