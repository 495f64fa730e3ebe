import { expect, test } from 'vitest';
import { checkFormat, formatOf } from './check-format.ts';

test('the format of this version passes, and so does what names none', () => {
  for (const format of [1, undefined, '2', null]) expect(() => checkFormat('run/manifest.json', format)).not.toThrow();
});

test.each([0, 2, 1.5])('format %d is refused with the file, both formats and what to do', (format) => {
  expect(() => checkFormat('run/manifest.json', format)).toThrow(
    expect.objectContaining({
      code: 'RUN_NOT_RESUMABLE',
      message: `run/manifest.json has format ${format}; this version reads format 1`,
      hint: expect.stringContaining('version of assay that began the run'),
    }),
  );
});

test.each([
  ['{"format":3,"run":"r"}', 3],
  ['{"run":"r"}', undefined],
  ['null', undefined],
  ['[1]', undefined],
  ['"format"', undefined],
])('the format of %s is %s', (text, format) => {
  expect(formatOf(JSON.parse(text))).toBe(format);
});
