import { expect, test } from 'vitest';
import { openSealed, sealJson } from './sealed-json.ts';

const value = { format: 1, text: 'grün "x"', list: [1.5, null], nested: { a: '}\n' } };

test('what was sealed opens as it was, and is JSON that any tool reads', () => {
  expect(openSealed(sealJson(value))).toEqual(value);
  expect(JSON.parse(sealJson(value))).toMatchObject(value);
  expect(openSealed(sealJson({}))).toEqual({});
});

test('a text of an earlier version, which has no seal, is taken as it is', () => {
  expect(openSealed(JSON.stringify(value))).toEqual(value);
  expect(openSealed('[1]')).toEqual([1]);
});

test('no bit of a sealed text can be another', () => {
  const bytes = Buffer.from(sealJson(value));
  for (let at = 0; at < bytes.length; at += 1) {
    for (let bit = 0; bit < 8; bit += 1) {
      const other = Buffer.from(bytes);
      other[at]! ^= 1 << bit;
      expect(() => openSealed(other.toString('utf8')), `byte ${at}, bit ${bit}`).toThrow();
    }
  }
});

test('a sealed text that was cut, written anew or grew is refused', () => {
  const text = sealJson(value);
  for (const other of [text.slice(0, -1), `${text}\n`, JSON.stringify(JSON.parse(text)), text.slice(0, 30)])
    expect(() => openSealed(other)).toThrow();
});
