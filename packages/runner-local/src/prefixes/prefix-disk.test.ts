import { openSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import type { CacheArray } from '../layouts/cache-array.ts';
import { type DiskTrouble, PrefixDisk, type PrefixDiskOptions } from './prefix-disk.ts';

const run = (token: number, length: number): Int32Array => new Int32Array(length).fill(token);
/** Two arrays of odd lengths, as keys, values and states may have. */
const arraysOf = (seed: number, length: number): CacheArray[] => [
  Float32Array.from({ length }, (_, at) => seed + at / 7),
  Int8Array.from({ length: 2 * length + 1 }, (_, at) => seed * 31 + at),
];
const BYTES = (length: number): number => 4 * length + 2 * length + 1;

function open(limitBytes: number, more: Partial<PrefixDiskOptions> = {}) {
  const told: DiskTrouble[] = [];
  const folder = temporaryFolder();
  const onTrouble = (trouble: DiskTrouble): void => void told.push(trouble);
  const disk = new PrefixDisk({ limitBytes, folder, onlyWhole: false, onTrouble, ...more });
  onTestFinished(() => disk.close());
  return { disk, told, folder };
}

/** A disk whose file the test can reach. */
function openFile(limitBytes: number) {
  const file = join(temporaryFolder(), 'prefixes');
  return { file, ...open(limitBytes, { open: () => openSync(file, 'wx+') }) };
}

describe('beginnings on the disk', () => {
  it('come back as they were, as far as a sequence begins with one', () => {
    const { disk, told, folder } = open(10_000);
    disk.put({ tokens: run(1, 20), start: 0 }, arraysOf(1, 20));
    disk.put({ tokens: Int32Array.of(...run(1, 20), ...run(2, 5)), start: 20 }, arraysOf(2, 5));
    const sequence = Int32Array.of(...run(1, 20), 2, 2, 9);
    expect(disk.find(sequence, 22, 0)).toMatchObject({ start: 0, length: 20 });
    const inner = disk.find(sequence, 23, 20)!;
    expect(inner).toMatchObject({ start: 20, length: 22 });
    expect(disk.read(inner)).toEqual(arraysOf(2, 5));
    expect(disk.read(disk.find(sequence, 20, 3)!)).toEqual(arraysOf(1, 20));
    expect(disk.find(sequence, 22, 22)).toBeUndefined();
    expect(disk.find(run(7, 9), 9, 0)).toBeUndefined();
    expect([told, readdirSync(folder)]).toEqual([[], []]);
  });

  it('are found only whole where states stand for all tokens at once', () => {
    const { disk } = open(10_000, { onlyWhole: true });
    disk.put({ tokens: run(1, 20), start: 0 }, arraysOf(1, 20));
    expect(disk.find(run(1, 30), 19, 0)).toBeUndefined();
    expect(disk.find(run(1, 30), 29, 0)).toMatchObject({ length: 20 });
  });

  it('are what was written last, within the limit, whatever comes', () => {
    const piece = fc.record({ token: fc.integer({ min: 0, max: 5 }), length: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 400 }), (pieces, limit) => {
        const { disk, told, file } = openFile(limit);
        for (const { token, length } of pieces) {
          const seed = token + 10 * length;
          disk.put({ tokens: run(token, length), start: 0 }, arraysOf(seed, length));
          const found = disk.find(run(token, length), length, length - 1);
          if (BYTES(length) > limit) continue;
          // A longer one of the same token may be there too.
          const kept = found!.tokens.length;
          expect(disk.read(found!)).toEqual(arraysOf(token + 10 * kept, kept));
          expect(statSync(file).size).toBeLessThanOrEqual(limit);
        }
        disk.close();
        expect(told).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('that the disk changed or lost are dropped, and told, each alone', () => {
    const { disk, told, file } = openFile(10_000);
    for (const token of [1, 2, 3]) disk.put({ tokens: run(token, 20), start: 0 }, arraysOf(token, 20));
    const damaged = disk.find(run(1, 20), 20, 0)!;
    writeFileSync(file, Buffer.from([0x55]), { flag: 'r+' });
    expect(disk.read(damaged)).toBeUndefined();
    expect(disk.find(run(1, 20), 20, 0)).toBeUndefined();
    expect(disk.read(disk.find(run(2, 20), 20, 0)!)).toEqual(arraysOf(2, 20));
    truncateSync(file, BYTES(20) * 2);
    expect(disk.read(disk.find(run(3, 20), 20, 0)!)).toBeUndefined();
    expect(told).toEqual(['damaged', 'damaged']);
  });

  it.runIf(process.platform === 'linux')('are given up where the disk is full, once', () => {
    const { disk, told } = open(10_000, { open: () => openSync('/dev/full', 'r+') });
    for (const token of [1, 2]) disk.put({ tokens: run(token, 20), start: 0 }, arraysOf(token, 20));
    expect(disk.find(run(1, 20), 20, 0)).toBeUndefined();
    expect(told).toEqual(['full']);
  });

  it('are given up where nothing can be written', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { disk, told } = open(10_000, { folder: join(file, 'below') });
    disk.put({ tokens: run(1, 20), start: 0 }, arraysOf(1, 20));
    expect(told).toEqual(['full']);
  });
});
