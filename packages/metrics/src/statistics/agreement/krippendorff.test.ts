import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { krippendorffAlpha } from './krippendorff.ts';

// Krippendorff's own example: four observers, twelve units, some values missing.
const OBSERVERS = [
  '123321412...',
  '123322412 5.3'.replace(' ', ''),
  '.333234225 1.'.replace(' ', ''),
  '123324412 51.'.replace(' ', ''),
];
const UNITS = Array.from({ length: 12 }, (_, unit) =>
  OBSERVERS.map((row) => (row[unit] === '.' ? null : Number(row[unit]))),
);

test('agrees with Krippendorff’s published example', () => {
  expect(krippendorffAlpha(UNITS, 'nominal')).toBeCloseTo(0.743, 3);
  expect(krippendorffAlpha(UNITS, 'ordinal')).toBeCloseTo(0.815, 3);
  expect(krippendorffAlpha(UNITS, 'interval')).toBeCloseTo(0.849, 3);
});

test('is 1 for full agreement, below 0 for contradiction, and null where nothing can be compared', () => {
  expect(
    krippendorffAlpha([
      ['a', 'a'],
      ['b', 'b', null],
    ]),
  ).toBe(1);
  expect(
    krippendorffAlpha([
      ['a', 'b'],
      ['b', 'a'],
    ]),
  ).toBeLessThan(0);
  expect(krippendorffAlpha([])).toBeNull();
  expect(
    krippendorffAlpha([
      ['a', null],
      [null, 'b'],
    ]),
  ).toBeNull();
  expect(
    krippendorffAlpha([
      ['a', 'a'],
      ['a', 'a'],
    ]),
  ).toBeNull();
});

test.each(['nominal', 'ordinal', 'interval'] as const)(
  'does not depend on the order of units or raters: %s',
  (level) => {
    const alpha = krippendorffAlpha(UNITS, level)!;
    const turned = [...UNITS].reverse().map((unit) => [...unit].reverse());
    expect(krippendorffAlpha(turned, level)).toBeCloseTo(alpha, 12);
  },
);

const { ratings } = JSON.parse(readFileSync(new URL('../../../fixtures/retrieval.json', import.meta.url), 'utf8')) as {
  readonly ratings: readonly { readonly units: readonly string[][]; readonly alpha: number | null }[];
};

test('60 tables of ratings, with gaps, have the nominal alpha of krippendorff 0.9', () => {
  const known = ratings.filter(({ alpha }) => alpha !== null && Number.isFinite(alpha));
  expect(known.length).toBeGreaterThan(50);
  for (const { units, alpha } of known) expect(krippendorffAlpha(units)).toBeCloseTo(alpha!, 12);
});
