import fc from 'fast-check';
import { expect, test } from 'vitest';
import { packColumn } from './pack-column.ts';
import { unpackColumn } from './packed-column.ts';

const both = (values: readonly number[]) => {
  const packed = packColumn(Float64Array.from(values));
  return { packed, back: [...unpackColumn(JSON.parse(JSON.stringify(packed)))] };
};

test('every column reads back to the bit', () => {
  const whole = fc.integer({ min: 0, max: 0xffff_ffff });
  const number = fc.oneof(whole, fc.constantFrom(0, 1, 0.5, -1, Number.NaN), fc.double({ noDefaultInfinity: true }));
  fc.assert(
    fc.property(fc.array(number, { maxLength: 600 }), (values) => {
      // JSON knows one zero.
      const wanted = values.map((value) => value + 0);
      expect(both(wanted).back).toEqual(wanted);
    }),
  );
});

test('runs, few values, many values, whole numbers and any numbers each take their shortest form', () => {
  const rows = (value: (i: number) => number, n = 3000) => Array.from({ length: n }, (_, i) => value(i));
  const kinds = (values: number[]) => {
    const { packed, back } = both(values);
    expect(back).toEqual(values);
    return Object.keys(packed);
  };
  expect(kinds([...rows((i) => i), ...rows((i) => i)])).toEqual(['runs']);
  expect(kinds(rows((i) => (i < 700 ? Number.NaN : 0.5)))).toEqual(['runs']);
  expect(kinds(rows((i) => ((i * 7) % 5) / 4))).toEqual(['of', 'u8']);
  expect(kinds(rows((i) => ((i * 7919) % 701) / 701))).toEqual(['of', 'u16']);
  expect(kinds(rows((i) => (i * i * 7919) % 1_000_003))).toEqual(['u32']);
  expect(kinds(rows((i) => 1 / (1 + ((i * i * 7919) % 1_000_003))))).toEqual(['f64']);
});
