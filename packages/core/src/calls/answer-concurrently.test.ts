import { expect, test } from 'vitest';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';
import { answerConcurrently } from './answer-concurrently.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const value of stream) found.push(value);
  return found;
}
const room = (max: number) => new AdaptiveConcurrency({ max, initial: max });

test('every request is answered once, in completion order', async () => {
  const done: number[] = [];
  const answers = answerConcurrently([3, 1, 2], room(3), async (n) => {
    for (let i = 0; i < n * 3; i++) await tick();
    done.push(n);
    return n;
  });
  expect(await collect(answers)).toEqual([1, 2, 3]);
});

test('the source is read one request ahead of the room there is', async () => {
  let pulled = 0;
  function* source() {
    for (let i = 0; i < 100; i++) {
      pulled += 1;
      yield i;
    }
  }
  const release: (() => void)[] = [];
  const answers = answerConcurrently(
    source(),
    room(4),
    (n) => new Promise<number>((resolve) => release.push(() => resolve(n))),
  );
  const first = answers.next();
  for (let i = 0; i < 10; i++) await tick();
  expect(pulled).toBe(5);
  release[0]!();
  expect(await first).toEqual({ done: false, value: 0 });
  await answers.return(undefined);
});

test('an idle stream does not hold the room of another', async () => {
  const shared = room(1);
  async function* idle() {
    await new Promise(() => {});
    yield 0;
  }
  void answerConcurrently(idle(), shared, async (n) => n).next();
  await tick();
  expect(await collect(answerConcurrently([1, 2], shared, async (n) => n))).toEqual([1, 2]);
});

test('an abort stops pulling, aborts the calls and ends the stream', async () => {
  const controller = new AbortController();
  const reasons: unknown[] = [];
  const answers = answerConcurrently(
    Array.from({ length: 50 }, (_, i) => i),
    room(5),
    (_, __, signal) =>
      new Promise<number>((_resolve, reject) =>
        signal.addEventListener('abort', () => {
          reasons.push(signal.reason);
          reject(signal.reason);
        }),
      ),
    controller.signal,
  );
  const next = answers.next();
  await tick();
  controller.abort('enough');
  expect(await next).toEqual({ done: true, value: undefined });
  expect(reasons).toEqual(Array(5).fill('enough'));
});

test('a source that throws ends the stream with its error', async () => {
  async function* source() {
    yield 1;
    throw new Error('torn');
  }
  await expect(collect(answerConcurrently(source(), room(2), async (n) => n))).rejects.toThrow('torn');
});
