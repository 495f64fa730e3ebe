import { expect, test } from 'vitest';
import { AdaptiveConcurrency } from './adaptive-concurrency.ts';

/** One round of a run: the room is full, every answer is a success and makes room for the next request. */
async function round(concurrency: AdaptiveConcurrency): Promise<number> {
  const size = concurrency.limit - concurrency.underWay;
  for (let i = 0; i < size; i++) await concurrency.acquire();
  for (let i = 0; i < size; i++) {
    concurrency.succeeded();
    concurrency.release();
    await concurrency.acquire();
  }
  for (let i = 0; i < size; i++) concurrency.release();
  return size;
}

test('the limit doubles from round to round until it reaches the maximum', async () => {
  const concurrency = new AdaptiveConcurrency({ max: 60, initial: 8 });
  const sizes: number[] = [];
  for (let i = 0; i < 12; i++) sizes.push(await round(concurrency));
  expect(Math.max(...sizes)).toBe(60);
  expect(sizes.slice(0, 4)).toEqual([8, 16, 32, 60]);
});

test('an overload halves the limit once for all requests of the round', async () => {
  const concurrency = new AdaptiveConcurrency({ max: 64, initial: 64 });
  const tickets = await Promise.all(Array.from({ length: 64 }, () => concurrency.acquire()));
  for (const ticket of tickets) {
    concurrency.overloaded(ticket);
    concurrency.release();
  }
  expect(concurrency.limit).toBe(32);
  const later = await concurrency.acquire();
  concurrency.overloaded(later);
  expect(concurrency.limit).toBe(16);
});

test('after an overload the limit grows by one a round', async () => {
  const concurrency = new AdaptiveConcurrency({ max: 64, initial: 20 });
  concurrency.overloaded(await concurrency.acquire());
  concurrency.release();
  expect(concurrency.limit).toBe(10);
  for (let i = 0; i < 10; i++) await concurrency.acquire();
  for (let i = 0; i < 11; i++) {
    concurrency.succeeded();
  }
  expect(concurrency.limit).toBe(11);
});

test('never more are under way than the limit, and nobody waits forever', async () => {
  const concurrency = new AdaptiveConcurrency({ max: 5, initial: 5 });
  let underWay = 0;
  let peak = 0;
  await Promise.all(
    Array.from({ length: 200 }, async (_, i) => {
      const ticket = await concurrency.acquire();
      underWay += 1;
      peak = Math.max(peak, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      if (i % 9 === 0) concurrency.overloaded(ticket);
      else concurrency.succeeded();
      underWay -= 1;
      concurrency.release();
    }),
  );
  expect(peak).toBeLessThanOrEqual(5);
  expect(underWay).toBe(0);
  expect(concurrency.limit).toBeGreaterThanOrEqual(1);
});

test('a maximum below 1 is a mistake', () => {
  expect(() => new AdaptiveConcurrency({ max: 0 })).toThrow(RangeError);
});
