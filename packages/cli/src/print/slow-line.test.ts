import type { SpentMs } from 'assay/internal';
import { expect, test } from 'vitest';
import { slowLine } from './slow-line.ts';

const spent = (some: Partial<SpentMs>): SpentMs => ({
  loading: 0,
  reading: 0,
  model: 0,
  helpers: 0,
  disk: 0,
  scoring: 0,
  own: 0,
  ...some,
});

test('the greatest cause stands first, with the model that took most of it', () => {
  const spentMs = { first: spent({ model: 2700, own: 100 }), second: spent({ model: 7100, scoring: 600 }) };
  expect(slowLine({ spentMs })).toBe('slowed by waiting for the model: 9.8 s of 10.5 s (second 7.1 s); scoring 0.6 s');
  expect(slowLine({ spentMs: { only: spent({ disk: 1500 }) } })).toBe('slowed by waiting for the disk: 1.5 s of 1.5 s');
});

test('a short run, one that was whole already, and an old summary have no such line', () => {
  expect(slowLine({ spentMs: { only: spent({ model: 900 }) } })).toBeUndefined();
  expect(slowLine({ spentMs: {} })).toBeUndefined();
  expect(slowLine({})).toBeUndefined();
});
