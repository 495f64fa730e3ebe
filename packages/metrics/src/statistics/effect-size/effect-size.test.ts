import { describe, expect, test } from 'vitest';
import { cohenD, cohenDPaired, cohenH } from './effect-size.ts';

describe('effect sizes', () => {
  test('have their textbook values', () => {
    expect(cohenD([2, 4, 6], [1, 3, 5])).toBeCloseTo(0.5, 12);
    expect(cohenDPaired([1, 2, 4], [0, 0, 1])).toBeCloseTo(2, 12);
    expect(cohenH(0.5, 0.25)).toBeCloseTo(Math.PI / 6, 12);
    expect(cohenH(1, 0)).toBeCloseTo(Math.PI, 12);
  });

  test('are undefined without spread or values', () => {
    expect([cohenD([], [1, 2]), cohenD([1], [2]), cohenD([1, 1], [2, 2])]).toEqual([null, null, null]);
    expect([cohenDPaired([1], [0]), cohenDPaired([1, 2], [0, 1])]).toEqual([null, null]);
  });

  test('pool the spread of sides of other sizes, and keep their sign', () => {
    expect(cohenD([1, 2], [3, 4, 5, 6.5])).toBeCloseTo((1.5 - 4.625) / Math.sqrt((0.5 + 6.6875) / 4), 12);
    expect(cohenD([1], [2, 4])).toBeCloseTo(-2 / Math.sqrt(2), 12);
    expect(cohenD([3, 4], [2])).toBeCloseTo(1.5 / Math.sqrt(0.5), 12);
    expect([cohenD([1, 2, 4], []), cohenD([], [1, 2, 4]), cohenD([], [])]).toEqual([null, null, null]);
    expect(cohenDPaired([1, 2, 4, 0], [2, 2, 2, 2])).toBeCloseTo(-0.25 / Math.sqrt(35 / 12), 12);
    expect(cohenDPaired([], [])).toBeNull();
    expect(() => cohenDPaired([1, 2], [1])).toThrow(RangeError);
    expect([cohenH(0.2, 0.2), cohenH(0, 1)]).toEqual([0, -Math.PI]);
  });
});
