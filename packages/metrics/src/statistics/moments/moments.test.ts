import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createGenerator } from '../../random/create-generator.ts';
import { ExactSum } from './exact-sum.ts';
import { Moments } from './moments.ts';
import { momentsByKey } from './moments-by-key.ts';

const score = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, 1, 0.1, -0.1, 1e100, -1e100, 1e-100),
  fc.double({ min: -1e60, max: 1e60, noNaN: true }),
);

/** Squares of numbers below this leave the range in which doubles have all their digits. */
const SMALLEST = 1e-140;

const scoreWithSquare = score.map((x) => (Math.abs(x) < SMALLEST ? 0 : x));

/** The slow twin: a double is a whole number of 2^-1074. */
function toUnits(x: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  const word = bits.getBigUint64(0);
  const exponent = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xfffffffffffffn;
  const magnitude = exponent === 0 ? fraction : (fraction | (1n << 52n)) << BigInt(exponent - 1);
  return word >> 63n ? -magnitude : magnitude;
}

/** Splits `values` at random places into parts, merges the parts in random order. */
function merged(values: readonly number[], seed: number): Moments {
  const random = createGenerator(seed);
  const shuffled = random.shuffle([...values]);
  const parts: Moments[] = [];
  for (let i = 0; i < shuffled.length; ) {
    const size = 1 + random.integers(4);
    parts.push(Moments.of(shuffled.slice(i, i + size)));
    i += size;
  }
  const whole = new Moments();
  for (const part of random.shuffle(parts)) whole.merge(Moments.fromJSON(JSON.parse(JSON.stringify(part))));
  return whole;
}

describe('Moments', () => {
  test('gives the same bits for every order and every way of merging', () => {
    fc.assert(
      fc.property(fc.array(score, { maxLength: 40 }), fc.nat(), (values, seed) => {
        const whole = Moments.of(values);
        const other = merged(values, seed);
        expect(JSON.stringify(other)).toBe(JSON.stringify(whole));
        expect([other.mean(), other.variance(), other.standardError()]).toEqual([
          whole.mean(),
          whole.variance(),
          whole.standardError(),
        ]);
      }),
    );
  });

  test('survives JSON and goes on from there', () => {
    const whole = Moments.of([0.1, 0.2, 1e90, 0.3]);
    const resumed = Moments.fromJSON(JSON.parse(JSON.stringify(Moments.of([0.1, 0.2]))));
    resumed.add(1e90);
    resumed.add(0.3);
    expect(resumed.toJSON()).toEqual(whole.toJSON());
  });

  test('keeps a sum which a double cannot hold', () => {
    expect(Moments.of([1e100, 1, -1e100]).sum()).toBe(1);
    expect(Moments.of(Array.from({ length: 10 }, () => 0.1)).mean()).toBe(0.1);
  });

  test('loses nothing of the variance to a large offset', () => {
    const moments = Moments.of([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]);
    expect(moments.variance()).toBe(30);
    expect(moments.standardError()).toBe(Math.sqrt(7.5));
  });

  test('a constant has no variance, exactly', () => {
    fc.assert(
      fc.property(scoreWithSquare, fc.integer({ min: 2, max: 50 }), (x, n) => {
        expect(Moments.of(Array.from({ length: n }, () => x)).variance()).toBe(0);
      }),
    );
  });

  test('knows nothing of no values, and no spread of one', () => {
    const empty = new Moments();
    expect([empty.n, empty.mean(), empty.variance(), empty.standardError(), empty.min, empty.max]).toEqual([
      0,
      null,
      null,
      null,
      null,
      null,
    ]);
    const one = Moments.of([0.25]);
    expect([one.mean(), one.variance(), one.standardError(), one.min, one.max]).toEqual([0.25, null, null, 0.25, 0.25]);
  });

  test('numbers whose squares underflow keep an order-free variance near 0', () => {
    const values = [1e-160, 3e-155, -2e-153, 5e-324];
    const variance = Moments.of(values).variance()!;
    expect(variance).toBeLessThan(1e-300);
    expect(Moments.of([...values].reverse()).variance()).toBe(variance);
  });

  test('merging with itself doubles it', () => {
    const moments = Moments.of([0.1, 0.7]);
    moments.merge(moments);
    expect(moments.toJSON()).toEqual(Moments.of([0.1, 0.7, 0.1, 0.7]).toJSON());
  });

  test('refuses what is not a number, and data of another shape', () => {
    for (const x of [Number.NaN, Number.POSITIVE_INFINITY, 1e200]) {
      expect(() => new Moments().add(x)).toThrow(expect.objectContaining({ code: 'METRIC_NOT_FINITE' }));
    }
    const data = Moments.of([1, 2]).toJSON();
    expect(() => Moments.fromJSON({ ...data, n: -1 })).toThrow(TypeError);
    expect(() => Moments.fromJSON({ ...data, min: null })).toThrow(TypeError);
    expect(() => Moments.fromJSON({ ...data, sum: [Number.NaN] })).toThrow(TypeError);
    const empty = new Moments().toJSON();
    expect(Moments.fromJSON(empty).toJSON()).toEqual(empty);
    for (const broken of [
      { ...empty, min: 1 },
      { ...empty, max: 1 },
      { ...data, n: 1.5 },
      { ...data, sumOfSquares: [Infinity] },
    ])
      expect(() => Moments.fromJSON(broken)).toThrow(expect.objectContaining({ code: 'METRIC_INVALID_DATA' }));
  });

  test('tells how many values lie at either end of a range, where none lies between or outside', () => {
    expect(new Moments().allAt([0, 1])).toEqual({ low: 0, high: 0 });
    expect(Moments.of([0, 1, 0]).allAt([0, 1])).toEqual({ low: 2, high: 1 });
    expect(Moments.of([4, 2, 4, 4]).allAt([2, 4])).toEqual({ low: 1, high: 3 });
    expect(Moments.of([-0.1, -0.1]).allAt([-0.1, 0.7])).toEqual({ low: 2, high: 0 });
    expect(Moments.of([0.7, 0.7]).allAt([-0.1, 0.7])).toEqual({ low: 0, high: 2 });
    for (const values of [
      [0, 0.5, 1],
      [-1, 0, 1],
      [0, 1, 2],
      [1e-9, 0, 1],
    ])
      expect(Moments.of(values).allAt([0, 1])).toBeNull();
  });
});

test('moments by key stand in the order in which the keys first appeared', () => {
  const groups = momentsByKey([1, 5, 2, 7, 3], ['b', 'a', 'b', 'c', 'b']);
  expect(groups.map((group) => [group.n, group.sum()])).toEqual([
    [3, 6],
    [1, 5],
    [1, 7],
  ]);
  expect(momentsByKey([], [])).toEqual([]);
  expect(() => momentsByKey([1], [])).toThrow(expect.objectContaining({ code: 'METRIC_LENGTH_MISMATCH' }));
});

describe('ExactSum', () => {
  const wide = fc.double({ min: -1e290, max: 1e290, noNaN: true });

  test('equals the sum in whole numbers of 2^-1074', () => {
    fc.assert(
      fc.property(fc.array(wide, { maxLength: 60 }), (values) => {
        const sum = new ExactSum();
        for (const value of values) sum.add(value);
        const exact = values.reduce((total, value) => total + toUnits(value), 0n);
        expect(sum.toComponents().reduce((total, value) => total + toUnits(value), 0n)).toBe(exact);
      }),
    );
  });

  test('rounds its value to the nearest double', () => {
    fc.assert(
      fc.property(fc.array(wide, { minLength: 1, maxLength: 20 }), (values) => {
        const sum = new ExactSum();
        for (const value of values) sum.add(value);
        const exact = values.reduce((total, value) => total + toUnits(value), 0n);
        // Doubling the unit lets half an interval be a whole number.
        const error = (candidate: number) => {
          const gap = toUnits(candidate) - exact;
          return gap < 0n ? -gap : gap;
        };
        const value = sum.value();
        const ulp = Math.max(Math.abs(value) * 2 ** -53, Number.MIN_VALUE);
        expect(error(value)).toBeLessThanOrEqual(error(value + ulp));
        expect(error(value)).toBeLessThanOrEqual(error(value - ulp));
      }),
    );
  });

  test('rounds half to even', () => {
    const half = 2 ** -53;
    expect(ExactSum.fromComponents([1, half]).value()).toBe(1);
    expect(ExactSum.fromComponents([1, half, 2 ** -110]).value()).toBe(1 + 2 ** -52);
    expect(ExactSum.fromComponents([1 + 2 ** -52, half]).value()).toBe(1 + 2 ** -51);
    expect(ExactSum.fromComponents([1 + 2 ** -52, half, -(2 ** -110)]).value()).toBe(1 + 2 ** -52);
  });

  test('products are exact', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (x) => {
        fc.pre(Math.abs(x) > SMALLEST);
        const square = new ExactSum();
        square.addSquare(x);
        const product = new ExactSum();
        product.addProduct(x, x);
        product.addProduct(x, -x);
        expect(product.value()).toBe(0);
        expect(square.value()).toBe(x * x);
        const scaled = square.toComponents().reduce((total, part) => total + toUnits(part), 0n);
        expect(scaled << 1074n).toBe(toUnits(x) * toUnits(x));
      }),
    );
  });

  test('the components of what is no number come to an end', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const sum = ExactSum.fromComponents([1, value]);
      expect(sum.toComponents().every((part) => !Number.isFinite(part))).toBe(true);
    }
  });
});
