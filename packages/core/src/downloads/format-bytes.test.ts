import { expect, it } from 'vitest';
import { formatBytes } from './format-bytes.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [96_807_168, '96.8 MB'],
  [999_999, '1.0 MB'],
  [270_000_000, '270 MB'],
  [3_400_000_000_000_000, '3400 TB'],
])('writes %i bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});
