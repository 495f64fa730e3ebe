import { expect, test } from 'vitest';
import { checkedIndex } from '../../app/data/checked-index.ts';
import { packIndex } from '../../src/rows/pack-index.ts';
import { type PageIndex, ROW_COLUMNS } from '../../src/rows/page-data.ts';

const ROWS = 60;

const INDEX: PageIndex = {
  ...{ rows: ROWS, chunkStarts: [0], chunkCharacters: [2] },
  ...{ models: ['A', 'B'], states: ['scored', 'failed'], categories: ['x', 'y'] },
  ...(Object.fromEntries(ROW_COLUMNS.map((name) => [name, new Float64Array(ROWS)])) as Pick<
    PageIndex,
    (typeof ROW_COLUMNS)[number]
  >),
  ...{ scores: [], scoreKeys: [], columns: [], judges: null },
};

const written = (change: Partial<PageIndex>) => packIndex({ ...INDEX, ...change }, false)[0]![1];
const column = (value: (row: number) => number) => Float64Array.from({ length: ROWS }, (_, row) => value(row));

test('an index reads back with its columns', () => {
  const model = column((row) => (row < 30 ? 0 : 1));
  const category = column((row) => ((row * 7) % 3) - 1);
  const back = checkedIndex(written({ model, category }));
  expect(back.model).toEqual(model);
  expect(back.category).toEqual(category);
});

test.each([
  ['a model that is none, in a run of rows', { model: column(() => 2) }],
  ['a model beyond the last one at the end of a run', { model: column((row) => row) }],
  ['a state that is none, row by row', { state: column((row) => (row * 7) % 5) }],
  ['a category below none', { category: column(() => -2) }],
  ['a category between two', { category: column(() => 0.5) }],
  ['a row without a state', { state: column(() => Number.NaN) }],
  ['a chunk that begins behind the last row', { chunkStarts: [0, ROWS], chunkCharacters: [2, 2] }],
])('an index that does not fit its columns is refused: %s', (_, change) => {
  expect(() => checkedIndex(written(change))).toThrow('does not fit');
});
