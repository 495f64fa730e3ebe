import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coveringShards, type ShardHolder } from './shard-cover.ts';

const holder = (text: string): ShardHolder => {
  const [shard, shards] = text.split('/').map(Number);
  return { name: `folder-${text.replace('/', '-of-')}`, position: { shard: shard! - 1, shards: shards! } };
};
const cover = (texts: string, wanted?: string) =>
  coveringShards(texts.split(' ').map(holder), wanted === undefined ? undefined : holder(wanted).position);
const namesOf = (found: readonly ShardHolder[]) =>
  found.map(({ position: { shard, shards } }) => `${shard + 1}/${shards}`);

test('shards of one number, in any order, are the whole', () => {
  expect(namesOf(cover('3/3 1/3 2/3'))).toEqual(['1/3', '2/3', '3/3']);
});

test('shards of several numbers are the whole where they meet', () => {
  expect(namesOf(cover('4/4 1/2 3/4'))).toEqual(['1/2', '3/4', '4/4']);
  expect(cover('4/4 1/2 3/4').map(({ first }) => first)).toEqual([0, 2, 3]);
});

test('a part of the whole takes those within it and leaves the others', () => {
  expect(namesOf(cover('1/8 2/8 3/8 4/8 7/8', '1/4'))).toEqual(['1/8', '2/8']);
  expect(namesOf(cover('1/8 2/8 2/4', '1/2'))).toEqual(['1/8', '2/8', '2/4']);
});

test.each([
  ['1/4 4/4', undefined, 'shards 2, 3 of 4 are missing'],
  ['1/2 4/4', undefined, 'shard 3 of 4 is missing'],
  ['1/3 3/4 4/4', undefined, 'shards 5, 6 of 12 are missing'],
  ['1/30', undefined, 'shards 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 19 more of 30 are missing'],
  ['1/4 1/4 2/4', '1/2', 'shard 1 is there twice'],
  ['1/2 2/4 3/4 4/4', undefined, 'shard 1 of 2 and shard 2 of 4 hold the same samples'],
  ['1/4 2/4', '1/8', 'is shard 1 of 4, which does not lie within shard 1 of 8'],
  ['1/3 2/3 3/3', '1/2', 'is shard 2 of 3, which does not lie within shard 1 of 2'],
  ['1/8 3/8', '1/4', 'shard 2 of 8 is missing'],
  ['5/8', '1/4', 'shards 1, 2 of 8 are missing'],
  ['1/99991 1/99989 1/99971 1/99961', undefined, 'of too many different numbers'],
])('%s for %s: %s', (texts, wanted, message) => {
  expect(() => cover(texts, wanted)).toThrow(message);
});

test('whatever a tree of merges cuts is covered, and without one of it is not', () => {
  const tiling: fc.Arbitrary<ShardHolder['position'][]> = fc.letrec((tie) => ({
    tiling: fc.oneof(
      { maxDepth: 3 },
      fc.constant([{ shard: 0, shards: 1 }]),
      fc
        .array(tie('tiling') as fc.Arbitrary<ShardHolder['position'][]>, { minLength: 2, maxLength: 4 })
        .map((parts) =>
          parts.flatMap((part, at) =>
            part.map(({ shard, shards }) => ({ shard: at * shards + shard, shards: shards * parts.length })),
          ),
        ),
    ),
  })).tiling as fc.Arbitrary<ShardHolder['position'][]>;
  fc.assert(
    fc.property(tiling, fc.nat(), (positions, at) => {
      const all = positions.map((position, i) => ({ name: `${i}`, position }));
      expect(namesOf(coveringShards(all.toReversed()))).toEqual(namesOf(all));
      const left = all.toSpliced(at % all.length, 1);
      if (left.length > 0) expect(() => coveringShards(left)).toThrow('missing');
    }),
  );
});
