import { expect, test } from 'vitest';
import { figureSignature, valueSignature } from './figure-signature.ts';

test('a signature names the method of the interval, and none where there is none', () => {
  expect(figureSignature('qa|v1', 'blaker')).toBe('qa|v1|interval:blaker');
  expect(figureSignature('qa|v1', null)).toBe('qa|v1');
});

test('what the values depend on is told from it, in runs of earlier versions too', () => {
  expect(valueSignature('qa|v1|interval:predicted-sequence')).toBe('qa|v1');
  expect(valueSignature('qa|v1')).toBe('qa|v1');
  expect(valueSignature('')).toBe('');
});
