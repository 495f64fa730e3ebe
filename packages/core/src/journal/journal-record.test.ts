import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLine, encodeLine } from './journal-record.ts';

const LINE = encodeLine({ a: 1 });
const decoded = (line: string): unknown => decodeLine(Buffer.from(line));

test('a line is the value with the CRC-32 of what stands before it', () => {
  const crc = crc32('{"a":1').toString(16).padStart(8, '0');
  expect(LINE).toBe(`{"a":1,"crc":"${crc}"}\n`);
});

test('every value comes back without its checksum', () => {
  const value = fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue(), { minKeys: 1 });
  fc.assert(
    fc.property(value, (json) => {
      const clean = JSON.parse(JSON.stringify(json)) as object;
      expect(decoded(encodeLine(clean).slice(0, -1))).toEqual(clean);
    }),
  );
});

test('a line that is cut or altered anywhere is no record', () => {
  const line = LINE.slice(0, -1);
  for (let at = 0; at < line.length; at += 1) {
    expect(decoded(line.slice(0, at))).toBeUndefined();
    const other = line[at] === '0' ? '1' : '0';
    expect(decoded(line.slice(0, at) + other + line.slice(at + 1))).toBeUndefined();
  }
  expect(decoded('')).toBeUndefined();
  expect(decoded(`${line} `)).toBeUndefined();
});

test('a checksum in capitals, or behind other members, is none of ours', () => {
  const body = '{"a":2';
  const crc = crc32(body).toString(16).padStart(8, '0');
  expect(decoded(`${body},"crc":"${crc}"}`)).toEqual({ a: 2 });
  expect(decoded(`${body},"crc":"${crc.toUpperCase()}"}`)).toEqual(crc === crc.toUpperCase() ? { a: 2 } : undefined);
});

test('a line that is nothing but its checksum has no value', () => {
  expect(decoded(`,"crc":"${crc32('').toString(16).padStart(8, '0')}"}`)).toBeUndefined();
});
