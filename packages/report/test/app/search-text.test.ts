import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findRows, inSmall } from '../../app/filter/search-text.ts';
import { scriptSafeJson } from '../../src/page/json-block.ts';
import type { PackedRow } from '../../src/rows/page-data.ts';

/** As the packer writes a chunk. */
const chunkOf = (rows: readonly PackedRow[]) => `[${rows.map(scriptSafeJson).join(',\n')}]`;

function found(rows: readonly PackedRow[], wanted: string): number[] {
  const places: number[] = [];
  findRows(chunkOf(rows), inSmall(wanted), (place) => places.push(place));
  return places;
}

test('a search finds what a plain reading of every row finds, whatever its texts hold', () => {
  const piece = fc.constantFrom(
    'input',
    'a',
    'B',
    '"',
    '\\',
    '\n',
    '</script>',
    '\u2028',
    'Σ',
    'İ',
    'ß',
    '😀',
    'u003c',
    ',',
    ']',
    '{"',
  );
  const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
  const row = fc.record({ digest: fc.constant('00ff'), input: text, output: text, target: text });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), text, (rows, wanted) => {
      fc.pre(wanted !== '');
      const has = (each: string) => inSmall(each).includes(inSmall(wanted));
      const expected = rows.flatMap(({ digest, input, output, target }, at) =>
        has(input) || has(output) || has(target) || digest.startsWith(wanted) ? [at] : [],
      );
      expect(found(rows, wanted)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('keys of the data are not found, further answers and columns are', () => {
  const rows: PackedRow[] = [
    { digest: 'abc1', input: 'x' },
    { digest: 'd', input: 'y', variants: { other: 'Deep' }, columns: { source: 'Wide' } },
  ];
  expect(found(rows, 'digest')).toEqual([]);
  expect(found(rows, 'deep')).toEqual([1]);
  expect(found(rows, 'wide')).toEqual([1]);
  expect(found(rows, 'abc')).toEqual([0]);
});
