import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { ScoreSpec } from '../algorithms/algorithm.ts';
import { parseStored } from '../storage/read-json.ts';
import { rowsByName } from './add-score-columns.ts';
import { weightWords } from './interval-words.ts';
import { damageText, requireDecidable } from './run-damage.ts';
import { shardOf, shardText, storedShard } from './run-shard.ts';
import { changeSampleNote, readSampleNotes, sampleNotesFile } from './sample-notes.ts';
import { binOf, clusterOf, emptyScore, weightOf } from './score-cell.ts';

test('a shard keeps what was asked for over the config, and no more', () => {
  const asked = { limit: 5, models: ['m'], seed: 3, strict: true, other: 1 };
  const shard = shardOf({ shard: 2, shards: 8 }, asked);
  expect(shard).toEqual({ shard: 2, shards: 8, options: { limit: 5, models: ['m'], seed: 3, strict: true } });
  expect([shardText(shard), shardText(undefined)]).toEqual(['shard 3 of 8', 'the whole run']);
  const read = (value: unknown) => parseStored('f', JSON.stringify(value), storedShard, 'RUN_DAMAGED');
  expect(read(shard)).toEqual({ shard: 2, shards: 8, options: { limit: 5, models: ['m'], seed: 3, strict: true } });
  const full = { limit: { from: 1, to: 2 }, algorithms: ['a'], runner: 'r', localModel: 'l', repeat: 2 };
  expect(read({ shard: 0, shards: 1, options: full }).options).toEqual(full);
  for (const changes of [{ shard: 8 }, { shard: -1 }, { shards: 0 }, { shard: 0.5 }, { options: { models: 'm' } }])
    expect(() => read({ ...shard, ...changes })).toThrow(expect.objectContaining({ code: 'RUN_DAMAGED' }));
});

test('a shard decides nothing, a damaged run neither; a whole one does', () => {
  const damage = { lines: 1, models: [], checkpoint: true };
  expect(() => requireDecidable('r', { manifest: { shard: shardOf({ shard: 0, shards: 2 }, {}) } })).toThrow(
    expect.objectContaining({ code: 'RUN_INCOMPLETE', message: 'r is shard 1 of 2 of a run: it decides nothing' }),
  );
  expect(() => requireDecidable('r', { manifest: {}, damage })).toThrow(
    expect.objectContaining({ code: 'RUN_DAMAGED' }),
  );
  expect(() => requireDecidable('r', { manifest: {}, damage: { ...damage, lines: 0 } })).not.toThrow();
  expect(
    damageText({
      ...damage,
      models: [
        { name: 'm', counted: 3, found: 2 },
        { name: 'n', counted: 1, found: 1 },
      ],
    }),
  ).toBe(
    '1 line of its journal is damaged or lost; of m it holds 2 samples where its summary counts 3; of n it holds the samples in other states than its summary counts; its checkpoint is damaged, which no figure is made of',
  );
  expect(damageText({ lines: 2, models: [], checkpoint: false })).toBe('2 lines of its journal are damaged or lost');
  expect(damageText({ lines: 0, models: [], checkpoint: false })).toBe('');
});

test('notes on samples come in their order, one a sample; an empty one takes it away', async () => {
  const folder = temporaryFolder();
  const said = (sample: number, note: string, labels: string[] = []) => ({
    sample,
    digest: `d${sample}`,
    note,
    labels,
  });
  expect(await readSampleNotes(folder)).toEqual([]);
  await changeSampleNote(folder, said(7, 'odd'));
  await changeSampleNote(folder, said(2, '', ['wrong']));
  expect(await changeSampleNote(folder, said(7, 'even'))).toEqual([said(2, '', ['wrong']), said(7, 'even')]);
  expect(await readSampleNotes(folder)).toEqual([said(2, '', ['wrong']), said(7, 'even')]);
  expect(await changeSampleNote(folder, said(2, ''))).toEqual([said(7, 'even')]);
  expect(JSON.parse(await readFile(sampleNotesFile(folder), 'utf8'))).toEqual({ samples: [said(7, 'even')] });
});

test('notes that cannot be read are told, and not written over; of too many no more are taken', async () => {
  const folder = temporaryFolder();
  const file = sampleNotesFile(folder);
  const note = { sample: 0, digest: 'd', note: 'n', labels: [] };
  for (const text of [
    ...['no JSON', '[]', '{"samples":[{"sample":-1,"digest":"d"}]}', '{"samples":[{"sample":0,"digest":""}]}'],
    ...[JSON.stringify({ samples: [{ ...note, labels: [''] }] }), JSON.stringify({ samples: [{ ...note, more: 1 }] })],
    JSON.stringify({ samples: [{ ...note, note: 'x'.repeat(10_001) }] }),
  ]) {
    await writeFile(file, text);
    await expect(changeSampleNote(folder, note)).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
    expect(await readFile(file, 'utf8')).toBe(text);
  }
  await writeFile(file, JSON.stringify({ samples: [{ sample: 4, digest: 'd' }] }));
  expect(await readSampleNotes(folder)).toEqual([{ sample: 4, digest: 'd', note: '', labels: [] }]);
  const full = Array.from({ length: 10_000 }, (_, sample) => ({ ...note, sample }));
  await writeFile(file, JSON.stringify({ samples: full }));
  await expect(changeSampleNote(folder, { ...note, sample: 10_000 })).rejects.toMatchObject({ code: 'RUN_LIMIT' });
  expect(await changeSampleNote(folder, { ...note, sample: 9_999, note: 'last' })).toHaveLength(10_000);
});

const spec: ScoreSpec = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' };

test('a score falls into one of twenty bins of its range, its ends into the outermost', () => {
  const of = (value: number, range: readonly [number, number] = [0, 1]) => binOf(value, { ...spec, range });
  expect([of(0), of(0.049), of(0.05), of(0.5), of(0.999), of(1)]).toEqual([0, 0, 1, 10, 19, 19]);
  expect([of(-0.1), of(1.1), of(0, [-1, 1]), of(3, [2, 4])]).toEqual([0, 19, 10, 10]);
});

test('scores without bounds are counted by value, others by bin; clusters and weights have moments of their own', () => {
  const bounded = emptyScore(spec);
  expect([bounded.histogram, bounded.counts]).toEqual([Array(20).fill(0), null]);
  for (const range of [
    [0, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, 0],
  ] as const) {
    const open = emptyScore({ ...spec, range });
    expect(open.histogram).toBeNull();
    expect(open.counts).not.toBeNull();
  }
  expect(clusterOf(bounded, 'a')).toBe(clusterOf(bounded, 'a'));
  expect(clusterOf(bounded, 'b')).not.toBe(clusterOf(bounded, 'a'));
  const own = weightOf(bounded, 2, undefined);
  expect(weightOf(bounded, 2, undefined)).toBe(own);
  expect(weightOf(bounded, 3, undefined)).not.toBe(own);
  expect(weightOf(bounded, 2, 'a')).not.toBe(own);
  expect([...bounded.weights.values()].map(({ weight, cluster }) => [weight, cluster])).toEqual([
    [2, undefined],
    [3, undefined],
    [2, 'a'],
  ]);
});

test('rows are gathered by name, without those that have none', () => {
  expect([...rowsByName(['a', undefined, 'b', 'a'])]).toEqual([
    ['a', [0, 3]],
    ['b', [2]],
  ]);
  expect(rowsByName(undefined).size).toBe(0);
});

test('that means are weighted is said by the first figure that is', () => {
  expect(weightWords([])).toBeNull();
  expect(weightWords([{ n: 3 }])).toBeNull();
  expect(weightWords([{ n: 3 }, { n: 1234, effectiveSamples: 987.654 }])).toBe(
    'means are weighted: 1,234 samples count like 988 of equal weight',
  );
});
